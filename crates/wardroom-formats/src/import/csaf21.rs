//! A CSAF 2.1 document (the draft of July 2026) as an advisory: what both editions say is read as 2.0, then what 2.1 has better places for.
//!
//! Not here: SSVC, EPSS, sharing groups, extensions, and product paths over more than two products, whose end is a product by its name alone;
//! the caller keeps the difference.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::{instant, list, text, texts};
use crate::csaf::input::{AdvisoryInput, Category, ExploitedInput, Remedy, ScoreInput, Tlp, VulnerabilityInput};
use crate::csaf::model::CsafDocument;
use crate::cvss;

/// Labels of TLP 2.0, with those of 1.0 that CSAF 2.0 uses.
const LABELS: [(&str, &str, Tlp); 5] = [
    ("CLEAR", "WHITE", Tlp::Clear),
    ("GREEN", "GREEN", Tlp::Green),
    ("AMBER", "AMBER", Tlp::Amber),
    ("AMBER+STRICT", "AMBER", Tlp::AmberStrict),
    ("RED", "RED", Tlp::Red),
];

/// Remediations that 2.0 has no word for, and the word that is read in its place.
const REMEDIES: [(&str, &str, Remedy); 2] =
    [("fix_planned", "none_available", Remedy::FixPlanned), ("optional_patch", "vendor_fix", Remedy::OptionalPatch)];

pub(super) fn read(original: &Value) -> Result<AdvisoryInput, serde_json::Error> {
    let mut lowered = original.clone();
    lower(&mut lowered);
    let mut advisory = super::csaf::read(&CsafDocument::deserialize(lowered)?);
    let says = |pointer: &str| original.pointer(pointer).and_then(Value::as_str);
    match says("/document/category") {
        Some("csaf_withdrawn") => advisory.category = Some(Category::Withdrawn),
        Some("csaf_superseded") => advisory.category = Some(Category::Superseded),
        _ => {}
    }
    if let Some((_, _, tlp)) = LABELS.iter().find(|(label, _, _)| says("/document/distribution/tlp/label") == Some(label)) {
        advisory.tlp = *tlp;
    }
    for (one, from) in advisory.vulnerabilities.iter_mut().zip(list(original, "vulnerabilities")) {
        vulnerability(one, from);
    }
    Ok(advisory)
}

fn vulnerability(one: &mut VulnerabilityInput, from: &Value) {
    let pair = |cwe: &Value| Some((text(cwe, "id")?, text(cwe, "name")?));
    one.cwes = list(from, "cwes").iter().filter_map(pair).collect();
    one.scores = list(from, "metrics").iter().flat_map(scores).collect();
    let seen = |date: &Value| {
        Some(ExploitedInput {
            exploited: text(date, "exploitation_date").as_deref().and_then(instant)?,
            learned: text(date, "date").as_deref().and_then(instant)?,
            products: texts(date, "product_ids"),
        })
    };
    one.exploited = list(from, "first_known_exploitation_dates").iter().filter_map(seen).collect();
    for (remedy, from) in one.remediations.iter_mut().zip(list(from, "remediations")) {
        if let Some((_, _, kind)) = REMEDIES.iter().find(|(word, _, _)| text(from, "category").as_deref() == Some(word)) {
            remedy.kind = *kind;
        }
    }
}

fn scores(metric: &Value) -> Vec<ScoreInput> {
    let products = texts(metric, "products");
    let vector = |name: &str| metric.pointer(&format!("/content/{name}")).and_then(|object| text(object, "vectorString"));
    let vectors = ["cvss_v4", "cvss_v3", "cvss_v2"].into_iter().filter_map(vector).filter(|vector| cvss::score(vector).is_ok());
    vectors.map(|vector| ScoreInput { vector, products: products.clone() }).collect()
}

/// Brings a document of 2.1 into the shape of 2.0, as far as 2.0 has places.
fn lower(root: &mut Value) {
    if let Some(label) = root.pointer_mut("/document/distribution/tlp/label")
        && let Some((_, older, _)) = LABELS.iter().find(|(known, _, _)| label.as_str() == Some(known))
    {
        *label = (*older).into();
    }
    if let Some(publisher) = root.pointer_mut("/document/publisher") {
        rename(publisher, "category", "multiplier", "other");
        // The editor's drafts after July have an object.
        let contact = publisher.pointer("/contact/details").or_else(|| publisher.pointer("/contact/email")).cloned();
        if let (Some(publisher), Some(contact)) = (publisher.as_object_mut(), contact) {
            publisher.entry("contact_details").or_insert(contact);
        }
    }
    if let Some(tree) = root.get_mut("product_tree").and_then(Value::as_object_mut) {
        product_tree(tree);
    }
    for one in root.get_mut("vulnerabilities").and_then(Value::as_array_mut).into_iter().flatten() {
        for remedy in members(one, "remediations") {
            for (word, older, _) in REMEDIES {
                rename(remedy, "category", word, older);
            }
        }
        for involvement in members(one, "involvements") {
            rename(involvement, "party", "multiplier", "other");
        }
        let Some(one) = one.as_object_mut() else { continue };
        if let Some(date) = one.remove("disclosure_date") {
            one.insert("release_date".into(), date);
        }
    }
}

fn product_tree(tree: &mut Map<String, Value>) {
    if let Some(branches) = tree.get_mut("branches") {
        self::branches(branches);
    }
    for product in tree.get_mut("full_product_names").and_then(Value::as_array_mut).into_iter().flatten() {
        purl(product);
    }
    let Some(Value::Array(paths)) = tree.remove("product_paths") else { return };
    let (mut relationships, mut ends) = (Vec::new(), Vec::new());
    for mut path in paths {
        let mut end = path.get_mut("full_product_name").map(Value::take).unwrap_or_default();
        purl(&mut end);
        match (list(&path, "subpaths"), path.get("beginning_product_reference")) {
            ([step], Some(begin)) => relationships.push(serde_json::json!({
                "category": step.get("category"),
                "full_product_name": end,
                "product_reference": begin,
                "relates_to_product_reference": step.get("next_product_reference"),
            })),
            _ => ends.push(end),
        }
    }
    tree.insert("relationships".into(), relationships.into());
    if let Some(names) = tree.entry("full_product_names").or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
        names.extend(ends);
    }
}

/// As deep as JSON is read at all.
fn branches(branches: &mut Value) {
    for branch in branches.as_array_mut().into_iter().flatten() {
        rename(branch, "category", "platform", "specification");
        branch.get_mut("product").into_iter().for_each(purl);
        branch.get_mut("branches").into_iter().for_each(self::branches);
    }
}

/// 2.1 has a list where 2.0 had one package URL.
fn purl(product: &mut Value) {
    let Some(helper) = product.get_mut("product_identification_helper").and_then(Value::as_object_mut) else { return };
    if let Some(first) = helper.remove("purls").and_then(|purls| purls.get(0).cloned()) {
        helper.insert("purl".into(), first);
    }
}

fn rename(value: &mut Value, member: &str, from: &str, to: &str) {
    if let Some(word) = value.get_mut(member).filter(|word| word.as_str() == Some(from)) {
        *word = to.into();
    }
}

fn members<'v>(value: &'v mut Value, name: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}
