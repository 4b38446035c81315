//! Remediations of a case: fix, mitigation, workaround, or none planned; with an owner and a date.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::remediation::{PlanKind, PlanState, PlanWords};

/// What a person plans.
#[derive(Clone, Debug)]
pub struct PlanForm {
    /// `M1`; empty: a new one.
    pub id: String,
    pub vulnerability: String,
    pub plan: PlanKind,
    pub state: PlanState,
    pub due: Option<jiff::civil::Date>,
    /// Catalogue product ids; empty: all affected.
    pub products: Vec<String>,
    pub words: PlanWords,
}

impl Desk {
    /// Adds or changes a remediation. Its state only moves forward. Returns its id.
    pub async fn keep_remediation(&self, viewer: &Viewer, case: &StreamId, form: PlanForm) -> Asked<String> {
        viewer.demand(Act::Remediate)?;
        let record = self.must_case(viewer, case).await?;
        if !record.file.vulnerabilities.iter().any(|one| one.id == form.vulnerability) {
            return Err(Refusal::NotThere { thing: "vulnerability" }.into());
        }
        let id = match form.id.trim() {
            "" => format!("M{}", record.file.remediations.len() + 1),
            id => {
                let known = record.file.remediations.iter().find(|one| one.id == id);
                let known = known.ok_or(Refusal::NotThere { thing: "remediation" })?;
                if form.state < known.state {
                    return Err(Refusal::NotFromHere { thing: "remediation", ask: form.state.as_str(), state: known.state.as_str() }.into());
                }
                id.to_owned()
            }
        };
        if form.words.text.trim().is_empty() && form.words.text_zh.trim().is_empty() {
            return Err(Refusal::FieldNeeded { field: "text" }.into());
        }
        if !form.words.url.trim().is_empty() && !form.words.url.trim().starts_with("https://") {
            return Err(Refusal::FieldWrong { field: "url", why: "it must begin with https://".to_owned() }.into());
        }
        if form.plan != PlanKind::NonePlanned && form.words.owner.trim().is_empty() {
            return Err(Refusal::FieldNeeded { field: "owner" }.into());
        }
        let catalogue = self.maker().products;
        if form.products.iter().any(|id| !catalogue.iter().any(|product| product.id == *id)) {
            return Err(Refusal::NotThere { thing: "product" }.into());
        }
        let fact = Fact::Case(CaseFact::RemediationKept {
            remediation: id.clone(),
            vulnerability: form.vulnerability,
            plan: form.plan,
            state: form.state,
            due: form.due,
            products: form.products,
        });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Plan(form.words))], Vec::new()).await?;
        Ok(id)
    }
}
