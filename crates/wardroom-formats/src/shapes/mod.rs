//! The shapes tools send reports in: CSAF documents, OSV records, GitHub's private vulnerability reports, SARIF logs, VINCE's
//! form. Recognised by what is in them, never by a file name, and mapped to the fields of our reports. Pure and total: any JSON
//! value goes in, nothing panics, nothing is invented.
//!
//! What a mapping understands it takes out of the document; what is left is [`Mapped::rest`] and is shown to the team as it
//! came. The original bytes are kept by whoever called.
//!
//! Not here: reading bytes ([`crate::guarded`]), and checking whether a document is valid: a tool's half-filled document is a
//! report all the same.

mod csaf;
mod github;
mod osv;
mod sarif;
mod take;
mod vince;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use take::{Members, rest_text};

/// Which shape it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// CSAF 2.0 or 2.1.
    Csaf,
    /// An OSV record.
    Osv,
    /// A GitHub private vulnerability report or repository security advisory.
    Github,
    /// A SARIF log.
    Sarif,
    /// The fields of CERT/CC's VINCE form.
    Vince,
}

impl Shape {
    /// All of them.
    pub const ALL: [Shape; 5] = [Shape::Csaf, Shape::Osv, Shape::Github, Shape::Sarif, Shape::Vince];

    /// The word stored with a report: `csaf`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Shape::Csaf => "csaf",
            Shape::Osv => "osv",
            Shape::Github => "github",
            Shape::Sarif => "sarif",
            Shape::Vince => "vince",
        }
    }
}

/// A document as a report of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// One line; may be empty.
    pub title: String,
    /// What was found; never empty in a document that says anything.
    pub text: String,
    /// Further fields by our own ids (`product`, `version`, `cve_ids`, …), each at most once.
    pub fields: Vec<(String, String)>,
    /// How the finder is to be credited; may be empty.
    pub credit: String,
    /// Who sends it; may be empty.
    pub sender_name: String,
    /// Where to answer; may be empty. Not yet checked to be an address.
    pub sender_address: String,
    /// An armored OpenPGP public key; may be empty.
    pub reporter_key: String,
    /// Primary language tag the document says it is in; may be empty.
    pub language: String,
    /// What was not understood, as JSON; empty when everything was.
    pub rest: String,
}

/// Most bytes of one mapped field; more is cut with a mark, the original has it all.
const FIELD_BYTES: usize = 20_000;
/// Most lines of one mapped field.
const FIELD_LINES: usize = 200;

impl Mapped {
    /// Adds a field from its lines: empty and repeated ones are left out, and the number is limited.
    fn field(&mut self, id: &str, lines: impl IntoIterator<Item = String>) {
        let mut kept: Vec<String> = Vec::new();
        let mut bytes = 0;
        for line in lines {
            let line = line.trim().to_owned();
            if line.is_empty() || kept.contains(&line) {
                continue;
            }
            if kept.len() >= FIELD_LINES || bytes + line.len() > FIELD_BYTES {
                kept.push("…".to_owned());
                break;
            }
            bytes += line.len();
            kept.push(line);
        }
        if !kept.is_empty() && !self.fields.iter().any(|(known, _)| known == id) {
            self.fields.push((id.to_owned(), kept.join("\n")));
        }
    }
}

/// The shape of a document, by its content. `None`: none of these.
#[must_use]
pub fn recognise(value: &Value) -> Option<Shape> {
    let object = value.as_object()?;
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let list = |name: &str| object.get(name).and_then(Value::as_array);
    if object.get("document").and_then(|one| one.get("csaf_version")).is_some_and(Value::is_string) {
        return Some(Shape::Csaf);
    }
    if list("runs").is_some()
        && (text("version").is_some_and(|one| one.starts_with("2.")) || text("$schema").is_some_and(|one| one.contains("sarif")))
    {
        return Some(Shape::Sarif);
    }
    if text("vul_description").is_some() {
        return Some(Shape::Vince);
    }
    let names_package = |one: &Value| one.get("package").is_some_and(Value::is_object);
    if list("affected").is_some_and(|all| {
        all.iter().all(|one| one.is_object() && (names_package(one) || one.get("ranges").is_some() || one.get("versions").is_some()))
            && !all.is_empty()
    }) || (text("schema_version").is_some() && text("id").is_some())
        || (text("id").is_some() && text("modified").is_some() && (text("summary").is_some() || text("details").is_some()))
    {
        return Some(Shape::Osv);
    }
    let github = ["cvss_vector_string", "cwe_ids", "ghsa_id", "vulnerable_version_range"].iter().any(|name| object.contains_key(*name))
        || list("vulnerabilities").is_some_and(|all| all.iter().any(names_package));
    (github && (text("summary").is_some() || text("description").is_some())).then_some(Shape::Github)
}

/// Recognises and maps a document; gives it back when it is none of the shapes.
///
/// # Errors
/// The value itself, unchanged.
pub fn map(value: Value) -> Result<(Shape, Mapped), Value> {
    let Some(shape) = recognise(&value) else { return Err(value) };
    let Value::Object(object) = value else { return Err(value) };
    let mut members = Members(object);
    let mut mapped = match shape {
        Shape::Csaf => csaf::map(&mut members),
        Shape::Osv => osv::map(&mut members),
        Shape::Github => github::map(&mut members),
        Shape::Sarif => sarif::map(&mut members),
        Shape::Vince => vince::map(&mut members),
    };
    mapped.rest = rest_text(members);
    if mapped.text.trim().is_empty() {
        mapped.text.clone_from(&mapped.title);
    }
    if mapped.text.trim().is_empty() {
        // It names itself a shape and says nothing we know: all of it is in `rest`, and a person reads that.
        mapped.text.clone_from(&mapped.rest);
    }
    if mapped.text.trim().is_empty() && shape != Shape::Vince {
        // A record without a sentence is a record all the same. VINCE's is a form that somebody filled in: it asks for the sentence.
        let facts: Vec<String> = mapped.fields.iter().map(|(id, value)| format!("{id}: {value}")).collect();
        mapped.text = if facts.is_empty() { shape.as_str().to_owned() } else { facts.join("\n") };
    }
    Ok((shape, mapped))
}

#[cfg(test)]
mod tests;
