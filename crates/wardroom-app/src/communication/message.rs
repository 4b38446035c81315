//! Messages to the reporter: sealed to both sides, shown on the track page, mailed encrypted when we have a key,
//! else announced by a mail without content.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::Effect;
use crate::reading::ReportRecord;
use crate::record::Said;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::communication::{MessageKind, MessageWords};
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

/// Longest message, in characters.
pub const LONGEST: usize = 100_000;

/// Payload of the effect `message_mail`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageMail {
    pub text: String,
    /// When it was written; absent in jobs of earlier versions.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Part of a pile that may still be taken back: not sent when the report is open again.
    #[serde(default)]
    pub while_declined: bool,
}

impl Desk {
    /// Sends a message to the reporter of `report`. `kind` is an answer or a question.
    pub async fn message_reporter(&self, viewer: &Viewer, report: &StreamId, kind: MessageKind, text: &str) -> Asked<()> {
        viewer.demand(Act::MessageReporter)?;
        if kind == MessageKind::FromReporter {
            return Err(Refusal::FieldWrong { field: "kind", why: "only the reporter writes as the reporter".to_owned() }.into());
        }
        let record = self.must_report(viewer, report).await?;
        let text = checked(text)?;
        let at = self.now();
        let (said, effect) = self.outgoing(&record, kind, text, at);
        self.record_on_report(viewer, &record, vec![said], effect.into_iter().collect()).await?;
        Ok(())
    }

    /// The message that goes with a decision; `None` when nothing is to be said.
    pub(crate) fn outcome_message(&self, record: &ReportRecord, text: &str, at: Timestamp) -> Option<(Said, Option<Effect>)> {
        let text = text.trim();
        (!text.is_empty()).then(|| self.outgoing(record, MessageKind::Outcome, text, at))
    }

    fn outgoing(&self, record: &ReportRecord, kind: MessageKind, text: &str, at: Timestamp) -> (Said, Option<Effect>) {
        let language = record.file.received.language.clone();
        let words = Words::Message(MessageWords { text: text.to_owned(), language });
        let said = Said::shared(Fact::Report(ReportFact::Message { message: kind }), words);
        let received = &record.file.received;
        if !received.answerable || received.automatic {
            return (said, self.news(record, at));
        }
        let payload = serde_json::to_vec(&MessageMail { text: text.to_owned(), at: Some(at), while_declined: false }).unwrap_or_default();
        let key = format!("message:{}:{}", record.file.id, record.file.version + 1);
        (said, Some(self.effect(key, "message_mail", &record.file.id, Some(&payload), at)))
    }
}

/// A text worth sending.
pub(crate) fn checked(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::FieldNeeded { field: "text" });
    }
    if text.chars().count() > LONGEST {
        return Err(Refusal::FieldWrong { field: "text", why: format!("longer than {LONGEST} characters") });
    }
    Ok(text)
}
