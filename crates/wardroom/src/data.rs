//! Opening a data directory: key files, store, house, desk, parser. What is missing is made when asked for; what is wrong says what to do.
//!
//! ```text
//! DIR/keys/…            key files (0600)          DIR/wardroom.db   the log and its projections
//! DIR/blobs/…           large sealed bytes        DIR/public/…      the public tree as served
//! DIR/audit/checkpoint  the log's newest signed checkpoint
//! ```

use crate::cli::DataArgs;
use crate::config::Config;
use crate::exits::{Exit, INTEGRITY};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wardroom_adapters::{
    CveServices, FixedKeys, KeyFiles, MasterPlace, NamedResolver, NoMailer, ParsePool, SystemClock, WebKeyDirectory, WorkerProgram,
};
use wardroom_app::disclosure::tree::TreeWriter;
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::key_directory::KeyDirectory;
use wardroom_app::ports::mailer::Mailer;
use wardroom_app::ports::opener::Opener;
use wardroom_app::ports::pages::PublicPages;
use wardroom_app::ports::store::Store;
use wardroom_app::worker::Worker;
use wardroom_app::{Addresses, Desk, House, founding};
use wardroom_domain::people::{Role, Viewer};
use wardroom_seal::{LogSigner, LogVerifier, SystemChance, verify_checkpoint};
use wardroom_store::{DATABASE_FILE, PgUrl, Place, SqlStore};

/// Public default address.
pub const LISTEN: &str = "127.0.0.1:8080";
/// Desk default address.
pub const DESK_LISTEN: &str = "127.0.0.1:8081";

/// An opened data directory with everything that can read it.
pub struct Opened {
    pub directory: PathBuf,
    pub config: Config,
    pub store: Arc<SqlStore>,
    pub house: Arc<House>,
    pub desk: Desk,
    pub opener: Arc<dyn Opener>,
    pub pool: Arc<ParsePool>,
    pub tree: Arc<TreeWriter>,
    pub signer: LogSigner,
    /// The administrator's one-time link, when the directory was made just now.
    pub first_link: Option<String>,
    /// Another way out for mail than the configured one: the demo's.
    pub mailer: Option<Arc<dyn Mailer>>,
}

/// How a directory is to be opened.
#[derive(Clone, Default)]
pub struct Wish {
    /// Make what is missing.
    pub make: bool,
    /// Profile named on the command line.
    pub profile: Option<String>,
    /// Addresses the faces will be reached at, when they are known (serve).
    pub public_url: Option<String>,
    pub desk_url: Option<String>,
    /// Another clock than the system's: the demo's world is made in the past.
    pub clock: Option<Arc<dyn Clock>>,
}

/// The port through which pages are drawn.
pub fn pages() -> Arc<dyn PublicPages> {
    Arc::new(wardroom_public::tree::Pages)
}

/// Opens an existing directory for a command.
pub async fn open(args: &DataArgs) -> Result<Opened, Exit> {
    open_with(args, Wish::default()).await
}

/// Opens a directory, making what is missing when the wish says so.
pub async fn open_with(args: &DataArgs, wish: Wish) -> Result<Opened, Exit> {
    let directory = args.directory();
    if !wish.make && !directory.join("keys").is_dir() {
        return Err(Exit::new(
            1,
            format!(
                "{} is no data directory of Wardroom: make one with `wardroom init --data {}` or name another with --data",
                directory.display(),
                directory.display()
            ),
        ));
    }
    let config = Config::read(args.config.as_deref(), &directory)?;
    let profile_named = wish.profile.clone().or_else(|| config.profile.clone());
    // Whatever can be refused is refused before anything is made.
    let profile = match wish.make || profile_named.is_some() {
        true => Some(crate::profile_file::read(profile_named.as_deref())?),
        false => None,
    };
    if wish.make {
        make_directory(&directory)?;
    }
    let mut chance = SystemChance::probe().map_err(|error| Exit::new(1, error.to_string()))?;
    let place = config.master_key_file.clone().map_or(MasterPlace::DataDirectory, MasterPlace::File);
    let keys = match wish.make {
        true => KeyFiles::open_or_make(&directory, &place, &log_name(&config), &mut chance),
        false => KeyFiles::open(&directory, &place),
    };
    let keys = keys.map_err(|fault| Exit::new(1, fault.to_string()))?;
    keys.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    if keys.made {
        tracing::info!("keys were made: keep a copy of the master key in another place, nothing opens without it");
    }
    let clock: Arc<dyn Clock> = wish.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
    let store = open_store(&directory, &config, clock.as_ref()).await?;
    let desk_public = keys.desk.public();
    check_against_checkpoint(&directory, store.as_ref(), &keys.log.verifier()).await?;

    if wish.make
        && let Some(profile) = &profile
    {
        let founded = founding::found(store.as_ref(), &desk_public, profile, clock.now(), &mut chance).await?;
        tracing::debug!(founded, "the maker is there");
    }
    let addresses = addresses(&config, &wish, &directory);
    let house = House::open(store.clone(), clock.clone(), Box::new(chance), desk_public, addresses).await?;
    let house = Arc::new(house.with_upload_limits(config.uploads.limits()));
    house.expect_doors(crate::mail::doors(&config));
    let mut desk = Desk::new(house.clone(), keys.desk.clone(), keys.master.clone());
    if let Some(server) = config.mail.resolver {
        let resolver = NamedResolver::new(server).map_err(|why| Exit::new(1, format!("[mail] resolver {server}: {why}")))?;
        desk = desk.asking(Arc::new(resolver));
    }
    if let Some(service) = cve_service(&config)? {
        desk = desk.registering(Arc::new(service));
    }
    if profile_named.is_some()
        && let Some(profile) = profile
    {
        desk.set_profile(&Viewer::house(), profile).await?;
    }
    let program = WorkerProgram { path: own_path()?, args: vec!["parse-worker".into()] };
    let pool = Arc::new(ParsePool::new(program, clock, Arc::new(desk.clone())));
    let tree = Arc::new(TreeWriter::new(directory.join("public"), pages()));
    let mut opened = Opened {
        directory,
        config,
        store,
        house,
        desk,
        opener: pool.clone(),
        pool,
        tree,
        signer: keys.log,
        first_link: None,
        mailer: None,
    };
    if wish.make {
        opened.make_first_people_and_key().await?;
    }
    Ok(opened)
}

/// The service of the CVE program, where the configuration names one.
fn cve_service(config: &Config) -> Result<Option<CveServices>, Exit> {
    let Some(cve) = &config.cve else { return Ok(None) };
    let pem = match &cve.trusted_pem_file {
        Some(file) => {
            Some(std::fs::read(file).map_err(|error| Exit::new(1, format!("[cve] cannot read certificate {}: {error}", file.display())))?)
        }
        None => None,
    };
    let service = CveServices::new(&cve.environment, &cve.org, &cve.user, pem.as_deref());
    service.map(Some).map_err(|fault| Exit::new(1, format!("[cve] {fault}")))
}

async fn open_store(directory: &Path, config: &Config, clock: &dyn Clock) -> Result<Arc<SqlStore>, Exit> {
    let place = match &config.database_url {
        Some(url) => Place::Postgres(PgUrl(url.clone())),
        None => Place::Sqlite(directory.join(DATABASE_FILE)),
    };
    let store = SqlStore::open(&place, &directory.join("blobs"), clock.now()).await;
    Ok(Arc::new(store.map_err(|trouble| Exit { code: 1, error: anyhow::anyhow!("{trouble}") })?))
}

/// A database that holds less than the signed checkpoint beside it was lost, cut or brought back from an old copy. Going on as if
/// nothing had happened would found a new world over the old one.
async fn check_against_checkpoint(directory: &Path, store: &dyn Store, verifier: &LogVerifier) -> Result<(), Exit> {
    let path = directory.join("audit").join("checkpoint");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(()) };
    let kept = verify_checkpoint(&text, verifier).map_err(|fault| Exit::new(INTEGRITY, format!("{}: {fault}", path.display())))?;
    let head = store.head().await?;
    if head.size >= kept.size {
        return Ok(());
    }
    Err(Exit::new(
        INTEGRITY,
        format!(
            "the database holds {} facts, but {} says there were {}: it was cut or replaced by an older copy. Bring the database back \
             from a backup; if the older copy is meant, remove that file first",
            head.size,
            path.display(),
            kept.size
        ),
    ))
}

/// Reads strangers' documents for the public face: children without a key, unlike those that open mail.
pub fn stranger_reader() -> Result<Arc<ParsePool>, Exit> {
    let program = WorkerProgram { path: own_path()?, args: vec!["parse-worker".into()] };
    Ok(Arc::new(ParsePool::new(program, Arc::new(SystemClock), Arc::new(FixedKeys::default()))))
}

fn own_path() -> Result<PathBuf, Exit> {
    Ok(std::env::current_exe().context("cannot find this program's own file")?)
}

/// The log's name in its checkpoints: the host people know, without a scheme.
fn log_name(config: &Config) -> String {
    let url = config.public.url.as_deref().unwrap_or("localhost");
    format!("{}/log", url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/'))
}

fn make_directory(directory: &Path) -> Result<(), Exit> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|error| {
        Exit::new(
            1,
            format!("cannot make the data directory {}: {error}: choose another with --data, or change its owner", directory.display()),
        )
    })?;
    let probe = directory.join(".writable");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(|error| {
        Exit::new(
            1,
            format!("cannot write to the data directory {}: {error}: choose another with --data, or change its owner", directory.display()),
        )
    })
}

/// Where a server of this directory was reached last: commands beside it make links that lead there.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct LastServed {
    public: Option<String>,
    desk: Option<String>,
}

const LAST_SERVED_FILE: &str = "last-served.json";

/// What the configuration says; else what the faces were just bound to; else where they were served last; else the addresses they take by themselves.
fn addresses(config: &Config, wish: &Wish, directory: &Path) -> Addresses {
    let file = directory.join(LAST_SERVED_FILE);
    let before: LastServed = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let served = LastServed { public: wish.public_url.clone().or(before.public), desk: wish.desk_url.clone().or(before.desk) };
    if (wish.public_url.is_some() || wish.desk_url.is_some())
        && let Err(error) = std::fs::write(&file, serde_json::to_vec(&served).unwrap_or_default())
    {
        tracing::warn!(%error, "where this directory is served could not be noted: links made by commands may lead to another address");
    }
    let of = |configured: &Option<String>, listen: &Option<String>, served: Option<String>, fallback: &str| {
        let url = configured.clone().or(served).unwrap_or_else(|| format!("http://{}", listen.as_deref().unwrap_or(fallback)));
        url.trim_end_matches('/').to_owned()
    };
    Addresses {
        public_url: of(&config.public.url, &config.public.listen, served.public, LISTEN),
        desk_url: of(&config.desk.url, &config.desk.listen, served.desk, DESK_LISTEN),
        mail: config.mail.address.clone().unwrap_or_default(),
        plus_addresses: config.mail.plus_addresses,
        gna: config.gcve.as_ref().map(|gcve| gcve.gna),
    }
}

impl Opened {
    async fn make_first_people_and_key(&mut self) -> Result<(), Exit> {
        let house = Viewer::house();
        if self.desk.maker().keys.is_empty() {
            let fingerprint = self.desk.make_team_key(&house, &self.key_user_id()).await?;
            tracing::info!(fingerprint, "a team key was made");
        }
        if self.desk.people().await?.is_empty() {
            // The first person must be able to do everything, or nobody could begin; roles are parted as the team grows.
            let person = self.desk.add_person(&house, "Administrator", Role::ALL.to_vec()).await?;
            self.first_link = Some(self.desk.sign_in_link(&house, &person).await?);
        }
        Ok(())
    }

    /// `Calterah PSIRT <psirt@calterah.com>`; without an address the name alone.
    pub fn key_user_id(&self) -> String {
        let profile = self.desk.profile();
        let team = profile.team_name("en");
        let address = self.desk.addresses.mail.clone();
        if address.is_empty() { team } else { format!("{team} <{address}>") }
    }

    /// Who acts: the person named, else the house itself.
    pub async fn viewer(&self, person: Option<&str>) -> Result<Viewer, Exit> {
        match person {
            Some(name) => Ok(self.desk.viewer_named(name).await?),
            None => Ok(Viewer::house()),
        }
    }

    /// The worker, sending through what the configuration names.
    pub fn worker(&self) -> Result<Worker, Exit> {
        let mailer: Arc<dyn Mailer> = match (&self.mailer, &self.config.mail.smtp) {
            (Some(mailer), _) => mailer.clone(),
            (None, Some(smtp)) => Arc::new(crate::mail::mailer(smtp, &self.desk.addresses.mail)?),
            (None, None) => Arc::new(NoMailer),
        };
        Ok(Worker { desk: self.desk.clone(), mailer, opener: self.opener.clone(), tree: self.tree.clone(), prober: None })
    }

    /// Asks key directories, where the operator allows it.
    pub fn key_directory(&self) -> Result<Option<Arc<dyn KeyDirectory>>, Exit> {
        if !self.config.keys.wkd {
            return Ok(None);
        }
        let directory = WebKeyDirectory::new(None).map_err(|fault| Exit::new(1, format!("[keys] {fault}")))?;
        Ok(Some(Arc::new(directory)))
    }

    /// Writes the public tree now: after a command that published, without waiting for a running worker.
    pub async fn write_tree_now(&self) -> Result<(), Exit> {
        self.tree.write(&self.desk).await?;
        Ok(())
    }

    /// Signs the log's head and keeps it beside the data.
    pub async fn write_checkpoint(&self) -> Result<String, Exit> {
        self.desk.sign_head(&self.signer).await?;
        let text = match self.desk.signed_head().await? {
            Some(head) => head.checkpoint,
            None => return Err(Exit::new(INTEGRITY, "the log's head could not be signed")),
        };
        let folder = self.directory.join("audit");
        let path = folder.join("checkpoint");
        if std::fs::read_to_string(&path).is_ok_and(|kept| kept == text) {
            return Ok(text);
        }
        std::fs::create_dir_all(&folder)?;
        let fresh = folder.join("checkpoint.new");
        std::fs::write(&fresh, &text)?;
        std::fs::rename(&fresh, path)?;
        Ok(text)
    }

    pub fn verifier(&self) -> LogVerifier {
        self.signer.verifier()
    }
}
