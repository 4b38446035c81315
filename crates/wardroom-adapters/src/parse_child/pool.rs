//! The parent's side: a few children, started when needed and used for many mails; a hanging one is killed, a dead one replaced.
//! Bytes that end two children are poison. Deliberately no queue: whoever asks waits for a free child.

use super::keys::{KeySource, Keyring, Stamp};
use super::running::{End, Question, Running};
use super::shield::Shield;
use async_trait::async_trait;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use wardroom_app::intake::document::Found;
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::opener::checking::Refused;
use wardroom_app::ports::opener::{KnownKeys, OpenTrouble, Opener, Shelf};
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_mail::archive::Listing;
use wardroom_mail::{Limits, OpenedMail};

/// Children at work at the same time.
const CHILDREN: usize = 2;
/// How long a child may take for one mail, and to get ready.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a child may take to list one archive.
const LISTING: Duration = Duration::from_secs(5);
/// How long a child may take to read one SBOM.
const SBOM: Duration = Duration::from_secs(15);
/// Mails after which a child is replaced, so that nothing grows in it for ever.
const MAILS_OF_A_LIFE: u32 = 2_000;

/// What to start as the child: usually this very program with the argument `parse-worker`.
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    pub path: PathBuf,
    pub args: Vec<OsString>,
}

/// Opens mail in child processes. Dropping it ends them.
pub struct ParsePool {
    program: WorkerProgram,
    clock: Arc<dyn Clock>,
    keys: Arc<dyn KeySource>,
    limits: Limits,
    patience: Duration,
    seats: Semaphore,
    idle: Mutex<Vec<Running>>,
}

impl ParsePool {
    /// A pool that has not started anything yet.
    pub fn new(program: WorkerProgram, clock: Arc<dyn Clock>, keys: Arc<dyn KeySource>) -> ParsePool {
        ParsePool {
            program,
            clock,
            keys,
            limits: Limits::default(),
            patience: PATIENCE,
            seats: Semaphore::new(CHILDREN),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Other limits on size, depth and count than the usual ones.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> ParsePool {
        ParsePool { limits, ..self }
    }

    /// Another time for one mail than 30 seconds.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> ParsePool {
        ParsePool { patience, ..self }
    }

    /// Another number of children at work at once; at least one.
    #[must_use]
    pub fn with_children(self, children: usize) -> ParsePool {
        ParsePool { seats: Semaphore::new(children.max(1)), ..self }
    }

    /// Starts a child if there is none and says what limits hold in it: for the `doctor`.
    pub async fn check(&self) -> Result<Shield, OpenTrouble> {
        let _seat = self.seat().await?;
        let child = self.free().await?;
        let shield = child.shield;
        self.put_back(child);
        Ok(shield)
    }

    async fn seat(&self) -> Result<tokio::sync::SemaphorePermit<'_>, OpenTrouble> {
        self.seats.acquire().await.map_err(|closed| OpenTrouble::NoParser(closed.to_string()))
    }

    async fn keys_now(&self) -> Result<KeysNow<'_>, OpenTrouble> {
        // Before the keys themselves: what changes between the two is noticed with the next mail.
        let stamp = self.keys.stamp().await.map_err(OpenTrouble::NoParser)?;
        Ok(KeysNow { pool: self, stamp, keyring: None })
    }

    /// A child that lives and has these keys, started if there is none; those with other keys are ended.
    async fn child(&self, keys: &mut KeysNow<'_>) -> Result<Running, OpenTrouble> {
        loop {
            let idle = self.idle().pop();
            let Some(mut child) = idle else { return self.start(keys).await };
            let known = keys.stamp.is_some() && child.stamp == keys.stamp;
            if child.lives() && (known || child.greeted == keys.keyring().await?.digest) {
                child.stamp = keys.stamp;
                return Ok(child);
            }
            child.kill().await;
        }
    }

    /// A child that waits, or a fresh one.
    async fn free(&self) -> Result<Running, OpenTrouble> {
        self.child(&mut self.keys_now().await?).await
    }

    /// The answer of one try: a child that gave none is ended.
    async fn settled<T>(&self, child: Running, told: Result<Result<T, String>, Elapsed>, waited: Duration) -> Result<T, OpenTrouble> {
        let why = match told {
            Ok(Ok(told)) => {
                self.put_back(child);
                return Ok(told);
            }
            Ok(Err(why)) => why,
            Err(_) => format!("no answer within {} seconds", waited.as_secs()),
        };
        child.kill().await;
        Err(OpenTrouble::Poison(why))
    }

    async fn start(&self, keys: &mut KeysNow<'_>) -> Result<Running, OpenTrouble> {
        let stamp = keys.stamp;
        match timeout(self.patience, Running::start(&self.program, keys.keyring().await?, stamp)).await {
            Ok(started) => started.map_err(OpenTrouble::NoParser),
            Err(_) => Err(OpenTrouble::NoParser(format!("it was not ready after {} seconds", self.patience.as_secs()))),
        }
    }

    fn put_back(&self, child: Running) {
        if child.answered < MAILS_OF_A_LIFE {
            self.idle().push(child);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Running>> {
        // A list of children is as good after a panic as before.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One try.
    async fn attempt<'s>(
        &self,
        mut child: Running,
        question: Question<'_>,
        shelf: Option<&mut (dyn Shelf + 's)>,
    ) -> Result<OpenedMail, End> {
        match timeout(self.patience, child.open(question, shelf)).await {
            Ok(Ok(mail)) => {
                self.put_back(child);
                Ok(mail)
            }
            Ok(Err(end)) => {
                child.kill().await;
                Err(end)
            }
            Err(_) => {
                child.kill().await;
                Err(End::Child(format!("no answer within {} seconds", self.patience.as_secs())))
            }
        }
    }

    /// Two tries.
    async fn opened<'s>(&self, raw: &[u8], known: &KnownKeys, mut shelf: Option<&mut (dyn Shelf + 's)>) -> Result<OpenedMail, OpenTrouble> {
        let _seat = self.seat().await?;
        let mut keys = self.keys_now().await?;
        // Of a mail beyond the limit only the header is read: one byte too many shows the child that it is.
        let raw = raw.get(..self.limits.mail_bytes.saturating_add(1)).unwrap_or(raw);
        let question = Question { raw, known, now: self.clock.now().as_second() };
        let first = self.child(&mut keys).await?;
        let first_end = match self.attempt(first, question, shelf.as_deref_mut()).await {
            Ok(mail) => return Ok(mail),
            Err(End::Shelf(trouble)) => return Err(OpenTrouble::Shelf(trouble)),
            Err(End::Child(why)) => why,
        };
        tracing::warn!(why = first_end, "the parser did not survive a message: it is tried once more in a fresh one");
        if let Some(shelf) = shelf.as_deref_mut() {
            shelf.clear().await;
        }
        let fresh = self.start(&mut keys).await?;
        match self.attempt(fresh, question, shelf).await {
            Ok(mail) => Ok(mail),
            Err(End::Shelf(trouble)) => Err(OpenTrouble::Shelf(trouble)),
            Err(End::Child(why)) => Err(OpenTrouble::Poison(format!("{first_end}; once more: {why}"))),
        }
    }
}

/// The keys for one mail: read only when a child has to be compared with them or greeted.
struct KeysNow<'p> {
    pool: &'p ParsePool,
    stamp: Option<Stamp>,
    keyring: Option<Keyring>,
}

impl KeysNow<'_> {
    async fn keyring(&mut self) -> Result<&Keyring, OpenTrouble> {
        let keyring = match self.keyring.take() {
            Some(keyring) => keyring,
            None => Keyring::from(self.pool.keys.as_ref(), self.pool.limits).await.map_err(OpenTrouble::NoParser)?,
        };
        Ok(self.keyring.insert(keyring))
    }
}

#[async_trait]
impl Opener for ParsePool {
    async fn open(&self, raw: &[u8], known: &KnownKeys) -> Result<OpenedMail, OpenTrouble> {
        self.opened(raw, known, None).await
    }

    async fn open_onto(&self, raw: &[u8], known: &KnownKeys, shelf: &mut dyn Shelf) -> Result<OpenedMail, OpenTrouble> {
        self.opened(raw, known, Some(shelf)).await
    }

    async fn list(&self, raw: &[u8]) -> Result<Option<Listing>, OpenTrouble> {
        let _seat = self.seat().await?;
        let mut child = self.free().await?;
        // A look for a person at a page: one try, and not for long.
        let told = timeout(LISTING, child.list(raw)).await;
        self.settled(child, told, LISTING).await
    }

    async fn report_in(&self, raw: &[u8]) -> Result<Option<Found>, OpenTrouble> {
        let _seat = self.seat().await?;
        let mut child = self.free().await?;
        let told = timeout(self.patience, child.report_in(raw)).await;
        self.settled(child, told, self.patience).await
    }

    async fn parts_of(&self, raw: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        let _seat = self.seat().await?;
        let mut child = self.free().await?;
        // Somebody waits at a page: one try, and not for long.
        let told = timeout(SBOM, child.parts_of(raw)).await;
        self.settled(child, told, SBOM).await
    }

    async fn checked(&self, request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        let _seat = self.seat().await?;
        let mut child = self.free().await?;
        // A program waits: one try.
        let told = timeout(self.patience, child.checked(request)).await;
        self.settled(child, told, self.patience).await
    }
}
