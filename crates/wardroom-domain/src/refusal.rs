//! Refusals: the rules say no. Typed, coded, worded in every language (`refusals.ftl`, key `refusal-<code>`).
//! Deliberately not here: trouble (the world in the way) and bugs.

use crate::people::Act;
use thiserror::Error;

/// Why the law refuses an ask.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error("your roles do not allow this: {}", act.as_str())]
    NotYourRole { act: Act },
    /// The machine has no such transition from here.
    #[error("{ask} is not possible while {thing} is {state}")]
    NotFromHere { thing: &'static str, ask: &'static str, state: &'static str },
    #[error("a reason is needed")]
    ReasonNeeded,
    #[error("{field} is needed")]
    FieldNeeded { field: &'static str },
    #[error("{field} is not usable: {why}")]
    FieldWrong { field: &'static str, why: String },
    /// Approver and author must be two people (architecture: publishing is an act of two people).
    #[error("a second person must do this: you wrote or changed this text")]
    SecondPersonNeeded,
    /// I13: the approval binds to the content hash.
    #[error("the content has changed since it was approved; it needs approval again")]
    ApprovalStale,
    /// I9: publish only when no embargo stands.
    #[error("an embargo is in force until {until}")]
    EmbargoInForce { until: String },
    /// Only what is labelled for everybody is ever published.
    #[error("it is labelled {level}: share it in that level's feed, or label it TLP:CLEAR and have it approved again")]
    NotForEverybody { level: &'static str },
    /// What is shared with some needs a label that says with whom.
    #[error("it is labelled for everybody: there is nobody to keep it for")]
    ForEverybody,
    /// I4.
    #[error("no embargo can be agreed on what is already public, exploited or attacked")]
    EmbargoTooLate,
    #[error("the embargo must end at a future instant within {days} days")]
    EmbargoEndsBadly { days: u32 },
    /// I7: a case does not close under an active embargo.
    #[error("the case cannot close while its embargo is active")]
    EmbargoStillActive,
    #[error("what is to be published is not complete: {missing}")]
    Incomplete { missing: String },
    #[error("there is no {thing} of that name here")]
    NotThere { thing: &'static str },
    #[error("a report cannot be a duplicate of its own case")]
    DuplicateOfItself,
    #[error("this was already done")]
    AlreadyDone,
}

impl Refusal {
    /// All codes, for the page that problems lead to.
    pub const CODES: [&'static str; 17] = [
        "not-your-role",
        "not-from-here",
        "reason-needed",
        "field-needed",
        "field-wrong",
        "second-person-needed",
        "approval-stale",
        "embargo-in-force",
        "not-for-everybody",
        "for-everybody",
        "embargo-too-late",
        "embargo-ends-badly",
        "embargo-still-active",
        "incomplete",
        "not-there",
        "duplicate-of-itself",
        "already-done",
    ];

    /// Stable code for interfaces and message keys (`refusal-<code>`).
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::NotYourRole { .. } => "not-your-role",
            Refusal::NotFromHere { .. } => "not-from-here",
            Refusal::ReasonNeeded => "reason-needed",
            Refusal::FieldNeeded { .. } => "field-needed",
            Refusal::FieldWrong { .. } => "field-wrong",
            Refusal::SecondPersonNeeded => "second-person-needed",
            Refusal::ApprovalStale => "approval-stale",
            Refusal::EmbargoInForce { .. } => "embargo-in-force",
            Refusal::NotForEverybody { .. } => "not-for-everybody",
            Refusal::ForEverybody => "for-everybody",
            Refusal::EmbargoTooLate => "embargo-too-late",
            Refusal::EmbargoEndsBadly { .. } => "embargo-ends-badly",
            Refusal::EmbargoStillActive => "embargo-still-active",
            Refusal::Incomplete { .. } => "incomplete",
            Refusal::NotThere { .. } => "not-there",
            Refusal::DuplicateOfItself => "duplicate-of-itself",
            Refusal::AlreadyDone => "already-done",
        }
    }

    /// The variable parts of the sentence, as (name, value) for the catalogue.
    pub fn details(&self) -> Vec<(&'static str, String)> {
        match self {
            Refusal::NotYourRole { act } => vec![("act", act.as_str().to_owned())],
            Refusal::NotFromHere { thing, ask, state } => {
                vec![("thing", (*thing).to_owned()), ("ask", (*ask).to_owned()), ("state", (*state).to_owned())]
            }
            Refusal::FieldNeeded { field } => vec![("field", (*field).to_owned())],
            Refusal::FieldWrong { field, why } => vec![("field", (*field).to_owned()), ("why", why.clone())],
            Refusal::EmbargoInForce { until } => vec![("until", until.clone())],
            Refusal::NotForEverybody { level } => vec![("level", (*level).to_owned())],
            Refusal::EmbargoEndsBadly { days } => vec![("days", days.to_string())],
            Refusal::Incomplete { missing } => vec![("missing", missing.clone())],
            Refusal::NotThere { thing } => vec![("thing", (*thing).to_owned())],
            Refusal::ReasonNeeded
            | Refusal::SecondPersonNeeded
            | Refusal::ApprovalStale
            | Refusal::ForEverybody
            | Refusal::EmbargoTooLate
            | Refusal::EmbargoStillActive
            | Refusal::DuplicateOfItself
            | Refusal::AlreadyDone => Vec::new(),
        }
    }
}
