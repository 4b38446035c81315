//! Operating: `verify` over stored data (storage, chain, projections, and the invariants of the law), and the health of every door.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{Findings, StoreTrouble};
use serde::Serialize;
use std::collections::BTreeMap;
use wardroom_domain::case::{CaseFile, ReportFile, invariants};
use wardroom_domain::disclosure::AdvisoryFile;
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId, StreamKind};
use wardroom_domain::people::Viewer;

/// How many facts are read at a time.
const PAGE: u32 = 2_000;

impl Desk {
    /// Every check of stored data: what the store can tell, then the invariants between machines, then that words open.
    pub async fn verify(&self) -> Result<Findings, StoreTrouble> {
        let mut findings = self.store.verify().await?;
        let streams = self.all_streams().await?;
        let mut looked = [0u64; 3];
        for (stream, facts) in &streams {
            let (index, broken) = match stream.kind() {
                StreamKind::Report => {
                    (0, ReportFile::fold(facts).map(|file| invariants::linked_reports_have_cases(&file).into_iter().collect()))
                }
                StreamKind::Case => (1, CaseFile::fold(facts).map(|file| invariants::of_case(&file, facts))),
                StreamKind::Advisory => {
                    (2, AdvisoryFile::fold(facts).map(|file| invariants::i13_published_is_approved(&file, facts).into_iter().collect()))
                }
                StreamKind::Org => continue,
            };
            looked[index] += 1;
            match broken {
                Some(broken) => findings.broken.extend(broken.into_iter().map(|sentence: String| ("invariant".to_owned(), sentence))),
                None => findings.broken.push(("history".to_owned(), format!("{stream} does not begin as such a stream must"))),
            }
        }
        for (stream, facts) in &streams {
            self.check_links(stream, facts, &streams, &mut findings);
        }
        let names = ["reports", "cases", "advisories"];
        findings.looked_at.extend(names.iter().zip(looked).map(|(name, count)| ((*name).to_owned(), count)));
        Ok(findings)
    }

    /// A linked report and its case name each other; a published advisory and its case do.
    fn check_links(
        &self,
        stream: &StreamId,
        facts: &[Recorded<Fact>],
        streams: &BTreeMap<StreamId, Vec<Recorded<Fact>>>,
        findings: &mut Findings,
    ) {
        if stream.kind() != StreamKind::Report {
            return;
        }
        let Some(case) = ReportFile::fold(facts).and_then(|file| file.case) else { return };
        let named = streams.get(&case).and_then(|facts| CaseFile::fold(facts)).is_some_and(|file| file.reports.contains(stream));
        if !named {
            findings.broken.push(("half".to_owned(), format!("{stream} says it belongs to {case}, which does not know it")));
        }
    }

    async fn all_streams(&self) -> Result<BTreeMap<StreamId, Vec<Recorded<Fact>>>, StoreTrouble> {
        let viewer = Viewer::house();
        let mut streams: BTreeMap<StreamId, Vec<Recorded<Fact>>> = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = self.store.facts_after(&viewer, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(streams) };
            after = last.recorded.seq;
            for stored in page {
                streams.entry(stored.recorded.stream.clone()).or_default().push(stored.recorded);
            }
        }
    }

    /// What the health page and `doctor` show.
    pub async fn health(&self) -> Asked<Health> {
        let now = self.now();
        let jobs = self.store.jobs(500).await?;
        let overdue = self.store.overdue(now).await?;
        let keys = self.maker().keys.iter().filter(|key| !key.retired).map(|key| key.fingerprint.clone()).collect();
        let count = |state: &str| jobs.iter().filter(|job| job.state == state).count() as u64;
        Ok(Health {
            facts: self.store.head().await?.size,
            doors: self.door_states().await?,
            jobs_waiting: count("waiting") + count("leased"),
            jobs_failed: count("failed"),
            overdue,
            active_keys: keys,
            key_alarms: self.key_alarms(),
        })
    }
}

/// How each promise-bearing thing is doing.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    pub facts: u64,
    pub doors: Vec<crate::doors::DoorState>,
    pub jobs_waiting: u64,
    pub jobs_failed: u64,
    /// Running clocks past their due instant.
    pub overdue: u64,
    pub active_keys: Vec<String>,
    /// Keys in front that end within 90 days or have ended.
    pub key_alarms: Vec<crate::keys::life::KeyAlarm>,
}
