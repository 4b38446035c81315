//! From the start of `wardroom serve` to its line `ready`, and the first pages after it: on an absent directory, on one with many
//! cases, and after it was killed while reports came in.
//!
//! `WARDROOM_BENCH_CASES` (2,000) says how many cases; `WARDROOM_BENCH_WORLD` names a directory that is made once and used again.
//! `cargo bench -p wardroom --bench start`; see `docs/src/operator/figures.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

#[path = "../beside/mod.rs"]
mod beside;
mod running;
mod world;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use beside::http::Client;
use beside::{ROUNDS, house, median};
use running::Running;
use wardroom_app::ports::store::{Credentials, Store};

const CASES: u64 = 2_000;
/// Reports in the inbox besides.
const WAITING: u64 = 1_000;
/// Within which it must be ready, in milliseconds.
const AIM: f64 = 2_000.0;

fn main() -> Result<()> {
    if !beside::wanted("start") {
        return Ok(());
    }
    println!("\nstart; load {} before", beside::load());
    println!("{:<58} {:>9} {:>9} {:>9} {:>7}", "", "first ms", "median", "most", "aim");
    absent()?;
    full()?;
    println!("load {} after", beside::load());
    Ok(())
}

/// One line of the table.
fn line(what: &str, times: &[Duration], aim: Option<f64>) {
    let each: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    let (first, most) = (each.first().copied().unwrap_or_default(), each.iter().copied().fold(0.0, f64::max));
    let aim = aim.map_or_else(String::new, |aim| format!("≤ {aim}"));
    println!("{what:<58} {first:>9.1} {:>9.1} {most:>9.1} {aim:>7}", median(each));
}

fn absent() -> Result<()> {
    let place = beside::folder("start")?;
    let mut ready = Vec::new();
    for round in 0..ROUNDS {
        let running = Running::start(&place.path().join(format!("data-{round}")))?;
        ready.push(running.ready_after);
        running.stop()?;
    }
    line("ready on an absent directory", &ready, Some(AIM));
    Ok(())
}

fn full() -> Result<()> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count somebody typed")]
    let cases = beside::number("WARDROOM_BENCH_CASES").map_or(CASES, |cases| cases as u64);
    let fresh = beside::folder("cases")?;
    let data = std::env::var_os("WARDROOM_BENCH_WORLD").map_or_else(|| fresh.path().join("data"), PathBuf::from);
    let session = prepare(&data, cases)?;
    let size = std::fs::metadata(data.join(wardroom_store::DATABASE_FILE))?.len() / 1_048_576;
    println!("{cases} open cases and {WAITING} reports more: {size} MiB on {}", beside::file_system(&data));

    let mut ready = Vec::new();
    let mut stopping = Vec::new();
    for _ in 0..ROUNDS {
        let running = Running::start(&data)?;
        ready.push(running.ready_after);
        stopping.push(running.stop()?);
    }
    line("ready", &ready, Some(AIM));
    line("gone after SIGTERM", &stopping, None);

    let mut running = Running::start(&data)?;
    pages(&running, &session)?;
    println!("{:<58} {:>9}", "resident memory after that, MiB", running.resident().unwrap_or_default());
    let mut after = Vec::new();
    for _ in 0..ROUNDS {
        let taken = killed_while_reports_come_in(&mut running)?;
        running = Running::start(&data)?;
        after.push(running.ready_after);
        ensure!(taken > 0, "no report was taken before the kill");
    }
    line("ready after kill -9 while reports came in", &after, Some(AIM));
    running.stop()?;
    Ok(())
}

/// The directory with its cases, and the cookie of somebody who sees them all.
fn prepare(data: &Path, cases: u64) -> Result<String> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = if data.join("keys").is_dir() { house::open(data).await? } else { house::found(data).await? };
        let person = opened.store.people().await?.into_iter().next().context("nobody is there")?.person;
        let marker = data.join("measured");
        if !marker.exists() {
            let begin = Instant::now();
            world::make(&opened, cases, WAITING, &person).await?;
            // Whoever was to sign in would need these; the session below only needs them to be there.
            let enrolled = Credentials { password: Some("none".to_owned()), totp: Some(vec![0]), ..Credentials::default() };
            opened.store.keep_credentials(&person, &enrolled).await?;
            std::fs::write(&marker, cases.to_string())?;
            println!("made in {:.0} s", begin.elapsed().as_secs_f64());
        }
        let made = std::fs::read_to_string(&marker)?;
        ensure!(
            made == cases.to_string(),
            "{} holds {made} cases: say so in WARDROOM_BENCH_CASES, or name another directory",
            data.display()
        );
        let session = opened.desk.open_session(&person).await?;
        opened.store.close().await;
        Ok(format!("Cookie: wardroom={session}"))
    })
}

/// The pages of somebody who sits down in the morning: each the first time, and again.
fn pages(running: &Running, session: &str) -> Result<()> {
    let mut desk = Client::connect(&running.desk)?;
    let mut public = Client::connect(&running.public)?;
    let timed = |what: &str, client: &mut Client, path: &str| -> Result<String> {
        let mut times = Vec::new();
        let mut page = String::new();
        for _ in 0..20 {
            let begin = Instant::now();
            page = client.page(path, &[session])?;
            times.push(begin.elapsed());
        }
        line(what, &times, None);
        Ok(page)
    };
    timed("public front page", &mut public, "/")?;
    let inbox = timed("inbox, first page", &mut desk, "/inbox")?;
    let cases = timed("cases, first page", &mut desk, "/cases")?;
    timed("a report with what it resembles", &mut desk, &first_link(&inbox, "/reports/")?)?;
    timed("a case", &mut desk, &first_link(&cases, "/cases/")?)?;
    Ok(())
}

/// The first address in a page that goes deeper than `start`.
fn first_link(page: &str, start: &str) -> Result<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let link = links.into_iter().find(|link| link.starts_with(start) && link.len() > start.len());
    link.map(str::to_owned).with_context(|| format!("the page has no link to {start}…"))
}

/// Gives how many reports were acknowledged before it was killed.
fn killed_while_reports_come_in(running: &mut Running) -> Result<u64> {
    let (taken, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let address = running.public.clone();
    std::thread::scope(|scope| {
        for client in 0..8_u64 {
            let (taken, over, address) = (&taken, &over, &address);
            scope.spawn(move || {
                let Ok(mut connection) = Client::connect(address) else { return };
                let body = serde_json::json!({ "title": "Killed meanwhile", "description": house::text(client, 2_048) }).to_string();
                while !over.load(Ordering::SeqCst) {
                    // The kill breaks the connection: that is what is measured.
                    match connection.ask("POST", "/api/v1/reports", &["Content-Type: application/json"], body.as_bytes()) {
                        Ok((201, _)) => taken.fetch_add(1, Ordering::SeqCst),
                        Ok(_) | Err(_) => return,
                    };
                }
            });
        }
        std::thread::sleep(Duration::from_millis(700));
        let killed = running.kill();
        over.store(true, Ordering::SeqCst);
        killed
    })?;
    Ok(taken.load(Ordering::SeqCst))
}
