//! The real program under attack: one server on a data directory, somebody of the team with a session and a token, and what went wrong so far.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wardroom_app::ports::store::Credentials;
use wardroom_domain::people::Viewer;

use super::gauge::{Cost, Gauge, MOST_KIB};
use super::items::Item;
use crate::program::{Program, Served, files, text};

/// HTTP answers within this time (O3).
pub const HTTP_LIMIT: Duration = Duration::from_secs(1);

/// The house, its server, and the list of what did not end as it should.
pub struct House {
    pub program: Program,
    pub server: Served,
    pub token: String,
    pub session: String,
    beside: Vec<String>,
    faults: Vec<String>,
    tried: usize,
}

/// What came back on one connection, taken apart.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        text(&self.body)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header's value; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
    }
}

impl House {
    /// Founds a house and serves it.
    pub async fn open() -> House {
        House::over(Program::founded()).await
    }

    /// Adds Kim, who has every role, and serves the house.
    pub async fn over(program: Program) -> House {
        std::fs::write(
            program.data().join("wardroom.toml"),
            "trusted_proxies = [\"127.0.0.1\"]\n[mail]\naddress = \"psirt@vendor.example\"\n",
        )
        .unwrap();
        let desk = crate::kill_nine::desk(&program).await;
        let roles = wardroom_domain::people::Role::ALL.to_vec();
        let person = desk.add_person(&Viewer::house(), "Kim", roles).await.unwrap();
        let enrolled = Credentials { password: Some("$argon2id$no".to_owned()), totp: Some(vec![1]), ..Credentials::default() };
        desk.store.keep_credentials(&person, &enrolled).await.unwrap();
        let session = desk.open_session(&person).await.unwrap().to_string();
        let viewer = desk.viewer_named("Kim").await.unwrap();
        let token = desk.make_token(&viewer, &person, "story", 1).await.unwrap().to_string();
        drop(desk);
        let server = program.serve_with(&["--config", &program.data().join("wardroom.toml").display().to_string()]);
        let beside = names_beside(&program);
        House { program, server, token, session, beside, faults: Vec::new(), tried: 0 }
    }

    pub fn gauge(&self) -> Gauge {
        Gauge(self.server.pid())
    }

    /// Notes that something is not as it should be.
    pub fn fault(&mut self, item: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{item}: {what}"));
    }

    /// Puts one input in and checks what it cost the server.
    pub fn attack<T>(&mut self, item: &Item, limit: Duration, put_in: impl FnOnce(&House) -> T) -> T {
        self.tried += 1;
        let gauge = self.gauge();
        let before = gauge.begin();
        let answer = put_in(self);
        let cost = gauge.end(&before);
        self.check_cost(&item.id, cost, limit);
        answer
    }

    pub fn check_cost(&mut self, item: &str, cost: Cost, limit: Duration) {
        if cost.grown_kib > MOST_KIB {
            self.fault(item, format!("O2 memory grew by {} KiB", cost.grown_kib));
        }
        if cost.slower_than(limit) {
            self.fault(item, format!("O3 took {:?}, {:?} of it computing", cost.clock, cost.processor));
        }
    }

    /// A request to the public face, as a program or our own page sends it.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Reply> {
        let mut all = vec![("Sec-Fetch-Site", "same-origin")];
        all.extend(headers);
        request(&self.server.public, method, path, &all, body)
    }

    /// A request to the desk's API as Kim.
    pub fn api(&self, method: &str, path: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        request(&self.server.desk, method, path, &headers, &bytes).expect("the desk answers")
    }

    /// A page of the desk as Kim's browser gets it.
    pub fn page(&self, path: &str) -> Reply {
        let cookie = format!("wardroom={}", self.session);
        request(&self.server.desk, "GET", path, &[("Cookie", &cookie)], b"").expect("the desk answers")
    }

    /// The report as the desk's API shows it.
    pub fn report(&self, number: &str) -> Value {
        self.api("GET", &format!("/api/v1/inbox/{number}"), &Value::Null).json()
    }

    /// An honest report right after (O8); gives its number.
    pub fn honest(&mut self, after: &str) {
        let body = json!({"title": "Honest", "description": "An honest report."}).to_string();
        let answer = self.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes());
        match answer {
            Some(reply) if reply.status == 201 => {}
            other => self.fault(after, format!("O8 an honest report afterwards: {:?}", other.map(|reply| (reply.status, reply.text())))),
        }
    }

    /// Ends the story: the server is the one that was started, nothing lies beside the data directory, the log is clean, nothing went abroad,
    /// the store is whole; and all faults at once.
    pub fn finish(mut self, allowed_beside: &[String]) {
        self.honest("at the end");
        if !self.server.lives() {
            self.fault("at the end", "O1 the server is another process, or none");
        }
        let beside: Vec<String> =
            names_beside(&self.program).into_iter().filter(|name| !self.beside.contains(name) && !allowed_beside.contains(name)).collect();
        if !beside.is_empty() {
            self.fault("at the end", format!("O6 files outside the data directory: {beside:?}"));
        }
        let log = self.server.log();
        if let Some(line) = log.split(|byte| *byte == b'\n').find(|line| line.iter().any(|byte| *byte < 0x20 || *byte == 0x7f)) {
            self.fault("at the end", format!("O7 raw control bytes in the log: {:?}", text(line)));
        }
        for secret in ["hunter2", "BEGIN PGP PRIVATE KEY", "HOSTILE_MARK"] {
            if text(&log).contains(secret) {
                self.fault("at the end", format!("the log holds {secret}"));
            }
        }
        let foreign = super::alone::foreign_packets();
        if foreign > 0 {
            self.fault("at the end", format!("O5 {foreign} packets were to go to a foreign address"));
        }
        let House { program, server, faults, tried, .. } = self;
        server.stop();
        program.verify("after hostile inputs");
        println!("{tried} inputs, {} faults", faults.len());
        assert!(faults.is_empty(), "{} of {tried} inputs did not end as they should:\n{}", faults.len(), faults.join("\n"));
    }
}

/// What lies beside the data directory (where temporary files would go too) and in the working directory.
fn names_beside(program: &Program) -> Vec<String> {
    let folder = program.data().parent().map(PathBuf::from).unwrap();
    files(&folder).into_iter().map(|(name, _)| name).filter(|name| !name.starts_with("data/")).collect()
}

/// One request on one connection, with the whole answer. `None`: nothing came back.
pub fn request(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Reply> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    replies(&raw(address, &[head.as_bytes(), body].concat(), true)).into_iter().next()
}

/// Sends bytes and reads until the other side closes; when it does not, what came within a moment.
pub fn raw(address: &str, bytes: &[u8], patient: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(if patient { 30_000 } else { 300 }))).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let bytes = bytes.to_vec();
    let sender = std::thread::spawn(move || writer.write_all(&bytes));
    let mut got = Vec::new();
    let begun = Instant::now();
    let mut buffer = [0; 65_536];
    while begun.elapsed() < Duration::from_secs(60) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => got.extend_from_slice(&buffer[..count]),
        }
    }
    let _ = stream.shutdown(std::net::Shutdown::Both);
    let _ = sender.join();
    got
}

/// The answers in a stretch of bytes, by the lengths they state.
pub fn replies(bytes: &[u8]) -> Vec<Reply> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while rest.starts_with(b"HTTP/1.") {
        let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") else { break };
        let head = text(&rest[..end]);
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let after = &rest[end + 4..];
        let mut reply = Reply { status, head, body: Vec::new() };
        let length = reply.header("content-length").parse::<usize>().unwrap_or(after.len()).min(after.len());
        reply.body = after[..length].to_vec();
        rest = &after[length..];
        found.push(reply);
    }
    found
}
