//! A report and a case as they are compared: what they say of a vulnerability, by kind. Deliberately nothing of who said it: names, addresses and
//! wishes of a reporter never reach the index, so no candidate can show them.

use crate::reading::{CaseRecord, ReportRecord};
use std::collections::BTreeSet;
use wardroom_domain::facts::Words;
use wardroom_domain::intake::ReportWords;
use wardroom_domain::products::Product;
use wardroom_domain::remediation::ImpactStatus;
use wardroom_similar::Described;

const PRODUCTS: &[&str] = &["product", "model", "part_number", "chip_model"];
const COMPONENTS: &[&str] = &["component", "purl"];
const VERSIONS: &[&str] = &["version", "revision", "software_version", "firmware_version", "hardware_version", "component_version"];
const WEAKNESSES: &[&str] = &["cwe", "vulnerability_type"];
const IDENTIFIERS: &[&str] = &["cve_ids", "cve"];
/// Fields about people, plans and terms.
const NOT_COMPARED: &[&str] = &[
    "title",
    "description",
    "hw_or_sw",
    "exploit_exists",
    "exploited",
    "severity_guess",
    "discovery_method",
    "discovery_date",
    "discovered_by",
    "public_status",
    "publication_plans",
    "publication_date",
    "other_parties_contacted",
    "other_cna_asked",
    "name",
    "organization",
    "email",
    "phone",
    "postal",
    "pgp_key",
    "preferred_language",
    "anonymity",
    "share_contact_with_third_parties",
    "credit_wish",
    "reward_interest",
    "acceptance_of_terms",
    "attachments",
    "poc",
];

/// A report as it is compared.
pub fn of_report(words: &ReportWords) -> Described {
    let mut what = Described { title: words.title.clone(), text: words.text.clone(), ..Described::default() };
    add_fields(&mut what, words);
    for (id, value) in &words.fields {
        if !known(id) && !value.trim().is_empty() {
            what.text.push('\n');
            what.text.push_str(value);
        }
    }
    what
}

fn known(id: &str) -> bool {
    [PRODUCTS, COMPONENTS, VERSIONS, WEAKNESSES, IDENTIFIERS, NOT_COMPARED].iter().any(|list| list.contains(&id))
}

/// What stands in fields of their own, and the digests of files.
fn add_fields(what: &mut Described, words: &ReportWords) {
    for (id, value) in &words.fields {
        let (id, value) = (id.as_str(), value.trim());
        if value.is_empty() {
            continue;
        }
        if PRODUCTS.contains(&id) {
            add(&mut what.products, value);
        } else if COMPONENTS.contains(&id) {
            if !what.component.is_empty() {
                what.component.push(' ');
            }
            what.component.push_str(value);
        } else if VERSIONS.contains(&id) {
            add(&mut what.versions, value);
        } else if WEAKNESSES.contains(&id) {
            add(&mut what.weaknesses, value);
        } else if IDENTIFIERS.contains(&id) {
            value.split([',', ';', ' ', '，', '、', '\n']).filter(|one| !one.is_empty()).for_each(|one| add(&mut what.identifiers, one));
        }
    }
    words.attachments.iter().filter(|file| file.len > 0).for_each(|file| add(&mut what.attachments, &file.sha256));
}

fn add(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|one| one == value) {
        list.push(value.to_owned());
    }
}

/// A case as it is compared: what was said when it was opened, of each vulnerability what was said, the products it affects, and fields and files of
/// its reports. The reports' own texts beyond the first are left out: the case says what it is about.
pub fn of_case(record: &CaseRecord, reports: &[ReportRecord], catalogue: &[Product]) -> Described {
    let mut what = Described::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for entry in &record.entries {
        let Some(Words::Vulnerability(words)) = &entry.words else { continue };
        for text in [&words.title, &words.description] {
            if !text.trim().is_empty() && seen.insert(text) {
                if what.title.is_empty() && text == &words.title {
                    what.title.clone_from(text);
                } else {
                    what.text.push_str(text);
                    what.text.push('\n');
                }
            }
        }
        for (list, value) in [(&mut what.weaknesses, &words.cwe), (&mut what.identifiers, &words.cve)] {
            if !value.is_empty() {
                add(list, value);
            }
        }
    }
    for impact in record.file.impacts.iter().filter(|impact| impact.status != ImpactStatus::NotAffected) {
        if let Some(product) = catalogue.iter().find(|one| one.id == impact.product) {
            add(&mut what.products, &product.name);
        }
    }
    for report in reports {
        add_fields(&mut what, &report.words());
    }
    what
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_compared_with_its_fields_and_files_and_without_its_sender() {
        let fields = [
            ("product", "VX-200"),
            ("firmware_version", "3.2"),
            ("impact", "root shell"),
            ("email", "anna@sender.example"),
            ("discovered_by", "Anna"),
            ("cve_ids", "CVE-2026-1111, GHSA-aaaa-bbbb-cccc"),
        ];
        let words = ReportWords {
            title: "Overflow".to_owned(),
            text: "in login.cgi".to_owned(),
            fields: fields.map(|(id, value)| (id.to_owned(), value.to_owned())).to_vec(),
            sender_name: "Anna".to_owned(),
            ..ReportWords::default()
        };
        let what = of_report(&words);
        assert_eq!(what.products, vec!["VX-200".to_owned()]);
        assert_eq!(what.versions, vec!["3.2".to_owned()]);
        assert_eq!(what.identifiers, vec!["CVE-2026-1111".to_owned(), "GHSA-aaaa-bbbb-cccc".to_owned()]);
        assert_eq!(what.text, "in login.cgi\nroot shell");
        assert!(!format!("{what:?}").contains("nna"), "{what:?}");
    }

    #[test]
    fn every_field_of_the_form_has_a_place() {
        // A new field of the form is compared as text, unless it is named here: fields about people must be.
        for field in wardroom_domain::profile::CORE_FIELDS {
            let about_people = ["name", "mail", "phone", "postal", "anonym", "credit", "contact", "terms", "reward", "discovered_by"];
            if about_people.iter().any(|word| field.id.contains(word)) {
                assert!(NOT_COMPARED.contains(&field.id), "{}", field.id);
            }
        }
    }
}
