//! CSAF 2.0 and 2.1: the input model of an advisory, the document model of 2.0, rendering, reading foreign documents, and the file
//! name rule. What we publish with authority is 2.0; 2.1 is not final.
//!
//! Not here: judging a document (`wardroom-check`).

pub mod document;
pub mod input;
pub mod model;
mod tree;
pub mod v21;

pub use document::{RenderError, render};
pub use input::AdvisoryInput;
pub use model::CsafDocument;
pub use tree::full_name;

use crate::json;

/// The document as a file: pretty JSON, UTF-8, with a line end at the end.
#[must_use]
pub fn to_json(document: &CsafDocument) -> String {
    json::pretty(document)
}

/// The name of the file of a document, by section 5.1: lower case, each run of other characters than `+`, `-`, `a`-`z`, `0`-`9` one `_`, then `.json`.
#[must_use]
pub fn file_name(tracking_id: &str) -> String {
    let mut out = String::with_capacity(tracking_id.len() + 5);
    for c in tracking_id.to_lowercase().chars() {
        if c == '+' || c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.push_str(".json");
    out
}

#[cfg(test)]
mod tests;
