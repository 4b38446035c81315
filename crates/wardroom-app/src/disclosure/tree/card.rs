//! What lists say of one advisory: enough for a row, an item of a feed and a line of thanks, so that no list has to read an advisory again.

use super::input::{Release, language_of};
use super::world::PublicAdvisory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryKind, AdvisoryScore, Bilingual, EndingKind, Exploitation};
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_formats::csaf::input::Credit;

/// One advisory in short, in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub number: String,
    pub title: Bilingual,
    pub summary: Bilingual,
    /// The language of the machine document: `en` or `zh-CN`.
    pub language: String,
    /// The worst score, if anything is scored.
    pub worst: Option<AdvisoryScore>,
    pub cves: Vec<String>,
    /// (id, name)
    pub products: Vec<(String, String)>,
    pub remedy: Remedy,
    /// How it was taken back, if it was.
    pub ended: Option<EndingKind>,
    /// Verified, or an early notice.
    #[serde(default)]
    pub kind: AdvisoryKind,
    #[serde(default)]
    pub exploitation: Exploitation,
    /// What readers find in their language: title and summary are there.
    #[serde(default)]
    pub languages: Languages,
    pub version: u32,
    /// When the first version was released.
    pub first: Timestamp,
    /// When the version in force was released.
    pub released: Timestamp,
    /// When anything last changed.
    pub changed: Timestamp,
    pub credits: Vec<String>,
    /// Below the folder of its label: `2026/example-sa-2026-0001.json`.
    pub document: String,
}

/// In which languages it can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Languages {
    pub en: bool,
    pub zh: bool,
}

impl Languages {
    fn of(content: &AdvisoryContent) -> Languages {
        let texts = [&content.texts.title, &content.texts.summary];
        let all = |half: fn(&Bilingual) -> &str| texts.iter().all(|text| text.is_empty() || !half(text).trim().is_empty());
        Languages { en: all(|text| &text.en), zh: all(|text| &text.zh) }
    }
}

/// What there is against all of it together: a fix counts only when every affected product has one that can be installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    #[default]
    None,
    Fixed,
    VendorFix,
    Mitigation,
    Workaround,
    FixPlanned,
    UnderInvestigation,
}

impl Card {
    /// `None` when nothing of it is published.
    pub fn of(advisory: &PublicAdvisory) -> Option<Card> {
        let latest = advisory.latest()?;
        let content = &latest.content;
        Some(Card {
            number: advisory.number.clone(),
            title: content.texts.title.clone(),
            summary: content.texts.summary.clone(),
            language: language_of(content).to_owned(),
            worst: content.worst().cloned(),
            cves: content.vulnerabilities.iter().map(|one| one.cve.clone()).filter(|cve| !cve.is_empty()).collect(),
            products: content.products.iter().map(|product| (product.id.clone(), product.name.clone())).collect(),
            remedy: Remedy::of(content),
            ended: content.ended(),
            kind: content.texts.kind,
            exploitation: content.exploitation,
            languages: Languages::of(content),
            version: latest.version,
            first: advisory.first_released().unwrap_or(latest.released_at),
            released: latest.released_at,
            changed: advisory.changed_at().unwrap_or(latest.released_at),
            credits: content.texts.credits.iter().map(|line| Credit::read(line).name.to_owned()).collect(),
            document: Release::of(latest).document_path(),
        })
    }
}

impl Remedy {
    fn of(content: &AdvisoryContent) -> Remedy {
        let impacts = || content.vulnerabilities.iter().flat_map(|one| &one.impacts);
        let open = impacts().filter(|impact| impact.status == ImpactStatus::Affected && impact.fixed_in.is_empty()).count();
        let any_fixed = impacts().any(|impact| impact.status == ImpactStatus::Fixed || !impact.fixed_in.is_empty());
        let plans = || content.vulnerabilities.iter().flat_map(|one| &one.remediations);
        let has = |kind| plans().any(|one| one.kind == kind && !one.planned);
        let planned = plans().any(|one| one.planned);
        if open == 0 && any_fixed && !planned {
            Remedy::Fixed
        } else if has(PlanKind::Fix) {
            Remedy::VendorFix
        } else if has(PlanKind::Mitigation) {
            Remedy::Mitigation
        } else if has(PlanKind::Workaround) {
            Remedy::Workaround
        } else if planned {
            Remedy::FixPlanned
        } else if impacts().any(|impact| impact.status == ImpactStatus::UnderInvestigation) {
            Remedy::UnderInvestigation
        } else {
            Remedy::None
        }
    }
}
