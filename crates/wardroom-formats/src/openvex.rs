//! OpenVEX 0.2.0 from the same input as the CSAF document: one statement for each vulnerability, state and reason.
//!
//! OpenVEX knows no version ranges: a product with a range is named by an address of ours and carries no package URL, so that no scanner
//! takes the statement for all versions. Deliberately not made: statements of an advisory that was taken back, and documents without statements.
//! Left out, because the format has no place: scores, remediations but as one text, credits, references, revisions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::csaf::document::instant;
use crate::csaf::input::{AdvisoryInput, ProductInput, Versions, VulnerabilityInput};
use crate::csaf::model::{FlagLabel, ThreatCategory};
use crate::json;
use crate::states::State;

/// The text of the file, or `None` when there is nothing to state. `page` is the https address of the advisory's page.
#[must_use]
pub fn render(advisory: &AdvisoryInput, page: &str) -> Option<String> {
    if advisory.is_taken_back() {
        return None;
    }
    let statements: Vec<Statement<'_>> = advisory.vulnerabilities.iter().flat_map(|one| statements(advisory, one, page)).collect();
    if statements.is_empty() {
        return None;
    }
    let document = Document {
        context: "https://openvex.dev/ns/v0.2.0",
        id: format!("{page}#openvex"),
        author: &advisory.publisher.name,
        role: "vendor",
        timestamp: instant(advisory.tracking.initial_release),
        last_updated: instant(advisory.tracking.current_release),
        version: advisory.tracking.version.parse().unwrap_or(1),
        tooling: concat!("Wardroom ", env!("CARGO_PKG_VERSION")),
        statements,
    };
    Some(json::pretty(&document))
}

fn statements<'a>(advisory: &'a AdvisoryInput, one: &'a VulnerabilityInput, page: &str) -> Vec<Statement<'a>> {
    // Products of which the same is said share a statement; words about one are not said of another.
    let statement = |status, ids: &[&str], justification: Option<FlagLabel>| {
        let mut said: Vec<((Option<String>, Option<String>), Vec<Product>)> = Vec::new();
        for id in ids {
            let Some(product) = product(advisory, id, page) else { continue };
            let reason = (status == "not_affected").then(|| impact(one, &[id])).and_then(|text| {
                // A reason must be given, in one form or the other.
                text.or_else(|| justification.is_none().then(|| "not affected".to_owned()))
            });
            let words = (reason, (status == "affected").then(|| action(one, &[id])));
            match said.iter_mut().find(|(known, _)| *known == words) {
                Some((_, products)) => products.push(product),
                None => said.push((words, vec![product])),
            }
        }
        let statement = |((impact_statement, action_statement), products)| Statement {
            vulnerability: vulnerability(advisory, one),
            products,
            status,
            justification,
            impact_statement,
            action_statement,
        };
        said.into_iter().map(statement).collect::<Vec<_>>()
    };
    let ids = |state: State| state.ids(&one.status);
    let flagged = |id: &str| one.flags.iter().any(|flag| flag.products.iter().any(|product| product == id));
    let unexplained: Vec<&str> = ids(State::NotAffected).into_iter().filter(|id| !flagged(id)).collect();
    let mut all = vec![
        statement("affected", &ids(State::Affected), None),
        statement("fixed", &ids(State::Fixed), None),
        statement("under_investigation", &ids(State::Unknown), None),
        statement("not_affected", &unexplained, None),
    ];
    let justified = one.flags.iter().map(|flag| {
        let products: Vec<&str> = flag.products.iter().map(String::as_str).collect();
        statement("not_affected", &products, Some(flag.label))
    });
    all.extend(justified);
    all.into_iter().flatten().collect()
}

fn vulnerability<'a>(advisory: &AdvisoryInput, one: &'a VulnerabilityInput) -> Vulnerability<'a> {
    let mut aliases: Vec<&str> = Vec::new();
    if one.cve.is_some() {
        aliases.extend(one.ids.iter().map(|(_, id)| id.as_str()));
        aliases.dedup();
    }
    Vulnerability { name: name(advisory, one), description: one.title.as_deref(), aliases }
}

/// What is said of the impact on these products, in words.
fn impact(one: &VulnerabilityInput, ids: &[&str]) -> Option<String> {
    let about = |products: &[String]| products.iter().any(|id| ids.contains(&id.as_str()));
    let texts: Vec<&str> = one
        .threats
        .iter()
        .filter(|threat| threat.category == ThreatCategory::Impact && about(&threat.products))
        .map(|threat| threat.details.trim())
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The CVE, or the advisory's own number and the title, where there is none.
fn name(advisory: &AdvisoryInput, one: &VulnerabilityInput) -> String {
    let own = || match &one.title {
        Some(title) => format!("{}: {title}", advisory.tracking.id),
        None => advisory.tracking.id.clone(),
    };
    one.cve.clone().unwrap_or_else(own)
}

/// What to do, from the remediations of these products. An affected product must have an action, and "none" is one.
fn action(one: &VulnerabilityInput, ids: &[&str]) -> String {
    let meant = |products: &[String]| products.is_empty() || products.iter().any(|id| ids.contains(&id.as_str()));
    let texts: Vec<&str> = one.remediations.iter().filter(|remedy| meant(&remedy.products)).map(|remedy| remedy.details.trim()).collect();
    if texts.is_empty() { "No remediation is known.".to_owned() } else { texts.join("\n") }
}

/// The product by its package URL where that says the version, else by an address of ours. A product on another is that other with a part.
fn product(advisory: &AdvisoryInput, id: &str, page: &str) -> Option<Product> {
    if let Some(relation) = advisory.relationships.iter().find(|one| one.id == id) {
        let whole = advisory.products.iter().find(|one| one.id == relation.to)?;
        let part = advisory.products.iter().find(|one| one.id == relation.product)?;
        let Component { id, identifiers, hashes } = component(whole, page);
        return Some(Product { id, identifiers, hashes, subcomponents: vec![component(part, page)] });
    }
    let Component { id, identifiers, hashes } = component(advisory.products.iter().find(|one| one.id == id)?, page);
    Some(Product { id, identifiers, hashes, subcomponents: Vec::new() })
}

fn component(product: &ProductInput, page: &str) -> Component {
    let is_range = matches!(product.versions, Versions::Range(_));
    let purl = product.purl.clone().filter(|_| !is_range);
    let cpe = |prefix: &str| product.cpe.clone().filter(|cpe| !is_range && cpe.starts_with(prefix));
    let (cpe23, cpe22) = (cpe("cpe:2.3:"), cpe("cpe:/"));
    let known = purl.is_some() || cpe23.is_some() || cpe22.is_some();
    let identifiers = known.then(|| Identifiers { purl: purl.clone(), cpe22, cpe23 });
    // The hashes of one file are its own; those of several say of no one thing that it is the product.
    let hashes = match product.marks.hashes.as_slice() {
        [file] => file.file_hashes.iter().filter_map(|hash| Some((algorithm(&hash.algorithm)?, hash.value.clone()))).collect(),
        _ => BTreeMap::new(),
    };
    Component { id: purl.unwrap_or_else(|| format!("{page}#{}", encoded(&product.id))), identifiers, hashes }
}

/// The name OpenVEX has for a hash.
fn algorithm(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "md5" => Some("md5"),
        "sha1" => Some("sha1"),
        "sha256" => Some("sha-256"),
        "sha384" => Some("sha-384"),
        "sha512" => Some("sha-512"),
        "sha3-256" => Some("sha3-256"),
        "sha3-384" => Some("sha3-384"),
        "sha3-512" => Some("sha3-512"),
        "blake2b512" => Some("blake2b-512"),
        _ => None,
    }
}

/// Percent-encoded but for what a fragment and a package URL both take as it is.
#[must_use]
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    role: &'static str,
    timestamp: String,
    last_updated: String,
    version: u32,
    tooling: &'static str,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    vulnerability: Vulnerability<'a>,
    products: Vec<Product>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<FlagLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
}

#[derive(Serialize)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hashes: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Component>,
}

#[derive(Serialize)]
struct Component {
    #[serde(rename = "@id")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hashes: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Identifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe22: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe23: Option<String>,
}
