//! The shapes a policy file is made of, and the check of a value against a shape.
//! Deliberately not JSON Schema: only what `psirt-profile/1` needs, so that every fault has a place, a reason and a hint.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fault::{ProfileFault, quoted, step};
use super::nearest::nearest;
use super::text::is_language;
use super::{Expr, ExprFault, Milestone};
use crate::deadlines::{Anchor, Calendar, IsoDuration, LegalInstant, Limit};

/// Most entries of a list or an object.
const MAX_ENTRIES: usize = 1000;
/// Longest text, in bytes.
const MAX_TEXT_BYTES: usize = 20_000;

/// What stands at one place of a policy file.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// `^[a-z0-9_]+$`
    Id,
    /// A language tag.
    Language,
    /// Two capitals.
    Country,
    /// `PnDTnHnMnS`
    Duration,
    /// A milestone expression.
    Expr,
    /// A milestone, `every:` milestone, or a legal instant.
    Anchor,
    /// A key's fingerprint or the end of it.
    Fingerprint,
    /// An integer from 1 or a duration.
    Limit,
    /// A text, or texts by language.
    L10n,
    /// `true` or `false`.
    Bool,
    /// One fixed text.
    Exactly(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of different texts.
    Texts,
    /// Two whole numbers, the least and the most.
    Range,
    /// A list of at least so many.
    List(&'static Shape, usize),
    /// An object with any keys.
    Map(&'static Shape),
    /// An object with these fields only.
    Object(&'static Fields),
    /// A working calendar, which checks itself.
    Calendar,
}

/// The fields of an object.
#[derive(Debug)]
pub(super) struct Fields {
    pub required: &'static [&'static str],
    pub all: &'static [(&'static str, Shape)],
}

/// Adds the faults of `value` to `faults`.
pub(super) fn check(value: &Value, shape: &Shape, path: &str, faults: &mut Vec<ProfileFault>) {
    match shape {
        Shape::Bool if value.is_boolean() => {}
        Shape::Bool => faults.push(ProfileFault::new(path, "is neither true nor false")),
        Shape::Limit => check_limit(value, path, faults),
        Shape::L10n => check_l10n(value, path, faults),
        Shape::Texts => check_texts(value, path, faults),
        Shape::Range => check_range(value, path, faults),
        Shape::List(of, least) => check_list(value, of, *least, path, faults),
        Shape::Map(of) => {
            for (key, entry) in object(value, path, faults).into_iter().flatten() {
                check(entry, of, &step(path, key), faults);
            }
        }
        Shape::Object(fields) => check_object(value, fields, path, faults),
        Shape::Calendar => {
            if let Err(own) = Calendar::from_value(value) {
                faults.extend(own.into_iter().map(|fault| fault.under(path)));
            }
        }
        Shape::Text
        | Shape::Id
        | Shape::Language
        | Shape::Country
        | Shape::Duration
        | Shape::Expr
        | Shape::Anchor
        | Shape::Fingerprint
        | Shape::Exactly(_)
        | Shape::Word(_) => {
            if let Some(text) = text(value, path, faults) {
                faults.extend(text_fault(text, shape, path));
            }
        }
    }
}

fn text<'v>(value: &'v Value, path: &str, faults: &mut Vec<ProfileFault>) -> Option<&'v str> {
    match value {
        Value::String(text) if text.len() <= MAX_TEXT_BYTES => return Some(text),
        Value::String(_) => faults.push(ProfileFault::new(path, format!("is longer than {MAX_TEXT_BYTES} bytes"))),
        other => faults.push(ProfileFault::new(path, format!("is {}, not text", kind(other))).hint("put it in quotes")),
    }
    None
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The fault of a text that shall have a form.
fn text_fault(text: &str, shape: &Shape, path: &str) -> Option<ProfileFault> {
    let unless =
        |fits: bool, what: &str, hint: &str| (!fits).then(|| ProfileFault::new(path, format!("{} {what}", quoted(text))).hint(hint));
    match shape {
        Shape::Id => {
            let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            unless(fits, "is no identifier", "use only a-z, 0-9 and _")
        }
        Shape::Language => unless(is_language(text), "is no language tag", "write a tag such as en or zh-CN"),
        Shape::Country => {
            let fits = text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
            unless(fits, "is no country code", "write two capitals such as CN")
        }
        Shape::Fingerprint => unless(is_fingerprint(text), "is no fingerprint", "write it in capitals, 40 hexadecimal digits"),
        Shape::Duration => duration_fault(text, path),
        Shape::Expr => Expr::parse(text).err().map(|fault| expr_fault(&fault, path)),
        Shape::Anchor => anchor_fault(text, path),
        Shape::Exactly(wanted) => unless(text == *wanted, "is not known", &format!("write {wanted}")),
        Shape::Word(words) if words.contains(&text) => None,
        Shape::Word(words) => {
            let fault = ProfileFault::new(path, format!("unknown value {}", quoted(text)));
            Some(match nearest(text, words.iter().copied()) {
                Some(word) => fault.meant(Some(word)),
                None => fault.hint(format!("use one of {}", words.join(", "))),
            })
        }
        _ => None,
    }
}

fn duration_fault(text: &str, path: &str) -> Option<ProfileFault> {
    let fault = IsoDuration::parse(text).err()?;
    let what = fault.to_string();
    // The clock's message speaks of limits and integers; here only a duration fits.
    let what = what.split(';').next().unwrap_or_default().replace("limit", "duration");
    Some(ProfileFault::new(path, what).hint("write days, hours, minutes and seconds, such as P90D or PT48H"))
}

fn expr_fault(fault: &ExprFault, path: &str) -> ProfileFault {
    let suggestion = match fault {
        ExprFault::Unknown { suggestion, .. } => *suggestion,
        _ => None,
    };
    let what = fault.to_string();
    match what.split_once("; ") {
        Some((what, hint)) => ProfileFault::new(path, what).hint(hint),
        None => ProfileFault::new(path, what).meant(suggestion),
    }
}

fn anchor_fault(text: &str, path: &str) -> Option<ProfileFault> {
    text.parse::<Anchor>().err()?;
    let word = text.strip_prefix("every:").unwrap_or(text);
    let milestones = Milestone::ALL.into_iter().map(Milestone::as_str);
    let known = milestones.chain(LegalInstant::WORDS.iter().copied());
    let fault = ProfileFault::new(path, format!("unknown anchor {}", quoted(text)));
    Some(match nearest(word, known) {
        Some(word) => fault.meant(Some(word)),
        None => fault.hint("name a milestone such as report_received, or every: and a milestone"),
    })
}

/// `^([0-9A-F]{4} ?){10}$|^…?[0-9A-F]{8,40}$`
fn is_fingerprint(text: &str) -> bool {
    let is_hex = |part: &str| part.chars().all(|c| matches!(c, '0'..='9' | 'A'..='F'));
    let short = text.strip_prefix('…').unwrap_or(text);
    if (8..=40).contains(&short.len()) && is_hex(short) {
        return true;
    }
    let mut groups = 0;
    let mut rest = text;
    while let Some((group, after)) = rest.split_at_checked(4) {
        if !is_hex(group) {
            return false;
        }
        groups += 1;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    groups == 10 && rest.is_empty()
}

fn check_limit(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) {
    if let Err(fault) = Limit::from_value(value) {
        faults.push(split_hint(&fault.to_string(), path));
    }
}

/// A fault from a message that carries its advice after a semicolon.
pub(super) fn split_hint(message: &str, path: &str) -> ProfileFault {
    match message.split_once("; ") {
        Some((what, hint)) => ProfileFault::new(path, what).hint(hint),
        None => ProfileFault::new(path, message),
    }
}

fn check_l10n(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) {
    let Value::Object(texts) = value else {
        text(value, path, faults);
        return;
    };
    if texts.is_empty() {
        faults.push(ProfileFault::new(path, "holds no text").hint("write a text, or one per language"));
    }
    for (tag, entry) in texts {
        let place = step(path, tag);
        faults.extend(text_fault(tag, &Shape::Language, &place));
        text(entry, &place, faults);
    }
}

fn check_texts(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) {
    let mut seen = BTreeSet::new();
    for (index, entry) in list(value, path, faults).into_iter().flatten().enumerate() {
        let place = format!("{path}/{index}");
        if let Some(text) = text(entry, &place, faults)
            && !seen.insert(text)
        {
            faults.push(ProfileFault::new(place, format!("{} is listed twice", quoted(text))));
        }
    }
}

fn check_range(value: &Value, path: &str, faults: &mut Vec<ProfileFault>) {
    let bounds = match value.as_array().map(Vec::as_slice) {
        Some([least, most]) => least.as_i64().zip(most.as_i64()),
        _ => None,
    };
    match bounds {
        None => faults.push(ProfileFault::new(path, "is no range").hint("write the least and the most, such as [100, 500]")),
        Some((least, most)) if least > most => {
            faults.push(ProfileFault::new(path, "begins above its end").hint("write the least first"));
        }
        Some(_) => {}
    }
}

fn check_list(value: &Value, of: &Shape, least: usize, path: &str, faults: &mut Vec<ProfileFault>) {
    let Some(entries) = list(value, path, faults) else {
        return;
    };
    if entries.len() < least {
        faults.push(ProfileFault::new(path, "is empty").hint(format!("name at least {least}")));
    }
    for (index, entry) in entries.iter().enumerate() {
        check(entry, of, &format!("{path}/{index}"), faults);
    }
}

fn list<'v>(value: &'v Value, path: &str, faults: &mut Vec<ProfileFault>) -> Option<&'v Vec<Value>> {
    match value {
        Value::Array(entries) if entries.len() <= MAX_ENTRIES => return Some(entries),
        Value::Array(_) => faults.push(ProfileFault::new(path, format!("holds more than {MAX_ENTRIES} entries"))),
        other => faults.push(ProfileFault::new(path, format!("is {}, not a list", kind(other)))),
    }
    None
}

fn object<'v>(value: &'v Value, path: &str, faults: &mut Vec<ProfileFault>) -> Option<&'v Map<String, Value>> {
    match value {
        Value::Object(fields) if fields.len() <= MAX_ENTRIES => return Some(fields),
        Value::Object(_) => faults.push(ProfileFault::new(path, format!("holds more than {MAX_ENTRIES} fields"))),
        other => faults.push(ProfileFault::new(path, format!("is {}, not an object", kind(other)))),
    }
    None
}

fn check_object(value: &Value, fields: &Fields, path: &str, faults: &mut Vec<ProfileFault>) {
    let Some(given) = object(value, path, faults) else {
        return;
    };
    for name in fields.required.iter().filter(|name| !given.contains_key(**name)) {
        faults.push(ProfileFault::new(path, format!("required field `{name}` is missing")));
    }
    for (name, entry) in given {
        let place = step(path, name);
        match fields.all.iter().find(|(known, _)| known == name) {
            Some((_, shape)) => check(entry, shape, &place, faults),
            None => {
                let fault = ProfileFault::new(place, format!("unknown field {}", quoted(name)));
                let known = fields.all.iter().map(|(known, _)| *known);
                faults.push(match nearest(name, known.clone()) {
                    Some(word) => fault.meant(Some(word)),
                    None => fault.hint(format!("known fields are {}", known.collect::<Vec<_>>().join(", "))),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(value: Value, shape: &Shape) -> Vec<String> {
        let mut faults = Vec::new();
        check(&value, shape, "/x", &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn fingerprints() {
        for text in
            ["E95F 7D0B 6088 0E83 7F3B 4622 6DAB 53B1 39D9 3A00", "…39D93A00", "39D93A00", "E95F7D0B60880E837F3B46226DAB53B139D93A00"]
        {
            assert!(is_fingerprint(text), "{text}");
        }
        for text in ["", "e95f7d0b", "E95F 7D0B", "39D93A0", "……39D93A00", "E95F7D0B60880E837F3B46226DAB53B139D93A0011", "密密密密"]
        {
            assert!(!is_fingerprint(text), "{text}");
        }
    }

    #[test]
    fn texts_have_forms_and_faults_have_advice() {
        assert_eq!(said(json!(5), &Shape::Text), ["/x: is a number, not text; put it in quotes"]);
        assert_eq!(said(json!("A b"), &Shape::Id), ["/x: `A b` is no identifier; use only a-z, 0-9 and _"]);
        assert_eq!(said(json!("China"), &Shape::Country), ["/x: `China` is no country code; write two capitals such as CN"]);
        assert_eq!(
            said(json!("90D"), &Shape::Duration),
            ["/x: cannot read duration `90D`; write days, hours, minutes and seconds, such as P90D or PT48H"]
        );
        assert_eq!(
            said(json!("closed & valdated"), &Shape::Expr),
            ["/x: unknown milestone `valdated` at column 10; did you mean `validated`?"]
        );
        assert_eq!(
            said(json!("every:report_recieved"), &Shape::Anchor),
            ["/x: unknown anchor `every:report_recieved`; did you mean `report_received`?"]
        );
        assert_eq!(said(json!("openpgg"), &Shape::Word(&["openpgp", "smime"])), ["/x: unknown value `openpgg`; did you mean `openpgp`?"]);
        assert_eq!(said(json!("fax"), &Shape::Word(&["openpgp", "smime"])), ["/x: unknown value `fax`; use one of openpgp, smime"]);
        assert_eq!(said(json!({"zh_CN": "x"}), &Shape::L10n), ["/x/zh_CN: `zh_CN` is no language tag; write a tag such as en or zh-CN"]);
        assert_eq!(said(json!({}), &Shape::L10n), ["/x: holds no text; write a text, or one per language"]);
        assert_eq!(said(json!(["a", "b", "a"]), &Shape::Texts), ["/x/2: `a` is listed twice"]);
        assert_eq!(said(json!([5, 1]), &Shape::Range), ["/x: begins above its end; write the least first"]);
        assert_eq!(said(json!(0), &Shape::Limit), ["/x: limit must be at least 1"]);
        assert_eq!(said(json!("yes"), &Shape::Bool), ["/x: is neither true nor false"]);
    }
}
