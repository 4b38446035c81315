//! The jobs that carry identifiers to the CVE service, at least once each, and what makes that safe:
//!
//! * *Reserving* is the one request that cannot simply be repeated. Before a second attempt the service is asked which ids were reserved in our
//!   name since the wish; one that no vulnerability of ours has is the lost answer. That an id is taken is noted in the same commit that gives
//!   it away, so no two vulnerabilities ever get the same one, whatever two workers do at once.
//! * *Publishing and updating* bring the service to the newest published version, whichever job comes first, and turn into each other when the
//!   service says that a record is there already, or not yet.
//! * What the service refuses for good is a fact of the case with its code, for a person; the job is done then. What passes is tried again.

use super::ask::{Errand, moved};
use super::identifier_words;
use crate::asked::AskError;
use crate::doors::CVE;
use crate::ports::cve_service::{ApiKey, CveService, CveTrouble, ServiceId};
use crate::ports::store::{Commit, CommitError, Leased};
use crate::reading::CaseRecord;
use crate::record::Said;
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::Arc;
use wardroom_domain::disclosure::{IdAsk, IdState, IdentifierFile, IdentifierWords, Publication, Scheme, decide_identifier};
use wardroom_domain::facts::Words;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;

/// Asks for a new id.
pub const RESERVE: &str = "cve_reserve";
/// Brings a record to the newest published version.
pub const RECORD: &str = "cve_record";
/// Gives an id back, or rejects its record.
pub const REJECT: &str = "cve_reject";

/// Clocks differ: an id the service dates this much before our wish may still be the answer to it.
const SKEW: SignedDuration = SignedDuration::from_mins(10);
/// How often recording an answer is tried when others write to the case at the same time.
const TRIES: u32 = 8;
/// When the service does not let us in: until somebody keeps another key.
const LOCKED_OUT: SignedDuration = SignedDuration::from_mins(5);
/// How long after its release a page may be missing …
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// … and when it is looked for again.
const MOMENT: SignedDuration = SignedDuration::from_secs(3);
/// Whose turn it is to reserve.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
/// Longest wait a service can ask for, in seconds.
const SLOWEST: u64 = 3_600;

/// A job with what it needs.
struct Trip {
    case: StreamId,
    vulnerability: String,
    service: Arc<dyn CveService>,
    key: ApiKey,
    /// Not the first attempt.
    again: bool,
}

impl Trip {
    fn file(&self, record: &CaseRecord) -> Option<IdentifierFile> {
        record.file.identifier(&self.vulnerability, Scheme::Cve).cloned()
    }
}

impl Worker {
    /// Carries out one job of this room.
    pub(crate) async fn cve_job(&self, row: &Leased) -> Result<(), Undone> {
        let Some(errand) = self.desk.open_effect::<Errand>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        let Some(service) = self.desk.cve_service().cloned() else {
            return Err(Undone::Waiting("no CVE service is configured: fill in [cve]".to_owned()));
        };
        let Some(key) = self.desk.cve_key().await? else {
            return Err(Undone::Waiting("no key for the CVE service: keep one with `wardroom cve key`".to_owned()));
        };
        let trip = Trip { case: row.stream.clone(), vulnerability: errand.vulnerability, service, key, again: row.attempts > 1 };
        // One reservation after the other: two jobs of one wish must see what the first one got.
        let _turn = if row.kind == RESERVE { Some(TURN.lock().await) } else { None };
        let Some(record) = self.desk.case_record(&Viewer::house(), &trip.case).await? else {
            return Err(Undone::Never("the case is not there".to_owned()));
        };
        let Some(file) = trip.file(&record) else { return Ok(()) };
        let words = identifier_words(&record, &file);
        let outcome = match row.kind.as_str() {
            RESERVE => self.reserve(&trip, &record, &file, &words).await,
            RECORD => self.carry_record(&trip, &record, &file, &words).await,
            _ => self.reject(&trip, &file, &words).await,
        };
        match outcome {
            Ok(()) => Ok(()),
            Err(Halt::Undone(undone)) => Err(undone),
            Err(Halt::Person { code, detail }) => self.fail(&trip, &code, &detail).await,
            Err(Halt::Service(trouble)) => self.troubled(&trip, trouble).await,
        }
    }

    async fn reserve(&self, trip: &Trip, record: &CaseRecord, file: &IdentifierFile, words: &IdentifierWords) -> Result<(), Halt> {
        if file.state != IdState::ReservationPending {
            return Ok(());
        }
        self.same_environment(trip, words)?;
        if trip.again || file.retries > 0 {
            match self.lost_answer(trip, file).await? {
                Some(id) => return self.keep_reserved(trip, &id).await,
                None => tracing::info!(case = record.file.number, "no id was reserved by the attempt before"),
            }
        }
        let year = self.desk.year(self.desk.now());
        let (id, left) = trip.service.reserve(&trip.key, year).await?;
        self.desk.door_succeeded(CVE, 1, None).await;
        self.keep_reserved(trip, &id).await?;
        if let Some(left) = left {
            self.desk.note_quota(left).await.map_err(Undone::from)?;
        }
        Ok(())
    }

    /// The id that an attempt reserved whose answer we did not get.
    async fn lost_answer(&self, trip: &Trip, file: &IdentifierFile) -> Result<Option<String>, Halt> {
        let since = file.asked_at.checked_sub(SKEW).unwrap_or(file.asked_at);
        let mut found: Vec<ServiceId> = Vec::new();
        for one in trip.service.ids(&trip.key, Some("RESERVED"), Some(since)).await? {
            let ours = one.requested_by == trip.service.register().user;
            if ours && self.desk.store.seen(&self.desk.taken_key(&one.id)).await.map_err(Undone::from)?.is_none() {
                found.push(one);
            }
        }
        let rows = self.desk.store.identifiers(&Viewer::house()).await.map_err(Undone::from)?;
        let open = rows.iter().filter(|row| row.state == IdState::ReservationPending && row.scheme == Scheme::Cve).count();
        if found.len() > open {
            // Somebody else reserves in the name of our user: to take one of theirs would give one id to two vulnerabilities.
            let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
            return Err(Halt::Person { code: "AMBIGUOUS".to_owned(), detail: ids.join(" ") });
        }
        found.sort_by(|a, b| (a.reserved_at, &a.id).cmp(&(b.reserved_at, &b.id)));
        Ok(found.into_iter().next().map(|one| one.id))
    }

    async fn keep_reserved(&self, trip: &Trip, id: &str) -> Result<(), Halt> {
        for _ in 0..TRIES {
            let record = self.desk.must_case(&Viewer::house(), &trip.case).await.map_err(Undone::from)?;
            let Some(file) = trip.file(&record).filter(|file| file.state == IdState::ReservationPending) else {
                // Nobody wants it any more: it stays reserved and in the list of those nobody has.
                tracing::warn!(
                    case = record.file.number,
                    "an id was reserved that nobody waits for now: `wardroom cve list --service` shows it"
                );
                return Ok(());
            };
            let before = identifier_words(&record, &file);
            let words = IdentifierWords { id: id.to_owned(), environment: before.environment, ..IdentifierWords::default() };
            let fact = moved(&trip.vulnerability, Scheme::Cve, IdAsk::Confirm, IdState::Reserved, 0);
            let mut said = vec![Said::with(fact, Words::Identifier(words))];
            said.extend(self.desk.worded_with(&record, &trip.vulnerability, id));
            let appends = self.desk.case_appends(&Viewer::house(), &record, said).await.map_err(Undone::from)?;
            let seen = vec![(self.desk.taken_key(id), trip.case.clone())];
            match self.desk.store.commit(Commit { at: self.desk.now(), appends, seen, ..Commit::default() }).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::AlreadySeen { .. }) => return Err(Undone::Later("another vulnerability took that id".to_owned()).into()),
                Err(error) => return Err(Undone::from(AskError::from(error)).into()),
            }
        }
        Err(Undone::Later("the case is being changed by others".to_owned()).into())
    }

    /// Sends the newest published version of the record, unless the service has it.
    async fn carry_record(&self, trip: &Trip, record: &CaseRecord, file: &IdentifierFile, words: &IdentifierWords) -> Result<(), Halt> {
        let fresh = match file.state {
            IdState::PublicationPending => true,
            IdState::UpdatePending | IdState::Published | IdState::RejectionProposed => false,
            IdState::None
            | IdState::ReservationPending
            | IdState::Reserved
            | IdState::ReturnPending
            | IdState::RejectionPending
            | IdState::Rejected => return Ok(()),
        };
        let published = self.newest(record).await?;
        if !file.state.is_pending() && file.carried >= published.version {
            return Ok(());
        }
        self.same_environment(trip, words)?;
        let cna = self.container(&published, &words.id)?;
        // CNA rule 5.3.1: the record is never the first to tell. The page must answer everybody before the record goes out.
        let page = format!("{}/advisories/{}.html", self.desk.addresses.public_url, published.content.id);
        if let Err(why) = trip.service.answers(&page).await {
            let why = format!("the advisory's page does not answer yet: {why}");
            let now = self.desk.now();
            // The job that writes the page began with this one: a moment is no failure.
            if now.duration_since(published.released_at) < FRESH {
                return Err(Undone::At(now.checked_add(MOMENT).unwrap_or(now), why).into());
            }
            self.desk.door_failed(CVE, &why).await;
            return Err(Undone::Later(why).into());
        }
        let done = if fresh {
            or_else(trip.service.publish(&trip.key, &words.id, &cna).await, "CVE_RECORD_EXISTS", || {
                trip.service.update(&trip.key, &words.id, &cna)
            })
            .await
        } else {
            or_else(trip.service.update(&trip.key, &words.id, &cna).await, "CVE_RECORD_DNE", || {
                trip.service.publish(&trip.key, &words.id, &cna)
            })
            .await
        };
        done?;
        self.desk.door_succeeded(CVE, 1, None).await;
        self.confirm(trip, published.version).await
    }

    /// The version of the advisory that is public now.
    async fn newest(&self, record: &CaseRecord) -> Result<Publication, Halt> {
        let none = || Halt::Person { code: "NOT_PUBLIC".to_owned(), detail: String::new() };
        let advisory = record.file.advisory.as_ref().ok_or_else(none)?;
        let advisory = self.desk.must_advisory(&Viewer::house(), advisory).await.map_err(Undone::from)?;
        let newest = advisory.file.published.last().cloned();
        newest.filter(|newest| newest.content.ended().is_none()).ok_or_else(none)
    }

    /// What is sent: the container of the record, without what the service fills in. The rules are asked once more, because they may be stricter
    /// now than when the advisory was published.
    fn container(&self, published: &Publication, cve: &str) -> Result<Value, Halt> {
        let breaches = self.desk.judged(&published.content, cve, published.released_at);
        let blocks: Vec<String> = breaches
            .iter()
            .filter(|one| one.rule.level == wardroom_formats::cna::Level::Block)
            .map(|one| format!("{} {}", one.rule.number, one.rule.code))
            .collect();
        if !blocks.is_empty() {
            return Err(Halt::Person { code: "CNA_RULES".to_owned(), detail: blocks.join("; ") });
        }
        let record = self.desk.cve_record(&published.content, cve, published.released_at);
        let record = record.map_err(|breach| Halt::Person { code: "CNA_RULES".to_owned(), detail: breach.rule.number.to_owned() })?;
        let mut cna = record.pointer("/containers/cna").cloned().unwrap_or_default();
        if let Some(members) = cna.as_object_mut() {
            members.remove("providerMetadata");
        }
        Ok(cna)
    }

    async fn reject(&self, trip: &Trip, file: &IdentifierFile, words: &IdentifierWords) -> Result<(), Halt> {
        let published = match file.state {
            IdState::ReturnPending => false,
            IdState::RejectionPending => true,
            IdState::None
            | IdState::ReservationPending
            | IdState::Reserved
            | IdState::PublicationPending
            | IdState::Published
            | IdState::UpdatePending
            | IdState::RejectionProposed
            | IdState::Rejected => return Ok(()),
        };
        self.same_environment(trip, words)?;
        let (id, why, service) = (&words.id, &words.reason, &trip.service);
        let other = if published { "CVE_RECORD_DNE" } else { "CVE_RECORD_EXISTS" };
        or_else(service.reject(&trip.key, id, why, published).await, other, || service.reject(&trip.key, id, why, !published)).await?;
        self.desk.door_succeeded(CVE, 1, None).await;
        self.confirm(trip, 0).await
    }

    /// An id of the test environment is no CVE id, and must never be taken for one.
    fn same_environment(&self, trip: &Trip, words: &IdentifierWords) -> Result<(), Halt> {
        let now = &trip.service.register().environment;
        if words.environment == *now {
            return Ok(());
        }
        Err(Halt::Person { code: "ENVIRONMENT".to_owned(), detail: format!("{} / {now}", words.environment) })
    }

    /// The service did what was pending.
    async fn confirm(&self, trip: &Trip, version: u32) -> Result<(), Halt> {
        self.note_move(trip, IdAsk::Confirm, version, |_| {}).await
    }

    /// The service will not: a person must look.
    async fn fail(&self, trip: &Trip, code: &str, detail: &str) -> Result<(), Undone> {
        tracing::warn!(code, "the CVE service will not do what is pending for an identifier: the case says which");
        let noted =
            self.note_move(trip, IdAsk::Fail, 0, |words| (words.trouble, words.detail) = (code.to_owned(), detail.to_owned())).await;
        noted.map_err(|halt| match halt {
            Halt::Undone(undone) => undone,
            Halt::Person { code, .. } => Undone::Later(code),
            Halt::Service(trouble) => Undone::Later(trouble.to_string()),
        })
    }

    async fn note_move(&self, trip: &Trip, ask: IdAsk, version: u32, with: impl Fn(&mut IdentifierWords)) -> Result<(), Halt> {
        for _ in 0..TRIES {
            let record = self.desk.must_case(&Viewer::house(), &trip.case).await.map_err(Undone::from)?;
            let Some(file) = trip.file(&record) else { return Ok(()) };
            // Somebody gave it up meanwhile; whatever the service did is seen when it is asked for again.
            let Ok(to) = decide_identifier(Scheme::Cve, file.state, ask) else { return Ok(()) };
            let before = identifier_words(&record, &file);
            let mut words = IdentifierWords { id: before.id.clone(), environment: before.environment, ..IdentifierWords::default() };
            // What was asked with a reason keeps it until it is done, for the next attempt, and the rejected record for ever.
            if file.state.is_pending() || matches!(to, IdState::RejectionProposed | IdState::Rejected) {
                words.reason = before.reason;
            }
            with(&mut words);
            let mut said = vec![Said::with(moved(&trip.vulnerability, Scheme::Cve, ask, to, version), Words::Identifier(words))];
            if to == IdState::Rejected {
                // A rejected id is nobody's: the next version of the advisory does not name it.
                said.extend(self.desk.worded_with(&record, &trip.vulnerability, ""));
            }
            match self.desk.record_on_case(&Viewer::house(), &record, said, Vec::new()).await {
                Ok(_) => return Ok(()),
                Err(AskError::Busy) => {}
                Err(error) => return Err(Undone::from(error).into()),
            }
        }
        Err(Undone::Later("the case is being changed by others".to_owned()).into())
    }

    /// What becomes of a job the service did not do.
    async fn troubled(&self, trip: &Trip, trouble: CveTrouble) -> Result<(), Undone> {
        let later = |span: SignedDuration| self.desk.now().checked_add(span).unwrap_or(self.desk.now());
        match trouble {
            CveTrouble::Refused { code, .. } if code == "RESERVATION_IN_PROGRESS" => {
                Err(Undone::Later("another reservation of the organisation is under way".to_owned()))
            }
            CveTrouble::Refused { code, detail, .. } => self.fail(trip, &code, &detail).await,
            CveTrouble::NotLetIn => {
                let why = CveTrouble::NotLetIn.to_string();
                self.desk.door_failed(CVE, &why).await;
                Err(Undone::At(later(LOCKED_OUT), why))
            }
            CveTrouble::Slower { seconds } => {
                let span = SignedDuration::from_secs(i64::try_from(seconds.clamp(1, SLOWEST)).unwrap_or(1));
                Err(Undone::At(later(span), "the CVE service asks to wait".to_owned()))
            }
            trouble @ (CveTrouble::Later(_) | CveTrouble::Unknown(_)) => {
                self.desk.door_failed(CVE, &trouble.to_string()).await;
                Err(Undone::Later(trouble.to_string()))
            }
        }
    }
}

/// Why a trip ended before its goal.
enum Halt {
    Undone(Undone),
    Service(CveTrouble),
    /// Only a person can help.
    Person {
        code: String,
        detail: String,
    },
}

impl From<Undone> for Halt {
    fn from(undone: Undone) -> Halt {
        Halt::Undone(undone)
    }
}

impl From<CveTrouble> for Halt {
    fn from(trouble: CveTrouble) -> Halt {
        Halt::Service(trouble)
    }
}

/// The other way, where the first was refused because the record is (or is not) there.
async fn or_else<F>(first: Result<(), CveTrouble>, code: &str, other: impl FnOnce() -> F) -> Result<(), CveTrouble>
where
    F: Future<Output = Result<(), CveTrouble>>,
{
    match first {
        Err(CveTrouble::Refused { code: said, .. }) if said == code => other().await,
        outcome => outcome,
    }
}
