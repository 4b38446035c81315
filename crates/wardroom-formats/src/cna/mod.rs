//! The CNA Operational Rules (4.2.0, 2026-08-20) as checks of a CVE record: what must be right before it may be published (`block`), and what a
//! careful CNA would mend (`warn`). Every check is a function of the record's `containers.cna` and of little else, so the same record is judged
//! alike in the gate, on the page and on the command line.
//!
//! Not here: the JSON schema (the service has it), whether a reference answers (nothing is fetched in this crate, and before disclosure nowhere:
//! the request would tell), and the sentences, which are in the message catalogues under `cna-<code>` and `cna-<code>-do`.

mod prose;
mod record;
#[cfg(test)]
mod tests;

use crate::cve::Unsaid;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// How grave a breach is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The record must not be published so.
    Block,
    /// It may be; somebody should look.
    Warn,
}

impl Level {
    /// `block` or `warn`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Block => "block",
            Level::Warn => "warn",
        }
    }
}

/// One rule as we check it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Our name of the check: key of its sentences.
    pub code: &'static str,
    /// Number in the CNA rules; where several say it, the most specific.
    pub number: &'static str,
    /// What follows from a breach.
    pub level: Level,
}

const fn block(code: &'static str, number: &'static str) -> Rule {
    Rule { code, number, level: Level::Block }
}

const fn warn(code: &'static str, number: &'static str) -> Rule {
    Rule { code, number, level: Level::Warn }
}

pub(crate) const DESCRIPTION: Rule = block("description", "5.1.9");
pub(crate) const ENGLISH: Rule = block("english", "5.2.5");
pub(crate) const PRODUCT: Rule = block("product", "5.1.3");
pub(crate) const AFFECTED: Rule = block("affected", "5.1.4");
pub(crate) const ONLY_UNAFFECTED: Rule = block("only-unaffected", "5.1.8");
pub(crate) const PROBLEM_TYPE: Rule = block("problem-type", "5.1.7");
pub(crate) const REFERENCE: Rule = block("reference", "5.1.10");
pub(crate) const SELF_REFERENCE: Rule = block("self-reference", "5.3.3.5");
pub(crate) const NOT_PUBLIC: Rule = block("reference-not-public", "5.3.1");
pub(crate) const HOSTED: Rule = block("hosted", "5.1.11.1");
pub(crate) const UNSUPPORTED: Rule = block("unsupported", "4.2.17.1");
pub(crate) const FUTURE: Rule = block("date-public", "5.1.12");
pub(crate) const LOGIN: Rule = warn("reference-login", "5.3.3.1");
pub(crate) const CREDIT: Rule = warn("credit-in-prose", "5.2.4");
pub(crate) const OTHER_IDS: Rule = warn("other-ids-in-prose", "5.2.11");
pub(crate) const DIFFERENT: Rule = warn("different-from", "5.2.7");
pub(crate) const SHORT: Rule = warn("short", "5.2.1");
pub(crate) const ALIKE: Rule = warn("alike", "5.1.1");
pub(crate) const NO_FIX: Rule = warn("no-fixed-version", "5.1.5");
pub(crate) const CWE: Rule = warn("weakness-vague", "5.1.7");
pub(crate) const SCORE: Rule = warn("score", "5.2.3");
pub(crate) const SEVERITY: Rule = warn("severity", "5.2.3");

/// Every check, in the order in which it is told.
pub const RULES: [Rule; 22] = [
    DESCRIPTION,
    ENGLISH,
    PRODUCT,
    AFFECTED,
    ONLY_UNAFFECTED,
    PROBLEM_TYPE,
    REFERENCE,
    SELF_REFERENCE,
    NOT_PUBLIC,
    HOSTED,
    UNSUPPORTED,
    FUTURE,
    LOGIN,
    CREDIT,
    OTHER_IDS,
    DIFFERENT,
    SHORT,
    ALIKE,
    NO_FIX,
    CWE,
    SCORE,
    SEVERITY,
];

/// A breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Which rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// JSON pointer into `containers.cna`.
    pub place: String,
    /// What was found there, shortened; empty where something is missing.
    pub found: String,
}

/// What the record itself cannot say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Its id.
    pub cve: &'a str,
    /// When it is judged; absent: dates are not.
    pub now: Option<Timestamp>,
    /// All affected products exist only as services of their makers; absent: not known.
    pub hosted: Option<bool>,
    /// No affected product gets fixes any more; absent: not known.
    pub unsupported: Option<bool>,
    /// Descriptions of other records of the same hand.
    pub others: &'a [String],
}

/// What the rules find in a record, or in its `containers.cna` alone; blocks first.
#[must_use]
pub fn check(record: &Value, beside: &Beside<'_>) -> Vec<Breach> {
    let cna = record.pointer("/containers/cna").or_else(|| record.get("cnaContainer")).unwrap_or(record);
    let mut breaches = Vec::new();
    prose::check(cna, beside, &mut breaches);
    record::check(cna, beside, &mut breaches);
    breaches.sort_by_key(|one: &Breach| (one.rule.level, RULES.iter().position(|rule| *rule == one.rule)));
    breaches
}

/// Whether nothing stands in the way of publication.
#[must_use]
pub fn may_publish(breaches: &[Breach]) -> bool {
    breaches.iter().all(|one| one.rule.level != Level::Block)
}

/// The breach that keeps a record from being made at all.
#[must_use]
pub fn of_unsaid(unsaid: &Unsaid) -> Breach {
    match unsaid {
        Unsaid::English { .. } => breach(ENGLISH, "/descriptions", ""),
        Unsaid::Product { .. } => breach(PRODUCT, "/affected", ""),
    }
}

/// No record could be made: the advisory says nothing under that id.
#[must_use]
pub fn nothing_rendered() -> Breach {
    breach(DESCRIPTION, "/descriptions", "")
}

/// Longest piece of what was found that is told, in characters.
const FOUND: usize = 80;

fn breach(rule: Rule, place: impl Into<String>, found: &str) -> Breach {
    let found = found.trim();
    let cut = found.chars().count() > FOUND;
    let mut shown: String = found.chars().take(FOUND).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cut {
        shown.push('…');
    }
    Breach { rule, place: place.into(), found: shown }
}

/// The members of a list, none where it is no list.
fn list<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}
