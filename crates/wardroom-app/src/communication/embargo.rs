//! The embargo of a case: propose, accept, revise, terminate.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, check_terms, decide_embargo};
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Moves the embargo of a case. Asks that bring terms need them; terminating needs a reason.
    pub async fn embargo(&self, viewer: &Viewer, case: &StreamId, ask: EmbargoAsk, terms: Option<EmbargoTerms>, reason: &str) -> Asked<()> {
        viewer.demand(Act::Coordinate)?;
        let record = self.must_case(viewer, case).await?;
        let to = decide_embargo(record.file.embargo, ask, record.file.too_late_for_embargo())?;
        if ask == EmbargoAsk::Terminate && reason.trim().is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let terms = match (ask.brings_terms(), terms) {
            (true, Some(terms)) => {
                check_terms(&terms, self.now(), self.profile().longest_embargo_days())?;
                Some(terms)
            }
            (true, None) => return Err(Refusal::FieldNeeded { field: "ends_at" }.into()),
            (false, _) => None,
        };
        let fact = Fact::Case(CaseFact::EmbargoMoved { ask, to, terms });
        let said = match reason.trim() {
            "" => Said::bare(fact),
            reason => Said::with(fact, Words::Text(reason.to_owned())),
        };
        self.record_on_case(viewer, &record, vec![said], Vec::new()).await?;
        Ok(())
    }
}
