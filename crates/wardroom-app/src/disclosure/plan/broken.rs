//! The fast path when an embargo is broken: the world knows, so what a second person has approved is public now instead of then. Still two
//! persons: whoever releases is not the one who approved. One commit: what was seen, the end of the embargo, the end of the planned release, the
//! publication, and the notices to everybody the plan names or who was told in advance.

use super::plan_at;
use crate::asked::Asked;
use crate::disclosure::publish::Publishing;
use crate::house::Desk;
use crate::record::Said;
use jiff::Timestamp;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{EmbargoAsk, EmbargoState};
use wardroom_domain::disclosure::{Occasion, PlanSaid};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

/// What a publisher orders when the embargo is broken.
#[derive(Clone, Debug, Default)]
pub struct BrokenOrder {
    /// Where it is to be seen, since when, who says so.
    pub evidence: String,
    /// The advisory's number, typed.
    pub confirm: String,
}

impl Desk {
    /// Publishes now what is approved, because the public knows. The plan's rows go out with it.
    pub async fn embargo_broken(&self, viewer: &Viewer, advisory: &StreamId, order: &BrokenOrder) -> Asked<Timestamp> {
        viewer.demand(Act::PublishAdvisory)?;
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let evidence = order.evidence.trim();
        if evidence.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let evidence = crate::communication::checked(evidence)?;
        if order.confirm.trim() != record.file.number {
            return Err(Refusal::FieldWrong { field: "confirm", why: "type the advisory's number to publish it".to_owned() }.into());
        }
        let person = String::from(viewer.actor());
        if record.file.approval.as_ref().is_some_and(|(_, by)| *by == person) {
            return Err(Refusal::SecondPersonNeeded.into());
        }
        let text = || Words::Text(evidence.to_owned());
        let mut on_case = Vec::new();
        if !case.file.public_knows {
            on_case.push(Said::with(Fact::Case(CaseFact::PublicKnows), text()));
        }
        if case.file.embargo == EmbargoState::Proposed {
            let fact = CaseFact::EmbargoMoved { ask: EmbargoAsk::Reject, to: EmbargoState::None, terms: None };
            on_case.push(Said::with(Fact::Case(fact), text()));
        }
        let before = match record.file.plan.scheduled {
            Some(_) => vec![Said::with(Fact::Advisory(AdvisoryFact::ReleaseAborted), text())],
            None => Vec::new(),
        };
        let at = self.now();
        let how = Publishing {
            at,
            actor: viewer.actor(),
            teller: viewer.actor(),
            end_embargo: evidence.to_owned(),
            before,
            on_case,
            occasion: Occasion::Broken,
            said: self.said_now(&record, &case).await?,
        };
        let commit = self.publication(&record, &case, content, how).await?;
        self.commit_decided(commit).await?;
        Ok(at)
    }

    /// The plan as scheduled; else as kept, with the book as it stands; `None` when there is none.
    pub(in crate::disclosure) async fn said_now(
        &self,
        record: &crate::reading::AdvisoryRecord,
        case: &crate::reading::CaseRecord,
    ) -> Asked<Option<PlanSaid>> {
        if let Some(said) = record.file.plan.scheduled.as_ref().and_then(|one| plan_at(record, one.said_at)) {
            return Ok(Some(said));
        }
        let (plan, kept) = self.plan_of(record, case);
        if !kept {
            return Ok(None);
        }
        Ok(Some(PlanSaid { addressees: self.addressees(record, &plan).await?, plan }))
    }
}
