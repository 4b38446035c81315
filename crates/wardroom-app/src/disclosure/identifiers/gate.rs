//! The CNA rules held against the records an advisory would become, and what publishing an advisory does to its identifiers.
//! Only records of ids that we assign are judged: what others assigned, others publish.

use super::ask::moved;
use super::identifier_words;
use crate::asked::Asked;
use crate::disclosure::tree::{Release, Voice, editions};
use crate::house::Desk;
use crate::ports::store::Effect;
use crate::reading::CaseRecord;
use crate::record::Said;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryImpact, IdAsk, IdState, IdentifierWords, Scheme, decide_identifier};
use wardroom_domain::facts::Words;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::products::Product;
use wardroom_domain::remediation::ImpactStatus;
use wardroom_formats::cna::{self, Beside, Breach, Level};
use wardroom_words::{Lang, say};

/// How many breaches one refusal tells.
const MOST: usize = 5;
const HOSTED: &str = "exclusively-hosted-service";
const UNSUPPORTED: &str = "unsupported-when-assigned";

/// One record, judged.
#[derive(Clone, Debug, Serialize)]
pub struct RecordCheck {
    pub vulnerability: String,
    pub cve: String,
    /// Blocks first.
    pub breaches: Vec<Breach>,
}

impl RecordCheck {
    pub fn blocks(&self) -> impl Iterator<Item = &Breach> {
        self.breaches.iter().filter(|one| one.rule.level == Level::Block)
    }
}

impl Desk {
    /// What the CNA rules say of the records of an advisory as it stands.
    pub async fn check_records(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<Vec<RecordCheck>> {
        let (_, case, content) = self.ready(viewer, advisory).await?;
        Ok(self.records_checked(&case, &content, self.now()))
    }

    pub(crate) fn records_checked(&self, case: &CaseRecord, content: &AdvisoryContent, at: Timestamp) -> Vec<RecordCheck> {
        // A version that takes the advisory back has no record: rejecting the id is another decision, which a person makes.
        if content.ended().is_some() {
            return Vec::new();
        }
        let ours = |id: &str| case.file.id_state(id, Scheme::Cve).holds();
        let named = content.vulnerabilities.iter().filter(|one| !one.cve.is_empty() && ours(&one.id));
        named
            .map(|one| RecordCheck { vulnerability: one.id.clone(), cve: one.cve.clone(), breaches: self.judged(content, &one.cve, at) })
            .collect()
    }

    /// What the rules say of the record of one CVE id.
    pub(super) fn judged(&self, content: &AdvisoryContent, cve: &str, at: Timestamp) -> Vec<Breach> {
        let record = match self.cve_record(content, cve, at) {
            Ok(record) => record,
            Err(breach) => return vec![breach],
        };
        let tags = content.vulnerabilities.iter().find(|one| one.cve == cve).map(|one| one.tags.clone()).unwrap_or_default();
        let has = |tag: &str| Some(tags.iter().any(|one| one == tag));
        let others: Vec<String> = content.vulnerabilities.iter().filter(|one| one.cve != cve).map(|one| one.description.clone()).collect();
        let beside = Beside { cve, now: Some(at), hosted: has(HOSTED), unsupported: has(UNSUPPORTED), others: &others };
        cna::check(&record, &beside)
    }

    /// The whole record of one CVE id as it would be, or is, released at `at`.
    pub(super) fn cve_record(&self, content: &AdvisoryContent, cve: &str, at: Timestamp) -> Result<Value, Breach> {
        let voice = Voice::new(self.profile(), &self.addresses.public_url, &self.addresses.mail);
        let records = editions(Release { content, released_at: at, shared: &[] }, &voice).cve_values();
        for record in records {
            match record {
                Ok((id, record)) if id == cve => return Ok(record),
                Err(unsaid) if unsaid.cve() == cve => return Err(cna::of_unsaid(&unsaid)),
                Ok(_) | Err(_) => {}
            }
        }
        Err(cna::nothing_rendered())
    }

    /// Refuses what a record must not be published with.
    pub(crate) fn cna_gate(&self, checks: &[RecordCheck]) -> Result<(), Refusal> {
        let told: Vec<String> = checks
            .iter()
            .flat_map(|check| check.blocks().map(move |one| (check, one)))
            .take(MOST)
            .map(|(check, one)| {
                let why = say(Lang::En, &format!("cna-{}", one.rule.code));
                format!("CNA {} {}: {why}", one.rule.number, check.cve)
            })
            .collect();
        if told.is_empty() { Ok(()) } else { Err(Refusal::Incomplete { missing: told.join("; ") }) }
    }

    /// What follows for the identifiers when this content is published: moves of the case, and the jobs that carry records to the service.
    pub(crate) fn identifiers_published(&self, case: &CaseRecord, content: &AdvisoryContent) -> (Vec<Said>, Vec<Effect>) {
        let (mut said, mut effects) = (Vec::new(), Vec::new());
        if content.ended().is_some() {
            return (said, effects);
        }
        for one in &content.vulnerabilities {
            for (scheme, id) in [(Scheme::Cve, &one.cve), (Scheme::Gcve, &one.gcve)] {
                let Some(file) = case.file.identifier(&one.id, scheme) else { continue };
                let words = identifier_words(case, file);
                if words.id.is_empty() || words.id != *id {
                    continue;
                }
                let ask = if file.state == IdState::Reserved { IdAsk::Publish } else { IdAsk::Update };
                if let Ok(to) = decide_identifier(scheme, file.state, ask) {
                    // A GCVE record is public with this very commit; a CVE record carries a version once the service has it.
                    let version = if scheme == Scheme::Gcve { content.version } else { 0 };
                    let words = IdentifierWords { id: words.id, environment: words.environment, ..IdentifierWords::default() };
                    said.push(Said::with(moved(&one.id, scheme, ask, to, version), Words::Identifier(words)));
                    effects.extend(self.errand(case, &one.id, scheme, to));
                } else {
                    // What is on its way already is overtaken: the newer content follows it.
                    effects.extend(self.errand(case, &one.id, scheme, file.state).filter(|effect| effect.kind == super::RECORD));
                }
            }
        }
        (said, effects)
    }
}

/// The CNA tags that follow from the products: only those that are affected count (CNA rules 5.1.11.1, 4.2.17.1).
pub(crate) fn tags(impacts: &[AdvisoryImpact], catalogue: &[Product], assigned: jiff::civil::Date) -> Vec<String> {
    let affected: Vec<&Product> = impacts
        .iter()
        .filter(|impact| impact.status == ImpactStatus::Affected)
        .filter_map(|impact| catalogue.iter().find(|product| product.id == impact.product))
        .collect();
    let ended = |product: &&Product| product.supported_until.parse::<jiff::civil::Date>().is_ok_and(|last| last < assigned);
    let mut tags = Vec::new();
    if !affected.is_empty() && affected.iter().all(|product| product.hosted) {
        tags.push(HOSTED.to_owned());
    }
    if !affected.is_empty() && affected.iter().all(ended) {
        tags.push(UNSUPPORTED.to_owned());
    }
    tags
}
