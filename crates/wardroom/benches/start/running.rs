//! The program itself, started and ended as an operator or a power cut would.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::beside::WARDROOM;

/// `wardroom serve`, ready.
pub struct Running {
    child: Child,
    pub public: String,
    pub desk: String,
    /// From the start of the process to its line `ready`.
    pub ready_after: Duration,
}

impl Running {
    pub fn start(data: &Path) -> Result<Running> {
        let mut command = Command::new(WARDROOM);
        command.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0"]);
        let begin = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().context("cannot start wardroom")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let ready = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("ready "));
        let ready_after = begin.elapsed();
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let mut running = Running { child, public: String::new(), desk: String::new(), ready_after };
        for word in ready.unwrap_or_default().split_whitespace() {
            match word.split_once('=') {
                Some(("public", url)) => running.public = url.to_owned(),
                Some(("desk", url)) => running.desk = url.to_owned(),
                _ => {}
            }
        }
        if running.public.is_empty() || running.desk.is_empty() {
            running.kill()?;
            bail!("wardroom ended before it was ready");
        }
        Ok(running)
    }

    /// Resident memory in MiB, of the process alone.
    pub fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
    }

    /// As a service manager ends it: SIGTERM, and until it is gone.
    pub fn stop(mut self) -> Result<Duration> {
        let begin = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status().context("cannot run kill")?;
        self.child.wait()?;
        Ok(begin.elapsed())
    }

    /// As a power cut ends it: SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already unless the measurement fell.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}
