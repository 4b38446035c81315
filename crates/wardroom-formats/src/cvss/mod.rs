//! Scores CVSS vectors of versions 2.0, 3.0, 3.1 and 4.0 as FIRST specifies them, and tells a desk page which metrics there are.
//!
//! Not here: opinions about which vector is right, other scales (GB/T 30279, SSVC), or any lenience: a vector is scored
//! exactly as written or refused with the place where it goes wrong.

mod about;
mod compare;
mod metrics;
mod parse;
mod v2;
mod v3;
mod v4;
mod v4_table;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use about::about;
pub use compare::{Carried, Otherwise, carry, choices, otherwise};
pub use metrics::{Group, Metric, Value, metrics};
use parse::Chosen;

/// The longest vector we read, in bytes. The longest meaningful one (4.0 with every metric) has fewer than 250.
pub const MAX_VECTOR_BYTES: usize = 512;

/// A version of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Version {
    /// CVSS 2.0; its vectors carry no prefix.
    #[serde(rename = "2.0")]
    V2,
    /// CVSS 3.0.
    #[serde(rename = "3.0")]
    V30,
    /// CVSS 3.1.
    #[serde(rename = "3.1")]
    V31,
    /// CVSS 4.0.
    #[serde(rename = "4.0")]
    V4,
}

impl Version {
    /// The number as written in vectors and JSON: `2.0`, `3.0`, `3.1` or `4.0`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::V2 => "2.0",
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V4 => "4.0",
        }
    }

    /// What a vector of this version begins with; empty for 2.0.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "",
            Self::V30 => "CVSS:3.0/",
            Self::V31 => "CVSS:3.1/",
            Self::V4 => "CVSS:4.0/",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

/// The qualitative rating of a score (3.1 section 5, 4.0 section 6; for 2.0 the scale NVD uses).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// 0.0
    None,
    /// 0.1 to 3.9
    Low,
    /// 4.0 to 6.9
    Medium,
    /// 7.0 to 8.9 (2.0: to 10.0)
    High,
    /// 9.0 to 10.0 (never for 2.0)
    Critical,
}

impl Severity {
    /// The rating of a score between 0 and 10 under this version.
    #[must_use]
    pub fn of(version: Version, score: f64) -> Self {
        if score <= 0.0 {
            return if version == Version::V2 { Self::Low } else { Self::None };
        }
        if score < 4.0 {
            return Self::Low;
        }
        if score < 7.0 {
            return Self::Medium;
        }
        if score < 9.0 || version == Version::V2 {
            return Self::High;
        }
        Self::Critical
    }

    /// The word in capitals, as in CVSS JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A vector with its scores. As JSON: `{"vector":…,"version":"4.0","base":9.3,"score":9.3,"severity":"CRITICAL"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// The vector in the order of the standard. A metric given as "not defined" stays: somebody said so.
    pub vector: String,
    /// The version of the standard.
    pub version: Version,
    /// The score of the base metrics alone, 0.0 to 10.0, one decimal.
    pub base: f64,
    /// The score of everything that was given: the environmental one if such metrics are set, else the temporal or threat one, else the base score.
    pub score: f64,
    /// The rating of `score`.
    pub severity: Severity,
    /// The rating of `base`; CSAF wants it beside the base score.
    #[serde(skip)]
    pub base_severity: Severity,
    /// The temporal score. Always there for 3.x; for 2.0 only when a temporal metric is defined; never for 4.0.
    #[serde(skip)]
    pub temporal: Option<f64>,
    /// The environmental score. Always there for 3.x; for 2.0 only when an environmental metric is defined; never for 4.0.
    #[serde(skip)]
    pub environmental: Option<f64>,
    /// For 4.0 `CVSS-B`, `CVSS-BT`, `CVSS-BE` or `CVSS-BTE` (4.0 section 1.3); other versions have no such names.
    #[serde(skip)]
    pub nomenclature: Option<&'static str>,
}

/// Why a vector cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at position {position}: {hint}")]
pub struct CvssError {
    /// Where in the given text, as a byte offset from 0.
    pub position: usize,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub hint: String,
}

/// Scores a vector of any version. Space around it is ignored.
///
/// # Errors
/// When the text is no vector: unknown prefix, metric or value, a metric twice, missing, or (4.0) out of order.
pub fn score(vector: &str) -> Result<Scored, CvssError> {
    let chosen = parse::parse(vector)?;
    Ok(score_chosen(&chosen))
}

fn score_chosen(chosen: &Chosen<'_>) -> Scored {
    let version = chosen.version;
    let (base, temporal, environmental) = match version {
        Version::V2 => v2::scores(chosen),
        Version::V30 | Version::V31 => v3::scores(chosen),
        Version::V4 => (v4::base(chosen), None, None),
    };
    let has_temporal = chosen.sets(Group::Temporal);
    let has_environmental = chosen.sets(Group::Environmental);
    let score = match version {
        Version::V4 => v4::all(chosen),
        _ if has_environmental => environmental.or(temporal).unwrap_or(base),
        _ if has_temporal => temporal.unwrap_or(base),
        _ => base,
    };
    Scored {
        vector: chosen.canonical(),
        version,
        base,
        score,
        severity: Severity::of(version, score),
        base_severity: Severity::of(version, base),
        temporal,
        environmental,
        nomenclature: (version == Version::V4).then(|| nomenclature(has_temporal, has_environmental)),
    }
}

const fn nomenclature(threat: bool, environmental: bool) -> &'static str {
    match (threat, environmental) {
        (false, false) => "CVSS-B",
        (true, false) => "CVSS-BT",
        (false, true) => "CVSS-BE",
        (true, true) => "CVSS-BTE",
    }
}

#[cfg(test)]
mod tests;
