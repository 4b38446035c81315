//! Validation: vulnerabilities, their scores, and the uniqueness check.
//! Deliberately not here: computing a score (`wardroom-formats`) or finding candidates (the app's search).

use crate::log::StreamId;
use serde::{Deserialize, Serialize};

/// The sealed words about one vulnerability of a case. The latest fact wins as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VulnerabilityWords {
    pub title: String,
    pub description: String,
    /// `CWE-787`, or empty.
    #[serde(default)]
    pub cwe: String,
    /// `CVE-2026-12345`, or empty.
    #[serde(default)]
    pub cve: String,
}

/// The sealed words of a scoring: vector is the record, the score was derived from it on the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreWords {
    /// `3.1` or `4.0` (also 2.0, 3.0).
    pub version: String,
    pub vector: String,
    pub score: f64,
    /// `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`, `NONE`.
    pub severity: String,
    #[serde(default)]
    pub justification: String,
    /// Whose it is, where it is not ours: a name like `NVD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Whose vector it is, where it is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreSource {
    Reporter,
    /// A supplier, a coordinator, NVD: the words say who.
    Other,
}

impl ScoreSource {
    pub const ALL: [ScoreSource; 2] = [ScoreSource::Reporter, ScoreSource::Other];

    pub const fn as_str(self) -> &'static str {
        match self {
            ScoreSource::Reporter => "reporter",
            ScoreSource::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<ScoreSource> {
        ScoreSource::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// The sealed words of a priority: the answers to a decision table, and what came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityWords {
    /// `ssvc:DT_SP:1.0.0`
    pub table: String,
    /// Keys of questions and values, in the table's order: `("E", "A")`.
    pub answers: Vec<(String, String)>,
    /// Key of the outcome's value: `I`.
    pub outcome: String,
    /// Its English name, as it was when decided: `Immediate`.
    pub name: String,
    #[serde(default)]
    pub justification: String,
}

/// How the uniqueness check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Uniqueness {
    Unique,
    Duplicate { of: StreamId },
}

/// What a person said of a report or case and a candidate. *Same* is not among them: it is the outcome *duplicate*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Another vulnerability: the two are not proposed to each other again.
    Different,
    /// Not the same, and worth knowing of each other.
    Related,
    /// What was said is taken back.
    Open,
}

impl Relation {
    pub const ALL: [Relation; 3] = [Relation::Different, Relation::Related, Relation::Open];

    pub const fn as_str(self) -> &'static str {
        match self {
            Relation::Different => "different",
            Relation::Related => "related",
            Relation::Open => "open",
        }
    }

    pub fn parse(text: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A body of earlier knowledge that was compared with, as it was then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corpus {
    /// `cases`, `advisories`, or the name of an imported snapshot.
    pub name: String,
    pub records: u64,
    /// When the snapshot was imported; empty for what is always up to date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub as_of: String,
}

/// A published record that looked alike: an advisory of the maker's own or one of an imported snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublicCandidate {
    /// `CVE-2026-1234`, `RUSTSEC-2026-0001`, number of an advisory.
    pub name: String,
    /// `advisories`, or the name of the snapshot.
    pub corpus: String,
    pub title: String,
    pub score: f64,
    pub reasons: Vec<Reason>,
}

/// What a new report or case was compared with: the record a later reader can judge the check by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// How many cases, reports and published advisories were looked at.
    pub cases: u64,
    pub advisories: u64,
    /// The best candidates, best first.
    pub candidates: Vec<Candidate>,
    /// The best of what is public, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public: Vec<PublicCandidate>,
    /// Everything that was compared with, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corpora: Vec<Corpus>,
}

/// One earlier case or advisory that looked alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub case: StreamId,
    pub number: String,
    /// 0 to 1: an explained sum, never a verdict.
    pub score: f64,
    pub reasons: Vec<Reason>,
}

/// Why a candidate looks alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// `product`, `version`, `weakness`, `identifier`, `symbol`, `text`.
    pub facet: String,
    pub detail: String,
    pub weight: f64,
}
