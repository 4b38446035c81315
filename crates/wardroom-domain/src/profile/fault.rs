//! A fault of a policy file: where it is, what is wrong, what to write instead.
//! Deliberately without line numbers: the reader of YAML or TOML knows those, the value does not.

use std::fmt;

/// One fault; a check reports all of them at once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProfileFault {
    /// JSON pointer (RFC 6901) to the faulty place; empty for the whole document.
    pub path: String,
    /// What is wrong, a lower-case fragment.
    pub what: String,
    /// What to do, when we can tell.
    pub hint: Option<String>,
}

impl ProfileFault {
    /// A fault without a hint.
    #[must_use]
    pub fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        ProfileFault { path: path.into(), what: what.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with "did you mean", when there is a close word.
    #[must_use]
    pub(crate) fn meant(self, suggestion: Option<&str>) -> Self {
        match suggestion {
            Some(word) => self.hint(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    /// The same, seen from one level further out.
    #[must_use]
    pub(crate) fn under(mut self, prefix: &str) -> Self {
        self.path.insert_str(0, prefix);
        self
    }
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "/" } else { self.path.as_str() };
        write!(f, "{place}: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ProfileFault {}

/// `path` with one more step, escaped as RFC 6901 asks.
pub(crate) fn step(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// At most 64 characters of foreign text, with control characters made visible.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("`");
    for (index, letter) in text.chars().enumerate() {
        if index == 64 {
            out.push('…');
            break;
        }
        if letter.is_control() {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_well() {
        let fault = ProfileFault::new("/clocks/0/unit", "unknown value `day`").meant(Some("days"));
        assert_eq!(fault.to_string(), "/clocks/0/unit: unknown value `day`; did you mean `days`?");
        assert_eq!(ProfileFault::new("", "is no object").under("/2").to_string(), "/2: is no object");
    }

    #[test]
    fn steps_are_escaped_and_quotes_are_short_and_clean() {
        assert_eq!(step("/a", "b/c~d"), "/a/b~1c~0d");
        assert_eq!(quoted("a\nb"), "`a\\nb`");
        assert_eq!(quoted(&"x".repeat(70)).chars().count(), 67);
    }
}
