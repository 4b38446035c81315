//! EM: the embargo of a case (domain §2.3, §2.12). At most one is active; it always ends at a finite instant (I10).

use crate::machine::{self, Transition};
use crate::people::Role;
use crate::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where the embargo of a case stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbargoState {
    #[default]
    None,
    Proposed,
    Active,
    Revising,
    Exited,
}

impl EmbargoState {
    pub const ALL: [EmbargoState; 5] =
        [EmbargoState::None, EmbargoState::Proposed, EmbargoState::Active, EmbargoState::Revising, EmbargoState::Exited];

    pub const fn as_str(self) -> &'static str {
        match self {
            EmbargoState::None => "none",
            EmbargoState::Proposed => "proposed",
            EmbargoState::Active => "active",
            EmbargoState::Revising => "revising",
            EmbargoState::Exited => "exited",
        }
    }

    pub fn parse(text: &str) -> Option<EmbargoState> {
        EmbargoState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// True while secrecy is agreed (EM ∈ {A, R}).
    pub const fn binds(self) -> bool {
        matches!(self, EmbargoState::Active | EmbargoState::Revising)
    }

    /// True when nothing stands in the way of publication (EM ∈ {N, X}; I9).
    pub const fn allows_publication(self) -> bool {
        matches!(self, EmbargoState::None | EmbargoState::Exited)
    }
}

/// What may be asked of an embargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbargoAsk {
    Propose,
    Reject,
    Accept,
    ProposeRevision,
    AcceptRevision,
    RejectRevision,
    Terminate,
}

impl EmbargoAsk {
    pub const ALL: [EmbargoAsk; 7] = [
        EmbargoAsk::Propose,
        EmbargoAsk::Reject,
        EmbargoAsk::Accept,
        EmbargoAsk::ProposeRevision,
        EmbargoAsk::AcceptRevision,
        EmbargoAsk::RejectRevision,
        EmbargoAsk::Terminate,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            EmbargoAsk::Propose => "propose",
            EmbargoAsk::Reject => "reject",
            EmbargoAsk::Accept => "accept",
            EmbargoAsk::ProposeRevision => "propose_revision",
            EmbargoAsk::AcceptRevision => "accept_revision",
            EmbargoAsk::RejectRevision => "reject_revision",
            EmbargoAsk::Terminate => "terminate",
        }
    }

    pub fn parse(text: &str) -> Option<EmbargoAsk> {
        EmbargoAsk::ALL.into_iter().find(|ask| ask.as_str() == text)
    }

    /// Asks that bring new terms with them.
    pub const fn brings_terms(self) -> bool {
        matches!(self, EmbargoAsk::Propose | EmbargoAsk::ProposeRevision)
    }
}

const MANAGERS: &[Role] = &[Role::Coordinator];

const fn row(from: EmbargoState, ask: EmbargoAsk, to: EmbargoState) -> Transition<EmbargoState, EmbargoAsk> {
    Transition { from, ask, to, who: MANAGERS }
}

/// The ten legal transitions of domain §2.3.
pub const EM_TRANSITIONS: &[Transition<EmbargoState, EmbargoAsk>] = &[
    row(EmbargoState::None, EmbargoAsk::Propose, EmbargoState::Proposed),
    row(EmbargoState::Proposed, EmbargoAsk::Propose, EmbargoState::Proposed),
    row(EmbargoState::Proposed, EmbargoAsk::Accept, EmbargoState::Active),
    row(EmbargoState::Proposed, EmbargoAsk::Reject, EmbargoState::None),
    row(EmbargoState::Active, EmbargoAsk::ProposeRevision, EmbargoState::Revising),
    row(EmbargoState::Active, EmbargoAsk::Terminate, EmbargoState::Exited),
    row(EmbargoState::Revising, EmbargoAsk::ProposeRevision, EmbargoState::Revising),
    row(EmbargoState::Revising, EmbargoAsk::AcceptRevision, EmbargoState::Active),
    row(EmbargoState::Revising, EmbargoAsk::RejectRevision, EmbargoState::Active),
    row(EmbargoState::Revising, EmbargoAsk::Terminate, EmbargoState::Exited),
];

/// Whether the ask is possible. `too_late` says that the public knows, an exploit is public or attacks were seen (I4).
pub fn decide_embargo(state: EmbargoState, ask: EmbargoAsk, too_late: bool) -> Result<EmbargoState, Refusal> {
    let to = machine::target(EM_TRANSITIONS, state, ask).ok_or(Refusal::NotFromHere {
        thing: "embargo",
        ask: ask.as_str(),
        state: state.as_str(),
    })?;
    let agrees = matches!(ask, EmbargoAsk::Propose | EmbargoAsk::Accept | EmbargoAsk::ProposeRevision | EmbargoAsk::AcceptRevision);
    if agrees && too_late {
        return Err(Refusal::EmbargoTooLate);
    }
    Ok(to)
}

/// What was agreed. The zone is kept because both sides agreed on a wall clock somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbargoTerms {
    pub ends_at: Timestamp,
    /// IANA zone in which the instant was agreed.
    pub zone: String,
}

/// The longest embargo a case may have, in days; a profile may say less.
pub const LONGEST_EMBARGO_DAYS: u32 = 365;

/// I10: finite, in the future, not longer than allowed.
pub fn check_terms(terms: &EmbargoTerms, now: Timestamp, longest_days: Option<u32>) -> Result<(), Refusal> {
    let days = longest_days.unwrap_or(LONGEST_EMBARGO_DAYS);
    let latest = now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).ok();
    let within = latest.is_some_and(|latest| terms.ends_at <= latest);
    if terms.ends_at <= now || !within {
        return Err(Refusal::EmbargoEndsBadly { days });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_transitions_and_two_ways_out() {
        assert_eq!(EM_TRANSITIONS.len(), 10);
        assert!(decide_embargo(EmbargoState::Exited, EmbargoAsk::Propose, false).is_err());
        assert_eq!(decide_embargo(EmbargoState::Proposed, EmbargoAsk::Accept, true).unwrap_err(), Refusal::EmbargoTooLate);
        assert!(decide_embargo(EmbargoState::Active, EmbargoAsk::Terminate, true).is_ok());
    }

    #[test]
    fn terms_end_in_a_finite_future() {
        let now: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        let at = |text: &str| EmbargoTerms { ends_at: text.parse().unwrap(), zone: "Asia/Shanghai".into() };
        assert!(check_terms(&at("2027-02-01T00:00:00Z"), now, None).is_ok());
        assert!(check_terms(&at("2026-11-20T00:00:00Z"), now, None).is_err());
        assert!(check_terms(&at("2028-02-01T00:00:00Z"), now, None).is_err());
        assert!(check_terms(&at("2027-02-01T00:00:00Z"), now, Some(30)).is_err());
    }
}
