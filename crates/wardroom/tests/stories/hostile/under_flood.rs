//! A flood and honest people at the same time, over HTTP against the real program behind a declared proxy: six senders of junk go
//! round 20,000 networks as fast as they can, while reporters come from quiet networks, from the very networks of the flood, and with the
//! code of an earlier report. What is counted is who got in, and how long it took them. Those without script wait for their turn, which
//! is longer than a story: of them only the promise is looked at here, `wardroom_web::gate` has the rest in simulated time.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::flood::worked;
use super::house::{House, Reply, raw, replies, request};

/// How long the flood lasts at least.
const LASTS: Duration = Duration::from_secs(8);
const FLOODERS: u32 = 6;
const NETWORKS: u32 = 20_000;
const AT_ONCE: u32 = 50;

#[derive(Default)]
struct Counted {
    junk: AtomicU32,
    junk_in: AtomicU32,
    over: AtomicBool,
}

fn send(address: &str, network: &str, more: &[(&str, &str)]) -> Option<Reply> {
    let body = json!({"title": "A report", "description": format!("From {network}.")}).to_string();
    let mut headers = vec![("Content-Type", "application/json"), ("X-Forwarded-For", network)];
    headers.extend(more);
    request(address, "POST", "/api/v1/reports", &headers, body.as_bytes())
}

/// Fifty at a time on one connection, as a flood does it.
fn flood(address: &str, first: u32, counted: &Counted) {
    let mut n = first;
    while !counted.over.load(Ordering::Relaxed) {
        let mut bytes = Vec::new();
        for more in 0..AT_ONCE {
            let at = n % NETWORKS;
            let network = format!("10.{}.{}.{}", 1 + at / 250, at % 250, n / NETWORKS % 250);
            let body = json!({"description": format!("Junk {n}.")}).to_string();
            let connection = if more + 1 == AT_ONCE { "close" } else { "keep-alive" };
            let head = format!(
                "POST /api/v1/reports HTTP/1.1\r\nHost: {address}\r\nConnection: {connection}\r\nContent-Type: application/json\r\n\
                 X-Forwarded-For: {network}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            bytes.extend_from_slice(head.as_bytes());
            n += FLOODERS;
        }
        for reply in replies(&raw(address, &bytes, true)) {
            counted.junk.fetch_add(1, Ordering::Relaxed);
            counted.junk_in.fetch_add(u32::from(reply.status == 201), Ordering::Relaxed);
        }
    }
}

/// One reporter with a script: sends, does the work when asked, sends again. How long it took to get in; none: not at all.
fn honest(address: &str, network: &str, more: &[(&str, &str)]) -> Option<Duration> {
    let begun = Instant::now();
    for _ in 0..4 {
        let reply = send(address, network, more)?;
        if reply.status == 201 {
            return Some(begun.elapsed());
        }
        let proof = worked(&reply.json());
        let with: Vec<(&str, &str)> = more.iter().copied().chain([("Wardroom-Proof", proof.as_str())]).collect();
        if send(address, network, &with)?.status == 201 {
            return Some(begun.elapsed());
        }
    }
    None
}

#[tokio::test]
async fn honest_reports_come_through_while_the_flood_runs() {
    let mut house = House::open().await;
    let address = house.server.public.clone();
    let codes: Vec<String> = (0..10)
        .map(|n| {
            let reply = send(&address, &format!("203.0.{n}.1"), &[]).expect("an answer");
            reply.json()["receipt_code"].as_str().map(str::to_owned).expect("a code")
        })
        .collect();
    let counted = Counted::default();
    let begun = Instant::now();
    let mut waited: Vec<(&str, Option<Duration>)> = Vec::new();
    let mut promised = 0;
    std::thread::scope(|scope| {
        for first in 0..FLOODERS {
            let (address, counted) = (&address, &counted);
            scope.spawn(move || flood(address, first, counted));
        }
        // Until what may come first is used up, everybody is let in: the test is what comes then.
        let refused = || counted.junk.load(Ordering::Relaxed) - counted.junk_in.load(Ordering::Relaxed);
        while refused() < 100 && begun.elapsed() < Duration::from_secs(90) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let pressed = Instant::now();
        for n in 0..50_u32 {
            let kind = match n % 5 {
                0 | 1 => ("quiet network", honest(&address, &format!("198.51.{n}.7"), &[])),
                2 | 3 => ("network of the flood", honest(&address, &format!("10.{}.{}.251", 1 + n % 80, n), &[])),
                _ => {
                    let code = format!("Receipt {}", codes[(n / 5 % 10) as usize]);
                    ("with a code", honest(&address, &format!("198.18.{n}.9"), &[("Authorization", &code)]))
                }
            };
            waited.push(kind);
        }
        // Whoever has no script is told when to come again.
        let told = send(&address, "198.51.200.7", &[]).expect("an answer");
        if told.status == 429 {
            promised = told.header("retry-after").parse().unwrap_or(0);
            assert!(promised > 0 && told.json()["turn"]["ticket"].is_string(), "{}", told.text());
        }
        while pressed.elapsed() < LASTS {
            std::thread::sleep(Duration::from_millis(100));
        }
        counted.over.store(true, Ordering::Relaxed);
    });
    let (junk, junk_in) = (counted.junk.load(Ordering::Relaxed), counted.junk_in.load(Ordering::Relaxed));
    let came = waited.iter().filter(|(_, took)| took.is_some()).count();
    for kind in ["quiet network", "network of the flood", "with a code"] {
        let mut times: Vec<Duration> = waited.iter().filter(|(one, _)| *one == kind).filter_map(|(_, took)| *took).collect();
        times.sort();
        let all = waited.iter().filter(|(one, _)| *one == kind).count();
        let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
        println!("{kind}: {} of {all} came in, median {:?}, slowest {:?}", times.len(), at(50), at(100));
    }
    println!(
        "{came} of {} honest reports came in; junk: {junk_in} of {junk}, {:.0}/s; a turn without script was promised in {promised} s",
        waited.len(),
        f64::from(junk) / begun.elapsed().as_secs_f64()
    );
    assert!(came * 100 >= waited.len() * 99, "{came} of {} honest reports came in", waited.len());
    assert!(junk_in < junk, "there was no flood: {junk_in} of {junk} junk reports came in");
    house.honest("after the flood");
    house.finish(&[]);
}
