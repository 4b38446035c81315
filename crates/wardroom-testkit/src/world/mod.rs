//! A whole house in one process: real use cases over a real store, with the outside world in the story's hands. Time stands until the
//! story moves it, chance is seeded, mail lands in a post box, reporters have ready keys, every role has a person with a name.
//!
//! When a story ends it calls [`World::finish`], and the world checks itself (see `finish`). A world that is dropped without that fails
//! the test. Deliberately without a network: journeys with real servers and browsers are elsewhere.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story falls where it stands")]

mod clock;
mod dns;
mod engine;
mod finish;
mod letterbox;
mod logs;
mod needles;
mod opener;
mod people;
mod post;
mod public;
mod reporter;
mod steps;
mod words;

pub use clock::HandClock;
pub use dns::DnsMap;
pub use letterbox::LetterBox;
pub use needles::Needles;
pub use opener::{InProcess, Parser};
pub use post::{Letter, Mood, PostBox};
pub use reporter::Reporter;
pub use words::PlantedWords;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use engine::Engine;
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use wardroom_app::disclosure::tree::TreeWriter;
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::prober::{Knocked, Probe, Prober};
use wardroom_app::public_house::PublicHouse;
use wardroom_app::worker::Worker;
use wardroom_app::{Addresses, Desk, House, founding};
use wardroom_domain::people::Viewer;
use wardroom_domain::products::Product;
use wardroom_mail::keys::KnownCert;
use wardroom_seal::{MasterKey, SecretKey, SeededChance};
use wardroom_store::SqlStore;

use crate::servers::Postgres;

/// The team's mail address in every world.
pub const TEAM_ADDRESS: &str = "psirt@vendor.example";
/// A Saturday, before noon in Shanghai: no business day. Long past, because a library below us takes no OpenPGP key from the future
/// of the machine's own clock.
pub const BEGIN: &str = "2026-03-14T02:00:00Z";

/// What the first process of a world draws its chance from.
const FIRST_SEED: u64 = 8;

/// Which policy a world follows.
#[derive(Clone, Debug)]
pub enum Policy {
    /// A person answers within one business day (Shanghai).
    OneDay,
    /// A receipt within 48 hours (New York).
    TwoDays,
    /// A policy brought along.
    Other(Value),
}

impl Policy {
    fn value(&self) -> Value {
        let text = match self {
            Policy::OneDay => include_str!("profiles/one_day.yaml"),
            Policy::TwoDays => include_str!("profiles/two_days.yaml"),
            Policy::Other(value) => return value.clone(),
        };
        serde_yaml_ng::from_str(text).unwrap()
    }
}

/// The people of the team, signed in.
#[derive(Clone, Debug)]
pub struct Team {
    pub ming: Viewer,
    pub anna: Viewer,
    pub emil: Viewer,
    pub eva: Viewer,
    pub ada: Viewer,
    pub paul: Viewer,
    pub pia: Viewer,
    pub lea: Viewer,
    pub carl: Viewer,
    pub kim: Viewer,
    pub otto: Viewer,
    pub alma: Viewer,
}

/// The house and everything around it.
pub struct World {
    /// `None` only while it is finished.
    folder: Option<TempDir>,
    engine: Engine,
    keys: Keys,
    log_start: usize,
    notes: Mutex<Notes>,
    pub clock: Arc<HandClock>,
    pub store: Arc<SqlStore>,
    pub house: Arc<House>,
    pub desk: Desk,
    pub public: PublicHouse,
    pub worker: Worker,
    pub opener: Arc<InProcess>,
    pub post: Arc<PostBox>,
    /// What the house finds in DNS about senders.
    pub dns: Arc<DnsMap>,
    pub letterbox: Arc<LetterBox>,
    pub team: Team,
    pub words: PlantedWords,
}

/// The secrets that lie outside the data directory.
#[derive(Clone)]
struct Keys {
    desk: SecretKey,
    master: MasterKey,
}

/// What a world remembers for its end.
#[derive(Debug, Default)]
struct Notes {
    /// Receipt codes and secrets of requests: (what, value).
    secrets: Vec<(String, String)>,
    /// The advisory's words are public now.
    published: bool,
    /// Jobs the story wants to have failed, by kind.
    failed: BTreeMap<String, usize>,
    /// Jobs the story leaves waiting although due.
    left_waiting: usize,
    reporters: u64,
    processes: u64,
}

impl World {
    /// A founded house on SQLite.
    pub async fn new(policy: Policy) -> World {
        World::begin(policy, BEGIN).await
    }

    /// The same, founded at another instant (RFC 3339).
    pub async fn begin(policy: Policy, at: &str) -> World {
        World::on_engine(policy, Engine::Sqlite, at).await
    }

    /// The same on a fresh database of a PostgreSQL cluster.
    pub async fn on_postgres(policy: Policy, postgres: &Postgres) -> World {
        World::on_engine(policy, Engine::on(postgres), BEGIN).await
    }

    async fn on_engine(policy: Policy, engine: Engine, at: &str) -> World {
        let log_start = logs::capture();
        let folder = tempfile::Builder::new().prefix("wardroom-story-").tempdir().unwrap();
        let begin: Timestamp = at.parse().unwrap();
        let clock = Arc::new(HandClock::at(begin));
        let mut chance = SeededChance::new(7);
        let keys = Keys { desk: SecretKey::make(&mut chance), master: MasterKey::make(&mut chance) };
        let data = folder.path().join("data");
        let store = Arc::new(SqlStore::open(&engine.place(&data), &data.join("blobs"), begin).await.unwrap());
        founding::found(store.as_ref(), &keys.desk.public(), &policy.value(), begin, &mut chance).await.unwrap();
        let post = Arc::new(PostBox::default());
        let dns = Arc::new(DnsMap::default());
        let rooms = Rooms::open(store, &clock, &keys, (&post, &dns), &data, FIRST_SEED).await;
        let house = Viewer::house();
        for (name, role) in people::TEAM {
            rooms.desk.add_person(&house, name, vec![role]).await.unwrap();
        }
        rooms.desk.make_team_key(&house, &format!("Example PSIRT <{TEAM_ADDRESS}>")).await.unwrap();
        // Making the key has the public tree made; a story begins with nothing left to do.
        while rooms.worker.outbox_once().await.unwrap() > 0 {}
        for product in products() {
            rooms.desk.keep_product(&house, product).await.unwrap();
        }
        let team = team(&rooms.desk).await;
        let Rooms { store, house, desk, public, worker, opener } = rooms;
        World {
            folder: Some(folder),
            engine,
            keys,
            log_start,
            notes: Mutex::default(),
            clock,
            store,
            house,
            desk,
            public,
            worker,
            opener,
            post,
            dns,
            letterbox: Arc::default(),
            team,
            words: PlantedWords::fresh(),
        }
    }

    /// The process ends and starts again over the same data.
    pub async fn restart(&mut self) {
        let rooms = self.rooms(self.store_again().await).await;
        let Rooms { store, house, desk, public, worker, opener } = rooms;
        (self.store, self.house, self.desk) = (store, house, desk);
        (self.public, self.worker, self.opener) = (public, worker, opener);
    }

    /// A second process over the same data: its worker, and with it its desk.
    pub async fn second_node(&self) -> Worker {
        self.rooms(self.store_again().await).await.worker
    }

    async fn store_again(&self) -> Arc<SqlStore> {
        let place = self.engine.place(&self.data());
        Arc::new(SqlStore::open(&place, &self.data().join("blobs"), self.clock.now()).await.unwrap())
    }

    async fn rooms(&self, store: Arc<SqlStore>) -> Rooms {
        // Another seed for each: a process that was started again draws other names than before.
        let seed = {
            let mut notes = self.notes();
            notes.processes += 1;
            FIRST_SEED + notes.processes
        };
        Rooms::open(store, &self.clock, &self.keys, (&self.post, &self.dns), &self.data(), seed).await
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The folder the public tree is written to.
    pub fn public_folder(&self) -> PathBuf {
        self.data().join("public")
    }

    fn folder(&self) -> &Path {
        self.folder.as_ref().map(TempDir::path).unwrap()
    }

    /// Runs SQL behind the store's back.
    pub async fn behind_the_store(&self, sql: &str) {
        self.try_behind_the_store(sql).await.unwrap();
    }

    /// The same where the database may refuse; gives its words.
    pub async fn try_behind_the_store(&self, sql: &str) -> Result<(), String> {
        self.engine.run(&self.data(), sql).await.map_err(|error| error.to_string())
    }

    /// A reporter with a ready key; the address holds a word that must not get about.
    pub fn reporter(&self, name: &str) -> Reporter {
        let mut notes = self.notes();
        notes.reporters += 1;
        let address = format!("{}.{}@research.example", name.to_lowercase(), self.words.who);
        Reporter::new(&format!("{name} {}", self.words.who), &address, self.clock.now().as_second(), notes.reporters)
    }

    /// The team's public key as a reporter knows it.
    pub fn team_key(&self) -> KnownCert {
        let keys = self.desk.maker().keys;
        KnownCert::parse(keys[0].public.as_bytes()).unwrap()
    }

    /// Everything the worker does in a round, until nothing is left to do: mailbox, deadlines, moments of disclosure plans, outbox.
    pub async fn work(&self) {
        while self.worker.mailbox_once(self.letterbox.as_ref()).await.unwrap() > 0 {}
        while self.worker.deadlines_once().await.unwrap() > 0 {}
        while self.worker.releases_once().await.unwrap() > 0 {}
        while self.worker.outbox_once().await.unwrap() > 0 {}
    }

    /// The story wants a job of this kind to have failed for good.
    pub fn expect_failed_job(&self, kind: &str) {
        *self.notes().failed.entry(kind.to_owned()).or_default() += 1;
    }

    /// The story ends while this many jobs wait although they are due.
    pub fn expect_waiting_jobs(&self, jobs: usize) {
        self.notes().left_waiting = jobs;
    }

    /// A secret that must be found nowhere.
    pub fn guard(&self, what: &str, secret: &str) {
        self.notes().secrets.push((what.to_owned(), secret.to_owned()));
    }

    /// From now on the advisory's words may be seen by everybody.
    pub fn words_are_public(&self) {
        self.notes().published = true;
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let unfinished = self.folder.is_some();
        assert!(!unfinished || std::thread::panicking(), "the story ended without `world.finish().await`: nothing was checked");
    }
}

/// Nobody can knock at this house: only its outbox is tested.
struct NoDoors;

#[async_trait]
impl Prober for NoDoors {
    fn doors(&self) -> Vec<String> {
        Vec::new()
    }

    async fn knock(&self, probe: &Probe) -> Result<Knocked, String> {
        Err(format!("there is no door called {}", probe.door))
    }
}

/// What one process holds.
struct Rooms {
    store: Arc<SqlStore>,
    house: Arc<House>,
    desk: Desk,
    public: PublicHouse,
    worker: Worker,
    opener: Arc<InProcess>,
}

impl Rooms {
    async fn open(
        store: Arc<SqlStore>,
        clock: &Arc<HandClock>,
        keys: &Keys,
        (post, dns): (&Arc<PostBox>, &Arc<DnsMap>),
        data: &Path,
        seed: u64,
    ) -> Rooms {
        let addresses = Addresses {
            public_url: "https://psirt.vendor.example".to_owned(),
            desk_url: "https://desk.vendor.example".to_owned(),
            mail: TEAM_ADDRESS.to_owned(),
            plus_addresses: true,
            gna: Some(65_535),
        };
        let chance = Box::new(SeededChance::new(seed));
        let house = House::open(store.clone(), clock.clone(), chance, keys.desk.public(), addresses).await.unwrap();
        let house = Arc::new(house);
        let desk = Desk::new(house.clone(), keys.desk.clone(), keys.master.clone()).asking(dns.clone());
        let opener = Arc::new(InProcess::new(desk.clone()));
        let tree = Arc::new(TreeWriter::new(data.join("public"), Arc::new(wardroom_public::tree::Pages)));
        let worker = Worker { desk: desk.clone(), mailer: post.clone(), opener: opener.clone(), tree, prober: Some(Arc::new(NoDoors)) };
        let public = PublicHouse::new(house.clone()).reading_with(opener.clone());
        Rooms { store, house, desk, public, worker, opener }
    }
}

async fn team(desk: &Desk) -> Team {
    let person = async |name: &str| desk.viewer_named(name).await.unwrap();
    Team {
        ming: person("Ming").await,
        anna: person("Anna").await,
        emil: person("Emil").await,
        eva: person("Eva").await,
        ada: person("Ada").await,
        paul: person("Paul").await,
        pia: person("Pia").await,
        lea: person("Lea").await,
        carl: person("Carl").await,
        kim: person("Kim").await,
        otto: person("Otto").await,
        alma: person("Alma").await,
    }
}

fn products() -> [Product; 2] {
    let product = |id: &str, name: &str| Product {
        id: id.to_owned(),
        name: name.to_owned(),
        family: "Gateways".to_owned(),
        cpe: format!("cpe:2.3:h:vendor:{id}:*:*:*:*:*:*:*:*"),
        versions: ["2.4.0", "2.4.1", "2.5.0"].map(str::to_owned).to_vec(),
        ..Product::default()
    };
    [product("vx-200", "VX-200 gateway"), product("bx-10", "BX-10 panel")]
}
