//! Memory of `wardroom serve` while thousands of connections send half of something and wait: half a header, or half a report. Beside it
//! how quickly an honest request is answered meanwhile, and when the slow ones are let go.
//!
//! `WARDROOM_BENCH_CONNECTIONS` (5,000) says how many. `cargo bench -p wardroom --bench slow`; see `docs/src/operator/figures.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

mod beside;
#[path = "start/running.rs"]
mod running;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use beside::http::Client;
use running::Running;

const CONNECTIONS: usize = 5_000;
/// The most memory it may have, in MiB.
const AIM: u64 = 150;
/// By then all slow ones must be gone.
const PATIENCE: Duration = Duration::from_secs(90);

fn main() -> Result<()> {
    if !beside::wanted("slow") {
        return Ok(());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count somebody typed")]
    let connections = beside::number("WARDROOM_BENCH_CONNECTIONS").map_or(CONNECTIONS, |count| count as usize);
    println!("\n{connections} slow connections; load {} before", beside::load());
    let place = beside::folder("slow")?;
    let running = Running::start(&place.path().join("data"))?;
    honest(&running)?;
    println!("{:<58} {:>9}", "memory before, MiB", running.resident().context("no memory is told")?);
    let kinds: [(&str, fn(&str) -> String); 3] =
        [("half a header", half_header), ("half a form", half_form), ("half a report (JSON)", half_report)];
    for (what, half) in kinds {
        round(&running, what, &half(&running.public), connections)?;
    }
    running.stop()?;
    println!("load {} after", beside::load());
    Ok(())
}

fn round(running: &Running, what: &str, half: &str, connections: usize) -> Result<()> {
    let address = running.public.trim_start_matches("http://").to_owned();
    let begin = Instant::now();
    let mut slow = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut stream = TcpStream::connect(&address).context("no connection: raise the limit on open files (ulimit -n)")?;
        stream.write_all(half.as_bytes())?;
        slow.push(stream);
    }
    let opened = begin.elapsed();
    let answered = honest(running)?;
    // Everything that was sent has been read by then.
    std::thread::sleep(Duration::from_secs(1));
    let memory = running.resident().context("no memory is told")?;
    println!("{:<58} {memory:>9}   aim ≤ {AIM}", format!("memory with {connections} times {what}, MiB"));
    println!(
        "{:<58} {:>9.1}",
        format!("an honest page meanwhile ({:.1} s to open all), ms", opened.as_secs_f64()),
        answered.as_secs_f64() * 1000.0
    );
    let mut rest = [0; 4096];
    for stream in &mut slow {
        let left = PATIENCE.saturating_sub(begin.elapsed()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left))?;
        // An answer that says so, then the end; a reset is an end as well.
        loop {
            match stream.read(&mut rest) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    let waiting = matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
                    ensure!(!waiting, "a slow connection was not let go within {} s", PATIENCE.as_secs());
                    break;
                }
            }
        }
    }
    println!("{:<58} {:>9.1}", "all of them let go after, s", begin.elapsed().as_secs_f64());
    ensure!(memory <= AIM, "{memory} MiB are more than {AIM}");
    Ok(())
}

/// A page somebody reads.
fn honest(running: &Running) -> Result<Duration> {
    let begin = Instant::now();
    Client::connect(&running.public)?.page("/report", &[])?;
    Ok(begin.elapsed())
}

fn half_header(_: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: {}", "a".repeat(500))
}

fn half_form(url: &str) -> String {
    let host = url.trim_start_matches("http://");
    let part = "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n";
    format!(
        "POST /report HTTP/1.1\r\nHost: {host}\r\nOrigin: {url}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 200000\r\n\r\n{part}{}",
        "a".repeat(1_000)
    )
}

fn half_report(url: &str) -> String {
    let host = url.trim_start_matches("http://");
    let begin = format!("{{\"description\": \"{}", "a".repeat(1_000));
    format!("POST /api/v1/reports HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{begin}")
}
