//! Staff roles (domain §2.13). One person may hold several.

use serde::{Deserialize, Serialize};

/// What a member of the team is trusted to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Duty officer: first to see a report, answers it.
    Intake,
    /// Reproduces, scores, checks uniqueness.
    Analyst,
    /// Product engineer: remediation of cases he or she is a participant of.
    Engineer,
    /// Case manager: owns cases, embargo, communication plan.
    Coordinator,
    /// Writes advisories.
    Author,
    /// Approves advisories written by others.
    Approver,
    /// Publishes what is approved.
    Publisher,
    Legal,
    Communications,
    /// Keeps the OpenPGP keys.
    Custodian,
    /// Reads everything, changes nothing.
    Auditor,
    /// Configures; cannot read embargoed content.
    Administrator,
}

impl Role {
    pub const ALL: [Role; 12] = [
        Role::Intake,
        Role::Analyst,
        Role::Engineer,
        Role::Coordinator,
        Role::Author,
        Role::Approver,
        Role::Publisher,
        Role::Legal,
        Role::Communications,
        Role::Custodian,
        Role::Auditor,
        Role::Administrator,
    ];

    /// The word in stored data, on the command line and in message keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Intake => "intake",
            Role::Analyst => "analyst",
            Role::Engineer => "engineer",
            Role::Coordinator => "coordinator",
            Role::Author => "author",
            Role::Approver => "approver",
            Role::Publisher => "publisher",
            Role::Legal => "legal",
            Role::Communications => "communications",
            Role::Custodian => "custodian",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
