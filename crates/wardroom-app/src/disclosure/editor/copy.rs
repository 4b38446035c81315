//! The working copy: the sheet as it stands while people write, shared by all who have the editor open, sealed to the advisory's key.
//! Every check keeps it, so what was typed a moment ago is there for another person, on another machine and after a crash.
//!
//! Nobody's text is overwritten silently. A field is taken over where only one side changed it since they saw it; where both did, what
//! is kept stays, and the other text is *held* for whoever typed it until they choose. All pure: the store is asked in `mod.rs`.

use super::sheet::Sheet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is kept of the work on one advisory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkingCopy {
    pub fields: Sheet,
    /// Who changed a field last, by its name; fields nobody changed since they were recorded are absent.
    #[serde(default)]
    pub by: BTreeMap<String, Writer>,
    #[serde(default)]
    pub held: Vec<Held>,
    /// `stream_seq` of the fact whose texts it began with.
    pub from: u64,
    /// When a field last changed.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// Somebody who types, in one of their windows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Person id.
    pub person: String,
    /// Which window, by chance: one person may have two open.
    pub window: String,
}

/// A text that met another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub field: String,
    /// Who typed it.
    pub person: String,
    pub text: String,
    pub at: Timestamp,
}

/// A field as somebody's form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub field: String,
    /// What they saw before they typed; `None`: they do not say, and mean what they send.
    pub base: Option<String>,
    pub text: String,
}

/// A field where two wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub field: String,
    /// What is kept, and the id of who wrote it, or nothing when it was recorded.
    pub theirs: String,
    pub by: String,
    pub mine: String,
}

impl WorkingCopy {
    pub fn of(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn put(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.to_owned(), text.to_owned());
        }
    }

    /// Takes over what a person typed.
    pub fn take(&mut self, writer: &Writer, typed: &[Typed], now: Timestamp) {
        for one in typed {
            let theirs = self.of(&one.field).to_owned();
            let base = one.base.as_deref().unwrap_or(&theirs);
            let untouched = one.text == base;
            // What this window wrote itself is no other text: its answer may have been lost on the way.
            let own = self.by.get(&one.field) == Some(writer);
            if !untouched && !own && theirs != base && theirs != one.text {
                self.hold(&one.field, &writer.person, &one.text, now);
                continue;
            }
            if !untouched {
                // Their own answer to what was held for them.
                self.held.retain(|held| held.field != one.field || held.person != writer.person);
            }
            if !untouched && theirs != one.text {
                self.put(&one.field, &one.text);
                self.by.insert(one.field.clone(), writer.clone());
                self.at = Some(now);
            }
        }
    }

    fn hold(&mut self, field: &str, person: &str, text: &str, now: Timestamp) {
        if self.held.iter().any(|held| held.field == field && held.person == person && held.text == text) {
            return;
        }
        self.held.retain(|held| held.field != field || held.person != person);
        self.held.push(Held { field: field.to_owned(), person: person.to_owned(), text: text.to_owned(), at: now });
    }

    /// A person leaves what is kept as it is: their held text is dropped.
    pub fn yield_to_theirs(&mut self, person: &str, field: &str) {
        self.held.retain(|held| held.field != field || held.person != person);
    }

    /// Something was recorded meanwhile, not from here: `before` is the sheet this copy began with, `recorded` the one of now. What is
    /// recorded wins, and what was typed into the same field is held for whoever typed it.
    pub fn rebase(&mut self, before: &Sheet, recorded: &Sheet, from: u64, now: Timestamp) {
        let names: Vec<String> = before.keys().chain(recorded.keys()).cloned().collect();
        for name in names {
            let (old, new) = (before.get(&name).map_or("", String::as_str), recorded.get(&name).map_or("", String::as_str));
            let typed = self.of(&name).to_owned();
            if old == new || typed == new {
                continue;
            }
            if typed != old {
                let by = self.by.get(&name).map(|writer| writer.person.clone()).unwrap_or_default();
                self.hold(&name, &by, &typed, now);
            }
            self.put(&name, new);
            self.by.remove(&name);
        }
        self.from = from;
    }

    /// What waits for an answer of this person.
    pub fn clashes(&self, person: &str) -> Vec<Clash> {
        let mine = self.held.iter().filter(|held| held.person == person);
        let met = mine.filter(|held| self.of(&held.field) != held.text);
        met.map(|held| Clash {
            theirs: self.of(&held.field).to_owned(),
            by: self.by.get(&held.field).map(|writer| writer.person.clone()).unwrap_or_default(),
            field: held.field.clone(),
            mine: held.text.clone(),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: &str, base: &str, text: &str) -> Typed {
        Typed { field: field.into(), base: Some(base.into()), text: text.into() }
    }

    fn writer(person: &str) -> Writer {
        Writer { person: person.into(), window: "1".into() }
    }

    fn copy(fields: &[(&str, &str)]) -> WorkingCopy {
        let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        WorkingCopy { fields, ..WorkingCopy::default() }
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn two_fields_of_two_people_are_both_kept() {
        let mut copy = copy(&[("title_en", "A"), ("summary_en", "S")]);
        copy.take(&writer("ada"), &[typed("title_en", "A", "AB"), typed("summary_en", "S", "S")], NOW);
        copy.take(&writer("ben"), &[typed("title_en", "A", "A"), typed("summary_en", "S", "ST")], NOW);
        assert_eq!((copy.of("title_en"), copy.of("summary_en")), ("AB", "ST"));
        assert!(copy.held.is_empty());
        assert_eq!(copy.by["title_en"].person, "ada");
    }

    #[test]
    fn the_same_field_of_two_people_loses_neither() {
        let mut copy = copy(&[("title_en", "A")]);
        copy.take(&writer("ada"), &[typed("title_en", "A", "A by Ada")], NOW);
        copy.take(&writer("ben"), &[typed("title_en", "A", "A by B")], NOW);
        copy.take(&writer("ben"), &[typed("title_en", "A", "A by Ben")], NOW);
        assert_eq!(copy.of("title_en"), "A by Ada");
        let clash = Clash { field: "title_en".into(), theirs: "A by Ada".into(), by: "ada".into(), mine: "A by Ben".into() };
        assert_eq!(copy.clashes("ben"), [clash]);
        assert!(copy.clashes("ada").is_empty());
        let mut other = copy.clone();
        other.take(&writer("ben"), &[typed("title_en", "A by Ada", "A by both")], NOW);
        assert_eq!((other.of("title_en"), other.held.len()), ("A by both", 0), "Ben saw hers and decided");
        copy.yield_to_theirs("ben", "title_en");
        copy.take(&writer("ben"), &[typed("title_en", "A by Ada", "A by Ada")], NOW);
        assert_eq!((copy.of("title_en"), copy.held.len()), ("A by Ada", 0));
    }

    #[test]
    fn what_a_program_recorded_meanwhile_wins_and_the_typed_text_is_held() {
        let before = copy(&[("title_en", "A"), ("credits", "Li")]).fields;
        let mut copy = copy(&[("title_en", "A"), ("credits", "Li")]);
        copy.take(&writer("ada"), &[typed("title_en", "A", "B"), typed("credits", "Li", "Li Na")], NOW);
        let recorded: Sheet = [("title_en".to_owned(), "C".to_owned()), ("credits".to_owned(), "Li".to_owned())].into();
        copy.rebase(&before, &recorded, 7, NOW);
        assert_eq!((copy.of("title_en"), copy.of("credits"), copy.from), ("C", "Li Na", 7));
        assert_eq!(copy.clashes("ada")[0].mine, "B");
    }

    #[test]
    fn an_answer_that_was_lost_on_the_way_is_no_second_person_and_a_second_window_is() {
        let mut copy = copy(&[]);
        copy.take(&writer("ada"), &[typed("title_en", "", "A")], NOW);
        copy.take(&writer("ada"), &[typed("title_en", "", "AB")], NOW);
        assert_eq!((copy.of("title_en"), copy.held.len()), ("AB", 0));
        copy.take(&Writer { window: "2".into(), ..writer("ada") }, &[typed("title_en", "", "C")], NOW);
        assert_eq!((copy.of("title_en"), copy.clashes("ada")[0].mine.as_str()), ("AB", "C"));
    }

    #[test]
    fn who_does_not_say_what_they_saw_means_what_they_send() {
        let mut copy = copy(&[("title_en", "A")]);
        copy.take(&writer("ada"), &[Typed { field: "title_en".into(), base: None, text: "B".into() }], NOW);
        assert_eq!(copy.of("title_en"), "B");
    }
}
