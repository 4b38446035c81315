//! How fast the public pages are served, beside nginx serving the same bytes on the same machine in the same minute.
//!
//! Not a load test of the desk, and not a number to compare between machines: only the ratio means something.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{packages, steps};

/// A page, a list and a document: what people and machines ask for most.
const PAGES: [&str; 4] = ["/", "/advisories", "/policy", "/.well-known/csaf/provider-metadata.json"];

const ROUNDS: usize = 3;

/// Measures and prints a table. Answers whether it could measure.
pub fn run(metadata: &Value) -> Result<bool> {
    if !packages::ensure_for_bench()? {
        return Ok(false);
    }
    let target = metadata.get("target_directory").and_then(Value::as_str).context("cargo metadata names no target directory")?;
    let target = PathBuf::from(target);
    let mut build = steps::cargo();
    build.args(["build", "--release", "--locked", "--package", "wardroom", "--bin", "wardroom"]);
    steps::must_run("build for release", &mut build)?;

    let home = target.join("bench-served");
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
    }
    fs::create_dir_all(home.join("root")).with_context(|| format!("cannot make {}", home.display()))?;
    let (_wardroom, port) = start_wardroom(&target.join("release/wardroom"), &home)?;
    let mut bodies = Vec::new();
    for (number, page) in PAGES.into_iter().enumerate() {
        let body = fetch(port, page)?;
        fs::write(home.join(format!("root/{number}")), &body).context("cannot write a page for nginx")?;
        bodies.push(body.len());
    }
    let (_nginx, yardstick) = start_nginx(&home)?;

    println!("{:<45} {:>8} {:>12} {:>12} {:>6}", "page", "bytes", "wardroom/s", "nginx/s", "ratio");
    for (number, (page, bytes)) in PAGES.into_iter().zip(bodies).enumerate() {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // Taking turns, so that what else the machine does falls on both.
        for _ in 0..ROUNDS {
            ours.push(requests_per_second(port, page)?);
            theirs.push(requests_per_second(yardstick, &format!("/{number}"))?);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("{page:<45} {bytes:>8} {ours:>12.0} {theirs:>12.0} {:>6.2}", ours / theirs);
    }
    Ok(true)
}

/// A process that ends with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn start_wardroom(binary: &Path, home: &Path) -> Result<(Running, u16)> {
    let mut command = Command::new(binary);
    command.arg("demo").arg("--data").arg(home.join("data"));
    command.args(["--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let log = home.join("wardroom.log");
    command.stderr(fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let mut running = Running(command.spawn().with_context(|| format!("cannot start {}", binary.display()))?);
    let output = running.0.stdout.take().context("the demo has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read what the demo says")?;
        if let Some(port) = public_port(&line) {
            return Ok((running, port));
        }
    }
    bail!("the demo ended before it was ready")
}

/// Reads `ready public=http://127.0.0.1:8080 desk=http://127.0.0.1:8081`.
fn public_port(line: &str) -> Option<u16> {
    let (_, rest) = line.strip_prefix("ready ")?.split_once("public=http://")?;
    let address = rest.split_whitespace().next()?;
    address.trim_end_matches('/').rsplit_once(':')?.1.parse().ok()
}

fn start_nginx(home: &Path) -> Result<(Running, u16)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("cannot find a free port")?;
    let port = listener.local_addr().context("cannot read the free port")?.port();
    drop(listener);
    let here = home.display();
    let temporary: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("  {kind}_temp_path {here}/{kind};\n")).concat();
    let settings = format!(
        "daemon off;\nmaster_process off;\npid {here}/nginx.pid;\nerror_log {here}/nginx.log;\nevents {{ worker_connections 512; }}\n\
         http {{\n  access_log off;\n{temporary}  server {{ listen 127.0.0.1:{port}; root {here}/root; default_type text/html; }}\n}}\n"
    );
    let file = home.join("nginx.conf");
    fs::write(&file, settings).context("cannot write nginx.conf")?;
    let mut command = Command::new(steps::find_program("nginx").context("nginx is absent")?);
    let running = Running(command.arg("-c").arg(&file).spawn().context("cannot start nginx")?);
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok((running, port));
        }
        thread::sleep(Duration::from_millis(25));
    }
    bail!("nginx does not answer; see {here}/nginx.log")
}

/// The body of a page, uncompressed.
fn fetch(port: u16, page: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("cannot reach the demo")?;
    // HTTP/1.0, so that the body is neither chunked nor kept open.
    let request = format!("GET {page} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).context("cannot ask the demo")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("cannot hear the demo")?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("the demo gave no header")?;
    let header = String::from_utf8_lossy(&answer[..end]);
    let status = header.split_whitespace().nth(1).unwrap_or_default();
    ensure!(status == "200", "{page} answered {status}");
    Ok(answer.split_off(end + 4))
}

fn requests_per_second(port: u16, page: &str) -> Result<f64> {
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c32", "-d5s"]).arg(format!("http://127.0.0.1:{port}{page}"));
    let output = command.output().context("cannot start wrk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    // A page that fails is quickly served.
    ensure!(!said.contains("Non-2xx"), "{page} failed under load:\n{said}");
    let rate = said.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok()).with_context(|| format!("cannot read what wrk says:\n{said}"))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_names_the_public_port() {
        assert_eq!(public_port("ready public=http://127.0.0.1:4711 desk=http://127.0.0.1:4712"), Some(4711));
        assert_eq!(public_port("sign in at http://127.0.0.1:4712/in"), None);
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(vec![30.0, 10.0, 20.0]), 20.0);
    }
}
