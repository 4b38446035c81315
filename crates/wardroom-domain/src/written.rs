//! Facts as they are stored: the kind, and the head as JSON text, written and read without a tree of values in between.
//! Every fact of a log passes here whenever it is checked or computed again, so this is short on purpose.
//! Deliberately not here: hashing and storing, which are the store's.

use crate::facts::{AdvisoryFact, CaseFact, Fact, OrgFact, ReportFact};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};
use serde_json::de::{Deserializer, StrRead};
use serde_json::error::Category;
use std::io;
use thiserror::Error;

/// How the text of every fact begins; its kind follows.
const KIND: &str = "{\"kind\":\"";
/// The head of a fact that has none.
const NO_HEAD: &str = "null";
/// The kind of what cannot be written: nothing reads it back.
const UNWRITABLE: &str = "unwritable";
/// Enough for the beginning of a text, the kind within it.
const BEGINNING: usize = 96;

/// Why a stored kind and head are no fact. Says nothing of the content.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    #[error("not JSON at column {column}")]
    NotJson { column: usize },
    #[error("does not fit the kind {kind}")]
    Kind { kind: String },
}

impl Fact {
    /// The kind as stored: `report.received`.
    pub fn kind(&self) -> String {
        let mut beginning = Beginning(Vec::with_capacity(BEGINNING));
        // What is written breaks off when the beginning is full: the kind stands in it.
        let _broken_off = match self {
            Fact::Org(fact) => serde_json::to_writer(&mut beginning, fact),
            Fact::Report(fact) => serde_json::to_writer(&mut beginning, fact),
            Fact::Case(fact) => serde_json::to_writer(&mut beginning, fact),
            Fact::Advisory(fact) => serde_json::to_writer(&mut beginning, fact),
        };
        let text = String::from_utf8_lossy(&beginning.0);
        let name = text.strip_prefix(KIND).and_then(|rest| rest.split_once('"')).map_or(UNWRITABLE, |(name, _)| name);
        format!("{}.{name}", self.stream_word())
    }

    /// The kind and the text of the head as stored; `null` for a fact without a head.
    pub fn written(&self) -> (String, String) {
        let text = match self {
            Fact::Org(fact) => serde_json::to_string(fact),
            Fact::Report(fact) => serde_json::to_string(fact),
            Fact::Case(fact) => serde_json::to_string(fact),
            Fact::Advisory(fact) => serde_json::to_string(fact),
        };
        // Serialising these plain enums cannot fail (string keys only); should it, the kind says so and nothing can read it as a fact.
        let text = text.unwrap_or_default();
        let (name, head) = divided(&text).unwrap_or((UNWRITABLE, NO_HEAD));
        (format!("{}.{name}", self.stream_word()), head.to_owned())
    }

    /// Reads a stored fact.
    pub fn read(kind: &str, head: &str) -> Result<Fact, Misfit> {
        let misfit = || Misfit::Kind { kind: kind.chars().take(64).collect() };
        let (stream, name) = kind.split_once('.').ok_or_else(misfit)?;
        let read = match stream {
            "org" => member::<OrgFact>(name, head).map(Fact::Org),
            "report" => member::<ReportFact>(name, head).map(Fact::Report),
            "case" => member::<CaseFact>(name, head).map(Fact::Case),
            "advisory" => member::<AdvisoryFact>(name, head).map(Fact::Advisory),
            _ => return Err(misfit()),
        };
        read.map_err(|fault| match fault.classify() {
            Category::Syntax | Category::Eof => Misfit::NotJson { column: fault.column() },
            Category::Data | Category::Io => misfit(),
        })
    }

    const fn stream_word(&self) -> &'static str {
        match self {
            Fact::Org(_) => "org",
            Fact::Report(_) => "report",
            Fact::Case(_) => "case",
            Fact::Advisory(_) => "advisory",
        }
    }
}

/// Name and head in `{"kind":"name","head":…}` or `{"kind":"name"}`, the two ways in which serde writes a tagged enum.
fn divided(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix(KIND)?.split_once('"')?;
    match rest {
        "}" => Some((name, NO_HEAD)),
        rest => Some((name, rest.strip_prefix(",\"head\":")?.strip_suffix('}')?)),
    }
}

fn member<'h, F: Deserialize<'h>>(name: &'h str, head: &'h str) -> serde_json::Result<F> {
    let mut text = Deserializer::from_str(head);
    let headless = head.trim_ascii() == NO_HEAD;
    let fact = F::deserialize(MapAccessDeserializer::new(Members { name, head: (!headless).then_some(&mut text), given: 0 }))?;
    if !headless {
        text.end()?;
    }
    Ok(fact)
}

/// A fact as the map serde wrote it as: the kind first, then the head, which is read straight from its text.
struct Members<'m, 'h> {
    name: &'h str,
    head: Option<&'m mut Deserializer<StrRead<'h>>>,
    /// How many members were read.
    given: u8,
}

impl<'h> MapAccess<'h> for Members<'_, 'h> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'h>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        let key = match (self.given, &self.head) {
            (0, _) => "kind",
            (1, Some(_)) => "head",
            _ => return Ok(None),
        };
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'h>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        self.given += 1;
        match (self.given, &mut self.head) {
            (2, Some(head)) => seed.deserialize(&mut **head),
            _ => seed.deserialize(self.name.into_deserializer()),
        }
    }
}

/// Takes the beginning of a text and refuses the rest.
struct Beginning(Vec<u8>);

impl io::Write for Beginning {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        let taken = more.len().min(BEGINNING - self.0.len().min(BEGINNING));
        if taken == 0 && !more.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0.extend(more.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::communication::{EmbargoAsk, EmbargoState, MessageKind};
    use crate::triage::{Decision, Disposition};
    use crate::validation::ScoreSource;

    fn check(fact: Fact, kind: &str) {
        assert_eq!(fact.kind(), kind);
        let (written, head) = fact.written();
        assert_eq!(written, kind);
        assert_eq!(Fact::read(kind, &head).unwrap(), fact);
        // As text of any other order of members, as earlier versions wrote it.
        let value: serde_json::Value = serde_json::from_str(&head).unwrap();
        assert_eq!(fact.parts(), (written, value.clone()));
        assert_eq!(Fact::read(kind, &value.to_string()).unwrap(), fact);
    }

    #[test]
    fn facts_survive_storage() {
        check(Fact::Report(ReportFact::NoteAdded), "report.note_added");
        check(Fact::Report(ReportFact::Message { message: MessageKind::Question }), "report.message");
        check(Fact::Report(ReportFact::Decided(Decision::Declined { disposition: Disposition::Spam })), "report.decided");
        check(Fact::Case(CaseFact::OwnerSet { person: "quote\" brace} 名".into() }), "case.owner_set");
        check(Fact::Case(CaseFact::EmbargoMoved { ask: EmbargoAsk::Accept, to: EmbargoState::Active, terms: None }), "case.embargo_moved");
        let published = AdvisoryFact::Published { hash: "h".into(), approved_by: "person:x".into(), content: Box::default() };
        check(Fact::Advisory(published), "advisory.published");
        let heard = CaseFact::ScoreHeard { vulnerability: "V1".into(), version: "3.1".into(), from: ScoreSource::Other };
        check(Fact::Case(heard), "case.score_heard");
        check(Fact::Case(CaseFact::PrioritySet { vulnerability: "V1".into(), table: "ssvc:DT_SP:1.0.0".into() }), "case.priority_set");
        check(Fact::Org(OrgFact::TableRetired { table: "ssvc:DT_SP:1.0.0".into() }), "org.table_retired");
        check(Fact::Org(OrgFact::Founded { version: "0.1.0".repeat(100) }), "org.founded");
        check(Fact::Org(OrgFact::ProfileSet { profile: serde_json::json!({"b": [1, "}"], "a": null}) }), "org.profile_set");
    }

    #[test]
    fn what_fits_no_fact_is_told_without_its_content() {
        let misfit = |kind: &str, head: &str| Fact::read(kind, head).unwrap_err();
        let kind = |kind: &str| Misfit::Kind { kind: kind.to_owned() };
        assert_eq!(misfit("report.flew_away", "null"), kind("report.flew_away"));
        assert_eq!(misfit("nothing", "null"), kind("nothing"));
        assert_eq!(misfit("planet.seen", "null"), kind("planet.seen"));
        assert_eq!(misfit("case.owner_set", "null"), kind("case.owner_set"));
        assert_eq!(misfit("case.owner_set", r#"{"person":7}"#), kind("case.owner_set"));
        assert_eq!(misfit("report.note_added", "{}"), kind("report.note_added"));
        assert_eq!(misfit("case.owner_set", r#"{"person":"#), Misfit::NotJson { column: 10 });
        // A head is one value and nothing behind it, whatever it pretends to close.
        for behind in [r#"{"person":"p"},"kind":"note_added""#, r#"{"person":"p"}}"#, r#"{"person":"p"} x"#] {
            assert!(matches!(misfit("case.owner_set", behind), Misfit::NotJson { .. }), "{behind}");
        }
    }
}
