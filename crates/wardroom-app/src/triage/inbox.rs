//! The inbox: reports that wait for a decision, nearest due first, with their titles opened for the viewer.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{InboxQuery, ReportRow};
use crate::promises::{self, Promise};
use crate::reading::{PlainBytes, ReportRecord};
use crate::triage::claims::OpenClaim;
use crate::validation::candidates::Asker;
use crate::validation::described;
use wardroom_domain::facts::Words;
use wardroom_domain::intake::{Door, Reading, ReportWords};
use wardroom_domain::log::StreamId;
use wardroom_domain::machine;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{TRANSITIONS, TriageAsk};
use wardroom_domain::validation::Candidate;

/// A row with its words.
#[derive(Clone, Debug)]
pub struct InboxRow {
    pub row: ReportRow,
    pub words: ReportWords,
}

/// Everything the page of one report needs.
pub struct ReportPage {
    pub record: ReportRecord,
    pub words: ReportWords,
    /// The number of its case, when it has one.
    pub case_number: Option<String>,
    /// The buttons: made from the transition table and the viewer's roles.
    pub offered: Vec<TriageAsk>,
    pub promises: Vec<Promise>,
    /// Earlier cases that look alike.
    pub candidates: Vec<Candidate>,
    /// Unconfirmed mail that claims this report.
    pub claims: Vec<OpenClaim>,
}

impl Desk {
    /// Rows of the inbox. A viewer without the right sees the same as where nothing is.
    pub async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Asked<Vec<InboxRow>> {
        viewer.demand(Act::ReadInbox)?;
        let mut rows = Vec::new();
        for row in self.store.inbox(viewer, query).await? {
            // What was encrypted in a form or by a program, or lay in a file, was read after it was received.
            let read_later =
                |words: &ReportWords| row.door != Door::Mail && (row.reading != Reading::Clear || words.text.trim().is_empty());
            let words = match self.open_row(&row.id, "report.received", row.words.as_ref()).await {
                Some(Words::Report(words)) if read_later(&words) => self.must_report(viewer, &row.id).await?.words(),
                Some(Words::Report(words)) => *words,
                _ => ReportWords::default(),
            };
            rows.push(InboxRow { row, words });
        }
        Ok(rows)
    }

    /// One report, with what may be done with it.
    pub async fn report_page(&self, viewer: &Viewer, report: &StreamId) -> Asked<ReportPage> {
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        let case_number = match &record.file.case {
            Some(case) => self.case_record(viewer, case).await?.map(|case| case.file.number),
            None => None,
        };
        let zone = self.profile().zone();
        let now = self.now();
        let promises = record.file.clocks.0.iter().map(|clock| promises::promise(clock, &zone, now)).collect();
        let mut offered = machine::offered(TRANSITIONS, record.file.state, viewer);
        if record.file.received.claims.is_none() {
            offered.retain(|ask| !matches!(ask, TriageAsk::Attach | TriageAsk::Discard));
        }
        let claims = self.open_claims(viewer, std::slice::from_ref(&record.file.id)).await?;
        let candidates = match record.file.state.is_waiting() {
            true => self.candidates(viewer, &described::of_report(&words), &Asker::report(report), 5).await?.candidates,
            false => Vec::new(),
        };
        Ok(ReportPage { claims, record, words, case_number, offered, promises, candidates })
    }

    /// The original bytes of a report, as they came in.
    pub async fn original(&self, viewer: &Viewer, report: &StreamId) -> Asked<Vec<u8>> {
        viewer.demand(Act::ReadInbox)?;
        let record = self.must_report(viewer, report).await?;
        self.open_blob(&record, &record.file.received.original).await
    }

    /// The same as a stream, with its length.
    pub async fn original_stream(&self, viewer: &Viewer, report: &StreamId) -> Asked<(u64, PlainBytes)> {
        viewer.demand(Act::ReadInbox)?;
        let record = self.must_report(viewer, report).await?;
        self.blob_whole(&record, &record.file.received.original).await
    }

    /// One attachment as a stream, by its place, with its name and its length: nothing of it is held longer than it takes to send.
    pub async fn attachment_stream(&self, viewer: &Viewer, report: &StreamId, index: usize) -> Asked<(String, Option<u64>, PlainBytes)> {
        viewer.demand(Act::ReadInbox)?;
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        let blob = record.file.received.attachments.get(index).ok_or(AskError::NotFound)?;
        let about = words.attachments.get(index);
        let name = about.map_or_else(|| format!("attachment-{index}"), |about| about.name.clone());
        let length = about.map(|about| about.len);
        Ok((name, length, self.blob_stream(&record, blob, length.unwrap_or_default()).await?))
    }

    /// One attachment, by its place, with its name and type.
    pub async fn attachment(&self, viewer: &Viewer, report: &StreamId, index: usize) -> Asked<(String, String, Vec<u8>)> {
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        let blob = record.file.received.attachments.get(index).ok_or(AskError::NotFound)?;
        let (name, media_type) = match words.attachments.get(index) {
            Some(about) => (about.name.clone(), about.media_type.clone()),
            None => (format!("attachment-{index}"), "application/octet-stream".to_owned()),
        };
        let bytes = self.open_blob(&record, blob).await?;
        Ok((name, media_type, bytes))
    }
}
