//! How soon it is to be done: the questions of an SSVC decision table, what is decided, and what is still possible.

use super::page::Asked;
use crate::app::App;
use crate::fields::{Fields, Typed};
use wardroom_app::case_page::CasePage;
use wardroom_domain::validation::PriorityWords;
use wardroom_formats::ssvc::{Point, Table};
use wardroom_web::text::reveal;
use wardroom_web::{Choice, Lang};

/// One question with its answers.
pub struct Question {
    pub key: String,
    pub name: String,
    pub about: String,
    pub answers: Vec<Answer>,
}

pub struct Answer {
    pub key: String,
    pub name: String,
    pub about: String,
    pub chosen: bool,
}

/// The panel.
pub struct Priority {
    pub vulnerability: String,
    /// The tables to choose from; the chosen one is asked.
    pub tables: Vec<Choice>,
    pub table: String,
    pub name: String,
    pub about: String,
    pub questions: Vec<Question>,
    /// What was decided last: outcome, table, answers.
    pub decided: Option<(String, String, String)>,
    pub justification: String,
    /// The outcomes that are still possible after what was answered but not recorded.
    pub possible: Vec<String>,
}

/// The answers of a posted form: `q-E` is `A`.
pub fn answers(fields: &Fields) -> Vec<(&str, &str)> {
    let answered = |(name, value): &'_ (String, String)| name.starts_with("q-") && !value.trim().is_empty();
    fields.0.iter().filter(|one| answered(one)).filter_map(|(name, value)| Some((name.strip_prefix("q-")?, value.as_str()))).collect()
}

/// `None` where the team has no table.
pub fn priority(app: &App, lang: Lang, page: &CasePage, asked: &Asked, vulnerability: &str, typed: &Typed) -> Option<Priority> {
    let flaw = page.vulnerabilities.iter().find(|one| one.id == vulnerability)?;
    let tables = app.desk.decision_tables();
    let last = flaw.priority.as_ref();
    let wanted = [typed.of("priority", "table", ""), &asked.table, last.map_or("", |one| &one.table)];
    let table = wanted.into_iter().filter(|id| !id.is_empty()).find_map(|id| tables.iter().find(|one| one.id == id));
    let table = table.or_else(|| tables.first())?;
    let lang_code = lang.code();
    let given = if typed.is("priority") { answers(typed.fields()) } else { Vec::new() };
    let chosen = |point: &Point| match (given.is_empty(), last.filter(|one| one.table == table.id)) {
        (false, _) => given.iter().find(|(key, _)| *key == point.key).map(|(_, value)| (*value).to_owned()),
        (true, Some(last)) => last.answers.iter().find(|(key, _)| *key == point.key).map(|(_, value)| value.clone()),
        (true, None) => None,
    };
    let question = |point: &Point| {
        let chosen = chosen(point);
        let answer = |one: &wardroom_formats::ssvc::Choice| Answer {
            key: one.key.clone(),
            name: reveal(one.name.text(lang_code)),
            about: reveal(one.definition.text(lang_code)),
            chosen: chosen.as_deref() == Some(one.key.as_str()),
        };
        Question {
            key: point.key.clone(),
            name: reveal(point.name.text(lang_code)),
            about: reveal(point.definition.text(lang_code)),
            answers: point.values.iter().map(answer).collect(),
        }
    };
    let possible = if given.is_empty() { Vec::new() } else { table.possible(&given).unwrap_or_default() };
    Some(Priority {
        vulnerability: vulnerability.to_owned(),
        tables: tables.iter().map(|one| Choice::new(&one.id, reveal(one.name.text(lang_code)), one.id == table.id)).collect(),
        table: table.id.clone(),
        name: reveal(table.name.text(lang_code)),
        about: reveal(table.definition.text(lang_code)),
        questions: table.points.iter().map(question).collect(),
        decided: last.map(|one| decided(lang, &tables, one)),
        justification: typed.of("priority", "justification", last.map_or("", |one| &one.justification)).to_owned(),
        possible: possible.into_iter().map(|one| reveal(one.name.text(lang_code))).collect(),
    })
}

/// The outcome in the reader's language where its table is still there, else as it was called then.
pub fn outcome(lang: Lang, tables: &[std::sync::Arc<Table>], words: &PriorityWords) -> String {
    let table = tables.iter().find(|one| one.id == words.table);
    let value = table.and_then(|table| table.outcome.values.iter().find(|one| one.key == words.outcome));
    reveal(value.map_or(words.name.as_str(), |one| one.name.text(lang.code())))
}

fn decided(lang: Lang, tables: &[std::sync::Arc<Table>], words: &PriorityWords) -> (String, String, String) {
    let answers: Vec<String> = words.answers.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    (outcome(lang, tables, words), words.table.clone(), answers.join(" "))
}
