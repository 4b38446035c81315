//! Operating: `verify` over stored data (storage, chain, projections, and the invariants of the law), and the health of every door.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{Findings, StoreTrouble};
use serde::Serialize;
use std::collections::HashSet;
use wardroom_domain::case::{CaseFile, ReportFile, invariants};
use wardroom_domain::disclosure::AdvisoryFile;
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId, StreamKind};

/// The invariants between machines, asked of one stream after the other. Of all streams is kept who names whom, no more.
#[derive(Default)]
struct Law {
    reports: u64,
    cases: u64,
    advisories: u64,
    broken: Vec<(String, String)>,
    /// Reports with the case they say they belong to.
    linked: Vec<(StreamId, StreamId)>,
    /// Reports with the case that names them.
    named: HashSet<(StreamId, StreamId)>,
}

impl Law {
    fn look_at(&mut self, stream: &StreamId, facts: &[Recorded<Fact>]) {
        let broken: Option<Vec<String>> = match stream.kind() {
            StreamKind::Report => {
                self.reports += 1;
                ReportFile::fold(facts).map(|file| {
                    self.linked.extend(file.case.iter().map(|case| (stream.clone(), case.clone())));
                    invariants::linked_reports_have_cases(&file).into_iter().collect()
                })
            }
            StreamKind::Case => {
                self.cases += 1;
                CaseFile::fold(facts).map(|file| {
                    self.named.extend(file.reports.iter().map(|report| (report.clone(), stream.clone())));
                    invariants::of_case(&file, facts)
                })
            }
            StreamKind::Advisory => {
                self.advisories += 1;
                AdvisoryFile::fold(facts).map(|file| {
                    let approved = invariants::i13_published_is_approved(&file, facts);
                    approved.into_iter().chain(invariants::moments_were_confirmed(&file, facts)).collect()
                })
            }
            StreamKind::Org => return,
        };
        match broken {
            Some(broken) => self.broken.extend(broken.into_iter().map(|sentence| ("invariant".to_owned(), sentence))),
            None => self.broken.push(("history".to_owned(), format!("{stream} does not begin as such a stream must"))),
        }
    }

    fn conclude(self, findings: &mut Findings) {
        findings.broken.extend(self.broken);
        for link in self.linked.iter().filter(|link| !self.named.contains(link)) {
            let (report, case) = link;
            findings.broken.push(("half".to_owned(), format!("{report} says it belongs to {case}, which does not know it")));
        }
        let looked = [("reports", self.reports), ("cases", self.cases), ("advisories", self.advisories)];
        findings.looked_at.extend(looked.map(|(name, count)| (name.to_owned(), count)));
    }
}

impl Desk {
    /// Every check of stored data: what the store can tell, and the invariants between machines.
    pub async fn verify(&self) -> Result<Findings, StoreTrouble> {
        let mut law = Law::default();
        let mut findings = self.store.verify_with(&mut |stream, facts| law.look_at(stream, facts)).await?;
        law.conclude(&mut findings);
        Ok(findings)
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
            identifiers_in_trouble: self.identifiers_in_trouble().await?,
            releases_held: self.releases_held().await?,
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
    /// Identifiers the CVE service refused something of, or that are pending for more than a day.
    pub identifiers_in_trouble: u64,
    /// Confirmed releases that did not take place, and about which nobody decided since.
    pub releases_held: u64,
    pub active_keys: Vec<String>,
    /// Keys in front that end within 90 days or have ended.
    pub key_alarms: Vec<crate::keys::life::KeyAlarm>,
}
