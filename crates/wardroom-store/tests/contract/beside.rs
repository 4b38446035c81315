//! The part of the contract that lives beside the log: outbox, quotas, blobs, credentials, sessions, settings.

use std::sync::Arc;

use wardroom_app::ports::store::{AccessRow, Commit, Credentials, DoorNote, Effect, PresenceRow, PublicRow, SnapshotRow, Store};
use wardroom_domain::log::StreamId;
use wardroom_seal::Sealed;

use super::world::{World, after, noon};

fn effect(world: &World, key: &str, seconds: i64) -> Effect {
    Effect {
        key: key.into(),
        kind: "receipt_mail".into(),
        stream: StreamId::org(),
        payload: Some(world.sealed("payload")),
        not_before: after(seconds),
    }
}

async fn put(world: &World, effects: Vec<Effect>) {
    world.store.commit(Commit { at: noon(), effects, ..Commit::default() }).await.unwrap();
}

pub async fn an_effect_is_leased_once_and_fenced(world: World) -> World {
    put(&world, vec![effect(&world, "a", 0), effect(&world, "b", 5), effect(&world, "later", 900)]).await;
    put(&world, vec![effect(&world, "a", 0)]).await;
    assert_eq!(world.store.jobs(10).await.unwrap().len(), 3, "the same key twice is one effect");
    let leased = world.store.lease(after(10), 3600, 10).await.unwrap();
    assert_eq!(leased.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(leased[0].payload.as_ref().is_some_and(Sealed::is_plausible));
    assert!(world.store.lease(after(10), 3600, 10).await.unwrap().is_empty());
    let (first, second) = (&leased[0], &leased[1]);
    // Somebody with an older fence changes nothing.
    world.store.done(first.id, first.fence - 1).await.unwrap();
    world.store.fail(first.id, first.fence + 1, "x").await.unwrap();
    assert_eq!(state(&world, "a").await, "leased");
    world.store.done(first.id, first.fence).await.unwrap();
    world.store.retry(second.id, second.fence, after(60), "connection refused\nline two").await.unwrap();
    assert_eq!((state(&world, "a").await.as_str(), state(&world, "b").await.as_str()), ("done", "waiting"));
    let job = world.store.jobs(10).await.unwrap().into_iter().find(|job| job.key == "b").unwrap();
    assert_eq!((job.attempts, job.next_at, job.error.as_str()), (1, after(60), "connection refused line two"));
    assert!(world.store.lease(after(59), 60, 10).await.unwrap().is_empty());
    let again = world.store.lease(after(60), 60, 10).await.unwrap();
    assert_eq!((again[0].attempts, again[0].fence), (2, second.fence + 1));
    world.store.fail(again[0].id, again[0].fence, "refused for good").await.unwrap();
    assert_eq!(state(&world, "b").await, "failed");
    assert_eq!(world.store.jobs(1).await.unwrap()[0].key, "b", "what failed comes first");
    // A key that is done is used for ever, and its payload is forgotten.
    put(&world, vec![effect(&world, "a", 0)]).await;
    assert_eq!(state(&world, "a").await, "done");
    world
}

async fn state(world: &World, key: &str) -> String {
    world.store.jobs(100).await.unwrap().into_iter().find(|job| job.key == key).unwrap().state
}

pub async fn a_lease_that_ran_out_goes_to_another_and_the_first_is_fenced_off(world: World) -> World {
    put(&world, vec![effect(&world, "a", 0)]).await;
    let first = world.store.lease(after(1), 0, 10).await.unwrap();
    // PostgreSQL runs leases by its own clock, SQLite by the caller's: a lease of no length has run out in both.
    let second = world.store.lease(after(2), 3600, 10).await.unwrap();
    assert_eq!(second.len(), 1);
    assert!(second[0].fence > first[0].fence);
    world.store.done(first[0].id, first[0].fence).await.unwrap();
    assert_eq!(state(&world, "a").await, "leased");
    world.store.done(second[0].id, second[0].fence).await.unwrap();
    assert_eq!(state(&world, "a").await, "done");
    world
}

pub async fn many_workers_never_lease_the_same_row(world: World) -> World {
    put(&world, (0..60).map(|n| effect(&world, &format!("k{n}"), 0)).collect()).await;
    let world = Arc::new(world);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let world = world.clone();
        tasks.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let leased = world.store.lease(after(1), 3600, 5).await.unwrap();
                if leased.is_empty() {
                    return mine;
                }
                mine.extend(leased.into_iter().map(|row| row.id));
            }
        });
    }
    let mut all: Vec<i64> = tasks.join_all().await.concat();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!((all.len(), count), (60, 60));
    Arc::into_inner(world).unwrap()
}

pub async fn a_quota_is_one_holder_s_for_its_window(world: World) -> World {
    let claim = async |holder: &str, seconds| world.store.claim_quota("mail:x", holder, after(seconds), 100).await.unwrap();
    assert!(claim("one", 0).await);
    assert!(!claim("two", 50).await);
    assert!(claim("one", 60).await, "a retry of the same holder");
    assert!(!claim("two", 99).await);
    assert!(claim("two", 100).await, "the window is over and was not made longer by the retry");
    assert!(!claim("one", 150).await);
    assert!(world.store.claim_quota("mail:y", "one", after(0), 100).await.unwrap());
    let world = Arc::new(world);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12 {
        let world = world.clone();
        tasks.spawn(async move { world.store.claim_quota("mail:race", &format!("h{n}"), after(0), 100).await.unwrap() });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|won| *won).count(), 1);
    Arc::into_inner(world).unwrap()
}

pub async fn blobs_are_kept_once_and_swept_when_nobody_names_them(world: World) -> World {
    let large = world.sealed(&"x".repeat(200_000));
    let small = world.sealed("small");
    let names = ["a".repeat(32), "b".repeat(32), "c".repeat(32)];
    world.store.put_blob(&names[0], large.clone()).await.unwrap();
    assert!(world.store.put_blob(&names[0], small.clone()).await.is_err(), "never overwritten");
    assert_eq!(world.store.get_blob(&names[0]).await.unwrap(), Some(large.clone()));
    assert_eq!(world.store.get_blob(&names[1]).await.unwrap(), None);
    assert!(world.store.get_blob("../../../../etc/passwd").await.is_err());
    let commit = |blobs| Commit { at: noon(), small_blobs: blobs, ..Commit::default() };
    world.store.commit(commit(vec![(names[1].clone(), small.clone())])).await.unwrap();
    assert_eq!(world.store.get_blob(&names[1]).await.unwrap(), Some(small.clone()));
    assert!(world.store.commit(commit(vec![(names[1].clone(), small.clone())])).await.is_err());
    assert!(world.store.commit(commit(vec![(names[2].clone(), large.clone())])).await.is_err(), "too large for the database");

    // One large blob that a report names, one that nobody does.
    let (_, mut append) = world.report(60);
    let reference = world.blob_ref(&large);
    if let wardroom_domain::facts::Fact::Report(wardroom_domain::facts::ReportFact::Received(received)) = &mut append.facts[0].fact {
        received.original = reference.clone();
    }
    world.store.put_blob(&reference.name, large).await.unwrap();
    world.store.commit(world.commit_of(noon(), append)).await.unwrap();
    assert_eq!(world.store.sweep_blobs(after(-86_400 * 365)).await.unwrap(), 0);
    assert_eq!(world.store.sweep_blobs("2200-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), 1);
    assert_eq!(world.store.get_blob(&names[0]).await.unwrap(), None);
    assert!(world.store.get_blob(&reference.name).await.unwrap().is_some());
    world
}

pub async fn credentials_change_and_a_used_step_does_not_go_back(world: World) -> World {
    assert!(world.store.credentials("ana").await.unwrap().is_none());
    let mut kept = Credentials { password: Some("$argon2id$".into()), totp: Some(vec![1, 2]), totp_last_step: Some(50), passkeys: None };
    world.store.keep_credentials("ana", &kept).await.unwrap();
    kept.totp_last_step = Some(40);
    kept.passkeys = Some(vec![9]);
    world.store.keep_credentials("ana", &kept).await.unwrap();
    let found = world.store.credentials("ana").await.unwrap().unwrap();
    assert_eq!((found.totp_last_step, found.passkeys.clone(), found.password.as_deref()), (Some(50), Some(vec![9]), Some("$argon2id$")));
    kept.totp = Some(vec![3]);
    kept.totp_last_step = None;
    world.store.keep_credentials("ana", &kept).await.unwrap();
    assert_eq!(world.store.credentials("ana").await.unwrap().unwrap().totp_last_step, None, "a new secret starts anew");
    world
}

pub async fn access_is_found_used_and_dropped(world: World) -> World {
    let row = |digest: &str, person: &str, kind: &str, made: i64| AccessRow {
        digest: digest.into(),
        person: person.into(),
        kind: kind.into(),
        made_at: after(made),
        expires_at: after(made + 1000),
        last_used_at: after(made),
        label: "laptop".into(),
    };
    for one in [row("d1", "ana", "session", 1), row("d2", "ana", "token", 2), row("d3", "zoe", "link", 3)] {
        world.store.keep_access(&one).await.unwrap();
    }
    world.store.touch_access("d1", after(90)).await.unwrap();
    world.store.touch_access("d1", after(80)).await.unwrap();
    let found = world.store.access("d1").await.unwrap().unwrap();
    assert_eq!((found.person.as_str(), found.last_used_at, found.expires_at), ("ana", after(90), after(1001)));
    assert_eq!(world.store.access_of("ana").await.unwrap().iter().map(|one| one.digest.clone()).collect::<Vec<_>>(), ["d2", "d1"]);
    assert!(world.store.drop_access("d3").await.unwrap());
    assert!(!world.store.drop_access("d3").await.unwrap(), "a link is good once");
    world.store.drop_access_of("ana").await.unwrap();
    assert!(world.store.access("d1").await.unwrap().is_none());
    assert!(world.store.access_of("ana").await.unwrap().is_empty());
    world
}

pub async fn test_messages_are_answered_once_and_forgotten(world: World) -> World {
    let question = wardroom_seal::Sealed::from_stored(vec![1, 2, 3]);
    for (id, at) in [("one", 10), ("two", 20), ("old", 1)] {
        world.store.ask_test(id, &question, after(at)).await.unwrap();
    }
    let ids = |asked: Vec<(String, wardroom_seal::Sealed)>| asked.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(ids(world.store.asked_tests(after(0), 2).await.unwrap()), ["old", "one"]);
    assert_eq!(ids(world.store.asked_tests(after(5), 9).await.unwrap()), ["one", "two"]);
    assert_eq!(world.store.asked_tests(after(5), 9).await.unwrap()[0].1.as_bytes(), question.as_bytes());
    assert!(world.store.take_test_answer("one").await.unwrap().is_none());
    world.store.answer_test("one", "yes").await.unwrap();
    world.store.answer_test("old", "yes").await.unwrap();
    assert_eq!(ids(world.store.asked_tests(after(5), 9).await.unwrap()), ["two"]);
    assert_eq!(world.store.take_test_answer("one").await.unwrap().as_deref(), Some("yes"));
    assert!(world.store.take_test_answer("one").await.unwrap().is_none(), "once");
    assert!(world.store.take_test_answer("old").await.unwrap().is_none(), "forgotten");
    assert!(world.store.asked_tests(after(100), 9).await.unwrap().is_empty());
    world
}

pub async fn settings_are_kept_by_name(world: World) -> World {
    assert!(world.store.setting("desk_secret").await.unwrap().is_none());
    for (name, value) in
        [("desk_secret", "a"), ("openpgp_secret:B", "b"), ("openpgp_secret:A", "c"), ("openpgp_secretX", "d"), ("desk_secret", "e")]
    {
        world.store.keep_setting(name, value.as_bytes()).await.unwrap();
    }
    assert_eq!(world.store.setting("desk_secret").await.unwrap().unwrap(), b"e");
    let changes = async || world.store.setting_changes().await.unwrap().into_iter().find(|(kind, _)| kind == "openpgp_secret:").unwrap().1;
    let before = changes().await;
    world.store.keep_setting("openpgp_secret:A", &world.store.setting("openpgp_secret:A").await.unwrap().unwrap()).await.unwrap();
    world.store.keep_setting("openpgp_secretX", b"of no kind").await.unwrap();
    world.store.keep_setting("desk_secret", b"of no kind").await.unwrap();
    assert_eq!(changes().await, before + 1, "whoever keeps one says so");
    assert_eq!(world.store.setting_names("openpgp_secret:").await.unwrap(), ["openpgp_secret:A", "openpgp_secret:B"]);
    assert_eq!(world.store.setting_names("").await.unwrap().len(), 4);
    assert!(world.store.setting_names("%").await.unwrap().is_empty());
    world
}

pub async fn a_working_copy_is_one_writer_s_at_a_time(world: World) -> World {
    let (store, stream) = (&world.store, StreamId::org());
    let (one, two) = (Sealed::from_stored(vec![1]), Sealed::from_stored(vec![2]));
    assert!(store.working(&stream).await.unwrap().is_none());
    assert!(!store.keep_working(&stream, 3, &one, after(1)).await.unwrap(), "there is no version 3");
    assert!(store.keep_working(&stream, 0, &one, after(1)).await.unwrap());
    assert!(!store.keep_working(&stream, 0, &two, after(2)).await.unwrap(), "there is one already");
    assert!(store.keep_working(&stream, 1, &two, after(2)).await.unwrap());
    assert!(!store.keep_working(&stream, 1, &one, after(3)).await.unwrap(), "somebody was quicker");
    let (version, sealed) = store.working(&stream).await.unwrap().unwrap();
    assert_eq!((version, sealed.as_bytes()), (2, two.as_bytes()));
    assert!(!store.forget_working(&stream, 1).await.unwrap(), "it is another version now");
    assert!(store.forget_working(&stream, 2).await.unwrap());
    assert!(store.working(&stream).await.unwrap().is_none());
    world
}

pub async fn who_is_here_is_known_and_forgotten(world: World) -> World {
    let (store, stream) = (&world.store, StreamId::org());
    let here = |person: &str, field: &str, seconds| PresenceRow { person: person.into(), field: field.into(), at: after(seconds) };
    for row in [here("ada", "title_en", 10), here("ben", "", 11), here("ada", "credits", 12)] {
        store.note_presence(&stream, &row).await.unwrap();
    }
    assert_eq!(store.present(&stream, after(11)).await.unwrap(), [here("ada", "credits", 12), here("ben", "", 11)]);
    assert_eq!(store.present(&stream, after(12)).await.unwrap(), [here("ada", "credits", 12)]);
    store.no_presence(&stream, "ada").await.unwrap();
    assert_eq!(store.present(&stream, after(0)).await.unwrap(), [here("ben", "", 11)]);
    world
}

pub async fn doors_and_their_synthetic_reports_are_the_newest(world: World) -> World {
    let note = |seconds, failed: Option<&str>, backlog| DoorNote {
        door: "lmtp".into(),
        at: after(seconds),
        failed: failed.map(str::to_owned),
        taken: 2,
        ignored: 1,
        backlog,
    };
    for note in [note(10, None, Some(7)), note(5, None, None), note(20, Some("the disk is full"), None), note(30, Some("still"), None)] {
        world.store.note_door(&note).await.unwrap();
    }
    let door = world.store.doors().await.unwrap().remove(0);
    assert_eq!((door.success_at, door.failure_at, door.failures), (Some(after(10)), Some(after(30)), 2), "never backwards");
    assert_eq!((door.reason.as_str(), door.taken, door.backlog), ("still", 4, Some(7)));
    world.store.note_door(&note(40, None, Some(0))).await.unwrap();
    let door = world.store.doors().await.unwrap().remove(0);
    assert_eq!((door.failures, door.backlog, door.failure_at), (0, Some(0), Some(after(30))));
    assert_eq!((door.taken, door.ignored), (6, 3));

    world.store.self_test_sent("d1", "lmtp", after(1)).await.unwrap();
    world.store.self_test_sent("d2", "lmtp", after(2)).await.unwrap();
    world.store.self_test_failed("d2", "refused").await.unwrap();
    assert_eq!(world.store.self_test_arrived("never sent", after(3)).await.unwrap(), None);
    assert_eq!(world.store.self_tests().await.unwrap()[0].failed.as_deref(), Some("refused"));
    for seconds in [4, 9] {
        assert_eq!(world.store.self_test_arrived("d2", after(seconds)).await.unwrap().as_deref(), Some("lmtp"));
    }
    let tests = world.store.self_tests().await.unwrap();
    assert_eq!((tests.len(), tests[0].passed_at, tests[0].failed.clone()), (1, Some(after(4)), None), "the first time counts");
    world.store.self_test_failed("d2", "too late").await.unwrap();
    assert_eq!(world.store.self_tests().await.unwrap()[0].failed, None);
    // A month later they are forgotten.
    world.store.self_test_sent("d3", "form", after(40 * 24 * 3_600)).await.unwrap();
    assert_eq!(world.store.self_tests().await.unwrap().len(), 1);
    assert!(world.store.reports_by_door().await.unwrap().is_empty());
    world
}

pub async fn a_delivery_is_found_by_each_of_its_keys(world: World) -> World {
    let seen = vec![("bytes".to_owned(), StreamId::org()), ("content".to_owned(), StreamId::org())];
    world.store.commit(Commit { at: noon(), seen, ..Commit::default() }).await.unwrap();
    for key in ["bytes", "content"] {
        assert_eq!(world.store.seen(key).await.unwrap(), Some(StreamId::org()));
    }
    assert_eq!(world.store.seen("other").await.unwrap(), None);
    world
}

pub async fn public_records_come_in_the_order_of_their_changes(world: World) -> World {
    let row = |name: &str, digest: &str| PublicRow { name: name.into(), digest: digest.into(), said: digest.as_bytes().to_vec() };
    let store = &world.store;
    let all: Vec<PublicRow> = (0..5).map(|i| row(&format!("CVE-{i}"), "one")).collect();
    assert_eq!(store.keep_public_records("cve", &all).await.unwrap(), (5, 0));
    assert_eq!(store.keep_public_records("osv", &all[..1]).await.unwrap(), (1, 0), "the same name in another snapshot is another record");
    let page = store.public_records_after(0, 2).await.unwrap();
    assert_eq!(page.iter().map(|(_, _, row)| row.name.as_str()).collect::<Vec<_>>(), ["CVE-0", "CVE-1"]);
    let rest = store.public_records_after(page[1].0, 100).await.unwrap();
    assert_eq!(rest.len(), 4);
    let seen = rest[3].0;
    assert_eq!(store.keep_public_records("cve", &[row("CVE-0", "one"), row("CVE-1", "two")]).await.unwrap(), (0, 1));
    let news = store.public_records_after(seen, 100).await.unwrap();
    assert_eq!(news.iter().map(|(_, _, row)| (row.name.as_str(), row.said.as_slice())).collect::<Vec<_>>(), [("CVE-1", b"two".as_slice())]);
    // Forgetting is one change of many records: they come together, however short the page.
    assert_eq!(store.forget_public_records("cve").await.unwrap(), 5);
    let gone = store.public_records_after(news[0].0, 2).await.unwrap();
    assert_eq!((gone.len(), gone.iter().all(|(_, snapshot, row)| snapshot == "cve" && row.said.is_empty())), (5, true));
    assert!(store.public_records_after(gone[4].0, 2).await.unwrap().is_empty());
    assert_eq!(store.keep_public_records("cve", &all[..1]).await.unwrap(), (0, 1), "it can come back");
    let note = |source: &str| SnapshotRow { name: "osv".into(), source: source.into(), imported_at: noon(), imported_by: "house".into() };
    store.keep_snapshot(&note("a")).await.unwrap();
    store.keep_snapshot(&note("b")).await.unwrap();
    assert_eq!(store.snapshots().await.unwrap(), vec![note("b")]);
    world
}
