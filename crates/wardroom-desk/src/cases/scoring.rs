//! The CVSS calculator: radios from the table of metrics, the score computed here on the server. The vector is the record.
//! What others say stands beside it (`beside`).

use super::page::Asked;
use crate::fields::{Fields, Typed};
use wardroom_app::case_page::CasePage;
use wardroom_formats::cvss::{self, Group, Version, metrics};
use wardroom_web::Lang;
use wardroom_web::words;

/// One metric with its values.
pub struct MetricView {
    pub code: &'static str,
    pub name: &'static str,
    /// What is asked, in a sentence.
    pub about: &'static str,
    pub values: Vec<ValueView>,
}

pub struct ValueView {
    pub code: &'static str,
    pub name: &'static str,
    pub chosen: bool,
}

/// A group of metrics; the base group is always open.
pub struct GroupView {
    pub name: String,
    pub open: bool,
    pub metrics: Vec<MetricView>,
}

/// The calculator for one vulnerability and one version.
pub struct Calculator {
    pub vulnerability: String,
    pub title: String,
    pub version: &'static str,
    pub versions: [&'static str; 4],
    pub groups: Vec<GroupView>,
    pub vector: String,
    pub justification: String,
    /// Score, severity, chip; when the vector is whole.
    pub result: Option<(String, String, &'static str)>,
    /// The scores the result is made of, or the name of what was given (`CVSS-BT`).
    pub parts: String,
    /// The other versions of which there is a vector to begin with.
    pub begin_with: Vec<String>,
    /// Where the vector was begun with one of another version: what that one does not say.
    pub left_open: String,
    /// Other answers and the score they would give, the greatest change first.
    pub otherwise: Vec<String>,
    /// What is wrong with the vector typed.
    pub fault: String,
}

/// The versions, the newest first.
const VERSIONS: [Version; 4] = [Version::V4, Version::V31, Version::V30, Version::V2];

/// The most other answers that are told.
const MOST_OTHERWISE: usize = 12;

fn version_of(text: &str) -> Version {
    VERSIONS.into_iter().find(|version| version.number() == text).unwrap_or(Version::V4)
}

fn named(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    if lang == Lang::Zh { zh } else { en }
}

/// The vector of the chosen radios, in the order of the standard; "not defined" is left out.
pub fn vector_of(fields: &Fields) -> String {
    let typed = fields.trimmed("vector");
    if !typed.is_empty() {
        return typed.to_owned();
    }
    let version = version_of(fields.get("cvss"));
    let chosen = metrics(version).iter().filter_map(|metric| {
        let value = fields.get(&format!("m-{}", metric.code));
        let known = metric.values.iter().any(|one| one.code == value);
        (known && value != "X" && value != "ND").then(|| format!("{}:{value}", metric.code))
    });
    format!("{}{}", version.prefix(), chosen.collect::<Vec<_>>().join("/"))
}

pub fn calculator(lang: Lang, page: &CasePage, asked: &Asked, typed: &Typed) -> Option<Calculator> {
    let flaw = page.vulnerabilities.iter().find(|one| one.id == asked.v).or_else(|| page.vulnerabilities.first())?;
    let version = version_of(typed.of("score", "cvss", &asked.cvss));
    let number = version.number();
    let known = flaw.scores.iter().find(|score| score.version == number);
    let other = flaw.scores.iter().find(|score| score.version == asked.from && score.version != number);
    let carried = other.filter(|_| !typed.is("score")).and_then(|other| cvss::carry(&other.vector, version).ok());
    let vector = match (&carried, typed.is("score")) {
        (_, true) => vector_of(typed.fields()),
        (Some(carried), false) => carried.vector.clone(),
        (None, false) => known.map(|score| score.vector.clone()).unwrap_or_default(),
    };
    let joined = |metrics: &[&'static cvss::Metric]| {
        let names: Vec<&str> = metrics.iter().map(|metric| named(lang, metric.en, metric.zh)).collect();
        names.join(if lang == Lang::Zh { "、" } else { ", " })
    };
    let scored = if vector.is_empty() { None } else { Some(cvss::score(&vector)) };
    let (result, parts, fault) = match scored {
        Some(Ok(scored)) => {
            let (severity, chip) = super::views::severity(lang, scored.severity.word());
            (Some((format!("{:.1}", scored.score), severity, chip)), parts(lang, &scored), String::new())
        }
        Some(Err(fault)) if typed.is("score") => (None, String::new(), fault.to_string()),
        Some(Err(_)) | None => (None, String::new(), String::new()),
    };
    let otherwise = if result.is_some() { otherwise(lang, &vector) } else { Vec::new() };
    let undefined = if version == Version::V2 { "ND" } else { "X" };
    let chosen = |metric: &str| {
        let prefix = format!("{metric}:");
        vector.split('/').find_map(|part| part.strip_prefix(&prefix)).unwrap_or(undefined).to_owned()
    };
    let group = |group: Group, key: &str| GroupView {
        name: words::say(lang, &format!("validation-cvss-{key}")),
        open: group == Group::Base,
        metrics: metrics(version)
            .iter()
            .filter(|metric| metric.group == group)
            .map(|metric| {
                let now = chosen(metric.code);
                MetricView {
                    code: metric.code,
                    name: named(lang, metric.en, metric.zh),
                    about: cvss::about(version, metric.code).map_or("", |(en, zh)| named(lang, en, zh)),
                    values: metric
                        .values
                        .iter()
                        .map(|value| ValueView { code: value.code, name: named(lang, value.en, value.zh), chosen: value.code == now })
                        .collect(),
                }
            })
            .collect(),
    };
    let groups = [
        (Group::Base, "base"),
        (Group::Temporal, "temporal"),
        (Group::Environmental, "environmental"),
        (Group::Supplemental, "supplemental"),
    ];
    let groups = groups.into_iter().map(|(which, key)| group(which, key)).filter(|group| !group.metrics.is_empty());
    Some(Calculator {
        title: words::validation::calculator(lang, number, flaw.id.as_str()),
        vulnerability: flaw.id.clone(),
        version: number,
        versions: VERSIONS.map(Version::number),
        groups: groups.collect(),
        justification: typed.of("score", "justification", known.map_or("", |score| score.justification.as_str())).to_owned(),
        vector,
        result,
        parts,
        begin_with: flaw.scores.iter().filter(|score| known.is_none() && score.version != number).map(|one| one.version.clone()).collect(),
        left_open: carried.map(|carried| joined(&carried.missing)).unwrap_or_default(),
        otherwise,
        fault,
    })
}

/// `CVSS-BT · base 9.3`; for the older versions the temporal and the environmental score.
fn parts(lang: Lang, scored: &cvss::Scored) -> String {
    let say = |key: &str, score: f64| format!("{} {score:.1}", words::say(lang, &format!("validation-cvss-{key}")));
    let mut parts: Vec<String> = scored.nomenclature.map(str::to_owned).into_iter().collect();
    parts.push(say("base", scored.base));
    parts.extend(scored.temporal.map(|score| say("temporal", score)));
    parts.extend(scored.environmental.map(|score| say("environmental", score)));
    parts.join(" · ")
}

fn otherwise(lang: Lang, vector: &str) -> Vec<String> {
    let found = cvss::otherwise(vector).unwrap_or_default();
    let line = |one: cvss::Otherwise| {
        let (metric, value) = (named(lang, one.metric.en, one.metric.zh), named(lang, one.value.en, one.value.zh));
        words::validation::otherwise(lang, metric, format!("{:.1}", one.score), value)
    };
    found.into_iter().take(MOST_OTHERWISE).map(line).collect()
}
