//! An OpenVEX document (0.2.0) as an advisory of states: one vulnerability for each name, every product in the state that was stated last.
//!
//! Not here: times of single statements beyond the flags they make, and what the format has no member for (scores, credits); the caller keeps
//! the difference.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{instant, is_cve, list, text, texts};
use crate::csaf::input::{
    AdvisoryInput, Category, FlagInput, GeneratorInput, Marks, ProductInput, PublisherInput, RelationKind, RelationshipInput,
    RemediationInput, Remedy, RevisionInput, ThreatInput, Tlp, TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{FileHash, FileHashes, FlagLabel, PublisherCategory, Status, ThreatCategory};

/// What its `@context` begins with.
pub(super) const CONTEXT: &str = "https://openvex.dev/ns";

/// The advisory, and the address of its page: the document's own without the mark our rendering puts behind it.
pub(super) fn read(document: &Value) -> (AdvisoryInput, String) {
    let id = text(document, "@id").unwrap_or_default();
    let page = id.strip_suffix("#openvex").unwrap_or(&id).to_owned();
    let name = page.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("OpenVEX").to_owned();
    let first = date(document, "timestamp").unwrap_or_default();
    let last = date(document, "last_updated").filter(|last| *last >= first).unwrap_or(first);
    let author = text(document, "author").unwrap_or_else(|| "unknown".to_owned());
    let version = document.get("version").and_then(Value::as_u64).unwrap_or(1).max(1);
    // The history of CSAF begins at 1 and has no holes; the number the document has stands beside its own.
    let dates: &[Timestamp] = if last == first { &[first] } else { &[first, last] };
    let revision = |(at, date): (usize, &Timestamp)| RevisionInput {
        number: (at + 1).to_string(),
        date: *date,
        summary: name.clone(),
        legacy_version: (at + 1 == dates.len()).then(|| version.to_string()),
    };
    let revisions: Vec<RevisionInput> = dates.iter().enumerate().map(revision).collect();
    let vendor = text(document, "role").is_some_and(|role| role.to_lowercase().contains("vendor"));
    let mut book = Book::default();
    let vulnerabilities = vulnerabilities(document, first, &mut book);
    let advisory = AdvisoryInput {
        lang: "en".to_owned(),
        source_lang: None,
        category: Some(Category::Vex),
        title: format!("VEX {name}"),
        tlp: Tlp::Clear,
        distribution: None,
        publisher: PublisherInput {
            name: author,
            namespace: origin(&id).unwrap_or_else(|| "https://openvex.dev".to_owned()),
            category: if vendor { PublisherCategory::Vendor } else { PublisherCategory::Other },
            contact: None,
            issuing_authority: None,
        },
        tracking: TrackingInput {
            id: name.clone(),
            aliases: Vec::new(),
            version: revisions.len().to_string(),
            status: Status::Final,
            initial_release: first,
            current_release: last,
            revisions,
            generator: text(document, "tooling").map(|engine| GeneratorInput { engine, version: None, date: None }),
        },
        notes: Vec::new(),
        products: book.products,
        relationships: book.relationships,
        groups: Vec::new(),
        vulnerabilities,
        references: Vec::new(),
        acknowledgments: Vec::new(),
    };
    (advisory, page)
}

/// `https://host` of an address.
fn origin(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("https://{host}"))
}

/// What a statement says of one product.
struct Said<'a> {
    at: Timestamp,
    statement: &'a Value,
}

fn vulnerabilities(document: &Value, first: Timestamp, book: &mut Book) -> Vec<VulnerabilityInput> {
    // In the order in which they are named first, each with its products.
    let mut all: Vec<(VulnerabilityInput, Vec<(String, Said<'_>)>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut products: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for statement in list(document, "statements") {
        let named = vulnerability(statement.get("vulnerability").unwrap_or(&Value::Null));
        let key = named.cve.clone().or_else(|| named.ids.first().map(|(_, id)| id.clone())).unwrap_or_default();
        let place = *places.entry(key).or_insert_with(|| {
            all.push((named.clone(), Vec::new()));
            all.len() - 1
        });
        let Some((one, stated)) = all.get_mut(place) else { continue };
        for id in named.ids {
            if !one.ids.contains(&id) {
                one.ids.push(id);
            }
        }
        let at = date(statement, "last_updated").or_else(|| date(statement, "timestamp")).unwrap_or(first);
        for product in list(statement, "products").iter().flat_map(|product| book.products(product)) {
            let said = Said { at, statement };
            match products.get(&(place, product.clone())).copied() {
                // A later statement replaces an earlier one; of two of the same instant the one that stands later.
                Some(known) => {
                    if let Some((_, before)) = stated.get_mut(known).filter(|(_, before)| before.at <= at) {
                        *before = said;
                    }
                }
                None => {
                    products.insert((place, product.clone()), stated.len());
                    stated.push((product, said));
                }
            }
        }
    }
    let finished = |(mut one, stated): (VulnerabilityInput, Vec<(String, Said<'_>)>)| {
        stated.into_iter().for_each(|(product, said)| state(&mut one, product, &said));
        one
    };
    all.into_iter().map(finished).collect()
}

fn vulnerability(from: &Value) -> VulnerabilityInput {
    let id = text(from, "@id").filter(|id| !id.contains("://"));
    // Before 0.2.0 it was the name alone.
    let name = text(from, "name").or(id).or_else(|| from.as_str().map(str::to_owned)).unwrap_or_default();
    let (mut cves, mut others): (Vec<String>, Vec<String>) =
        std::iter::once(name.clone()).chain(texts(from, "aliases")).partition(|id| is_cve(id));
    others.retain(|id| !id.trim().is_empty());
    others.dedup();
    let cve = (!cves.is_empty()).then(|| cves.remove(0));
    let description = text(from, "description");
    let system =
        |id: String| (if is_cve(&id) { "CVE" } else { id.split(['-', ':', '/']).next().unwrap_or_default() }.to_owned(), id.clone());
    VulnerabilityInput {
        cve,
        ids: others.into_iter().chain(cves).map(system).collect(),
        title: description.clone(),
        description: description.unwrap_or(name),
        ..VulnerabilityInput::default()
    }
}

fn state(one: &mut VulnerabilityInput, product: String, said: &Said<'_>) {
    let stated = said.statement;
    let reason = || text(stated, "impact_statement").or_else(|| text(stated, "status_notes"));
    match text(stated, "status").as_deref() {
        Some("affected") => {
            one.status.known_affected.push(product.clone());
            if let Some(details) = text(stated, "action_statement") {
                remedy(one, product, details, date(stated, "action_statement_timestamp"));
            }
        }
        Some("fixed") => one.status.fixed.push(product),
        Some("not_affected") => {
            one.status.known_not_affected.push(product.clone());
            let label = stated.get("justification").and_then(|label| serde_json::from_value::<FlagLabel>(label.clone()).ok());
            if let Some(label) = label {
                flag(one, label, date(stated, "timestamp"), product.clone());
            }
            // Without either, the statement is all there is.
            match (reason(), label) {
                (Some(details), _) => impact(one, details, product),
                (None, None) => impact(one, "not affected".to_owned(), product),
                (None, Some(_)) => {}
            }
        }
        _ => one.status.under_investigation.push(product),
    }
}

fn remedy(one: &mut VulnerabilityInput, product: String, details: String, date: Option<Timestamp>) {
    match one.remediations.iter_mut().find(|remedy| remedy.details == details && remedy.date == date) {
        Some(known) => known.products.push(product),
        None => one.remediations.push(RemediationInput {
            kind: Remedy::Mitigation,
            details,
            url: None,
            date,
            products: vec![product],
            groups: Vec::new(),
            entitlements: Vec::new(),
            restart: None,
        }),
    }
}

fn flag(one: &mut VulnerabilityInput, label: FlagLabel, date: Option<Timestamp>, product: String) {
    match one.flags.iter_mut().find(|flag| flag.label == label && flag.date == date) {
        Some(known) => known.products.push(product),
        None => one.flags.push(FlagInput { label, date, products: vec![product], groups: Vec::new() }),
    }
}

fn impact(one: &mut VulnerabilityInput, details: String, product: String) {
    match one.threats.iter_mut().find(|threat| threat.details == details) {
        Some(known) => known.products.push(product),
        None => {
            let category = ThreatCategory::Impact;
            one.threats.push(ThreatInput { category, details, date: None, products: vec![product], groups: Vec::new() });
        }
    }
}

/// The products by the addresses that name them, each once.
#[derive(Default)]
struct Book {
    products: Vec<ProductInput>,
    relationships: Vec<RelationshipInput>,
    known: BTreeMap<String, String>,
    wholes: BTreeMap<(String, String), String>,
}

impl Book {
    /// The ids of what a product of a statement is: itself, or each part of it that is named.
    fn products(&mut self, product: &Value) -> Vec<String> {
        let Some(whole) = self.component(product) else { return Vec::new() };
        let parts = list(product, "subcomponents");
        if parts.is_empty() {
            return vec![whole];
        }
        parts
            .iter()
            .filter_map(|part| Some((self.component(part)?, whole.clone())))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|pair| self.whole(pair))
            .collect()
    }

    fn whole(&mut self, (part, of): (String, String)) -> String {
        if let Some(known) = self.wholes.get(&(part.clone(), of.clone())) {
            return known.clone();
        }
        let id = format!("R{}", self.relationships.len() + 1);
        let name = |id: &str| self.products.iter().find(|one| one.id == id).map(crate::csaf::full_name).unwrap_or_default();
        self.relationships.push(RelationshipInput {
            id: id.clone(),
            name: format!("{} in {}", name(&part), name(&of)),
            kind: RelationKind::DefaultComponentOf,
            product: part.clone(),
            to: of.clone(),
            cpe: None,
            purl: None,
        });
        self.wholes.insert((part, of), id.clone());
        id
    }

    fn component(&mut self, from: &Value) -> Option<String> {
        let identifier = |name: &str| from.get("identifiers").and_then(|all| text(all, name));
        let cpe = identifier("cpe23").or_else(|| identifier("cpe22"));
        let address = text(from, "@id").or_else(|| identifier("purl")).or_else(|| cpe.clone());
        // Before 0.2.0 it was the address alone.
        let address = address.or_else(|| from.as_str().map(str::to_owned))?;
        if let Some(known) = self.known.get(&address) {
            return Some(known.clone());
        }
        let id = format!("P{}", self.products.len() + 1);
        let purl = Some(address.clone()).filter(|address| address.starts_with("pkg:")).or_else(|| identifier("purl"));
        let (vendor, name, version) = purl.as_deref().and_then(parts).unwrap_or_else(|| ("unknown".to_owned(), address.clone(), None));
        let hashes: Vec<FileHash> = from.get("hashes").and_then(Value::as_object).into_iter().flatten().filter_map(hash).collect();
        let file = (!hashes.is_empty()).then(|| FileHashes { file_hashes: hashes, filename: name.clone() });
        self.products.push(ProductInput {
            id: id.clone(),
            vendor,
            family: None,
            name,
            versions: version.map_or(Versions::All, Versions::Exact),
            full_name: Some(address.clone()),
            cpe,
            purl,
            marks: Marks { hashes: file.into_iter().collect(), ..Marks::default() },
        });
        self.known.insert(address, id.clone());
        Some(id)
    }
}

/// Namespace (else the type), name and version of a package URL, decoded.
fn parts(purl: &str) -> Option<(String, String, Option<String>)> {
    let rest = purl.strip_prefix("pkg:")?;
    let rest = rest.split(['?', '#']).next()?;
    // `@` begins the version, unless it begins the namespace of npm.
    let (path, version) = match rest.rsplit_once('@') {
        Some((path, version)) if !version.contains('/') => (path, Some(decoded(version))),
        _ => (rest, None),
    };
    let (kind, path) = path.split_once('/')?;
    let (namespace, name) = path.rsplit_once('/').unwrap_or((kind, path));
    let full = |text: &str| Some(decoded(text)).filter(|text| !text.trim().is_empty());
    Some((full(namespace)?, full(name)?, version.filter(|version| !version.trim().is_empty())))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| text_of(after.get(..2)?)).flatten();
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn text_of(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A hash under the name CSAF has for it.
fn hash((algorithm, value): (&String, &Value)) -> Option<FileHash> {
    let name = match algorithm.as_str() {
        "sha-256" => "sha256",
        "sha-384" => "sha384",
        "sha-512" => "sha512",
        "blake2b-512" => "blake2b512",
        other => other,
    };
    Some(FileHash { algorithm: name.to_owned(), value: value.as_str()?.to_owned() })
}

fn date(value: &Value, name: &str) -> Option<Timestamp> {
    text(value, name).as_deref().and_then(instant)
}
