//! The real program in processes of its own, for stories in which a process has to die or be told nonsense.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take on a busy machine before a story calls it hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory and the program that runs on it.
pub struct Program {
    folder: TempDir,
    /// Under which account it runs, when not ours.
    account: Option<(u32, u32)>,
}

impl Program {
    /// An empty place; nothing is made yet.
    pub fn new() -> Program {
        Program { folder: tempfile::Builder::new().prefix("wardroom-program-").tempdir().unwrap(), account: None }
    }

    /// Hands everything to another account, under which the program runs from now on.
    pub fn hand_to(&mut self, user: u32, group: u32) {
        let owner = format!("{user}:{group}");
        assert!(Command::new("chown").args(["-R", &owner]).arg(self.folder.path()).status().unwrap().success());
        self.account = Some((user, group));
    }

    /// A founded house.
    pub fn founded() -> Program {
        let program = Program::new();
        program.must(&["init"]);
        program
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data directory.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
        if let Some((user, group)) = self.account {
            use std::os::unix::process::CommandExt;
            command.uid(user).gid(group);
        }
        // Nothing of the machine's own settings; temporary files under our eyes.
        command.env_clear().env("TMPDIR", self.folder.path()).env("WARDROOM_LOG", "warn");
        command.args(arguments).arg("--data").arg(self.data());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that has to succeed; gives what it printed.
    pub fn must(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "wardroom {}: {}\n{}", arguments.join(" "), output.status, text(&output.stderr));
        text(&output.stdout)
    }

    /// `wardroom verify`: nothing stored is broken.
    pub fn verify(&self, when: &str) {
        let output = self.run(&["verify"]);
        assert_eq!(output.status.code(), Some(0), "{when}: {}{}", text(&output.stdout), text(&output.stderr));
    }

    /// The JSON lines a command prints.
    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        json_lines(&self.must(arguments))
    }

    /// How many reports there are.
    pub fn reports(&self) -> usize {
        let listed = self.lines(&["inbox", "list", "--view", "all", "--limit", "100000", "--json"]);
        listed[0]["data"].as_array().unwrap().len()
    }

    /// Starts to serve and waits until it says that it is ready.
    pub fn serve(&self) -> Served {
        self.serve_with(&[])
    }

    /// The sample world, served.
    pub fn demo(&self) -> Served {
        self.started("demo", &[])
    }

    /// The same with further flags.
    pub fn serve_with(&self, flags: &[&str]) -> Served {
        self.started("serve", flags)
    }

    fn started(&self, command: &str, flags: &[&str]) -> Served {
        let usual = [command, "--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0"];
        let mut child = self.command(&[&usual, flags].concat()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let begun = Instant::now();
        let (public, desk) = loop {
            assert!(begun.elapsed() < PATIENCE, "not ready after {PATIENCE:?}");
            let Some(Ok(line)) = lines.next() else {
                let mut why = String::new();
                child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                panic!("the server ended before it was ready: {why}");
            };
            if let Some(addresses) = line.strip_prefix("ready public=http://") {
                let mut words = addresses.split(' ');
                let public = words.next().unwrap().to_owned();
                break (public, words.next().unwrap_or_default().trim_start_matches("desk=http://").to_owned());
            }
        };
        // What it logs from now on must not fill the pipe.
        let mut errors = child.stderr.take().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8_192];
            while let Ok(count @ 1..) = errors.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Served { child, public, desk, log, ready_after: begun.elapsed() }
    }
}

/// A running server; dies with the story.
pub struct Served {
    child: Child,
    /// Address of the public face.
    pub public: String,
    /// Address of the desk.
    pub desk: String,
    log: Arc<Mutex<Vec<u8>>>,
    pub ready_after: Duration,
}

impl Served {
    /// SIGKILL: no farewell, nothing flushed.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and a clean end.
    pub fn stop(mut self) {
        let pid = i32::try_from(self.child.id()).unwrap();
        assert!(Command::new("kill").arg(pid.to_string()).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "SIGTERM ends it cleanly");
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is still the process that was started.
    pub fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it has logged so far.
    pub fn log(&self) -> Vec<u8> {
        self.log.lock().unwrap().clone()
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        ask(&self.public, method, path, headers, body)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server answered, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", text(&self.body)))
    }

    pub fn text(&self) -> String {
        text(&self.body)
    }
}

/// One request on one connection. `None`: no whole answer came back, so nothing was acknowledged.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // A server that has answered already may have stopped reading: its answer counts.
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    if sent.is_err() && bytes.is_empty() {
        return None;
    }
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = text(&bytes[..end]);
    let body = bytes[end + 4..].to_vec();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length: Option<usize> =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(|value| value.trim().parse().unwrap()));
    let whole = match length {
        Some(length) => body.len() >= length,
        None => read.is_ok(),
    };
    whole.then_some(Answer { status, body })
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The whole JSON lines of an output; a line that was cut is none.
pub fn json_lines(output: &str) -> Vec<Value> {
    output.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A stream of numbers, the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Every file below a folder, as (name, bytes).
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                found.push((path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}
