//! An encrypted report lies in a real Dovecot; the serving program fetches it, opens it, and its signed receipt leaves through a real
//! Postfix, encrypted to the reporter. Fetching again brings nothing new.

use std::time::{Duration, Instant};

use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, Encryption, Signature};
use wardroom_mail::{Limits, open_mail};
use wardroom_testkit::servers::{Dovecot, Postfix};

use crate::program::Program;

const PASSWORD: &str = "open sesame";
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
#[expect(clippy::disallowed_methods, reason = "the program in its own process has the system's clock, so this story needs the same")]
fn from_the_mailbox_to_the_receipt() {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD).unwrap() else { return };
    let Some(postfix) = Postfix::start().unwrap() else { return };
    let program = Program::new();
    let password = program.file("password", PASSWORD.as_bytes());
    let config = program.file("wardroom.toml", settings(dovecot.port(), postfix.port(), &password).as_bytes());
    let config = config.to_str().unwrap();
    program.must(&["init", "--config", config]);

    let now = jiff::Timestamp::now().as_second();
    let reporter = TeamSecret::generate("Ana Reporter <ana@research.example>", now - 1_000, None, &[7; 32]).unwrap();
    let team = program.must(&["keys", "export", "--config", config]);
    dovecot.deliver(&letter(&reporter, &team, now)).unwrap();

    let served = program.serve_with(&["--config", config]);
    let received = postfix.wait_for(1, PATIENCE).unwrap();
    assert_eq!(received.len(), 1, "one receipt, and only one");

    let keys = SecretKeys::default().with_active(&reporter);
    let known = [KnownCert::parse(team.as_bytes()).unwrap()];
    let receipt = open_mail(&received[0].bytes, &keys, &known, now, &Limits::default());
    assert!(matches!(receipt.encryption, Encryption::Opened { .. }), "{:?}", receipt.encryption);
    assert!(matches!(receipt.signature, Signature::Good { .. }), "{:?}", receipt.signature);
    assert!(receipt.text.contains("R-2"), "it names the report");
    assert!(!receipt.text.contains("bootloader"), "it says nothing the reporter wrote");

    wait_until("the receipt is noted", || {
        let rows = program.lines(&["case", "timeline", "R-2026-0001", "--config", config, "--json"]);
        rows.iter().any(|row| row["kind"] == "report.receipt_sent" && row["head"]["by"] == "mail")
    });
    // Two more looks into the mailbox bring no second report and no second receipt.
    std::thread::sleep(Duration::from_millis(2_500));
    let inbox = program.must(&["inbox", "list", "--view", "all", "--config", config, "--json"]);
    let inbox: serde_json::Value = serde_json::from_str(&inbox).unwrap();
    assert_eq!(inbox["data"].as_array().unwrap().len(), 1, "{inbox}");
    assert_eq!(inbox["data"][0]["reading"], "decrypted");
    assert_eq!(postfix.delivered().unwrap().len(), 1);
    served.stop();
    program.verify("after a day of mail");
}

fn settings(imap: u16, smtp: u16, password: &std::path::Path) -> String {
    format!(
        "[mail]\naddress = \"psirt@vendor.example\"\npoll_seconds = 1\n\
         [mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\ntls = \"none\"\n\
         [[mail.imap]]\nhost = \"127.0.0.1\"\nport = {imap}\ntls = \"none\"\nuser = \"psirt\"\npassword_file = {:?}\n",
        password.display()
    )
}

fn letter(reporter: &TeamSecret, team: &str, now: i64) -> Vec<u8> {
    let letter = Outgoing {
        from: Address { name: Some("Ana Reporter".into()), address: "ana@research.example".into() },
        to: vec![Address { name: None, address: "psirt@vendor.example".into() }],
        subject: "Unsigned bootloader".into(),
        text: format!("The bootloader takes any image. My key:\n\n{}\n", reporter.armored_public()),
        message_id: "one@research.example".into(),
        date: now,
        in_reply_to: None,
        references: Vec::new(),
        reply_to: None,
        written_by: WrittenBy::Person,
        language: "en".into(),
    };
    let team = ReporterCert::parse(team.as_bytes(), now).unwrap();
    compose(&letter, Some(reporter), Some(&team), &[9; 32]).unwrap()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
