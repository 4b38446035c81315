//! The products of an advisory: vendor, family, name, versions, what helps to recognise them, and how one comes of two.

use serde::{Deserialize, Serialize};

use crate::csaf::model::FileHashes;
use crate::versions;

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
    /// The whole name as people read it; absent: vendor, name and versions.
    #[serde(default)]
    pub full_name: Option<String>,
    /// A CPE 2.2 or 2.3 name.
    #[serde(default)]
    pub cpe: Option<String>,
    /// A package URL.
    #[serde(default)]
    pub purl: Option<String>,
    /// What else helps to recognise it.
    #[serde(default)]
    pub marks: Marks,
}

/// What helps to recognise a product, beside CPE and package URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Hashes of its files.
    #[serde(default)]
    pub hashes: Vec<FileHashes>,
    /// Model numbers, as on the type plate; `*` and `?` stand for characters.
    #[serde(default)]
    pub model_numbers: Vec<String>,
    /// Serial numbers or parts of them.
    #[serde(default)]
    pub serial_numbers: Vec<String>,
    /// Stock keeping units: the numbers it is ordered by.
    #[serde(default)]
    pub skus: Vec<String>,
    /// Where its SBOM lies.
    #[serde(default)]
    pub sbom_urls: Vec<String>,
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

    /// What was written; empty for the product as such.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::All => "",
            Self::Exact(version) | Self::Range(version) => version,
        }
    }

    /// The stretches of versions that are meant; `None` when the words cannot be read for certain.
    #[must_use]
    pub fn spans(&self) -> Option<versions::Spans> {
        match self {
            Self::All => Some(versions::Spans::All),
            Self::Exact(version) => Some(versions::Spans::These(vec![versions::Span::One(version.clone())])),
            Self::Range(range) => versions::read(range),
        }
    }
}

/// A product that comes of two others, like firmware on a revision of the hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationshipInput {
    /// The id of the product that comes of it; unique among all products.
    pub id: String,
    /// Its name as people read it.
    pub name: String,
    /// How the first relates to the second.
    pub kind: RelationKind,
    /// The first product's id.
    pub product: String,
    /// The second product's id.
    pub to: String,
    /// A CPE name of the whole.
    #[serde(default)]
    pub cpe: Option<String>,
    /// A package URL of the whole.
    #[serde(default)]
    pub purl: Option<String>,
}

/// How a product relates to another (CSAF `/product_tree/relationships[]/category`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// A part of it as delivered.
    DefaultComponentOf,
    /// A part beside it.
    ExternalComponentOf,
    /// Runs on it.
    InstalledOn,
    /// Was put beside it.
    InstalledWith,
    /// A part that can be ordered.
    OptionalComponentOf,
}

impl RelationKind {
    /// The word of the schema.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DefaultComponentOf => "default_component_of",
            Self::ExternalComponentOf => "external_component_of",
            Self::InstalledOn => "installed_on",
            Self::InstalledWith => "installed_with",
            Self::OptionalComponentOf => "optional_component_of",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::DefaultComponentOf, Self::ExternalComponentOf, Self::InstalledOn, Self::InstalledWith, Self::OptionalComponentOf];
        all.into_iter().find(|kind| kind.word() == word)
    }
}

/// Several products under one id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInput {
    /// The id of the group within this advisory.
    pub id: String,
    /// Its members' ids, at least two.
    pub products: Vec<String>,
    /// What they have in common.
    #[serde(default)]
    pub summary: Option<String>,
}
