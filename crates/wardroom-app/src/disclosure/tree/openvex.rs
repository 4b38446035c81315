//! OpenVEX 0.2.0 from the same input as the CSAF document: one statement for each vulnerability, state and reason.
//!
//! OpenVEX knows no version ranges: a product with a range is named by an address of ours and carries no package URL, so that no scanner
//! takes the statement for all versions. Deliberately not made: statements of a withdrawn advisory, and documents without statements.

use super::input::encoded;
use serde::Serialize;
use wardroom_formats::csaf::document::instant;
use wardroom_formats::csaf::input::{AdvisoryInput, ProductInput, Versions, VulnerabilityInput};
use wardroom_formats::csaf::model::FlagLabel;

/// The text of the file, or `None` when there is nothing to state. `page` is the https address of the advisory's page.
pub(super) fn render(advisory: &AdvisoryInput, page: &str) -> Option<String> {
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
    // Plain structs of strings cannot fail to be written.
    serde_json::to_string_pretty(&document).ok().map(|text| text + "\n")
}

fn statements<'a>(advisory: &'a AdvisoryInput, one: &'a VulnerabilityInput, page: &str) -> Vec<Statement<'a>> {
    let statement = |status, ids: &[String], justification| {
        let products: Vec<Product> =
            advisory.products.iter().filter(|product| ids.contains(&product.id)).map(|product| self::product(product, page)).collect();
        (!products.is_empty()).then(|| Statement {
            vulnerability: Vulnerability { name: name(advisory, one), description: one.title.as_deref() },
            products,
            status,
            justification,
            impact_statement: (status == "not_affected" && justification.is_none()).then_some("not affected"),
            action_statement: (status == "affected").then(|| action(one, ids)),
        })
    };
    let flagged = |id: &String| one.flags.iter().any(|flag| flag.products.contains(id));
    let unexplained: Vec<String> = one.status.known_not_affected.iter().filter(|id| !flagged(id)).cloned().collect();
    let mut all = vec![
        statement("affected", &one.status.known_affected, None),
        statement("fixed", &one.status.fixed, None),
        statement("under_investigation", &one.status.under_investigation, None),
        statement("not_affected", &unexplained, None),
    ];
    all.extend(one.flags.iter().map(|flag| statement("not_affected", &flag.products, Some(flag.label))));
    all.into_iter().flatten().collect()
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
fn action(one: &VulnerabilityInput, ids: &[String]) -> String {
    let meant = |products: &[String]| products.is_empty() || products.iter().any(|id| ids.contains(id));
    let texts: Vec<&str> = one.remediations.iter().filter(|remedy| meant(&remedy.products)).map(|remedy| remedy.details.trim()).collect();
    if texts.is_empty() { "No remediation is known.".to_owned() } else { texts.join("\n") }
}

fn product(product: &ProductInput, page: &str) -> Product {
    let is_range = matches!(product.versions, Versions::Range(_));
    let purl = product.purl.clone().filter(|_| !is_range);
    let cpe23 = product.cpe.clone().filter(|cpe| !is_range && cpe.starts_with("cpe:2.3:"));
    let identifiers = (purl.is_some() || cpe23.is_some()).then(|| Identifiers { purl: purl.clone(), cpe23 });
    Product { id: purl.unwrap_or_else(|| format!("{page}#{}", encoded(&product.id))), identifiers }
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
    impact_statement: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
}

#[derive(Serialize)]
struct Identifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe23: Option<String>,
}
