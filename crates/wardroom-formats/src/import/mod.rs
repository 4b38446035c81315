//! Reading foreign documents into the one model of an advisory, so that they can be had in every format.
//!
//! What the model does not say is kept beside it as a JSON Patch between our rendering and the original: rendered again in its own format, a
//! document loses nothing. In another format the kept part has no place; how much that is, is told.
//!
//! Not here: judgement about the document (`wardroom csaf validate`), and limits on size: callers bound what they read.

mod csaf;
mod csaf21;
mod cve;
mod openvex;
mod osv;
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
    #[error(
        "not a document we read: give a CSAF 2.0 or 2.1 document, a CVE record, an OSV record, an OpenVEX document, or what `--to advisory` wrote"
    )]
    Unknown,
    /// CSAF in name, but not in shape.
    #[error("not a {} document: {why}", .edition.title())]
    Shape {
        /// Which.
        edition: Format,
        /// What is wrong.
        why: String,
    },
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
    /// CSAF 2.1, by the draft of July 2026
    Csaf21,
    /// CVE Record Format 5.x
    Cve,
    /// OSV 1.x
    Osv,
    /// OpenVEX 0.2.0
    OpenVex,
}

impl Origin {
    /// The format as one that is rendered.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Csaf20 => Format::Csaf20,
            Self::Csaf21 => Format::Csaf21,
            Self::Cve => Format::Cve,
            Self::Osv => Format::Osv,
            Self::OpenVex => Format::OpenVex,
        }
    }
}

/// Reads a document of any kind we know.
///
/// # Errors
/// When it is none of them.
pub fn read(text: &str) -> Result<Imported, NotRead> {
    let original: Value = serde_json::from_str(text).map_err(|error| NotRead::NotJson(error.to_string()))?;
    match model(&original) {
        Ok((source, editions, page)) => {
            let says = |pointer: &str| original.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let issuer = Issuer { org_id: says("/cveMetadata/assignerOrgId"), short_name: says("/cveMetadata/assignerShortName") };
            Ok(Imported::of(source, editions, page, issuer, &original))
        }
        Err(NotRead::Unknown) => serde_json::from_value(original).map_err(|_| NotRead::Unknown),
        Err(why) => Err(why),
    }
}

/// What a document says: its format, its editions, and the address its own rendering names itself by.
fn model(original: &Value) -> Result<(Origin, Vec<AdvisoryInput>, String), NotRead> {
    let says = |pointer: &str| original.pointer(pointer).and_then(Value::as_str);
    let shape = |edition: Format| move |error: serde_json::Error| NotRead::Shape { edition, why: error.to_string() };
    let (source, advisory) = match says("/document/csaf_version") {
        Some("2.0") => (Origin::Csaf20, csaf::read(&CsafDocument::deserialize(original).map_err(shape(Format::Csaf20))?)),
        Some("2.1") => (Origin::Csaf21, csaf21::read(original).map_err(shape(Format::Csaf21))?),
        _ if says("/dataType") == Some("CVE_RECORD") => {
            let (editions, page) = cve::read(original);
            return Ok((Origin::Cve, editions, page));
        }
        _ if says("/@context").is_some_and(|context| context.starts_with(openvex::CONTEXT)) => {
            let (advisory, page) = openvex::read(original);
            return Ok((Origin::OpenVex, vec![advisory], page));
        }
        None if osv::is_one(original) => {
            let (advisory, page) = osv::read(original);
            return Ok((Origin::Osv, vec![advisory], page));
        }
        _ => return Err(NotRead::Unknown),
    };
    let page = advisory.references.iter().find(|one| !one.url.is_empty()).map(|one| one.url.clone()).unwrap_or_default();
    Ok((source, vec![advisory], page))
}

/// Reads a document for what it says, without what would be needed to write it again: much quicker.
///
/// # Errors
/// When it is none that we read.
pub fn glance(text: &str) -> Result<AdvisoryInput, NotRead> {
    let original: Value = serde_json::from_str(text).map_err(|error| NotRead::NotJson(error.to_string()))?;
    let (source, editions, _) = model(&original)?;
    let mut advisory = editions.into_iter().next().ok_or(NotRead::Unknown)?;
    if matches!(source, Origin::Csaf20 | Origin::Csaf21) && !advisory.is_taken_back() {
        let notes = original.pointer("/document/notes").and_then(Value::as_array).into_iter().flatten();
        let category = original.pointer("/document/category").and_then(Value::as_str);
        let mut marks = notes.filter_map(|note| note.get("title").and_then(Value::as_str)).chain(category);
        if marks.any(|mark| TAKEN_BACK.contains(&mark)) {
            advisory.category = Some(Category::Withdrawn);
        }
    }
    Ok(advisory)
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

/// Whether this has the form of a CVE id.
fn is_cve(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    rest.is_some_and(|(year, number)| year.len() == 4 && number.len() >= 4 && digits(year) && digits(number))
}

/// A text that is not blank.
fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// The texts of a list; what is none is passed over.
fn texts(value: &Value, name: &str) -> Vec<String> {
    list(value, name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// An instant as documents write it; without a zone it is UTC. `None` when it is none.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

#[cfg(test)]
mod tests;
