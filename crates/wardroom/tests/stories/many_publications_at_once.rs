//! 64 publications at once at each of two processes, a reader all the while: none is lost, and the reader sees whole states only.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wardroom_app::disclosure::tree::{self, Follower};
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::store::{Append, Commit, NewFact};
use wardroom_app::worker::Worker;
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryProduct, AdvisoryVulnerability, Bilingual, content_hash};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_testkit::world::{Policy, World};

const EACH: usize = 64;

fn content(id: &str, version: u32) -> AdvisoryContent {
    let mut content = AdvisoryContent { id: id.to_owned(), version, ..AdvisoryContent::default() };
    content.texts.title = Bilingual::new(&format!("Advisory {id}"), &format!("公告 {id}"));
    content.texts.summary = Bilingual::new("Something.", "某事。");
    content.products = vec![AdvisoryProduct { id: "vx".into(), name: "VX".into(), ..AdvisoryProduct::default() }];
    content.vulnerabilities = vec![AdvisoryVulnerability { id: "V1".into(), title: "A fault".into(), ..AdvisoryVulnerability::default() }];
    content
}

/// What publishing records, without the people and cases around it, and the tree written after it.
async fn publish(worker: Worker, at: jiff::Timestamp, stream: StreamId, id: String, version: u32, expected: u64) {
    let content = content(&id, version);
    let bare = |fact| NewFact { fact: Fact::Advisory(fact), body: None, reporter_body: None };
    let case = StreamId::new(StreamKind::Case, "crowd");
    let mut facts = Vec::new();
    if expected == 0 {
        facts.push(bare(AdvisoryFact::Drafted { number: id, case }));
    }
    let hash = content_hash(&content);
    facts.push(bare(AdvisoryFact::Published { hash, approved_by: "second".into(), content: Box::new(content) }));
    let append = Append { stream, expected, actor: Actor::House, key: None, series: None, facts };
    worker.desk.store.commit(Commit { at, appends: vec![append], ..Commit::default() }).await.unwrap();
    worker.write_tree().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_two_processes_lose_nothing() {
    let world = World::new(Policy::OneDay).await;
    world.worker.write_tree().await.unwrap();
    let nodes = [world.worker.clone(), world.second_node().await];
    let done = Arc::new(AtomicBool::new(false));
    let reader = std::thread::spawn({
        let (folder, done) = (world.public_folder(), done.clone());
        move || watch(&folder, &done)
    });
    let at = world.clock.now();
    let mut tasks = tokio::task::JoinSet::new();
    // Both publish the same first advisory in turn of versions, and 63 of their own.
    for (node, worker) in nodes.iter().enumerate() {
        for number in 0..EACH {
            let id = format!("CROWD-SA-2026-{:04}", 1000 * (node + 1) + number);
            let stream = StreamId::new(StreamKind::Advisory, &id);
            tasks.spawn(publish(worker.clone(), at, stream, id, 1, 0));
        }
    }
    while let Some(joined) = tasks.join_next().await {
        joined.unwrap();
    }
    // The same advisories again, each from the other process.
    for (node, worker) in nodes.iter().enumerate() {
        for number in 0..4 {
            let id = format!("CROWD-SA-2026-{:04}", 1000 * (2 - node) + number);
            let stream = StreamId::new(StreamKind::Advisory, &id);
            tasks.spawn(publish(worker.clone(), at, stream, id, 2, 2));
        }
    }
    while let Some(joined) = tasks.join_next().await {
        joined.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let states = reader.join().unwrap();
    assert!(states > 1, "the reader saw {states} states");

    let files = tree::read(&world.public_folder()).unwrap().files;
    let index = String::from_utf8(files[".well-known/csaf/white/index.txt"].clone()).unwrap();
    assert_eq!(index.lines().count(), 2 * EACH);
    let second = ["1000", "1003", "2000", "2003"].map(|number| {
        let path = index.lines().find(|line| line.contains(&format!("crowd-sa-2026-{number}"))).unwrap();
        String::from_utf8(files[&format!(".well-known/csaf/white/{path}")].clone()).unwrap()
    });
    assert!(second.iter().all(|text| text.contains("\"version\": \"2\"")));
    // What came piece by piece is what is made at once.
    let out = world.data().join("again");
    let pages: Arc<dyn wardroom_app::ports::pages::PublicPages> = Arc::new(wardroom_public::tree::Pages);
    tree::export(&world.desk, &pages, &out, None).await.unwrap();
    let again = tree::read(&out).unwrap().files;
    let differ: Vec<&String> = again.iter().filter(|(path, bytes)| files.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
    assert_eq!((differ, files.len()), (Vec::<&String>::new(), again.len()));
    std::fs::remove_dir_all(out).unwrap();
    world.end_of_bare_facts().await;
}

/// Follows the tree; every state is one: each document that is listed is there, with the hash that lies beside it. Answers how many were seen.
fn watch(folder: &std::path::Path, done: &AtomicBool) -> usize {
    let mut follower = Follower::new(folder);
    let mut held = std::collections::BTreeMap::<String, Vec<u8>>::new();
    let mut states = 0;
    while !done.load(Ordering::Relaxed) {
        let mut fresh = None;
        follower
            .take(|seen, bytes| {
                let mut files = if seen.whole { std::collections::BTreeMap::new() } else { held.clone() };
                seen.removed.iter().for_each(|path| drop(files.remove(path)));
                for file in &seen.files {
                    files.insert(file.path.clone(), bytes(file)?);
                }
                fresh = Some(files);
                Ok(())
            })
            .unwrap();
        let Some(files) = fresh else {
            std::thread::sleep(std::time::Duration::from_millis(5));
            continue;
        };
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        let listed: BTreeSet<String> = text(".well-known/csaf/white/index.txt").lines().map(str::to_owned).collect();
        assert_eq!(text(".well-known/csaf/white/changes.csv").lines().count(), listed.len());
        let rolie: serde_json::Value = serde_json::from_str(&text(".well-known/csaf/white/feed-tlp-white.json")).unwrap();
        assert_eq!(rolie["feed"]["entry"].as_array().unwrap().len(), listed.len());
        for path in &listed {
            let document = format!(".well-known/csaf/white/{path}");
            let digests = wardroom_formats::provider::digests(&files[&document]);
            assert!(text(&format!("{document}.sha512")).starts_with(&digests.sha512), "{document}");
            assert!(files.contains_key(&format!("{document}.asc")), "{document}");
        }
        held = files;
        states += 1;
    }
    states
}
