//! One advisory, in force or as a former version of it. The first screenful answers: am I affected, how bad, exploited, what do I do, until when.

use super::answers::Answers;
use super::{Row, day, row, severity, status};
use crate::practice::site;
use askama::Template;
use wardroom_app::disclosure::tree::{Card, PublicAdvisory, PublicWorld};
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryImpact, AdvisoryRemediation, AdvisoryScore, EndingKind, Publication};
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_formats::csaf::input::Credit;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page, time};

struct View {
    row: Row,
    ending: Option<EndingView>,
    kind: &'static str,
    untranslated: bool,
    /// Which texts of this translation are older than their source, in words; empty: none.
    outdated: String,
    former: Option<Former>,
    href: String,
    answers: Answers,
    summary: String,
    action: String,
    measures: Vec<Measure>,
    affected: Vec<Line>,
    not_affected: Vec<Line>,
    vulnerabilities: Vec<Vulnerability>,
    credits: Vec<String>,
    references: Vec<Link>,
    history: Vec<Change>,
    downloads: Vec<Link>,
    csaf: String,
    verify: String,
    fingerprint: String,
}

/// What stands first over a version that is not in force any more.
struct Former {
    said: String,
    in_force: String,
    compare: String,
}

/// What stands first where the advisory was taken back.
struct EndingView {
    title: &'static str,
    reason: String,
    by: Vec<String>,
}

struct Score {
    name: String,
    words: String,
    vector: String,
}

struct Line {
    product: String,
    vulnerability: String,
    tone: &'static str,
    status: &'static str,
    versions: String,
    fixed_in: String,
    why: String,
}

struct Vulnerability {
    heading: String,
    description: String,
    cwe: String,
    scores: Vec<Score>,
    measures: Vec<Measure>,
}

#[derive(PartialEq, Eq)]
struct Measure {
    kind: &'static str,
    text: String,
    url: String,
    products: String,
}

struct Link {
    text: String,
    url: String,
}

struct Change {
    version: u32,
    /// Where this version is to be read, and what became another with it; empty for the version in force, and for the first.
    href: String,
    diff: String,
    date: String,
    utc: String,
    change: String,
}

#[derive(Template)]
#[template(path = "advisories/one.html")]
struct One {
    page: Page,
    advisory: View,
}

/// The page of an advisory as a file of the public tree; `None` when nothing of it is published.
#[must_use]
pub fn render_advisory(world: &PublicWorld, advisory: &PublicAdvisory, lang: Lang) -> Option<String> {
    draw(world, advisory, advisory.latest()?.version, &format!("advisories/{}", advisory.number), lang)
}

/// The page of a former version, which stays where it is for ever: the path of its file without language and end, and the text. `version`: its place
/// among the versions, from 0.
#[must_use]
pub fn render_version(world: &PublicWorld, advisory: &PublicAdvisory, version: usize, lang: Lang) -> Option<(String, String)> {
    let versions = advisory.versions.get(..=version)?.to_vec();
    let then = PublicAdvisory { number: advisory.number.clone(), versions };
    let stem = format!("advisories/{}/v{}", then.number, then.latest()?.version);
    let text = draw(world, &then, advisory.latest()?.version, &stem, lang)?;
    Some((stem, text))
}

/// `in_force`: the newest version there is.
fn draw(world: &PublicWorld, advisory: &PublicAdvisory, in_force: u32, stem: &str, lang: Lang) -> Option<String> {
    let latest = advisory.latest()?;
    let row = row(&Card::of(advisory)?, lang);
    let title = format!("{} {}", row.number, row.title);
    let page = Page::filed(lang, &site(world), "advisories", title, crate::tree::switch(stem, lang));
    let newer = (in_force != latest.version).then_some(in_force);
    let view = view(world, advisory, latest, row, newer, lang);
    Some(crate::tree::text_of(&One { page, advisory: view }))
}

fn view(world: &PublicWorld, advisory: &PublicAdvisory, latest: &Publication, row: Row, newer: Option<u32>, lang: Lang) -> View {
    let content = &latest.content;
    let texts = &content.texts;
    let many = content.vulnerabilities.len() > 1;
    let lines = || {
        content.vulnerabilities.iter().flat_map(move |one| {
            let name = if one.cve.is_empty() { &one.id } else { &one.cve };
            one.impacts.iter().map(move |impact| line(lang, content, impact, if many { name } else { "" }))
        })
    };
    let ours = |text: &wardroom_domain::disclosure::Bilingual| match lang {
        Lang::Zh => text.is_empty() || !text.zh.trim().is_empty(),
        Lang::En => text.is_empty() || !text.en.trim().is_empty(),
    };
    let files = Files::of(world, advisory, content, newer.map(|_| latest.version));
    View {
        ending: texts.ending.as_ref().map(|ending| EndingView {
            title: match ending.kind {
                EndingKind::Withdrawn => say::ADVISORY_WITHDRAWN_TITLE.say(lang),
                EndingKind::Superseded => say::ADVISORY_SUPERSEDED_TITLE.say(lang),
            },
            reason: ending.reason.text(lang.code()).to_owned(),
            by: ending.by.clone(),
        }),
        kind: wardroom_web::kind_word(lang, texts.kind),
        untranslated: !(ours(&texts.title) && ours(&texts.summary) && ours(&texts.action)),
        outdated: outdated(&texts.outdated, lang),
        former: newer.map(|newer| Former {
            said: say::advisory_former(lang, i64::from(latest.version)),
            in_force: say::advisory_in_force(lang, i64::from(newer)),
            compare: format!("/advisories/{}/diff?from={}&to={newer}", advisory.number, latest.version),
        }),
        href: super::href(&advisory.number),
        answers: Answers::of(latest, lang),
        summary: texts.summary.text(lang.code()).to_owned(),
        action: texts.action.text(lang.code()).to_owned(),
        measures: remedies(lang, content),
        affected: lines().filter(|line| line.why.is_empty()).collect(),
        not_affected: lines().filter(|line| !line.why.is_empty()).collect(),
        vulnerabilities: content.vulnerabilities.iter().map(|one| vulnerability(lang, content, one)).collect(),
        credits: texts.credits.iter().map(|line| Credit::read(line).shown(lang.code())).collect(),
        references: texts.references.iter().map(|(text, url)| link(text, url)).collect(),
        history: history(advisory, lang),
        downloads: files.links,
        csaf: files.csaf,
        verify: files.verify,
        fingerprint: files.fingerprint,
        row,
    }
}

/// The texts of this language that were translated from an older source: "Title, Summary".
fn outdated(names: &[String], lang: Lang) -> String {
    let end = format!("_{}", lang.code());
    let mut parts: Vec<&str> = Vec::new();
    for name in names.iter().filter_map(|name| name.strip_suffix(&end)) {
        let word = match name.rsplit('.').next().unwrap_or(name) {
            "title" => say::DIFFERENCE_FIELD_TITLE,
            "summary" => say::DIFFERENCE_FIELD_SUMMARY,
            "action" => say::ADVISORY_DO,
            "until" => say::ADVISORY_UNTIL,
            "change" => say::ADVISORY_HISTORY,
            "reason" => say::DIFFERENCE_FIELD_REASON,
            _ => say::DIFFERENCE_FIELD_DESCRIPTION,
        };
        if !parts.contains(&word.say(lang)) {
            parts.push(word.say(lang));
        }
    }
    parts.join(if lang == Lang::Zh { "、" } else { ", " })
}

fn score(lang: Lang, one: &AdvisoryScore) -> Score {
    let (_, words) = severity(lang, Some(one));
    Score { name: say::advisory_score(lang, one.version.as_str()), words, vector: one.vector.clone() }
}

fn product_name<'c>(content: &'c AdvisoryContent, id: &'c str) -> &'c str {
    content.products.iter().find(|product| product.id == id).map_or(id, |product| product.name.as_str())
}

fn line(lang: Lang, content: &AdvisoryContent, impact: &AdvisoryImpact, vulnerability: &str) -> Line {
    let (tone, status) = status(lang, impact.status);
    let why = match impact.status {
        ImpactStatus::NotAffected => {
            words::find(lang, &format!("remediation-why-{}", impact.justification)).unwrap_or_else(|| status.to_owned())
        }
        ImpactStatus::Affected | ImpactStatus::Fixed | ImpactStatus::UnderInvestigation => String::new(),
    };
    let versions = if impact.versions.trim().is_empty() { say::ADVISORY_ALL_VERSIONS.say(lang) } else { impact.versions.as_str() };
    let versions = wardroom_domain::remediation::versions_told(versions, &impact.hardware);
    Line {
        product: product_name(content, &impact.product).to_owned(),
        vulnerability: vulnerability.to_owned(),
        tone,
        status,
        versions,
        fixed_in: impact.fixed_in.clone(),
        why,
    }
}

fn vulnerability(lang: Lang, content: &AdvisoryContent, one: &wardroom_domain::disclosure::AdvisoryVulnerability) -> Vulnerability {
    let name = if one.cve.is_empty() { say::advisory_vulnerability(lang, one.id.as_str()) } else { one.cve.clone() };
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    Vulnerability {
        heading: if one.title.is_empty() { name } else { format!("{name}{colon}{}", one.title_in(lang.code())) },
        description: one.description_in(lang.code()).to_owned(),
        cwe: wardroom_formats::cwe::with_name(&one.cwe),
        scores: one.scores.iter().map(|one| score(lang, one)).collect(),
        measures: one.remediations.iter().map(|measure| self::measure(lang, content, measure)).collect(),
    }
}

/// What a reader can do about it today, each thing once: where no text of its own says so, these lines do.
fn remedies(lang: Lang, content: &AdvisoryContent) -> Vec<Measure> {
    let all = content.vulnerabilities.iter().flat_map(|one| &one.remediations);
    let mut remedies: Vec<Measure> = Vec::new();
    for one in all.filter(|one| one.kind != PlanKind::NonePlanned && !one.planned) {
        let remedy = measure(lang, content, one);
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies
}

fn measure(lang: Lang, content: &AdvisoryContent, one: &AdvisoryRemediation) -> Measure {
    let kind = match one.kind {
        PlanKind::Fix if one.planned => words::remediation::KIND_FIX_PLANNED,
        PlanKind::Fix => words::remediation::KIND_VENDOR_FIX,
        PlanKind::Mitigation => words::remediation::KIND_MITIGATION,
        PlanKind::Workaround => words::remediation::KIND_WORKAROUND,
        PlanKind::NonePlanned => words::remediation::KIND_NO_FIX_PLANNED,
    };
    let names: Vec<&str> = one.products.iter().map(|id| product_name(content, id)).collect();
    let join = if lang == Lang::Zh { "、" } else { ", " };
    Measure {
        kind: kind.say(lang),
        text: one.text.text(lang.code()).to_owned(),
        url: safe_url(&one.url).to_owned(),
        products: if names.is_empty() { String::new() } else { say::advisory_for_products(lang, names.join(join)) },
    }
}

/// Only web addresses become links; anything else stays text.
pub(crate) fn safe_url(url: &str) -> &str {
    if url.starts_with("https://") || url.starts_with("http://") { url } else { "" }
}

fn link(text: &str, url: &str) -> Link {
    let shown = if text.trim().is_empty() { url } else { text };
    Link { text: shown.to_owned(), url: safe_url(url).to_owned() }
}

fn history(advisory: &PublicAdvisory, lang: Lang) -> Vec<Change> {
    let versions = advisory.versions.iter().rev().map(wardroom_domain::disclosure::Cleared::get);
    let in_force = advisory.latest().map_or(0, |latest| latest.version);
    let file = |version: u32| format!("/{}", crate::tree::file_name(&format!("advisories/{}/v{version}", advisory.number), lang));
    versions
        .map(|one| Change {
            version: one.version,
            href: if one.version == in_force { String::new() } else { file(one.version) },
            diff: if one.version > 1 {
                format!("/advisories/{}/diff?from={}&to={}", advisory.number, one.version - 1, one.version)
            } else {
                String::new()
            },
            date: day(one.released_at),
            utc: time::utc(one.released_at),
            change: one.content.texts.change.text(lang.code()).to_owned(),
        })
        .collect()
}

/// Where the same advisory lies for machines (interfaces A5).
struct Files {
    csaf: String,
    links: Vec<Link>,
    verify: String,
    /// Of the key that signs, in groups.
    fingerprint: String,
}

impl Files {
    /// `former`: the files of this version, which is not in force any more.
    fn of(world: &PublicWorld, advisory: &PublicAdvisory, content: &AdvisoryContent, former: Option<u32>) -> Self {
        let number = &advisory.number;
        let csaf = former.map_or_else(|| csaf_path(advisory), |version| format!("/advisories/{number}/v{version}.json"));
        let name = csaf.rsplit('/').next().unwrap_or_default().to_owned();
        let own = |text: &str, url: String| Link { text: text.to_owned(), url };
        let mut links = vec![
            own("CSAF 2.0 (JSON)", csaf.clone()),
            own("CSAF .asc", format!("{csaf}.asc")),
            own("CSAF .sha256", format!("{csaf}.sha256")),
            own("CSAF .sha512", format!("{csaf}.sha512")),
        ];
        if former.is_none() {
            links.push(own("TXT", format!("/advisories/{number}.txt")));
        }
        // A statement about products is taken back with the advisory, and there is none where nothing is stated.
        if former.is_none() && content.ended().is_none() && !content.vulnerabilities.is_empty() {
            links.push(own("OpenVEX", format!("/openvex/{number}.json")));
        }
        let base = &world.base_url;
        // Each line works as it stands in a shell; a story of ours runs them.
        let verify = format!(
            "curl -fsSO {base}{csaf} -O {base}{csaf}.asc -O {base}{csaf}.sha256 -O {base}/pgp-key.asc\n\
             sha256sum --check {name}.sha256\n\
             gpg --import pgp-key.asc\n\
             gpg --verify {name}.asc {name}"
        );
        let fingerprint = world.keys.first().map(|key| crate::practice::grouped(&key.fingerprint)).unwrap_or_default();
        Self { csaf, links, verify, fingerprint }
    }
}

/// `/.well-known/csaf/white/2026/calterah-sa-2026-0001.json`. What is public is TLP:CLEAR, which CSAF 2.0 calls WHITE.
fn csaf_path(advisory: &PublicAdvisory) -> String {
    let first = advisory.first_released().unwrap_or_default();
    format!("/.well-known/csaf/white/{}", wardroom_formats::provider::document_path(first, &advisory.number))
}
