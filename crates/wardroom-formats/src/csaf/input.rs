//! What an advisory says, before any format: the one input of the CSAF, text and feed renderings.
//!
//! It can be kept as JSON (serde); what is optional may be absent there.
//!
//! Not here: where it comes from, whether it may be published, or who approved it. Whoever calls hands in what is cleared.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{FlagLabel, NoteCategory, PublisherCategory, ReferenceCategory, RemediationCategory, Status, ThreatCategory, TlpLabel};

/// An advisory in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdvisoryInput {
    /// BCP 47 tag of the language the texts are in, like `en` or `zh-CN`.
    pub lang: String,
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

/// A CSAF profile (CSAF 2.0 section 4).
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
}

impl Category {
    /// Vulnerabilities make a security advisory, none an informational one.
    #[must_use]
    pub fn for_content(advisory: &AdvisoryInput) -> Self {
        if advisory.vulnerabilities.is_empty() { Self::InformationalAdvisory } else { Self::SecurityAdvisory }
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
}

/// A product, or a range of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductInput {
    /// The id within this advisory, like `P1`; unique.
    pub id: String,
    /// Who makes it.
    pub vendor: String,
    /// The family it belongs to.
    #[serde(default)]
    pub family: Option<String>,
    /// Its name without version.
    pub name: String,
    /// Which versions are meant.
    pub versions: Versions,
    /// A CPE 2.2 or 2.3 name.
    #[serde(default)]
    pub cpe: Option<String>,
    /// A package URL.
    #[serde(default)]
    pub purl: Option<String>,
}

/// Which versions of a product are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Versions {
    /// The product as such.
    All,
    /// One version, like `2.3.4`. Words like `before` belong in a range (6.1.31).
    Exact(String),
    /// A range in words or as vers, like `<2.3.5` or `vers:semver/>=2.0.0|<2.3.5`.
    Range(String),
}

impl Versions {
    /// Reads free text as people type it: nothing means the product as such, one plain version is exact, whatever looks like more
    /// (comparisons, lists, wildcards, words in any language) is a range. In doubt a range, because CSAF forbids ranges as versions (6.1.31).
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::All;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | ':');
        let one = text.chars().all(plain) && text.contains(|c: char| c.is_ascii_digit()) && !text.starts_with("vers:");
        if one { Self::Exact(text.to_owned()) } else { Self::Range(text.to_owned()) }
    }
}

/// One vulnerability.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VulnerabilityInput {
    /// Like `CVE-2026-12345`.
    #[serde(default)]
    pub cve: Option<String>,
    /// Ids in other systems: (system, id).
    #[serde(default)]
    pub ids: Vec<(String, String)>,
    /// One line.
    #[serde(default)]
    pub title: Option<String>,
    /// The weakness behind it: (`CWE-79`, its name).
    #[serde(default)]
    pub cwe: Option<(String, String)>,
    /// What it is.
    pub description: String,
    /// Further texts.
    #[serde(default)]
    pub notes: Vec<NoteInput>,
    /// When it was found.
    #[serde(default)]
    pub discovered: Option<Timestamp>,
    /// When it became public.
    #[serde(default)]
    pub released: Option<Timestamp>,
    /// Product ids by state.
    #[serde(default)]
    pub status: StatusInput,
    /// Why products are not affected.
    #[serde(default)]
    pub flags: Vec<FlagInput>,
    /// What to do.
    #[serde(default)]
    pub remediations: Vec<RemediationInput>,
    /// CVSS vectors of any version.
    #[serde(default)]
    pub scores: Vec<ScoreInput>,
    /// What may happen or has happened.
    #[serde(default)]
    pub threats: Vec<ThreatInput>,
    /// Links.
    #[serde(default)]
    pub references: Vec<ReferenceInput>,
    /// Thanks.
    #[serde(default)]
    pub acknowledgments: Vec<AcknowledgmentInput>,
}

/// Product ids by state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusInput {
    /// Affected.
    #[serde(default)]
    pub known_affected: Vec<String>,
    /// Fixed.
    #[serde(default)]
    pub fixed: Vec<String>,
    /// Looked at and not affected.
    #[serde(default)]
    pub known_not_affected: Vec<String>,
    /// Not known yet.
    #[serde(default)]
    pub under_investigation: Vec<String>,
    /// What to use.
    #[serde(default)]
    pub recommended: Vec<String>,
}

/// Why products are not affected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagInput {
    /// The justification.
    pub label: FlagLabel,
    /// When it was found.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// Which products.
    #[serde(default)]
    pub products: Vec<String>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemediationInput {
    /// Which kind.
    pub category: RemediationCategory,
    /// The instructions.
    pub details: String,
    /// Where to get it.
    #[serde(default)]
    pub url: Option<String>,
    /// Since when.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// For which products; none means all that are affected.
    #[serde(default)]
    pub products: Vec<String>,
}

/// A CVSS vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreInput {
    /// A vector of any version.
    pub vector: String,
    /// For which products; none means all that are affected, or else all that have a state.
    #[serde(default)]
    pub products: Vec<String>,
}

/// What may happen or has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreatInput {
    /// Which kind.
    pub category: ThreatCategory,
    /// The words.
    pub details: String,
    /// When it was known.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// For which products; none means not said.
    #[serde(default)]
    pub products: Vec<String>,
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
}
