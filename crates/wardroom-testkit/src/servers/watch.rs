//! Ends a private server and removes its directory when its test ends, also when the test is killed.
//!
//! Not a supervisor: it restarts nothing. A shell waits on a pipe that only the test holds open; when the pipe closes, by drop or by death, the shell
//! tidies up. A signal on the parent's death would be tied to a thread, and tests share servers between threads.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::Account;

/// Holds one server alive.
#[derive(Debug)]
pub(crate) struct Watch {
    shell: Child,
    charge: Option<Child>,
}

impl Watch {
    /// Once this is dropped: runs the shell script `farewell`, with the server's directory as `$1` and `rest` as `$2…`, kills what
    /// [`start`](Self::start) started, and removes the directory.
    pub fn over(home: &Path, farewell: &str, rest: &[&OsStr], account: Option<&Account>) -> Result<Self> {
        let script = format!(
            "trap '' HUP INT TERM\nread -r group\nread -r _\n{farewell}\n\
             [ -z \"$group\" ] || kill -s KILL -- \"-$group\"\n\
             rm -rf -- \"$1\" || {{ sleep 0.3; rm -rf -- \"$1\"; }}\n"
        );
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg("watch").arg(home).args(rest);
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // In a group of its own, so that what stops the test does not stop the tidying up.
        command.process_group(0);
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let shell = command.spawn().context("cannot start the shell that watches a test server")?;
        Ok(Self { shell, charge: None })
    }

    /// Starts a server that stays in the foreground, its words going to `log`. It and everything it starts are a process group, killed at the end:
    /// nothing is ended gently, because what these servers keep goes with them.
    pub fn start(&mut self, command: &mut Command, log: &Path) -> Result<()> {
        let words = fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = words.try_clone().context("cannot share a log file")?;
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(words).stderr(errors).process_group(0);
        let charge = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let group = charge.id();
        self.charge = Some(charge);
        let pipe = self.shell.stdin.as_mut().context("the watch has no pipe")?;
        writeln!(pipe, "{group}").context("cannot tell the watch what to kill")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if let Some(charge) = &mut self.charge {
            // The shell kills what the charge has started; the charge itself must not keep us waiting.
            let ended = charge.kill().and_then(|()| charge.wait());
            if let Err(trouble) = ended {
                eprintln!("cannot wait for a test server to end: {trouble}");
            }
        }
        if let Err(trouble) = self.shell.wait() {
            eprintln!("cannot wait for a test server to end: {trouble}");
        }
    }
}

/// Runs a command to its end without letting a daemon it leaves behind hold our output open; its own words are part of the error.
pub(crate) fn run(command: &mut Command, log: &Path) -> Result<()> {
    let words = fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let errors = words.try_clone().context("cannot share a log file")?;
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).stdout(words).stderr(errors).status().with_context(|| format!("cannot start {name}"))?;
    if status.success() {
        return Ok(());
    }
    let said = fs::read_to_string(log).unwrap_or_default();
    anyhow::bail!("{name} ended with {status}: {}", said.trim())
}
