//! The way of one document: version, limits, edition, the tests asked for, and one report in the end.
//!
//! Order of the tests is that of the standard; each is our own where `own/` has it, else the engine's. A document the schema does not
//! accept is completed first (`draft.rs`), so that its author gets the other findings too.

use crate::catalogue::{self, Test};
use crate::draft::{self, Draft};
use crate::editions;
use crate::engine::{Engine, Findings, Verdict};
use crate::limits;
use crate::own::{self, Answer};
use crate::report::{Finding, Level, NotChecked, Preset, Reason, Report, Version};
use serde_json::Value;
use wardroom_formats::guarded::{Fault, Limits};

/// Reads a document and runs a preset on it.
///
/// # Errors
/// It is no JSON within the limits; nothing is checked then.
pub fn check_text(text: &[u8], limits: &Limits, preset: Preset) -> Result<Report, Fault> {
    Ok(check(limits::read(text, limits)?, preset))
}

/// Runs a preset on a document.
pub fn check(document: Value, preset: Preset) -> Report {
    check_tests(document, |test| preset.holds(test.level))
}

/// Runs the tests that are asked for.
pub fn check_tests(document: Value, asked: impl Fn(&Test) -> bool) -> Report {
    let said = document.pointer("/document/csaf_version").and_then(Value::as_str);
    let version = match said {
        Some("2.0") => Some(Version::V20),
        Some("2.1") => Some(Version::V21),
        _ => None,
    };
    let mut report = Report {
        version,
        valid: false,
        errors: Vec::new(),
        warnings: Vec::new(),
        infos: Vec::new(),
        not_checked: Vec::new(),
        ran: Vec::new(),
    };
    if version.is_none() {
        let path = "/document/csaf_version";
        report.errors.push(Finding::new("schema", path, "it must say by which version to judge: \"2.0\" or \"2.1\""));
    }
    if !limits::in_proportion(&document) {
        report.errors.push(Finding::new("schema", "", "objects stand too deep inside each other for a document of this size"));
        return report;
    }
    let version = version.unwrap_or(Version::V20);
    let tests: Vec<Test> = catalogue::tests(version).iter().copied().filter(asked).collect();
    run(version, document, &tests, &mut report);
    report.valid = report.errors.is_empty();
    report
}

fn run(version: Version, mut document: Value, tests: &[Test], report: &mut Report) {
    let lifted = if version == Version::V21 { editions::lift(&mut document) } else { editions::Lifted::default() };
    let engine = Engine::new(version, document);
    let semantic = tests.iter().any(|test| test.level != Level::Schema);
    let draft = if !semantic || engine.is_typed() { None } else { draft::complete(version, engine.json()) };
    let typed = semantic && (draft.is_some() || engine.is_typed());
    for test in tests {
        if test.id == "schema" {
            report.errors.extend(lifted.faults.iter().cloned());
        }
        let outcome = match own::answer(version, test.id, engine.json(), &lifted, draft.is_none() && typed) {
            Some(answer) => answer,
            None => ask_engine(&engine, draft.as_ref(), typed, test.id),
        };
        match outcome {
            Answer::Found(mut found) => {
                own::temper(test.id, engine.json(), &mut found);
                if version == Version::V21 && !lifted.is_published(test.id) {
                    found.warnings.append(&mut found.errors);
                }
                report.ran.push(test.id);
                add(&mut report.errors, found.errors);
                add(&mut report.warnings, found.warnings);
                add(&mut report.infos, found.infos);
            }
            Answer::Not(reason) => report.not_checked.push(NotChecked { test: test.id.to_owned(), reason }),
        }
    }
    for list in [&mut report.errors, &mut report.warnings, &mut report.infos] {
        list.iter_mut().for_each(|finding| lifted.put_back(&mut finding.path));
    }
}

/// Adds findings as long as there is room, and says once when there was none.
fn add(list: &mut Vec<Finding>, found: Vec<Finding>) {
    let room = limits::MOST_FINDINGS.saturating_sub(list.len());
    let left_out = found.len().saturating_sub(room);
    let rest =
        found.get(room).filter(|_| room > 0).map(|one| Finding::new(&one.test, "", format!("{left_out} further findings are not told")));
    list.extend(found.into_iter().take(room));
    list.extend(rest);
}

/// The engine's answer; about a draft, without what is about the completion.
fn ask_engine(engine: &Engine, draft: Option<&Draft>, typed: bool, test: &str) -> Answer {
    let on_draft = draft.is_some() && !matches!(test, "schema" | "6.1.15" | "6.2.12" | "6.2.13" | "6.2.20" | "6.3.3");
    let verdict = match draft.filter(|_| on_draft) {
        Some(draft) if draft.touches(test) => return Answer::Not(Reason::DocumentIncomplete),
        Some(draft) => draft.engine.run(test),
        None if !typed && test != "schema" => match engine.run(test) {
            Verdict::Unreadable | Verdict::Passed => Verdict::Unreadable,
            other => other,
        },
        None => engine.run(test),
    };
    match verdict {
        Verdict::Passed => Answer::Found(Findings::default()),
        Verdict::Found(found) => Answer::Found(match draft.filter(|_| on_draft) {
            Some(draft) => draft.of_the_author(found),
            None => found,
        }),
        Verdict::Absent => Answer::Not(own::why_absent(test)),
        Verdict::Unreadable => Answer::Not(Reason::DocumentIncomplete),
        Verdict::Broke => Answer::Not(Reason::Broke),
    }
}
