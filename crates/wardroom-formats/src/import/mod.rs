//! Reading foreign documents into the one model of an advisory, so that they can be had in every format.
//!
//! What the model does not say is kept beside it as a JSON Patch between our rendering and the original: rendered again in its own format, a
//! document loses nothing. In another format the kept part has no place; how much that is, is told.
//!
//! Not here: judgement about the document (`wardroom csaf validate`), CSAF 2.1, and limits on size: callers bound what they read.

mod csaf;
mod cve;
pub mod patch;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::csaf::AdvisoryInput;
use crate::csaf::CsafDocument;
use crate::csaf::input::Category;
use crate::cve::Issuer;
use crate::rendering::{CannotSay, Editions, Format};
use patch::Step;

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// It is none.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// Another kind.
    #[error("not a document we read: give a CSAF 2.0 document, a CVE record, or what `--to advisory` wrote")]
    Unknown,
    /// CSAF 2.0 in name, but not in shape.
    #[error("not a CSAF 2.0 document: {0}")]
    Shape(String),
}

/// A document that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The format it came in.
    pub source: Origin,
    /// What it says, the language of the original first.
    pub editions: Vec<AdvisoryInput>,
    /// The web address its own rendering names itself by.
    pub page: String,
    /// Who assigned the CVE id.
    #[serde(default)]
    pub org_id: Option<String>,
    /// Its short name.
    #[serde(default)]
    pub short_name: Option<String>,
    /// What the model does not say, as steps from our rendering in its format to the original.
    pub kept: Vec<Step>,
    /// How many values the original holds.
    pub values: usize,
}

/// A format we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// CSAF 2.0
    Csaf20,
    /// CVE Record Format 5.x
    Cve,
}

impl Origin {
    /// The format as one that is rendered.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Csaf20 => Format::Csaf20,
            Self::Cve => Format::Cve,
        }
    }
}

/// Reads a document of any kind we know.
///
/// # Errors
/// When it is none of them.
pub fn read(text: &str) -> Result<Imported, NotRead> {
    let original: Value = serde_json::from_str(text).map_err(|error| NotRead::NotJson(error.to_string()))?;
    let says = |pointer: &str| original.pointer(pointer).and_then(Value::as_str);
    if says("/document/csaf_version") == Some("2.0") {
        let document: CsafDocument = serde_json::from_value(original.clone()).map_err(|error| NotRead::Shape(error.to_string()))?;
        let advisory = csaf::read(&document);
        let page = advisory.references.iter().find(|one| !one.url.is_empty()).map(|one| one.url.clone()).unwrap_or_default();
        return Ok(Imported::of(Origin::Csaf20, vec![advisory], page, Issuer::default(), &original));
    }
    if says("/dataType") == Some("CVE_RECORD") {
        let (editions, page) = cve::read(&original);
        let text = |pointer: &str| says(pointer).map(str::to_owned);
        let issuer = Issuer { org_id: text("/cveMetadata/assignerOrgId"), short_name: text("/cveMetadata/assignerShortName") };
        return Ok(Imported::of(Origin::Cve, editions, page, issuer, &original));
    }
    serde_json::from_value(original).map_err(|_| NotRead::Unknown)
}

/// Reads a document for what it says, without what would be needed to write it again: much quicker.
///
/// # Errors
/// When it is none that we read.
pub fn glance(text: &str) -> Result<AdvisoryInput, NotRead> {
    let original: Value = serde_json::from_str(text).map_err(|error| NotRead::NotJson(error.to_string()))?;
    let says = |pointer: &str| original.pointer(pointer).and_then(Value::as_str);
    if says("/document/csaf_version") == Some("2.0") {
        let notes = original.pointer("/document/notes").and_then(Value::as_array).into_iter().flatten();
        let mut marks = notes.filter_map(|note| note.get("title").and_then(Value::as_str)).chain(says("/document/category"));
        let back = marks.any(|mark| TAKEN_BACK.contains(&mark));
        let document: CsafDocument = serde_json::from_value(original).map_err(|error| NotRead::Shape(error.to_string()))?;
        let advisory = csaf::read(&document);
        return Ok(if back { AdvisoryInput { category: Some(Category::Withdrawn), ..advisory } } else { advisory });
    }
    if says("/dataType") == Some("CVE_RECORD") {
        return cve::read(&original).0.into_iter().next().ok_or(NotRead::Unknown);
    }
    Err(NotRead::Unknown)
}

/// What says that a document states nothing any more: its category in CSAF 2.1, and the title of the note that gives the reason, which may
/// stand in 2.0 as well (ours do, in Chinese documents in Chinese).
const TAKEN_BACK: [&str; 6] =
    ["csaf_withdrawn", "csaf_superseded", "Reasoning for Withdrawal", "Reasoning for Supersession", "撤回理由", "取代理由"];

impl Imported {
    fn of(source: Origin, editions: Vec<AdvisoryInput>, page: String, issuer: Issuer, original: &Value) -> Self {
        let Issuer { org_id, short_name } = issuer;
        let mut imported = Self { source, editions, page, org_id, short_name, kept: Vec::new(), values: patch::leaves(original) };
        imported.kept = patch::difference(&imported.bare(), original);
        imported
    }

    /// What the model alone says in the document's own format; nothing when it cannot be said in it at all.
    fn bare(&self) -> Value {
        let text = self.all().and_then(|all| all.render(self.source.format(), "").ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    fn all(&self) -> Option<Editions> {
        let (main, others) = self.editions.split_first()?;
        let issuer = Issuer { org_id: self.org_id.clone(), short_name: self.short_name.clone() };
        Some(Editions::new(main.clone(), others.to_vec(), &self.page, issuer))
    }

    /// How many values of the original the model itself says; the others are kept beside it.
    #[must_use]
    pub fn said(&self) -> usize {
        self.values.saturating_sub(patch::brought(&self.kept))
    }

    /// The document in this format. In its own nothing is lost: what was kept is put in again.
    ///
    /// # Errors
    /// When the format cannot say it, or when the model was changed so that what was kept has no place.
    pub fn render(&self, format: Format, lang: &str) -> Result<String, CannotConvert> {
        if format == self.source.format() {
            let mut value = self.bare();
            patch::apply(&mut value, &self.kept)?;
            return Ok(crate::json::sorted(&value));
        }
        let all = self.all().ok_or(CannotConvert::Empty)?;
        Ok(all.render(format, lang)?)
    }
}

/// Why a document cannot be had in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotConvert {
    /// The format cannot say it.
    #[error(transparent)]
    Say(#[from] CannotSay),
    /// The model was changed.
    #[error(transparent)]
    Place(#[from] patch::NoPlace),
    /// There is nothing.
    #[error("there is no advisory in it")]
    Empty,
}

/// An instant as documents write it; without a zone it is UTC. `None` when it is none.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

#[cfg(test)]
mod tests;
