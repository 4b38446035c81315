//! The listings of a folder of documents: `index.txt` and `changes.csv` (7.1.11 to 7.1.13).

use std::cmp::Reverse;

use jiff::{Timestamp, tz::TimeZone};

use crate::csaf;
use crate::csaf::document::instant;

/// A document in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Below the folder, like `2026/ex-sa-2026-001.json`.
    pub path: String,
    /// `/document/tracking/current_release_date`.
    pub current_release: Timestamp,
}

/// Where a document lies below its folder: year of the initial release (in UTC), then the file name of section 5.1.
#[must_use]
pub fn document_path(initial_release: Timestamp, tracking_id: &str) -> String {
    let year = initial_release.to_zoned(TimeZone::UTC).year();
    format!("{year:04}/{}", csaf::file_name(tracking_id))
}

/// All paths, one a line, in alphabetical order. Empty when there are no documents.
#[must_use]
pub fn index_txt(documents: &[Listed]) -> String {
    let mut paths: Vec<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| format!("{path}\n")).collect()
}

/// The same as CSAF 2.1 wants it: without quotes (7.1.13 of the draft).
#[must_use]
pub fn changes_csv_unquoted(documents: &[Listed]) -> String {
    changes(documents).map(|(path, date)| format!("{path},{date}\r\n")).collect()
}

fn changes(documents: &[Listed]) -> impl Iterator<Item = (&str, String)> {
    let mut sorted: Vec<&Listed> = documents.iter().collect();
    sorted.sort_by_key(|document| (Reverse(document.current_release), &document.path));
    sorted.into_iter().map(|document| (document.path.as_str(), instant(document.current_release)))
}

/// Path and date of each document, the latest first; no heading, both fields in quotes (RFC 4180, so lines end with CR LF).
#[must_use]
pub fn changes_csv(documents: &[Listed]) -> String {
    changes(documents).map(|(path, date)| format!("\"{}\",\"{date}\"\r\n", path.replace('"', "\"\""))).collect()
}
