//! The parsing child as it will run: a real process that opens real mail, is brought down in every way we know, and tries to get out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fall")]

use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use wardroom_adapters::parse_child::{FixedKeys, KeySource, ParsePool, Shield, Stamp, WorkerProgram};
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::opener::checking::Refused;
use wardroom_app::ports::opener::{HELD, KnownKeys, OpenTrouble, Opener, SHELVED, Shelf};
use wardroom_app::ports::store::StoreTrouble;
use wardroom_mail::Limits;
use wardroom_mail::keys::{HeldSecret, TeamSecret};
use wardroom_mail::opened::{Encryption, Signature, Warning};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> jiff::Timestamp {
        // a day after the corpora were made
        jiff::Timestamp::from_second(1_795_300_000).unwrap()
    }
}

fn program(args: &[&str]) -> WorkerProgram {
    WorkerProgram { path: PathBuf::from(env!("CARGO_BIN_EXE_parse-worker-for-tests")), args: args.iter().map(Into::into).collect() }
}

fn pool(keys: Vec<HeldSecret>) -> ParsePool {
    ParsePool::new(program(&[]), Arc::new(Noon), Arc::new(FixedKeys(keys)))
}

fn trap(name: &str) -> Vec<u8> {
    format!("From: eve@example.org\r\nX-Trap: {name}\r\nSubject: trap\r\n\r\nHello.\r\n").into_bytes()
}

fn corpora(part: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("WARDROOM_CORPORA") else {
        eprintln!("skipped: corpora/{part} was not read: set WARDROOM_CORPORA to the corpora folder");
        return None;
    };
    Some(PathBuf::from(root).join(part))
}

async fn pid(pool: &ParsePool) -> String {
    pool.open(&trap("pid"), &KnownKeys::none()).await.unwrap().text
}

#[tokio::test]
async fn the_child_lives_under_its_shield_and_finds_no_way_out() {
    let pool = pool(Vec::new());
    let shield = pool.check().await.unwrap();
    let wanted = Shield {
        memory: true,
        files: true,
        no_new_privileges: true,
        not_traceable: true,
        own_network: true,
        filter: true,
        dies_with_parent: true,
    };
    // A sandbox may keep name spaces from us; the filter closes the network all the same.
    assert_eq!(Shield { own_network: true, ..shield }, wanted, "{:?}", shield.gaps());
    assert!(shield.gaps().is_empty());
    let mail = pool.open(&trap("escape"), &KnownKeys::none()).await.unwrap();
    assert_eq!(mail.text, "");
}

/// Remembers what was put onto it; one that is full takes nothing.
#[derive(Default)]
struct Board {
    files: Vec<(usize, Vec<u8>)>,
    closed: usize,
    full: bool,
}

#[async_trait::async_trait]
impl Shelf for Board {
    async fn clear(&mut self) {
        *self = Board { full: self.full, ..Board::default() };
    }

    async fn take(&mut self, index: usize, bytes: &[u8]) -> Result<(), StoreTrouble> {
        if self.full {
            return Err(StoreTrouble::new("no space left"));
        }
        if self.files.len() == self.closed {
            self.files.push((index, Vec::new()));
        }
        self.files.last_mut().unwrap().1.extend_from_slice(bytes);
        Ok(())
    }

    async fn close(&mut self) -> Result<(), StoreTrouble> {
        self.closed += 1;
        Ok(())
    }
}

#[tokio::test]
async fn large_files_go_onto_the_shelf_and_a_full_shelf_is_no_poison() {
    let pool = pool(Vec::new());
    let file =
        |letter: &str, len: usize| format!("--b\r\nContent-Disposition: attachment; filename={letter}\r\n\r\n{}\r\n", letter.repeat(len));
    let files = [file("a", SHELVED + 1), file("b", SHELVED), file("c", 900_000), file("d", 0)].concat();
    let mail = format!("From: ana@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{files}--b--\r\n");
    let mut board = Board::default();
    let opened = pool.open_onto(mail.as_bytes(), &KnownKeys::none(), &mut board).await.unwrap();
    let lengths: Vec<(u64, usize)> = opened.attachments.iter().map(|file| (file.len, file.bytes.len())).collect();
    assert_eq!(lengths, [(SHELVED as u64 + 1, 0), (SHELVED as u64, SHELVED), (900_000, 0), (0, 0)]);
    assert_eq!(board.closed, 2);
    assert_eq!(board.files, [(0, b"a".repeat(SHELVED + 1)), (2, b"c".repeat(900_000))]);
    // Many small ones are held together up to a limit.
    let many: String = (0..100).map(|_| file("e", 59_000)).collect();
    let many = format!("From: ana@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{many}--b--\r\n");
    let mut second = Board::default();
    let opened = pool.open_onto(many.as_bytes(), &KnownKeys::none(), &mut second).await.unwrap();
    let held = opened.attachments.iter().filter(|file| !file.bytes.is_empty()).count();
    assert_eq!((held, second.closed, opened.attachments.len()), (HELD / 59_000, 100 - HELD / 59_000, 100));
    let mut full = Board { full: true, ..Board::default() };
    assert!(matches!(pool.open_onto(mail.as_bytes(), &KnownKeys::none(), &mut full).await, Err(OpenTrouble::Shelf(_))));
    assert_eq!(
        pool.open(mail.as_bytes(), &KnownKeys::none()).await.unwrap().attachments[2].bytes.len(),
        900_000,
        "without a shelf they come along"
    );
}

#[tokio::test]
async fn whatever_brings_the_child_down_is_poison_and_the_next_mail_opens() {
    let pool = pool(Vec::new()).with_patience(Duration::from_secs(3));
    let honest = b"From: ana@example.org\r\nSubject: overflow\r\n\r\nIn the parser.\r\n";
    for name in ["abort", "exit", "panic", "hang", "sleep", "memory", "stack", "chatter"] {
        let started = Instant::now();
        match pool.open(&trap(name), &KnownKeys::none()).await {
            Err(OpenTrouble::Poison(why)) => assert!(!why.contains("Hello"), "{why}"),
            other => panic!("{name}: {other:?}"),
        }
        assert!(started.elapsed() < Duration::from_secs(15), "{name} took {:?}", started.elapsed());
        let next = Instant::now();
        let mail = pool.open(honest, &KnownKeys::none()).await.unwrap();
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("overflow", "In the parser."), "after {name}");
        assert!(next.elapsed() < Duration::from_secs(5), "after {name}: {:?}", next.elapsed());
    }
}

#[tokio::test]
async fn a_child_serves_many_mails_and_one_that_was_killed_between_them_is_replaced() {
    let pool = pool(Vec::new());
    let first = pid(&pool).await;
    assert_eq!(pid(&pool).await, first);
    let killed = std::process::Command::new("kill").args(["-9", &first]).status().unwrap();
    assert!(killed.success());
    assert_ne!(pid(&pool).await, first);
}

#[tokio::test]
async fn without_a_child_mail_waits_and_is_not_called_poison() {
    for program in [WorkerProgram { path: "/nonexistent/wardroom".into(), args: Vec::new() }, program(&["never-ready"])] {
        let pool = ParsePool::new(program, Arc::new(Noon), Arc::new(FixedKeys::default()));
        assert!(matches!(pool.open(b"Subject: x\r\n\r\ny", &KnownKeys::none()).await, Err(OpenTrouble::NoParser(_))));
        assert!(matches!(pool.check().await, Err(OpenTrouble::NoParser(_))));
    }
}

struct ChangingKeys(Mutex<Result<Vec<HeldSecret>, String>>);

#[async_trait::async_trait]
impl KeySource for ChangingKeys {
    async fn held(&self) -> Result<Vec<HeldSecret>, String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn fresh_keys_are_used_at_once_and_one_bad_key_does_not_lock_out_the_others() {
    let secret = TeamSecret::generate("psirt <psirt@vendor.example>", 1_795_200_000, None, &[7; 32]).unwrap();
    let held = HeldSecret { armored: secret.armored_secret().unwrap().to_string(), passphrase: None, retired: false };
    let broken = HeldSecret { armored: "no key".into(), passphrase: Some("x".into()), retired: false };
    let keys = Arc::new(ChangingKeys(Mutex::new(Ok(Vec::new()))));
    let pool = ParsePool::new(program(&[]), Arc::new(Noon), keys.clone());
    let first = pid(&pool).await;
    *keys.0.lock().unwrap() = Ok(vec![broken, held]);
    let second = pid(&pool).await;
    assert_ne!(first, second);
    assert_eq!(pid(&pool).await, second);
    *keys.0.lock().unwrap() = Err("the store does not answer".to_owned());
    assert!(matches!(pool.open(&trap("pid"), &KnownKeys::none()).await, Err(OpenTrouble::NoParser(why)) if why.contains("store")));
}

/// Says by a stamp when its keys are others, and counts how often they are read.
#[derive(Default)]
struct StampedKeys {
    stamp: Mutex<Stamp>,
    held: Mutex<Vec<HeldSecret>>,
    read: AtomicUsize,
}

#[async_trait::async_trait]
impl KeySource for StampedKeys {
    async fn held(&self) -> Result<Vec<HeldSecret>, String> {
        self.read.fetch_add(1, Ordering::SeqCst);
        Ok(self.held.lock().unwrap().clone())
    }

    async fn stamp(&self) -> Result<Option<Stamp>, String> {
        Ok(Some(*self.stamp.lock().unwrap()))
    }
}

#[tokio::test]
async fn keys_are_read_when_they_are_others_and_not_for_every_mail() {
    let secret = TeamSecret::generate("psirt <psirt@vendor.example>", 1_795_200_000, None, &[7; 32]).unwrap();
    let held = HeldSecret { armored: secret.armored_secret().unwrap().to_string(), passphrase: None, retired: false };
    let keys = Arc::new(StampedKeys::default());
    let pool = ParsePool::new(program(&[]), Arc::new(Noon), keys.clone());
    let first = pid(&pool).await;
    assert_eq!(pid(&pool).await, first);
    assert_eq!(keys.read.load(Ordering::SeqCst), 1, "for the child that was started");
    // Something was kept, and it is what was there: looked at once more, and the child stays.
    *keys.stamp.lock().unwrap() = [1; 32];
    assert_eq!([pid(&pool).await, pid(&pool).await], [first.clone(), first.clone()]);
    assert_eq!(keys.read.load(Ordering::SeqCst), 2);
    *keys.held.lock().unwrap() = vec![held];
    *keys.stamp.lock().unwrap() = [2; 32];
    let second = pid(&pool).await;
    assert_ne!(second, first);
    assert_eq!(pid(&pool).await, second);
    assert_eq!(keys.read.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn the_largest_mail_opens_within_the_memory_and_a_larger_one_gives_its_header() {
    let pool = pool(Vec::new());
    let limit = Limits::default().mail_bytes;
    let head =
        b"From: ana@example.org\r\nSubject: large\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let mut raw = head.to_vec();
    let line = [&[b'A'; 76][..], b"\r\n"].concat();
    while raw.len() + line.len() <= limit {
        raw.extend_from_slice(&line);
    }
    let mail = pool.open(&raw, &KnownKeys::none()).await.unwrap();
    assert_eq!((mail.subject.as_str(), mail.attachments.len()), ("large", 1), "{:?}", mail.warnings);
    assert_eq!(mail.attachments[0].bytes.len(), (raw.len() - head.len()) / 78 * 57);
    raw.resize(limit + 1000, b'A');
    let mail = pool.open(&raw, &KnownKeys::none()).await.unwrap();
    assert_eq!((mail.subject.as_str(), mail.warnings), ("large", vec![Warning::TooLarge]));
}

#[tokio::test]
async fn every_mail_of_the_corpus_opens_in_the_child_as_its_maker_says() {
    let Some(folder) = corpora("mail") else { return };
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let active = manifest["fingerprint"].as_str().unwrap();
    let secrets = TeamSecret::import_all(&std::fs::read(folder.join("team-secret.asc")).unwrap(), None).unwrap();
    let held = secrets.iter().map(|key| HeldSecret {
        armored: key.armored_secret().unwrap().to_string(),
        passphrase: None,
        retired: key.fingerprint() != active,
    });
    let pool = pool(held.collect());
    let known = (0..3).map(|n| std::fs::read_to_string(folder.join(format!("reporter-{n}-public.asc"))).unwrap()).collect();
    let known = KnownKeys::new(known);
    let started = Instant::now();
    let messages = manifest["messages"].as_array().unwrap();
    for expected in messages {
        let file = expected["file"].as_str().unwrap();
        let mail = pool.open(&std::fs::read(folder.join(file)).unwrap(), &known).await.unwrap();
        match expected["decrypts"].as_bool() {
            None => assert_eq!(mail.encryption, Encryption::None, "{file}"),
            Some(false) => assert!(matches!(mail.encryption, Encryption::Failed { .. }), "{file}"),
            Some(true) => assert!(matches!(mail.encryption, Encryption::Opened { .. }), "{file}: {:?}", mail.encryption),
        }
        assert_eq!(matches!(mail.signature, Signature::Good { .. }), expected["signature"] == "good", "{file}: {:?}", mail.signature);
        assert_eq!(mail.attachments.len() as u64, expected["attachments"].as_u64().unwrap(), "{file}");
        for attachment in &mail.attachments {
            assert!(!attachment.bytes.is_empty(), "{file}: the bytes of {} got lost on the way", attachment.name);
        }
        if let Some(words) = expected["contains"].as_str() {
            assert!(mail.text.contains(words), "{file}: {}", mail.text);
        }
    }
    eprintln!("{} mails in {:?}", messages.len(), started.elapsed());
}

#[tokio::test]
async fn hostile_mail_never_ends_the_parent_and_a_child_survives_most() {
    let Some(folder) = corpora("hostile") else { return };
    let pool = pool(Vec::new()).with_patience(Duration::from_secs(20));
    let mut files = Vec::new();
    gather(&folder, &mut files);
    let (mut opened, mut poison, mut slowest) = (0, Vec::new(), (Duration::ZERO, PathBuf::new()));
    for file in files {
        let raw = std::fs::read(&file).unwrap();
        let started = Instant::now();
        match pool.open(&raw, &KnownKeys::none()).await {
            Ok(_) => opened += 1,
            Err(OpenTrouble::Poison(why)) => poison.push((file.clone(), why)),
            Err(trouble) => panic!("{}: {trouble}", file.display()),
        }
        slowest = slowest.max((started.elapsed(), file));
    }
    eprintln!("{opened} opened, poison: {poison:?}, slowest {slowest:?}");
    assert!(opened > 50);
    assert!(poison.is_empty(), "{poison:?}");
    assert!(slowest.0 < Duration::from_secs(5), "{slowest:?}");
}

fn gather(folder: &std::path::Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "eml" || ending == "mbox" || ending == "txt" || ending == "asc") {
            files.push(path);
        }
    }
}

/// And strangers' CSAF documents: the answer comes as it is, what is wrong with a request is told, a large document fits into the child.
#[tokio::test]
async fn a_document_is_checked_in_a_child_without_keys() {
    let pool = pool(Vec::new());
    let request = |document: &str| format!(r#"{{"tests":[{{"type":"preset","name":"basic"}}],"document":{document}}}"#);
    let small = request(r#"{"document":{"csaf_version":"2.0"}}"#);
    let answer = pool.checked(small.as_bytes()).await.unwrap().unwrap();
    assert_eq!(answer, wardroom_app::ports::opener::checking::answered(small.as_bytes()).unwrap());
    assert!(matches!(pool.checked(b"{\"tests\":").await.unwrap().unwrap_err(), Refused::NotJson(_)));
    let notes =
        vec![r#"{"category":"general","text":"A note of some length, again and again, to make a document of it."}"#; 60_000].join(",");
    let large = request(&format!(r#"{{"document":{{"csaf_version":"2.0","notes":[{notes}]}}}}"#));
    assert!(large.len() > 5_000_000);
    let answer = pool.checked(large.as_bytes()).await.unwrap().unwrap();
    assert!(answer.starts_with(br#"{"isValid":false"#));
    // The child still serves.
    assert!(pool.checked(small.as_bytes()).await.unwrap().is_ok());
}

/// What the public face has strangers' SBOMs read by: a child without keys, under the same shield; a large one within its memory.
#[tokio::test]
async fn an_sbom_is_read_in_a_child_without_keys() {
    let pool = pool(Vec::new());
    let parts = vec![r#"{"type":"library","name":"part","version":"1.0","purl":"pkg:generic/example/part@1.0"}"#; 20_000].join(",");
    let text = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{parts}]}}"#);
    let sbom = pool.parts_of(text.as_bytes()).await.unwrap().unwrap();
    assert_eq!((sbom.things.len(), sbom.things[0].purl.as_str()), (20_000, "pkg:generic/example/part@1.0"));
    assert!(pool.parts_of(b"no SBOM").await.unwrap().is_err());
    // The child still serves.
    assert_eq!(pool.parts_of(br#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"a"}]}"#).await.unwrap().unwrap().things.len(), 1);
}
