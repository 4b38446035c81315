//! Plain mails a second, kept as reports, beside plain rows inserted with a sync each. Encrypted mails a second, opened in the child
//! process and kept as reports, beside `gpg --decrypt` called once for each mail.
//! The mails are PGP/MIME, signed and encrypted with Ed25519 and X25519; with `WARDROOM_CORPORA` also those of the corpus (RSA too).
//!
//! `cargo bench -p wardroom --bench mails`; see `docs/src/operator/figures.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark falls where it stands")]

mod beside;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use beside::{Measure, house, raw};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Handle;
use wardroom_adapters::{ParsePool, SystemClock, WorkerProgram};
use wardroom_app::Desk;
use wardroom_app::intake::import_mail::Outcome;
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::opener::{KnownKeys, Opener};
use wardroom_domain::people::Viewer;
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{ReporterCert, TeamSecret};
use wardroom_mail::opened::{Address, Encryption};

const MAILS: u64 = 48;
/// Length of the text in a mail of ours.
const TEXT: usize = 2 * 1024;
const CLIENTS: usize = 16;

static NUMBER: AtomicU64 = AtomicU64::new(1);

fn main() -> Result<()> {
    if !beside::wanted("mails") {
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    plain(&runtime)?;
    let ours = runtime.block_on(composed())?;
    measure(&runtime, ours)?;
    match std::env::var_os("WARDROOM_CORPORA") {
        Some(corpora) => measure(&runtime, runtime.block_on(of_the_corpus(&PathBuf::from(corpora).join("mail")))?)?,
        None => println!("the mails of the corpus are left out: set WARDROOM_CORPORA to its folder"),
    }
    Ok(())
}

/// Mails in clear, kept as reports, beside plain rows of the same size.
fn plain(runtime: &tokio::runtime::Runtime) -> Result<()> {
    let handle = runtime.handle();
    let place = beside::folder("plain")?;
    let opened = handle.block_on(house::found(&place.path().join("data")))?;
    let mut row = handle.block_on(raw::table(&place.path().join("yardstick.sqlite")))?;
    let mails = Arc::new((0..MAILS).map(letter).map(|letter| Ok(compose(&letter, None, None, &[6; 32])?)).collect::<Result<Vec<_>>>()?);
    let pool = Arc::new(pool(&opened.desk));
    let importing = |clients: usize| importing(handle.clone(), clients, mails.clone(), pool.clone(), opened.desk.clone(), false);
    let measures = vec![
        Measure::new("yardstick: SQLite, a row of 2 KiB, synced (FULL, WAL)", 0, None, |span| {
            beside::repeat(span, || handle.block_on(raw::insert(&mut row, NUMBER.fetch_add(1, Ordering::SeqCst))))
        }),
        Measure::new("kept as a report, one after the other", 0, None, importing(1)),
        Measure::new(format!("kept as a report, {CLIENTS} at a time"), 0, Some(0.5), importing(CLIENTS)),
    ];
    beside::take_turns("plain mails of 2 KiB", measures)?;
    handle.block_on(opened.store.close());
    Ok(())
}

fn pool(desk: &Desk) -> ParsePool {
    let program = WorkerProgram { path: beside::WARDROOM.into(), args: vec!["parse-worker".into()] };
    ParsePool::new(program, Arc::new(SystemClock), Arc::new(desk.clone()))
}

/// Mails and all that can open them.
struct Post {
    what: String,
    mails: Arc<Vec<Vec<u8>>>,
    opened: house::Opened,
    gpg: Gpg,
    _place: TempDir,
}

fn measure(runtime: &tokio::runtime::Runtime, post: Post) -> Result<()> {
    let handle = runtime.handle();
    let pool = Arc::new(pool(&post.opened.desk));
    let known = handle.block_on(post.opened.desk.known_reporter_keys())?;
    let shield = handle.block_on(pool.check()).map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
    println!("\nthe parser's child: {shield:?}");
    let files = post.gpg.files(&post.mails)?;
    let mut turn = files.iter().cycle();
    let opening = |clients: usize| opening(handle.clone(), clients, post.mails.clone(), pool.clone(), known.clone());
    let importing = |clients: usize| importing(handle.clone(), clients, post.mails.clone(), pool.clone(), post.opened.desk.clone(), true);
    let measures = vec![
        Measure::new("yardstick: gpg --decrypt, one after the other", 0, None, |span| {
            beside::repeat(span, || post.gpg.decrypt(turn.next().context("there are no mails")?))
        }),
        Measure::new("opened, one after the other", 0, None, opening(1)),
        Measure::new(format!("opened, {CLIENTS} at a time (two children)"), 0, Some(10.0), opening(CLIENTS)),
        Measure::new("kept as a report, one after the other", 0, None, importing(1)),
        Measure::new(format!("kept as a report, {CLIENTS} at a time"), 0, Some(10.0), importing(CLIENTS)),
    ];
    beside::take_turns(&format!("{} encrypted mails: {}", post.mails.len(), post.what), measures)?;
    handle.block_on(post.opened.store.close());
    Ok(())
}

fn opening(
    handle: Handle,
    clients: usize,
    mails: Arc<Vec<Vec<u8>>>,
    pool: Arc<ParsePool>,
    known: KnownKeys,
) -> impl FnMut(Duration) -> Result<Vec<Duration>> {
    move |span| {
        let (mails, pool, known) = (mails.clone(), pool.clone(), known.clone());
        handle.block_on(beside::side_by_side(clients, span, move || {
            let (mail, pool, known) = (another(&mails), pool.clone(), known.clone());
            Box::pin(async move {
                let opened = pool.open(&mail, &known).await.map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
                ensure!(matches!(opened.encryption, Encryption::Opened { .. }), "a mail was not decrypted");
                Ok(())
            })
        }))
    }
}

fn importing(
    handle: Handle,
    clients: usize,
    mails: Arc<Vec<Vec<u8>>>,
    pool: Arc<ParsePool>,
    desk: Desk,
    encrypted: bool,
) -> impl FnMut(Duration) -> Result<Vec<Duration>> {
    move |span| {
        let (mails, pool, desk) = (mails.clone(), pool.clone(), desk.clone());
        handle.block_on(beside::side_by_side(clients, span, move || {
            let (mail, pool, desk) = (another(&mails), pool.clone(), desk.clone());
            Box::pin(async move {
                let imported = desk.import_mail(pool.as_ref(), &mail).await?;
                ensure!(imported.decrypted == encrypted && imported.outcome == Outcome::Received, "a mail was taken as {imported:?}");
                Ok(())
            })
        }))
    }
}

/// The next mail, unlike every one before: what is delivered twice is kept once. It differs in its Message-ID, which its author writes.
fn another(mails: &[Vec<u8>]) -> Vec<u8> {
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let mut mail = format!("Message-ID: <measured-{}-{number}@research.example>\r\n", std::process::id()).into_bytes();
    let (mut in_header, mut old_id) = (true, false);
    for line in mails[usize::try_from(number).unwrap() % mails.len()].split_inclusive(|byte| *byte == b'\n') {
        if in_header && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            old_id = line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case(b"message-id:"));
            in_header = !line.trim_ascii().is_empty();
        }
        if !(in_header && old_id) {
            mail.extend_from_slice(line);
        }
    }
    mail
}

fn letter(number: u64) -> Outgoing {
    Outgoing {
        from: Address { name: Some("Mara Lindqvist".to_owned()), address: "mara@research.example".to_owned() },
        to: vec![Address { name: None, address: "psirt@vendor.example".to_owned() }],
        subject: format!("Unsigned firmware is taken, {number}"),
        text: house::text(number, TEXT),
        message_id: format!("measured-{number}@research.example"),
        date: SystemClock.now().as_second(),
        in_reply_to: None,
        references: Vec::new(),
        reply_to: None,
        written_by: WrittenBy::Person,
        language: String::new(),
    }
}

/// Mails to the team's own key from a reporter with a key like it.
async fn composed() -> Result<Post> {
    let place = beside::folder("mails")?;
    let opened = house::found(&place.path().join("data")).await?;
    let now = SystemClock.now().as_second();
    let reporter = TeamSecret::generate("Mara Lindqvist <mara@research.example>", now - 3_600, Some(now + 86_400), &[5; 32])?;
    opened.desk.pin_reporter_key(&reporter.armored_public()).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let team = opened.desk.maker().keys.first().context("the house has no key")?.public.clone();
    let team = ReporterCert::parse(team.as_bytes(), now)?;
    let mut mails = Vec::new();
    for number in 0..MAILS {
        let letter = letter(number);
        let mut seed = [6; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        mails.push(compose(&letter, Some(&reporter), Some(&team), &seed)?);
    }
    let gpg = Gpg::holding(&opened.desk, &[reporter.armored_public()]).await?;
    let what = "PGP/MIME, 2 KiB of text, signed (Ed25519), encrypted (X25519)".to_owned();
    Ok(Post { what, mails: Arc::new(mails), opened, gpg, _place: place })
}

/// The mails of the corpus that its team key opens and whose signature, if any, is good.
async fn of_the_corpus(folder: &Path) -> Result<Post> {
    let place = beside::folder("corpus")?;
    let opened = house::found(&place.path().join("data")).await?;
    let read = |name: &str| std::fs::read(folder.join(name)).with_context(|| format!("cannot read {name} of the corpus"));
    let viewer = Viewer::house();
    let keep = async |armored: Vec<u8>| {
        let taken = opened.desk.import_keys(&viewer, &armored, None, false).await;
        taken.map_err(|error| anyhow::anyhow!("a key of the corpus was not taken: {error}"))
    };
    keep(read("team-secret.asc")?).await?;
    let mut reporters = Vec::new();
    for number in 0..3 {
        let key = read(&format!("reporter-{number}-public.asc"))?;
        keep(key.clone()).await?;
        reporters.push(String::from_utf8(key)?);
    }
    let manifest: Value = serde_json::from_slice(&read("manifest.json")?)?;
    let messages = manifest["messages"].as_array().context("the corpus lists no messages")?;
    let mut mails = Vec::new();
    for message in messages {
        let whole = message["signature"] == "good" || message["signature"] == "none";
        let once = message["kind"].as_str().is_some_and(|kind| kind.contains("encrypted") && !kind.contains("double"));
        if whole && once && message["decrypts"] == true {
            mails.push(read(message["file"].as_str().context("a message of the corpus has no file")?)?);
        }
    }
    ensure!(!mails.is_empty(), "the corpus holds no encrypted mail");
    let gpg = Gpg::holding(&opened.desk, &reporters).await?;
    Ok(Post { what: "the corpus, as GnuPG made them".to_owned(), mails: Arc::new(mails), opened, gpg, _place: place })
}

/// GnuPG with a home of its own that holds the same keys.
struct Gpg {
    home: TempDir,
}

impl Gpg {
    /// Keys in clear in a folder that goes with this process: they are made for this measurement or known to all.
    async fn holding(desk: &Desk, public: &[String]) -> Result<Gpg> {
        // Its agent's socket needs a short path.
        let gpg = Gpg { home: tempfile::Builder::new().prefix("gpg").tempdir()? };
        let secrets = desk.held_secrets().await?.into_iter().map(|held| held.armored.to_string());
        for (number, key) in secrets.chain(public.iter().cloned()).enumerate() {
            let file = gpg.home.path().join(format!("{number}.asc"));
            std::fs::write(&file, key)?;
            gpg.run(&["--import"], &file)?;
        }
        Ok(gpg)
    }

    fn files(&self, mails: &[Vec<u8>]) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for (number, mail) in mails.iter().enumerate() {
            let file = self.home.path().join(format!("{number}.eml"));
            std::fs::write(&file, mail)?;
            files.push(file);
        }
        Ok(files)
    }

    /// It finds the armour inside the mail by itself.
    fn decrypt(&self, mail: &Path) -> Result<()> {
        self.run(&["--decrypt"], mail)
    }

    fn run(&self, what: &[&str], file: &Path) -> Result<()> {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(self.home.path()).args(["--batch", "--quiet", "--trust-model", "always", "--no-auto-check-trustdb"]);
        let said = command
            .args(what)
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .context("cannot start gpg: install GnuPG")?;
        if !said.status.success() {
            bail!("gpg {}: {}", what.join(" "), String::from_utf8_lossy(&said.stderr));
        }
        Ok(())
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // An agent that is gone already is as good.
        let _ended = Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "gpg-agent"]).status();
    }
}
