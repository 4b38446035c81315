//! The deadline watch: a clock that ran past its due instant is recorded as breached. A breach cannot be erased; its reason is asked for.

use super::Worker;
use crate::ports::store::{Commit, CommitError, StoreTrouble};
use crate::record::Said;
use wardroom_domain::case::consequences;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact};
use wardroom_domain::log::{Actor, StreamKind};
use wardroom_domain::people::Viewer;

impl Worker {
    /// Removes uploads and drafts that nobody touches any more. Returns how many files went.
    pub async fn sweep_once(&self) -> Result<u64, StoreTrouble> {
        self.desk.sweep_arrivals().await
    }

    /// Records breaches that have happened. Returns how many.
    pub async fn deadlines_once(&self) -> Result<usize, StoreTrouble> {
        let now = self.desk.now();
        let viewer = Viewer::house();
        let mut recorded = 0;
        let mut streams: Vec<_> = self.desk.store.clocks_due(now, 200).await?.into_iter().map(|row| row.stream).collect();
        streams.dedup();
        for stream in streams {
            let append = match stream.kind() {
                StreamKind::Report => {
                    let Some(report) = self.desk.report_record(&viewer, &stream).await? else { continue };
                    let said: Vec<Said> = consequences::breaches(&report.file.clocks, now)
                        .into_iter()
                        .map(|(clock, due_at)| Said::bare(Fact::Report(ReportFact::ClockBreached { clock, due_at })))
                        .collect();
                    recorded += said.len();
                    (!said.is_empty()).then(|| self.desk.following(&report.standing(), &Actor::House, said, now))
                }
                StreamKind::Case => {
                    let Some(case) = self.desk.case_record(&viewer, &stream).await? else { continue };
                    let said: Vec<Said> = consequences::breaches(&case.file.clocks, now)
                        .into_iter()
                        .map(|(clock, due_at)| Said::bare(Fact::Case(CaseFact::ClockBreached { clock, due_at })))
                        .collect();
                    recorded += said.len();
                    (!said.is_empty()).then(|| self.desk.following(&case.standing(), &Actor::House, said, now))
                }
                StreamKind::Org | StreamKind::Advisory => None,
            };
            let Some(append) = append else { continue };
            match self.desk.store.commit(Commit { at: now, appends: vec![append], ..Commit::default() }).await {
                Ok(_) | Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Trouble(trouble)) => return Err(trouble),
                Err(other) => return Err(StoreTrouble::new(other.to_string())),
            }
        }
        Ok(recorded)
    }
}
