//! What a person says of a report or case and a candidate: different (not proposed again), related, or taken back. Recorded on both, so that either side knows, and a
//! report that becomes a case brings what was said with it. *Same* is another use case: the report is linked, or the case's check recorded.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::Relation;

impl Desk {
    /// Records how `stream`, a report or a case, stands to another case. Both must be there for the viewer.
    pub async fn judge(&self, viewer: &Viewer, stream: &StreamId, with: &StreamId, relation: Relation) -> Asked<()> {
        if with.kind() != StreamKind::Case {
            return Err(Refusal::NotThere { thing: "case" }.into());
        }
        let at = self.now();
        let actor = viewer.actor();
        let mut appends = Vec::new();
        match stream.kind() {
            StreamKind::Report => {
                viewer.demand(Act::Triage)?;
                let report = self.must_report(viewer, stream).await?;
                if report.file.case.as_ref() == Some(with) {
                    return Err(Refusal::DuplicateOfItself.into());
                }
                let fact = Fact::Report(ReportFact::Judged { with: Some(with.clone()), relation });
                appends.push(self.following(&report.standing(), &actor, vec![Said::bare(fact)], at));
            }
            StreamKind::Case => {
                viewer.demand(Act::Assess)?;
                if stream == with {
                    return Err(Refusal::DuplicateOfItself.into());
                }
                let case = self.must_case(viewer, stream).await?;
                let fact = Fact::Case(CaseFact::Judged { with: Some(with.clone()), relation });
                appends.push(self.following(&case.standing(), &actor, vec![Said::bare(fact)], at));
            }
            StreamKind::Org | StreamKind::Advisory => return Err(Refusal::NotThere { thing: "report" }.into()),
        }
        let other = self.must_case(viewer, with).await?;
        let fact = Fact::Case(CaseFact::Judged { with: Some(stream.clone()), relation });
        appends.push(self.following(&other.standing(), &actor, vec![Said::bare(fact)], at));
        self.commit_decided(Commit { at, appends, ..Commit::default() }).await?;
        Ok(())
    }
}
