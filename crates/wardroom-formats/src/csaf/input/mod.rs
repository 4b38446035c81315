//! What an advisory says, before any format: the one input of every format.
//!
//! It can be kept as JSON (serde); what is optional may be absent there.
//!
//! Not here: where it comes from, whether it may be published, or who approved it. Whoever calls hands in what is cleared.

mod credit;
mod products;
mod vulnerability;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{NoteCategory, PublisherCategory, ReferenceCategory, Status, TlpLabel};
pub use credit::Credit;
pub use products::{GroupInput, Marks, ProductInput, RelationKind, RelationshipInput, Versions};
pub use vulnerability::{ExploitedInput, FlagInput, RemediationInput, Remedy, ScoreInput, StatusInput, ThreatInput, VulnerabilityInput};

/// An advisory in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryInput {
    /// BCP 47 tag of the language the texts are in, like `en` or `zh-CN`.
    pub lang: String,
    /// The language it was written in first, where this is a translation.
    #[serde(default)]
    pub source_lang: Option<String>,
    /// The profile; `None` chooses by content, see [`Category::for_content`].
    #[serde(default)]
    pub category: Option<Category>,
    /// One line.
    pub title: String,
    /// How far it may go.
    pub tlp: Tlp,
    /// Further words about distribution.
    #[serde(default)]
    pub distribution: Option<String>,
    /// Who says it.
    pub publisher: PublisherInput,
    /// Id, version, dates, history.
    pub tracking: TrackingInput,
    /// The texts of the whole advisory: summary, details, general remarks, legal words.
    #[serde(default)]
    pub notes: Vec<NoteInput>,
    /// Every product any vulnerability names.
    #[serde(default)]
    pub products: Vec<ProductInput>,
    /// Products that come of two of them.
    #[serde(default)]
    pub relationships: Vec<RelationshipInput>,
    /// Products under one id.
    #[serde(default)]
    pub groups: Vec<GroupInput>,
    /// What is wrong with them.
    #[serde(default)]
    pub vulnerabilities: Vec<VulnerabilityInput>,
    /// Links of the whole advisory, its own address among them.
    #[serde(default)]
    pub references: Vec<ReferenceInput>,
    /// Thanks for the whole advisory.
    #[serde(default)]
    pub acknowledgments: Vec<AcknowledgmentInput>,
}

impl AdvisoryInput {
    /// Whether this takes back what was published before: withdrawn, or replaced by another advisory.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        matches!(self.category, Some(Category::Withdrawn | Category::Superseded))
    }

    /// The name of a product or of a combination of two, as people read it.
    #[must_use]
    pub fn product_name(&self, id: &str) -> Option<String> {
        let product = self.products.iter().find(|product| product.id == id).map(super::full_name);
        product.or_else(|| self.relationships.iter().find(|one| one.id == id).map(|one| one.name.clone()))
    }

    /// The product a machine can recognise behind an id: itself, or for a combination the part that is in question.
    #[must_use]
    pub fn product(&self, id: &str) -> Option<&ProductInput> {
        let id = self.relationships.iter().find(|one| one.id == id).map_or(id, |one| one.product.as_str());
        self.products.iter().find(|product| product.id == id)
    }

    /// The profile this advisory follows.
    #[must_use]
    pub fn category(&self) -> Category {
        self.category.unwrap_or_else(|| Category::for_content(self))
    }

    /// The text of the first summary note, else of the first note of any kind.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        let summary = self.notes.iter().find(|note| note.category == NoteCategory::Summary);
        summary.or(self.notes.first()).map(|note| note.text.trim()).filter(|text| !text.is_empty())
    }

    /// The gravest score of all vulnerabilities, by its vectors; vectors that cannot be scored do not count.
    #[must_use]
    pub fn gravest(&self) -> Option<crate::cvss::Scored> {
        let vectors = self.vulnerabilities.iter().flat_map(|vulnerability| &vulnerability.scores);
        vectors.filter_map(|score| crate::cvss::score(&score.vector).ok()).max_by(|a, b| {
            (a.severity, a.score, a.version).partial_cmp(&(b.severity, b.score, b.version)).unwrap_or(std::cmp::Ordering::Equal)
        })
    }

    /// The CVE ids, in order, each once.
    #[must_use]
    pub fn cves(&self) -> Vec<&str> {
        let mut seen = Vec::new();
        for cve in self.vulnerabilities.iter().filter_map(|vulnerability| vulnerability.cve.as_deref()) {
            if !seen.contains(&cve) {
                seen.push(cve);
            }
        }
        seen
    }
}

/// A CSAF profile (section 4; the last two are of 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// No profile's rules.
    Base,
    /// Something happened, without a list of vulnerabilities.
    SecurityIncidentResponse,
    /// Something to know, without vulnerabilities.
    InformationalAdvisory,
    /// Vulnerabilities with products, states and what to do.
    SecurityAdvisory,
    /// States of products only.
    Vex,
    /// Taken back. CSAF 2.1; in 2.0 the document follows its content and its title and a note say it.
    Withdrawn,
    /// Replaced by another. CSAF 2.1; in 2.0 as for `Withdrawn`.
    Superseded,
}

impl Category {
    /// Vulnerabilities make a security advisory, none an informational one. What says nothing of one, like a rejected CVE record, or nothing of
    /// its products, follows no profile (6.1.27.4 to 6.1.27.6).
    #[must_use]
    pub fn for_content(advisory: &AdvisoryInput) -> Self {
        let said = |one: &VulnerabilityInput| {
            (!one.description.trim().is_empty() || !one.notes.is_empty()) && one.status != StatusInput::default()
        };
        match advisory.vulnerabilities.as_slice() {
            [] => Self::InformationalAdvisory,
            all if !advisory.products.is_empty() && all.iter().all(said) => Self::SecurityAdvisory,
            _ => Self::Base,
        }
    }

    /// The value of `/document/category`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "csaf_base",
            Self::SecurityIncidentResponse => "csaf_security_incident_response",
            Self::InformationalAdvisory => "csaf_informational_advisory",
            Self::SecurityAdvisory => "csaf_security_advisory",
            Self::Vex => "csaf_vex",
            Self::Withdrawn => "csaf_withdrawn",
            Self::Superseded => "csaf_superseded",
        }
    }
}

/// A label of the Traffic Light Protocol 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tlp {
    /// For everybody.
    Clear,
    /// For the community.
    Green,
    /// For those who need to know, and their clients.
    Amber,
    /// For those who need to know in the organisation only.
    AmberStrict,
    /// For named persons.
    Red,
}

impl Tlp {
    /// The label of TLP 1.0, which CSAF 2.0 uses. The strict half of AMBER+STRICT is said in the distribution text.
    #[must_use]
    pub const fn label(self) -> TlpLabel {
        match self {
            Self::Clear => TlpLabel::White,
            Self::Green => TlpLabel::Green,
            Self::Amber | Self::AmberStrict => TlpLabel::Amber,
            Self::Red => TlpLabel::Red,
        }
    }

    /// The label of TLP 2.0 as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }
}

impl TlpLabel {
    /// The folder of the public tree and the end of the feed's name, like `white`.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }

    /// The label as CSAF writes it, like `WHITE`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::White => "WHITE",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::Red => "RED",
        }
    }
}

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublisherInput {
    /// The name of the team or company.
    pub name: String,
    /// A URL under the publisher's control.
    pub namespace: String,
    /// In which part they speak.
    pub category: PublisherCategory,
    /// How to reach them.
    #[serde(default)]
    pub contact: Option<String>,
    /// What gives them the right to speak for these products.
    #[serde(default)]
    pub issuing_authority: Option<String>,
}

/// Id, version, dates, history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackingInput {
    /// Like `EX-SA-2026-001`.
    pub id: String,
    /// Other names of this advisory.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The last revision's number: whole (`2`) or semantic (`1.1.0`).
    pub version: String,
    /// Whether it is finished.
    pub status: Status,
    /// When the first version was released.
    pub initial_release: Timestamp,
    /// When this version was released.
    pub current_release: Timestamp,
    /// Oldest first.
    #[serde(default)]
    pub revisions: Vec<RevisionInput>,
    /// What made the document.
    #[serde(default)]
    pub generator: Option<GeneratorInput>,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionInput {
    /// Like [`TrackingInput::version`].
    pub number: String,
    /// When it was released.
    pub date: Timestamp,
    /// What changed.
    pub summary: String,
    /// The number in a scheme of before.
    #[serde(default)]
    pub legacy_version: Option<String>,
}

/// What made the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratorInput {
    /// Name of the program.
    pub engine: String,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// When it ran.
    #[serde(default)]
    pub date: Option<Timestamp>,
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteInput {
    /// What it is about.
    pub category: NoteCategory,
    /// A heading.
    #[serde(default)]
    pub title: Option<String>,
    /// The words; line ends are kept.
    pub text: String,
    /// Whom it is for.
    #[serde(default)]
    pub audience: Option<String>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceInput {
    /// This advisory elsewhere, or something else.
    pub category: ReferenceCategory,
    /// What is there.
    pub summary: String,
    /// Where.
    pub url: String,
    /// What kind of page it is, in the words of the CVE Record Format (`references[].tags`): `patch`, `exploit`. CSAF has no place for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Thanks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgmentInput {
    /// Persons, named as they wish.
    #[serde(default)]
    pub names: Vec<String>,
    /// Their organisation.
    #[serde(default)]
    pub organization: Option<String>,
    /// For what.
    #[serde(default)]
    pub summary: Option<String>,
    /// Their pages.
    #[serde(default)]
    pub urls: Vec<String>,
    /// What they did; absent: not said.
    #[serde(default)]
    pub role: Option<CreditRole>,
}

/// What somebody did for an advisory (CVE Record Format and OSV `credits[].type`; CSAF has the words of the summary only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditRole {
    /// Found it.
    Finder,
    /// Told us.
    Reporter,
    /// Looked into it.
    Analyst,
    /// Brought parties together.
    Coordinator,
    /// Made the fix.
    RemediationDeveloper,
    /// Read the fix.
    RemediationReviewer,
    /// Tried the fix.
    RemediationVerifier,
    /// A program.
    Tool,
    /// Paid for it.
    Sponsor,
    /// Something else.
    Other,
}

impl CreditRole {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Finder,
        Self::Reporter,
        Self::Analyst,
        Self::Coordinator,
        Self::RemediationDeveloper,
        Self::RemediationReviewer,
        Self::RemediationVerifier,
        Self::Tool,
        Self::Sponsor,
        Self::Other,
    ];

    /// The word of the CVE Record Format; OSV writes it in capitals with underscores.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Finder => "finder",
            Self::Reporter => "reporter",
            Self::Analyst => "analyst",
            Self::Coordinator => "coordinator",
            Self::RemediationDeveloper => "remediation developer",
            Self::RemediationReviewer => "remediation reviewer",
            Self::RemediationVerifier => "remediation verifier",
            Self::Tool => "tool",
            Self::Sponsor => "sponsor",
            Self::Other => "other",
        }
    }
}
