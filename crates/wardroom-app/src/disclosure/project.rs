//! Projecting an advisory from its case: everything a case knows that a reader needs, and nothing else.
//! Deliberately leaves out report texts, messages, notes, people: an advisory names no case and no reporter unless a credit was written.

use crate::disclosure::identifiers::{identifier_words, tags};
use crate::house::Desk;
use crate::reading::{AdvisoryRecord, CaseRecord};
use wardroom_domain::disclosure::{
    AdvisoryContent, AdvisoryImpact, AdvisoryProduct, AdvisoryRemediation, AdvisoryScore, AdvisoryTexts, AdvisoryVulnerability, Bilingual,
    Revision, Scheme,
};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, Words};
use wardroom_domain::remediation::{PlanKind, PlanState};

impl Desk {
    /// What the advisory would say if it were published now.
    pub(crate) fn project(&self, advisory: &AdvisoryRecord, case: &CaseRecord) -> AdvisoryContent {
        let texts = texts_of(advisory);
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
        let named = |id: &str| vulnerabilities.iter().any(|one| one.impacts.iter().any(|impact| impact.product == id));
        let products = catalogue.iter().filter(|product| named(&product.id)).map(AdvisoryProduct::from).collect();
        let file = &advisory.file;
        let revisions = file.published.iter().map(|one| Revision {
            version: one.version,
            released_at: one.released_at,
            change: one.content.texts.change.clone(),
        });
        AdvisoryContent {
            id: file.number.clone(),
            version: u32::try_from(file.published.len()).unwrap_or(u32::MAX).saturating_add(1),
            revisions: revisions.collect(),
            texts,
            products,
            vulnerabilities,
        }
        .plain()
    }
}

/// When a remediation was first recorded as released.
fn released_at(case: &CaseRecord, id: &str) -> Option<jiff::Timestamp> {
    let released = |fact: &Fact| matches!(fact, Fact::Case(CaseFact::RemediationKept { remediation, state: PlanState::Released, .. }) if remediation == id);
    case.entries.iter().map(|entry| &entry.recorded).find(|one| released(&one.fact)).map(|one| one.at)
}

/// The texts as last written; after a version was dropped, those of the last one published.
pub(crate) fn texts_of(advisory: &AdvisoryRecord) -> AdvisoryTexts {
    let latest = advisory.entries.iter().rev().find_map(|entry| match (&entry.recorded.fact, &entry.words) {
        (Fact::Advisory(AdvisoryFact::Discarded), _) => advisory.file.published.last().map(|one| one.content.texts.clone()),
        (_, Some(Words::Advisory(texts))) => Some((**texts).clone()),
        _ => None,
    });
    latest.unwrap_or_default()
}
