//! A CVE record as an advisory, once in each language its descriptions are in.
//!
//! Not here: `adp` containers, rejected records, and what else the model has no words for; the caller keeps the difference.

use jiff::Timestamp;
use serde_json::Value;

use super::{instant, list, text, texts};
use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, CreditRole, Marks, ProductInput, PublisherInput, ReferenceInput, RemediationInput, Remedy,
    RevisionInput, ScoreInput, StatusInput, ThreatInput, Tlp, TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{PublisherCategory, ReferenceCategory, Status, ThreatCategory};
use crate::cvss;

/// The advisory in its languages, and the address that stands first among its references.
pub(super) fn read(record: &Value) -> (Vec<AdvisoryInput>, String) {
    let cna = record.pointer("/containers/cna").unwrap_or(&Value::Null);
    let page = list(cna, "references").first().and_then(|one| text(one, "url")).unwrap_or_default();
    let mut languages: Vec<String> = list(cna, "descriptions").iter().filter_map(|one| text(one, "lang")).collect();
    languages.dedup();
    if languages.is_empty() {
        languages.push("en".to_owned());
    }
    (languages.iter().map(|lang| advisory(record, cna, lang)).collect(), page)
}

fn advisory(record: &Value, cna: &Value, lang: &str) -> AdvisoryInput {
    let meta = record.get("cveMetadata").unwrap_or(&Value::Null);
    let cve = text(meta, "cveId").unwrap_or_default();
    let (products, status) = products(cna);
    let (first, last) = (date(meta, "datePublished").unwrap_or_default(), date(meta, "dateUpdated").unwrap_or_default());
    let short_name = text(meta, "assignerShortName").unwrap_or_default();
    AdvisoryInput {
        lang: lang.to_owned(),
        source_lang: None,
        category: None,
        title: text(cna, "title").unwrap_or_else(|| cve.clone()),
        tlp: Tlp::Clear,
        distribution: None,
        publisher: PublisherInput {
            name: if short_name.is_empty() { "CVE".to_owned() } else { short_name },
            namespace: "https://www.cve.org".to_owned(),
            category: PublisherCategory::Other,
            contact: None,
            issuing_authority: None,
        },
        tracking: TrackingInput {
            id: cna.pointer("/source/advisory").and_then(Value::as_str).map_or_else(|| cve.clone(), str::to_owned),
            aliases: Vec::new(),
            version: "1".to_owned(),
            status: Status::Final,
            initial_release: first,
            current_release: last,
            revisions: vec![RevisionInput { number: "1".to_owned(), date: first, summary: cve.clone(), legacy_version: None }],
            generator: None,
        },
        notes: Vec::new(),
        products,
        relationships: Vec::new(),
        groups: Vec::new(),
        vulnerabilities: vec![vulnerability(cna, cve, status, lang)],
        references: list(cna, "references").iter().filter_map(reference).collect(),
        acknowledgments: list(cna, "credits").iter().filter_map(credit).collect(),
    }
}

fn vulnerability(cna: &Value, cve: String, status: StatusInput, lang: &str) -> VulnerabilityInput {
    let said = |name: &str| -> Vec<String> {
        list(cna, name).iter().filter(|one| text(one, "lang").as_deref() == Some(lang)).filter_map(|one| text(one, "value")).collect()
    };
    let remedy = |kind: Remedy| {
        move |details: String| RemediationInput {
            kind,
            details,
            url: None,
            date: None,
            products: Vec::new(),
            groups: Vec::new(),
            entitlements: Vec::new(),
            restart: None,
        }
    };
    let mut remediations: Vec<RemediationInput> = said("solutions").into_iter().map(remedy(Remedy::VendorFix)).collect();
    remediations.extend(said("workarounds").into_iter().map(remedy(Remedy::Workaround)));
    let threat = |category: ThreatCategory| {
        move |details: String| ThreatInput { category, details, date: None, products: Vec::new(), groups: Vec::new() }
    };
    let mut threats: Vec<ThreatInput> = said("exploits").into_iter().map(threat(ThreatCategory::ExploitStatus)).collect();
    let impacts = list(cna, "impacts").iter().flat_map(|impact| list(impact, "descriptions"));
    let impacts = impacts.filter(|one| text(one, "lang").as_deref() == Some(lang)).filter_map(|one| text(one, "value"));
    threats.extend(impacts.map(threat(ThreatCategory::Impact)));
    VulnerabilityInput {
        cve: Some(cve),
        cna_tags: list(cna, "tags").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        title: text(cna, "title"),
        cwes: list(cna, "problemTypes").iter().flat_map(|kind| list(kind, "descriptions")).filter_map(weakness).collect(),
        description: said("descriptions").join("\n\n"),
        released: date(cna, "datePublic"),
        timeline: list(cna, "timeline").iter().filter_map(|one| Some((date(one, "time")?, text(one, "value")?))).collect(),
        status,
        remediations,
        scores: list(cna, "metrics").iter().flat_map(vectors).map(|vector| ScoreInput { vector, products: Vec::new() }).collect(),
        threats,
        ..VulnerabilityInput::default()
    }
}

/// One product for each version or range that is named, and one for the product as such where a status is said of it.
fn products(cna: &Value) -> (Vec<ProductInput>, StatusInput) {
    let (mut products, mut status) = (Vec::new(), StatusInput::default());
    for (at, one) in list(cna, "affected").iter().enumerate() {
        let name = text(one, "product").or_else(|| text(one, "packageName")).unwrap_or_default();
        let product = |id: String, versions: Versions| ProductInput {
            id,
            vendor: text(one, "vendor").unwrap_or_default(),
            family: None,
            name: name.clone(),
            versions,
            full_name: None,
            cpe: list(one, "cpes").first().and_then(Value::as_str).map(str::to_owned),
            purl: text(one, "packageURL"),
            marks: Marks::default(),
        };
        let stands = list(one, "versions").iter().filter_map(|version| Some((range(version)?, text(version, "status")?)));
        let as_such = text(one, "defaultStatus").map(|status| (Versions::All, status));
        for (place, (versions, word)) in stands.chain(as_such).enumerate() {
            let ids = match word.as_str() {
                "affected" => &mut status.known_affected,
                "unaffected" => &mut status.known_not_affected,
                _ => &mut status.under_investigation,
            };
            let id = format!("A{}V{}", at + 1, place + 1);
            ids.push(id.clone());
            products.push(product(id, versions));
        }
    }
    (products, status)
}

fn range(version: &Value) -> Option<Versions> {
    let from = text(version, "version")?;
    let start = if from == "0" || from == "*" { String::new() } else { format!(">={from}, ") };
    if let Some(to) = text(version, "lessThan") {
        return Some(Versions::Range(format!("{start}<{to}")));
    }
    match text(version, "lessThanOrEqual") {
        Some(to) if to == "*" => Some(Versions::Range(format!(">={from}"))),
        Some(to) => Some(Versions::Range(format!("{start}<={to}"))),
        None => Some(Versions::read(&from)),
    }
}

fn weakness(one: &Value) -> Option<(String, String)> {
    let id = text(one, "cweId")?;
    let name = text(one, "description").unwrap_or_default();
    let name = name.strip_prefix(&id).unwrap_or(&name).trim_start_matches([':', ' ']).to_owned();
    Some((id, name))
}

fn vectors(metric: &Value) -> Vec<String> {
    let names = ["cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"];
    let vector = |name: &str| metric.get(name).and_then(|object| text(object, "vectorString"));
    names.into_iter().filter_map(vector).filter(|vector| cvss::score(vector).is_ok()).collect()
}

fn reference(one: &Value) -> Option<ReferenceInput> {
    Some(ReferenceInput {
        category: ReferenceCategory::External,
        summary: text(one, "name").unwrap_or_default(),
        url: text(one, "url")?,
        tags: texts(one, "tags"),
    })
}

fn credit(one: &Value) -> Option<AcknowledgmentInput> {
    let role = text(one, "type");
    let role = CreditRole::ALL.into_iter().find(|known| role.as_deref() == Some(known.word()));
    Some(AcknowledgmentInput { names: vec![text(one, "value")?], role, ..AcknowledgmentInput::default() })
}

fn date(value: &Value, name: &str) -> Option<Timestamp> {
    text(value, name).as_deref().and_then(instant)
}
