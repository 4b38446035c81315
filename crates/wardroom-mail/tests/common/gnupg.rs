//! A `gpg` of its own for each test: own home folder, no agent left behind, a fixed time.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The time GnuPG is told it is: 2026-11-01.
pub const MADE: i64 = 1_793_491_200;

pub struct Gnupg {
    home: tempfile::TempDir,
}

impl Gnupg {
    pub fn new() -> Option<Self> {
        if Command::new("gpg").arg("--version").output().is_err() {
            println!("skipped: there is no gpg here, so nothing was checked against it");
            return None;
        }
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("gpg.conf"), "batch\nyes\npinentry-mode loopback\n").unwrap();
        // the default takes a tenth of a second of optimised hashing, and ours is not optimised here
        std::fs::write(home.path().join("gpg-agent.conf"), "s2k-count 65536\n").unwrap();
        Some(Self { home })
    }

    fn output(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new("gpg")
            .arg("--homedir")
            .arg(self.home.path())
            .args(["--faked-system-time", &format!("{}!", MADE + 60)])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writing = std::thread::spawn(move || {
            // a closed pipe is gpg's way of saying it has seen enough
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap();
        output
    }

    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.output(arguments, input);
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    pub fn succeeds(&self, arguments: &[&str], input: &[u8]) -> bool {
        self.output(arguments, input).status.success()
    }

    pub fn generate(&self, user_id: &str) {
        self.generate_locked(user_id, "");
    }

    pub fn generate_locked(&self, user_id: &str, passphrase: &str) {
        let time = format!("{MADE}!");
        let made = ["--faked-system-time", &time, "--passphrase", passphrase];
        let primary = ["--quick-generate-key", user_id, "ed25519", "cert,sign", "never"];
        self.run(&[&made[..], &primary].concat(), b"");
        let listed = String::from_utf8(self.run(&["--with-colons", "--list-keys", user_id], b"")).unwrap();
        let fingerprint = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).unwrap().trim_end_matches(':').to_owned();
        self.run(&[&made[..], &["--quick-add-key", &fingerprint, "cv25519", "encr", "never"]].concat(), b"");
    }

    /// The certificate, revoked without a reason: as if its secret were stolen.
    pub fn revoked(&self, fingerprint: &str) -> Vec<u8> {
        let file = self.home.path().join("openpgp-revocs.d").join(format!("{fingerprint}.rev"));
        let text = std::fs::read_to_string(file).unwrap().replace(":-----BEGIN", "-----BEGIN");
        self.run(&["--import"], text.as_bytes());
        self.run(&["--armor", "--export", fingerprint], b"")
    }

    pub fn verifies(&self, signed: &[u8]) -> bool {
        self.succeeds(&["--verify"], signed)
    }

    pub fn verifies_detached(&self, signature: &str, content: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("s.asc"), folder.path().join("c"));
        std::fs::write(&first, signature).unwrap();
        std::fs::write(&second, content).unwrap();
        self.succeeds(&["--verify", first.to_str().unwrap(), second.to_str().unwrap()], b"")
    }

    /// Plain text and status lines.
    pub fn decrypt(&self, message: &[u8]) -> (String, String) {
        let output = self.output(&["--status-fd", "2", "--decrypt"], message);
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Drop for Gnupg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).output();
    }
}
