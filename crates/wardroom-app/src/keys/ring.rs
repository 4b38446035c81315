//! The ring of reporters' keys: for each address, which keys were seen for it, where they came from, and what a person decided.
//!
//! The rule for answers ([`Desk::key_for`]): a key a person pinned is used and no other; without one, the first key that was ever seen for
//! the address is (trust on first use); a second, different one is never used silently: the mail then carries no content until a person
//! has decided. Keys of hearsay (Autocrypt-Gossip) and of directories wait for a person in any case. For checking signatures only pinned
//! keys count.
//!
//! Everything is sealed to the master key: who reports to us is confidential. Deliberately beside the log: keys must be forgettable; the
//! decisions about them are facts of the report.

use super::unusable;
use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::opener::KnownKeys;
use crate::ports::store::StoreTrouble;
use crate::reading::ReportRecord;
use crate::record::Said;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::{Door, ReportWords};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};
use wardroom_mail::keys::{KeyFault, KnownCert, ReporterCert};
use wardroom_mail::opened::{FoundKey, KeySource};
use wardroom_seal::{Sealed, hex};

const PINNED: &str = "reporter_key:";
const RING: &str = "key_ring:";
/// Most keys remembered for one address: what a stranger sends may not grow without end. Pinned ones are never pushed out.
const MOST_KEYS: usize = 12;

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A file in a mail.
    Attached,
    /// A block in the text of a mail.
    Pasted,
    /// The Autocrypt field of a mail.
    Autocrypt,
    /// Another person's mail named it inside its encryption.
    Gossip,
    /// Typed into the form, or sent to the API.
    Form,
    /// Found in the key directory of the address's domain, by a person's order.
    Directory,
    /// Brought by a person of the team, for this report.
    Staff,
    /// Imported by an operator.
    Imported,
}

impl Source {
    /// `attached`, `pasted`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Attached => "attached",
            Source::Pasted => "pasted",
            Source::Autocrypt => "autocrypt",
            Source::Gossip => "gossip",
            Source::Form => "form",
            Source::Directory => "directory",
            Source::Staff => "staff",
            Source::Imported => "imported",
        }
    }

    /// Whether the owner of the address gave it to us, as far as the way it came can tell.
    const fn is_the_senders(self) -> bool {
        matches!(self, Source::Attached | Source::Pasted | Source::Autocrypt | Source::Form)
    }
}

impl From<KeySource> for Source {
    fn from(source: KeySource) -> Source {
        match source {
            KeySource::Attached => Source::Attached,
            KeySource::Pasted => Source::Pasted,
            KeySource::Autocrypt => Source::Autocrypt,
            KeySource::Gossip => Source::Gossip,
        }
    }
}

/// What a person decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Candidate,
    Pinned,
    Rejected,
}

impl Standing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Candidate => "candidate",
            Standing::Pinned => "pinned",
            Standing::Rejected => "rejected",
        }
    }
}

/// One key as it is known for one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RingKey {
    pub fingerprint: String,
    pub armored: String,
    pub source: Source,
    /// It lay inside an encryption to us: nobody on the way put it there.
    #[serde(default)]
    pub encrypted: bool,
    pub first_seen: Timestamp,
    /// Number of the report it first came with; empty for an imported one.
    #[serde(default)]
    pub report: String,
    #[serde(default)]
    pub standing: Standing,
    /// Name of the person who decided.
    #[serde(default)]
    pub decided_by: String,
    #[serde(default)]
    pub decided_at: Option<Timestamp>,
}

/// Which key answers to an address are encrypted to, or why none is.
#[derive(Clone, Debug)]
pub enum Choice {
    Use(Box<ReporterCert>),
    /// There is no key, or only hearsay.
    NoKey,
    /// The key there is cannot be encrypted to.
    Unusable(KeyFault),
    /// Another key than the known one came: a person decides.
    Changed,
}

impl Choice {
    /// `use`, `none`, `unusable`, `changed`
    pub const fn as_str(&self) -> &'static str {
        match self {
            Choice::Use(_) => "use",
            Choice::NoKey => "none",
            Choice::Unusable(_) => "unusable",
            Choice::Changed => "changed",
        }
    }
}

/// A key of the ring as a person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct RingLine {
    pub fingerprint: String,
    pub user_ids: Vec<String>,
    /// The address is among those the key certifies of itself.
    pub names_address: bool,
    pub source: Source,
    pub encrypted: bool,
    pub first_seen: Timestamp,
    pub report: String,
    pub standing: Standing,
    pub decided_by: String,
    pub decided_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// 4 or 6.
    pub version: u8,
    /// What stands against encrypting to it now.
    pub fault: Option<KeyFault>,
    /// Answers are encrypted to it.
    pub in_use: bool,
}

/// The ring of a report's address.
#[derive(Clone, Debug, Serialize)]
pub struct Ring {
    /// Where answers go; empty: nowhere, and no key is needed.
    pub address: String,
    /// See [`Choice::as_str`].
    pub choice: &'static str,
    pub keys: Vec<RingLine>,
}

impl Desk {
    /// Pins a reporter's public key for the addresses it names: an operator's word.
    pub async fn pin_reporter_key(&self, armored: &str) -> Asked<()> {
        let cert = KnownCert::parse(armored.as_bytes()).map_err(unusable)?;
        self.pin_as(&cert, Source::Imported, Viewer::house().name()).await
    }

    pub(crate) async fn pin_as(&self, cert: &KnownCert, source: Source, by: &str) -> Asked<()> {
        for address in cert.addresses() {
            let mut ring = self.ring(&address).await?;
            self.sight(&mut ring, cert, source, false, self.now(), "");
            decide(&mut ring, &cert.fingerprint(), Standing::Pinned, by, self.now());
            self.keep_ring(&address, &ring).await?;
        }
        self.keep_pinned(&cert.fingerprint(), &cert.armored()).await?;
        Ok(())
    }

    /// The keys signatures are checked against: the pinned ones, armored. Read and opened again only when one was kept since.
    pub async fn known_reporter_keys(&self) -> Result<KnownKeys, StoreTrouble> {
        // Asked before they are read: what changes meanwhile is noticed the next time.
        let changes = self.setting_changes(&[PINNED]).await?;
        if let Some(known) = self.remembered_keys(changes) {
            return Ok(known);
        }
        let mut keys = Vec::new();
        for name in self.store.setting_names(PINNED).await? {
            let Some(bytes) = self.store.setting(&name).await? else { continue };
            if let Ok(plain) = self.master().open(&name, &Sealed::from_stored(bytes))
                && !plain.is_empty()
            {
                keys.push(String::from_utf8_lossy(&plain).into_owned());
            }
        }
        let known = KnownKeys::new(keys);
        self.remember_keys(changes, known.clone());
        Ok(known)
    }

    /// Remembers the keys a mail brought. `answer_to` is where answers to it go.
    pub(crate) async fn note_found_keys(
        &self,
        found: &[FoundKey],
        answer_to: &str,
        report: &str,
        at: Timestamp,
    ) -> Result<(), StoreTrouble> {
        for key in found {
            let Ok(cert) = KnownCert::parse(key.armored.as_bytes()) else { continue };
            let named = matches!(key.source, KeySource::Autocrypt | KeySource::Gossip);
            let address = if named { key.address.as_str() } else { answer_to };
            self.note_key(&cert, address, key.source.into(), key.encrypted, at, report).await?;
        }
        Ok(())
    }

    async fn note_key(
        &self,
        cert: &KnownCert,
        address: &str,
        source: Source,
        encrypted: bool,
        at: Timestamp,
        report: &str,
    ) -> Result<(), StoreTrouble> {
        if address.is_empty() {
            return Ok(());
        }
        let mut ring = self.ring(address).await?;
        if self.sight(&mut ring, cert, source, encrypted, at, report) {
            self.keep_ring(address, &ring).await?;
        }
        Ok(())
    }

    /// Notes in the ring that the key was seen; false when there is nothing new.
    fn sight(&self, ring: &mut Vec<RingKey>, cert: &KnownCert, source: Source, encrypted: bool, at: Timestamp, report: &str) -> bool {
        let (fingerprint, armored) = (cert.fingerprint(), cert.armored());
        if let Some(known) = ring.iter_mut().find(|key| key.fingerprint == fingerprint) {
            // The same key again: a longer life or a new subkey is its owner's own signed word. A revocation is never lost again.
            let now = self.now().as_second();
            let revoked = KnownCert::parse(known.armored.as_bytes()).is_ok_and(|old| old.encryptable(now) == Err(KeyFault::Revoked));
            let better =
                known.armored != armored && !revoked && (cert.encryptable(now).is_ok() || cert.encryptable(now) == Err(KeyFault::Revoked));
            if better {
                known.armored = armored;
            }
            let safer = encrypted && !known.encrypted;
            known.encrypted |= encrypted;
            return better || safer;
        }
        if ring.len() >= MOST_KEYS {
            let Some(oldest) = ring.iter().rposition(|key| key.standing == Standing::Candidate).filter(|place| *place > 0) else {
                return false;
            };
            ring.remove(oldest);
        }
        ring.push(RingKey {
            fingerprint,
            armored,
            source,
            encrypted,
            first_seen: at,
            report: report.to_owned(),
            standing: Standing::Candidate,
            decided_by: String::new(),
            decided_at: None,
        });
        true
    }

    /// Remembers the key that came with a report that was typed in: the public face cannot, it holds no secret. A mail's were noted when
    /// it came.
    pub(crate) async fn note_handed_in_key(&self, report: &ReportRecord, words: &ReportWords) -> Result<(), StoreTrouble> {
        let received = &report.file.received;
        if received.door == Door::Mail || words.reporter_key.is_empty() {
            return Ok(());
        }
        let Ok(cert) = KnownCert::parse(words.reporter_key.as_bytes()) else { return Ok(()) };
        self.note_key(&cert, &words.sender_address, Source::Form, false, received.received_at, &received.number).await
    }

    /// Which key an answer to this report is encrypted to.
    pub(crate) async fn key_for(&self, words: &ReportWords) -> Result<Choice, StoreTrouble> {
        let now = self.now().as_second();
        let ring = self.ring(&words.sender_address).await?;
        Ok(choose(&ring, &words.reporter_key, now))
    }

    /// The reporter's key, when there is one to be used now. A store in trouble is no answer: "no key" would send a mail another way.
    pub(crate) async fn reporter_cert(&self, words: &ReportWords) -> Result<Option<ReporterCert>, StoreTrouble> {
        Ok(match self.key_for(words).await? {
            Choice::Use(cert) => Some(*cert),
            Choice::NoKey | Choice::Unusable(_) | Choice::Changed => None,
        })
    }

    /// Whether a message to this reporter would travel encrypted; otherwise the mail only says that there is one.
    pub async fn mails_encrypted(&self, words: &ReportWords) -> Result<bool, StoreTrouble> {
        Ok(!words.sender_address.is_empty() && self.reporter_cert(words).await?.is_some())
    }

    /// The report whose reporter is meant: named itself, or by its case when that has only the one.
    pub async fn report_meant(&self, viewer: &Viewer, id_or_number: &str) -> Asked<StreamId> {
        let stream = self.find(viewer, id_or_number).await?;
        match stream.kind() {
            StreamKind::Report => Ok(stream),
            StreamKind::Case => match self.must_case(viewer, &stream).await?.file.reports.as_slice() {
                [one] => Ok(one.clone()),
                _ => Err(Refusal::FieldNeeded { field: "report" }.into()),
            },
            StreamKind::Org | StreamKind::Advisory => Err(AskError::NotFound),
        }
    }

    /// The keys known for the reporter of a report, for somebody who may see it.
    pub async fn ring_of(&self, viewer: &Viewer, report: &StreamId) -> Asked<Ring> {
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        Ok(self.shown_ring(&record, &words).await?)
    }

    async fn shown_ring(&self, record: &ReportRecord, words: &ReportWords) -> Result<Ring, StoreTrouble> {
        let now = self.now().as_second();
        let address = words.sender_address.clone();
        let choice = self.key_for(words).await?;
        let used = match &choice {
            Choice::Use(cert) => cert.fingerprint(),
            Choice::NoKey | Choice::Unusable(_) | Choice::Changed => String::new(),
        };
        let instant = |seconds| Timestamp::from_second(seconds).ok();
        let keys = self.ring_with_own(record, words).await?.into_iter().filter_map(|key| {
            let cert = KnownCert::parse(key.armored.as_bytes()).ok()?;
            Some(RingLine {
                in_use: key.fingerprint == used,
                user_ids: cert.user_ids(),
                names_address: cert.addresses().iter().any(|one| one.eq_ignore_ascii_case(&address)),
                version: cert.version(),
                expires_at: cert.expires(now).and_then(instant),
                fault: cert.encryptable(now).err(),
                fingerprint: key.fingerprint,
                source: key.source,
                encrypted: key.encrypted,
                first_seen: key.first_seen,
                report: key.report,
                standing: key.standing,
                decided_by: key.decided_by,
                decided_at: key.decided_at,
            })
        });
        Ok(Ring { choice: choice.as_str(), keys: keys.collect(), address })
    }

    /// The ring, with the report's own key in it although nobody noted it yet.
    async fn ring_with_own(&self, record: &ReportRecord, words: &ReportWords) -> Result<Vec<RingKey>, StoreTrouble> {
        let mut ring = self.ring(&words.sender_address).await?;
        if let Ok(own) = KnownCert::parse(words.reporter_key.as_bytes()) {
            let received = &record.file.received;
            let source = if received.door == Door::Mail { Source::Attached } else { Source::Form };
            self.sight(&mut ring, &own, source, false, received.received_at, &received.number);
        }
        Ok(ring)
    }

    /// A person pins a key (answers are encrypted to it, its signatures count) or rejects it (it is never used).
    pub async fn decide_key(&self, viewer: &Viewer, report: &StreamId, fingerprint: &str, standing: Standing) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        let mut ring = self.ring_with_own(&record, &words).await?;
        let wanted: String = fingerprint.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let known = ring.iter().find(|key| key.fingerprint == wanted).cloned().ok_or(Refusal::NotThere { thing: "key" })?;
        if known.standing == standing {
            return Err(Refusal::AlreadyDone.into());
        }
        if standing == Standing::Pinned {
            KnownCert::parse_sound(known.armored.as_bytes(), self.now().as_second()).map_err(unusable)?;
        }
        decide(&mut ring, &wanted, standing, viewer.name(), self.now());
        self.keep_decision(viewer, &record, &words, &ring, &wanted, standing.as_str()).await
    }

    /// A person brings a key for the reporter (from a card, a call, a page they trust) and pins it.
    pub async fn add_key(&self, viewer: &Viewer, report: &StreamId, armored: &str) -> Asked<String> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        if words.sender_address.is_empty() {
            return Err(Refusal::FieldWrong { field: "key", why: "this report has no mail address to write to".to_owned() }.into());
        }
        let cert = KnownCert::parse_sound(armored.as_bytes(), self.now().as_second()).map_err(unusable)?;
        let mut ring = self.ring_with_own(&record, &words).await?;
        self.sight(&mut ring, &cert, Source::Staff, false, self.now(), record.number());
        decide(&mut ring, &cert.fingerprint(), Standing::Pinned, viewer.name(), self.now());
        self.keep_decision(viewer, &record, &words, &ring, &cert.fingerprint(), "added").await?;
        Ok(cert.fingerprint())
    }

    async fn keep_decision(
        &self,
        viewer: &Viewer,
        record: &ReportRecord,
        words: &ReportWords,
        ring: &[RingKey],
        fingerprint: &str,
        decision: &str,
    ) -> Asked<()> {
        // The fact first: a decision that is in force and not in the history would be worse than the other way round.
        let fact = Fact::Report(ReportFact::KeyDecided { decision: decision.to_owned() });
        let said = vec![Said::with(fact, Words::Text(fingerprint.to_owned()))];
        self.record_on_report(viewer, record, said, Vec::new()).await?;
        self.keep_ring(&words.sender_address, ring).await?;
        let pinned = ring.iter().find(|key| key.fingerprint == fingerprint && key.standing == Standing::Pinned);
        let armored = pinned.map(|key| key.armored.clone()).unwrap_or_default();
        self.keep_pinned(fingerprint, &armored).await?;
        Ok(())
    }

    /// Notes a key found in a directory, for a person to decide about.
    pub(crate) async fn note_directory_key(&self, record: &ReportRecord, words: &ReportWords, cert: &KnownCert) -> Result<(), AskError> {
        Ok(self.note_key(cert, &words.sender_address, Source::Directory, false, self.now(), record.number()).await?)
    }

    async fn keep_pinned(&self, fingerprint: &str, armored: &str) -> Result<(), StoreTrouble> {
        let name = format!("{PINNED}{}", hex(&self.master().mac("reporter key", fingerprint.as_bytes())));
        self.keep_sealed(&name, armored.as_bytes()).await
    }

    fn ring_name(&self, address: &str) -> String {
        format!("{RING}{}", hex(&self.master().mac("key ring", address.trim().to_lowercase().as_bytes())))
    }

    pub(crate) async fn ring(&self, address: &str) -> Result<Vec<RingKey>, StoreTrouble> {
        if address.is_empty() {
            return Ok(Vec::new());
        }
        let name = self.ring_name(address);
        let Some(bytes) = self.store.setting(&name).await? else { return Ok(Vec::new()) };
        let plain = self.master().open(&name, &Sealed::from_stored(bytes));
        let plain = plain.map_err(|_| StoreTrouble::new("a key ring does not open: is this the master key of this data directory?"))?;
        serde_json::from_slice(&plain).map_err(|_| StoreTrouble::new("a key ring is damaged: run `wardroom verify`"))
    }

    async fn keep_ring(&self, address: &str, ring: &[RingKey]) -> Result<(), StoreTrouble> {
        let name = self.ring_name(address);
        let plain = serde_json::to_vec(ring).map_err(|error| StoreTrouble::new(error.to_string()))?;
        self.keep_sealed(&name, &plain).await
    }
}

fn decide(ring: &mut [RingKey], fingerprint: &str, standing: Standing, by: &str, at: Timestamp) {
    for key in ring.iter_mut().filter(|key| key.fingerprint == fingerprint) {
        key.standing = standing;
        by.clone_into(&mut key.decided_by);
        key.decided_at = Some(at);
    }
}

/// The rule at the head of this file. `own` is the key that came with the report at hand, armored; `now` in unix seconds.
fn choose(ring: &[RingKey], own: &str, now: i64) -> Choice {
    let usable = |armored: &str| ReporterCert::parse(armored.as_bytes(), now);
    let pinned: Vec<&RingKey> = ring.iter().filter(|key| key.standing == Standing::Pinned).collect();
    if !pinned.is_empty() {
        let newest = pinned.iter().rev().max_by_key(|key| key.decided_at);
        let all = newest.into_iter().chain(&pinned).map(|key| usable(&key.armored));
        let mut fault = KeyFault::NoKey;
        for found in all {
            match found {
                Ok(cert) => return Choice::Use(Box::new(cert)),
                Err(why) => fault = why,
            }
        }
        return Choice::Unusable(fault);
    }
    let own = KnownCert::parse(own.as_bytes()).ok();
    let rejected = |print: &str| ring.iter().any(|key| key.fingerprint == print && key.standing == Standing::Rejected);
    let own = own.filter(|cert| !rejected(&cert.fingerprint()));
    let first =
        ring.iter().filter(|key| key.standing == Standing::Candidate && key.source.is_the_senders()).min_by_key(|key| key.first_seen);
    let armored = match (first, own) {
        (None, None) => return Choice::NoKey,
        (None, Some(own)) => own.armored(),
        (Some(first), Some(own)) if own.fingerprint() != first.fingerprint => return Choice::Changed,
        (Some(first), own) => {
            // Another one was seen since: nobody knows which of them is theirs now.
            let others = ring
                .iter()
                .any(|key| key.fingerprint != first.fingerprint && key.standing == Standing::Candidate && key.source.is_the_senders());
            if own.is_none() && others {
                return Choice::Changed;
            }
            first.armored.clone()
        }
    };
    match usable(&armored) {
        Ok(cert) => Choice::Use(Box::new(cert)),
        Err(fault) => Choice::Unusable(fault),
    }
}
