//! The fields of the report form of CERT/CC's VINCE, as its API and the tools that copy it name them (`vul_description`,
//! `product_name`, `contact_email`, …).

use super::Mapped;
use super::take::Members;

/// Theirs and ours; more than one of theirs may fill one of ours.
const FIELDS: &[(&str, &[&str])] = &[
    ("product", &["product_name", "affected_product", "affected_website"]),
    ("version", &["product_version"]),
    ("impact", &["vul_impact"]),
    ("reproduction_steps", &["vul_exploit"]),
    ("discovery_method", &["vul_discovery"]),
    ("exploited", &["vul_exploited"]),
    ("exploitation_evidence", &["exploit_references"]),
    ("public_status", &["vul_public"]),
    ("public_url", &["public_references"]),
    ("publication_plans", &["vul_disclose", "disclosure_plans"]),
    ("cve_ids", &["tracking", "cve_id", "cve_ids"]),
    ("organization", &["contact_org"]),
    ("phone", &["contact_phone"]),
    (
        "other_parties_contacted",
        &["vendor_name", "other_vendors", "vendor_communication", "first_contact", "why_no_attempt", "please_explain", "coord_status"],
    ),
    ("share_contact_with_third_parties", &["share_release"]),
    ("comments", &["comments"]),
    ("references", &["references"]),
    ("vulnerability_type", &["cwe", "cwe_ids"]),
    ("severity_guess", &["cvss", "cvss_vector"]),
];

pub(super) fn map(form: &mut Members) -> Mapped {
    let mut mapped = Mapped {
        title: form.text("title"),
        text: form.text("vul_description"),
        sender_name: form.text("contact_name"),
        sender_address: form.text("contact_email").trim().to_owned(),
        reporter_key: form.text("reporter_pgp"),
        ..Mapped::default()
    };
    if !mapped.reporter_key.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
        let named = std::mem::take(&mut mapped.reporter_key);
        mapped.field("pgp_key_named", [named]);
    }
    for (ours, theirs) in FIELDS {
        let mut lines = Vec::new();
        for name in *theirs {
            let plain = form.plain(name);
            let list = form.texts(name);
            lines.push(plain);
            lines.extend(list);
        }
        mapped.field(ours, lines);
    }
    // They ask whether to credit; the name is the contact's.
    let wish = form.plain("credit_release").to_ascii_lowercase();
    if matches!(wish.as_str(), "true" | "yes" | "on" | "1") {
        mapped.credit.clone_from(&mapped.sender_name);
    } else if !wish.is_empty() {
        mapped.field("anonymity", ["yes".to_owned()]);
    }
    mapped
}
