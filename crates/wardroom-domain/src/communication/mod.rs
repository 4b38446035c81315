//! Communication: messages, notes, the embargo (domain §2.3, §2.12) and the communication plan.
//! Deliberately not here: how a message travels (mailer, track page).

mod dates;
mod embargo;
mod recipient;

pub use dates::{DateState, DateTalk, Side, decide_answer};
pub use embargo::{EM_TRANSITIONS, EmbargoAsk, EmbargoState, EmbargoTerms, check_terms, decide_embargo};
pub use recipient::{Addressee, Recipient};

use serde::{Deserialize, Serialize};

/// Which way a message went, and what it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// From the team, a person's answer.
    Answer,
    /// From the team, asking the reporter something: we wait for an answer.
    Question,
    /// From the team, closing: the reason of a decline or of a duplicate.
    Outcome,
    /// From the reporter.
    FromReporter,
}

/// The sealed words of a message, for both sides alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageWords {
    pub text: String,
    /// Language tag of the text.
    #[serde(default)]
    pub language: String,
}

/// One line of the communication plan: who hears what, by which channel, when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// `reporter`, `customers`, `suppliers`, `authorities`, `public`.
    pub audience: String,
    pub channel: String,
    pub language: String,
    /// In words or as an offset to publication: `T-72 h`, `T`.
    pub when: String,
    #[serde(default)]
    pub note: String,
}
