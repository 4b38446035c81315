//! Tests about fixed products: 6.2.19 (a score for a product that is fixed must come to 0) and 6.2.39.1 of 2.1 (a fix that is promised must
//! be listed).
//!
//! Not here: whether scores are right in themselves (6.1.8 to 6.1.10).

use super::walk::{self, items, text, texts, vulnerabilities};
use crate::report::{Finding, Version};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use wardroom_formats::cvss;

/// 6.2.19.
pub(super) fn scored(version: Version, document: &Value) -> Vec<Finding> {
    let (list, scores) = match version {
        Version::V20 => ("scores", &["cvss_v2", "cvss_v3"][..]),
        Version::V21 => ("metrics", &["cvss_v2", "cvss_v3", "cvss_v4"][..]),
    };
    let mut found = Vec::new();
    for (index, vulnerability) in vulnerabilities(document) {
        let Some(status) = vulnerability.get("product_status") else { continue };
        for (metric_index, metric) in items(vulnerability, list) {
            let content = if version == Version::V20 { metric } else { metric.get("content").unwrap_or(&Value::Null) };
            if !scores.iter().filter_map(|name| content.get(name)).any(|score| !comes_to_nothing(score)) {
                continue;
            }
            let products: HashSet<&str> = texts(metric, "products").map(|(_, id)| id).collect();
            for group in ["first_fixed", "fixed"] {
                for (place, id) in texts(status, group).filter(|(_, id)| products.contains(id)) {
                    let message =
                        format!("{id} is fixed, but the score at /vulnerabilities/{index}/{list}/{metric_index} is above 0 for it");
                    found.push(Finding::new("6.2.19", format!("/vulnerabilities/{index}/product_status/{group}/{place}"), message));
                }
            }
        }
    }
    found
}

/// Whether a score in CSAF's form comes to 0 with its environment.
fn comes_to_nothing(score: &Value) -> bool {
    if let Some(environmental) = score.get("environmentalScore").and_then(Value::as_f64) {
        return environmental == 0.0;
    }
    if text(score, "targetDistribution") == "NONE" {
        return true;
    }
    let all = |names: &[&str], value: &str| names.iter().all(|name| text(score, name) == value);
    if all(&["modifiedAvailabilityImpact", "modifiedConfidentialityImpact", "modifiedIntegrityImpact"], "NONE")
        || (all(&["modifiedVulnAvailabilityImpact", "modifiedVulnConfidentialityImpact", "modifiedVulnIntegrityImpact"], "NONE")
            && all(&["modifiedSubAvailabilityImpact", "modifiedSubConfidentialityImpact", "modifiedSubIntegrityImpact"], "NEGLIGIBLE"))
    {
        return true;
    }
    match cvss::score(text(score, "vectorString")) {
        Ok(scored) => scored.score == 0.0,
        // A vector that is not one is the business of 6.1.8 and 6.1.9.
        Err(_) => score.get("baseScore").and_then(Value::as_f64) == Some(0.0),
    }
}

/// 6.2.39.1: a version is affected, nothing says that there will be no other, and no fixed version of the same product is listed in the
/// vulnerability. Versions belong together when their branches stand in the same list; a product outside of branches, with any.
pub(super) fn missing(document: &Value) -> Vec<Finding> {
    if document.pointer("/document/category").and_then(Value::as_str) != Some("csaf_security_advisory") {
        return Vec::new();
    }
    let groups = groups(document);
    let lists = lists(document);
    let mut found = Vec::new();
    for (index, vulnerability) in vulnerabilities(document) {
        let Some(status) = vulnerability.get("product_status") else { continue };
        let fixed: HashSet<Option<&String>> =
            texts(status, "fixed").chain(texts(status, "first_fixed")).map(|(_, id)| lists.get(id)).collect();
        let about = |id: &str, categories: &[&str]| {
            items(vulnerability, "remediations").any(|(_, remedy)| {
                categories.contains(&text(remedy, "category"))
                    && (texts(remedy, "product_ids").any(|(_, product)| product == id)
                        || texts(remedy, "group_ids")
                            .any(|(_, group)| groups.iter().any(|(known, member)| *known == group && *member == id)))
            })
        };
        for group in ["first_affected", "known_affected", "last_affected"] {
            for (place, id) in texts(status, group) {
                let list = lists.get(id);
                if fixed.contains(&list) || fixed.contains(&None) || (list.is_none() && !fixed.is_empty()) {
                    continue;
                }
                if !about(id, &["fix_planned", "no_fix_planned", "none_available"]) {
                    let message = format!("no fixed version of {id} is listed, and no remediation says that there is none");
                    found.push(Finding::new("6.2.39.1", format!("/vulnerabilities/{index}/product_status/{group}/{place}"), message));
                }
            }
        }
    }
    found
}

/// For each product in the branches, the pointer of the list its branch stands in.
fn lists(document: &Value) -> HashMap<&str, String> {
    let mut found = HashMap::new();
    walk::branch_lists(document, &mut |path, list| {
        for branch in list {
            if let Some(id) = branch.pointer("/product/product_id").and_then(Value::as_str) {
                found.insert(id, path.to_owned());
            }
        }
    });
    found
}

/// Pairs of group and member.
fn groups(document: &Value) -> Vec<(&str, &str)> {
    let tree = document.get("product_tree").unwrap_or(&Value::Null);
    items(tree, "product_groups").flat_map(|(_, group)| texts(group, "product_ids").map(|(_, id)| (text(group, "group_id"), id))).collect()
}
