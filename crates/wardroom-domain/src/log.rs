//! The shape of what the log stores: streams, actors, recorded facts.
//! Deliberately not here: how a fact is written or hashed (that is the store's), and what facts exist (`facts`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One line of history: the whole maker (`org`), one report, one case, or one advisory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(String);

/// What a stream is the history of; derived from the id's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    Org,
    Report,
    Case,
    Advisory,
}

impl StreamKind {
    /// The prefix of ids of this kind, without the underscore.
    pub const fn prefix(self) -> &'static str {
        match self {
            StreamKind::Org => "org",
            StreamKind::Report => "rep",
            StreamKind::Case => "case",
            StreamKind::Advisory => "adv",
        }
    }
}

impl StreamId {
    /// The one stream about the maker itself: people, products, keys, profile.
    pub fn org() -> StreamId {
        StreamId("org".to_owned())
    }

    /// A new id from 128 bits of chance or a UUIDv7, as lower-case hex or text.
    pub fn new(kind: StreamKind, unique: &str) -> StreamId {
        match kind {
            StreamKind::Org => StreamId::org(),
            other => StreamId(format!("{}_{unique}", other.prefix())),
        }
    }

    /// Reads an id that came from outside; `None` when it has no known prefix or odd characters.
    pub fn parse(text: &str) -> Option<StreamId> {
        let ok = text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let id = StreamId(text.to_owned());
        (ok && id.kind_checked().is_some()).then_some(id)
    }

    fn kind_checked(&self) -> Option<StreamKind> {
        match self.0.split_once('_') {
            None if self.0 == "org" => Some(StreamKind::Org),
            Some(("rep", _)) => Some(StreamKind::Report),
            Some(("case", _)) => Some(StreamKind::Case),
            Some(("adv", _)) => Some(StreamKind::Advisory),
            _ => None,
        }
    }

    /// The kind, told by the prefix. Ids are only made by `org`, `new` and `parse`, so a prefix is always known.
    pub fn kind(&self) -> StreamKind {
        self.kind_checked().unwrap_or(StreamKind::Org)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who caused a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// A signed-in member of the team, by person id.
    Person(String),
    /// The reporter of the stream, who has no account.
    Reporter,
    /// The house itself: the worker, the deadline watch, the first start.
    House,
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        match actor {
            Actor::Person(id) => format!("person:{id}"),
            Actor::Reporter => "reporter".to_owned(),
            Actor::House => "house".to_owned(),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = String;
    fn try_from(text: String) -> Result<Actor, String> {
        match text.as_str() {
            "reporter" => Ok(Actor::Reporter),
            "house" => Ok(Actor::House),
            other => match other.strip_prefix("person:") {
                Some(id) => Ok(Actor::Person(id.to_owned())),
                None => Err(format!("no actor is written {other:?}")),
            },
        }
    }
}

impl Actor {
    /// True for a member of the team: only a person's answer stops a `human: true` clock (domain §2.11 rule 9).
    pub fn is_person(&self) -> bool {
        matches!(self, Actor::Person(_))
    }
}

/// A fact as it stands in the log: the clear head in `fact`, its place, instant and actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<F> {
    /// Position in the whole log, from 1.
    pub seq: u64,
    pub stream: StreamId,
    /// Position in the stream, from 1.
    pub stream_seq: u64,
    pub at: Timestamp,
    pub actor: Actor,
    pub fact: F,
}
