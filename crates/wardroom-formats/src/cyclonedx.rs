//! CycloneDX VEX (1.6 and 1.7) of an advisory: its products as components, its vulnerabilities with an analysis of each state.
//!
//! A vulnerability there has one analysis, so one that affects a version and is fixed in another is told once for each state.
//! Left out, because the format has no place: product families, groups, model and serial numbers, remediations but as texts, revisions,
//! translations.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::csaf::document::instant;
use crate::csaf::input::{AcknowledgmentInput, AdvisoryInput, RemediationInput, Remedy, VulnerabilityInput};
use crate::csaf::model::{FlagLabel, ThreatCategory};
use crate::cvss::{self, Version};
use crate::json::{distinct, object};
use crate::states::{Line, Stand, State, lines};
use crate::versions::{self, Span, Spans};

/// A version of CycloneDX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spec {
    /// 1.6
    V16,
    /// 1.7
    V17,
}

impl Spec {
    /// As written in documents.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::V16 => "1.6",
            Self::V17 => "1.7",
        }
    }
}

/// The document; `page` is the https address of the advisory's page. `None` when there is nothing to state, or it was taken back.
#[must_use]
pub fn render(advisory: &AdvisoryInput, page: &str, spec: Spec) -> Option<Value> {
    if advisory.is_taken_back() {
        return None;
    }
    let mut components: Vec<Value> = Vec::new();
    let mut vulnerabilities: Vec<Value> = Vec::new();
    for one in &advisory.vulnerabilities {
        let lines = lines(advisory, one);
        for component in lines.iter().map(component).chain(lines.iter().flat_map(platforms)) {
            let known = |other: &Value| other.get("bom-ref") == component.get("bom-ref");
            if !components.iter().any(known) {
                components.push(component);
            }
        }
        vulnerabilities.extend(State::ALL.into_iter().flat_map(|state| states(advisory, one, &lines, state, page)));
    }
    if vulnerabilities.is_empty() {
        return None;
    }
    let publisher = &advisory.publisher;
    let metadata = json!({
        "supplier": {"name": publisher.name, "url": [publisher.namespace]},
        "timestamp": instant(advisory.tracking.current_release),
        "tools": {"components": [{"name": "Wardroom", "type": "application", "version": env!("CARGO_PKG_VERSION")}]},
    });
    Some(object([
        ("$schema", format!("http://cyclonedx.org/schema/bom-{}.schema.json", spec.number()).into()),
        ("bomFormat", "CycloneDX".into()),
        ("components", components.into()),
        ("metadata", metadata),
        ("serialNumber", serial(page).into()),
        ("specVersion", spec.number().into()),
        ("version", advisory.tracking.version.split('.').next().and_then(|major| major.parse::<u64>().ok()).unwrap_or(1).max(1).into()),
        ("vulnerabilities", vulnerabilities.into()),
    ]))
}

/// A UUID (version 8, RFC 9562 section 5.8) that follows from the advisory's address: its versions share it.
fn serial(page: &str) -> String {
    let hash = Sha256::digest(page.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(hash.iter()).for_each(|(byte, of)| *byte = *of);
    let number = u128::from_be_bytes(bytes);
    let number = (number & !(0xf << 76)) | (0x8 << 76);
    let number = (number & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn reference(vendor: &str, name: &str) -> String {
    format!("{}/{}", crate::openvex::encoded(vendor), crate::openvex::encoded(name))
}

fn component(line: &Line<'_>) -> Value {
    let products = || line.stands.iter().map(|one| one.product);
    let cpe = products().find_map(|one| one.cpe.as_deref());
    let kind =
        match cpe.and_then(|cpe| cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))).and_then(|rest| rest.chars().next()) {
            Some('h') => "device",
            Some('o') => "firmware",
            _ => "application",
        };
    let bare = |purl: &str| purl.get(..purl.find(['@', '?', '#']).unwrap_or(purl.len())).unwrap_or(purl).to_owned();
    object([
        ("bom-ref", reference(line.vendor, line.name).into()),
        ("cpe", cpe.map(open_version).into()),
        ("name", line.name.into()),
        ("purl", products().find_map(|one| one.purl.as_deref()).map(bare).into()),
        ("supplier", json!({"name": line.vendor})),
        ("type", kind.into()),
    ])
}

/// The component is the product as such; versions stand where it is said how they are affected.
fn open_version(cpe: &str) -> String {
    let mut parts: Vec<&str> = cpe.split(':').collect();
    if let Some(version) = parts.get_mut(5).filter(|_| cpe.starts_with("cpe:2.3:") && !cpe.contains('\\')) {
        *version = "*";
    }
    parts.join(":")
}

fn platforms<'a>(line: &'a Line<'a>) -> impl Iterator<Item = Value> + 'a {
    line.stands.iter().filter_map(|one| one.platform).map(|one| {
        object([
            ("bom-ref", reference(&one.vendor, &crate::csaf::full_name(one)).into()),
            ("name", crate::csaf::full_name(one).into()),
            ("supplier", json!({"name": one.vendor})),
            ("type", "device".into()),
        ])
    })
}

fn states(advisory: &AdvisoryInput, one: &VulnerabilityInput, lines: &[Line<'_>], state: State, page: &str) -> Vec<Value> {
    if state != State::NotAffected {
        return stated(advisory, one, lines, state, None, page).into_iter().collect();
    }
    // One justification for one object.
    let mut reasons: Vec<Option<FlagLabel>> = one.flags.iter().map(|flag| Some(flag.label)).collect();
    reasons.push(None);
    reasons.into_iter().filter_map(|reason| stated(advisory, one, lines, state, Some(reason), page)).collect()
}

fn stated(
    advisory: &AdvisoryInput,
    one: &VulnerabilityInput,
    lines: &[Line<'_>],
    state: State,
    reason: Option<Option<FlagLabel>>,
    page: &str,
) -> Option<Value> {
    let flagged = |stand: &Stand<'_>| one.flags.iter().find(|flag| flag.products.contains(&stand.product.id)).map(|flag| flag.label);
    let meant = |stand: &&Stand<'_>| stand.state == state && reason.is_none_or(|reason| flagged(stand) == reason);
    let affects: Vec<Value> = lines
        .iter()
        .filter_map(|line| {
            let stands: Vec<&Stand<'_>> = line.stands.iter().filter(meant).collect();
            (!stands.is_empty()).then(|| {
                object([
                    ("ref", reference(line.vendor, line.name).into()),
                    ("versions", distinct(stands.iter().flat_map(|stand| self::versions(stand)))),
                ])
            })
        })
        .collect();
    if affects.is_empty() {
        return None;
    }
    let name = one.cve.clone().or_else(|| one.ids.first().map(|(_, id)| id.clone())).unwrap_or_else(|| advisory.tracking.id.clone());
    let remedies = |wanted: &[Remedy]| {
        let texts: Vec<String> = one.remediations.iter().filter(|remedy| wanted.contains(&remedy.kind)).map(told).collect();
        texts.join("\n")
    };
    let ids: Vec<u32> = one.cwes.iter().filter_map(|(id, _)| crate::cwe::Id::parse(id).ok()).map(crate::cwe::Id::number).collect();
    let source = one.cve.as_ref().map(|cve| json!({"name": "CVE", "url": format!("https://www.cve.org/CVERecord?id={cve}")}));
    let credits = advisory.acknowledgments.iter().chain(&one.acknowledgments);
    Some(object([
        (
            "advisories",
            distinct([page].into_iter().chain(advisory.references.iter().map(|one| one.url.as_str())).map(|url| json!({"url": url}))),
        ),
        ("affects", affects.into()),
        ("analysis", analysis(one, state, reason.flatten())),
        ("bom-ref", format!("{name}/{}", state_word(state, reason.flatten())).into()),
        ("credits", self::credits(credits)),
        ("cwes", ids.into()),
        ("description", one.words().into()),
        ("detail", one.title.as_deref().unwrap_or_default().into()),
        ("id", name.as_str().into()),
        ("published", instant(one.released.unwrap_or(advisory.tracking.initial_release)).into()),
        ("ratings", ratings(one)),
        ("recommendation", remedies(&[Remedy::VendorFix, Remedy::FixPlanned, Remedy::OptionalPatch]).into()),
        ("source", source.into()),
        ("updated", instant(advisory.tracking.current_release).into()),
        ("workaround", remedies(&[Remedy::Mitigation, Remedy::Workaround]).into()),
    ]))
}

fn state_word(state: State, reason: Option<FlagLabel>) -> String {
    let word = match state {
        State::Affected => "exploitable",
        State::Fixed => "resolved",
        State::NotAffected => "not_affected",
        State::Unknown => "in_triage",
    };
    // Flags have a word of their own in CSAF; it keeps the references apart.
    let reason = reason.and_then(|label| serde_json::to_value(label).ok()).and_then(|label| label.as_str().map(str::to_owned));
    reason.map_or_else(|| word.to_owned(), |reason| format!("{word}/{reason}"))
}

fn analysis(one: &VulnerabilityInput, state: State, reason: Option<FlagLabel>) -> Value {
    let justification = match reason {
        Some(FlagLabel::ComponentNotPresent | FlagLabel::VulnerableCodeNotPresent) => Some("code_not_present"),
        Some(FlagLabel::VulnerableCodeNotInExecutePath) => Some("code_not_reachable"),
        Some(FlagLabel::InlineMitigationsAlreadyExist) => Some("protected_by_mitigating_control"),
        Some(FlagLabel::VulnerableCodeCannotBeControlledByAdversary) => Some("requires_environment"),
        None => None,
    };
    let has = |kinds: &[Remedy]| one.remediations.iter().any(|remedy| kinds.contains(&remedy.kind));
    let mut response: Vec<&str> = Vec::new();
    if state == State::Affected {
        response.extend(has(&[Remedy::VendorFix, Remedy::OptionalPatch]).then_some("update"));
        response.extend(has(&[Remedy::Workaround, Remedy::Mitigation]).then_some("workaround_available"));
        response.extend(has(&[Remedy::NoFixPlanned]).then_some("will_not_fix"));
    }
    let impact: Vec<&str> =
        one.threats.iter().filter(|threat| threat.category == ThreatCategory::Impact).map(|threat| threat.details.trim()).collect();
    object([
        ("detail", impact.join("\n").into()),
        ("justification", justification.into()),
        ("response", response.into()),
        ("state", state_word(state, None).into()),
    ])
}

fn versions(stand: &Stand<'_>) -> Vec<Value> {
    let status = match stand.state {
        State::Affected => "affected",
        State::Fixed | State::NotAffected => "unaffected",
        State::Unknown => "unknown",
    };
    let text = stand.product.versions.text();
    match stand.product.versions.spans() {
        Some(Spans::All) => Vec::new(),
        Some(Spans::These(spans)) => {
            if let Some(vers) = versions::canonical_vers(text) {
                return vec![json!({"range": vers, "status": status})];
            }
            spans
                .iter()
                .map(|span| match span {
                    Span::One(version) => json!({"status": status, "version": version}),
                    Span::Like(_) | Span::Between { .. } => json!({"range": text, "status": status}),
                })
                .collect()
        }
        // Words that cannot be read as a range are told as they are.
        None => vec![json!({"range": text, "status": status})],
    }
}

fn ratings(one: &VulnerabilityInput) -> Value {
    let rating = |vector: &str| {
        let scored = cvss::score(vector).ok()?;
        let method = match scored.version {
            Version::V2 => "CVSSv2",
            Version::V30 => "CVSSv3",
            Version::V31 => "CVSSv31",
            Version::V4 => "CVSSv4",
        };
        Some(json!({"method": method, "score": scored.score, "severity": scored.severity.word().to_lowercase(), "vector": scored.vector}))
    };
    distinct(one.scores.iter().filter_map(|score| rating(&score.vector)))
}

fn told(remedy: &RemediationInput) -> String {
    match &remedy.url {
        Some(url) => format!("{} {url}", remedy.details.trim()),
        None => remedy.details.trim().to_owned(),
    }
}

fn credits<'a>(all: impl Iterator<Item = &'a AcknowledgmentInput>) -> Value {
    let (mut people, mut organizations) = (Vec::new(), Vec::new());
    for one in all {
        people.extend(one.names.iter().map(|name| json!({"name": name})));
        organizations.extend(one.organization.iter().map(|name| json!({"name": name})));
    }
    object([("individuals", distinct(people)), ("organizations", distinct(organizations))])
}
