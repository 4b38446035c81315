//! What every handler of the public face holds: the house behind its facade, the present tree, cookies and limits.

use crate::budget::Budget;
use crate::cookies::Cookies;
use crate::facade::Facade;
use crate::practice::{Practice, Wordings, site};
use crate::tree::Tree;
use crate::uploads::Traffic;
use axum::http::HeaderMap;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_web::gate::{Gate, Settings};
use wardroom_web::limits::Limit;
use wardroom_web::{Caller, Lang, Problem, Site};

/// The public face.
pub struct Face<F> {
    /// The house.
    pub house: F,
    /// What is published.
    pub tree: Arc<Tree>,
    /// Makes and opens the cookies.
    pub cookies: Cookies,
    /// How often who may ask.
    pub limits: Limits,
    /// Who may hand in while a flood comes.
    pub gate: Gate,
    /// How much may be in memory.
    pub budget: Arc<Budget>,
    /// How much each network sends.
    pub traffic: Traffic,
    /// Idempotency keys whose request is being worked on.
    pub in_flight: InFlight,
    /// Turns for checking documents: so many at once.
    pub validating: Arc<Semaphore>,
    /// Whether the report form offers the catalogue's products; else only those named in published advisories.
    pub(crate) offers_catalogue: bool,
    /// When a proxy was last noted, in seconds.
    pub(crate) proxy_noted: AtomicI64,
    /// How the team works, in words.
    pub wordings: Wordings,
}

/// Documents checked at once. A small one takes a millisecond; two large ones must not take every processor.
const VALIDATING: usize = 2;

/// Idempotency keys whose request is being worked on in this process; only their hashes.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<[u8; 32]>>>);

/// The right to work on one key; it ends when this is dropped.
pub struct Flight {
    all: InFlight,
    key: [u8; 32],
}

impl InFlight {
    /// Takes the key; `None` while somebody else works on it.
    #[must_use]
    pub fn begin(&self, key: &str) -> Option<Flight> {
        let key = Sha256::digest(key.as_bytes()).into();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key).then(|| Flight { all: self.clone(), key })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// How often a network, and everybody together, may ask for what costs something.
pub struct Limits {
    /// Handing in reports.
    pub reports: Limit,
    /// Opening reports by code, reading them, writing messages.
    pub track: Limit,
    /// Codes that open nothing: ten an hour, then slowly.
    pub unknown_codes: Limit,
    /// Pages that are computed for the asker.
    pub pages: Limit,
    /// Beginning uploads.
    pub uploads: Limit,
    /// Test messages: each has the team's keys tried.
    pub tests: Limit,
    /// Documents of others that are checked.
    pub validations: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reports: limit(30, Duration::from_secs(20), 2_000, 1_000),
            track: limit(120, Duration::from_secs(1), 2_000, 1_000),
            unknown_codes: limit(10, Duration::from_secs(360), 1_000, 100),
            tests: limit(6, Duration::from_secs(60), 60, 2),
            validations: limit(60, Duration::from_secs(1), 240, 20),
            pages: limit(240, Duration::from_millis(250), 4_000, 2_000),
            uploads: limit(100, Duration::from_secs(5), 2_000, 500),
        }
    }
}

fn limit(burst: u32, refill: Duration, all_burst: u32, all_per_second: u32) -> Limit {
    let count = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Limit::new(count(burst), refill, count(all_burst), count(all_per_second))
}

impl<F: Facade> Face<F> {
    /// A face with the usual limits. `cookie_key`: 32 random bytes, shared by the nodes of one site.
    #[must_use]
    pub fn new(house: F, tree: Arc<Tree>, cookie_key: [u8; 32]) -> Arc<Self> {
        Self::offering(house, tree, cookie_key, false)
    }

    /// The same; `offers_catalogue`: the report form offers the catalogue's products.
    #[must_use]
    pub fn offering(house: F, tree: Arc<Tree>, cookie_key: [u8; 32], offers_catalogue: bool) -> Arc<Self> {
        let secure = house.public_url().starts_with("https://");
        let budget = Budget::new(512 * 1024 * 1024, crate::report::BODY_BYTES);
        // The gate's papers are no cookies: another key from the same chance.
        let gate_key = Sha256::new().chain_update(b"wardroom gate\n").chain_update(cookie_key).finalize().into();
        Arc::new(Self {
            house,
            tree,
            cookies: Cookies::new(cookie_key, secure),
            limits: Limits::default(),
            gate: Gate::new(gate_key, Settings::default()),
            budget,
            traffic: Traffic::default(),
            in_flight: InFlight::default(),
            validating: Arc::new(Semaphore::new(VALIDATING)),
            offers_catalogue,
            proxy_noted: AtomicI64::new(i64::MIN),
            wordings: Wordings::default(),
        })
    }

    /// The published world.
    #[must_use]
    pub fn world(&self) -> Arc<PublicWorld> {
        Arc::clone(&self.tree.now().world)
    }

    /// Whose site it is.
    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        site(&self.world())
    }

    /// How the team works, worded.
    #[must_use]
    pub fn practice(&self, lang: Lang) -> Arc<Practice> {
        self.wordings.of(&self.house.profile(), lang)
    }

    /// What a cookie of ours holds.
    #[must_use]
    pub fn cookie<T: serde::de::DeserializeOwned>(&self, headers: &HeaderMap, name: &str) -> Option<T> {
        self.cookies.read(headers, name, self.house.now())
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.house.now()
    }
}

/// Counts a request.
///
/// # Errors
/// 429 with the time to wait.
pub fn allowed(limit: &Limit, caller: Caller) -> Result<(), Problem> {
    limit.check(caller).map_err(Problem::too_many)
}
