//! An advisory as the desk shows it.

use crate::asked::Asked;
use crate::case_page::Line;
use crate::house::Desk;
use crate::ports::store::AdvisoryRow;
use crate::reading::AdvisoryRecord;
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryContent, Override, content_hash, lacks};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;

pub struct AdvisoryPage {
    pub record: AdvisoryRecord,
    pub case_number: String,
    /// What would be published now.
    pub content: AdvisoryContent,
    pub hash: String,
    /// What people wrote, field by field, as recorded last.
    pub fields: super::editor::Sheet,
    /// Where it says something else than the case.
    pub overrides: Vec<Override>,
    /// Codes of what is missing (`lacks-<code>`).
    pub lacks: Vec<&'static str>,
    /// The approval stands for exactly this content.
    pub approval_stands: bool,
    pub embargo: wardroom_domain::communication::EmbargoState,
    pub embargo_ends: Option<jiff::Timestamp>,
    pub offered: Vec<AdvisoryAsk>,
    /// The viewer wrote or edited this version and so may not approve it.
    pub is_writer: bool,
    pub timeline: Vec<Line>,
}

/// A row of the desk's advisory list with its title opened.
#[derive(Clone, Debug)]
pub struct AdvisoryListRow {
    pub row: AdvisoryRow,
    pub title: wardroom_domain::disclosure::Bilingual,
    pub case_number: String,
    /// When a release that two persons confirmed is due.
    pub release_at: Option<jiff::Timestamp>,
    /// A confirmed release did not take place.
    pub held: bool,
}

impl Desk {
    pub async fn advisories(&self, viewer: &Viewer) -> Asked<Vec<AdvisoryListRow>> {
        let mut rows = Vec::new();
        for row in self.store.advisories(viewer).await? {
            let Some(record) = self.advisory_record(viewer, &row.id).await? else { continue };
            let title = super::project::manuscript_of(&record).texts.title;
            let case_number = self.case_record(viewer, &row.case).await?.map(|case| case.file.number).unwrap_or_default();
            let plan = &record.file.plan;
            let release_at = plan.standing().map(|(scheduled, _)| scheduled.release_at);
            rows.push(AdvisoryListRow { row, title, case_number, release_at, held: plan.held.is_some() });
        }
        Ok(rows)
    }

    pub async fn advisory_page(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<AdvisoryPage> {
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let content = self.project(&record, &case);
        let manuscript = super::project::manuscript_of(&record);
        let hash = content_hash(&content);
        let people = self.store.people().await?;
        let timeline = record.entries.iter().map(|entry| crate::case_page::line(&record.file.number, entry, &people)).collect();
        Ok(AdvisoryPage {
            case_number: case.file.number.clone(),
            lacks: lacks(&content),
            fields: super::editor::sheet::of_manuscript(&manuscript),
            overrides: manuscript.overrides,
            approval_stands: record.file.approval.as_ref().is_some_and(|(approved, _)| *approved == hash),
            embargo: case.file.embargo,
            embargo_ends: case.file.terms.as_ref().map(|terms| terms.ends_at),
            offered: record.file.offered(viewer),
            is_writer: record.file.writers.contains(&String::from(viewer.actor())),
            timeline,
            content,
            hash,
            record,
        })
    }
}
