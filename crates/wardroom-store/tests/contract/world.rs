//! A small world for the store's contract: an empty store of either engine, a desk key, facts ready to be recorded, and a way
//! to change stored rows behind the store's back.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use wardroom_app::ports::store::{Append, Commit, NewFact, Series, Store};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, ClockStart, Fact, OrgFact, ReportFact};
use wardroom_domain::intake::{BlobRef, Door, Reading, Received, ReportKind, Signature};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::{Role, Viewer};
use wardroom_seal::{Sealed, SecretKey, SeededChance, StreamKey, draw, hex, place, seal};
use wardroom_store::{PgUrl, Place, SqlStore};

/// What must never be found in clear in a stored byte.
pub const CANARY: &str = "CANARY-7f3a";

pub struct World {
    pub store: SqlStore,
    pub place: Place,
    pub desk: SecretKey,
    pub folder: TempDir,
    ids: AtomicU64,
}

/// Where a world's database is made.
#[derive(Clone)]
pub enum Engine {
    Sqlite,
    /// Socket directory of a running server.
    Postgres(PathBuf),
}

/// The facts of all four kinds of streams.
pub trait IntoFact {
    fn into_fact(self) -> Fact;
}

impl IntoFact for Fact {
    fn into_fact(self) -> Fact {
        self
    }
}

impl IntoFact for ReportFact {
    fn into_fact(self) -> Fact {
        Fact::Report(self)
    }
}

impl IntoFact for CaseFact {
    fn into_fact(self) -> Fact {
        Fact::Case(self)
    }
}

impl IntoFact for OrgFact {
    fn into_fact(self) -> Fact {
        Fact::Org(self)
    }
}

impl IntoFact for AdvisoryFact {
    fn into_fact(self) -> Fact {
        Fact::Advisory(self)
    }
}

pub fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

pub fn after(seconds: i64) -> Timestamp {
    noon().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

pub fn house() -> Viewer {
    Viewer::house()
}

pub fn person(id: &str, roles: &[Role]) -> Viewer {
    Viewer::authenticated(id.to_owned(), id.to_owned(), roles.to_vec())
}

impl World {
    pub async fn new(engine: &Engine) -> World {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let folder = tempfile::tempdir().unwrap();
        let place = match engine {
            Engine::Sqlite => Place::Sqlite(folder.path().join("data").join("wardroom.sqlite")),
            Engine::Postgres(socket) => {
                let name = format!("w{}", NUMBER.fetch_add(1, Ordering::SeqCst));
                let mut connection = sqlx::PgConnection::connect(&pg_url(socket, "postgres")).await.unwrap();
                connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
                Place::Postgres(PgUrl(pg_url(socket, &name)))
            }
        };
        let store = SqlStore::open(&place, &folder.path().join("blobs"), noon()).await.unwrap();
        World { store, place, desk: SecretKey::make(&mut SeededChance::new(1)), folder, ids: AtomicU64::new(1) }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Sqlite(_))
    }

    /// The same world after a restart.
    pub async fn reopened(self) -> World {
        let World { store, place, desk, folder, ids } = self;
        store.close().await;
        let store = SqlStore::open(&place, &folder.path().join("blobs"), noon()).await.unwrap();
        World { store, place, desk, folder, ids }
    }

    pub fn next(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::SeqCst)
    }

    pub fn chance(&self) -> SeededChance {
        SeededChance::new(self.next() + 1000)
    }

    /// Ids and seals from here on differ from those of a world that began at 1.
    pub fn skip_to(&self, next: u64) {
        self.ids.store(next, Ordering::SeqCst);
    }

    pub fn id(&self, kind: StreamKind) -> StreamId {
        StreamId::new(kind, &hex(&draw::<16>(&mut self.chance())))
    }

    /// A sealed text for anybody who has the desk's key.
    pub fn sealed(&self, text: &str) -> Sealed {
        seal(&self.desk.public(), &place(&["test"]), text.as_bytes(), &mut self.chance())
    }

    pub fn new_fact(&self, fact: impl IntoFact) -> NewFact {
        NewFact { fact: fact.into_fact(), body: None, reporter_body: None }
    }

    /// A report about to be recorded: received with sealed words, one clock that is due in `due_seconds`.
    pub fn report(&self, due_seconds: i64) -> (StreamId, Append) {
        let id = self.id(StreamKind::Report);
        let original = self.sealed(&format!("original bytes {CANARY}"));
        let received = Received {
            number: String::new(),
            door: Door::Form,
            kind: ReportKind::ProductVulnerability,
            language: "en".into(),
            received_at: noon(),
            sent_at: None,
            reading: Reading::Clear,
            signature: Signature::None,
            automatic: false,
            answerable: true,
            has_key: false,
            reporter_public: hex(&draw::<32>(&mut self.chance())),
            lookup: format!("lookup-{id}"),
            seen: Vec::new(),
            original: self.blob_ref(&original),
            attachments: Vec::new(),
            quarantined: false,
            claims: None,
        };
        let facts = vec![
            NewFact {
                fact: Fact::Report(ReportFact::Received(Box::new(received))),
                body: Some(self.sealed(&format!("title {CANARY}"))),
                reporter_body: Some(self.sealed(&format!("for the reporter {CANARY}"))),
            },
            self.new_fact(clock_started("first_response", due_seconds)),
        ];
        let append = Append {
            stream: id.clone(),
            expected: 0,
            actor: Actor::Reporter,
            key: Some(StreamKey::make(&self.desk.public(), id.as_str(), &mut self.chance())),
            series: Some(Series::Report { year: 2026 }),
            facts,
        };
        (id, append)
    }

    /// A name and the head's description for sealed bytes.
    pub fn blob_ref(&self, sealed: &Sealed) -> BlobRef {
        BlobRef {
            name: hex(&draw::<16>(&mut self.chance())),
            sealed_len: sealed.len() as u64,
            sealed_sha256: hex(&Sha256::digest(sealed.as_bytes())),
            key: None,
        }
    }

    /// Records a report with its small blob; gives its id and number.
    pub async fn hand_in(&self, due_seconds: i64) -> (StreamId, String) {
        let (id, commit) = self.report_commit(due_seconds);
        let committed = self.store.commit(commit).await.unwrap();
        (id, committed.numbers[0].1.clone())
    }

    /// A whole commit of a report, its original bytes as a small blob.
    pub fn report_commit(&self, due_seconds: i64) -> (StreamId, Commit) {
        let (id, mut append) = self.report(due_seconds);
        let original = self.sealed(&format!("original {CANARY}"));
        let reference = self.blob_ref(&original);
        if let Fact::Report(ReportFact::Received(received)) = &mut append.facts[0].fact {
            received.original = reference.clone();
        }
        let commit = Commit { at: noon(), appends: vec![append], small_blobs: vec![(reference.name, original)], ..Commit::default() };
        (id, commit)
    }

    /// Opens a case for a report.
    pub async fn open_case(&self, report: &StreamId, participants: &[&str]) -> (StreamId, String) {
        let id = self.id(StreamKind::Case);
        let mut facts = vec![NewFact {
            fact: Fact::Case(CaseFact::Opened { number: String::new(), report: report.clone() }),
            body: Some(self.sealed(&format!("working title {CANARY}"))),
            reporter_body: None,
        }];
        facts.extend(participants.iter().map(|one| self.new_fact(CaseFact::ParticipantAdded { person: (*one).to_owned() })));
        let case = Append {
            stream: id.clone(),
            expected: 0,
            actor: Actor::Person("ana".into()),
            key: Some(StreamKey::make(&self.desk.public(), id.as_str(), &mut self.chance())),
            series: Some(Series::Case { year: 2026 }),
            facts,
        };
        let decided = wardroom_domain::triage::Decision::Accepted { case: id.clone() };
        let newest = self.store.stream(&house(), report).await.unwrap().len() as u64;
        let report = self.append(report, newest, vec![ReportFact::Decided(decided)]);
        let commit = Commit { at: after(60), appends: vec![case, report], ..Commit::default() };
        let committed = self.store.commit(commit).await.unwrap();
        (id, committed.numbers[0].1.clone())
    }

    /// Facts for a stream that exists.
    pub fn append<F: IntoFact>(&self, stream: &StreamId, expected: u64, facts: Vec<F>) -> Append {
        let facts = facts.into_iter().map(|fact| self.new_fact(fact)).collect();
        Append { stream: stream.clone(), expected, actor: Actor::Person("ana".into()), key: None, series: None, facts }
    }

    pub fn commit_of(&self, at: Timestamp, append: Append) -> Commit {
        Commit { at, appends: vec![append], ..Commit::default() }
    }

    /// Adds a note to a stream.
    pub async fn note(&self, stream: &StreamId, expected: u64) {
        let append = self.append(stream, expected, vec![ReportFact::NoteAdded]);
        self.store.commit(self.commit_of(after(120), append)).await.unwrap();
    }

    /// Founds the org and adds people.
    pub async fn found(&self, people: &[(&str, &[Role])]) {
        let mut facts = vec![OrgFact::Founded { version: "test".into() }];
        for (id, roles) in people {
            facts.push(OrgFact::PersonAdded { person: (*id).into(), name: format!("{id} name"), roles: roles.to_vec() });
        }
        let mut append = self.append(&StreamId::org(), 0, facts);
        append.actor = Actor::House;
        self.store.commit(self.commit_of(noon(), append)).await.unwrap();
    }

    /// Runs SQL behind the store's back, with the append-only triggers out of the way.
    pub async fn tamper(&self, sql: &str) {
        let guarded =
            ["DROP TRIGGER IF EXISTS fact_no_update".to_owned(), "DROP TRIGGER IF EXISTS fact_no_delete".to_owned(), sql.to_owned()];
        match &self.place {
            Place::Sqlite(_) => self.behind(&guarded.join("; ")).await.unwrap(),
            Place::Postgres(_) => {
                self.behind(&format!("ALTER TABLE fact DISABLE TRIGGER USER; {sql}; ALTER TABLE fact ENABLE TRIGGER USER")).await.unwrap()
            }
        }
    }

    /// Runs SQL behind the store's back.
    pub async fn behind(&self, sql: &str) -> Result<(), sqlx::Error> {
        match &self.place {
            Place::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
                connection.close().await
            }
            Place::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(&url.0).await?;
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
                connection.close().await
            }
        }
    }

    /// What must hold whenever a check ends.
    pub async fn sound(&self) {
        let findings = self.store.verify().await.unwrap();
        assert!(findings.broken.is_empty(), "{:?}", findings.broken);
    }
}

pub fn clock_started(clock: &str, due_seconds: i64) -> ReportFact {
    ReportFact::ClockStarted(start(clock, due_seconds))
}

pub fn start(clock: &str, due_seconds: i64) -> ClockStart {
    ClockStart {
        clock: clock.into(),
        anchor_at: noon(),
        due_at: after(due_seconds),
        provisional: false,
        force: "promise".into(),
        human: true,
        stop: "human_response_sent".into(),
        basis: "1 business_days, Asia/Shanghai".into(),
        definition: None,
    }
}

fn pg_url(socket: &Path, database: &str) -> String {
    format!("postgres://postgres@localhost/{database}?host={}", socket.display())
}

/// Starts a PostgreSQL server of its own in a temporary directory, which a watcher stops and removes when this process ends.
/// `None`, with a word why, where there is none.
pub fn postgres() -> Option<Engine> {
    let Some(bin) = newest_postgres() else {
        println!("skipped: no PostgreSQL server binaries under /usr/lib/postgresql");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("wardroom-pg-").tempdir().unwrap().keep();
    let as_server = Command::new("id").arg("-u").output().unwrap().stdout.starts_with(b"0\n");
    let user = if as_server { "postgres" } else { "" };
    if as_server && !Command::new("chown").arg("postgres").arg(&folder).status().unwrap().success() {
        println!("skipped: no user postgres to run the server as");
        return None;
    }
    // Starts, tells, waits for this process to end, stops, cleans up.
    let script = format!(
        "set -e; cd '{dir}'; '{bin}/initdb' -D '{dir}/data' -A trust -U postgres -N >/dev/null; \
         '{bin}/pg_ctl' -s -w -D '{dir}/data' -l '{dir}/log' -o \"-k {dir} -c listen_addresses=''\" start; \
         echo ready; exec >/dev/null; while [ -d /proc/{pid} ]; do sleep 0.5; done; \
         '{bin}/pg_ctl' -s -D '{dir}/data' -m immediate stop; cd /; rm -rf '{dir}'",
        dir = folder.display(),
        bin = bin.display(),
        pid = std::process::id(),
    );
    let mut command = if user.is_empty() { Command::new("sh") } else { Command::new("runuser") };
    if !user.is_empty() {
        command.args(["-u", user, "--", "sh"]);
    }
    let mut watcher = command.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(watcher.stdout.take().unwrap()), &mut told).unwrap();
    assert_eq!(told.trim(), "ready", "the PostgreSQL server did not start");
    Some(Engine::Postgres(folder))
}

fn newest_postgres() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}
