//! A pile of look-alikes, declined in one act: the same fair reason for all, in each reporter's language, recorded as facts one by one.
//! Each address gets one mail however many reports it sent, and only after a while in which the act can be taken back; every report's own page says
//! what was decided. Deliberately no automatic closing: a person chose each report of the pile.

use crate::asked::Asked;
use crate::communication::MessageMail;
use crate::house::Desk;
use crate::ports::store::{Effect, InboxQuery};
use crate::reading::ReportRecord;
use crate::record::Said;
use crate::triage::inbox::InboxRow;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use wardroom_domain::Refusal;
use wardroom_domain::communication::{MessageKind, MessageWords};
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::likeness::{Likeness, Sketch};
use wardroom_domain::triage::{Decision, Disposition, TriageAsk, decide};

/// How long the act can be taken back before any mail goes out.
pub const UNDO_WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most reports of one act.
pub const MOST: usize = 400;
/// Most waiting reports that are compared.
const COMPARED: u32 = 2_000;

/// A report of the pile and why it is in it; `None` for the one the others look like.
#[derive(Clone, Debug)]
pub struct Alike {
    pub row: InboxRow,
    pub likeness: Option<Likeness>,
}

/// What became of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub number: String,
    /// Its reporter gets a mail (after the undo window).
    pub mailed: bool,
    /// Why it was left as it was, worded.
    pub refused: Option<String>,
}

impl Desk {
    /// Waiting reports that look like this one, itself first, then the most alike.
    pub async fn pile_like(&self, viewer: &Viewer, report: &StreamId) -> Asked<Vec<Alike>> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        let sketch = Sketch::of(&record.words());
        let rows = self.inbox(viewer, &InboxQuery { states: Vec::new(), limit: COMPARED, offset: 0 }).await?;
        let mut pile: Vec<Alike> = Vec::new();
        for row in rows {
            let likeness = sketch.likeness(&Sketch::of(&row.words));
            if row.row.id == *report {
                pile.push(Alike { row, likeness: None });
            } else if likeness.is_some() {
                pile.push(Alike { row, likeness });
            }
        }
        pile.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        pile.truncate(MOST);
        Ok(pile)
    }

    /// Declines all of them for one reason. `wordings` is what reporters read, by language; a language without one gets the proposed wording.
    /// One that cannot be declined (somebody was quicker) does not keep the others from it.
    pub async fn decline_pile(
        &self,
        viewer: &Viewer,
        reports: &[StreamId],
        disposition: Disposition,
        wordings: &BTreeMap<String, String>,
    ) -> Asked<Vec<Closed>> {
        viewer.demand(Act::Triage)?;
        if !Disposition::DECLINE.contains(&disposition) {
            return Err(Refusal::FieldWrong { field: "reason", why: "not a reason to decline".to_owned() }.into());
        }
        if reports.len() > MOST {
            return Err(Refusal::FieldWrong { field: "reports", why: format!("more than {MOST} at once") }.into());
        }
        if disposition != Disposition::Spam && wordings.values().any(|text| text.trim().is_empty()) {
            return Err(Refusal::ReasonNeeded.into());
        }
        let mut told = BTreeSet::new();
        let mut closed = Vec::new();
        for report in reports {
            let record = self.must_report(viewer, report).await?;
            let number = record.number().to_owned();
            let words = record.words();
            let address = words.sender_address.trim().to_lowercase();
            let language = record.file.received.language.clone();
            let text = match wordings.get(&language) {
                Some(text) => text.trim().to_owned(),
                None if disposition == Disposition::Spam => String::new(),
                None => self.decline_wording(disposition, &language),
            };
            let mails = !text.is_empty() && record.file.received.answerable && !record.file.received.automatic && !told.contains(&address);
            match self.decline_one(viewer, &record, disposition, &text, mails).await {
                Ok(()) => {
                    if mails {
                        told.insert(address);
                    }
                    closed.push(Closed { number, mailed: mails, refused: None });
                }
                Err(error) => closed.push(Closed { number, mailed: false, refused: Some(error.to_string()) }),
            }
        }
        Ok(closed)
    }

    async fn decline_one(&self, viewer: &Viewer, record: &ReportRecord, disposition: Disposition, text: &str, mails: bool) -> Asked<()> {
        decide(record.file.state, TriageAsk::Decline)?;
        let mut said = Vec::new();
        let mut effects = Vec::new();
        if !text.is_empty() {
            let words = MessageWords { text: text.to_owned(), language: record.file.received.language.clone() };
            said.push(Said::shared(Fact::Report(ReportFact::Message { message: MessageKind::Outcome }), Words::Message(words)));
            effects.extend(mails.then(|| self.pile_mail(record, text, self.now())));
        }
        said.push(Said::bare(Fact::Report(ReportFact::Decided(Decision::Declined { disposition }))));
        self.record_on_report(viewer, record, said, effects).await?;
        Ok(())
    }

    fn pile_mail(&self, record: &ReportRecord, text: &str, at: Timestamp) -> Effect {
        let payload = serde_json::to_vec(&MessageMail { text: text.to_owned(), at: Some(at), while_declined: true }).unwrap_or_default();
        let key = format!("message:{}:{}", record.file.id, record.file.version + 1);
        let due = at.checked_add(UNDO_WINDOW).unwrap_or(at);
        self.effect(key, "message_mail", &record.file.id, Some(&payload), due)
    }

    /// Takes a pile back: whatever of it is still declined is open again, and mails that have not gone out do not go out.
    pub async fn reopen_pile(&self, viewer: &Viewer, reports: &[StreamId]) -> Asked<Vec<Closed>> {
        viewer.demand(Act::Triage)?;
        let mut opened = Vec::new();
        for report in reports.iter().take(MOST) {
            let number = self.must_report(viewer, report).await?.number().to_owned();
            let refused = self.reopen_report(viewer, report).await.err().map(|error| error.to_string());
            opened.push(Closed { number, mailed: false, refused });
        }
        Ok(opened)
    }
}

/// Order in a pile: the one itself, the same file, the same words, the same sender.
fn weight(one: &Alike) -> f64 {
    match one.likeness {
        None => 3.0,
        Some(Likeness::SameFile) => 2.0,
        Some(Likeness::SameWords(shared)) => shared,
        Some(Likeness::SameSender) => 0.0,
    }
}
