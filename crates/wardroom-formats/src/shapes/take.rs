//! Taking members out of a document, so that what nobody took is left over. Wrong types are left where they are: they turn up
//! in the rest instead of being lost.

use serde_json::{Map, Value};

/// Most bytes of the rest that are shown; the original has it all.
const REST_BYTES: usize = 60_000;
/// Most items looked at in one list.
pub(super) const ITEMS: usize = 2_000;

/// The members of an object that are still there.
pub(super) struct Members(pub(super) Map<String, Value>);

impl Members {
    /// A text, taken out; empty when it is absent or no text.
    pub(super) fn text(&mut self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::String(_)) => match self.0.remove(name) {
                Some(Value::String(text)) => text,
                _ => String::new(),
            },
            _ => String::new(),
        }
    }

    /// A text, number or truth value as text, taken out.
    pub(super) fn plain(&mut self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::String(_)) => self.text(name),
            Some(Value::Bool(_) | Value::Number(_)) => self.0.remove(name).map(|value| value.to_string()).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// A list of texts, or one text, taken out.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Value::Array(items)) if items.iter().all(Value::is_string) => match self.0.remove(name) {
                Some(Value::Array(items)) => items.into_iter().take(ITEMS).filter_map(|one| one.as_str().map(str::to_owned)).collect(),
                _ => Vec::new(),
            },
            Some(Value::String(_)) => vec![self.text(name)],
            _ => Vec::new(),
        }
    }

    /// Works on an object member in place; what is left of it stays, unless it is empty.
    pub(super) fn object<T: Default>(&mut self, name: &str, work: impl FnOnce(&mut Members) -> T) -> T {
        let Some(Value::Object(inner)) = self.0.get_mut(name) else { return T::default() };
        let mut members = Members(std::mem::take(inner));
        let done = work(&mut members);
        if members.is_spent() {
            self.0.remove(name);
        } else if let Some(Value::Object(inner)) = self.0.get_mut(name) {
            *inner = members.0;
        }
        done
    }

    /// Works on each object of a list member in place; what is left of each stays.
    pub(super) fn each(&mut self, name: &str, mut work: impl FnMut(&mut Members)) {
        let Some(Value::Array(items)) = self.0.get_mut(name) else { return };
        for item in items.iter_mut().take(ITEMS) {
            let Value::Object(inner) = item else { continue };
            let mut members = Members(std::mem::take(inner));
            work(&mut members);
            *inner = members.0;
        }
        if items.iter().all(is_spent) {
            self.0.remove(name);
        }
    }

    /// Drops members that only describe the document itself.
    pub(super) fn drop_all(&mut self, names: &[&str]) {
        for name in names {
            self.0.remove(*name);
        }
    }

    fn is_spent(&self) -> bool {
        self.0.values().all(is_spent)
    }
}

fn is_spent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_spent),
        Value::Object(members) => members.values().all(is_spent),
    }
}

/// What is left without its empty parts.
fn pruned(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().filter(|one| !is_spent(one)).map(pruned).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(_, one)| !is_spent(one)).map(|(name, one)| (name, pruned(one))).collect())
        }
        other => other,
    }
}

/// The rest as JSON for a person to read; empty when nothing is left.
pub(super) fn rest_text(members: Members) -> String {
    if members.is_spent() {
        return String::new();
    }
    let text = serde_json::to_string_pretty(&pruned(Value::Object(members.0))).unwrap_or_default();
    let end = (0..=REST_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    match text.get(..end) {
        Some(start) if end < text.len() => format!("{start}\n…"),
        _ => text,
    }
}
