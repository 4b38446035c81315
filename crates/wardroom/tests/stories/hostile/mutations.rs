//! The short run of the fuzz targets: every file of the kept corpus as it is, then mutations of it by a seeded dice, for a few seconds each.
//! `WARDROOM_FUZZ_SECONDS` makes it longer; `WARDROOM_FUZZ_SEED` takes another dice. The long run is `fuzz/README.md`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::house::{HTTP_LIMIT, House};
use super::items::Item;
use wardroom_testkit::fuzz::{Mutator, TARGETS, corpus};

fn of_environment(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn entry_points_survive_mutations_of_the_corpus() {
    let time = Duration::from_secs(of_environment("WARDROOM_FUZZ_SECONDS", 4));
    let seed = of_environment("WARDROOM_FUZZ_SEED", 20_261_121);
    let mut faults = Vec::new();
    for (name, target) in TARGETS {
        let seeds = corpus(name);
        assert!(seeds.len() >= 4, "the corpus of {name} is kept in fuzz/corpus");
        let mut mutator = Mutator::new(seed);
        let (begun, mut tried, mut slowest) = (Instant::now(), 0_usize, Duration::ZERO);
        let mut try_one = |bytes: &[u8], what: &str| {
            let before = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err() {
                faults.push(format!(
                    "{name}: {what} ({} bytes): {}",
                    bytes.len(),
                    bytes.escape_ascii().to_string().chars().take(400).collect::<String>()
                ));
            }
            slowest = slowest.max(before.elapsed());
        };
        for (path, bytes) in &seeds {
            try_one(bytes, &path.display().to_string());
        }
        while begun.elapsed() < time {
            let (one, two) = (tried % seeds.len(), (tried / 3 + 1) % seeds.len());
            let changed = mutator.change(&seeds[one].1, &seeds[two].1);
            try_one(&changed, &format!("mutation {tried} of seed {seed}"));
            tried += 1;
        }
        println!("{name}: {} seeds, {tried} mutations, slowest {slowest:?}", seeds.len());
        assert!(tried > 20, "{name} is too slow to be tried");
    }
    assert!(faults.is_empty(), "{} panics:\n{}", faults.len(), faults.join("\n"));
}

/// The same bytes over HTTP into the real program: whatever comes is answered, and never with 5xx.
#[tokio::test]
async fn the_server_survives_mutations_of_the_corpus() {
    let mut house = House::open().await;
    let seconds = of_environment("WARDROOM_FUZZ_SECONDS", 4);
    let ways = [
        ("api", "/api/v1/reports", "application/json"),
        ("api", "/api/v1/reports", "text/plain"),
        ("form", "/report", "application/x-www-form-urlencoded"),
        ("form", "/report", "multipart/form-data; boundary=X"),
        ("form", "/api/v1/reports", "multipart/form-data; boundary=X"),
        ("form", "/track", "application/x-www-form-urlencoded"),
    ];
    for (name, path, media) in ways {
        let seeds = corpus(name);
        let mut mutator = Mutator::new(of_environment("WARDROOM_FUZZ_SEED", 20_261_121));
        let (begun, mut tried) = (Instant::now(), 0_usize);
        while begun.elapsed() < Duration::from_secs(seconds) || tried < seeds.len() {
            let body = mutator.change(&seeds[tried % seeds.len()].1, &seeds[(tried / 3 + 1) % seeds.len()].1);
            let item = Item::new("fuzz", &format!("{path} as {media}, mutation {tried}"), "http", "either", body);
            let reply = house.attack(&item, HTTP_LIMIT * 2, |house| house.ask("POST", path, &[("Content-Type", media)], &item.bytes));
            if reply.as_ref().is_none_or(|reply| reply.status >= 500) {
                house.fault(
                    &item.id,
                    format!(
                        "{:?}: {}",
                        reply.map(|reply| reply.status),
                        item.bytes.escape_ascii().to_string().chars().take(400).collect::<String>()
                    ),
                );
            }
            tried += 1;
        }
        println!("{path} as {media}: {tried}");
    }
    house.finish(&[]);
}
