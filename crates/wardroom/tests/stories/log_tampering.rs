//! Somebody with the database file and patience: whatever is changed, removed, inserted, moved, cut off or rolled back in the log is
//! found, and the first bad fact is named.

use wardroom_app::ports::store::Store;
use wardroom_seal::Checkpoint;
use wardroom_testkit::world::{Policy, World};

/// Everything of a fact but its place in the log.
const COLUMNS: &str = "stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash";

async fn lived_in() -> (World, u64) {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    world.made_ready(&world.stream(&receipt.number).await).await;
    world.work().await;
    let size = world.store.head().await.unwrap().size;
    world.behind_the_store("DROP TRIGGER fact_no_update; DROP TRIGGER fact_no_delete; CREATE TABLE kept AS SELECT * FROM fact").await;
    (world, size)
}

async fn put_back(world: &World) {
    world.behind_the_store("DELETE FROM fact; INSERT INTO fact SELECT * FROM kept").await;
}

async fn ended(world: World) {
    put_back(&world).await;
    world.behind_the_store("DROP TABLE kept").await;
    world.finish().await;
}

/// The rows from `from` on, moved by `by`.
fn moved(from: u64, by: i64) -> String {
    format!("UPDATE fact SET seq = seq + 100000 WHERE seq >= {from}; UPDATE fact SET seq = seq - 100000 + ({by}) WHERE seq >= 100000")
}

/// Six ways at one place: (what, SQL, the first bad fact).
fn ways(seq: u64, size: u64) -> Vec<(&'static str, String, u64)> {
    let next = seq % size + 1;
    vec![
        ("change", format!("UPDATE fact SET at = at + 1 WHERE seq = {seq}"), seq),
        ("remove", format!("DELETE FROM fact WHERE seq = {seq}; {}", moved(seq + 1, -1)), seq),
        (
            "insert",
            format!(
                "{}; INSERT INTO fact (seq, {COLUMNS}) SELECT {seq}, 'org', 100000, kind, at, actor, head, body, reporter_body, stream_public, \
                 prev, hash FROM kept WHERE seq = {seq}",
                moved(seq, 1)
            ),
            seq,
        ),
        (
            "swap",
            format!(
                "UPDATE fact SET seq = 1000000 WHERE seq = {seq}; UPDATE fact SET seq = {seq} WHERE seq = {next}; \
                 UPDATE fact SET seq = {next} WHERE seq = 1000000"
            ),
            seq.min(next),
        ),
        ("cut off", format!("DELETE FROM fact WHERE seq >= {seq}"), seq),
        ("forge", format!("UPDATE fact SET actor = 'house', hash = randomblob(32) WHERE seq = {seq}"), seq),
    ]
}

#[tokio::test]
async fn six_ways_at_every_place() {
    let (world, size) = lived_in().await;
    assert!(size > 40, "{size} facts");
    let mut found = 0;
    for seq in 1..=size {
        for (way, sql, first_bad) in ways(seq, size) {
            world.behind_the_store(&sql).await;
            let broken = world.store.audit_verify(&[]).await.unwrap().broken;
            let broken = broken.unwrap_or_else(|| panic!("{way} at {seq} of {size} was not found"));
            assert_eq!(broken.seq, first_bad, "{way} at {seq}: {}", broken.what);
            put_back(&world).await;
            found += 1;
        }
    }
    println!("{found} of {found} tamperings found and placed");
    assert_eq!(world.store.audit_verify(&[]).await.unwrap().broken, None, "put back, it is whole again");
    ended(world).await;
}

#[tokio::test]
async fn verify_says_so_too() {
    let (world, size) = lived_in().await;
    for seq in [1, size / 2, size] {
        world.behind_the_store(&format!("UPDATE fact SET actor = 'house' || actor WHERE seq = {seq}")).await;
        let broken = world.store.verify().await.unwrap().broken;
        let wanted = format!("fact {seq}: ");
        assert!(broken.iter().any(|(check, what)| check == "log" && what.starts_with(&wanted)), "{seq}: {broken:?}");
        put_back(&world).await;
    }
    ended(world).await;
}

#[tokio::test]
async fn an_older_copy_is_known_by_a_checkpoint_kept_elsewhere() {
    let (world, size) = lived_in().await;
    let head = world.store.head().await.unwrap();
    let checkpoint = Checkpoint { origin: "story".to_owned(), size: head.size, root: head.root };
    assert_eq!(world.store.audit_verify(std::slice::from_ref(&checkpoint)).await.unwrap().broken, None);
    let ahead = Checkpoint { size: size + 1, ..checkpoint.clone() };
    assert!(world.store.audit_verify(&[ahead]).await.unwrap().broken.is_some(), "the log was longer once");
    let other = Checkpoint { root: [7; 32], ..checkpoint };
    assert!(world.store.audit_verify(&[other]).await.unwrap().broken.is_some(), "the log was another once");
    ended(world).await;
}

#[tokio::test]
async fn the_database_itself_refuses_by_itself() {
    let world = World::new(Policy::OneDay).await;
    for sql in ["UPDATE fact SET actor = 'house'", "DELETE FROM fact"] {
        let tried = world.try_behind_the_store(sql).await;
        assert!(tried.is_err_and(|why| why.contains("append")), "{sql}: append-only means append-only");
    }
    world.finish().await;
}
