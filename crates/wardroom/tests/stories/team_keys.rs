//! The life of a team key: rotated with an overlap, retired, revoked, and never without a warning before it ends. What the world sees of it
//! (security.txt, key directory, provider metadata, key page) follows by itself.

use wardroom_domain::Refusal;
use wardroom_mail::keys::{KeyFault, KnownCert, Revocation, wkd};
use wardroom_testkit::world::{Policy, TEAM_ADDRESS, World};

const USER: &str = "Example PSIRT <psirt@vendor.example>";

fn file(world: &World, path: &str) -> Vec<u8> {
    std::fs::read(world.public_folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(world: &World, path: &str) -> String {
    String::from_utf8(file(world, path)).unwrap()
}

fn directory(world: &World) -> String {
    KnownCert::parse(&file(world, wkd::direct_path("psirt").trim_start_matches('/'))).unwrap().fingerprint()
}

/// Every place that shows the key in front shows this one.
fn in_front(world: &World, fingerprint: &str) {
    assert_eq!(directory(world), fingerprint, "key directory");
    assert_eq!(KnownCert::parse(&file(world, "pgp-key.asc")).unwrap().fingerprint(), fingerprint);
    assert!(text(world, ".well-known/csaf/provider-metadata.json").contains(fingerprint), "provider metadata");
    let signed = text(world, ".well-known/security.txt");
    let mail = format!("From: x@y.example\r\n\r\n{signed}");
    let known = [KnownCert::parse(&file(world, "pgp-key.asc")).unwrap()];
    let keys = wardroom_mail::keys::SecretKeys::default();
    let opened = wardroom_mail::open_mail(mail.as_bytes(), &keys, &known, world.house.now().as_second(), &wardroom_mail::Limits::default());
    let good = matches!(&opened.signature, wardroom_mail::opened::Signature::Good { fingerprint: by } if by == fingerprint);
    assert!(good, "security.txt is signed by {:?}", opened.signature);
}

#[tokio::test]
async fn rotated_with_an_overlap_and_the_world_follows() {
    let world = World::new(Policy::OneDay).await;
    let (rin, kim) = (world.reporter("Rin"), &world.team.kim);
    let old = world.team_key();
    in_front(&world, &old.fingerprint());
    world.clock.hours(24 * 100);
    let fresh = world.desk.rotate_team_key(kim, USER, 30).await.unwrap();
    world.work().await;
    in_front(&world, &fresh);
    assert!(
        text(&world, &format!(".well-known/csaf/openpgp/{}.asc", old.fingerprint())).contains("PUBLIC KEY"),
        "old signatures stay checkable"
    );
    let keys = world.desk.maker().keys;
    assert_eq!((keys.len(), keys[0].fingerprint.as_str(), keys[1].retired), (2, fresh.as_str(), false));

    // Mail to the old key opens and is no longer remarkable; after the overlap it retires by itself, and still opens.
    for days in [0, 29, 2, 60] {
        world.clock.hours(24 * days);
        world.worker.keys_once().await.unwrap();
        let id = format!("d{days}");
        let mail = rin.writes_encrypted(&old.armored(), &id, "Old key", &format!("To the old key, {days}. {}", world.words.canary));
        let imported = world.desk.import_mail(world.opener.as_ref(), &mail).await.unwrap();
        assert!(imported.decrypted);
        world.work().await;
    }
    let keys = world.desk.maker().keys;
    assert_eq!((keys[0].retired, keys[1].retired), (false, true));
    in_front(&world, &fresh);

    // Bringing the old one back by importing it does not put it in front again.
    let secret = world.desk.held_secrets().await.unwrap().into_iter().find(|held| held.retired).unwrap();
    let taken = world.desk.import_keys(kim, secret.armored.as_bytes(), None, false).await.unwrap();
    assert!(taken.iter().all(|(_, what)| *what != "active"), "{taken:?}");
    assert_eq!(world.desk.maker().keys[0].fingerprint, fresh);
    // A reporter's key in the mail was used for the receipts: none of them in clear with words.
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn the_only_key_is_not_retired_and_a_stolen_one_is_taken_back() {
    let world = World::new(Policy::OneDay).await;
    let (rin, kim) = (world.reporter("Rin"), &world.team.kim);
    let old = world.team_key();
    let refused = world.desk.retire_team_key(kim, &old.fingerprint()).await.unwrap_err();
    assert!(refused.to_string().contains("rotate first"), "{refused}");
    assert!(world.desk.retire_team_key(&world.team.ming, &old.fingerprint()).await.is_err(), "not everybody's business");
    let fresh = world.desk.rotate_team_key(kim, USER, 30).await.unwrap();
    world.work().await;
    world.clock.minutes(5);
    world.desk.revoke_team_key(kim, &old.fingerprint(), Revocation::Compromised).await.unwrap();
    world.work().await;
    let published = KnownCert::parse(&file(&world, &format!(".well-known/csaf/openpgp/{}.asc", old.fingerprint()))).unwrap();
    assert_eq!(published.encryptable(world.house.now().as_second()), Err(KeyFault::Revoked), "everybody's program can know");
    in_front(&world, &fresh);
    let page = text(&world, "pgp.html");
    assert!(!page.is_empty());
    // Whoever has not heard of it yet is still read.
    let mail = rin.writes_encrypted(&old.armored(), "one", "Old key", &format!("Old key. {}", world.words.canary));
    assert!(world.desk.import_mail(world.opener.as_ref(), &mail).await.unwrap().decrypted);
    let again = world.desk.revoke_team_key(kim, &old.fingerprint(), Revocation::Retired).await;
    assert!(matches!(again, Err(wardroom_app::AskError::Refused(Refusal::AlreadyDone))));
    assert!(world.desk.team_key("ABCD").is_err(), "a key is named by more than four digits");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn nobody_is_surprised_by_the_end_of_a_key() {
    // Long ago: a fresh key must not be from the future of the machine's own clock.
    let world = World::begin(Policy::OneDay, "2024-01-10T02:00:00Z").await;
    let key = world.team_key();
    let ends = key.expires(world.house.now().as_second()).unwrap();
    let mails = || world.post.to(TEAM_ADDRESS).len();
    let mut alarmed = 0;
    for (days_left, expected) in
        [(120, None), (91, None), (89, Some(90)), (31, None), (30, Some(30)), (8, None), (6, Some(7)), (-1, Some(0))]
    {
        world.clock.set(&jiff::Timestamp::from_second(ends - days_left * 86_400).unwrap().to_string());
        for _ in 0..3 {
            world.worker.keys_once().await.unwrap();
            world.work().await;
        }
        alarmed += usize::from(expected.is_some());
        assert_eq!(mails(), alarmed, "{days_left} days before the end");
        let health = world.desk.health().await.unwrap();
        assert_eq!(health.key_alarms.is_empty(), days_left > 90, "the health page at {days_left}");
        if let Some(days) = expected {
            assert_eq!(health.key_alarms[0].days, days);
            let letter = world.post.to(TEAM_ADDRESS).pop().unwrap();
            assert!(letter.raw().contains("Auto-Submitted: auto-generated") && letter.in_the_open().text.contains(&key.fingerprint()));
        }
    }
    world.desk.rotate_team_key(&world.team.kim, USER, 0).await.unwrap();
    world.work().await;
    assert!(world.desk.health().await.unwrap().key_alarms.is_empty(), "a fresh key ends the alarm");
    assert_eq!(world.worker.keys_once().await.unwrap(), 0);
    world.finish().await;
}
