//! A report or case beside one candidate: what the page with both shows. Everything here was read for the viewer; a candidate that is not there for him or her is not found.

use super::candidates::{Asker, Close, LEAST};
use super::described;
use crate::asked::{AskError, Asked};
use crate::house::Desk;
use jiff::Timestamp;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_domain::validation::{Candidate, Corpus, PublicCandidate, Relation};
pub use wardroom_similar::{Agreement, Aligned, Aspect, Told};
use wardroom_similar::{Described, align, marked};

/// Candidates one can walk through; the page says that they are the nearest where none is above [`LEAST`].
const WALKED: usize = 10;

/// One side.
pub struct Side {
    pub stream: StreamId,
    pub number: String,
    pub title: String,
    /// When the report came in, or the case was opened.
    pub at: Timestamp,
    /// The text in pieces, what the other side says too marked.
    pub text: Vec<Told>,
}

/// The candidate that is looked at.
pub struct Facing {
    pub side: Side,
    pub candidate: Candidate,
    pub rows: Vec<Aligned>,
    /// Passages that stand in both.
    pub passages: Vec<(String, String)>,
    pub relation: Option<Relation>,
}

/// The page.
pub struct Beside {
    pub mine: Side,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// How many cases were compared with.
    pub cases: u64,
    pub facing: Option<Facing>,
    /// The best of what is public, and everything that was compared with.
    pub public: Vec<PublicCandidate>,
    pub corpora: Vec<Corpus>,
    /// What was said of others: number of the case.
    pub said: Vec<(String, Relation)>,
    /// It waits for a decision and may be linked (a report), or its check may be recorded (a case).
    pub open: bool,
}

impl Desk {
    /// `with`: number of the case to look at; empty for the best candidate.
    pub async fn beside(&self, viewer: &Viewer, stream: &StreamId, with: &str) -> Asked<Beside> {
        match stream.kind() {
            StreamKind::Report => {
                let record = self.must_report(viewer, stream).await?;
                let words = record.words();
                let mine = Side {
                    stream: stream.clone(),
                    number: record.number().to_owned(),
                    title: words.title.clone(),
                    at: record.file.received.received_at,
                    text: Vec::new(),
                };
                let mut asker = Asker::report(stream);
                asker.streams.extend(record.file.case.as_ref().map(StreamId::as_str));
                self.side_by_side(viewer, mine, &described::of_report(&words), &asker, with, (record.file.state.is_waiting(), None)).await
            }
            StreamKind::Case => {
                let record = self.must_case(viewer, stream).await?;
                let mine = Side {
                    stream: stream.clone(),
                    number: record.file.number.clone(),
                    title: record.title(),
                    at: record.file.opened_at,
                    text: Vec::new(),
                };
                let what = self.case_described(&record).await?;
                self.side_by_side(viewer, mine, &what, &Asker::case(&record), with, (true, record.file.advisory.as_ref())).await
            }
            StreamKind::Org | StreamKind::Advisory => Err(AskError::NotFound),
        }
    }

    async fn side_by_side(
        &self,
        viewer: &Viewer,
        mut mine: Side,
        what: &Described,
        asker: &Asker<'_>,
        with: &str,
        (open, own_advisory): (bool, Option<&StreamId>),
    ) -> Asked<Beside> {
        let looked = self.nearest(viewer, what, asker, WALKED).await?;
        let wanted = match with.trim() {
            "" => looked.candidates.first().map(|one| one.case.clone()),
            named => {
                let case = self.find(viewer, named).await?;
                // Not there for this viewer, not a case, or not read yet: the same answer.
                self.must_case(viewer, &case).await?;
                Some(case)
            }
        };
        let facing = match wanted {
            Some(case) => {
                let close = self.close(viewer, what, asker, &case).await?.ok_or(AskError::NotFound)?;
                let [left, right] = marked(what, &close.what);
                mine.text = left;
                Some(self.facing(viewer, what, close, right).await?)
            }
            None => {
                mine.text = vec![Told { text: what.text.clone(), shared: false }];
                None
            }
        };
        let said = self.relations(viewer, asker).await?;
        let (public, mut corpora) = self.public_candidates(viewer, what, own_advisory, 5).await?;
        corpora.insert(0, Corpus { name: "cases".to_owned(), records: looked.cases, as_of: String::new() });
        Ok(Beside { mine, candidates: looked.candidates, cases: looked.cases, facing, public, corpora, said, open })
    }

    async fn facing(&self, viewer: &Viewer, what: &Described, close: Close, text: Vec<Told>) -> Asked<Facing> {
        let record = self.must_case(viewer, &close.candidate.case).await?;
        let side = Side {
            stream: close.candidate.case.clone(),
            number: record.file.number.clone(),
            title: record.title(),
            at: record.file.opened_at,
            text,
        };
        Ok(Facing { side, rows: align(what, &close.what), passages: close.passages, relation: close.relation, candidate: close.candidate })
    }
}

/// True when a score is one that is proposed elsewhere too; below it, a candidate is merely the nearest.
pub fn proposed(score: f64) -> bool {
    score >= f64::from(LEAST)
}
