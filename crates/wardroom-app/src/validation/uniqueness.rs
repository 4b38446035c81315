//! The uniqueness check: its outcome and what was compared are recorded, so that a later reader can judge it.

use super::candidates::Asker;
use super::public::ADVISORIES;
use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::{Compared, Corpus, Uniqueness};

impl Desk {
    /// What this case would be compared with now: for the page, before deciding.
    pub async fn compare_case(&self, viewer: &Viewer, case: &StreamId) -> Asked<Compared> {
        let record = self.must_case(viewer, case).await?;
        let what = self.case_described(&record).await?;
        let looked = self.candidates(viewer, &what, &Asker::case(&record), 10).await?;
        let (public, of_public) = self.public_candidates(viewer, &what, record.file.advisory.as_ref(), 5).await?;
        let mut corpora = vec![Corpus { name: "cases".to_owned(), records: looked.cases, as_of: String::new() }];
        corpora.extend(of_public);
        let advisories = corpora.iter().find(|one| one.name == ADVISORIES).map_or(0, |one| one.records);
        Ok(Compared { cases: looked.cases, advisories, candidates: looked.candidates, public, corpora })
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

/// What was recorded, for somebody who sees these cases only: the others are neither shown nor counted.
pub(crate) fn as_seen(mut compared: Compared, own: &[StreamId]) -> Compared {
    compared.candidates.retain(|one| own.contains(&one.case));
    compared.cases = compared.cases.min(own.len().saturating_sub(1) as u64);
    for corpus in compared.corpora.iter_mut().filter(|corpus| corpus.name == "cases") {
        corpus.records = compared.cases;
    }
    compared
}
