//! An OSV record (schema 1.7) of an advisory: which versions of which package are affected, for tools that read nothing else.
//!
//! Left out, because the format has no place: states other than affected and fixed, remediations beyond their links, revisions, translations.
//! A product that is in no ecosystem OSV knows has no `package`; its name stands in `database_specific`.

use serde_json::{Value, json};

use crate::csaf::document::instant;
use crate::csaf::input::{AcknowledgmentInput, AdvisoryInput, Category, Remedy, Versions, VulnerabilityInput};
use crate::cvss::{self, Scored, Version};
use crate::json::{distinct, object};
use crate::states::{Line, State, lines};
use crate::versions::{self, Span, Spans};

/// Prefixes of databases OSV knows (`$defs/prefix` of its schema); any other id begins with `x_`.
const PREFIXES: [&str; 56] = [
    "ASB-A",
    "PUB-A",
    "ALPINE",
    "ALSA",
    "ALBA",
    "ALEA",
    "AZL",
    "BELL",
    "BIT",
    "CGA",
    "CLEANSTART",
    "CLSA",
    "CURL",
    "CVE",
    "DEBIAN",
    "DHI",
    "DRUPAL",
    "DSA",
    "DLA",
    "ELA",
    "DTSA",
    "ECHO",
    "EEF",
    "FreeBSD",
    "GHSA",
    "GO",
    "GSD",
    "HSEC",
    "JLSEC",
    "KUBE",
    "LBSEC",
    "LSN",
    "MAL",
    "MINI",
    "MGASA",
    "OESA",
    "OSEC",
    "OSV",
    "openSUSE-SU",
    "PHSA",
    "PSF",
    "PYSEC",
    "RHBA",
    "RHEA",
    "RHSA",
    "RLSA",
    "RXSA",
    "RSEC",
    "ROOT",
    "RUSTSEC",
    "SUSE-SU",
    "SUSE-RU",
    "SUSE-FU",
    "UBUNTU",
    "USN",
    "V8",
];

/// Ecosystems by the type of the package URL.
const ECOSYSTEMS: [(&str, &str); 16] = [
    ("bitnami", "Bitnami"),
    ("cargo", "crates.io"),
    ("composer", "Packagist"),
    ("conan", "ConanCenter"),
    ("cran", "CRAN"),
    ("gem", "RubyGems"),
    ("golang", "Go"),
    ("githubactions", "GitHub Actions"),
    ("hackage", "Hackage"),
    ("hex", "Hex"),
    ("julia", "Julia"),
    ("maven", "Maven"),
    ("npm", "npm"),
    ("nuget", "NuGet"),
    ("pub", "Pub"),
    ("pypi", "PyPI"),
];

/// Kinds of links, with the tag of the CVE Record Format that says the same. What it has no tag for gets one of its own, which it allows.
const LINKS: [(&str, &str); 11] = [
    ("ADVISORY", "third-party-advisory"),
    ("ADVISORY", "vendor-advisory"),
    ("ARTICLE", "technical-description"),
    ("DETECTION", "x_detection"),
    ("DISCUSSION", "mailing-list"),
    ("EVIDENCE", "exploit"),
    ("FIX", "patch"),
    ("GIT", "x_git"),
    ("INTRODUCED", "x_introduced"),
    ("PACKAGE", "product"),
    ("REPORT", "issue-tracking"),
];

/// Ecosystems whose versions are Semantic Versions, so that a range of them needs no list of versions (OSV: `affected[].ranges[].type`).
const SEMANTIC: [&str; 5] = ["crates.io", "npm", "Go", "Hex", "Julia"];

/// The tag of a kind of link; `None` for one that says nothing more (`WEB`).
pub(crate) fn tag(kind: &str) -> Option<&'static str> {
    LINKS.iter().find(|(known, _)| *known == kind).map(|(_, tag)| *tag)
}

/// The package URL of a package without version.
pub(crate) fn purl(ecosystem: &str, name: &str) -> Option<String> {
    // `Debian:12` is a release of an ecosystem.
    let kind = ECOSYSTEMS.iter().find(|(_, known)| *known == ecosystem).map(|(kind, _)| *kind)?;
    let name = if kind == "maven" { name.replacen(':', "/", 1) } else { name.replacen('@', "%40", 1) };
    Some(format!("pkg:{kind}/{name}"))
}

/// The record; `page` is the https address of the advisory's page. `None` without a vulnerability.
#[must_use]
pub fn render(advisory: &AdvisoryInput, page: &str) -> Option<Value> {
    if advisory.vulnerabilities.is_empty() {
        return None;
    }
    let tracking = &advisory.tracking;
    let ids: Vec<Value> = advisory
        .vulnerabilities
        .iter()
        .flat_map(|one| one.cve.iter().chain(one.ids.iter().map(|(_, id)| id)))
        .filter(|id| *id != &tracking.id)
        .map(|id| id.as_str().into())
        .collect();
    // An alias is the same vulnerability; an advisory about several is related to each.
    let (aliases, related) = if advisory.vulnerabilities.len() == 1 { (distinct(ids), Value::Null) } else { (Value::Null, distinct(ids)) };
    let withdrawn = (advisory.category == Some(Category::Withdrawn)).then(|| instant(tracking.current_release));
    let cwes = advisory.vulnerabilities.iter().flat_map(|one| &one.cwes).map(|(id, _)| id.as_str().into());
    let affected = advisory
        .vulnerabilities
        .iter()
        .flat_map(|one| lines(advisory, one).into_iter().filter_map(|line| affected(&line)).collect::<Vec<_>>());
    let credits = advisory.acknowledgments.iter().chain(advisory.vulnerabilities.iter().flat_map(|one| &one.acknowledgments));
    Some(object([
        ("affected", distinct(affected)),
        ("aliases", aliases),
        ("credits", distinct(credits.flat_map(self::credits))),
        ("database_specific", object([("advisory", page.into()), ("cwe_ids", distinct(cwes)), ("id", tracking.id.as_str().into())])),
        ("details", details(advisory).into()),
        ("id", id(&tracking.id).into()),
        ("modified", instant(tracking.current_release).into()),
        ("published", instant(tracking.initial_release).into()),
        ("references", references(advisory, page)),
        ("related", related),
        ("schema_version", "1.7.5".into()),
        ("severity", severity(advisory)),
        ("summary", advisory.title.trim().into()),
        ("withdrawn", withdrawn.into()),
    ]))
}

/// The id of the record.
#[must_use]
pub fn id(number: &str) -> String {
    let known = PREFIXES.iter().any(|prefix| number.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-')));
    if known { number.to_owned() } else { format!("x_{number}") }
}

/// The texts as Markdown, one section each.
fn details(advisory: &AdvisoryInput) -> String {
    let mut parts: Vec<String> = Vec::new();
    for note in &advisory.notes {
        match &note.title {
            Some(title) => parts.push(format!("## {}\n\n{}", title.trim(), note.text.trim())),
            None => parts.push(note.text.trim().to_owned()),
        }
    }
    for one in &advisory.vulnerabilities {
        let name = [one.cve.as_deref(), one.title.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        // One without a title of its own is what the whole record is about.
        let whole = advisory.vulnerabilities.len() == 1 && one.title.is_none();
        let heading = if name.is_empty() || whole { String::new() } else { format!("## {name}\n\n") };
        parts.push(format!("{heading}{}", one.words()));
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n")
}

/// The gravest vector of each kind.
fn severity(advisory: &AdvisoryInput) -> Value {
    let mut gravest: Vec<(&str, Scored)> = Vec::new();
    for score in advisory.vulnerabilities.iter().flat_map(|one| &one.scores) {
        let Ok(scored) = cvss::score(&score.vector) else { continue };
        let kind = match scored.version {
            Version::V2 => "CVSS_V2",
            Version::V30 | Version::V31 => "CVSS_V3",
            Version::V4 => "CVSS_V4",
        };
        match gravest.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, known)) if known.score < scored.score => *known = scored,
            Some(_) => {}
            None => gravest.push((kind, scored)),
        }
    }
    gravest.into_iter().map(|(kind, scored)| json!({"score": scored.vector, "type": kind})).collect()
}

fn affected(line: &Line<'_>) -> Option<Value> {
    let of = |state: State| line.stands.iter().filter(move |one| one.state == state).map(|one| one.product);
    let products: Vec<_> = of(State::Affected).collect();
    let first = products.first()?;
    // A stretch without an end ends where the one fixed version begins.
    let fixed: Vec<&str> = of(State::Fixed).filter_map(|one| one_version(&one.versions)).collect();
    let fixed = if let [fixed] = fixed.as_slice() { Some(*fixed) } else { None };
    // Of a product with a version of its own the package is the one without.
    let package = products.iter().find_map(|one| one.purl.as_deref()).and_then(package).unwrap_or_default();
    let ecosystem = package.get("ecosystem").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut exact: Vec<Value> = Vec::new();
    let mut ranges: Vec<Value> = Vec::new();
    let mut told: Vec<Value> = Vec::new();
    for product in &products {
        let spans = match product.versions.spans() {
            Some(Spans::All) => vec![Span::Between { from: None, to: None }],
            Some(Spans::These(spans)) => spans,
            None => Vec::new(),
        };
        if spans.is_empty() {
            told.push(product.versions.text().into());
        }
        let mut all: Vec<Vec<Value>> = Vec::new();
        for span in spans {
            match &span {
                Span::One(version) => exact.push(version.as_str().into()),
                Span::Like(_) | Span::Between { .. } => match events(&span, fixed) {
                    Some(events) => all.push(events),
                    None => told.push(product.versions.text().into()),
                },
            }
        }
        // Stretches of one product are one range, which ends in one way only (`affected[].ranges[].events` of the schema).
        let ends = |name: &str| all.iter().flatten().any(|event| event.get(name).is_some());
        let together = !(ends("fixed") && ends("last_affected"));
        let all = if together { vec![all.concat()] } else { all };
        ranges.extend(all.into_iter().filter(|events| !events.is_empty()).map(|events| range(events, &ecosystem)));
    }
    let specific = object([
        ("cpe", first.cpe.as_deref().into()),
        ("product", line.name.into()),
        ("vendor", line.vendor.into()),
        ("versions", distinct(told)),
    ]);
    Some(object([("database_specific", specific), ("package", package), ("ranges", distinct(ranges)), ("versions", distinct(exact))]))
}

fn one_version(versions: &Versions) -> Option<&str> {
    match versions {
        Versions::Exact(version) => Some(version),
        Versions::All | Versions::Range(_) => None,
    }
}

fn range(events: Vec<Value>, ecosystem: &str) -> Value {
    let mut versions = events.iter().filter_map(Value::as_object).flat_map(serde_json::Map::values).filter_map(Value::as_str);
    let semantic = SEMANTIC.contains(&ecosystem) && versions.all(|version| version == "0" || is_semantic(version));
    json!({"events": events, "type": if semantic { "SEMVER" } else { "ECOSYSTEM" }})
}

/// Whether this is a version of Semantic Versioning 2.0, as far as the numbers go.
fn is_semantic(version: &str) -> bool {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    numbers.split('.').count() == 3 && numbers.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// One stretch as events. `None` for one that begins behind a version, which OSV cannot say.
fn events(span: &Span, fixed: Option<&str>) -> Option<Vec<Value>> {
    let (introduced, end) = match span {
        Span::One(_) => return None,
        Span::Like(stem) => (stem.clone(), Some(("fixed", versions::following(stem)?))),
        Span::Between { from, to } => {
            if from.as_ref().is_some_and(|from| !from.included) {
                return None;
            }
            let end = to.as_ref().map(|to| (if to.included { "last_affected" } else { "fixed" }, to.version.clone()));
            let end = end.or_else(|| fixed.map(|version| ("fixed", version.to_owned())));
            (from.as_ref().map_or_else(|| "0".to_owned(), |from| from.version.clone()), end)
        }
    };
    let mut events = vec![json!({"introduced": introduced})];
    events.extend(end.map(|(name, version)| json!({name: version})));
    Some(events)
}

/// The package of a package URL, where OSV knows its ecosystem.
fn package(purl: &str) -> Option<Value> {
    let rest = purl.strip_prefix("pkg:")?;
    let (kind, path) = rest.split_once('/')?;
    let ecosystem = ECOSYSTEMS.iter().find(|(known, _)| *known == kind).map(|(_, ecosystem)| *ecosystem)?;
    let end = path.find(['@', '?', '#']).unwrap_or(path.len());
    let path = path.get(..end)?.replace("%40", "@");
    let name = if kind == "maven" { path.replacen('/', ":", 1) } else { path };
    let bare = rest.find(['@', '?', '#']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    Some(json!({"ecosystem": ecosystem, "name": name, "purl": format!("pkg:{bare}")}))
}

fn references(advisory: &AdvisoryInput, page: &str) -> Value {
    let fixes: Vec<&str> = advisory.vulnerabilities.iter().flat_map(fixes).collect();
    let links = || advisory.references.iter().chain(advisory.vulnerabilities.iter().flat_map(|one| &one.references));
    let mut all: Vec<(&str, &str)> = Vec::new();
    if !page.is_empty() && !links().any(|link| link.url.trim() == page) {
        all.push(("ADVISORY", page));
    }
    for link in links() {
        let url = link.url.trim();
        let told = link.tags.iter().find_map(|tag| LINKS.iter().find(|(_, known)| known == tag)).map(|(kind, _)| *kind);
        let own = link.category == crate::csaf::model::ReferenceCategory::Own || url == page && link.tags.is_empty();
        let kind = told.or(own.then_some("ADVISORY")).or(fixes.contains(&url).then_some("FIX")).unwrap_or("WEB");
        all.push((kind, url));
    }
    all.extend(fixes.iter().map(|url| ("FIX", *url)));
    let mut seen: Vec<&str> = Vec::new();
    all.retain(|(_, url)| {
        !seen.contains(url) && {
            seen.push(url);
            true
        }
    });
    all.into_iter().map(|(kind, url)| json!({"type": kind, "url": url})).collect()
}

fn fixes(one: &VulnerabilityInput) -> impl Iterator<Item = &str> {
    one.remediations.iter().filter(|remedy| remedy.kind == Remedy::VendorFix).filter_map(|remedy| remedy.url.as_deref())
}

fn credits(one: &AcknowledgmentInput) -> Vec<Value> {
    let role = one.role.map(|role| role.word().to_uppercase().replace(' ', "_"));
    let credit = |name: String| object([("contact", one.urls.clone().into()), ("name", name.into()), ("type", role.clone().into())]);
    match &one.organization {
        Some(organization) if one.names.is_empty() => vec![credit(organization.clone())],
        Some(organization) => one.names.iter().map(|name| credit(format!("{name}, {organization}"))).collect(),
        None => one.names.iter().map(|name| credit(name.clone())).collect(),
    }
}
