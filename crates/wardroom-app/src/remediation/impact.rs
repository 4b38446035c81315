//! Which product is affected by which vulnerability, in which versions.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::remediation::{ImpactStatus, ImpactWords, JUSTIFICATIONS};

/// What a person decides about one product.
#[derive(Clone, Debug)]
pub struct ImpactForm {
    pub vulnerability: String,
    /// Id of a catalogue product.
    pub product: String,
    pub status: ImpactStatus,
    pub versions: String,
    pub fixed_in: String,
    /// For `not_affected`: one of the five VEX justifications.
    pub justification: String,
    pub note: String,
    /// Revisions of the hardware it is about, of those in the catalogue; empty: all.
    pub hardware: Vec<String>,
}

impl Desk {
    pub async fn set_impact(&self, viewer: &Viewer, case: &StreamId, form: ImpactForm) -> Asked<()> {
        if !viewer.may(Act::Assess) {
            viewer.demand(Act::Remediate)?;
        }
        let record = self.must_case(viewer, case).await?;
        if !record.file.vulnerabilities.iter().any(|one| one.id == form.vulnerability) {
            return Err(Refusal::NotThere { thing: "vulnerability" }.into());
        }
        let products = self.maker().products;
        let Some(product) = products.iter().find(|product| product.id == form.product) else {
            return Err(Refusal::NotThere { thing: "product" }.into());
        };
        if let Some(unknown) = form.hardware.iter().find(|revision| !product.hardware.contains(revision)) {
            let why = format!("the catalogue has no revision {unknown:?} of {}", product.name);
            return Err(Refusal::FieldWrong { field: "hardware", why }.into());
        }
        let justification = form.justification.trim();
        match form.status {
            ImpactStatus::NotAffected if !JUSTIFICATIONS.contains(&justification) => {
                return Err(Refusal::FieldNeeded { field: "justification" }.into());
            }
            ImpactStatus::Affected if form.versions.trim().is_empty() => {
                return Err(Refusal::FieldNeeded { field: "versions" }.into());
            }
            ImpactStatus::Fixed if form.fixed_in.trim().is_empty() && form.versions.trim().is_empty() => {
                return Err(Refusal::FieldNeeded { field: "fixed_in" }.into());
            }
            ImpactStatus::NotAffected | ImpactStatus::Affected | ImpactStatus::Fixed | ImpactStatus::UnderInvestigation => {}
        }
        let words = ImpactWords {
            versions: form.versions.trim().to_owned(),
            fixed_in: form.fixed_in.trim().to_owned(),
            note: form.note.trim().to_owned(),
            hardware: form.hardware,
        };
        let justification = if form.status == ImpactStatus::NotAffected { justification } else { "" };
        let fact = Fact::Case(CaseFact::ImpactSet {
            vulnerability: form.vulnerability,
            product: form.product,
            status: form.status,
            justification: justification.to_owned(),
        });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Impact(words))], Vec::new()).await?;
        Ok(())
    }
}
