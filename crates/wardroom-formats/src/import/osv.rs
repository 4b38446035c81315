//! An OSV record (schema 1.x) as an advisory about one vulnerability.
//!
//! A package has no maker in OSV: its ecosystem stands in the maker's place. Each list of events is one range; the version that an event calls
//! fixed is a product of its own, in that state.
//! Not here: ranges of commits, and what databases and ecosystems add of their own; the caller keeps the difference.

use jiff::Timestamp;
use serde_json::Value;

use super::{instant, is_cve, list, text, texts};
use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, Category, CreditRole, Marks, NoteInput, ProductInput, PublisherInput, ReferenceInput,
    RevisionInput, ScoreInput, StatusInput, Tlp, TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{NoteCategory, PublisherCategory, ReferenceCategory, Status};
use crate::{cvss, cwe, osv};

/// Whether a value looks like one.
pub(super) fn is_one(original: &Value) -> bool {
    let has = |name: &str| text(original, name).is_some();
    let says = |name: &&str| original.get(*name).is_some();
    has("id") && has("modified") && ["affected", "summary", "details", "aliases", "withdrawn"].iter().any(|name| says(&name))
}

/// The advisory, and the address that stands first among those of advisories.
pub(super) fn read(record: &Value) -> (AdvisoryInput, String) {
    let id = text(record, "id").unwrap_or_default();
    let number = id.strip_prefix("x_").unwrap_or(&id).to_owned();
    let title = text(record, "summary").unwrap_or_else(|| number.clone());
    let references: Vec<ReferenceInput> = list(record, "references").iter().filter_map(reference).collect();
    let own = |one: &&Value| text(one, "type").as_deref() == Some("ADVISORY");
    let page = list(record, "references").iter().find(own).and_then(|one| text(one, "url"));
    let page = page.or_else(|| references.first().map(|one| one.url.clone())).unwrap_or_default();
    let withdrawn = date(record, "withdrawn");
    let notes = withdrawn.map(|at| NoteInput {
        category: NoteCategory::Description,
        title: Some("Reasoning for Withdrawal".to_owned()),
        text: format!("{number} was withdrawn on {}.", at.strftime("%Y-%m-%d")),
        audience: None,
    });
    let mut advisory = AdvisoryInput {
        lang: "en".to_owned(),
        source_lang: None,
        category: withdrawn.map(|_| Category::Withdrawn),
        title,
        tlp: Tlp::Clear,
        distribution: None,
        publisher: PublisherInput {
            name: id.split('-').next().filter(|name| !name.is_empty() && !id.starts_with("x_")).unwrap_or("OSV").to_owned(),
            namespace: "https://osv.dev".to_owned(),
            category: PublisherCategory::Other,
            contact: None,
            issuing_authority: None,
        },
        tracking: tracking(record, &number),
        notes: notes.into_iter().collect(),
        products: Vec::new(),
        relationships: Vec::new(),
        groups: Vec::new(),
        vulnerabilities: Vec::new(),
        references,
        acknowledgments: list(record, "credits").iter().filter_map(credit).collect(),
    };
    let (mut products, mut status, mut scores) = (Vec::new(), StatusInput::default(), Vec::new());
    for (at, one) in list(record, "affected").iter().enumerate() {
        let from = products.len();
        affected(at, one, &number, &mut products, &mut status);
        let ids: Vec<String> =
            products.iter().skip(from).map(|one| one.id.clone()).filter(|id| status.known_affected.contains(id)).collect();
        scores.extend(vectors(one).map(|vector| ScoreInput { vector, products: ids.clone() }));
    }
    scores.splice(0..0, vectors(record).map(|vector| ScoreInput { vector, products: Vec::new() }));
    advisory.products = products;
    advisory.vulnerabilities = vec![vulnerability(record, &number, status, scores)];
    (advisory, page)
}

fn tracking(record: &Value, number: &str) -> TrackingInput {
    let modified = date(record, "modified").unwrap_or_default();
    let first = date(record, "published").filter(|first| *first <= modified).unwrap_or(modified);
    let revision = |number: &str, date, summary: &str| RevisionInput {
        number: number.to_owned(),
        date,
        summary: summary.to_owned(),
        legacy_version: None,
    };
    let mut revisions = vec![revision("1", first, "Published.")];
    if modified != first {
        revisions.push(revision("2", modified, "Modified."));
    }
    TrackingInput {
        id: number.to_owned(),
        aliases: Vec::new(),
        version: revisions.len().to_string(),
        status: Status::Final,
        initial_release: first,
        current_release: modified,
        revisions,
        generator: None,
    }
}

fn vulnerability(record: &Value, number: &str, status: StatusInput, scores: Vec<ScoreInput>) -> VulnerabilityInput {
    // The record itself is a name of the vulnerability, but where we made it of an advisory.
    let own = Some(number.to_owned()).filter(|number| text(record, "id").as_ref() == Some(number));
    let (cves, others): (Vec<String>, Vec<String>) = texts(record, "aliases").into_iter().chain(own).partition(|id| is_cve(id));
    let ids = others.into_iter().map(|id| (id.split('-').next().unwrap_or_default().to_owned(), id));
    let weakness = |id: &String| Some((id.clone(), cwe::Id::parse(id).ok()?.name()?.to_owned()));
    let weaknesses = record.get("database_specific").map(|own| texts(own, "cwe_ids")).unwrap_or_default();
    VulnerabilityInput {
        cve: cves.first().cloned(),
        ids: cves.iter().skip(1).map(|id| ("CVE".to_owned(), id.clone())).chain(ids).collect(),
        cwes: weaknesses.iter().filter_map(weakness).collect(),
        description: text(record, "details").or_else(|| text(record, "summary")).unwrap_or_default(),
        status,
        scores,
        ..VulnerabilityInput::default()
    }
}

/// The versions one entry names, as products in their states.
fn affected(at: usize, one: &Value, number: &str, products: &mut Vec<ProductInput>, status: &mut StatusInput) {
    let named = |pointer: &str| one.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let ecosystem = named("/package/ecosystem");
    let name = named("/package/name").or_else(|| named("/database_specific/product")).unwrap_or_else(|| number.to_owned());
    let vendor = named("/database_specific/vendor").or_else(|| ecosystem.clone()).unwrap_or_else(|| "unknown".to_owned());
    let purl = named("/package/purl").or_else(|| osv::purl(ecosystem.as_deref()?, &name));
    let mut add = |versions: Versions, ids: &mut Vec<String>| {
        let id = format!("A{}V{}", at + 1, products.len() + 1);
        let version = match &versions {
            Versions::Exact(version) => Some(version),
            Versions::All | Versions::Range(_) => None,
        };
        let purl = purl.as_ref().map(|purl| match version {
            Some(version) if !purl.contains(['@', '?', '#']) => format!("{purl}@{}", crate::openvex::encoded(version)),
            _ => purl.clone(),
        });
        ids.push(id.clone());
        products.push(ProductInput {
            id,
            vendor: vendor.clone(),
            family: None,
            name: name.clone(),
            versions,
            full_name: None,
            cpe: named("/database_specific/cpe"),
            purl,
            marks: Marks::default(),
        });
    };
    let by_version = list(one, "ranges").iter().filter(|range| text(range, "type").as_deref() != Some("GIT"));
    let events: Vec<&[Value]> = by_version.map(|range| list(range, "events")).collect();
    let (exact, told) = (texts(one, "versions"), one.get("database_specific").map(|own| texts(own, "versions")).unwrap_or_default());
    if events.is_empty() && exact.is_empty() && told.is_empty() {
        add(Versions::All, &mut status.known_affected);
    }
    for events in &events {
        add(range(events), &mut status.known_affected);
    }
    told.into_iter().for_each(|words| add(Versions::Range(words), &mut status.known_affected));
    exact.iter().for_each(|version| add(Versions::Exact(version.clone()), &mut status.known_affected));
    let mut fixed: Vec<String> = events.iter().flat_map(|events| events.iter()).filter_map(|event| text(event, "fixed")).collect();
    fixed.retain(|version| !exact.contains(version));
    fixed.sort();
    fixed.dedup();
    fixed.into_iter().for_each(|version| add(Versions::Exact(version), &mut status.first_fixed));
}

/// Events in the order in which they follow each other, as one range; others as the words they are.
fn range(events: &[Value]) -> Versions {
    let (mut parts, mut open) = (Vec::new(), None);
    for event in events {
        let says = |name: &str| text(event, name);
        let end = says("fixed").map(|end| format!("<{end}")).or_else(|| says("last_affected").map(|end| format!("<={end}")));
        match (says("introduced"), end, open.take()) {
            (Some(start), None, None) => open = Some(start),
            // Nothing lies between a version and itself.
            (None, Some(_), Some(start)) if text(event, "fixed").as_ref() == Some(&start) => {}
            (None, Some(end), Some(start)) => parts.push(format!("{}{end}", beginning(&start))),
            // What limits the commits to look at says nothing about versions.
            (None, None, before) if event.get("limit").is_some() => open = before,
            _ => return Versions::Range(in_words(events)),
        }
    }
    match open {
        Some(start) if beginning(&start).is_empty() => return Versions::All,
        Some(start) => parts.push(format!(">={start}")),
        None => {}
    }
    if parts.is_empty() { Versions::All } else { Versions::Range(parts.join(" | ")) }
}

/// The bound below, as it stands before one above. Nothing comes before `0`; `0.0.0-0` is the first of all semantic versions.
fn beginning(start: &str) -> String {
    if matches!(start, "0" | "0.0.0-0") { String::new() } else { format!(">={start}, ") }
}

fn in_words(events: &[Value]) -> String {
    let word = |event: &Value| {
        let (name, version) = event.as_object()?.iter().next()?;
        Some(format!("{} {}", name.replace('_', " "), version.as_str()?))
    };
    events.iter().filter_map(word).collect::<Vec<_>>().join(", ")
}

fn vectors(of: &Value) -> impl Iterator<Item = String> {
    list(of, "severity").iter().filter_map(|one| text(one, "score")).filter(|vector| cvss::score(vector).is_ok())
}

fn reference(one: &Value) -> Option<ReferenceInput> {
    let tags = text(one, "type").as_deref().and_then(osv::tag).map(str::to_owned);
    let url = text(one, "url")?;
    Some(ReferenceInput { category: ReferenceCategory::External, summary: String::new(), url, tags: tags.into_iter().collect() })
}

fn credit(one: &Value) -> Option<AcknowledgmentInput> {
    let role = text(one, "type").map(|role| role.to_lowercase().replace('_', " "));
    let role = CreditRole::ALL.into_iter().find(|known| role.as_deref() == Some(known.word()));
    Some(AcknowledgmentInput { names: vec![text(one, "name")?], urls: texts(one, "contact"), role, ..AcknowledgmentInput::default() })
}

fn date(value: &Value, name: &str) -> Option<Timestamp> {
    text(value, name).as_deref().and_then(instant)
}
