//! Mail about a report that is already there: what was vouched for and joined it, what only claims to belong to it, and what our own mail met
//! on its way. Deliberately no trust by number: everybody can write a number into a subject.

use super::{BlobRef, Reading, Signature};
use crate::log::StreamId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// By what a mail claims to belong to a report or a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimBy {
    /// It names one of our mails with its unguessable token, and its sender is not proved.
    Token,
    /// It says to answer an earlier mail of that report, which is not ours.
    Reference,
    /// It has the number in its subject.
    Number,
}

impl ClaimBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            ClaimBy::Token => "token",
            ClaimBy::Reference => "reference",
            ClaimBy::Number => "number",
        }
    }
}

/// An unconfirmed claim: shown beside what it claims, never joined to it by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// A report or a case.
    pub claimed: StreamId,
    pub by: ClaimBy,
}

/// Who vouched that a mail is the reporter's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouched {
    /// A good signature of the key known for this reporter, over everything.
    OpenPgp,
    /// An aligned DKIM pass by the known address.
    Dkim,
    /// A person of the team looked at it and attached it.
    Person,
}

impl Vouched {
    pub const fn as_str(self) -> &'static str {
        match self {
            Vouched::OpenPgp => "openpgp",
            Vouched::Dkim => "dkim",
            Vouched::Person => "person",
        }
    }
}

/// The clear head of a mail that joined a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedUp {
    pub received_at: Timestamp,
    pub language: String,
    pub reading: Reading,
    pub signature: Signature,
    pub vouched: Vouched,
    /// The report it was on its own before a person attached it.
    pub from: Option<StreamId>,
    /// Keyed hashes by which a second delivery is known.
    pub seen: Vec<String>,
    /// The original bytes, sealed.
    pub original: BlobRef,
    pub attachments: Vec<BlobRef>,
}

/// A delivery report about a mail of ours (RFC 3464), matched by its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// `receipt`, `message`; `mail` when it cannot be told.
    pub what: String,
    /// The final word: not only a delay.
    pub failed: bool,
    /// Enhanced status code, `5.1.1`; empty when none was given.
    pub status: String,
    pub seen: Vec<String>,
    pub original: BlobRef,
}
