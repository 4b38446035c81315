//! Release from quarantine, and reopening of what was declined or withdrawn.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{Decision, TriageAsk, decide};

impl Desk {
    /// A person has looked at a quarantined report: it is treated like any other from now on.
    pub async fn release(&self, viewer: &Viewer, report: &StreamId) -> Asked<()> {
        self.back_to_inbox(viewer, report, TriageAsk::Release, Decision::Released).await
    }

    /// A declined or withdrawn report comes back.
    pub async fn reopen_report(&self, viewer: &Viewer, report: &StreamId) -> Asked<()> {
        self.back_to_inbox(viewer, report, TriageAsk::Reopen, Decision::Reopened).await
    }

    async fn back_to_inbox(&self, viewer: &Viewer, report: &StreamId, ask: TriageAsk, decision: Decision) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, ask)?;
        let said = vec![Said::bare(Fact::Report(ReportFact::Decided(decision)))];
        self.record_on_report(viewer, &record, said, Vec::new()).await?;
        Ok(())
    }
}
