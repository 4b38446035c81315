//! The audit's part of the contract: six ways to tamper (change, change and rehash, remove, insert, swap, cut off) at many
//! places, each found with the place of the first bad fact; and a history rewritten from end to end, found by a checkpoint.

use wardroom_app::ports::store::Store;
use wardroom_domain::facts::ReportFact;
use wardroom_domain::log::StreamId;
use wardroom_seal::Checkpoint;

use super::world::{World, after};

const FACTS: u64 = 24;

/// A log of [`FACTS`] facts, and its checkpoint.
async fn filled(world: &World) -> (StreamId, Checkpoint) {
    let (report, _) = world.hand_in(60).await;
    for expected in 2..FACTS {
        let append = world.append(&report, expected, vec![ReportFact::NoteAdded]);
        world.store.commit(world.commit_of(after(expected as i64), append)).await.unwrap();
    }
    let head = world.store.head().await.unwrap();
    assert_eq!(head.size, FACTS);
    (report, Checkpoint { origin: "test".into(), size: head.size, root: head.root })
}

/// Columns that a swap exchanges: all but the place in the log.
const COLUMNS: [&str; 11] =
    ["stream", "stream_seq", "kind", "at", "actor", "head", "body", "reporter_body", "stream_public", "prev", "hash"];

fn swap(one: u64, other: u64) -> String {
    let park = 1_000_000;
    format!(
        "UPDATE fact SET seq = {park} WHERE seq = {one}; UPDATE fact SET seq = {one} WHERE seq = {other}; UPDATE fact SET seq = {other} WHERE seq = {park}"
    )
}

/// The rows from `from` on, moved by `by` in order not to collide.
fn shift(from: u64, by: i64) -> String {
    format!("UPDATE fact SET seq = seq + 100000 WHERE seq >= {from}; UPDATE fact SET seq = seq - 100000 + {by} WHERE seq >= 100000")
}

pub async fn every_tampering_is_found_and_placed(world: World) -> World {
    let (_, checkpoint) = filled(&world).await;
    let checkpoints = [checkpoint];
    let sound = world.store.audit_verify(&checkpoints).await.unwrap();
    assert_eq!((sound.size, sound.root, sound.broken), (FACTS, checkpoints[0].root, None));
    world.tamper("CREATE TABLE kept AS SELECT * FROM fact").await;

    let mut attempts = 0;
    for seq in 1..=FACTS {
        let columns = COLUMNS.join(", ");
        let ways: Vec<(&str, String, u64)> = vec![
            ("change an actor", format!("UPDATE fact SET actor = 'house' WHERE seq = {seq}"), seq),
            ("change an instant", format!("UPDATE fact SET at = at + 1 WHERE seq = {seq}"), seq),
            ("change a head", format!("UPDATE fact SET head = head || ' ' WHERE seq = {seq}"), seq),
            ("drop a body", format!("UPDATE fact SET body = NULL, reporter_body = NULL WHERE seq = {seq}"), 1),
            ("remove", format!("DELETE FROM fact WHERE seq = {seq}"), seq),
            ("remove and close the gap", format!("DELETE FROM fact WHERE seq = {seq}; {}", shift(seq + 1, -1)), seq),
            (
                "insert a copy",
                format!(
                    "{}; INSERT INTO fact (seq, {columns}) SELECT {seq}, 'org', 1000, kind, at, actor, head, body, reporter_body, stream_public, prev, hash \
                     FROM kept WHERE seq = {seq}",
                    shift(seq, 1)
                ),
                seq,
            ),
            ("swap with the next", swap(seq, seq % FACTS + 1), seq.min(seq % FACTS + 1)),
            ("cut off", format!("DELETE FROM fact WHERE seq >= {seq}"), seq),
        ];
        for (way, sql, first_bad) in ways {
            if way == "drop a body" && seq > 1 {
                continue;
            }
            world.tamper(&sql).await;
            let audit = world.store.audit_verify(&[]).await.unwrap();
            let broken = audit.broken.unwrap_or_else(|| panic!("{way} at {seq} was not found"));
            assert_eq!(broken.seq, first_bad, "{way} at {seq}: {}", broken.what);
            assert!(world.store.audit_verify(&checkpoints).await.unwrap().broken.is_some());
            world.tamper("DELETE FROM fact; INSERT INTO fact SELECT * FROM kept").await;
            attempts += 1;
        }
    }
    assert!(attempts > 190, "{attempts}");
    assert_eq!(world.store.audit_verify(&checkpoints).await.unwrap().broken, None);
    world.tamper("DROP TABLE kept").await;
    world
}

pub async fn a_rewritten_history_is_found_by_a_checkpoint(world: World) -> World {
    let (report, late) = filled(&world).await;
    // A second history, consistent in itself: other instants, as somebody with the program and the database could make it.
    let other = World::new(&super::Engine::Sqlite).await;
    other.skip_to(1_000_000);
    filled(&other).await;
    let forged = other.store.head().await.unwrap();
    let checkpoint = |size, root| Checkpoint { origin: "test".into(), size, root };
    assert_eq!(other.store.audit_verify(&[]).await.unwrap().broken, None);
    let early = {
        let hashes = world.store.hashes(1, 10).await.unwrap();
        let leaves: Vec<_> = hashes.iter().map(|hash| wardroom_seal::merkle::leaf_hash(hash)).collect();
        checkpoint(10, wardroom_seal::merkle::root(&leaves))
    };
    assert_ne!(forged.root, late.root, "two worlds have different ids and seals");
    let broken = other.store.audit_verify(&[late.clone(), early.clone()]).await.unwrap().broken.unwrap();
    assert_eq!(broken.seq, 1, "the first checkpoint already differs");

    // The true history agrees with both, and goes on.
    let append = world.append(&report, FACTS, vec![ReportFact::NoteAdded]);
    world.store.commit(world.commit_of(after(9999), append)).await.unwrap();
    assert_eq!(world.store.audit_verify(&[early.clone(), late.clone()]).await.unwrap().broken, None);
    // With a checkpoint that is ahead, this is an older copy.
    let ahead = checkpoint(FACTS + 5, [3; 32]);
    let broken = world.store.audit_verify(&[early.clone(), ahead]).await.unwrap().broken.unwrap();
    assert_eq!(broken.seq, FACTS + 2);
    // A change between two checkpoints is placed after the one that agreed.
    let broken = world.store.audit_verify(&[early, checkpoint(FACTS, [3; 32])]).await.unwrap().broken.unwrap();
    assert_eq!(broken.seq, 11);
    other.sound().await;
    world
}
