//! 6.1.1 and 6.1.4 where the engine has nothing to say: a document without product tree, and a draft.
//!
//! Not here: the same tests on whole documents, which the engine does.

use super::walk;
use crate::report::Finding;
use serde_json::Value;
use std::collections::HashSet;

/// Members that refer to products, wherever they stand: a list of ids, or one id.
const LISTS: [&str; 2] = ["product_ids", "products"];
const SINGLE: [&str; 4] = ["product_reference", "relates_to_product_reference", "beginning_product_reference", "next_product_reference"];

/// 6.1.1: product ids that are used and not defined.
pub(super) fn undefined(document: &Value) -> Vec<Finding> {
    let mut defined: HashSet<&str> = HashSet::new();
    if let Some(tree) = document.get("product_tree") {
        walk::members(tree, &mut String::new(), &mut |_, name, value| {
            if name == "product_id" {
                defined.extend(value.as_str());
            }
        });
    }
    let mut found = Vec::new();
    let mut used = |path: String, id: Option<&str>| {
        if let Some(id) = id.filter(|id| !defined.contains(id)) {
            found.push(Finding::new("6.1.1", path, format!("no product has the id {id:?}")));
        }
    };
    walk::members(document, &mut String::new(), &mut |path, name, value| {
        if path.contains("x_extensions") {
            return;
        }
        let in_status = path.ends_with("/product_status");
        if SINGLE.contains(&name) {
            used(format!("{path}/{name}"), value.as_str());
        } else if LISTS.contains(&name) || in_status {
            for (index, id) in value.as_array().into_iter().flatten().enumerate() {
                used(format!("{path}/{name}/{index}"), id.as_str());
            }
        }
    });
    found
}

/// 6.1.4: ids of product groups that are used and not defined.
pub(super) fn undefined_groups(document: &Value) -> Vec<Finding> {
    let tree = document.get("product_tree").unwrap_or(&Value::Null);
    let defined: HashSet<&str> = walk::items(tree, "product_groups").map(|(_, group)| walk::text(group, "group_id")).collect();
    let mut found = Vec::new();
    walk::members(document, &mut String::new(), &mut |path, name, value| {
        if name != "group_ids" || path.contains("x_extensions") {
            return;
        }
        for (index, id) in value.as_array().into_iter().flatten().enumerate() {
            if let Some(id) = id.as_str().filter(|id| !defined.contains(id)) {
                found.push(Finding::new("6.1.4", format!("{path}/group_ids/{index}"), format!("no product group has the id {id:?}")));
            }
        }
    });
    found
}
