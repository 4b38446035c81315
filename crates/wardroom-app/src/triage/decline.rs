//! Decline: with a reason, worded for the reporter. Nothing is declined in silence; only spam gets no message.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{Decision, Disposition, TriageAsk, decide};

impl Desk {
    /// What the reporter would read for this reason, in the report's language: the preview and the proposal to edit.
    pub fn decline_wording(&self, disposition: Disposition, language: &str) -> String {
        wardroom_words::say(crate::language::reader(language), &format!("mail-decline-{}", disposition.as_str().replace('_', "-")))
    }

    /// Declines a report. `message` is what the reporter reads; it may be empty for spam only.
    pub async fn decline(&self, viewer: &Viewer, report: &StreamId, disposition: Disposition, message: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        if !Disposition::DECLINE.contains(&disposition) {
            return Err(Refusal::FieldWrong { field: "reason", why: "not a reason to decline".to_owned() }.into());
        }
        if message.trim().is_empty() && disposition != Disposition::Spam {
            return Err(Refusal::ReasonNeeded.into());
        }
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Decline)?;
        let at = self.now();
        let (mut said, mut effects) = (Vec::new(), Vec::new());
        if let Some((outcome, effect)) = self.outcome_message(&record, message, at) {
            said.push(outcome);
            effects.extend(effect);
        }
        said.push(Said::bare(Fact::Report(ReportFact::Decided(Decision::Declined { disposition }))));
        self.record_on_report(viewer, &record, said, effects).await?;
        Ok(())
    }
}
