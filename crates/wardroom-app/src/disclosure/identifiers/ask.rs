//! What a person asks of an identifier. Each ask is one commit: the move, and the job that carries it to the service.

use super::{RECORD, REJECT, RESERVE, identifier_words};
use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{Commit, Effect};
use crate::reading::CaseRecord;
use crate::record::Said;
use crate::validation::is_cve;
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{IdAsk, IdState, IdentifierWords, Scheme, decide_identifier, id_transitions};
use wardroom_domain::facts::{CaseFact, Fact, OrgFact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::profile::Milestone;
use wardroom_domain::validation::VulnerabilityWords;
use wardroom_formats::gcve;
use wardroom_seal::draw;

/// Longest reason, in characters: a rejected record takes 4,096.
const LONGEST: usize = 2_000;
/// Numbers of GCVE ids of a year: from here …
const FIRST: u64 = 1_000;
/// … so many of them. Drawn by chance, so that gaps tell nobody how many are in work.
const NUMBERS: u64 = 999_000;
/// Draws before we say that something is wrong.
const DRAWS: usize = 50;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct AskForId {
    /// `V1`; empty: the only one.
    pub vulnerability: String,
    /// With [`IdAsk::Assign`] of CVE: the id that is ours already; empty: the one in the vulnerability's field.
    pub id: String,
    pub reason: String,
}

/// Payload of the jobs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) vulnerability: String,
}

impl Desk {
    /// Asks. Returns the vulnerability meant and the state from now on.
    pub async fn ask_for_id(
        &self,
        viewer: &Viewer,
        case: &StreamId,
        scheme: Scheme,
        ask: IdAsk,
        form: AskForId,
    ) -> Asked<(String, IdState)> {
        viewer.demand(Act::AssignIds)?;
        let record = self.must_case(viewer, case).await?;
        let vulnerability = meant(&record, form.vulnerability.trim())?;
        let from = record.file.id_state(&vulnerability, scheme);
        let to = decide_identifier(scheme, from, ask)?;
        let row = id_transitions(scheme).iter().find(|row| row.from == from && row.ask == ask);
        if !ask.is_a_persons() || row.is_none_or(|row| !viewer.holds_one_of(row.who)) {
            return Err(Refusal::NotYourRole { act: Act::AssignIds }.into());
        }
        let second = || record.file.identifier(&vulnerability, scheme).is_some_and(|file| file.is_a_second(&viewer.actor()));
        if ask == IdAsk::Agree && !second() {
            return Err(Refusal::SecondPersonNeeded.into());
        }
        if !self.schemes().contains(&scheme) {
            return Err(Refusal::NotThere { thing: "[cve] or [gcve] configuration" }.into());
        }
        let reason = form.reason.trim();
        if ask.wants_reason() && reason.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        if reason.chars().count() > LONGEST {
            return Err(Refusal::FieldWrong { field: "reason", why: format!("at most {LONGEST} characters") }.into());
        }
        let fresh = matches!(ask, IdAsk::Reserve | IdAsk::Assign);
        // CNA rule 4.2.5: no id for what will not be disclosed.
        if fresh && record.file.milestones.contains_key(&Milestone::NotDisclosedDecided) {
            return Err(Refusal::FieldWrong {
                field: "case",
                why: "it was decided not to disclose this, and then no id may be assigned (CNA rule 4.2.5)".to_owned(),
            }
            .into());
        }
        let typed = typed_cve(&record, &vulnerability);
        if ask == IdAsk::Reserve && !typed.is_empty() {
            return Err(Refusal::FieldWrong {
                field: "cve",
                why: "an id stands there already: assign it if it is yours, or empty the field".to_owned(),
            }
            .into());
        }
        let before = record.file.identifier(&vulnerability, scheme).map(|file| identifier_words(&record, file)).unwrap_or_default();
        let mut words =
            IdentifierWords { id: before.id, environment: before.environment, reason: reason.to_owned(), ..IdentifierWords::default() };
        // Agreed is to what was proposed, word for word.
        if ask == IdAsk::Agree {
            words.reason = before.reason.clone();
        }
        if fresh {
            (words.id, words.environment) = (String::new(), self.environment(scheme));
        }
        if matches!((ask, from), (IdAsk::Retry, IdState::ReturnPending | IdState::RejectionPending)) && words.reason.is_empty() {
            words.reason = before.reason;
        }
        let mut seen = Vec::new();
        match (scheme, ask) {
            (Scheme::Cve, IdAsk::Assign) => {
                words.id = if form.id.trim().is_empty() { typed } else { form.id.trim().to_ascii_uppercase() };
                if !is_cve(&words.id) {
                    return Err(Refusal::FieldWrong { field: "cve", why: "write it like CVE-2026-12345".to_owned() }.into());
                }
                seen.push((self.taken_key(&words.id), case.clone()));
            }
            (Scheme::Gcve, IdAsk::Assign) => words.id = self.make_gcve().await?,
            _ => {}
        }
        let id = words.id.clone();
        let mut said = vec![Said::with(moved(&vulnerability, scheme, ask, to, 0), Words::Identifier(words))];
        if scheme == Scheme::Cve && ask == IdAsk::Assign {
            said.extend(self.worded_with(&record, &vulnerability, &id));
        }
        let effects = self.errand(&record, &vulnerability, scheme, to).into_iter().collect();
        let appends = self.case_appends(viewer, &record, said).await?;
        match self.store.commit(Commit { at: self.now(), appends, effects, seen, ..Commit::default() }).await {
            Ok(_) => Ok((vulnerability, to)),
            Err(crate::ports::store::CommitError::AlreadySeen { .. }) => {
                Err(Refusal::FieldWrong { field: "cve", why: "belongs to another vulnerability already".to_owned() }.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Which environment ids of a scheme come from now.
    pub(super) fn environment(&self, scheme: Scheme) -> String {
        match scheme {
            Scheme::Cve => self.cve_register().map(|register| register.environment).unwrap_or_default(),
            Scheme::Gcve => String::new(),
        }
    }

    /// The job that what is pending needs.
    pub(crate) fn errand(&self, record: &CaseRecord, vulnerability: &str, scheme: Scheme, to: IdState) -> Option<Effect> {
        let kind = match (scheme, to) {
            (Scheme::Cve, IdState::ReservationPending) => RESERVE,
            (Scheme::Cve, IdState::PublicationPending | IdState::UpdatePending) => RECORD,
            (Scheme::Cve, IdState::ReturnPending | IdState::RejectionPending) => REJECT,
            (Scheme::Cve, IdState::None | IdState::Reserved | IdState::Published | IdState::RejectionProposed | IdState::Rejected)
            | (Scheme::Gcve, _) => return None,
        };
        let case = &record.file.id;
        // The version makes the key new for every ask, and the same when the same commit is tried again.
        let key = format!("{kind}:{case}:{vulnerability}:{}", record.file.version + 1);
        let payload = serde_json::to_vec(&Errand { vulnerability: vulnerability.to_owned() }).unwrap_or_default();
        Some(self.effect(key, kind, case, Some(&payload), self.now()))
    }

    /// The vulnerability's words with this CVE id in them, if it is another than the one there.
    pub(super) fn worded_with(&self, record: &CaseRecord, vulnerability: &str, cve: &str) -> Option<Said> {
        let words = words_of(record, vulnerability)?;
        if words.cve == cve {
            return None;
        }
        let words = VulnerabilityWords { cve: cve.to_owned(), ..words };
        let fact = Fact::Case(CaseFact::VulnerabilityKept { vulnerability: vulnerability.to_owned() });
        Some(Said::with(fact, Words::Vulnerability(words)))
    }

    /// A new GCVE id, noted in the maker's stream before it is used: none is ever made twice.
    async fn make_gcve(&self) -> Asked<String> {
        let gna = self.addresses.gna.ok_or(Refusal::NotThere { thing: "[gcve] configuration" })?;
        let year = self.year(self.now());
        for _ in 0..DRAWS {
            let number = FIRST + u64::from_be_bytes(self.by_chance(|chance| draw::<8>(chance))) % NUMBERS;
            let id = gcve::id(gna, year, number);
            let org = self.store.org().await?;
            if org.iter().any(|one| matches!(&one.fact, Fact::Org(OrgFact::GcveMade { id: made }) if *made == id)) {
                continue;
            }
            self.record_on_org(&Viewer::house(), vec![Fact::Org(OrgFact::GcveMade { id: id.clone() })]).await?;
            let org = self.store.org().await?;
            // Two that drew the same number at once both noted it: both draw again.
            let made = org.iter().filter(|one| matches!(&one.fact, Fact::Org(OrgFact::GcveMade { id: made }) if *made == id)).count();
            if made == 1 {
                return Ok(id);
            }
        }
        Err(AskError::Busy)
    }
}

pub(crate) fn moved(vulnerability: &str, scheme: Scheme, ask: IdAsk, to: IdState, version: u32) -> Fact {
    Fact::Case(CaseFact::IdentifierMoved { vulnerability: vulnerability.to_owned(), scheme, ask, to, version })
}

/// The vulnerability named, or the only one.
fn meant(record: &CaseRecord, named: &str) -> Result<String, Refusal> {
    match (named, record.file.vulnerabilities.as_slice()) {
        ("", [only]) => Ok(only.id.clone()),
        ("", _) => Err(Refusal::FieldNeeded { field: "vulnerability" }),
        (named, all) => {
            all.iter().find(|one| one.id == named).map(|one| one.id.clone()).ok_or(Refusal::NotThere { thing: "vulnerability" })
        }
    }
}

fn words_of(record: &CaseRecord, vulnerability: &str) -> Option<VulnerabilityWords> {
    let file = record.file.vulnerabilities.iter().find(|one| one.id == vulnerability)?;
    match record.words_at(file.said_at) {
        Some(Words::Vulnerability(words)) => Some(words.clone()),
        _ => None,
    }
}

fn typed_cve(record: &CaseRecord, vulnerability: &str) -> String {
    words_of(record, vulnerability).map(|words| words.cve).unwrap_or_default()
}
