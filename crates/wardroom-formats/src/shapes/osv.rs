//! An OSV record (Open Source Vulnerability schema 1.x) as a report.

use super::Mapped;
use super::take::Members;
use serde_json::Value;

pub(super) fn map(record: &mut Members) -> Mapped {
    let mut mapped = Mapped { title: record.text("summary"), text: record.text("details"), ..Mapped::default() };
    let mut ids = vec![record.text("id")];
    ids.extend(record.texts("aliases"));
    ids.extend(record.texts("upstream"));
    ids.extend(record.texts("related"));
    let mut scores = severities(record);
    let (mut packages, mut versions, mut purls, mut functions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    record.each("affected", |affected| {
        let package = affected.object("package", |package| {
            let (name, ecosystem) = (package.text("name"), package.text("ecosystem"));
            purls.push(package.text("purl"));
            if ecosystem.is_empty() { name } else { format!("{name} ({ecosystem})") }
        });
        affected.each("ranges", |range| {
            let repo = range.text("repo");
            let mut spans = Vec::new();
            range.each("events", |event| {
                for name in ["introduced", "fixed", "last_affected", "limit"] {
                    let at = event.text(name);
                    if !at.is_empty() {
                        spans.push(format!("{name} {at}"));
                    }
                }
            });
            range.drop_all(&["type"]);
            versions.push(format!("{repo} {}", spans.join(", ")).trim().to_owned());
        });
        let listed = affected.texts("versions");
        if !listed.is_empty() {
            versions.push(listed.join(", "));
        }
        scores.extend(severities(affected));
        affected.object("ecosystem_specific", |more| {
            functions.extend(more.texts("affected_functions"));
        });
        packages.push(package);
    });
    let mut references = Vec::new();
    record.each("references", |reference| {
        references.push(format!("{} {}", reference.text("url"), reference.text("type")));
    });
    let mut credits = Vec::new();
    record.each("credits", |credit| {
        let name = credit.text("name");
        mapped.field("discovered_by", [name.clone()]);
        credits.push(name);
        credit.drop_all(&["contact", "type"]);
    });
    let cwes = record.object("database_specific", |more| more.texts("cwe_ids"));
    mapped.field("product", packages);
    mapped.field("version", versions);
    mapped.field("purl", purls);
    mapped.field("component", functions);
    mapped.field("cve_ids", ids);
    mapped.field("severity_guess", scores);
    mapped.field("vulnerability_type", cwes);
    mapped.field("references", references);
    mapped.field("publication_date", [record.text("published")]);
    if !record.0.get("withdrawn").is_none_or(Value::is_null) {
        mapped.field("public_status", [format!("withdrawn {}", record.text("withdrawn"))]);
    }
    mapped.credit = credits.join("; ");
    record.drop_all(&["schema_version", "modified"]);
    mapped
}

fn severities(part: &mut Members) -> Vec<String> {
    let mut scores = Vec::new();
    part.each("severity", |one| {
        scores.push(one.text("score"));
        one.drop_all(&["type"]);
    });
    scores
}
