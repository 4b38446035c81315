//! The log's part of the contract: facts go in together or not at all, stay as they are, and come out in order.

use std::sync::Arc;

use wardroom_app::ports::store::{Commit, CommitError, Idempotency, Store};
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_seal::merkle::{inclusion_proof, leaf_hash, root, verify_inclusion};
use wardroom_seal::{SecretKey, SeededChance};

use super::world::{World, after, clock_started, house, noon};

pub async fn a_commit_is_there_after_a_restart(world: World) -> World {
    let (report, number) = world.hand_in(3600).await;
    assert_eq!(number, "R-2026-0001");
    let before = world.store.head().await.unwrap();
    let world = world.reopened().await;
    assert_eq!(world.store.head().await.unwrap(), before);
    let facts = world.store.stream(&house(), &report).await.unwrap();
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0].recorded.seq, 1);
    assert_eq!((facts[1].recorded.seq, facts[1].recorded.stream_seq), (2, 2));
    assert_eq!(facts[0].recorded.at, noon());
    let Fact::Report(ReportFact::Received(received)) = &facts[0].recorded.fact else { panic!("{:?}", facts[0].recorded.fact) };
    assert_eq!(received.number, number);
    assert!(facts[0].body.as_ref().is_some_and(|body| body.is_plausible()));
    assert!(facts[1].body.is_none());
    world
}

pub async fn a_stream_that_changed_meanwhile_is_a_conflict(world: World) -> World {
    let (report, _) = world.hand_in(3600).await;
    for (expected, fits) in [(0, false), (1, false), (3, false), (2, true), (2, false), (3, true)] {
        let append = world.append(&report, expected, vec![ReportFact::NoteAdded]);
        match world.store.commit(world.commit_of(after(1), append)).await {
            Ok(_) => assert!(fits, "{expected}"),
            Err(CommitError::Conflict { stream }) => assert!(!fits && stream == report, "{expected}"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(world.store.stream(&house(), &report).await.unwrap().len(), 4);
    world
}

pub async fn a_failed_commit_leaves_nothing_behind(world: World) -> World {
    let (first, _) = world.hand_in(3600).await;
    let head = world.store.head().await.unwrap();
    // Everything in it is good but the last append.
    let (report, mut commit) = world.report_commit(60);
    let blob = commit.small_blobs[0].0.clone();
    commit.seen.push(("delivery-1".into(), report.clone()));
    commit.idempotency = Some(Idempotency { key: "form:1".into(), fingerprint: "f".into(), answer: b"a".to_vec() });
    commit.appends.push(world.append(&first, 9, vec![ReportFact::NoteAdded]));
    assert!(matches!(world.store.commit(commit.clone()).await, Err(CommitError::Conflict { .. })));
    assert_eq!(world.store.head().await.unwrap(), head);
    assert!(world.store.stream(&house(), &report).await.unwrap().is_empty());
    assert!(world.store.get_blob(&blob).await.unwrap().is_none());
    assert!(world.store.answered("form:1").await.unwrap().is_none());
    assert!(world.store.stream_public_key(&report).await.unwrap().is_none());
    assert!(world.store.jobs(10).await.unwrap().is_empty());
    // And so it can be made again, with the number that was taken back.
    commit.appends.pop();
    assert_eq!(world.store.commit(commit).await.unwrap().numbers[0].1, "R-2026-0002");
    world
}

pub async fn numbers_run_without_gaps_also_side_by_side(world: World) -> World {
    let world = Arc::new(world);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let world = world.clone();
        tasks.spawn(async move { world.hand_in(60).await.1 });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort();
    let wanted: Vec<String> = (1..=40).map(|n| format!("R-2026-{n:04}")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(world.store.head().await.unwrap().size, 80);
    Arc::into_inner(world).unwrap()
}

pub async fn one_bad_commit_among_many_fails_alone(world: World) -> World {
    let world = Arc::new(world);
    let (target, _) = world.hand_in(60).await;
    let mut tasks = tokio::task::JoinSet::new();
    for turn in 0..60 {
        let (world, target) = (world.clone(), target.clone());
        tasks.spawn(async move {
            if turn % 3 == 0 {
                let append = world.append(&target, 77, vec![ReportFact::NoteAdded]);
                world.store.commit(world.commit_of(after(1), append)).await.is_err()
            } else {
                world.hand_in(60).await;
                true
            }
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|as_wanted| as_wanted));
    assert_eq!(world.store.head().await.unwrap().size, 82);
    Arc::into_inner(world).unwrap()
}

pub async fn a_delivery_and_a_request_count_once(world: World) -> World {
    let answered = |request: &str| Idempotency { key: "api:k".into(), fingerprint: request.into(), answer: b"sealed answer".to_vec() };
    let (report, mut commit) = world.report_commit(60);
    commit.seen = vec![("m1".into(), report.clone()), ("m2".into(), report.clone()), ("m1".into(), report.clone())];
    commit.idempotency = Some(answered("one"));
    world.store.commit(commit).await.unwrap();

    let (_, mut again) = world.report_commit(60);
    again.idempotency = Some(answered("one"));
    match world.store.commit(again.clone()).await {
        Err(CommitError::AlreadyAnswered { same: true, answer }) => assert_eq!(answer, b"sealed answer"),
        other => panic!("{other:?}"),
    }
    again.idempotency = Some(answered("another request"));
    assert!(matches!(world.store.commit(again.clone()).await, Err(CommitError::AlreadyAnswered { same: false, .. })));
    again.idempotency = None;
    again.seen = vec![("m9".into(), again.appends[0].stream.clone()), ("m2".into(), again.appends[0].stream.clone())];
    match world.store.commit(again).await {
        Err(CommitError::AlreadySeen { stream }) => assert_eq!(stream, report),
        other => panic!("{other:?}"),
    }
    let stored = world.store.answered("api:k").await.unwrap().unwrap();
    assert_eq!((stored.fingerprint.as_str(), stored.answer.as_slice()), ("one", b"sealed answer".as_slice()));
    assert_eq!(world.store.head().await.unwrap().size, 2);
    world
}

pub async fn facts_cannot_be_changed_or_removed_by_sql(world: World) -> World {
    world.hand_in(60).await;
    let head = world.store.head().await.unwrap();
    for sql in ["UPDATE fact SET actor = 'house' WHERE seq = 1", "DELETE FROM fact WHERE seq = 2", "DELETE FROM fact"] {
        assert!(world.behind(sql).await.is_err(), "{sql}");
    }
    if !world.is_sqlite() {
        assert!(world.behind("TRUNCATE fact").await.is_err());
    }
    assert_eq!(world.store.head().await.unwrap(), head);
    world
}

pub async fn the_head_is_the_merkle_root_over_all_hashes(world: World) -> World {
    assert_eq!(world.store.head().await.unwrap().root, wardroom_seal::merkle::empty_root());
    for _ in 0..7 {
        world.hand_in(60).await;
    }
    let head = world.store.head().await.unwrap();
    let mut hashes = Vec::new();
    while hashes.len() < head.size as usize {
        hashes.extend(world.store.hashes(hashes.len() as u64 + 1, 5).await.unwrap());
    }
    assert_eq!(hashes.last(), Some(&head.last_hash));
    let leaves: Vec<_> = hashes.iter().map(|hash| leaf_hash(hash)).collect();
    assert_eq!(root(&leaves), head.root);
    let proof = inclusion_proof(&leaves, 4).unwrap();
    assert!(verify_inclusion(&leaves[4], 4, head.size, &proof, &head.root));
    assert!(world.store.hashes(head.size + 1, 5).await.unwrap().is_empty());
    world
}

pub async fn the_key_of_a_stream_opens_at_the_desk(world: World) -> World {
    let (report, _) = world.hand_in(60).await;
    let key = world.store.stream_key(&report).await.unwrap().unwrap();
    assert_eq!(world.store.stream_public_key(&report).await.unwrap(), Some(key.public));
    assert!(key.open(&world.desk, report.as_str()).is_ok());
    let new_desk = SecretKey::make(&mut SeededChance::new(77));
    let moved = key.reseal(&world.desk, &new_desk.public(), report.as_str(), &mut world.chance()).unwrap();
    assert!(world.store.keep_resealed(&report, &moved).await.unwrap());
    assert!(world.store.stream_key(&report).await.unwrap().unwrap().open(&new_desk, report.as_str()).is_ok());
    assert!(world.store.erase_words(&report).await.unwrap());
    assert!(!world.store.erase_words(&report).await.unwrap());
    assert!(world.store.stream_key(&report).await.unwrap().is_none());
    assert!(!world.store.keep_resealed(&report, &moved).await.unwrap());
    assert!(world.store.stream_key(&StreamId::org()).await.unwrap().is_none());
    world
}

pub async fn the_public_face_gets_reporter_bodies_only(world: World) -> World {
    let (report, _) = world.hand_in(60).await;
    world.note(&report, 2).await;
    let found = world.store.report_by_lookup(&format!("lookup-{report}")).await.unwrap();
    assert_eq!(found.as_ref(), Some(&report));
    assert_eq!(world.store.report_by_lookup("lookup-").await.unwrap(), None);
    assert_eq!(world.store.report_by_lookup("").await.unwrap(), None);
    let view = world.store.reporter_view(&report).await.unwrap();
    assert_eq!(view.len(), 3);
    assert!(view.iter().all(|stored| stored.body.is_none()));
    assert!(view[0].reporter_body.is_some());
    let (case, _) = world.open_case(&report, &[]).await;
    assert!(world.store.reporter_view(&case).await.unwrap().is_empty());
    world
}

pub async fn facts_of_the_whole_log_come_in_pages(world: World) -> World {
    world.found(&[]).await;
    for _ in 0..6 {
        world.hand_in(60).await;
    }
    let mut seqs = Vec::new();
    loop {
        let page = world.store.facts_after(&house(), seqs.last().copied().unwrap_or(0), 4).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 4);
        seqs.extend(page.iter().map(|stored| stored.recorded.seq));
    }
    assert_eq!(seqs, (1..=13).collect::<Vec<u64>>());
    world
}

pub async fn an_empty_commit_and_an_unreadable_stream_are_harmless(world: World) -> World {
    let done = world.store.commit(Commit { at: noon(), ..Commit::default() }).await.unwrap();
    assert_eq!((done.last_seq, done.numbers.len()), (0, 0));
    assert!(world.store.stream(&house(), &world.id(StreamKind::Case)).await.unwrap().is_empty());
    assert!(world.store.case_heads(&world.id(StreamKind::Case)).await.unwrap().is_empty());
    assert!(world.store.org().await.unwrap().is_empty());
    world
}

pub async fn a_numbered_stream_must_begin_with_a_numbered_fact(world: World) -> World {
    let (report, mut append) = world.report(60);
    append.facts.swap(0, 1);
    assert!(matches!(world.store.commit(world.commit_of(noon(), append)).await, Err(CommitError::Trouble(_))));
    assert!(world.store.stream(&house(), &report).await.unwrap().is_empty());
    assert_eq!(world.hand_in(60).await.1, "R-2026-0001");
    world
}

pub async fn odd_texts_come_back_as_they_were(world: World) -> World {
    let odd = "zh 漢字 'quoted' \"double\" \\ \u{1}\u{7f} 🦀 %s $1 ?".to_owned();
    let (report, mut commit) = world.report_commit(60);
    if let Fact::Report(ReportFact::Received(received)) = &mut commit.appends[0].facts[0].fact {
        received.language = odd.clone();
    }
    commit.appends[0].facts.push(world.new_fact(clock_started(&odd, 5)));
    world.store.commit(commit).await.unwrap();
    let facts = world.store.stream(&house(), &report).await.unwrap();
    let Fact::Report(ReportFact::Received(received)) = &facts[0].recorded.fact else { panic!() };
    assert_eq!(received.language, odd);
    assert_eq!(facts[2].recorded.fact, Fact::Report(clock_started(&odd, 5)));
    world
}
