//! Makes a CSAF 2.1 document of an advisory: the document of 2.0, with what 2.1 has better places for (section 7.4 of the drafts).
//!
//! CSAF 2.1 is not final; this is the form of the committee specification draft of July 2026. What we publish with authority is 2.0.
//! Not here: SSVC, EPSS, sharing groups, extensions; nothing in an advisory of ours says them yet.

use serde_json::{Map, Value, json};

use super::document::{Edition, RenderError, cvss_object, instant, render_for, scored_products, text};
use super::input::{AdvisoryInput, Category, ProductInput, Versions, VulnerabilityInput};
use crate::cvss::{self, Version};
use crate::json::object;
use crate::{cwe, versions};

const SCHEMA: &str = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json";

/// Makes the document. Equal input gives equal output; [`crate::json::sorted`] writes it.
///
/// # Errors
/// When a CVSS vector cannot be scored.
pub fn render(advisory: &AdvisoryInput) -> Result<Value, RenderError> {
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
    let all = root.get_mut("vulnerabilities").and_then(Value::as_array_mut);
    for (one, input) in all.into_iter().flatten().zip(&advisory.vulnerabilities) {
        if let Some(one) = one.as_object_mut() {
            vulnerability(one, input);
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

/// 6.1.50: a range is vers or a comparison; 6.1.59: one version alone is no range. Words that cannot be read stay, and that test finds them.
fn version_range(branch: &mut Value, range: &str) {
    let one = match versions::read(range) {
        Some(versions::Spans::These(spans)) => match spans.as_slice() {
            [versions::Span::One(version)] => Some(version.clone()),
            _ => None,
        },
        Some(versions::Spans::All) | None => None,
    };
    let Some(branch) = branch.as_object_mut() else { return };
    if let Some(version) = one {
        branch.insert("category".into(), "product_version".into());
        branch.insert("name".into(), version.into());
    } else if let Some(vers) = versions::canonical_vers(range) {
        branch.insert("name".into(), vers.into());
    }
}

/// 2.1 has a list where 2.0 had one package URL.
fn purls(product: &mut Value) {
    let helper = product.get_mut("product_identification_helper").and_then(Value::as_object_mut);
    if let Some((helper, purl)) = helper.and_then(|helper| helper.remove("purl").map(|purl| (helper, purl))) {
        helper.insert("purls".into(), json!([purl]));
    }
}

fn vulnerability(one: &mut Map<String, Value>, input: &VulnerabilityInput) {
    one.remove("cwe");
    one.remove("scores");
    let mut put = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            one.insert(name.to_owned(), Value::Array(values));
        }
    };
    put("cwes", input.cwes.iter().map(|(id, name)| json!({"id": id, "name": name, "version": cwe::RELEASE})).collect());
    put("metrics", input.scores.iter().filter_map(|score| metric(&score.vector, &score.products, input)).collect());
    let exploited = input.exploited.iter().map(|one| {
        object([
            ("date", instant(one.learned).into()),
            ("exploitation_date", instant(one.exploited).into()),
            ("product_ids", if one.products.is_empty() { input.status.affected().into() } else { one.products.clone().into() }),
        ])
    });
    put("first_known_exploitation_dates", exploited.collect());
    if let Some(date) = one.remove("release_date") {
        one.insert("disclosure_date".into(), date);
    }
    let remediations = one.get_mut("remediations").and_then(Value::as_array_mut);
    for (remediation, input) in remediations.into_iter().flatten().zip(&input.remediations) {
        if let Some(remediation) = remediation.as_object_mut() {
            remediation.insert("category".into(), input.kind.word().into());
        }
    }
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
