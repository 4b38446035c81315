//! Identifiers that we assign: CVE ids through the program's service, GCVE ids by ourselves (domain §2.8).
//!
//! The way of a CVE id: a person asks ([`ask`]), the wish and its job are recorded together, the worker carries it to the service ([`jobs`]) and
//! notes the answer. Publication follows from the advisory's (`publish.rs`) and never goes before it. [`gate`] holds the CNA rules against what
//! is to be published.
//! Deliberately not here: talking HTTP (the port), and what a record says (`wardroom-formats`).

mod ask;
mod gate;
mod jobs;
mod key;

pub use ask::AskForId;
pub use gate::RecordCheck;
pub(crate) use gate::tags;
pub use jobs::{RECORD, REJECT, RESERVE};
pub use key::KnownQuota;

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::cve_service::{CveService, Register};
use crate::ports::store::{IdentifierRow, StoreTrouble};
use crate::reading::CaseRecord;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use wardroom_domain::disclosure::{IdAsk, IdState, IdentifierFile, IdentifierWords, Scheme, id_transitions};
use wardroom_domain::facts::Words;
use wardroom_domain::machine;
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::hex;

/// A CVE record must be public this long after the advisory (CNA rule 4.5.1.3 says SHOULD of it, 4.5.1.4 MUST of three times as much): what is
/// pending for longer shows as trouble.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// An identifier as a page shows it.
#[derive(Clone, Debug)]
pub struct IdentifierView {
    pub vulnerability: String,
    pub scheme: Scheme,
    pub state: IdState,
    pub words: IdentifierWords,
    /// The service said no, and a person must look.
    pub stuck: bool,
    pub since: Option<Timestamp>,
    pub offered: Vec<IdAsk>,
}

/// A line of the list of identifiers.
#[derive(Clone, Debug)]
pub struct IdentifierLine {
    pub row: IdentifierRow,
    pub case_number: String,
    pub title: String,
    pub words: IdentifierWords,
}

impl Desk {
    /// Where we are registered with the CVE program; `None`: we are no CNA, or not through this program.
    pub fn cve_register(&self) -> Option<Register> {
        self.cve_service().map(|service| service.register().clone())
    }

    pub(crate) fn cve_service(&self) -> Option<&Arc<dyn CveService>> {
        self.registrar()
    }

    /// The schemes whose ids we assign, as configured.
    pub fn schemes(&self) -> Vec<Scheme> {
        let cve = self.cve_service().map(|_| Scheme::Cve);
        let gcve = self.addresses.gna.map(|_| Scheme::Gcve);
        cve.into_iter().chain(gcve).collect()
    }

    /// The identifiers of a case: one for each vulnerability and each scheme that is configured or was used.
    pub fn identifier_views(&self, viewer: &Viewer, record: &CaseRecord) -> Vec<IdentifierView> {
        let schemes = self.schemes();
        let mut views = Vec::new();
        for one in &record.file.vulnerabilities {
            for scheme in Scheme::ALL {
                let file = record.file.identifier(&one.id, scheme);
                if file.is_none() && !schemes.contains(&scheme) {
                    continue;
                }
                let state = file.map_or(IdState::None, |file| file.state);
                let may = viewer.may(Act::AssignIds);
                let offered = machine::offered(id_transitions(scheme), state, viewer);
                let second = file.is_some_and(|file| file.is_a_second(&viewer.actor()));
                let possible = |ask: &IdAsk| ask.is_a_persons() && may && schemes.contains(&scheme) && (*ask != IdAsk::Agree || second);
                views.push(IdentifierView {
                    vulnerability: one.id.clone(),
                    scheme,
                    state,
                    words: file.map(|file| identifier_words(record, file)).unwrap_or_default(),
                    stuck: file.is_some_and(|file| file.stuck),
                    since: file.map(|file| file.since),
                    offered: offered.into_iter().filter(possible).collect(),
                });
            }
        }
        views
    }

    /// Every identifier the viewer may see, what needs a person first.
    pub async fn identifiers(&self, viewer: &Viewer) -> Asked<Vec<IdentifierLine>> {
        let mut lines = Vec::new();
        for row in self.store.identifiers(viewer).await? {
            let Some(record) = self.case_record(viewer, &row.case).await? else { continue };
            let words = record.file.identifier(&row.vulnerability, row.scheme).map(|file| identifier_words(&record, file));
            lines.push(IdentifierLine {
                case_number: record.file.number.clone(),
                title: record.title(),
                words: words.unwrap_or_default(),
                row,
            });
        }
        Ok(lines)
    }

    /// How many identifiers wait for a person: refused by the service, or pending for more than a day.
    pub async fn identifiers_in_trouble(&self) -> Result<u64, StoreTrouble> {
        let latest = self.now().checked_sub(PATIENCE).unwrap_or(Timestamp::UNIX_EPOCH);
        let late = |row: &&IdentifierRow| row.stuck || (row.state.is_pending() && row.since < latest);
        Ok(self.store.identifiers(&Viewer::house()).await?.iter().filter(late).count() as u64)
    }

    /// The keyed name under which it is remembered that an id is taken: no id is ever given to two vulnerabilities.
    pub(crate) fn taken_key(&self, id: &str) -> String {
        hex(&self.master().mac("identifier", id.as_bytes()))
    }
}

/// The newest words of an identifier.
pub(crate) fn identifier_words(record: &CaseRecord, file: &IdentifierFile) -> IdentifierWords {
    match record.words_at(file.said_at) {
        Some(Words::Identifier(words)) => words.clone(),
        _ => IdentifierWords::default(),
    }
}
