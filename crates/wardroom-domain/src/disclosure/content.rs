//! What an advisory says: projected from the case plus a few written texts. One source for every format.
//! Its hash is what an approval binds to (I13), so field order and serialisation are part of the contract.

use super::super::products::{Marks, Product};
use super::level::Level;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A text in both languages; empty means not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub zh: String,
}

impl Bilingual {
    pub fn new(en: &str, zh: &str) -> Bilingual {
        Bilingual { en: en.to_owned(), zh: zh.to_owned() }
    }

    /// The text in the language asked for (`zh` or anything else), else the other one.
    pub fn text(&self, language: &str) -> &str {
        let (first, second) = if language.starts_with("zh") { (&self.zh, &self.en) } else { (&self.en, &self.zh) };
        if first.trim().is_empty() { second } else { first }
    }

    pub fn is_empty(&self) -> bool {
        self.en.trim().is_empty() && self.zh.trim().is_empty()
    }
}

/// What is published. An advisory and an early notice tell of vulnerabilities; the other two of what happened, or of what is to be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdvisoryKind {
    /// Verified.
    #[default]
    Advisory,
    /// Early: not the last word, so a score and what to do may follow.
    Notice,
    /// The answer to something that happened: an incident with a product, a document or product found where it should not be.
    Incident,
    /// Something to know: a flaw in a security document, an answer to public talk.
    Information,
}

impl AdvisoryKind {
    pub const ALL: [AdvisoryKind; 4] = [AdvisoryKind::Advisory, AdvisoryKind::Notice, AdvisoryKind::Incident, AdvisoryKind::Information];

    pub const fn as_str(self) -> &'static str {
        match self {
            AdvisoryKind::Advisory => "advisory",
            AdvisoryKind::Notice => "notice",
            AdvisoryKind::Incident => "incident",
            AdvisoryKind::Information => "information",
        }
    }

    pub fn parse(text: &str) -> Option<AdvisoryKind> {
        AdvisoryKind::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether the case's vulnerabilities are part of it.
    pub const fn tells_vulnerabilities(self) -> bool {
        match self {
            AdvisoryKind::Advisory | AdvisoryKind::Notice => true,
            AdvisoryKind::Incident | AdvisoryKind::Information => false,
        }
    }
}

/// How an advisory stops being in force. What says so is a version like any other: written, reviewed, approved by a second person, published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// It was wrong or was never to be published: nobody should act on it any more.
    Withdrawn,
    /// Others say it now.
    Superseded,
}

impl EndingKind {
    pub const ALL: [EndingKind; 2] = [EndingKind::Withdrawn, EndingKind::Superseded];

    pub const fn as_str(self) -> &'static str {
        match self {
            EndingKind::Withdrawn => "withdrawn",
            EndingKind::Superseded => "superseded",
        }
    }

    pub fn parse(text: &str) -> Option<EndingKind> {
        EndingKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What the maker knows of attacks when a version is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exploitation {
    /// Nothing is said: versions from before this was told.
    #[default]
    Unsaid,
    NoneKnown,
    /// Anybody can have a program that does it; attacks are not known.
    ExploitPublic,
    /// Attacks were seen.
    Attacked,
}

impl Exploitation {
    pub const ALL: [Exploitation; 4] = [Exploitation::Attacked, Exploitation::ExploitPublic, Exploitation::NoneKnown, Exploitation::Unsaid];

    pub const fn as_str(self) -> &'static str {
        match self {
            Exploitation::Unsaid => "unsaid",
            Exploitation::NoneKnown => "none_known",
            Exploitation::ExploitPublic => "exploit_public",
            Exploitation::Attacked => "attacked",
        }
    }

    pub fn is_unsaid(&self) -> bool {
        *self == Exploitation::Unsaid
    }
}

/// The last word of an advisory: public like every text of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub kind: EndingKind,
    /// Why, for its readers.
    #[serde(default)]
    pub reason: Bilingual,
    /// Numbers of the advisories that say it now, for `Superseded`: `CALTERAH-SA-2026-0007`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
}

/// The few things a person writes; everything else is projected from the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisoryTexts {
    pub kind: AdvisoryKind,
    /// Whom it is for. What is not for everybody is never published.
    #[serde(default, skip_serializing_if = "Level::is_clear")]
    pub level: Level,
    pub title: Bilingual,
    pub summary: Bilingual,
    /// What the reader should do now.
    pub action: Bilingual,
    /// By when, and until when this holds: "before 1 February, when details are published".
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub until: Bilingual,
    /// How the finder is credited, as agreed; one entry per party.
    #[serde(default)]
    pub credits: Vec<String>,
    /// External references: (what it is, https URL).
    #[serde(default)]
    pub references: Vec<(String, String)>,
    /// What changed with this version; for the first one "initial publication".
    #[serde(default)]
    pub change: Bilingual,
    /// Set in the version that takes the advisory back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Translations that were made from an older source (`title_zh`, `V1.description_en`), so that readers of that language are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outdated: Vec<String>,
}

/// A product as the advisory names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisoryProduct {
    pub id: String,
    pub name: String,
    pub family: String,
    pub cpe: String,
    pub purl: String,
    /// Who makes it, where that is not the publisher.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
}

impl From<&Product> for AdvisoryProduct {
    fn from(product: &Product) -> AdvisoryProduct {
        AdvisoryProduct {
            id: product.id.clone(),
            name: product.name.clone(),
            family: product.family.clone(),
            cpe: product.cpe.clone(),
            purl: product.purl.clone(),
            vendor: product.vendor.clone(),
            marks: product.marks.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryScore {
    pub version: String,
    pub vector: String,
    pub score: f64,
    pub severity: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisoryImpact {
    /// `AdvisoryProduct::id`.
    pub product: String,
    pub status: crate::remediation::ImpactStatus,
    pub versions: String,
    pub fixed_in: String,
    /// VEX justification for `not_affected`, or empty.
    pub justification: String,
    /// Revisions of the hardware this is about; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<String>,
}

impl AdvisoryImpact {
    /// The versions as written, with the hardware revisions where only some are meant: `< 2.5 (A, B)`.
    pub fn versions_told(&self) -> String {
        crate::remediation::versions_told(&self.versions, &self.hardware)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisoryRemediation {
    pub kind: crate::remediation::PlanKind,
    pub text: Bilingual,
    pub url: String,
    /// Product ids it is for; empty: all affected.
    pub products: Vec<String>,
    /// A fix that is worked on: there is nothing to install yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub planned: bool,
    /// Since when users can get it, as recorded in the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<jiff::Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryVulnerability {
    /// `V1`, `V2`: stable within the advisory.
    pub id: String,
    pub cve: String,
    /// `GCVE-1337-2026-48211`, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gcve: String,
    /// CNA tags of its record that follow from the products: `unsupported-when-assigned`, `exclusively-hosted-service`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    pub title: String,
    pub description: String,
    /// In Chinese, where the other is in English; empty: there is only the one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title_zh: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description_zh: String,
    pub cwe: String,
    pub scores: Vec<AdvisoryScore>,
    pub impacts: Vec<AdvisoryImpact>,
    pub remediations: Vec<AdvisoryRemediation>,
}

impl AdvisoryVulnerability {
    /// The title in the language asked for, else in the one there is.
    pub fn title_in(&self, language: &str) -> &str {
        if language.starts_with("zh") && !self.title_zh.is_empty() { &self.title_zh } else { &self.title }
    }

    /// The description in the language asked for, else in the one there is.
    pub fn description_in(&self, language: &str) -> &str {
        if language.starts_with("zh") && !self.description_zh.is_empty() { &self.description_zh } else { &self.description }
    }
}

/// One earlier published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub version: u32,
    pub released_at: jiff::Timestamp,
    pub change: Bilingual,
}

/// The whole advisory as approved and published. Nothing in it names a case, a report or a person of the team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryContent {
    /// `CALTERAH-SA-2026-0001`.
    pub id: String,
    /// The version this content becomes when published, from 1.
    pub version: u32,
    pub texts: AdvisoryTexts,
    pub products: Vec<AdvisoryProduct>,
    pub vulnerabilities: Vec<AdvisoryVulnerability>,
    /// Of any of the vulnerabilities: the case does not tell which.
    #[serde(default, skip_serializing_if = "Exploitation::is_unsaid")]
    pub exploitation: Exploitation,
    /// Versions published before this one, oldest first.
    pub revisions: Vec<Revision>,
}

impl AdvisoryContent {
    /// How it stops being in force with this version, if it does.
    pub fn ended(&self) -> Option<EndingKind> {
        self.texts.ending.as_ref().map(|ending| ending.kind)
    }

    /// The highest score by any scheme, with its severity word; `None` when nothing is scored.
    pub fn worst(&self) -> Option<&AdvisoryScore> {
        let scores = self.vulnerabilities.iter().flat_map(|one| one.scores.iter());
        scores.max_by(|a, b| a.score.total_cmp(&b.score))
    }
}

/// SHA-256 over the content's JSON in field order, lower-case hex. Two contents have one hash only if every field is equal.
pub fn content_hash(content: &AdvisoryContent) -> String {
    // Serialising plain structs of strings and numbers cannot fail; should it ever, the empty text hashes to something no content has.
    let json = serde_json::to_vec(content).unwrap_or_default();
    Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What must be there before an advisory goes to review: codes for message keys `lacks-<code>`.
/// A version that takes the advisory back states nothing new, so it needs a reason, and what replaces it where something does.
pub fn lacks(content: &AdvisoryContent) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if content.texts.title.is_empty() {
        lacks.push("title");
    }
    if let Some(ending) = &content.texts.ending {
        if ending.reason.is_empty() {
            lacks.push("reason");
        }
        if ending.kind == EndingKind::Superseded && ending.by.is_empty() {
            lacks.push("replaced_by");
        }
        return lacks;
    }
    if content.texts.summary.is_empty() {
        lacks.push("summary");
    }
    if content.version > 1 && content.texts.change.is_empty() {
        lacks.push("change");
    }
    if !content.texts.kind.tells_vulnerabilities() {
        return lacks;
    }
    let early = content.texts.kind == AdvisoryKind::Notice;
    if content.vulnerabilities.is_empty() {
        lacks.push("vulnerability");
    }
    if content.products.is_empty() {
        lacks.push("product");
    }
    if content.vulnerabilities.iter().any(|one| one.description.trim().is_empty()) {
        lacks.push("description");
    }
    if !early && content.vulnerabilities.iter().any(|one| one.scores.is_empty()) {
        lacks.push("score");
    }
    if content.vulnerabilities.iter().any(|one| one.impacts.is_empty()) {
        lacks.push("impact");
    }
    let undecided = content.vulnerabilities.iter().flat_map(|one| &one.impacts);
    if undecided.into_iter().any(|one| one.status == crate::remediation::ImpactStatus::NotAffected && one.justification.is_empty()) {
        lacks.push("justification");
    }
    let affected =
        |one: &&AdvisoryVulnerability| one.impacts.iter().any(|impact| impact.status == crate::remediation::ImpactStatus::Affected);
    if !early && content.vulnerabilities.iter().filter(affected).any(|one| one.remediations.is_empty()) {
        lacks.push("remediation");
    }
    lacks
}
