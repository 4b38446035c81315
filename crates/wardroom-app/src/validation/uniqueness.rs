//! The uniqueness check: its outcome and what was compared are recorded, so that a later reader can judge it.

use super::candidates;
use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::{Compared, Uniqueness};

impl Desk {
    /// What this case would be compared with now: for the page, before deciding.
    pub async fn compare_case(&self, viewer: &Viewer, case: &StreamId) -> Asked<Compared> {
        let record = self.must_case(viewer, case).await?;
        let what = candidates::of_case(&record);
        let candidates = self.candidates(viewer, &what, Some(case), 10).await?;
        let cases = self.store.case_numbers(viewer).await?.len().saturating_sub(1);
        let advisories = self.store.advisories(viewer).await?.len();
        Ok(Compared { cases: cases as u64, advisories: advisories as u64, candidates })
    }

    /// Records the check: unique, or a duplicate of an earlier case.
    pub async fn check_uniqueness(&self, viewer: &Viewer, case: &StreamId, duplicate_of: Option<&StreamId>) -> Asked<()> {
        viewer.demand(Act::Assess)?;
        let compared = self.compare_case(viewer, case).await?;
        let record = self.must_case(viewer, case).await?;
        let uniqueness = match duplicate_of {
            None => Uniqueness::Unique,
            Some(of) if of == case => return Err(Refusal::DuplicateOfItself.into()),
            Some(of) => {
                self.must_case(viewer, of).await?;
                Uniqueness::Duplicate { of: of.clone() }
            }
        };
        let fact = Fact::Case(CaseFact::UniquenessChecked { uniqueness });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Compared(compared))], Vec::new()).await?;
        Ok(())
    }
}
