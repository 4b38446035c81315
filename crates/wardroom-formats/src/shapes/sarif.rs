//! A SARIF log (OASIS, 2.1.0) as a report: which tool found what, where. The whole log is kept as it came; a report of a
//! hundred findings says the first ones and how many there are.

use super::Mapped;
use super::take::Members;
use serde_json::Value;
use std::collections::BTreeMap;

/// Findings that are written out.
const SHOWN: usize = 50;

struct Rule {
    title: String,
    weaknesses: Vec<String>,
    severity: String,
    help: String,
}

pub(super) fn map(log: &mut Members) -> Mapped {
    let mut mapped = Mapped::default();
    let (mut tools, mut weaknesses, mut scores, mut places, mut help) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut findings = Vec::new();
    let (mut count, mut versions) = (0_usize, Vec::new());
    log.each("runs", |run| {
        let rules = rules(run.0.get("tool"));
        tools.push(tool(run.0.get("tool")));
        run.each("versionControlProvenance", |source| {
            versions.push(format!("{} {}", source.text("repositoryUri"), source.text("revisionId")).trim().to_owned());
        });
        let Some(Value::Array(results)) = run.0.remove("results") else { return };
        for result in &results {
            count += 1;
            let id = text(result, &["ruleId"]).or_else(|| text(result, &["rule", "id"])).unwrap_or_default();
            let message = text(result, &["message", "text"]).or_else(|| text(result, &["message", "markdown"])).unwrap_or_default();
            let place = place(result);
            let rule = rules.get(id);
            let title = rule.map_or("", |rule| rule.title.as_str());
            if let Some(rule) = rule {
                weaknesses.extend(rule.weaknesses.iter().cloned());
                scores.push(rule.severity.clone());
                help.push(rule.help.clone());
            }
            if mapped.title.is_empty() {
                let line = if title.is_empty() { message } else { title };
                mapped.title = line.lines().next().unwrap_or_default().chars().take(200).collect();
            }
            if findings.len() < SHOWN {
                let level = text(result, &["level"]).unwrap_or_default();
                findings.push(format!("{count}. {id} {title} {level}\n{place}\n{message}"));
            }
            places.push(place);
        }
        run.drop_all(&["tool", "columnKind", "artifacts", "originalUriBaseIds", "newlineSequences", "language", "invocations"]);
    });
    if count > SHOWN {
        findings.push(format!("… {count}"));
    }
    mapped.text = findings.join("\n\n");
    mapped.field("version", versions);
    mapped.field("tools", tools);
    mapped.field("component", places);
    mapped.field("vulnerability_type", weaknesses);
    mapped.field("severity_guess", scores);
    mapped.field("references", help);
    log.drop_all(&["$schema", "version"]);
    mapped
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    path.iter().try_fold(value, |value, name| value.get(*name)).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn tool(tool: Option<&Value>) -> String {
    let Some(driver) = tool.and_then(|tool| tool.get("driver")) else { return String::new() };
    let version = text(driver, &["semanticVersion"]).or_else(|| text(driver, &["version"])).unwrap_or_default();
    format!("{} {version}", text(driver, &["name"]).unwrap_or_default()).trim().to_owned()
}

fn rules(tool: Option<&Value>) -> BTreeMap<String, Rule> {
    let listed = tool.and_then(|tool| tool.get("driver")).and_then(|driver| driver.get("rules")).and_then(Value::as_array);
    let mut rules = BTreeMap::new();
    for rule in listed.into_iter().flatten().take(super::take::ITEMS) {
        let Some(id) = text(rule, &["id"]) else { continue };
        let title = text(rule, &["shortDescription", "text"])
            .or_else(|| text(rule, &["fullDescription", "text"]))
            .or_else(|| text(rule, &["name"]));
        let tags = rule.get("properties").and_then(|more| more.get("tags")).and_then(Value::as_array);
        let weaknesses = tags.into_iter().flatten().filter_map(Value::as_str).filter_map(weakness).collect();
        let severity = rule.get("properties").and_then(|more| more.get("security-severity"));
        let severity = severity.map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).unwrap_or_default();
        let known = Rule {
            title: title.unwrap_or_default().to_owned(),
            weaknesses,
            severity,
            help: text(rule, &["helpUri"]).unwrap_or_default().to_owned(),
        };
        rules.insert(id.to_owned(), known);
    }
    rules
}

/// `external/cwe/cwe-079` and `CWE-79` as `CWE-79`.
fn weakness(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let digits = lower.rsplit_once("cwe-").map(|(_, digits)| digits.trim_start_matches('0').to_owned())?;
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("CWE-{digits}"))
}

/// `src/update.c:120`
fn place(result: &Value) -> String {
    let first = result.get("locations").and_then(Value::as_array).and_then(|all| all.first());
    let Some(physical) = first.and_then(|one| one.get("physicalLocation")) else { return String::new() };
    let file = text(physical, &["artifactLocation", "uri"]).unwrap_or_default();
    match physical.get("region").and_then(|region| region.get("startLine")).and_then(Value::as_u64) {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    }
}
