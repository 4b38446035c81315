//! Damaged files: whatever bytes change on the disk, what is shown is right or it is an error, and `verify` tells.

use std::path::Path;

use wardroom_app::ports::store::Store;
use wardroom_store::{BLOBS_FOLDER, DATABASE_FILE, Place, SqlStore};

use super::child::open;
use super::world::{Engine, World, house, noon};

/// All facts as text, or `None` when they cannot be read.
async fn facts(store: &SqlStore) -> Option<String> {
    store.facts_after(&house(), 0, 10_000).await.ok().map(|facts| format!("{facts:?}"))
}

/// A closed store with a few reports, and its facts.
async fn written(folder: &Path) -> String {
    let store = open(folder).await;
    let world = World::new(&Engine::Sqlite).await;
    for _ in 0..40 {
        store.commit(world.report_commit(60).1).await.unwrap();
    }
    let all = facts(&store).await.unwrap();
    store.close().await;
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flipped_bits_are_found_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let before = written(folder.path()).await;
    let file = folder.path().join(DATABASE_FILE);
    let sound = std::fs::read(&file).unwrap();
    let (mut found, mut harmless) = (0, 0);
    for turn in 0..100usize {
        let mut bytes = sound.clone();
        let at = (turn * 7919 + turn * turn * 31) % bytes.len();
        bytes[at] ^= 1 << (turn % 8);
        std::fs::write(&file, &bytes).unwrap();
        let place = Place::Sqlite(file.clone());
        let Ok(store) = SqlStore::open(&place, &folder.path().join(BLOBS_FOLDER), noon()).await else {
            found += 1;
            continue;
        };
        let told = store.verify().await.map_or(true, |findings| !findings.broken.is_empty());
        let same = facts(&store).await.is_none_or(|after| after == before);
        assert!(told || same, "byte {at} changed what is shown and verify said nothing");
        if told {
            found += 1
        } else {
            harmless += 1
        }
        store.close().await;
        for side in ["wardroom.sqlite-wal", "wardroom.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.path().join(side));
        }
    }
    println!("100 flipped bits: {found} found, {harmless} harmless");
    assert!(found > 15);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_cut_short_is_never_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let before = written(folder.path()).await;
    let file = folder.path().join(DATABASE_FILE);
    let sound = std::fs::read(&file).unwrap();
    for part in 1..12 {
        let length = sound.len() * part / 12;
        std::fs::write(&file, &sound[..length]).unwrap();
        let place = Place::Sqlite(file.clone());
        if let Ok(store) = SqlStore::open(&place, &folder.path().join(BLOBS_FOLDER), noon()).await {
            let told = store.verify().await.map_or(true, |findings| !findings.broken.is_empty());
            assert!(told || facts(&store).await == Some(before.clone()), "cut at {length}");
            store.close().await;
        }
    }
}
