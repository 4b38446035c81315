//! Tests 6.1.1 to 6.1.7: products and groups are defined once, used rightly, and not contradicted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, vulnerabilities};
use crate::csaf::model::{Branch, CsafDocument, FullProductName, ProductStatus, ProductTree, Vulnerability};

/// How deep branches are followed. The schema sets no limit; the deepest documents known have ten.
const MAX_DEPTH: usize = 64;

pub(super) fn check(document: &CsafDocument, report: &mut Report) {
    let tree = document.product_tree.as_ref();
    let defined = defined(tree);
    let known: BTreeSet<&str> = defined.iter().map(|(id, _)| *id).collect();
    for (id, path) in uses(document) {
        if !known.contains(id) {
            report.add("6.1.1", path, format!("product id {id} is not defined in the product tree"));
        }
    }
    twice("6.1.2", "product id", &defined, report);
    if let Some(tree) = tree {
        circles(tree, report);
        groups(document, tree, report);
    } else {
        groups(document, &ProductTree::default(), report);
    }
    for (path, vulnerability) in vulnerabilities(document) {
        contradictions(&path, vulnerability.product_status.as_ref(), report);
        doubled_scores(&path, vulnerability, report);
    }
}

/// Every product with the place of its definition.
pub(super) fn full_names(tree: &ProductTree) -> Vec<(&FullProductName, String)> {
    let mut out = Vec::new();
    walk(&tree.branches, "/product_tree/branches", 0, &mut |branch, path| {
        if let Some(product) = &branch.product {
            out.push((product, format!("{path}/product")));
        }
    });
    for (at, product) in tree.full_product_names.iter().enumerate() {
        out.push((product, format!("/product_tree/full_product_names/{at}")));
    }
    for (at, relationship) in tree.relationships.iter().enumerate() {
        out.push((&relationship.full_product_name, format!("/product_tree/relationships/{at}/full_product_name")));
    }
    out
}

/// Visits each branch with its JSON pointer.
pub(super) fn walk<'a>(branches: &'a [Branch], path: &str, depth: usize, visit: &mut dyn FnMut(&'a Branch, &str)) {
    if depth > MAX_DEPTH {
        return;
    }
    for (at, branch) in branches.iter().enumerate() {
        let here = format!("{path}/{at}");
        visit(branch, &here);
        walk(&branch.branches, &format!("{here}/branches"), depth + 1, visit);
    }
}

fn defined(tree: Option<&ProductTree>) -> Vec<(&str, String)> {
    let names = tree.map(full_names).unwrap_or_default();
    names.into_iter().map(|(product, path)| (product.product_id.as_str(), format!("{path}/product_id"))).collect()
}

/// Every use of a product id with its place.
fn uses(document: &CsafDocument) -> Vec<(&str, String)> {
    let mut out = Vec::new();
    let mut all: Vec<(&[String], String)> = Vec::new();
    if let Some(tree) = &document.product_tree {
        for (at, group) in tree.product_groups.iter().enumerate() {
            all.push((&group.product_ids, format!("/product_tree/product_groups/{at}/product_ids")));
        }
        for (at, relationship) in tree.relationships.iter().enumerate() {
            let path = format!("/product_tree/relationships/{at}");
            out.push((relationship.product_reference.as_str(), format!("{path}/product_reference")));
            out.push((relationship.relates_to_product_reference.as_str(), format!("{path}/relates_to_product_reference")));
        }
    }
    for (path, vulnerability) in vulnerabilities(document) {
        for (name, ids) in vulnerability.product_status.iter().flat_map(ProductStatus::lists) {
            all.push((ids, format!("{path}/product_status/{name}")));
        }
        for (at, flag) in vulnerability.flags.iter().enumerate() {
            all.push((&flag.product_ids, format!("{path}/flags/{at}/product_ids")));
        }
        for (at, remediation) in vulnerability.remediations.iter().enumerate() {
            all.push((&remediation.product_ids, format!("{path}/remediations/{at}/product_ids")));
        }
        for (at, score) in vulnerability.scores.iter().enumerate() {
            all.push((&score.products, format!("{path}/scores/{at}/products")));
        }
        for (at, threat) in vulnerability.threats.iter().enumerate() {
            all.push((&threat.product_ids, format!("{path}/threats/{at}/product_ids")));
        }
    }
    for (ids, path) in all {
        out.extend(ids.iter().enumerate().map(|(at, id)| (id.as_str(), format!("{path}/{at}"))));
    }
    out
}

fn twice(test: &'static str, what: &str, defined: &[(&str, String)], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (id, path) in defined {
        if !seen.insert(*id) {
            report.add(test, path.clone(), format!("{what} {id} is defined more than once"));
        }
    }
}

/// 6.1.3: no product is, over relationships, made of itself.
fn circles(tree: &ProductTree, report: &mut Report) {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for relationship in &tree.relationships {
        let made = parts.entry(relationship.full_product_name.product_id.as_str()).or_default();
        made.push(&relationship.product_reference);
        made.push(&relationship.relates_to_product_reference);
    }
    for (at, relationship) in tree.relationships.iter().enumerate() {
        let start = relationship.full_product_name.product_id.as_str();
        let (mut open, mut seen) = (vec![start], BTreeSet::new());
        let mut circle = false;
        while let Some(id) = open.pop() {
            for part in parts.get(id).into_iter().flatten() {
                circle |= *part == start;
                if seen.insert(*part) {
                    open.push(part);
                }
            }
        }
        if circle {
            let path = format!("/product_tree/relationships/{at}/full_product_name/product_id");
            report.add("6.1.3", path, format!("product id {start} is defined by way of itself"));
        }
    }
}

/// 6.1.4 and 6.1.5.
fn groups(document: &CsafDocument, tree: &ProductTree, report: &mut Report) {
    let defined: Vec<(&str, String)> = tree
        .product_groups
        .iter()
        .enumerate()
        .map(|(at, group)| (group.group_id.as_str(), format!("/product_tree/product_groups/{at}/group_id")))
        .collect();
    twice("6.1.5", "product group id", &defined, report);
    for (path, vulnerability) in vulnerabilities(document) {
        for (ids, path) in group_uses(&path, vulnerability) {
            for (at, id) in ids.iter().enumerate() {
                if !defined.iter().any(|(known, _)| known == id) {
                    report.add("6.1.4", format!("{path}/{at}"), format!("product group id {id} is not defined"));
                }
            }
        }
    }
}

fn group_uses<'a>(path: &str, vulnerability: &'a Vulnerability) -> Vec<(&'a [String], String)> {
    let mut out: Vec<(&[String], String)> = Vec::new();
    for (at, flag) in vulnerability.flags.iter().enumerate() {
        out.push((&flag.group_ids, format!("{path}/flags/{at}/group_ids")));
    }
    for (at, remediation) in vulnerability.remediations.iter().enumerate() {
        out.push((&remediation.group_ids, format!("{path}/remediations/{at}/group_ids")));
    }
    for (at, threat) in vulnerability.threats.iter().enumerate() {
        out.push((&threat.group_ids, format!("{path}/threats/{at}/group_ids")));
    }
    out
}

/// 6.1.6: affected, not affected, fixed and under investigation exclude each other.
fn contradictions(path: &str, status: Option<&ProductStatus>, report: &mut Report) {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for (list, ids) in status.into_iter().flat_map(ProductStatus::lists) {
        let group = match list {
            "first_affected" | "known_affected" | "last_affected" => "affected",
            "first_fixed" | "fixed" => "fixed",
            "recommended" => continue,
            other => other,
        };
        for (at, id) in ids.iter().enumerate() {
            let other = *first.entry(id).or_insert(group);
            if other != group {
                let path = format!("{path}/product_status/{list}/{at}");
                report.add("6.1.6", path, format!("product {id} cannot be both {other} and {group}"));
            }
        }
    }
}

/// 6.1.7: one score of each version for a product.
fn doubled_scores(path: &str, vulnerability: &Vulnerability, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (at, score) in vulnerability.scores.iter().enumerate() {
        for object in score.cvss_v2.iter().chain(&score.cvss_v3) {
            for (nth, id) in score.products.iter().enumerate() {
                if !seen.insert((object.version.as_str(), id.as_str())) {
                    let path = format!("{path}/scores/{at}/products/{nth}");
                    report.add("6.1.7", path, format!("product {id} has more than one CVSS {} score", object.version));
                }
            }
        }
    }
}
