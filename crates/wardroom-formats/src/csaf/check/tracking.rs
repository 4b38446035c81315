//! Tests 6.1.14, 6.1.16 to 6.1.22 and 6.1.30: versions, dates and the revision history.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Report;
use super::numbers::Number;
use crate::csaf::model::{Status, Tracking};

const HISTORY: &str = "/document/tracking/revision_history";

struct Entry {
    at: usize,
    date: Timestamp,
    number: Number,
}

pub(super) fn check(tracking: &Tracking, report: &mut Report) {
    // Dates and numbers that cannot be read are findings of the shape; the rules judge the rest.
    let mut entries = Vec::new();
    for (at, revision) in tracking.revision_history.iter().enumerate() {
        if let (Ok(date), Some(number)) = (revision.date.parse(), Number::parse(&revision.number)) {
            entries.push(Entry { at, date, number });
        }
    }
    doubles(&entries, report);
    mixed(tracking, &entries, report);
    history_of_released(tracking, &entries, report);
    entries.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.number.cmp(&b.number)));
    order(&entries, report);
    gaps(&entries, report);
    if let Some(version) = Number::parse(&tracking.version) {
        version_of(tracking, &version, entries.last(), report);
    }
}

/// 6.1.14: numbers rise with dates.
fn order(sorted: &[Entry], report: &mut Report) {
    for pair in sorted.windows(2) {
        if let [earlier, later] = pair
            && later.number < earlier.number
        {
            report.add("6.1.14", format!("{HISTORY}/{}", later.at), "a later revision has a lower number");
        }
    }
}

/// 6.1.21: the first is 0 or 1, and none is left out.
fn gaps(sorted: &[Entry], report: &mut Report) {
    if let Some(first) = sorted.first().filter(|first| first.number.major() > 1) {
        report.add("6.1.21", format!("{HISTORY}/{}", first.at), "the first revision must have the number 0 or 1");
    }
    for pair in sorted.windows(2) {
        if let [earlier, later] = pair
            && later.number.major() > earlier.number.major().saturating_add(1)
        {
            report.add("6.1.21", format!("{HISTORY}/{}", later.at), "a version number is left out before this revision");
        }
    }
}

/// 6.1.22
fn doubles(entries: &[Entry], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for entry in entries {
        if !seen.insert(entry.number.clone()) {
            report.add("6.1.22", format!("{HISTORY}/{}/number", entry.at), "this number is used by more than one revision");
        }
    }
}

/// 6.1.30
fn mixed(tracking: &Tracking, entries: &[Entry], report: &mut Report) {
    let version = Number::parse(&tracking.version);
    let Some(semantic) = version.map(|version| version.is_semantic()) else {
        return;
    };
    if let Some(entry) = entries.iter().find(|entry| entry.number.is_semantic() != semantic) {
        report.add("6.1.30", format!("{HISTORY}/{}/number", entry.at), "whole and semantic version numbers are mixed");
    }
}

/// 6.1.18 and 6.1.19
fn history_of_released(tracking: &Tracking, entries: &[Entry], report: &mut Report) {
    for entry in entries {
        let path = format!("{HISTORY}/{}/number", entry.at);
        if entry.number.is_pre_release() {
            report.add("6.1.19", path.clone(), "the history must not list a pre-release");
        }
        if tracking.status != Status::Draft && entry.number.major() == 0 {
            report.add("6.1.18", path, "a released document must not list version 0");
        }
    }
}

/// 6.1.16, 6.1.17 and 6.1.20
fn version_of(tracking: &Tracking, version: &Number, latest: Option<&Entry>, report: &mut Report) {
    let path = "/document/tracking/version";
    let draft = tracking.status == Status::Draft;
    let compared = if draft { version.core() } else { version.clone() };
    if latest.is_some_and(|latest| (if draft { latest.number.core() } else { latest.number.clone() }) != compared) {
        report.add("6.1.16", path, "the version is not the number of the latest revision");
    }
    if !draft && (version.major() == 0 || version.is_pre_release()) {
        report.add("6.1.17", "/document/tracking/status", "a document with this version must have the status draft");
    }
    if !draft && version.is_pre_release() {
        report.add("6.1.20", path, "a released document must not have a pre-release version");
    }
}
