//! RM: the state of our own handling of a case (domain §2.2). S (start) is never stored: a case exists once received.
//! Legal transitions are the standard's eleven; V→C is forbidden, C is final, reopening starts a new episode.

use crate::machine::{self, Transition};
use crate::people::Role;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Where our handling of the case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    Received,
    Invalid,
    Valid,
    Deferred,
    Accepted,
    Closed,
}

impl CaseState {
    pub const ALL: [CaseState; 6] =
        [CaseState::Received, CaseState::Invalid, CaseState::Valid, CaseState::Deferred, CaseState::Accepted, CaseState::Closed];

    pub const fn as_str(self) -> &'static str {
        match self {
            CaseState::Received => "received",
            CaseState::Invalid => "invalid",
            CaseState::Valid => "valid",
            CaseState::Deferred => "deferred",
            CaseState::Accepted => "accepted",
            CaseState::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<CaseState> {
        CaseState::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What may be asked of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseAsk {
    Validate,
    Invalidate,
    Accept,
    Defer,
    Close,
    /// C is final in the standard; ours opens a new episode on the same case.
    Reopen,
}

impl CaseAsk {
    pub const ALL: [CaseAsk; 6] =
        [CaseAsk::Validate, CaseAsk::Invalidate, CaseAsk::Accept, CaseAsk::Defer, CaseAsk::Close, CaseAsk::Reopen];

    pub const fn as_str(self) -> &'static str {
        match self {
            CaseAsk::Validate => "validate",
            CaseAsk::Invalidate => "invalidate",
            CaseAsk::Accept => "accept",
            CaseAsk::Defer => "defer",
            CaseAsk::Close => "close",
            CaseAsk::Reopen => "reopen",
        }
    }

    pub fn parse(text: &str) -> Option<CaseAsk> {
        CaseAsk::ALL.into_iter().find(|ask| ask.as_str() == text)
    }
}

const ASSESSORS: &[Role] = &[Role::Analyst, Role::Coordinator];
const MANAGERS: &[Role] = &[Role::Coordinator];

const fn row(from: CaseState, ask: CaseAsk, to: CaseState, who: &'static [Role]) -> Transition<CaseState, CaseAsk> {
    Transition { from, ask, to, who }
}

/// The table of domain §2.2, plus our reopening.
pub const TRANSITIONS: &[Transition<CaseState, CaseAsk>] = &[
    row(CaseState::Received, CaseAsk::Validate, CaseState::Valid, ASSESSORS),
    row(CaseState::Received, CaseAsk::Invalidate, CaseState::Invalid, ASSESSORS),
    row(CaseState::Invalid, CaseAsk::Validate, CaseState::Valid, ASSESSORS),
    row(CaseState::Invalid, CaseAsk::Close, CaseState::Closed, MANAGERS),
    row(CaseState::Valid, CaseAsk::Accept, CaseState::Accepted, ASSESSORS),
    row(CaseState::Valid, CaseAsk::Defer, CaseState::Deferred, ASSESSORS),
    row(CaseState::Accepted, CaseAsk::Defer, CaseState::Deferred, MANAGERS),
    row(CaseState::Accepted, CaseAsk::Close, CaseState::Closed, MANAGERS),
    row(CaseState::Deferred, CaseAsk::Accept, CaseState::Accepted, ASSESSORS),
    row(CaseState::Deferred, CaseAsk::Close, CaseState::Closed, MANAGERS),
    row(CaseState::Closed, CaseAsk::Reopen, CaseState::Received, MANAGERS),
];

/// Whether the ask is possible from this state.
pub fn decide(state: CaseState, ask: CaseAsk) -> Result<CaseState, Refusal> {
    machine::target(TRANSITIONS, state, ask).ok_or(Refusal::NotFromHere { thing: "case", ask: ask.as_str(), state: state.as_str() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_standards() {
        let mut found = Vec::new();
        for from in CaseState::ALL {
            for ask in CaseAsk::ALL {
                if let Ok(to) = decide(from, ask) {
                    found.push(format!("{}>{}", &from.as_str()[..1], &to.as_str()[..1]));
                }
            }
        }
        found.sort();
        // domain §2.2 without S→R (a stored case is received), with C→R (our new episode).
        let mut wanted = ["r>v", "r>i", "i>v", "i>c", "v>a", "v>d", "a>d", "a>c", "d>a", "d>c", "c>r"].map(String::from);
        wanted.sort();
        assert_eq!(found, wanted);
        assert!(decide(CaseState::Valid, CaseAsk::Close).is_err(), "V→C is forbidden");
    }
}
