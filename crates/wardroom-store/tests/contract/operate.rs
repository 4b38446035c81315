//! Operating: a backup stands on its own, and `verify` names what is wrong.

use wardroom_app::ports::store::{Commit, Effect, Store};
use wardroom_domain::log::StreamId;
use wardroom_store::{BLOBS_FOLDER, DATABASE_FILE, Place, SqlStore};

use super::world::{World, house, noon};

pub async fn a_backup_is_a_whole_store_of_its_own(world: World) -> World {
    world.found(&[]).await;
    let (report, number) = world.hand_in(60).await;
    world.open_case(&report, &["eng"]).await;
    let large = world.sealed(&"y".repeat(100_000));
    world.store.put_blob(&"d".repeat(32), large.clone()).await.unwrap();
    world.store.keep_setting("desk_secret", b"sealed").await.unwrap();
    let effect = Effect { key: "e".into(), kind: "k".into(), stream: report.clone(), payload: Some(world.sealed("p")), not_before: noon() };
    world.store.commit(Commit { at: noon(), effects: vec![effect], ..Commit::default() }).await.unwrap();

    let to = world.folder.path().join("backup");
    world.store.backup(&to).await.unwrap();
    assert!(world.store.backup(&to).await.is_err(), "never into a full directory");
    let head = world.store.head().await.unwrap();
    // What happens afterwards is not in it.
    world.hand_in(60).await;

    let copy = SqlStore::open(&Place::Sqlite(to.join(DATABASE_FILE)), &to.join(BLOBS_FOLDER), noon()).await.unwrap();
    assert_eq!(copy.head().await.unwrap(), head);
    let findings = copy.verify().await.unwrap();
    assert!(findings.broken.is_empty(), "{:?}", findings.broken);
    assert_eq!(copy.by_number(&house(), &number).await.unwrap(), Some(report.clone()));
    assert_eq!(copy.get_blob(&"d".repeat(32)).await.unwrap(), Some(large));
    assert_eq!(copy.setting("desk_secret").await.unwrap().unwrap(), b"sealed");
    assert_eq!(copy.jobs(9).await.unwrap().len(), 1);
    assert!(copy.stream_key(&report).await.unwrap().unwrap().open(&world.desk, report.as_str()).is_ok());
    // And it can go on by itself.
    let append = world.append(&StreamId::org(), 1, vec![wardroom_domain::facts::OrgFact::ProductRetired { product: "p".into() }]);
    copy.commit(world.commit_of(noon(), append)).await.unwrap();
    copy.close().await;
    world
}

pub async fn verify_finds_what_is_wrong_with_blobs_keys_and_seals(world: World) -> World {
    let (report, _) = world.hand_in(60).await;
    world.sound().await;
    let expect = async |sql: &str, check: &str, word: &str, undo: &str| {
        world.tamper(sql).await;
        let broken = world.store.verify().await.unwrap().broken;
        assert!(broken.iter().any(|(found, what)| found == check && what.contains(word)), "{sql}: {broken:?}");
        world.tamper(undo).await;
    };
    world.tamper("CREATE TABLE kept_blob AS SELECT * FROM blob; CREATE TABLE kept_key AS SELECT * FROM stream_key; CREATE TABLE kept_fact AS SELECT * FROM fact; \
        CREATE TABLE kept_head AS SELECT * FROM log_head").await;
    let blobs = "DELETE FROM blob; INSERT INTO blob SELECT * FROM kept_blob";
    let keys = "DELETE FROM stream_key; INSERT INTO stream_key SELECT * FROM kept_key";
    let facts = "DELETE FROM fact; INSERT INTO fact SELECT * FROM kept_fact";
    let heads = "DELETE FROM log_head; INSERT INTO log_head SELECT * FROM kept_head";
    expect("DELETE FROM blob", "blobs", "missing", blobs).await;
    expect("UPDATE blob SET sealed = (SELECT hash FROM fact WHERE seq = 1)", "blobs", "changed", blobs).await;
    expect("UPDATE stream_key SET public = (SELECT hash FROM fact WHERE seq = 1)", "keys", report.as_str(), keys).await;
    expect("DELETE FROM stream_key", "keys", "lost", keys).await;
    expect("UPDATE fact SET body = hash WHERE seq = 1", "sealed", "fact 1", facts).await;
    expect("UPDATE fact SET head = '{' WHERE seq = 2", "log", "not JSON", facts).await;
    expect("UPDATE log_head SET last_hash = (SELECT hash FROM fact WHERE seq = 1)", "log", "fact 2", heads).await;
    expect("UPDATE counter SET last = 0", "projections", "R-2026-", "UPDATE counter SET last = 1").await;
    world.tamper("DROP TABLE kept_blob; DROP TABLE kept_key; DROP TABLE kept_fact; DROP TABLE kept_head").await;
    world
}
