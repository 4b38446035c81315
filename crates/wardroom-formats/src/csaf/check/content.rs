//! Tests 6.1.11 to 6.1.13, 6.1.15, 6.1.23 to 6.1.25, 6.1.28, 6.1.29 and 6.1.31 to 6.1.33: names, ids and references of all kinds.

use std::collections::BTreeSet;

use super::products::{full_names, walk};
use super::{Report, named_products, vulnerabilities};
use crate::csaf::model::{BranchCategory, CsafDocument, ProductTree, PublisherCategory, Vulnerability};
use crate::cwe;

pub(super) fn check(document: &CsafDocument, report: &mut Report) {
    languages(document, report);
    if let Some(tree) = &document.product_tree {
        tree_of(tree, report);
    }
    let mut cves = BTreeSet::new();
    for (path, vulnerability) in vulnerabilities(document) {
        if vulnerability.cve.as_ref().is_some_and(|cve| !cves.insert(cve)) {
            report.add("6.1.23", format!("{path}/cve"), "this CVE is used by more than one vulnerability");
        }
        weakness(&path, vulnerability, report);
        involvements(&path, vulnerability, report);
        without_products(&path, vulnerability, report);
        flags(document, &path, vulnerability, report);
    }
}

/// The two-letter languages of ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et \
     eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn \
     ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps \
     pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi \
     vo wa wo xh yi yo za zh zu";

/// 6.1.12, 6.1.15 and 6.1.28
fn languages(document: &CsafDocument, report: &mut Report) {
    let (lang, source) = (document.document.lang.as_deref(), document.document.source_lang.as_deref());
    for (name, tag) in [("lang", lang), ("source_lang", source)] {
        let Some(tag) = tag else { continue };
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let unknown = primary.len() == 2 && !LANGUAGES.split_whitespace().any(|known| known == primary);
        if unknown {
            report.add("6.1.12", format!("/document/{name}"), format!("{tag} is no language"));
        }
    }
    if document.document.publisher.category == PublisherCategory::Translator && source.is_none() {
        report.add("6.1.15", "/document/source_lang", "a translator must say from which language");
    }
    if let (Some(lang), Some(source)) = (lang, source)
        && lang.eq_ignore_ascii_case(source)
    {
        report.add("6.1.28", "/document/lang", "the language is the one translated from");
    }
}

/// 6.1.13, 6.1.25 and 6.1.31
fn tree_of(tree: &ProductTree, report: &mut Report) {
    for (product, path) in full_names(tree) {
        let Some(helper) = &product.product_identification_helper else {
            continue;
        };
        let path = format!("{path}/product_identification_helper");
        if helper.purl.as_deref().is_some_and(|purl| !is_purl(purl)) {
            report.add("6.1.13", format!("{path}/purl"), "this is no package URL");
        }
        for (at, file) in helper.hashes.iter().enumerate() {
            let mut seen = BTreeSet::new();
            for (nth, hash) in file.file_hashes.iter().enumerate() {
                if !seen.insert(&hash.algorithm) {
                    let path = format!("{path}/hashes/{at}/file_hashes/{nth}");
                    report.add("6.1.25", path, format!("more than one hash by {}", hash.algorithm));
                }
            }
        }
    }
    walk(&tree.branches, "/product_tree/branches", 0, &mut |branch, path| {
        if branch.category == BranchCategory::ProductVersion && is_range(&branch.name) {
            report.add("6.1.31", format!("{path}/name"), "a version must not be a range: use product_version_range");
        }
    });
}

/// `pkg:type/…/name` with optional version, qualifiers and subpath.
fn is_purl(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("pkg:") else {
        return false;
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let Some((kind, path)) = rest.trim_start_matches('/').split_once('/') else {
        return false;
    };
    let kind_fits = kind.starts_with(|c: char| c.is_ascii_alphabetic())
        && kind.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    let path = path.trim_end_matches('/');
    // The version begins at the last @ of the last segment; an @ at the start of a segment belongs to the name (npm scopes).
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = last.rsplit_once('@').map_or(last, |(name, _)| name);
    kind_fits && !name.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// The words and signs that 6.1.31 forbids; a word counts when it stands alone, so `netty-all` and `vers:all/*` are no ranges in words.
fn is_range(name: &str) -> bool {
    let words = ["after", "all", "before", "earlier", "later", "prior", "versions"];
    let lower = name.to_lowercase();
    name.contains(['<', '>']) || lower.split_whitespace().any(|word| words.contains(&word))
}

/// 6.1.11, as far as we know the names.
fn weakness(path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    let Some(weakness) = &vulnerability.cwe else {
        return;
    };
    let known = cwe::Id::parse(&weakness.id).ok().and_then(cwe::Id::name);
    if let Some(name) = known.filter(|name| *name != weakness.name) {
        report.add("6.1.11", format!("{path}/cwe/name"), format!("{} is called \"{name}\"", weakness.id));
    }
}

/// 6.1.24
fn involvements(path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (at, involvement) in vulnerability.involvements.iter().enumerate() {
        if !seen.insert((involvement.party, involvement.date.as_deref())) {
            report.add("6.1.24", format!("{path}/involvements/{at}"), "the same party is listed twice at the same date");
        }
    }
}

/// 6.1.29 and 6.1.32
fn without_products(path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    for (at, remediation) in vulnerability.remediations.iter().enumerate() {
        if remediation.product_ids.is_empty() && remediation.group_ids.is_empty() {
            report.add("6.1.29", format!("{path}/remediations/{at}"), "a remediation must say for which products");
        }
    }
    for (at, flag) in vulnerability.flags.iter().enumerate() {
        if flag.product_ids.is_empty() && flag.group_ids.is_empty() {
            report.add("6.1.32", format!("{path}/flags/{at}"), "a flag must say for which products");
        }
    }
}

/// 6.1.33
fn flags(document: &CsafDocument, path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (at, flag) in vulnerability.flags.iter().enumerate() {
        let products: BTreeSet<&str> = named_products(document, &flag.product_ids, &flag.group_ids).into_iter().collect();
        for id in products {
            if !seen.insert(id) {
                report.add("6.1.33", format!("{path}/flags/{at}"), format!("product {id} has more than one justification"));
            }
        }
    }
}
