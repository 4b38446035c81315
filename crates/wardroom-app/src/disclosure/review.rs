//! Review: submit, send back, approve. The approval is a second person's and binds to the content hash.

use super::project::manuscript_of;
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryAsk, Override, content_hash, lacks};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Hands the advisory to review as it stands; what it lacks is named.
    pub async fn submit_advisory(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<String> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Submit)?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let content = self.project(&record, &case);
        let mut missing = lacks(&content);
        let facts = self.told_by_case(&case);
        let unexplained = |own: &Override| {
            let said = facts.iter().find(|one| one.id == own.vulnerability).map_or("", |one| own.told.of(one));
            own.replaces(said) && own.reason.trim().is_empty()
        };
        if manuscript_of(&record).overrides.iter().any(unexplained) {
            missing.push("own-reason");
        }
        if !missing.is_empty() {
            return Err(Refusal::Incomplete { missing: missing.join(", ") }.into());
        }
        let hash = content_hash(&content);
        let fact = Fact::Advisory(AdvisoryFact::Submitted { hash: hash.clone() });
        let (mut appends, effects) = self.show_credits(&case, &content.texts.credits).await?;
        appends.push(self.advisory_append(viewer.actor(), &record, vec![Said::bare(fact)]));
        self.commit_decided(Commit { at: self.now(), appends, effects, ..Commit::default() }).await?;
        Ok(hash)
    }

    /// Sends the advisory back to its writers with a comment.
    pub async fn send_back_advisory(&self, viewer: &Viewer, advisory: &StreamId, comment: &str) -> Asked<()> {
        viewer.demand(Act::ApproveAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::SendBack)?;
        if comment.trim().is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let said = Said::with(Fact::Advisory(AdvisoryFact::SentBack), Words::Text(comment.trim().to_owned()));
        self.record_on_advisory(viewer, &record, said).await
    }

    /// Approves exactly the content with `hash` (what the approver saw); refused for anybody who wrote it.
    pub async fn approve_advisory(&self, viewer: &Viewer, advisory: &StreamId, hash: &str) -> Asked<()> {
        viewer.demand(Act::ApproveAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Approve)?;
        record.file.check_approval(hash, &String::from(viewer.actor()))?;
        let case = self.must_case(viewer, &record.file.case).await?;
        if content_hash(&self.project(&record, &case)) != hash {
            return Err(Refusal::ApprovalStale.into());
        }
        let fact = Fact::Advisory(AdvisoryFact::Approved { hash: hash.to_owned() });
        self.record_on_advisory(viewer, &record, Said::bare(fact)).await
    }
}
