//! Moving a case: validate, invalidate, accept, defer, close, reopen. The table decides what is possible; the rules between machines may still say no.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::case::{CaseAsk, CaseState, TRANSITIONS, decide};
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::Disposition;

impl Desk {
    /// Moves a case. Invalidating, deferring and closing need a reason; closing also needs a disposition.
    pub async fn move_case(
        &self,
        viewer: &Viewer,
        case: &StreamId,
        ask: CaseAsk,
        disposition: Option<Disposition>,
        reason: &str,
    ) -> Asked<CaseState> {
        let record = self.must_case(viewer, case).await?;
        let from = record.file.state;
        let to = decide(from, ask)?;
        let row = TRANSITIONS.iter().find(|row| row.from == from && row.ask == ask);
        if !row.is_some_and(|row| viewer.holds_one_of(row.who)) {
            return Err(Refusal::NotYourRole { act: wardroom_domain::people::Act::Assess }.into());
        }
        let reason = reason.trim();
        if matches!(ask, CaseAsk::Invalidate | CaseAsk::Defer | CaseAsk::Close) && reason.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        if ask == CaseAsk::Close {
            if disposition.is_none() {
                return Err(Refusal::FieldNeeded { field: "disposition" }.into());
            }
            if record.file.embargo.binds() {
                return Err(Refusal::EmbargoStillActive.into());
            }
        }
        let episode = record.file.episode + u32::from(ask == CaseAsk::Reopen);
        let disposition = disposition.filter(|_| ask == CaseAsk::Close);
        let fact = Fact::Case(CaseFact::StateChanged { ask, to, disposition, episode });
        let said = match reason {
            "" => Said::bare(fact),
            reason => Said::with(fact, Words::Text(reason.to_owned())),
        };
        self.record_on_case(viewer, &record, vec![said], Vec::new()).await?;
        Ok(to)
    }
}
