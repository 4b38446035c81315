//! What every use case stands on: store, clock, chance, the profile in force, the addresses. And two sets of rights over it by construction:
//! `House` can seal (it has the desk's public key), `Desk` can also open (it holds the desk's secret key).
//! The public face is given a `House` inside `PublicHouse`; it never sees a `Desk`.

use crate::doors::DoorBook;
use crate::intake::arriving::{Arrivals, UploadLimits};
use crate::intake::mail_queue::MailQueue;
use crate::intake::receipt_pace::ReceiptPace;
use crate::ports::clock::Clock;
use crate::ports::cve_service::CveService;
use crate::ports::dns::Dns;
use crate::ports::opener::KnownKeys;
use crate::ports::store::{Store, StoreTrouble};
use crate::validation::candidates::Memory;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use wardroom_domain::disclosure::Level;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::products::Product;
use wardroom_domain::profile::Profile;
use wardroom_formats::ssvc::Table;
use wardroom_seal::{Chance, MasterKey, Peer, PublicKey, SecretKey, draw, hex};

/// How the world reaches this house. Read once at start.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// `https://psirt.example`, no slash at the end.
    pub public_url: String,
    /// Where the team signs in.
    pub desk_url: String,
    /// The team's mail address; empty: mail is not used.
    pub mail: String,
    /// Mail to `local+anything@domain` reaches the same mailbox: our mails ask for answers to such an address.
    pub plus_addresses: bool,
    /// Our number as a GCVE numbering authority; `None`: we are none.
    pub gna: Option<u32>,
}

/// The maker's state that changes seldom: cached, refreshed when an org fact is recorded.
#[derive(Clone)]
pub struct Maker {
    pub profile: Arc<Profile>,
    pub products: Vec<Product>,
    /// The SSVC decision tables the team decides by: the supplier's, unless it was retired, and those that were kept.
    pub tables: Vec<Arc<Table>>,
    /// (fingerprint, armored public key, retired), the active key first.
    pub keys: Vec<TeamKey>,
    /// Levels that anybody ever got an access for: their feeds are named in public.
    pub levels: BTreeSet<Level>,
    /// When anything of this that shows in public last changed.
    pub shown_at: Timestamp,
}

/// Public half of a key of the team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamKey {
    pub fingerprint: String,
    pub public: String,
    /// Only decrypts.
    pub retired: bool,
    /// Another key took its place; it is offered after that one until this instant.
    pub retires_at: Option<Timestamp>,
    /// Taken back, and the certificate says so.
    pub revoked: bool,
    /// The last alarm before its end: 90, 30, 7 or 0 days.
    pub alarmed: Option<u16>,
}

impl TeamKey {
    /// Offered to the world as the key to use.
    pub fn is_in_front(&self) -> bool {
        !self.retired && self.retires_at.is_none()
    }
}

/// What all use cases share. Holds no secret.
pub struct House {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    chance: Mutex<Box<dyn Chance + Send>>,
    pub desk_public: PublicKey,
    /// The same key, ready for sealing to it often.
    pub(crate) desk_peer: Peer,
    pub addresses: Addresses,
    maker: RwLock<Maker>,
    book: DoorBook,
    /// Files that are arriving.
    pub arrivals: Arrivals,
    /// Who goes first at the mail doors.
    pub mail_queue: MailQueue,
    pub(crate) receipt_pace: ReceiptPace,
}

impl House {
    /// Opens the house over a store in which the maker was founded.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        chance: Box<dyn Chance + Send>,
        desk_public: PublicKey,
        addresses: Addresses,
    ) -> Result<House, StoreTrouble> {
        let maker = read_maker(store.as_ref()).await?;
        let chance = Mutex::new(chance);
        Ok(House {
            store,
            clock,
            chance,
            desk_public,
            desk_peer: Peer::new(desk_public),
            addresses,
            maker: RwLock::new(maker),
            arrivals: Arrivals::default(),
            mail_queue: MailQueue::default(),
            receipt_pace: ReceiptPace::default(),
            book: DoorBook::default(),
        })
    }

    /// The same house with other limits for files that arrive.
    #[must_use]
    pub fn with_upload_limits(mut self, limits: UploadLimits) -> House {
        self.arrivals.limits = limits;
        self
    }

    /// The present instant, in whole milliseconds: what is stored, hashed and shown is the same everywhere.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    pub(crate) fn book(&self) -> &DoorBook {
        &self.book
    }

    /// Runs `work` with the source of chance.
    pub fn by_chance<T>(&self, work: impl FnOnce(&mut dyn Chance) -> T) -> T {
        work(&mut Shared(&self.chance))
    }

    /// 128 random bits in hex: names of files, and others that say nothing.
    pub fn random_name(&self) -> String {
        self.by_chance(|chance| hex(&draw::<16>(chance)))
    }

    /// The name of a new stream or small blob: the instant in milliseconds (48 bits), then 80 random bits, in hex. What is written together lies
    /// together in the store's indexes.
    pub fn fresh_name(&self) -> String {
        let millis = self.now().as_millisecond().to_be_bytes();
        let (_, instant) = millis.split_at(2);
        self.by_chance(|chance| format!("{}{}", hex(instant), hex(&draw::<10>(chance))))
    }

    /// Looks at the maker's state without a copy of it.
    pub(crate) fn with_maker<T>(&self, look: impl FnOnce(&Maker) -> T) -> T {
        look(&self.maker.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn maker(&self) -> Maker {
        self.maker.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often settings of these kinds (`reporter_key:`) were kept, all together: it only grows.
    pub(crate) async fn setting_changes(&self, kinds: &[&str]) -> Result<u64, StoreTrouble> {
        let changes = self.store.setting_changes().await?;
        Ok(changes.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).map(|(_, count)| count).sum())
    }

    pub fn profile(&self) -> Arc<Profile> {
        self.maker.read().unwrap_or_else(PoisonError::into_inner).profile.clone()
    }

    /// Reads the org stream again: after an org fact, and now and then, because another process may have written one.
    pub async fn refresh(&self) -> Result<(), StoreTrouble> {
        let fresh = read_maker(self.store.as_ref()).await?;
        *self.maker.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

/// The source of chance, held only while bytes are drawn: what is computed with them is computed side by side.
struct Shared<'h>(&'h Mutex<Box<dyn Chance + Send>>);

impl Chance for Shared<'_> {
    fn fill(&mut self, out: &mut [u8]) {
        // A panic while holding the lock leaves a source of random bytes as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(out);
    }
}

/// Folds the org stream.
async fn read_maker(store: &dyn Store) -> Result<Maker, StoreTrouble> {
    let mut profile = None;
    let mut products: Vec<Product> = Vec::new();
    let mut tables: Vec<Arc<Table>> = Table::supplier().into_iter().map(Arc::new).collect();
    let mut keys: Vec<TeamKey> = Vec::new();
    let mut levels = BTreeSet::new();
    let mut shown_at = Timestamp::default();
    for recorded in store.org().await? {
        if crate::disclosure::tree::is_public(&recorded.fact) {
            shown_at = shown_at.max(recorded.at);
        }
        let Fact::Org(fact) = recorded.fact else { continue };
        match fact {
            OrgFact::ProfileSet { profile: value } => profile = Some(value),
            OrgFact::ProductKept { product } => {
                products.retain(|one| one.id != product.id);
                products.push(product);
            }
            OrgFact::ProductRetired { product } => products.retain(|one| one.id != product),
            OrgFact::TableKept { table } => {
                // It was read before it was kept; what an older version took and this one does not is left out.
                if let Ok(table) = Table::read(table.to_string().as_bytes()) {
                    tables.retain(|one| one.id != table.id);
                    tables.push(Arc::new(table));
                }
            }
            OrgFact::TableRetired { table } => tables.retain(|one| one.id != table),
            OrgFact::KeyKept { fingerprint, public, retired } => {
                keys.retain(|key| key.fingerprint != fingerprint);
                keys.push(TeamKey { fingerprint, public, retired, retires_at: None, revoked: false, alarmed: None });
            }
            OrgFact::KeyRetiring { fingerprint, at } => {
                keys.iter_mut().filter(|key| key.fingerprint == fingerprint).for_each(|key| key.retires_at = Some(at));
            }
            OrgFact::KeyRetired { fingerprint } => {
                keys.iter_mut().filter(|key| key.fingerprint == fingerprint).for_each(|key| key.retired = true);
            }
            OrgFact::KeyRevoked { fingerprint, public, .. } => {
                for key in keys.iter_mut().filter(|key| key.fingerprint == fingerprint) {
                    (key.retired, key.revoked) = (true, true);
                    key.public.clone_from(&public);
                }
            }
            OrgFact::KeyExpiring { fingerprint, days } => {
                keys.iter_mut().filter(|key| key.fingerprint == fingerprint).for_each(|key| key.alarmed = Some(days));
            }
            OrgFact::AccessHandedOut { levels: fresh, .. } => levels.extend(fresh),
            OrgFact::AccessWithdrawn { .. }
            | OrgFact::Founded { .. }
            | OrgFact::PersonAdded { .. }
            | OrgFact::RolesSet { .. }
            | OrgFact::PersonDisabled { .. }
            | OrgFact::GcveMade { .. }
            | OrgFact::SmimeKeyKept { .. }
            | OrgFact::RecipientKept { .. }
            | OrgFact::RecipientRemoved { .. } => {}
        }
    }
    let value = profile.ok_or_else(|| StoreTrouble::new("the store holds no profile: run `wardroom init` first"))?;
    let profile = Profile::from_value(&value)
        .map_err(|faults| StoreTrouble::new(format!("the stored profile does not fit this version: {faults:?}")))?;
    // Newest active key first: what is kept last signs.
    keys.reverse();
    keys.sort_by_key(|key| (key.retired, key.retires_at.is_some()));
    products.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Maker { profile: Arc::new(profile), products, tables, keys, levels, shown_at })
}

/// The house with the desk's secret key: it can open what was sealed. Only the desk, the worker and the operator's command line get one.
#[derive(Clone)]
pub struct Desk {
    house: Arc<House>,
    secrets: Arc<Secrets>,
    /// Asked about senders of mail; `None`: nobody is asked.
    dns: Option<Arc<dyn Dns>>,
    /// Where CVE ids come from; `None`: we assign none.
    registrar: Option<Arc<dyn CveService>>,
}

struct Secrets {
    desk: SecretKey,
    master: MasterKey,
    /// Words of earlier cases, in memory only, for the search of look-alikes.
    memory: Memory,
    /// The pinned keys of reporters, and how many changes to them there had been.
    known: Mutex<Option<(u64, KnownKeys)>>,
}

impl Desk {
    pub fn new(house: Arc<House>, desk: SecretKey, master: MasterKey) -> Desk {
        Desk {
            house,
            secrets: Arc::new(Secrets { desk, master, memory: Memory::default(), known: Mutex::default() }),
            dns: None,
            registrar: None,
        }
    }

    /// The same desk, asking this resolver about senders of mail.
    #[must_use]
    pub fn asking(self, dns: Arc<dyn Dns>) -> Desk {
        Desk { dns: Some(dns), ..self }
    }

    /// The same desk, assigning CVE ids through this service.
    #[must_use]
    pub fn registering(self, service: Arc<dyn CveService>) -> Desk {
        Desk { registrar: Some(service), ..self }
    }

    pub(crate) fn registrar(&self) -> Option<&Arc<dyn CveService>> {
        self.registrar.as_ref()
    }

    pub(crate) fn dns(&self) -> Option<&dyn Dns> {
        self.dns.as_deref()
    }

    pub fn house(&self) -> &Arc<House> {
        &self.house
    }

    pub(crate) fn desk_secret(&self) -> &SecretKey {
        &self.secrets.desk
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.secrets.memory
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.secrets.master
    }

    /// Keeps bytes beside the log under `name`, sealed to the master key and to that name.
    pub(crate) async fn keep_sealed(&self, name: &str, plain: &[u8]) -> Result<(), StoreTrouble> {
        let sealed = self.by_chance(|chance| self.master().seal(name, plain, chance));
        self.store.keep_setting(name, sealed.as_bytes()).await
    }

    /// The keys remembered, if there were just as many changes to them.
    pub(crate) fn remembered_keys(&self, changes: u64) -> Option<KnownKeys> {
        let kept = self.secrets.known.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(then, _)| *then == changes).map(|(_, known)| known.clone())
    }

    pub(crate) fn remember_keys(&self, changes: u64, known: KnownKeys) {
        *self.secrets.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((changes, known));
    }
}

impl Deref for Desk {
    type Target = House;
    fn deref(&self) -> &House {
        &self.house
    }
}
