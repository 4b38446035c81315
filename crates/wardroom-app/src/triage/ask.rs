//! Ask: a question to the reporter; the report waits for the answer.

use crate::asked::Asked;
use crate::house::Desk;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{TriageAsk, decide};

impl Desk {
    /// Sends a question; a person's question is a human response.
    pub async fn ask(&self, viewer: &Viewer, report: &StreamId, question: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Ask)?;
        self.message_reporter(viewer, report, MessageKind::Question, question).await
    }
}
