//! Agreeing on a date of disclosure with a reporter: each side may propose one with a reason, the other accepts, declines or
//! proposes another. An accepted date becomes the end of the case's embargo (`EmbargoTerms`), which is why it is an instant with
//! the zone it was meant in, never a day.

use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Reporter,
    Team,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateState {
    /// The other side has not answered.
    Open,
    Accepted,
    Declined,
}

impl DateState {
    pub const fn as_str(self) -> &'static str {
        match self {
            DateState::Open => "open",
            DateState::Accepted => "accepted",
            DateState::Declined => "declined",
        }
    }
}

/// A proposed date, as folded from its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTalk {
    pub ends_at: Timestamp,
    /// IANA zone it was meant in.
    pub zone: String,
    pub by: Side,
    pub state: DateState,
    pub proposed_at: Timestamp,
}

/// Whether `side` may answer what is on the table.
pub fn decide_answer(newest: Option<&DateTalk>, side: Side) -> Result<(), Refusal> {
    match newest {
        Some(talk) if talk.state == DateState::Open && talk.by != side => Ok(()),
        Some(talk) => Err(Refusal::NotFromHere { thing: "date", ask: "answer", state: talk.state.as_str() }),
        None => Err(Refusal::NotThere { thing: "date" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_other_side_answers_and_only_once() {
        let talk =
            |by, state| DateTalk { ends_at: Timestamp::UNIX_EPOCH, zone: "UTC".into(), by, state, proposed_at: Timestamp::UNIX_EPOCH };
        assert!(decide_answer(None, Side::Team).is_err());
        for by in [Side::Reporter, Side::Team] {
            for side in [Side::Reporter, Side::Team] {
                assert_eq!(decide_answer(Some(&talk(by, DateState::Open)), side).is_ok(), by != side);
                assert!(decide_answer(Some(&talk(by, DateState::Accepted)), side).is_err());
                assert!(decide_answer(Some(&talk(by, DateState::Declined)), side).is_err());
            }
        }
    }
}
