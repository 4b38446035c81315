//! Remediation: which products and versions are affected (domain §2.5), and what is done about it.

use serde::{Deserialize, Serialize};

/// Status of one product for one vulnerability (CSAF product_status, VEX).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImpactStatus {
    UnderInvestigation,
    Affected,
    NotAffected,
    Fixed,
}

impl ImpactStatus {
    pub const ALL: [ImpactStatus; 4] =
        [ImpactStatus::UnderInvestigation, ImpactStatus::Affected, ImpactStatus::NotAffected, ImpactStatus::Fixed];

    pub const fn as_str(self) -> &'static str {
        match self {
            ImpactStatus::UnderInvestigation => "under_investigation",
            ImpactStatus::Affected => "affected",
            ImpactStatus::NotAffected => "not_affected",
            ImpactStatus::Fixed => "fixed",
        }
    }

    pub fn parse(text: &str) -> Option<ImpactStatus> {
        ImpactStatus::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// The five VEX justifications for `not_affected`.
pub const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "inline_mitigations_already_exist",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_not_present",
];

/// The sealed words of one impact: which versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpactWords {
    /// A version or a range in words a reader understands: `2.4.1`, `< 2.5.0`, `2.0 – 2.4`, `all`.
    pub versions: String,
    /// First version with the fix; empty when there is none.
    #[serde(default)]
    pub fixed_in: String,
    #[serde(default)]
    pub note: String,
    /// Revisions of the hardware this is about; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<String>,
}

/// The versions as written, with the hardware revisions where only some are meant: `< 2.5 (A, B)`.
pub fn versions_told(versions: &str, hardware: &[String]) -> String {
    if hardware.is_empty() { versions.to_owned() } else { format!("{versions} ({})", hardware.join(", ")).trim_start().to_owned() }
}

/// What is done about a vulnerability (CSAF remediation categories).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    Fix,
    Mitigation,
    Workaround,
    NonePlanned,
}

impl PlanKind {
    pub const ALL: [PlanKind; 4] = [PlanKind::Fix, PlanKind::Mitigation, PlanKind::Workaround, PlanKind::NonePlanned];

    pub const fn as_str(self) -> &'static str {
        match self {
            PlanKind::Fix => "fix",
            PlanKind::Mitigation => "mitigation",
            PlanKind::Workaround => "workaround",
            PlanKind::NonePlanned => "none_planned",
        }
    }

    pub fn parse(text: &str) -> Option<PlanKind> {
        PlanKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How far a planned remediation is. Only forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    Planned,
    InProgress,
    /// Ready for verification.
    Ready,
    /// Verified by somebody else than its owner.
    Verified,
    /// Users can get it.
    Released,
}

impl PlanState {
    pub const ALL: [PlanState; 5] = [PlanState::Planned, PlanState::InProgress, PlanState::Ready, PlanState::Verified, PlanState::Released];

    pub const fn as_str(self) -> &'static str {
        match self {
            PlanState::Planned => "planned",
            PlanState::InProgress => "in_progress",
            PlanState::Ready => "ready",
            PlanState::Verified => "verified",
            PlanState::Released => "released",
        }
    }

    pub fn parse(text: &str) -> Option<PlanState> {
        PlanState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The states that may follow: any later one.
    pub fn next(self) -> Vec<PlanState> {
        PlanState::ALL.into_iter().filter(|state| *state > self).collect()
    }
}

/// The sealed words of one remediation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanWords {
    /// What to do, as the advisory's reader will read it (English).
    pub text: String,
    /// The same in Chinese; empty: not translated.
    #[serde(default)]
    pub text_zh: String,
    #[serde(default)]
    pub url: String,
    /// Who does it, in words.
    #[serde(default)]
    pub owner: String,
}
