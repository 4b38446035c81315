//! The listings of a folder of documents: `index.txt` and `changes.csv` (7.1.11 to 7.1.13).

use std::cmp::Reverse;

use jiff::{Timestamp, tz::TimeZone};

use crate::csaf;
use crate::csaf::document::instant;

/// About as long as a line of `changes.csv`, in bytes.
const LINE: usize = 64;

/// A document in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Below the folder, like `2026/ex-sa-2026-001.json`.
    pub path: &'a str,
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
pub fn index_txt(documents: &[Listed<'_>]) -> String {
    let mut paths: Vec<&str> = documents.iter().map(|document| document.path).collect();
    paths.sort_unstable();
    let mut text = String::with_capacity(paths.iter().map(|path| path.len() + 1).sum());
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// The same as CSAF 2.1 wants it: without quotes (7.1.13 of the draft).
#[must_use]
pub fn changes_csv_unquoted(documents: &[Listed<'_>]) -> String {
    let mut text = String::with_capacity(documents.len() * LINE);
    changes(documents).for_each(|(path, date)| [path, ",", &date, "\r\n"].into_iter().for_each(|part| text.push_str(part)));
    text
}

fn changes<'a>(documents: &[Listed<'a>]) -> impl Iterator<Item = (&'a str, String)> {
    let mut sorted = documents.to_vec();
    sorted.sort_by_key(|document| (Reverse(document.current_release), document.path));
    sorted.into_iter().map(|document| (document.path, instant(document.current_release)))
}

/// Path and date of each document, the latest first; no heading, both fields in quotes (RFC 4180, so lines end with CR LF).
#[must_use]
pub fn changes_csv(documents: &[Listed<'_>]) -> String {
    let mut text = String::with_capacity(documents.len() * LINE);
    for (path, date) in changes(documents) {
        text.push('"');
        // A quote in a field is written twice.
        path.split_inclusive('"').for_each(|part| {
            text.push_str(part);
            text.extend(part.ends_with('"').then_some('"'));
        });
        ["\",\"", &date, "\"\r\n"].into_iter().for_each(|part| text.push_str(part));
    }
    text
}
