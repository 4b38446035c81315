//! JSON as we publish it: pretty, with a line end at the end, members in an order that depends on nothing but the document.
//!
//! Not here: parsing.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Pretty JSON with a line end at the end. Members come in the order of the struct's fields.
#[expect(clippy::expect_used, reason = "our own structs have string keys only and finite numbers, so serialising cannot fail")]
pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    let mut out = serde_json::to_string_pretty(value).expect("own structs serialise");
    out.push('\n');
    out
}

/// The same on one line, without the line end.
#[expect(clippy::expect_used, reason = "our own structs have string keys only and finite numbers, so serialising cannot fail")]
pub(crate) fn line<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("own structs serialise")
}

/// The same of a value, with its members in alphabetical order, however the value keeps them.
#[must_use]
pub fn sorted(value: &Value) -> String {
    pretty(&Sorted(value))
}

/// The same on one line, without a line end: a line of NDJSON.
#[must_use]
#[expect(clippy::expect_used, reason = "a value has string keys only and finite numbers, so serialising cannot fail")]
pub fn sorted_line(value: &Value) -> String {
    serde_json::to_string(&Sorted(value)).expect("values serialise")
}

struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            Value::Object(members) => {
                let members: BTreeMap<&String, Sorted<'_>> = members.iter().map(|(name, value)| (name, Sorted(value))).collect();
                serializer.collect_map(members)
            }
            other => other.serialize(serializer),
        }
    }
}

/// An object of those members that have something to say: no nulls, no empty texts, lists or objects.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let said = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    Value::Object(members.into_iter().filter(|(_, value)| said(value)).map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The list without the values that stand in it before.
pub(crate) fn distinct(values: impl IntoIterator<Item = Value>) -> Value {
    let mut out: Vec<Value> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    Value::Array(out)
}
