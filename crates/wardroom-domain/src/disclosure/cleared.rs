//! `Cleared`: the evidence that something may be public. Pages, feeds and public mail accept nothing else.

use super::advisory::{AdvisoryFile, AdvisoryState, Publication};
use crate::communication::EmbargoState;
use crate::refusal::Refusal;

/// A thing that may be shown to anybody. Only this module makes one.
#[derive(Clone, Debug)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    pub fn get(&self) -> &T {
        &self.0
    }

    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Cleared<Publication> {
    /// From the log: a published fact is past, so what it carries is public for ever.
    pub fn from_log(file: &AdvisoryFile) -> Vec<Cleared<Publication>> {
        file.published.iter().cloned().map(Cleared).collect()
    }
}

/// May this advisory be published now? Needs a standing approval of exactly this content (I13), a label that everybody may read, and no embargo (I9).
pub fn clear(
    file: &AdvisoryFile,
    content: Publication,
    embargo: EmbargoState,
    embargo_until: &str,
) -> Result<Cleared<Publication>, Refusal> {
    if file.state != AdvisoryState::Approved {
        return Err(Refusal::NotFromHere { thing: "advisory", ask: "publish", state: file.state.as_str() });
    }
    if file.approval.as_ref().map(|(hash, _)| hash.as_str()) != Some(content.hash.as_str()) {
        return Err(Refusal::ApprovalStale);
    }
    if !content.content.texts.level.is_clear() {
        return Err(Refusal::NotForEverybody { level: content.content.texts.level.name() });
    }
    if !embargo.allows_publication() {
        return Err(Refusal::EmbargoInForce { until: embargo_until.to_owned() });
    }
    Ok(Cleared(content))
}
