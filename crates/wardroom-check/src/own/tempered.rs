//! Where we judge a little otherwise than the engine, after it has spoken.
//!
//! * 6.1.8: the referenced schemas of CVSS 2 and 3 allow further members (6.2.20 warns of them); the engine uses the strict ones.
//! * 6.1.50: "all other rules MUST be checked to the extent possible" when a type of ranges is not supported; the engine only warns.
//! * 6.1.55: a license text is owed for a license of one's own. A name that is in no register is a slip, which 6.2.45 tells.
//!
//! Not here: tests that are ours from the beginning.

use crate::engine::Findings;
use crate::report::Finding;
use serde_json::Value;
use std::collections::HashSet;

/// Corrects what a test found.
pub(crate) fn temper(test: &str, document: &Value, found: &mut Findings) {
    match test {
        "6.1.8" => found.errors.retain(|finding| !finding.message.starts_with("Additional properties are not allowed")),
        "6.1.50" => foreign_ranges(document, found),
        "6.1.55" => {
            let expression = document.pointer("/document/license_expression").and_then(Value::as_str).unwrap_or_default();
            if !["LicenseRef-", "AdditionRef-"].iter().any(|mark| expression.contains(mark)) {
                found.warnings.append(&mut found.errors);
            }
        }
        _ => {}
    }
}

/// Rules every range of VERS obeys, for those of a type the engine warned of.
fn foreign_ranges(document: &Value, found: &mut Findings) {
    let warned: Vec<String> = found.warnings.iter().map(|finding| finding.path.clone()).collect();
    for path in warned {
        let branch = document.pointer(&path);
        let name = branch.and_then(|branch| branch.as_str().or_else(|| branch.get("name").and_then(Value::as_str))).unwrap_or_default();
        if let Some(why) = broken_rule(name) {
            found.errors.push(Finding::new("6.1.50", path, format!("{name:?} is no range of versions: {why}")));
        }
    }
}

/// The rule of VERS a range breaks whatever its type.
fn broken_rule(name: &str) -> Option<&'static str> {
    let Some((kind, constraints)) = name.strip_prefix("vers:").and_then(|rest| rest.split_once('/')) else {
        return Some("it must read vers:type/constraints");
    };
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)) {
        return Some("the type must be lower-case letters, digits, dots and dashes");
    }
    if constraints.contains(char::is_whitespace) {
        return Some("there may be no white space in it");
    }
    if constraints.contains('*') {
        return Some("all versions are vers:all/*");
    }
    let mut seen = HashSet::new();
    for constraint in constraints.split('|') {
        let version = constraint.trim_start_matches(['<', '>', '=', '!']);
        let comparator = constraint.strip_suffix(version).unwrap_or_default();
        if version.is_empty() {
            return Some("a constraint without version");
        }
        if !["", "<", "<=", ">", ">=", "!="].contains(&comparator) {
            return Some("the comparators are <, <=, >, >= and !=, and none for a single version");
        }
        if !seen.insert(version) {
            return Some("a version stands in it twice");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_hold_for_every_type() {
        assert_eq!(broken_rule("vers:tomee/>=8.0.0-M1|<=8.0.1"), None);
        for wrong in ["vers:/all", "vers:Npm/1", "vers:x/1|1", "vers:x/=1", "vers:x/>=", "vers:x/*", "vers:x/> 1", "vers:x"] {
            assert!(broken_rule(wrong).is_some(), "{wrong}");
        }
    }
}
