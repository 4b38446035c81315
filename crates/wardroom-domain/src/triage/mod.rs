//! Triage: what becomes of a report. The machine of domain §2.6 with the four outcomes of the inbox.
//! Deliberately not here: the validity of the vulnerability claim (a report never becomes "invalid"; see `case`).

pub mod likeness;

use crate::log::StreamId;
use crate::machine::{self, Transition};
use crate::people::Role;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Kept, but a person must look before anything else happens with it.
    Quarantined,
    /// In the inbox.
    Opened,
    /// In the inbox, and the reporter was asked something.
    Asked,
    /// Part of a case.
    Linked,
    /// Answered with a reason; nothing more will be done unless reopened.
    Declined,
    /// Taken back by the reporter.
    Withdrawn,
}

impl ReportState {
    pub const ALL: [ReportState; 6] = [
        ReportState::Quarantined,
        ReportState::Opened,
        ReportState::Asked,
        ReportState::Linked,
        ReportState::Declined,
        ReportState::Withdrawn,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            ReportState::Quarantined => "quarantined",
            ReportState::Opened => "opened",
            ReportState::Asked => "asked",
            ReportState::Linked => "linked",
            ReportState::Declined => "declined",
            ReportState::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<ReportState> {
        ReportState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// True while the report waits in the inbox for somebody's decision.
    pub const fn is_waiting(self) -> bool {
        matches!(self, ReportState::Quarantined | ReportState::Opened | ReportState::Asked)
    }
}

/// What a triager may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriageAsk {
    Accept,
    Duplicate,
    Decline,
    Ask,
    Release,
    Reopen,
    /// An unconfirmed mail joins the report it claims.
    Attach,
    /// An unconfirmed mail is put away, with a reason for the team alone.
    Discard,
}

impl TriageAsk {
    pub const ALL: [TriageAsk; 8] = [
        TriageAsk::Accept,
        TriageAsk::Duplicate,
        TriageAsk::Decline,
        TriageAsk::Ask,
        TriageAsk::Release,
        TriageAsk::Reopen,
        TriageAsk::Attach,
        TriageAsk::Discard,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            TriageAsk::Accept => "accept",
            TriageAsk::Duplicate => "duplicate",
            TriageAsk::Decline => "decline",
            TriageAsk::Ask => "ask",
            TriageAsk::Release => "release",
            TriageAsk::Reopen => "reopen",
            TriageAsk::Attach => "attach",
            TriageAsk::Discard => "discard",
        }
    }
}

const TRIAGERS: &[Role] = &[Role::Intake, Role::Analyst, Role::Coordinator];

const fn row(from: ReportState, ask: TriageAsk, to: ReportState) -> Transition<ReportState, TriageAsk> {
    Transition { from, ask, to, who: TRIAGERS }
}

/// The table: diagram, buttons and the exhaustive test are made from it.
pub const TRANSITIONS: &[Transition<ReportState, TriageAsk>] = &[
    row(ReportState::Quarantined, TriageAsk::Release, ReportState::Opened),
    row(ReportState::Quarantined, TriageAsk::Decline, ReportState::Declined),
    row(ReportState::Quarantined, TriageAsk::Attach, ReportState::Linked),
    row(ReportState::Quarantined, TriageAsk::Discard, ReportState::Declined),
    row(ReportState::Opened, TriageAsk::Attach, ReportState::Linked),
    row(ReportState::Opened, TriageAsk::Accept, ReportState::Linked),
    row(ReportState::Opened, TriageAsk::Duplicate, ReportState::Linked),
    row(ReportState::Opened, TriageAsk::Decline, ReportState::Declined),
    row(ReportState::Opened, TriageAsk::Ask, ReportState::Asked),
    row(ReportState::Asked, TriageAsk::Accept, ReportState::Linked),
    row(ReportState::Asked, TriageAsk::Duplicate, ReportState::Linked),
    row(ReportState::Asked, TriageAsk::Decline, ReportState::Declined),
    row(ReportState::Asked, TriageAsk::Ask, ReportState::Asked),
    row(ReportState::Declined, TriageAsk::Reopen, ReportState::Opened),
    row(ReportState::Withdrawn, TriageAsk::Reopen, ReportState::Opened),
];

/// Whether the ask is possible from this state; refuses with the state's name.
pub fn decide(state: ReportState, ask: TriageAsk) -> Result<ReportState, Refusal> {
    machine::target(TRANSITIONS, state, ask).ok_or(Refusal::NotFromHere { thing: "report", ask: ask.as_str(), state: state.as_str() })
}

/// Why something ended (domain §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    Fixed,
    MitigatedOnly,
    NoFix,
    Duplicate,
    NotAVulnerability,
    NotReproducible,
    OutOfScope,
    ThirdParty,
    ObsoleteProduct,
    WorksAsDesigned,
    Spam,
    Withdrawn,
    InfoNeverReceived,
    HandledAsIncident,
    Transferred,
}

impl Disposition {
    pub const ALL: [Disposition; 15] = [
        Disposition::Fixed,
        Disposition::MitigatedOnly,
        Disposition::NoFix,
        Disposition::Duplicate,
        Disposition::NotAVulnerability,
        Disposition::NotReproducible,
        Disposition::OutOfScope,
        Disposition::ThirdParty,
        Disposition::ObsoleteProduct,
        Disposition::WorksAsDesigned,
        Disposition::Spam,
        Disposition::Withdrawn,
        Disposition::InfoNeverReceived,
        Disposition::HandledAsIncident,
        Disposition::Transferred,
    ];

    /// The reasons a triager may decline a report with.
    pub const DECLINE: [Disposition; 9] = [
        Disposition::NotAVulnerability,
        Disposition::NotReproducible,
        Disposition::OutOfScope,
        Disposition::ThirdParty,
        Disposition::ObsoleteProduct,
        Disposition::WorksAsDesigned,
        Disposition::InfoNeverReceived,
        Disposition::Spam,
        Disposition::Transferred,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Disposition::Fixed => "fixed",
            Disposition::MitigatedOnly => "mitigated_only",
            Disposition::NoFix => "no_fix",
            Disposition::Duplicate => "duplicate",
            Disposition::NotAVulnerability => "not_a_vulnerability",
            Disposition::NotReproducible => "not_reproducible",
            Disposition::OutOfScope => "out_of_scope",
            Disposition::ThirdParty => "third_party",
            Disposition::ObsoleteProduct => "obsolete_product",
            Disposition::WorksAsDesigned => "works_as_designed",
            Disposition::Spam => "spam",
            Disposition::Withdrawn => "withdrawn",
            Disposition::InfoNeverReceived => "info_never_received",
            Disposition::HandledAsIncident => "handled_as_incident",
            Disposition::Transferred => "transferred",
        }
    }

    pub fn parse(text: &str) -> Option<Disposition> {
        Disposition::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What a decision on a report records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Decision {
    /// A new case was opened for it.
    Accepted {
        case: StreamId,
    },
    /// It joined an earlier case.
    Duplicate {
        case: StreamId,
    },
    /// Answered with a reason (the wording to the reporter is a message of its own).
    Declined {
        disposition: Disposition,
    },
    Released,
    Reopened,
    /// Its words and files went to this report.
    Attached {
        report: StreamId,
    },
    /// Words: the reason.
    Discarded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_waiting_state_can_be_left_and_linked_is_final() {
        for state in ReportState::ALL {
            let leaves = TRANSITIONS.iter().any(|row| row.from == state && row.to != state);
            assert_eq!(leaves, state != ReportState::Linked, "{state:?}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        for (index, row) in TRANSITIONS.iter().enumerate() {
            assert!(!TRANSITIONS[..index].iter().any(|other| other.from == row.from && other.ask == row.ask));
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        assert_eq!(decide(ReportState::Linked, TriageAsk::Decline).unwrap_err().code(), "not-from-here");
    }
}
