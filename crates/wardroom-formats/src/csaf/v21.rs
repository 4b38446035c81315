//! Makes a CSAF 2.1 document of an advisory: the document of 2.0, with what 2.1 has better places for (section 7.4 of the drafts).
//!
//! CSAF 2.1 is not final; this is the form of the committee specification draft of July 2026. What we publish with authority is 2.0.
//! Not here: SSVC, EPSS, sharing groups, extensions; nothing in an advisory of ours says them yet.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

use super::document::{Edition, RenderError, cvss_object, instant, render_for, scored_products, text, weaknesses};
use super::input::{AdvisoryInput, Category, ProductInput, Remedy, StatusInput, Versions, VulnerabilityInput};
use super::tree::range_branch;
use crate::cvss::{self, Version};
use crate::json::object;
use crate::{cwe, versions};

const SCHEMA: &str = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json";

/// Makes the document. Equal input gives equal output; [`crate::json::sorted`] writes it.
///
/// # Errors
/// When a CVSS vector cannot be scored.
pub fn render(advisory: &AdvisoryInput) -> Result<Value, RenderError> {
    let advisory = &without_words_for_versions(advisory);
    let rendered = render_for(advisory, Edition::V21)?;
    // Plain structs of strings and numbers cannot fail to become a value; an empty object would fail every test.
    let mut document = serde_json::to_value(&rendered).unwrap_or_default();
    if let Some(head) = document.get_mut("document").and_then(Value::as_object_mut) {
        self::head(head, advisory);
    }
    let Some(root) = document.as_object_mut() else { return Ok(document) };
    root.insert("$schema".into(), SCHEMA.into());
    if advisory.is_taken_back() {
        // 6.1.27.15 and section 4: what is taken back states nothing about products.
        root.remove("product_tree");
        root.remove("vulnerabilities");
        return Ok(document);
    }
    if let Some(tree) = root.get_mut("product_tree") {
        product_tree(tree, advisory);
    }
    let newest = advisory.tracking.revisions.iter().map(|one| one.date).max();
    let all = root.get_mut("vulnerabilities").and_then(Value::as_array_mut);
    for (one, input) in all.into_iter().flatten().zip(&advisory.vulnerabilities) {
        if let Some(one) = one.as_object_mut() {
            vulnerability(one, input, newest);
        }
    }
    Ok(document)
}

/// The profile. A security advisory must name affected products in every vulnerability (6.1.27.12): where one has none, it is states only.
fn category(advisory: &AdvisoryInput) -> Category {
    let wanted = advisory.category();
    let affects = |one: &VulnerabilityInput| !one.status.known_affected.is_empty();
    if wanted != Category::SecurityAdvisory || advisory.vulnerabilities.iter().all(affects) {
        return wanted;
    }
    let named = |one: &VulnerabilityInput| one.cve.is_some() || !one.ids.is_empty();
    let explained =
        |one: &VulnerabilityInput| one.status.known_not_affected.iter().all(|id| one.flags.iter().any(|flag| flag.products.contains(id)));
    let is_vex = advisory.vulnerabilities.iter().all(|one| named(one) && explained(one));
    if is_vex { Category::Vex } else { Category::Base }
}

fn head(head: &mut Map<String, Value>, advisory: &AdvisoryInput) {
    head.insert("csaf_version".into(), "2.1".into());
    head.insert("category".into(), category(advisory).name().into());
    let label = advisory.tlp.name().trim_start_matches("TLP:");
    let tlp = json!({"label": label, "url": "https://www.first.org/tlp/"});
    let own = advisory.distribution.as_deref().and_then(text);
    head.insert("distribution".into(), object([("text", own.into()), ("tlp", tlp)]));
}

fn product_tree(tree: &mut Value, advisory: &AdvisoryInput) {
    if let Some(branches) = tree.get_mut("branches") {
        self::branches(branches, &advisory.products);
    }
    let Some(tree) = tree.as_object_mut() else { return };
    let Some(Value::Array(relationships)) = tree.remove("relationships") else { return };
    let path = |one: Value| {
        let of = |name: &str| one.get(name).cloned().unwrap_or_default();
        let mut product = of("full_product_name");
        purls(&mut product);
        json!({
            "beginning_product_reference": of("product_reference"),
            "full_product_name": product,
            "subpaths": [{"category": of("category"), "next_product_reference": of("relates_to_product_reference")}],
        })
    };
    tree.insert("product_paths".into(), relationships.into_iter().map(path).collect());
}

fn branches(branches: &mut Value, products: &[ProductInput]) {
    for branch in branches.as_array_mut().into_iter().flatten() {
        if let Some(below) = branch.get_mut("branches") {
            self::branches(below, products);
        }
        let Some(product) = branch.get_mut("product") else { continue };
        purls(product);
        let id = product.get("product_id").and_then(Value::as_str).unwrap_or_default();
        let Some(Versions::Range(range)) = products.iter().find(|one| one.id == id).map(|one| &one.versions) else { continue };
        let range = range.clone();
        version_range(branch, &range);
    }
}

fn version_range(branch: &mut Value, range: &str) {
    let Some(((category, name), branch)) = range_branch(range).zip(branch.as_object_mut()) else { return };
    branch.insert("category".into(), json!(category));
    branch.insert("name".into(), name.into());
}

/// Words about versions in which there is no comparison (`Versions including the affected stack`) have no place in a branch of versions (6.1.31):
/// they stand with the product's name. Words for all versions mean the product.
fn without_words_for_versions(advisory: &AdvisoryInput) -> Cow<'_, AdvisoryInput> {
    let words = |product: &ProductInput| match &product.versions {
        Versions::Range(range) if range_branch(range).is_none() => Some(range.trim().to_owned()),
        _ => None,
    };
    let told: Vec<Option<String>> = advisory.products.iter().map(words).collect();
    if told.iter().all(Option::is_none) {
        return Cow::Borrowed(advisory);
    }
    let mut advisory = advisory.clone();
    for (product, words) in advisory.products.iter_mut().zip(told) {
        let Some(words) = words else { continue };
        product.versions = Versions::All;
        if !versions::is_all(&words) {
            product.name = format!("{} ({words})", product.name);
        }
    }
    Cow::Owned(advisory)
}

/// 2.1 has a list where 2.0 had one package URL.
fn purls(product: &mut Value) {
    let helper = product.get_mut("product_identification_helper").and_then(Value::as_object_mut);
    if let Some((helper, purl)) = helper.and_then(|helper| helper.remove("purl").map(|purl| (helper, purl))) {
        helper.insert("purls".into(), json!([purl]));
    }
}

/// The release is the newest with this name, so that both can be checked against it (6.1.11).
fn weakness(id: &str, name: &str) -> Value {
    let release = cwe::Id::parse(id).ok().and_then(|known| known.called_so_in(name).or_else(|| known.release()));
    json!({"id": id, "name": name, "version": release.unwrap_or_else(cwe::newest_release)})
}

fn vulnerability(one: &mut Map<String, Value>, input: &VulnerabilityInput, newest: Option<Timestamp>) {
    one.remove("cwe");
    one.remove("scores");
    let mut put = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            one.insert(name.to_owned(), Value::Array(values));
        }
    };
    put("cwes", weaknesses(input).iter().map(|(id, name)| weakness(id, name)).collect());
    put("metrics", input.scores.iter().filter_map(|score| metric(&score.vector, &score.products, input)).collect());
    let exploited = input.exploited.iter().map(|one| {
        object([
            ("date", instant(one.learned).into()),
            ("exploitation_date", instant(one.exploited).into()),
            ("product_ids", if one.products.is_empty() { input.status.affected().into() } else { one.products.clone().into() }),
        ])
    });
    put("first_known_exploitation_dates", exploited.collect());
    // Records of others name instants after their own newest version, which 6.1.45 refuses.
    if let Some(date) = one.remove("release_date").filter(|_| input.released <= newest) {
        one.insert("disclosure_date".into(), date);
    }
    if let Some(remediations) = one.get_mut("remediations").and_then(Value::as_array_mut) {
        let given = std::mem::take(remediations).into_iter().zip(&input.remediations);
        *remediations = given.flat_map(|(remediation, from)| remediation_parts(remediation, from.kind, &input.status)).collect();
        if remediations.is_empty() {
            one.remove("remediations");
        }
    }
}

/// 6.1.36: where a product is not affected, or not any more, an update is an optional patch, and nothing else remedies it. A remedy for
/// products of both kinds becomes two, or keeps those it is for; one that is for none any more is left out.
fn remediation_parts(remediation: Value, kind: Remedy, status: &StatusInput) -> Vec<Value> {
    let needless = [&status.fixed, &status.first_fixed, &status.known_not_affected];
    let is_needless = |id: &Value| id.as_str().is_some_and(|id| needless.iter().any(|group| group.iter().any(|one| one == id)));
    let named = remediation.get("product_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let (needless, others): (Vec<Value>, Vec<Value>) = named.into_iter().partition(is_needless);
    let part = |kind: Remedy, products: Vec<Value>, keep_groups: bool| {
        let mut part = remediation.clone();
        let object = part.as_object_mut()?;
        object.insert("category".into(), kind.word().into());
        object.remove("product_ids");
        if !products.is_empty() {
            object.insert("product_ids".into(), products.into());
        }
        if !keep_groups {
            object.remove("group_ids");
        }
        Some(part)
    };
    let optional = matches!(kind, Remedy::VendorFix | Remedy::OptionalPatch) && !needless.is_empty();
    let remains = needless.is_empty() || !others.is_empty() || remediation.get("group_ids").is_some();
    let main = remains.then(|| part(kind, others, true)).flatten();
    let optional = optional.then(|| part(Remedy::OptionalPatch, needless, false)).flatten();
    main.into_iter().chain(optional).collect()
}

fn metric(vector: &str, products: &[String], input: &VulnerabilityInput) -> Option<Value> {
    let scored = cvss::score(vector).ok()?;
    let name = match scored.version {
        Version::V2 => "cvss_v2",
        Version::V30 | Version::V31 => "cvss_v3",
        Version::V4 => "cvss_v4",
    };
    let products = if products.is_empty() { scored_products(&input.status) } else { products.to_vec() };
    Some(json!({"content": {name: cvss_object(&scored)}, "products": products}))
}
