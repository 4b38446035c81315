//! The mandatory tests of CSAF 2.0 section 6.1, over our own model, plus the plain faults of shape that an author can make.
//!
//! Not here: the strict JSON schema, the optional and informative tests. Three tests are judged with less than the whole world:
//! 6.1.11 knows the CWE names of [`crate::cwe`] only, 6.1.12 the two-letter languages, 6.1.10 the metrics of CVSS 3.

mod content;
mod numbers;
mod products;
mod profile;
mod scores;
mod shape;
mod tracking;

use serde::Serialize;

use super::model::{CsafDocument, Vulnerability};

/// Something a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The number of the test, like `6.1.6`, or `schema`.
    pub test: &'static str,
    /// A JSON pointer into the document.
    pub path: String,
    /// What is wrong, a fragment.
    pub message: String,
}

/// The tests this module knows, in order.
pub const TESTS: &[&str] = &[
    "schema",
    "6.1.1",
    "6.1.2",
    "6.1.3",
    "6.1.4",
    "6.1.5",
    "6.1.6",
    "6.1.7",
    "6.1.8",
    "6.1.9",
    "6.1.10",
    "6.1.11",
    "6.1.12",
    "6.1.13",
    "6.1.14",
    "6.1.15",
    "6.1.16",
    "6.1.17",
    "6.1.18",
    "6.1.19",
    "6.1.20",
    "6.1.21",
    "6.1.22",
    "6.1.23",
    "6.1.24",
    "6.1.25",
    "6.1.26",
    "6.1.27.1",
    "6.1.27.2",
    "6.1.27.3",
    "6.1.27.4",
    "6.1.27.5",
    "6.1.27.6",
    "6.1.27.7",
    "6.1.27.8",
    "6.1.27.9",
    "6.1.27.10",
    "6.1.27.11",
    "6.1.28",
    "6.1.29",
    "6.1.30",
    "6.1.31",
    "6.1.32",
    "6.1.33",
];

/// Runs all tests. An empty list means that none of them found anything.
#[must_use]
pub fn check(document: &CsafDocument) -> Vec<Finding> {
    let mut report = Report::default();
    shape::check(document, &mut report);
    products::check(document, &mut report);
    scores::check(document, &mut report);
    tracking::check(&document.document.tracking, &mut report);
    content::check(document, &mut report);
    profile::check(document, &mut report);
    report.findings
}

/// Collects findings.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, test: &'static str, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { test, path: path.into(), message: message.into() });
    }
}

/// The vulnerabilities with their JSON pointers.
fn vulnerabilities(document: &CsafDocument) -> impl Iterator<Item = (String, &Vulnerability)> {
    let all = document.vulnerabilities.as_deref().unwrap_or_default();
    all.iter().enumerate().map(|(at, vulnerability)| (format!("/vulnerabilities/{at}"), vulnerability))
}

/// The members of a group, empty for an unknown one.
fn group_members<'a>(document: &'a CsafDocument, group: &str) -> &'a [String] {
    let groups = document.product_tree.as_ref().map_or(&[][..], |tree| &tree.product_groups);
    groups.iter().find(|candidate| candidate.group_id == group).map_or(&[], |found| &found.product_ids)
}

/// The products a statement names, directly or by groups.
fn named_products<'a>(document: &'a CsafDocument, products: &'a [String], groups: &'a [String]) -> Vec<&'a str> {
    let by_group = groups.iter().flat_map(|group| group_members(document, group));
    products.iter().chain(by_group).map(String::as_str).collect()
}

#[cfg(test)]
mod tests;
