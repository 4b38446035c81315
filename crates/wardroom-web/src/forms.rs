//! What a form shows: choices, and every fault at once with the words at the field and in the summary.
//! Not a validator: the handler decides what is wrong.

use serde::Serialize;

/// One radio button or option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A second, quieter line; may be empty.
    pub hint: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl Choice {
    /// A choice without hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new(), chosen }
    }

    /// Adds the quieter line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The field's id in the page (and its name in JSON).
    pub field: String,
    /// The sentence, in the visitor's language; the same at the field and in the summary.
    pub text: String,
    /// The stable kind of fault, for programs: `invalid` unless something more exact is known.
    pub code: &'static str,
}

/// All faults of a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.add_coded(field, "invalid", text);
    }

    /// Notes a fault of a kind programs know: `required`, `type`, `too_long`, `unknown`.
    pub fn add_coded(&mut self, field: impl Into<String>, code: &'static str, text: impl Into<String>) {
        self.0.push(Fault { field: field.into(), text: text.into(), code });
    }

    /// Whether everything is right.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// The sentence for one field, or the empty string.
    #[must_use]
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|fault| fault.field == field).map_or("", |fault| fault.text.as_str())
    }
}
