//! The shared corpora: every mail and message with its expected outcome, and every hostile input without a fall.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

mod common;

use common::{corpora, held, known};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Automatic, Encryption, OpenedMail, Signature, Warning};
use wardroom_mail::{BadSignature, Fault, Limits, open_mail};

/// 2026-11-22, a day after the fixtures were made.
const NOW: i64 = 1_795_300_000;

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

#[test]
fn every_mail_opens_as_its_maker_says() {
    let Some(folder) = corpora("mail") else {
        return;
    };
    let manifest: Value = serde_json::from_slice(&read(folder.join("manifest.json"))).unwrap();
    let (keys, team) = held(&read(folder.join("team-secret.asc")), manifest["fingerprint"].as_str().unwrap());
    let reporters: Vec<KnownCert> = (0..3).map(|n| known(&read(folder.join(format!("reporter-{n}-public.asc"))))).collect();
    let messages = manifest["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 39);
    for expected in messages {
        let file = expected["file"].as_str().unwrap();
        let raw = read(folder.join(file));
        let mail = open_mail(&raw, &keys, &reporters, NOW, &Limits::default());
        check_mail(file, expected, &mail, &team);
        let strange = open_mail(&raw, &keys, &[], NOW, &Limits::default());
        if expected["signature"] == "good" {
            assert!(matches!(strange.signature, Signature::Unknown { .. }), "{file}: {:?}", strange.signature);
        }
        let text = serde_json::to_string(&mail).unwrap();
        assert_eq!(serde_json::from_str::<OpenedMail>(&text).unwrap(), mail, "{file}: through the pipe");
    }
}

fn check_mail(file: &str, expected: &Value, mail: &OpenedMail, team: &str) {
    match expected["decrypts"].as_bool() {
        None => assert_eq!(mail.encryption, Encryption::None, "{file}"),
        Some(false) => assert!(matches!(mail.encryption, Encryption::Failed { reason: Fault::NoKey, .. }), "{file}: {:?}", mail.encryption),
        Some(true) => {
            let old = expected["kind"] == "old-team-key";
            let twice = expected["kind"] == "double-encrypted";
            let Encryption::Opened { fingerprint, retired, layers } = &mail.encryption else {
                panic!("{file}: {:?} {:?}", mail.encryption, mail.warnings);
            };
            assert_eq!((*retired, fingerprint == team, *layers), (old, !old, if twice { 2 } else { 1 }), "{file}");
        }
    }
    let signature = match &mail.signature {
        Signature::None => "none",
        Signature::Good { .. } => "good",
        Signature::Unknown { .. } => "unknown",
        Signature::Bad { reason } => {
            assert_eq!(*reason, BadSignature::Mismatch, "{file}");
            "bad"
        }
        Signature::Partly { .. } => "partly",
    };
    assert_eq!(signature, expected["signature"], "{file}: {:?}", mail.pieces);
    assert_eq!(mail.attachments.len(), usize::try_from(expected["attachments"].as_u64().unwrap()).unwrap(), "{file}");
    assert_eq!(mail.language, expected["language"], "{file}");
    assert_eq!(mail.from.as_ref().map(|from| from.address.as_str()), expected["sender"].as_str(), "{file}");
    if let Some(title) = expected["title"].as_str() {
        // two mails hide their subject and do not carry it inside either: what is not there cannot be read
        let title = if mail.outer_subject == "..." { "..." } else { title };
        assert_eq!(mail.subject, title, "{file}");
    }
    if let Some(words) = expected["contains"].as_str() {
        assert!(mail.text.contains(words), "{file}: {}", mail.text);
    }
    let automatic = if expected["kind"] == "auto-reply" { Automatic::AutoReply } else { Automatic::No };
    assert_eq!(mail.auto_submitted, automatic, "{file}");
    let grave: Vec<_> = mail.warnings.iter().filter(|warning| warning.asks_for_a_person()).collect();
    assert!(grave.is_empty(), "{file}: {grave:?}");
    if signature == "good" {
        assert!(!mail.warnings.contains(&Warning::SignerIsNotSender), "{file}");
    }
}

/// Puts an OpenPGP message into a mail as the whole body or an attachment.
fn mail_with(message: &[u8]) -> Vec<u8> {
    let mut mail = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n".to_vec();
    if message.starts_with(b"-----") {
        mail.extend_from_slice(b"\r\n");
        mail.extend_from_slice(message);
    } else {
        mail.extend_from_slice(b"Content-Type: application/octet-stream; name=report.gpg\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        mail.extend_from_slice(message);
    }
    mail
}

#[test]
fn every_openpgp_message_is_treated_by_the_rules() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    let secrets = ["psirt-ecc", "psirt-rsa", "psirt-p256", "ocb-bob"].map(|name| read(folder.join(format!("{name}.sec.asc"))));
    let keys = common::all_held(&secrets);
    let signers = ["reporter", "rsaverify"].map(|name| known(&read(folder.join(format!("{name}.pub.asc")))));
    let plain = String::from_utf8(read(folder.join("messages/plain.txt"))).unwrap();
    let plain = plain.trim_end();
    let open = |name: &str| {
        let begun = Instant::now();
        let mail = open_mail(&mail_with(&read(folder.join("messages").join(name))), &keys, &signers, NOW, &Limits::default());
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        mail
    };
    for name in ["ecc.gpg", "rsa.asc", "p256.asc", "multi.asc", "hidden.asc", "gnupg_ocb.asc", "tdes.asc"] {
        let mail = open(name);
        assert!(matches!(mail.encryption, Encryption::Opened { .. }), "{name}: {:?}", mail.encryption);
        if name != "gnupg_ocb.asc" {
            assert_eq!(mail.text, plain, "{name}");
        }
        assert!(!mail.text.is_empty(), "{name}");
        assert_eq!(mail.warnings.contains(&Warning::LegacyCipher), name == "tdes.asc", "{name}");
    }
    for name in ["signed.asc", "twosig.asc", "clear_ok.asc"] {
        let mail = open(name);
        assert!(matches!(mail.signature, Signature::Good { .. }), "{name}: {:?}", mail.signature);
    }
    for name in ["signed_sha1.asc", "rsasha1.asc", "clear_sha1.asc", "clear_rsasha1.asc", "rsarmd.asc"] {
        let mail = open(name);
        assert_eq!(mail.signature, Signature::Bad { reason: BadSignature::WeakHash }, "{name}");
        assert!(!mail.text.is_empty(), "{name}");
    }
    for (name, reason) in [
        ("nomdc.asc", Fault::NoIntegrity),
        ("tamper.gpg", Fault::Damaged),
        ("trunc.gpg", Fault::Damaged),
        ("bomb_bz.gpg", Fault::Limit),
        // Signed and sound, and a gigabyte in 1.3 MB: opening it would cost its reader what a bomb costs. It is kept as it came, and answered.
        ("s1.gpg", Fault::Limit),
    ] {
        let mail = open(name);
        assert!(matches!(mail.encryption, Encryption::Failed { reason: found, .. } if found == reason), "{name}: {:?}", mail.encryption);
        assert_eq!(mail.text, "", "{name}: nothing may be released");
        assert!(mail.pieces.is_empty(), "{name}");
    }
}

/// Every message of the README has its place in the test above, and every key in those below: a new file is a new question.
#[test]
fn every_item_of_the_openpgp_corpus_is_asked_about() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    let names = |folder: &Path| {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "README.md" && name != "messages" && name != "plain.txt");
        names.sort();
        names
    };
    let here = include_str!("corpora.rs");
    for name in names(&folder.join("messages")) {
        assert!(here.contains(&format!("\"{name}\"")), "nothing is asked about messages/{name}");
    }
    for name in names(&folder) {
        let stem = name.split('.').next().unwrap();
        assert!(here.contains(&format!("\"{stem}\"")) || here.contains(&format!("\"{name}\"")), "nothing is asked about {name}");
    }
}

/// What a key that must not be trusted signs is not good, and nothing is encrypted to it: also when it is known.
#[test]
fn known_but_unsound_keys_vouch_for_nothing() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    let unsound = ["expired", "expsub", "hardrev", "revoked", "revsub", "sha1", "signonly", "small"];
    let judges: Vec<KnownCert> = unsound.iter().map(|name| known(&read(folder.join(format!("{name}.pub.asc"))))).collect();
    for (name, judge) in unsound.iter().zip(&judges) {
        assert!(judge.encryptable(NOW).is_err(), "{name} is encrypted to");
    }
    // the weak ones sign nothing that counts, at any time
    for name in ["sha1", "small", "hardrev"] {
        let index = unsound.iter().position(|one| *one == name).unwrap();
        for at in [judges[index].created() + 60, NOW] {
            assert!(KnownCert::parse_sound(&read(folder.join(format!("{name}.pub.asc"))), at).is_err(), "{name} at {at}");
        }
    }
}

#[test]
fn our_own_keys_say_what_they_invite() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    let can = |name: &str| TeamSecret::import(&read(folder.join(format!("{name}.sec.asc"))), None).unwrap().capabilities(NOW);
    assert!(can("psirt-rsa").rsa && !can("psirt-ecc").rsa);
    assert!(!can("psirt-ecc").gnupg_aead);
}

#[test]
fn unsound_keys_are_read_but_not_trusted_anew() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    for name in ["hardrev", "expired", "small", "sha1"] {
        let bytes = read(folder.join(format!("{name}.pub.asc")));
        assert!(KnownCert::parse(&bytes).is_ok(), "{name} is readable");
        assert!(KnownCert::parse_sound(&bytes, NOW).is_err(), "{name} is not trusted anew");
    }
    let sign_only = read(folder.join("signonly.pub.asc"));
    assert!(KnownCert::parse_sound(&sign_only, NOW).is_ok());
}

#[test]
fn only_sound_keys_are_encrypted_to() {
    let Some(folder) = corpora("openpgp") else {
        return;
    };
    let parse = |name: &str| ReporterCert::parse(&read(folder.join(format!("{name}.pub.asc"))), NOW).map(|_| ());
    for name in ["reporter", "psirt-ecc", "psirt-p256", "psirt-rsa", "rsaverify"] {
        assert_eq!(parse(name), Ok(()), "{name}");
    }
    assert!(matches!(parse("expired"), Err(KeyFault::Expired { .. })), "{:?}", parse("expired"));
    assert_eq!(parse("expsub"), Err(KeyFault::EncryptionExpired));
    assert_eq!(parse("hardrev"), Err(KeyFault::Revoked));
    assert_eq!(parse("revoked"), Err(KeyFault::Revoked));
    assert_eq!(parse("revsub"), Err(KeyFault::EncryptionRevoked));
    assert_eq!(parse("sha1"), Err(KeyFault::WeakSignature));
    assert_eq!(parse("signonly"), Err(KeyFault::SignOnly));
    assert_eq!(parse("small"), Err(KeyFault::WeakAlgorithm));
    let secret = ReporterCert::parse(&read(folder.join("reporter.sec.asc")), NOW).map(|_| ());
    assert_eq!(secret, Err(KeyFault::SecretKey));
}

fn hostile_bytes(path: &Path) -> Option<Vec<u8>> {
    let name = path.file_name()?.to_str()?;
    let bytes = read(path);
    if name.ends_with(".gz") {
        let output = std::process::Command::new("gunzip").arg("-c").arg(path).output().ok()?;
        return output.status.success().then_some(output.stdout);
    }
    if !name.ends_with(".recipe.json") {
        return Some(bytes);
    }
    let recipe: Value = serde_json::from_slice(&bytes).ok()?;
    let mut out = Vec::new();
    for part in recipe["parts"].as_array()? {
        let text: Vec<u8> = part[0].as_str()?.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        for _ in 0..part[1].as_u64()? {
            out.extend_from_slice(&text);
        }
    }
    Some(out)
}

#[test]
fn no_hostile_mail_brings_us_down() {
    let Some(folder) = corpora("hostile/own") else {
        return;
    };
    let items: Vec<Value> = serde_json::from_slice(&read(folder.join("manifest.json"))).unwrap();
    let limits = Limits::default();
    let (mut seen, mut slowest) = (0, (Duration::ZERO, String::new()));
    for item in items.iter().filter(|item| item["channel"] == "mail") {
        let id = item["id"].as_str().unwrap();
        let raw = hostile_bytes(&folder.join(item["path"].as_str().unwrap())).unwrap_or_else(|| panic!("{id}"));
        let begun = Instant::now();
        let mail = open_mail(&raw, &SecretKeys::default(), &[], NOW, &limits);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{id}: {took:?}");
        assert!(!mail.warnings.contains(&Warning::Crashed), "{id}");
        serde_json::to_vec(&mail).unwrap();
        check_hostile(id, item["expect"].as_str().unwrap(), &mail);
        seen += 1;
        if took > slowest.0 {
            slowest = (took, id.to_owned());
        }
    }
    println!("{seen} hostile mails, slowest {slowest:?}");
    assert!(seen > 50);
}

fn check_hostile(id: &str, expect: &str, mail: &OpenedMail) {
    let answerable = mail.auto_submitted == Automatic::No;
    let grave = mail.warnings.iter().any(Warning::asks_for_a_person);
    let closed = matches!(mail.encryption, Encryption::Failed { .. });
    match expect {
        "accept-noack" => assert!(!answerable, "{id}: {:?}", mail.subject),
        "accept" => assert!(answerable && !grave, "{id}: {:?}", mail.warnings),
        "quarantine" if id.starts_with("D-mime") || id.contains("from-ambiguous") || id.contains("dup-from") => {
            assert!(grave, "{id}: {:?} {:?}", mail.warnings, mail.from);
        }
        "quarantine" if id.starts_with("U-pgp") => {
            assert!(closed, "{id}: {:?} {:?}", mail.encryption, mail.warnings)
        }
        _ => {}
    }
}

#[test]
fn mail_of_other_parsers_test_suites_is_read() {
    let Some(folder) = corpora("hostile/mime") else {
        return;
    };
    let mut files = Vec::new();
    collect(&folder, &mut files);
    for path in &files {
        let begun = Instant::now();
        let mail = open_mail(&read(path), &SecretKeys::default(), &[], NOW, &Limits::default());
        assert!(begun.elapsed() < Duration::from_secs(10), "{}", path.display());
        assert!(!mail.warnings.contains(&Warning::Crashed), "{}", path.display());
    }
    println!("{} mails of other test suites", files.len());
    assert!(files.len() > 100);
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

#[test]
fn hostile_keys_are_refused_with_a_reason() {
    let Some(folder) = corpora("hostile/own") else {
        return;
    };
    let items: Vec<Value> = serde_json::from_slice(&read(folder.join("manifest.json"))).unwrap();
    for item in items.iter().filter(|item| item["channel"] == "key") {
        let id = item["id"].as_str().unwrap();
        let bytes = hostile_bytes(&folder.join(item["path"].as_str().unwrap())).unwrap();
        let begun = Instant::now();
        let found = KnownCert::parse_sound(&bytes, NOW).map(|_| ());
        println!("{id}: {found:?} (expected {}) in {:?}", item["expect"], begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(10), "{id}");
        match item["expect"].as_str() {
            Some("reject") => assert!(found.is_err(), "{id}"),
            Some("accept") => assert_eq!(found, Ok(()), "{id}"),
            _ => {}
        }
    }
}
