//! CVE records (CVE Record Format 5.2.0, `containers.cna`) of an advisory: one for each vulnerability that has a CVE id.
//!
//! Not here: sending them to the CVE program, rejected records, and what only the program adds (`adp` containers, reservation dates).
//! Left out, because the format has no place: product families, identifiers beside CPE and package URL, dates of remediations, revisions.

use serde_json::{Value, json};

use crate::csaf::document::{cvss_object, instant};
use crate::csaf::input::{AcknowledgmentInput, AdvisoryInput, CreditRole, ReferenceInput, RemediationInput, Remedy, VulnerabilityInput};
use crate::csaf::model::{ReferenceCategory, ThreatCategory};
use crate::cvss::{self, Version};
use crate::json::{distinct, object};
use crate::states::{Line, Stand, State, lines};
use crate::versions::{Span, Spans};

/// The longest text the format takes, in characters.
const MOST: usize = 4096;

/// Stands for the organisation while the team has none in the CVE program.
pub const NO_ORG: &str = "00000000-0000-4000-8000-000000000000";

/// Who assigns: the team's organisation in the CVE program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issuer {
    /// Its UUID; absent: [`NO_ORG`], which no service takes.
    pub org_id: Option<String>,
    /// Its short name.
    pub short_name: Option<String>,
}

impl Issuer {
    /// Its UUID, or the one that stands for none.
    pub(crate) fn org(&self) -> &str {
        self.org_id.as_deref().unwrap_or(NO_ORG)
    }
}

/// Why there is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsaid {
    /// CNA rule 5.2.5.
    #[error("{cve}: a CVE record needs a description in English: write one")]
    English {
        /// The record's id.
        cve: String,
    },
    /// CNA rule 5.1.3.
    #[error("{cve}: a CVE record needs a product: say which are affected")]
    Product {
        /// The record's id.
        cve: String,
    },
}

impl Unsaid {
    /// The id there is no record of.
    #[must_use]
    pub fn cve(&self) -> &str {
        match self {
            Unsaid::English { cve } | Unsaid::Product { cve } => cve,
        }
    }
}

/// The records with their CVE ids. `editions` are the same advisory in its languages, the main one first; `page` is its https address.
/// What was taken back has none: a CVE id is rejected by the program, not by silence of ours.
pub fn render(editions: &[AdvisoryInput], page: &str, issuer: &Issuer) -> Vec<Result<(String, Value), Unsaid>> {
    let Some(main) = editions.first().filter(|main| !main.is_taken_back()) else { return Vec::new() };
    let named = main.vulnerabilities.iter().enumerate().filter_map(|(at, one)| one.cve.clone().map(|cve| (at, one, cve)));
    named.map(|(at, one, cve)| record(editions, main, at, one, &cve, page, issuer).map(|record| (cve, record))).collect()
}

fn record(
    editions: &[AdvisoryInput],
    main: &AdvisoryInput,
    at: usize,
    one: &VulnerabilityInput,
    cve: &str,
    page: &str,
    issuer: &Issuer,
) -> Result<Value, Unsaid> {
    let cna = container(editions, main, (at, one), cve, page, issuer)?;
    Ok(json!({
        "containers": {"cna": cna},
        "cveMetadata": object([
            ("assignerOrgId", issuer.org().into()),
            ("assignerShortName", issuer.short_name.clone().into()),
            ("cveId", cve.into()),
            ("datePublished", instant(main.tracking.initial_release).into()),
            ("dateUpdated", instant(main.tracking.current_release).into()),
            ("state", "PUBLISHED".into()),
        ]),
        "dataType": "CVE_RECORD",
        "dataVersion": "5.2.0",
    }))
}

/// What is said of the vulnerability at a place of the advisory: the container of a record that goes by `id`.
pub(crate) fn container(
    editions: &[AdvisoryInput],
    main: &AdvisoryInput,
    (at, one): (usize, &VulnerabilityInput),
    id: &str,
    page: &str,
    issuer: &Issuer,
) -> Result<Value, Unsaid> {
    let same: Vec<(&AdvisoryInput, &VulnerabilityInput)> =
        editions.iter().filter_map(|edition| edition.vulnerabilities.get(at).map(|one| (edition, one))).collect();
    let descriptions = descriptions(&same);
    let english = |text: &Value| text.get("lang").and_then(Value::as_str).is_some_and(|lang| lang.starts_with("en"));
    if !descriptions.iter().any(english) {
        return Err(Unsaid::English { cve: id.to_owned() });
    }
    let affected: Vec<Value> = lines(main, one).iter().filter_map(affected).collect();
    if affected.is_empty() {
        return Err(Unsaid::Product { cve: id.to_owned() });
    }
    let org = issuer.org();
    let updated = instant(main.tracking.current_release);
    let remedies = |wanted: &[Remedy]| {
        said(&same, |one| one.remediations.iter().filter(|remedy| wanted.contains(&remedy.kind)).map(details).collect())
    };
    let threats = |wanted: ThreatCategory| {
        said(&same, |one| {
            one.threats.iter().filter(|threat| threat.category == wanted).map(|threat| threat.details.trim().to_owned()).collect()
        })
    };
    let impacts: Vec<Value> =
        threats(ThreatCategory::Impact).into_iter().filter(english).map(|impact| json!({"descriptions": [impact]})).collect();
    let timeline = one.timeline.iter().map(|(at, text)| json!({"lang": tag(&main.lang, text), "time": instant(*at), "value": cut(text)}));
    let title = one.title.as_deref().unwrap_or(&main.title);
    Ok(object([
        ("affected", affected.into()),
        (
            "credits",
            distinct(main.acknowledgments.iter().chain(&one.acknowledgments).filter_map(|credit| self::credit(credit, &main.lang))),
        ),
        ("datePublic", instant(one.released.unwrap_or(main.tracking.initial_release)).into()),
        ("descriptions", descriptions.into()),
        ("exploits", threats(ThreatCategory::ExploitStatus).into()),
        ("impacts", distinct(impacts)),
        ("metrics", metrics(one)),
        ("problemTypes", problem_types(one)),
        (
            "providerMetadata",
            object([("dateUpdated", updated.clone().into()), ("orgId", org.into()), ("shortName", issuer.short_name.clone().into())]),
        ),
        ("references", references(main, one, page)),
        ("solutions", remedies(&[Remedy::VendorFix, Remedy::OptionalPatch]).into()),
        ("source", json!({"advisory": main.tracking.id, "discovery": "UNKNOWN"})),
        ("tags", distinct(one.cna_tags.iter().map(|tag| tag.as_str().into()))),
        ("timeline", distinct(timeline)),
        ("title", title.chars().take(256).collect::<String>().into()),
        ("workarounds", remedies(&[Remedy::Mitigation, Remedy::Workaround]).into()),
        ("x_generator", json!({"engine": concat!("Wardroom ", env!("CARGO_PKG_VERSION"))})),
    ]))
}

/// The descriptions in their languages. Where a vulnerability is not described in English, the English summary of the advisory serves.
fn descriptions(same: &[(&AdvisoryInput, &VulnerabilityInput)]) -> Vec<Value> {
    let mut all = said(same, |one| vec![one.words().to_owned()]);
    let is_english = |value: &Value| value.get("lang").and_then(Value::as_str) == Some("en");
    if !all.iter().any(is_english) {
        let summaries = same.iter().filter_map(|(edition, _)| edition.summary()).filter(|text| !chinese(text));
        all.extend(summaries.map(|text| json!({"lang": "en", "value": cut(text)})).take(1));
    }
    all
}

/// Texts of the same thing in its languages; what is not translated stands there once.
fn said(same: &[(&AdvisoryInput, &VulnerabilityInput)], of: impl Fn(&VulnerabilityInput) -> Vec<String>) -> Vec<Value> {
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for (edition, one) in same {
        for text in of(one) {
            if !text.trim().is_empty() && !seen.contains(&text) {
                out.push(json!({"lang": tag(&edition.lang, &text), "value": cut(&text)}));
                seen.push(text);
            }
        }
    }
    out
}

/// The language of a text: that of the edition, unless it is plainly another because nobody translated it.
fn tag(edition: &str, text: &str) -> String {
    match (edition.starts_with("zh"), chinese(text)) {
        (false, true) => "zh".to_owned(),
        (true, false) => "en".to_owned(),
        (true, true) | (false, false) => edition.to_owned(),
    }
}

fn chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(u32::from(c), 0x4e00..=0x9fff))
}

fn cut(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}

fn details(remedy: &RemediationInput) -> String {
    match &remedy.url {
        Some(url) => format!("{}\n{url}", remedy.details.trim()),
        None => remedy.details.trim().to_owned(),
    }
}

fn affected(line: &Line<'_>) -> Option<Value> {
    let as_such = |state: State| line.stands.iter().any(|one| one.state == state && one.product.versions.spans() == Some(Spans::All));
    let default = [(State::Affected, "affected"), (State::NotAffected, "unaffected"), (State::Fixed, "unaffected")];
    let default = default.into_iter().find(|(state, _)| as_such(*state)).map_or("unknown", |(_, word)| word);
    let products = || line.stands.iter().map(|one| one.product);
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(object([
        ("cpes", distinct(products().filter_map(|one| one.cpe.clone()).map(Value::from))),
        ("defaultStatus", default.into()),
        ("packageURL", products().find_map(|one| one.purl.as_deref()).map(without_version).into()),
        ("platforms", distinct(line.stands.iter().filter_map(|one| one.platform).map(|one| crate::csaf::full_name(one).into()))),
        ("product", text(line.name)?.into()),
        ("vendor", text(line.vendor)?.into()),
        ("versions", distinct(line.stands.iter().flat_map(versions))),
    ]))
}

/// A package URL without version and qualifiers, as `packageURL` wants it.
fn without_version(purl: &str) -> String {
    let end = purl.find(['@', '?', '#']).unwrap_or(purl.len());
    purl.get(..end).unwrap_or(purl).to_owned()
}

fn versions(stand: &Stand<'_>) -> Vec<Value> {
    let status = match stand.state {
        State::Affected => "affected",
        State::Fixed | State::NotAffected => "unaffected",
        State::Unknown => "unknown",
    };
    let spans = match stand.product.versions.spans() {
        Some(Spans::All) => return Vec::new(),
        Some(Spans::These(spans)) => spans,
        // Told as it was written: people can read it.
        None => return vec![json!({"status": status, "version": stand.product.versions.text().chars().take(1024).collect::<String>()})],
    };
    spans.iter().map(|span| version(span, status)).collect()
}

fn version(span: &Span, status: &str) -> Value {
    match span {
        Span::One(version) => json!({"status": status, "version": version}),
        Span::Like(stem) => match crate::versions::following(stem) {
            Some(after) => range(stem, "lessThan", &after, status),
            None => json!({"status": status, "version": format!("{stem}.x")}),
        },
        Span::Between { from, to } => {
            // The format's ranges include their beginning. One that does not, or has no end, is told in words or as `*`.
            if let Some(from) = from.as_ref().filter(|from| !from.included) {
                let end = to.as_ref().map(|to| format!(", {} {}", if to.included { "<=" } else { "<" }, to.version)).unwrap_or_default();
                return json!({"status": status, "version": format!("> {}{end}", from.version)});
            }
            let start = from.as_ref().map_or("0", |from| &from.version);
            match to {
                Some(to) => range(start, if to.included { "lessThanOrEqual" } else { "lessThan" }, &to.version, status),
                None => range(start, "lessThanOrEqual", "*", status),
            }
        }
    }
}

fn range(start: &str, end: &str, version: &str, status: &str) -> Value {
    let semver = |text: &str| text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u64>().is_ok());
    let kind = if (start == "0" || semver(start)) && semver(version) { "semver" } else { "custom" };
    json!({"status": status, "version": start, "versionType": kind, end: version})
}

fn metrics(one: &VulnerabilityInput) -> Value {
    let metric = |vector: &str| {
        let scored = cvss::score(vector).ok()?;
        let name = match scored.version {
            Version::V2 => "cvssV2_0",
            Version::V30 => "cvssV3_0",
            Version::V31 => "cvssV3_1",
            Version::V4 => "cvssV4_0",
        };
        Some(json!({"format": "CVSS", name: cvss_object(&scored)}))
    };
    distinct(one.scores.iter().filter_map(|score| metric(&score.vector)))
}

fn problem_types(one: &VulnerabilityInput) -> Value {
    let kind = |(id, name): &(String, String)| json!({"descriptions": [{"cweId": id, "description": format!("{id} {name}"), "lang": "en", "type": "CWE"}]});
    distinct(one.cwes.iter().map(kind))
}

fn references(main: &AdvisoryInput, one: &VulnerabilityInput, page: &str) -> Value {
    let named = main.references.iter().any(|one| one.url == page);
    let mut seen: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    if !named {
        seen.push(page);
        all.push(json!({"tags": ["vendor-advisory"], "url": page}));
    }
    for reference in main.references.iter().chain(&one.references) {
        if !seen.contains(&reference.url.as_str()) {
            seen.push(&reference.url);
            all.push(self::reference(reference));
        }
    }
    let fixes = one.remediations.iter().filter(|remedy| remedy.kind == Remedy::VendorFix).filter_map(|remedy| remedy.url.as_deref());
    for url in fixes {
        if !seen.contains(&url) {
            seen.push(url);
            all.push(json!({"tags": ["patch"], "url": url}));
        }
    }
    all.truncate(512);
    Value::Array(all)
}

fn reference(one: &ReferenceInput) -> Value {
    let name = one.summary.trim().chars().take(512).collect::<String>();
    let own = one.category == ReferenceCategory::Own && one.tags.is_empty();
    let tags = one.tags.iter().map(String::as_str).chain(own.then_some("vendor-advisory"));
    object([("name", name.into()), ("tags", distinct(tags.map(Value::from))), ("url", one.url.trim().into())])
}

fn credit(one: &AcknowledgmentInput, lang: &str) -> Option<Value> {
    let mut parts: Vec<String> = Vec::new();
    parts.extend((!one.names.is_empty()).then(|| one.names.join(", ")));
    parts.extend(one.organization.clone());
    let name = parts.join(", ");
    let role = one.role.unwrap_or(CreditRole::Finder);
    (!name.trim().is_empty()).then(|| json!({"lang": tag(lang, &name), "type": role.word(), "value": cut(&name)}))
}
