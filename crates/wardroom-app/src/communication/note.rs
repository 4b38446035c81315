//! Internal notes and the reasons of breaches: for the team, never for the reporter.

use super::message::checked;
use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Writes a note on a report or a case.
    pub async fn note(&self, viewer: &Viewer, stream: &StreamId, text: &str) -> Asked<()> {
        viewer.demand(Act::WriteNote)?;
        let text = Words::Text(checked(text)?.to_owned());
        match stream.kind() {
            StreamKind::Report => {
                let record = self.must_report(viewer, stream).await?;
                let said = vec![Said::with(Fact::Report(ReportFact::NoteAdded), text)];
                self.record_on_report(viewer, &record, said, Vec::new()).await?;
            }
            StreamKind::Case => {
                let record = self.must_case(viewer, stream).await?;
                let said = vec![Said::with(Fact::Case(CaseFact::NoteAdded), text)];
                self.record_on_case(viewer, &record, said, Vec::new()).await?;
            }
            StreamKind::Org | StreamKind::Advisory => return Err(Refusal::NotThere { thing: "report or case" }.into()),
        }
        Ok(())
    }

    /// Gives the reason of a recorded breach (domain §2.11 rule 8: a breach cannot be erased and needs a reason).
    pub async fn explain_breach(&self, viewer: &Viewer, stream: &StreamId, clock: &str, reason: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        let reason = Words::Text(checked(reason).map_err(|_| Refusal::ReasonNeeded)?.to_owned());
        let clock = clock.to_owned();
        let missing = Refusal::NotThere { thing: "breach" };
        match stream.kind() {
            StreamKind::Report => {
                let record = self.must_report(viewer, stream).await?;
                let known = |one: &&wardroom_domain::case::file::Clock| one.start.clock == clock && one.breached_at.is_some();
                record.file.clocks.0.iter().find(known).ok_or(missing)?;
                let said = vec![Said::with(Fact::Report(ReportFact::BreachExplained { clock }), reason)];
                self.record_on_report(viewer, &record, said, Vec::new()).await?;
            }
            StreamKind::Org | StreamKind::Case | StreamKind::Advisory => {
                let record = self.must_case(viewer, stream).await?;
                let known = |one: &&wardroom_domain::case::file::Clock| one.start.clock == clock && one.breached_at.is_some();
                record.file.clocks.0.iter().find(known).ok_or(missing)?;
                let said = vec![Said::with(Fact::Case(CaseFact::BreachExplained { clock }), reason)];
                self.record_on_case(viewer, &record, said, Vec::new()).await?;
            }
        }
        Ok(())
    }
}
