//! Sequoia's `sq` writes and reads: without it these tests say so and check nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::scene::{inline, pgp_mime};
use std::path::{Path, PathBuf};
use std::process::Command;
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Encryption, Signature};
use wardroom_mail::{Limits, open_mail, sign};

struct Sequoia {
    folder: tempfile::TempDir,
    /// Options are called differently since 1.0.
    modern: bool,
}

impl Sequoia {
    fn new() -> Option<Self> {
        let Some(version) = ["--version", "version"].iter().find_map(|ask| {
            let output = Command::new("sq").arg(ask).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
        }) else {
            println!("skipped: there is no sq here, so nothing was checked against it");
            return None;
        };
        let modern = version.split_whitespace().nth(1).is_some_and(|number| !number.starts_with("0."));
        Some(Self { folder: tempfile::tempdir().unwrap(), modern })
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let output =
            Command::new("sq").args(arguments).env("SEQUOIA_HOME", self.folder.path()).current_dir(self.folder.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    fn generate(&self, user_id: &str) -> (TeamSecret, PathBuf) {
        let path = self.folder.path().join("ada.sec");
        let name = path.to_str().unwrap();
        let new = ["--own-key", "--without-password", "--name", "Ada", "--email", "ada@b.example", "--output", name, "--rev-cert", "r"];
        let made = match self.modern {
            true => self.run(&[&["key", "generate"][..], &new].concat()),
            false => self.run(&["key", "generate", "--userid", user_id, "--export", name]),
        };
        assert!(made.0, "sq key generate: {}", made.2);
        let key = TeamSecret::import(&std::fs::read(&path).unwrap(), None).unwrap();
        (key, path)
    }

    fn encrypted_and_signed(&self, to: &Path, by: &Path, content: &Path) -> String {
        let (to, by, content) = (to.to_str().unwrap(), by.to_str().unwrap(), content.to_str().unwrap());
        let made = match self.modern {
            true => self.run(&["encrypt", "--for-file", to, "--signer-file", by, content]),
            false => self.run(&["encrypt", "--recipient-cert", to, "--signer-key", by, content]),
        };
        assert!(made.0, "sq encrypt: {}", made.2);
        made.1
    }

    fn decrypted(&self, message: &Path, with: &Path, signer: &Path) -> String {
        let (message, with, signer) = (message.to_str().unwrap(), with.to_str().unwrap(), signer.to_str().unwrap());
        let read = match self.modern {
            true => self.run(&["decrypt", "--recipient-file", with, "--signer-file", signer, message]),
            false => self.run(&["decrypt", "--recipient-key", with, "--signer-cert", signer, message]),
        };
        assert!(read.0, "sq decrypt: {}", read.2);
        assert!(self.modern || read.2.contains("1 good signature"), "{}", read.2);
        read.1
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn team() -> TeamSecret {
    TeamSecret::generate("Team <psirt@vendor.example>", now() - 1_000, None, &[7; 32]).unwrap()
}

#[test]
fn what_sequoia_writes_we_read() {
    let Some(sequoia) = Sequoia::new() else { return };
    let team = team();
    let (ada, ada_path) = sequoia.generate("Ada <ada@b.example>");
    let team_path = sequoia.file("team.asc", team.armored_public());
    let known = [KnownCert::parse(&ada.binary_public()).unwrap()];
    let keys = SecretKeys::default().with_active(&team);
    let see = |mail: &[u8]| open_mail(mail, &keys, &known, now() + 1, &Limits::default());
    let words = sequoia.file("words", "雷达固件 unauthenticated update\n");
    let mail = see(&inline(sequoia.encrypted_and_signed(&team_path, &ada_path, &words).as_bytes()));
    assert!(matches!(mail.encryption, Encryption::Opened { layers: 1, .. }), "{:?}", mail.encryption);
    assert_eq!(
        (mail.signature, mail.text.as_str()),
        (Signature::Good { fingerprint: ada.fingerprint() }, "雷达固件 unauthenticated update")
    );
    let entity = sequoia.file("entity", "Subject: inside\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nwords\r\n");
    let mail = see(&pgp_mime(sequoia.encrypted_and_signed(&team_path, &ada_path, &entity).as_bytes()));
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("inside", "words"));
    assert!(matches!(mail.signature, Signature::Good { .. }), "{:?}", mail.signature);
}

#[test]
fn what_we_write_sequoia_reads() {
    let Some(sequoia) = Sequoia::new() else { return };
    let team = team();
    let (ada, ada_path) = sequoia.generate("Ada <ada@b.example>");
    let team_path = sequoia.file("team.asc", team.armored_public());
    let cert = ReporterCert::parse(ada.armored_public().as_bytes(), now() + 1).unwrap();
    let outgoing = Outgoing {
        from: Address { name: None, address: "psirt@vendor.example".into() },
        to: vec![Address { name: None, address: "ada@b.example".into() }],
        subject: "雷达".into(),
        text: "our answer".into(),
        message_id: "1@vendor.example".into(),
        date: now(),
        in_reply_to: None,
        references: vec![],
        reply_to: None,
        written_by: WrittenBy::Person,
        language: "en".into(),
    };
    let mail = String::from_utf8(compose(&outgoing, Some(&team), Some(&cert), &[3; 32]).unwrap()).unwrap();
    let block = &mail[mail.find("-----BEGIN PGP MESSAGE").unwrap()..];
    let block = &block[..block.find("--=_").unwrap()];
    let message = sequoia.file("message.asc", block);
    let text = sequoia.decrypted(&message, &ada_path, &team_path);
    assert!(text.contains("our answer") && text.contains("Subject: =?UTF-8?B?") && text.contains("HP-Outer: Subject: ..."), "{text}");
    let signed = sequoia.file("signed.asc", sign::cleartext(&team, "words\n- dash", now()).unwrap());
    let (name, signer) = (signed.to_str().unwrap(), team_path.to_str().unwrap());
    let verified = match sequoia.modern {
        true => sequoia.run(&["verify", "--cleartext", "--signer-file", signer, name]),
        false => sequoia.run(&["verify", "--signer-cert", signer, name]),
    };
    assert!(verified.0, "{}", verified.2);
}
