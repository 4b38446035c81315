//! Tests 6.1.26 and 6.1.27: what each profile demands.

use std::collections::BTreeSet;

use super::{Report, named_products, vulnerabilities};
use crate::csaf::model::{CsafDocument, NoteCategory, ReferenceCategory, ThreatCategory, Vulnerability};

const INFORMATIONAL: &str = "csaf_informational_advisory";
const INCIDENT: &str = "csaf_security_incident_response";
const ADVISORY: &str = "csaf_security_advisory";
const VEX: &str = "csaf_vex";

pub(super) fn check(document: &CsafDocument, report: &mut Report) {
    match document.document.category.as_str() {
        INFORMATIONAL => {
            notes_and_references(document, report);
            if document.vulnerabilities.is_some() {
                report.add("6.1.27.3", "/vulnerabilities", "an informational advisory must not list vulnerabilities");
            }
        }
        INCIDENT => notes_and_references(document, report),
        ADVISORY => {
            tree_and_vulnerabilities(document, report);
            for (path, vulnerability) in vulnerabilities(document) {
                if vulnerability.product_status.is_none() {
                    report.add("6.1.27.6", path, "a vulnerability of a security advisory needs the states of products");
                }
            }
        }
        VEX => {
            tree_and_vulnerabilities(document, report);
            for (path, vulnerability) in vulnerabilities(document) {
                vex(document, &path, vulnerability, report);
            }
        }
        other => category(other, report),
    }
}

/// 6.1.26: a category of one's own must not look like a profile.
fn category(name: &str, report: &mut Report) {
    let bare = |text: &str| text.to_lowercase().replace(['-', '_'], "").split_whitespace().collect::<String>();
    let looks_like = |profile: &&str| {
        let profile = bare(profile);
        bare(name) == profile || profile.strip_prefix("csaf") == Some(&bare(name))
    };
    let reserved = name.to_lowercase().starts_with("csaf_") && name != "csaf_base";
    if reserved || [INFORMATIONAL, INCIDENT, ADVISORY, VEX].iter().any(looks_like) {
        report.add("6.1.26", "/document/category", format!("category {name} is too like the name of a profile"));
    }
}

/// 6.1.27.1 and 6.1.27.2
fn notes_and_references(document: &CsafDocument, report: &mut Report) {
    let telling = [NoteCategory::Description, NoteCategory::Details, NoteCategory::General, NoteCategory::Summary];
    if !document.document.notes.iter().any(|note| telling.contains(&note.category)) {
        report.add("6.1.27.1", "/document/notes", "a note of category description, details, general or summary is needed");
    }
    let external = |category: Option<ReferenceCategory>| category.unwrap_or(ReferenceCategory::External) == ReferenceCategory::External;
    if !document.document.references.iter().any(|reference| external(reference.category)) {
        report.add("6.1.27.2", "/document/references", "an external reference is needed");
    }
}

/// 6.1.27.4, 6.1.27.5 and 6.1.27.11
fn tree_and_vulnerabilities(document: &CsafDocument, report: &mut Report) {
    if document.product_tree.is_none() {
        report.add("6.1.27.4", "/product_tree", "a product tree is needed");
    }
    if document.vulnerabilities.is_none() {
        report.add("6.1.27.11", "/vulnerabilities", "vulnerabilities are needed");
    }
    for (path, vulnerability) in vulnerabilities(document) {
        if vulnerability.notes.is_empty() {
            report.add("6.1.27.5", format!("{path}/notes"), "a vulnerability needs a note");
        }
    }
}

/// 6.1.27.7 to 6.1.27.10
fn vex(document: &CsafDocument, path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    if vulnerability.cve.is_none() && vulnerability.ids.is_empty() {
        report.add("6.1.27.8", path, "a CVE or another id is needed");
    }
    let states = vulnerability.product_status.clone().unwrap_or_default();
    let judged = [&states.fixed, &states.known_affected, &states.known_not_affected, &states.under_investigation];
    if judged.iter().all(|ids| ids.is_empty()) {
        report.add(
            "6.1.27.7",
            format!("{path}/product_status"),
            "fixed, known_affected, known_not_affected or under_investigation is needed",
        );
    }
    let mut explained = BTreeSet::new();
    for flag in &vulnerability.flags {
        explained.extend(named_products(document, &flag.product_ids, &flag.group_ids));
    }
    for threat in vulnerability.threats.iter().filter(|threat| threat.category == ThreatCategory::Impact) {
        explained.extend(named_products(document, &threat.product_ids, &threat.group_ids));
    }
    for (at, id) in states.known_not_affected.iter().enumerate().filter(|(_, id)| !explained.contains(&id.as_str())) {
        let path = format!("{path}/product_status/known_not_affected/{at}");
        report.add("6.1.27.9", path, format!("product {id} needs a flag or impact statement that says why it is not affected"));
    }
    let mut answered = BTreeSet::new();
    for remediation in &vulnerability.remediations {
        answered.extend(named_products(document, &remediation.product_ids, &remediation.group_ids));
    }
    for (at, id) in states.known_affected.iter().enumerate().filter(|(_, id)| !answered.contains(&id.as_str())) {
        let path = format!("{path}/product_status/known_affected/{at}");
        report.add("6.1.27.10", path, format!("product {id} needs a remediation that says what to do"));
    }
}
