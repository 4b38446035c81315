//! Duplicate: the report joins an earlier case. It is linked, never silently closed, and its reporter is told.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{Decision, TriageAsk, decide};

impl Desk {
    /// What the reporter of a duplicate would read, in the report's language: the proposal to edit. It says nothing of anybody else's report but that
    /// the matter is known.
    pub fn duplicate_wording(&self, language: &str) -> String {
        wardroom_words::say(crate::language::reader(language), "mail-duplicate-linked")
    }

    /// Links `report` to `case` as a duplicate. `message` is what the reporter reads (empty: nothing is sent now).
    /// It must not say anything of the other report: the desk's proposal never does.
    pub async fn link_duplicate(&self, viewer: &Viewer, report: &StreamId, case: &StreamId, message: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        if case.kind() != StreamKind::Case {
            return Err(Refusal::NotThere { thing: "case" }.into());
        }
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Duplicate)?;
        let earlier = self.must_case(viewer, case).await?;
        if earlier.file.reports.contains(report) {
            return Err(Refusal::DuplicateOfItself.into());
        }
        let at = self.now();
        let decision = Fact::Report(ReportFact::Decided(Decision::Duplicate { case: case.clone() }));
        let (mut said, mut effects) = (vec![Said::bare(decision)], Vec::new());
        if let Some((outcome, effect)) = self.outcome_message(&record, message, at) {
            said.push(outcome);
            effects.extend(effect);
        }
        let on_report = self.following(&record.standing(), &viewer.actor(), said, at);
        let link = Said::bare(Fact::Case(CaseFact::ReportLinked { report: report.clone(), duplicate: true }));
        let on_case = self.following(&earlier.standing(), &viewer.actor(), vec![link], at);
        self.commit_decided(Commit { at, appends: vec![on_report, on_case], effects, ..Commit::default() }).await?;
        // Both found it: a draft that names the one names the other too, if that is what he or she wants.
        match self.credit_into_draft(report).await {
            // Somebody is writing the draft at this moment: the link stands, and the name is asked for when the draft goes to review.
            Err(AskError::Busy) => Ok(()),
            other => other,
        }
    }
}
