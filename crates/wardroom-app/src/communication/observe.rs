//! What the world shows of a case (domain §2.4): the public knows, an exploit is public, attacks were seen. Observed, never taken back.
//! Once the public knows or an exploit is public, no embargo stands any more: it ends in the same commit (I5).

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{EmbargoAsk, EmbargoState};
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

/// The letters P, X and A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    PublicKnows,
    ExploitPublic,
    AttacksSeen,
}

impl Observed {
    pub const ALL: [Observed; 3] = [Observed::PublicKnows, Observed::ExploitPublic, Observed::AttacksSeen];

    pub const fn as_str(self) -> &'static str {
        match self {
            Observed::PublicKnows => "public_knows",
            Observed::ExploitPublic => "exploit_public",
            Observed::AttacksSeen => "attacks_seen",
        }
    }

    pub fn parse(text: &str) -> Option<Observed> {
        Observed::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

impl Desk {
    /// Records an observation with its evidence (where, since when, who says so).
    pub async fn observe(&self, viewer: &Viewer, case: &StreamId, what: Observed, evidence: &str) -> Asked<()> {
        viewer.demand(Act::Coordinate)?;
        let evidence = evidence.trim();
        if evidence.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let record = self.must_case(viewer, case).await?;
        let file = &record.file;
        let (fact, known) = match what {
            Observed::PublicKnows => (CaseFact::PublicKnows, file.public_knows),
            Observed::ExploitPublic => (CaseFact::ExploitPublic, file.exploit_public),
            Observed::AttacksSeen => (CaseFact::AttacksSeen, file.attacks_seen),
        };
        if known {
            return Err(Refusal::AlreadyDone.into());
        }
        let mut said = vec![Said::with(Fact::Case(fact), Words::Text(evidence.to_owned()))];
        let ends = what != Observed::AttacksSeen;
        let moved = match file.embargo {
            EmbargoState::Proposed if ends => Some((EmbargoAsk::Reject, EmbargoState::None)),
            EmbargoState::Active | EmbargoState::Revising if ends => Some((EmbargoAsk::Terminate, EmbargoState::Exited)),
            EmbargoState::None | EmbargoState::Proposed | EmbargoState::Active | EmbargoState::Revising | EmbargoState::Exited => None,
        };
        if let Some((ask, to)) = moved {
            let fact = Fact::Case(CaseFact::EmbargoMoved { ask, to, terms: None });
            said.push(Said::with(fact, Words::Text(evidence.to_owned())));
        }
        self.record_on_case(viewer, &record, said, Vec::new()).await?;
        Ok(())
    }
}
