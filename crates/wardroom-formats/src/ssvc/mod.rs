//! SSVC: decision tables as data. A table says for every combination of answers how soon something is to be done.
//! Source: CERT/CC SSVC, JSON schemas `DecisionTable` and `SelectionList` 2.0.0. The supplier's table that comes with the house is
//! `supplier.json` (domain §2.18); any other is read from a file in the same form.
//!
//! Not here: which table a maker uses, and who decided when. Names in Chinese stand beside the English ones as `x_zh`, which the schema leaves
//! free; a table without them is shown in English.

mod read;

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A word or sentence of a table, in the languages it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// English.
    pub en: String,
    /// Chinese, or empty.
    pub zh: String,
}

impl Said {
    /// In the language asked for (`en` or `zh`), else in English.
    #[must_use]
    pub fn text(&self, lang: &str) -> &str {
        if lang == "zh" && !self.zh.is_empty() { &self.zh } else { &self.en }
    }
}

/// One value of a decision point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As written in selections, like `A`.
    pub key: String,
    /// Its name.
    pub name: Said,
    /// What it means.
    pub definition: Said,
}

/// A question with its answers; an outcome is one, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// `ssvc`, `cisa`, …
    pub namespace: String,
    /// Like `E`.
    pub key: String,
    /// Like `1.1.0`.
    pub version: String,
    /// Its name.
    pub name: Said,
    /// What is asked.
    pub definition: Said,
    /// The answers, in the table's order.
    pub values: Vec<Choice>,
}

impl Point {
    /// `ssvc:E:1.1.0`
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}:{}", self.namespace, self.key, self.version)
    }

    fn value(&self, text: &str) -> Option<usize> {
        let exactly = self.values.iter().position(|one| one.key == text);
        let named = |one: &Choice| one.key.eq_ignore_ascii_case(text) || one.name.en.eq_ignore_ascii_case(text) || one.name.zh == text;
        exactly.or_else(|| self.values.iter().position(named))
    }
}

/// A decision table: every combination of answers has exactly one outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `ssvc:DT_SP:1.0.0`
    pub id: String,
    /// Its name.
    pub name: Said,
    /// What it decides.
    pub definition: Said,
    /// The questions, in the order in which they are asked.
    pub points: Vec<Point>,
    /// What comes out.
    pub outcome: Point,
    /// Places of the answers, in the order of `points`, and the place of the outcome's value.
    rows: BTreeMap<Vec<usize>, usize>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'t> {
    /// The table it was decided by.
    pub table: &'t Table,
    /// Each question with its answer.
    pub answers: Vec<(&'t Point, &'t Choice)>,
    /// What is to be done.
    pub outcome: &'t Choice,
}

/// Why a table cannot be read, or nothing can be decided by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsvcFault {
    /// Not a decision table.
    #[error("{place}: {why}")]
    Table {
        /// Where in the JSON, as a pointer.
        place: String,
        /// What is wrong there.
        why: String,
    },
    /// A question without an answer.
    #[error("{key} has no answer: say {key}= one of {values}")]
    Missing {
        /// The question.
        key: String,
        /// The answers it has, parted by commas.
        values: String,
    },
    /// An answer to no question of this table.
    #[error("the table asks nothing called {key:?}: it asks {known}")]
    NotAsked {
        /// What was named, at most 60 characters.
        key: String,
        /// The questions, parted by commas.
        known: String,
    },
    /// An answer the question does not have.
    #[error("{key} has no answer {value:?}: say one of {values}")]
    NoSuchAnswer {
        /// The question.
        key: String,
        /// What was said, at most 60 characters.
        value: String,
        /// The answers it has, parted by commas.
        values: String,
    },
}

impl Table {
    /// The table of a maker who decides how soon to develop a fix: `ssvc:DT_SP:1.0.0`.
    ///
    /// # Errors
    /// Never in a build whose tests passed: the file is part of it.
    pub fn supplier() -> Result<Self, SsvcFault> {
        Self::read(include_bytes!("supplier.json"))
    }

    /// Reads a table in the form of SSVC's `DecisionTable` 2.0.0, at most 1 MiB.
    ///
    /// # Errors
    /// When it is none, or some combination of answers has no outcome or two.
    pub fn read(bytes: &[u8]) -> Result<Self, SsvcFault> {
        read::table(bytes)
    }

    /// Decides. Each answer is a question's key (`E`) or id (`ssvc:E:1.1.0`) and a value's key or name, in any order.
    ///
    /// # Errors
    /// When an answer is missing, or there is no such question or answer.
    pub fn decide(&self, answers: &[(&str, &str)]) -> Result<Decision<'_>, SsvcFault> {
        let places = self.places(answers)?;
        let whole = self
            .points
            .iter()
            .zip(&places)
            .map(|(point, place)| place.ok_or_else(|| SsvcFault::Missing { key: point.key.clone(), values: keys(&point.values) }));
        let whole: Vec<usize> = whole.collect::<Result<_, _>>()?;
        let chosen = self.points.iter().zip(&whole).filter_map(|(point, place)| Some((point, point.values.get(*place)?)));
        let outcome = self.rows.get(&whole).and_then(|place| self.outcome.values.get(*place));
        let outcome = outcome.ok_or_else(|| SsvcFault::Table { place: "/mapping".into(), why: "has no such row".into() })?;
        Ok(Decision { table: self, answers: chosen.collect(), outcome })
    }

    /// The outcomes that are still possible after these answers, in the outcome's order.
    ///
    /// # Errors
    /// When there is no such question or answer.
    pub fn possible(&self, answers: &[(&str, &str)]) -> Result<Vec<&Choice>, SsvcFault> {
        let places = self.places(answers)?;
        let fits = |row: &Vec<usize>| row.iter().zip(&places).all(|(here, said)| said.is_none_or(|said| said == *here));
        let left: Vec<usize> = self.rows.iter().filter(|(row, _)| fits(row)).map(|(_, outcome)| *outcome).collect();
        let values = self.outcome.values.iter().enumerate();
        Ok(values.filter(|(place, _)| left.contains(place)).map(|(_, one)| one).collect())
    }

    /// The table in SSVC's own JSON, as [`Table::read`] takes it.
    #[must_use]
    pub fn json(&self) -> Value {
        let both = |mut value: Value, name: &Said, definition: &Said| {
            value["name"] = json!(name.en);
            value["definition"] = json!(definition.en);
            if !(name.zh.is_empty() && definition.zh.is_empty()) {
                value["x_zh"] = json!({ "name": name.zh, "definition": definition.zh });
            }
            value
        };
        let point = |point: &Point| {
            let values: Vec<Value> = point.values.iter().map(|one| both(json!({ "key": one.key }), &one.name, &one.definition)).collect();
            let head = json!({
                "namespace": point.namespace, "key": point.key, "version": point.version, "schemaVersion": "2.0.0", "values": values,
            });
            (point.id(), both(head, &point.name, &point.definition))
        };
        let key = |point: &Point, place: usize| (point.id(), json!(point.values.get(place).map(|one| &one.key)));
        let row = |(answers, outcome): (&Vec<usize>, &usize)| -> Value {
            let answers = self.points.iter().zip(answers).map(|(point, place)| key(point, *place));
            answers.chain([key(&self.outcome, *outcome)]).collect::<serde_json::Map<_, _>>().into()
        };
        let points: serde_json::Map<String, Value> = self.points.iter().chain([&self.outcome]).map(point).collect();
        let mut id = self.id.splitn(3, ':');
        let mut part = || id.next().unwrap_or_default().to_owned();
        let head = json!({
            "namespace": part(), "key": part(), "version": part(), "schemaVersion": "2.0.0",
            "decision_points": points, "outcome": self.outcome.id(), "mapping": self.rows.iter().map(row).collect::<Vec<Value>>(),
        });
        both(head, &self.name, &self.definition)
    }

    /// For each question the place of its answer.
    fn places(&self, answers: &[(&str, &str)]) -> Result<Vec<Option<usize>>, SsvcFault> {
        let mut places = vec![None; self.points.len()];
        for (key, value) in answers {
            let place = self.points.iter().position(|one| one.key.eq_ignore_ascii_case(key) || one.id() == *key);
            let asked = place.and_then(|place| Some((self.points.get(place)?, places.get_mut(place)?)));
            let Some((point, slot)) = asked else {
                let known: Vec<&str> = self.points.iter().map(|one| one.key.as_str()).collect();
                return Err(SsvcFault::NotAsked { key: cut(key), known: known.join(", ") });
            };
            let Some(found) = point.value(value.trim()) else {
                return Err(SsvcFault::NoSuchAnswer { key: point.key.clone(), value: cut(value), values: keys(&point.values) });
            };
            *slot = Some(found);
        }
        Ok(places)
    }
}

impl Decision<'_> {
    /// The answers as SSVC's `SelectionList` 2.0.0, as CSAF 2.1 carries them; `at` is an instant like `2026-11-22T07:00:00Z`.
    #[must_use]
    pub fn selections(&self, at: &str) -> Value {
        let one = |point: &Point, choice: &Choice| {
            json!({
                "namespace": point.namespace,
                "key": point.key,
                "version": point.version,
                "name": point.name.en,
                "values": [{ "key": choice.key, "name": choice.name.en }],
            })
        };
        let mut selections: Vec<Value> = self.answers.iter().map(|(point, choice)| one(point, choice)).collect();
        selections.push(one(&self.table.outcome, self.outcome));
        json!({ "schemaVersion": "2.0.0", "timestamp": at, "selections": selections })
    }
}

fn keys(values: &[Choice]) -> String {
    let keys: Vec<&str> = values.iter().map(|one| one.key.as_str()).collect();
    keys.join(", ")
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests;
