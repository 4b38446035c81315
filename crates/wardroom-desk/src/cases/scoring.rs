//! The CVSS calculator: radios from the table of metrics, the score computed here on the server. The vector is the record.

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
    pub versions: [&'static str; 2],
    pub groups: Vec<GroupView>,
    pub vector: String,
    pub justification: String,
    /// Score, severity, chip; when the vector is whole.
    pub result: Option<(String, String, &'static str)>,
    /// What is wrong with the vector typed.
    pub fault: String,
}

/// `3.1` or `4.0`.
fn version_of(text: &str) -> Version {
    if text == "3.1" { Version::V31 } else { Version::V4 }
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
        (known && value != "X").then(|| format!("{}:{value}", metric.code))
    });
    format!("{}{}", version.prefix(), chosen.collect::<Vec<_>>().join("/"))
}

pub fn calculator(lang: Lang, page: &CasePage, asked: &Asked, typed: &Typed) -> Option<Calculator> {
    let flaw = page.vulnerabilities.iter().find(|one| one.id == asked.v).or_else(|| page.vulnerabilities.first())?;
    let version = version_of(typed.of("score", "cvss", &asked.cvss));
    let number = version.number();
    let known = flaw.scores.iter().find(|score| score.version == number);
    let vector = match typed.is("score") {
        true => vector_of(typed.fields()),
        false => known.map(|score| score.vector.clone()).unwrap_or_default(),
    };
    let scored = if vector.is_empty() { None } else { Some(cvss::score(&vector)) };
    let (result, fault) = match scored {
        Some(Ok(scored)) => {
            let (severity, chip) = super::views::severity(lang, scored.severity.word());
            (Some((format!("{:.1}", scored.score), severity, chip)), String::new())
        }
        Some(Err(fault)) if typed.is("score") => (None, fault.to_string()),
        Some(Err(_)) | None => (None, String::new()),
    };
    let chosen = |metric: &str| {
        let prefix = format!("{metric}:");
        vector.split('/').find_map(|part| part.strip_prefix(&prefix)).unwrap_or("X").to_owned()
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
                    name: if lang == Lang::Zh { metric.zh } else { metric.en },
                    values: metric
                        .values
                        .iter()
                        .map(|value| ValueView {
                            code: value.code,
                            name: if lang == Lang::Zh { value.zh } else { value.en },
                            chosen: value.code == now,
                        })
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
        versions: ["4.0", "3.1"],
        groups: groups.collect(),
        justification: typed.of("score", "justification", known.map_or("", |score| score.justification.as_str())).to_owned(),
        vector,
        result,
        fault,
    })
}
