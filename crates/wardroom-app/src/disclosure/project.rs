//! Projecting an advisory from its case: everything a case knows that a reader needs, and nothing else.
//! Deliberately leaves out report texts, messages, notes, people: an advisory names no case and no reporter unless a credit was written.

use crate::disclosure::identifiers::{identifier_words, tags};
use crate::house::Desk;
use crate::reading::{AdvisoryRecord, CaseRecord, Entry};
use wardroom_domain::disclosure::{
    AdvisoryContent, AdvisoryImpact, AdvisoryProduct, AdvisoryRemediation, AdvisoryScore, AdvisoryVulnerability, Bilingual, Exploitation,
    Manuscript, Revision, Scheme,
};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, Words};
use wardroom_domain::remediation::{PlanKind, PlanState};

impl Desk {
    /// What the advisory would say if it were published now.
    pub(crate) fn project(&self, advisory: &AdvisoryRecord, case: &CaseRecord) -> AdvisoryContent {
        self.project_as(advisory, case, &manuscript_of(advisory))
    }

    /// The vulnerabilities as the case has them.
    pub(super) fn told_by_case(&self, case: &CaseRecord) -> Vec<AdvisoryVulnerability> {
        let catalogue = self.maker().products;
        let mut vulnerabilities: Vec<AdvisoryVulnerability> = self
            .vulnerability_views(case)
            .into_iter()
            .map(|view| AdvisoryVulnerability {
                id: view.id,
                cve: view.words.cve,
                gcve: String::new(),
                tags: Vec::new(),
                title: view.words.title,
                description: view.words.description,
                title_zh: String::new(),
                description_zh: String::new(),
                cwe: view.words.cwe,
                scores: view
                    .scores
                    .into_iter()
                    .map(|one| AdvisoryScore { version: one.version, vector: one.vector, score: one.score, severity: one.severity })
                    .collect(),
                impacts: view
                    .impacts
                    .into_iter()
                    .map(|one| AdvisoryImpact {
                        product: one.product,
                        status: one.status,
                        versions: one.words.versions,
                        fixed_in: one.words.fixed_in,
                        justification: one.justification,
                        hardware: one.words.hardware,
                    })
                    .collect(),
                remediations: view
                    .remediations
                    .into_iter()
                    .map(|one| AdvisoryRemediation {
                        kind: one.plan,
                        text: Bilingual { en: one.words.text, zh: one.words.text_zh },
                        url: one.words.url,
                        products: one.products,
                        planned: one.plan == PlanKind::Fix && one.state <= PlanState::InProgress,
                        since: released_at(case, &one.id),
                    })
                    .collect(),
            })
            .collect();
        for one in &mut vulnerabilities {
            let held = |scheme| case.file.identifier(&one.id, scheme).filter(|file| file.state.holds());
            if let Some(file) = held(Scheme::Gcve) {
                one.gcve = identifier_words(case, file).id;
            }
            if let Some(file) = held(Scheme::Cve) {
                one.tags = tags(&one.impacts, &catalogue, self.day(file.asked_at));
            }
        }
        vulnerabilities
    }

    /// What it would say with this manuscript.
    pub(crate) fn project_as(&self, advisory: &AdvisoryRecord, case: &CaseRecord, manuscript: &Manuscript) -> AdvisoryContent {
        let mut vulnerabilities = self.told_by_case(case);
        let texts = manuscript.tell(&mut vulnerabilities);
        let named = |id: &str| vulnerabilities.iter().any(|one| one.impacts.iter().any(|impact| impact.product == id));
        let products = self.maker().products;
        let products = products.iter().filter(|product| named(&product.id)).map(AdvisoryProduct::from).collect();
        if !texts.kind.tells_vulnerabilities() {
            vulnerabilities.clear();
        }
        let file = &advisory.file;
        let revisions = file.published.iter().map(|one| Revision {
            version: one.version,
            released_at: one.released_at,
            change: one.content.texts.change.clone(),
        });
        let exploitation = match (case.file.attacks_seen, case.file.exploit_public) {
            // There is nothing to exploit in what tells of no vulnerability.
            _ if vulnerabilities.is_empty() => Exploitation::Unsaid,
            (true, _) => Exploitation::Attacked,
            (false, true) => Exploitation::ExploitPublic,
            (false, false) => Exploitation::NoneKnown,
        };
        AdvisoryContent {
            id: file.number.clone(),
            version: file.next_version(),
            revisions: revisions.collect(),
            texts,
            products,
            vulnerabilities,
            exploitation,
        }
        .plain()
    }
}

/// When a remediation was first recorded as released.
fn released_at(case: &CaseRecord, id: &str) -> Option<jiff::Timestamp> {
    let released = |fact: &Fact| matches!(fact, Fact::Case(CaseFact::RemediationKept { remediation, state: PlanState::Released, .. }) if remediation == id);
    case.entries.iter().map(|entry| &entry.recorded).find(|one| released(&one.fact)).map(|one| one.at)
}

/// What people wrote, as last recorded; after a version was dropped, as it stood when the one before was published.
pub(crate) fn manuscript_of(advisory: &AdvisoryRecord) -> Manuscript {
    match told(advisory).and_then(|entry| entry.words.as_ref()) {
        Some(Words::Advisory(manuscript)) => (**manuscript).clone(),
        _ => Manuscript::default(),
    }
}

/// `stream_seq` of the fact that recorded it; 0 when none did.
pub(super) fn told_at(advisory: &AdvisoryRecord) -> u64 {
    told(advisory).map_or(0, |entry| entry.recorded.stream_seq)
}

fn told(advisory: &AdvisoryRecord) -> Option<&Entry> {
    let fact = |entry: &Entry, wanted: fn(&AdvisoryFact) -> bool| matches!(&entry.recorded.fact, Fact::Advisory(fact) if wanted(fact));
    let said = |entry: &Entry| matches!(entry.words, Some(Words::Advisory(_)));
    let entries = advisory.entries.as_slice();
    let last = entries.iter().rposition(said)?;
    let dropped = entries.iter().rposition(|entry| fact(entry, |one| matches!(one, AdvisoryFact::Discarded)));
    if dropped.is_none_or(|dropped| dropped < last) {
        return entries.get(last);
    }
    let published = entries.iter().rposition(|entry| fact(entry, |one| matches!(one, AdvisoryFact::Published { .. })))?;
    entries.get(..published)?.iter().rev().find(|entry| said(entry))
}
