//! The faults of shape an author can make in our own documents: empty required texts, dates, ids and addresses that are none.
//!
//! Not here: the whole JSON schema; serde has seen to types and words already.

use jiff::Timestamp;

use super::numbers::Number;
use super::products::{full_names, walk};
use super::{Report, vulnerabilities};
use crate::csaf::model::{Acknowledgment, CsafDocument, Note, Reference, Vulnerability};
use crate::cwe;

pub(super) fn check(document: &CsafDocument, report: &mut Report) {
    let head = &document.document;
    let tracking = &head.tracking;
    filled("/document/title", &head.title, report);
    filled("/document/publisher/name", &head.publisher.name, report);
    address("/document/publisher/namespace", &head.publisher.namespace, report);
    filled("/document/tracking/id", &tracking.id, report);
    if tracking.id.trim() != tracking.id || tracking.id.contains(['\n', '\r']) {
        report.add("schema", "/document/tracking/id", "the id must be one line without space around it");
    }
    if head.category.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.')) != head.category || head.category.is_empty()
    {
        report.add("schema", "/document/category", "the category must not be empty, nor begin or end with space, dash, dot or underscore");
    }
    if head.csaf_version != "2.0" {
        report.add("schema", "/document/csaf_version", "only CSAF 2.0 is known here");
    }
    date("/document/tracking/current_release_date", Some(&tracking.current_release_date), report);
    date("/document/tracking/initial_release_date", Some(&tracking.initial_release_date), report);
    number("/document/tracking/version", &tracking.version, report);
    if tracking.revision_history.is_empty() {
        report.add("schema", "/document/tracking/revision_history", "the history needs at least one revision");
    }
    for (at, revision) in tracking.revision_history.iter().enumerate() {
        let path = format!("/document/tracking/revision_history/{at}");
        date(&format!("{path}/date"), Some(&revision.date), report);
        number(&format!("{path}/number"), &revision.number, report);
        filled(&format!("{path}/summary"), &revision.summary, report);
    }
    texts("/document", &head.notes, &head.references, &head.acknowledgments, report);
    tree(document, report);
    if document.vulnerabilities.as_ref().is_some_and(Vec::is_empty) {
        report.add("schema", "/vulnerabilities", "the list must not be empty; leave it out");
    }
    for (path, vulnerability) in vulnerabilities(document) {
        of_vulnerability(&path, vulnerability, report);
    }
}

fn tree(document: &CsafDocument, report: &mut Report) {
    let Some(tree) = &document.product_tree else {
        return;
    };
    for (product, path) in full_names(tree) {
        filled(&format!("{path}/name"), &product.name, report);
        filled(&format!("{path}/product_id"), &product.product_id, report);
    }
    walk(&tree.branches, "/product_tree/branches", 0, &mut |branch, path| {
        filled(&format!("{path}/name"), &branch.name, report);
        if branch.product.is_some() != branch.branches.is_empty() {
            report.add("schema", path, "a branch has either branches or a product");
        }
    });
}

fn of_vulnerability(path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    texts(path, &vulnerability.notes, &vulnerability.references, &vulnerability.acknowledgments, report);
    if vulnerability.cve.as_deref().is_some_and(|cve| !is_cve(cve)) {
        report.add("schema", format!("{path}/cve"), "a CVE id reads CVE-year-number, the number with four digits or more");
    }
    if vulnerability.cwe.as_ref().is_some_and(|weakness| cwe::Id::parse(&weakness.id).is_err()) {
        report.add("schema", format!("{path}/cwe/id"), "a CWE id reads CWE-number");
    }
    if let Some(weakness) = &vulnerability.cwe {
        filled(&format!("{path}/cwe/name"), &weakness.name, report);
    }
    for (at, id) in vulnerability.ids.iter().enumerate() {
        filled(&format!("{path}/ids/{at}/system_name"), &id.system_name, report);
        filled(&format!("{path}/ids/{at}/text"), &id.text, report);
    }
    date(&format!("{path}/discovery_date"), vulnerability.discovery_date.as_deref(), report);
    date(&format!("{path}/release_date"), vulnerability.release_date.as_deref(), report);
    for (at, remediation) in vulnerability.remediations.iter().enumerate() {
        filled(&format!("{path}/remediations/{at}/details"), &remediation.details, report);
        date(&format!("{path}/remediations/{at}/date"), remediation.date.as_deref(), report);
        if let Some(url) = &remediation.url {
            address(&format!("{path}/remediations/{at}/url"), url, report);
        }
    }
    for (at, threat) in vulnerability.threats.iter().enumerate() {
        filled(&format!("{path}/threats/{at}/details"), &threat.details, report);
        date(&format!("{path}/threats/{at}/date"), threat.date.as_deref(), report);
    }
    for (at, score) in vulnerability.scores.iter().enumerate() {
        if score.products.is_empty() {
            report.add("schema", format!("{path}/scores/{at}/products"), "a score must say for which products");
        }
    }
}

fn texts(path: &str, notes: &[Note], references: &[Reference], thanks: &[Acknowledgment], report: &mut Report) {
    for (at, note) in notes.iter().enumerate() {
        filled(&format!("{path}/notes/{at}/text"), &note.text, report);
    }
    for (at, reference) in references.iter().enumerate() {
        filled(&format!("{path}/references/{at}/summary"), &reference.summary, report);
        address(&format!("{path}/references/{at}/url"), &reference.url, report);
    }
    for (at, one) in thanks.iter().enumerate() {
        if *one == Acknowledgment::default() {
            report.add("schema", format!("{path}/acknowledgments/{at}"), "an acknowledgment must say something");
        }
        for (nth, url) in one.urls.iter().enumerate() {
            address(&format!("{path}/acknowledgments/{at}/urls/{nth}"), url, report);
        }
    }
}

fn filled(path: &str, text: &str, report: &mut Report) {
    if text.is_empty() {
        report.add("schema", path, "this must not be empty");
    }
}

fn date(path: &str, text: Option<&str>, report: &mut Report) {
    if text.is_some_and(|text| text.parse::<Timestamp>().is_err()) {
        report.add("schema", path, "this is no instant like 2026-11-21T12:00:00Z");
    }
}

fn number(path: &str, text: &str, report: &mut Report) {
    if Number::parse(text).is_none() {
        report.add("schema", path, "a version is whole like 2 or semantic like 1.0.0");
    }
}

fn address(path: &str, text: &str, report: &mut Report) {
    if !crate::uri::is_absolute(text) {
        report.add("schema", path, "this is no absolute URL");
    }
}

fn is_cve(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| year.len() == 4 && number.len() >= 4 && digits(year) && digits(number))
}
