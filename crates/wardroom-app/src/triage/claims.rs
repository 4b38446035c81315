//! Unconfirmed mail that claims a report or a case: listed beside it, and decided by a person: attached, made a report of its own (`release`),
//! or discarded with a reason. Each decision asks for two rights: to triage the mail, and to see what it claims.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::intake::follow_up::{message_of, own_bytes};
use crate::intake::hand_in::Kept;
use crate::ports::store::Commit;
use crate::reading::ReportRecord;
use crate::record::Said;
use jiff::Timestamp;
use wardroom_domain::Refusal;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::followed::{FollowedUp, Vouched};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::{Decision, TriageAsk, decide};

/// Claims shown beside one report or case; there may be more in the inbox.
const SHOWN: u32 = 50;

/// A mail that claims something.
#[derive(Clone, Debug)]
pub struct OpenClaim {
    pub number: String,
    pub title: String,
    /// As written; not proved.
    pub sender: String,
    pub received_at: Timestamp,
}

impl Desk {
    /// The open claims on these streams, for a viewer who sees them; oldest first.
    pub async fn open_claims(&self, viewer: &Viewer, on: &[StreamId]) -> Asked<Vec<OpenClaim>> {
        let mut claims = Vec::new();
        for stream in on {
            for report in self.store.claims_on(stream, SHOWN).await? {
                let Some(record) = self.report_record(viewer, &report).await? else { continue };
                let words = record.words();
                claims.push(OpenClaim {
                    number: record.number().to_owned(),
                    title: words.title,
                    sender: words.sender_address,
                    received_at: record.file.received.received_at,
                });
            }
        }
        claims.sort_by_key(|claim| claim.received_at);
        Ok(claims)
    }

    /// The report that a claim is about: of a case, its first one. "Not found" for a viewer who may not see it.
    pub async fn claimed_report(&self, viewer: &Viewer, record: &ReportRecord) -> Asked<ReportRecord> {
        let Some(claim) = &record.file.received.claims else { return Err(AskError::NotFound) };
        let report = match claim.claimed.kind() {
            StreamKind::Case => {
                let case = self.must_case(viewer, &claim.claimed).await?;
                case.file.reports.first().cloned().ok_or(AskError::NotFound)?
            }
            StreamKind::Report => claim.claimed.clone(),
            StreamKind::Org | StreamKind::Advisory => return Err(AskError::NotFound),
        };
        self.must_report(viewer, &report).await
    }

    /// A person vouches: the mail's words and files join the report it claims. Returns that report's number.
    pub async fn attach_claim(&self, viewer: &Viewer, report: &StreamId) -> Asked<String> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Attach)?;
        if record.file.received.claims.is_none() {
            return Err(Refusal::NotThere { thing: "claim" }.into());
        }
        let target = self.claimed_report(viewer, &record).await?;
        if target.file.id == record.file.id {
            return Err(Refusal::NotThere { thing: "claim" }.into());
        }
        let at = self.now();
        let received = &record.file.received;
        let mut kept: Vec<Kept> = Vec::new();
        let mut own_len = 0;
        for blob in std::iter::once(&received.original).chain(&received.attachments) {
            let bytes = self.open_blob(&record, blob).await?;
            own_len = if kept.is_empty() { bytes.len() } else { own_len };
            kept.push(self.keep(&target.key.public, &bytes).await?);
        }
        let mut blobs = kept.iter().map(|one| one.blob.clone());
        let original = blobs.next().ok_or(AskError::NotFound)?;
        let head = FollowedUp {
            received_at: received.received_at,
            language: received.language.clone(),
            reading: received.reading,
            signature: received.signature,
            vouched: Vouched::Person,
            from: Some(report.clone()),
            seen: Vec::new(),
            original,
            attachments: blobs.collect(),
        };
        let mut words = record.words();
        words.attachments.insert(0, own_bytes(&words.sha256, own_len));
        let message = message_of(&words.text, &received.language);
        let joined = vec![
            Said::with(Fact::Report(ReportFact::FollowedUp(Box::new(head))), Words::Report(Box::new(words))),
            // For the team alone: the reporter's page shows only what was proved to be the reporter's.
            Said::with(Fact::Report(ReportFact::Message { message: MessageKind::FromReporter }), message),
        ];
        let decision = Decision::Attached { report: target.file.id.clone() };
        let mut left = vec![Said::bare(Fact::Report(ReportFact::Decided(decision)))];
        left.extend(ended_clocks(&record));
        let small_blobs = self.settle_blobs(kept).await?;
        let actor = viewer.actor();
        let appends = vec![self.following(&target.standing(), &actor, joined, at), self.following(&record.standing(), &actor, left, at)];
        self.commit_decided(Commit { at, appends, small_blobs, ..Commit::default() }).await?;
        Ok(target.number().to_owned())
    }

    /// The mail is put away, with a reason for the team. Its sender hears nothing.
    pub async fn discard_claim(&self, viewer: &Viewer, report: &StreamId, reason: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Discard)?;
        self.claimed_report(viewer, &record).await?;
        let mut said = vec![Said::with(Fact::Report(ReportFact::Decided(Decision::Discarded)), Words::Text(reason.trim().to_owned()))];
        said.extend(ended_clocks(&record));
        self.record_on_report(viewer, &record, said, Vec::new()).await?;
        Ok(())
    }
}

/// What is no report of its own is owed nothing any more.
fn ended_clocks(record: &ReportRecord) -> Vec<Said> {
    let stop = |clock: &wardroom_domain::case::file::Clock| {
        Said::bare(Fact::Report(ReportFact::ClockStopped { clock: clock.start.clock.clone(), by: Milestone::Closed }))
    };
    record.file.clocks.running().map(stop).collect()
}
