//! What somebody orders to be declined together, before it is done: reports by name, those that look like one of them, one reason, and
//! the wording each language reads. The command line and the API order with the same words. Deliberately no act: see [`super::pile`].

use super::pile::MOST;
use crate::asked::Asked;
use crate::house::Desk;
use std::collections::BTreeMap;
use wardroom_domain::Refusal;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::Disposition;
use wardroom_domain::triage::likeness::Likeness;

/// The order.
#[derive(Clone, Debug, Default)]
pub struct PileOrder {
    /// Ids or numbers of reports.
    pub reports: Vec<String>,
    /// Also all waiting reports that look like this one; empty: none.
    pub like: String,
    /// Code of the reason.
    pub reason: String,
    /// One wording for everybody instead of the proposed ones.
    pub message: Option<String>,
}

/// One report of the order.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub report: StreamId,
    pub number: String,
    /// Why it is in it; `None`: it was named.
    pub likeness: Option<Likeness>,
}

/// An order that can be carried out with [`Desk::decline_pile`].
#[derive(Clone, Debug)]
pub struct Pile {
    pub chosen: Vec<Chosen>,
    pub disposition: Disposition,
    /// What reporters read, by language.
    pub wordings: BTreeMap<String, String>,
}

impl Pile {
    /// The streams.
    pub fn reports(&self) -> Vec<StreamId> {
        self.chosen.iter().map(|one| one.report.clone()).collect()
    }
}

impl Desk {
    /// Finds who is meant and what they would read.
    pub async fn pile_ordered(&self, viewer: &Viewer, order: &PileOrder) -> Asked<Pile> {
        let wrong = || Refusal::FieldWrong { field: "reason", why: "not a reason to decline".to_owned() };
        let disposition = Disposition::parse(&order.reason).filter(|one| Disposition::DECLINE.contains(one)).ok_or_else(wrong)?;
        if order.reports.len() > MOST {
            return Err(Refusal::FieldWrong { field: "reports", why: format!("more than {MOST} at once") }.into());
        }
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut wordings = BTreeMap::new();
        for id in &order.reports {
            let report = self.find(viewer, id).await?;
            let record = self.must_report(viewer, &report).await?;
            self.word(&mut wordings, &record.file.received.language, disposition, order.message.as_deref());
            if !chosen.iter().any(|one| one.report == report) {
                chosen.push(Chosen { report, number: record.number().to_owned(), likeness: None });
            }
        }
        if !order.like.trim().is_empty() {
            let like = self.find(viewer, &order.like).await?;
            for one in self.pile_like(viewer, &like).await? {
                // The same sender alone is no reason to decline somebody's other report.
                if one.likeness == Some(Likeness::SameSender) || chosen.iter().any(|known| known.report == one.row.row.id) {
                    continue;
                }
                self.word(&mut wordings, &one.row.row.language, disposition, order.message.as_deref());
                chosen.push(Chosen { report: one.row.row.id, number: one.row.row.number, likeness: one.likeness });
            }
        }
        match chosen.is_empty() {
            true => Err(Refusal::FieldNeeded { field: "reports" }.into()),
            false => Ok(Pile { chosen, disposition, wordings }),
        }
    }

    fn word(&self, wordings: &mut BTreeMap<String, String>, language: &str, disposition: Disposition, own: Option<&str>) {
        let proposed = || match disposition {
            Disposition::Spam => String::new(),
            other => self.decline_wording(other, language),
        };
        wordings.entry(language.to_owned()).or_insert_with(|| own.map_or_else(proposed, str::to_owned));
    }
}
