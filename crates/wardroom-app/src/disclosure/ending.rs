//! Taking a published advisory back: withdrawn, or superseded by others. What says so is its last version, which a second person approves and a
//! publisher publishes like any other; the page stays and says it.
//!
//! Not here: the fast path when an embargo is broken (communication), and what formats say of it (`tree/input`).

use super::draft::{begun, check_texts};
use super::project::manuscript_of;
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryTexts, Bilingual, Ending, EndingKind, Manuscript, content_hash, lacks};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Writes the version that takes the advisory back and hands it to review. Returns the hash to approve.
    pub async fn end_advisory(&self, viewer: &Viewer, advisory: &StreamId, ending: Ending) -> Asked<String> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        let ask = match ending.kind {
            EndingKind::Withdrawn => AdvisoryAsk::Withdraw,
            EndingKind::Superseded => AdvisoryAsk::Supersede,
        };
        record.file.decide(ask)?;
        let former = manuscript_of(&record);
        let texts = AdvisoryTexts { change: change(ending.kind), ending: Some(ending), ..former.texts.clone() };
        check_texts(&texts)?;
        self.check_successors(viewer, &record.file.number, &texts).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let manuscript = Manuscript { texts, ..former.clone() }.bound(&former, &[], &self.told_by_case(&case));
        let content = self.project_as(&record, &case, &manuscript);
        match lacks(&content).first() {
            Some(&"reason") => return Err(Refusal::ReasonNeeded.into()),
            Some(&"replaced_by") => return Err(Refusal::FieldNeeded { field: "by" }.into()),
            Some(other) => return Err(Refusal::Incomplete { missing: (*other).to_owned() }.into()),
            None => {}
        }
        let hash = content_hash(&content);
        let submitted = Said::bare(Fact::Advisory(AdvisoryFact::Submitted { hash: hash.clone() }));
        let append = self.advisory_append(viewer.actor(), &record, vec![begun(&record, manuscript), submitted]);
        self.commit_decided(Commit { at: self.now(), appends: vec![append], ..Commit::default() }).await?;
        Ok(hash)
    }

    /// What an advisory is replaced by must be public, and another one.
    pub(super) async fn check_successors(&self, viewer: &Viewer, own: &str, texts: &AdvisoryTexts) -> Asked<()> {
        for number in texts.ending.iter().flat_map(|ending| &ending.by) {
            let wrong = |why: &str| Refusal::FieldWrong { field: "by", why: format!("{number}: {why}") };
            if number == own {
                return Err(wrong("an advisory cannot replace itself").into());
            }
            let is_public = match self.find(viewer, number).await {
                Ok(stream) if stream.kind() == StreamKind::Advisory => {
                    let other = self.must_advisory(viewer, &stream).await?;
                    other.file.number == *number && !other.file.published.is_empty()
                }
                _ => false,
            };
            if !is_public {
                return Err(wrong("not the number of a published advisory").into());
            }
        }
        Ok(())
    }
}

/// What the version history says of it.
fn change(kind: EndingKind) -> Bilingual {
    match kind {
        EndingKind::Withdrawn => Bilingual::new("Withdrawn", "撤回"),
        EndingKind::Superseded => Bilingual::new("Superseded", "由新公告取代"),
    }
}
