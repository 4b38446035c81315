//! The communication plan of a case: who hears what, by which channel, when.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::communication::PlanLine;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Keeps the plan; `approve` says that it stands.
    pub async fn plan_communication(&self, viewer: &Viewer, case: &StreamId, lines: Vec<PlanLine>, approve: bool) -> Asked<()> {
        viewer.demand(Act::Coordinate)?;
        let record = self.must_case(viewer, case).await?;
        let lines: Vec<PlanLine> = lines.into_iter().filter(|line| !line.audience.trim().is_empty()).collect();
        if lines.is_empty() {
            return Err(Refusal::FieldNeeded { field: "audience" }.into());
        }
        let fact = Fact::Case(CaseFact::CommunicationPlanned { approved: approve });
        let said = vec![Said::with(fact, Words::PlanLines(lines))];
        self.record_on_case(viewer, &record, said, Vec::new()).await?;
        Ok(())
    }
}
