//! A CSAF document (2.0 or 2.1, OASIS) as a report: title, notes, products by their full names, and of each vulnerability the
//! CVE, the CWE, the scores, the notes and what to do.

use super::Mapped;
use super::take::Members;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn map(document: &mut Members) -> Mapped {
    let mut mapped = Mapped::default();
    let mut notes: Vec<String> = Vec::new();
    let mut references: Vec<String> = Vec::new();
    let mut credits: Vec<String> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    document.object("document", |head| {
        mapped.title = head.text("title");
        mapped.language = head.text("lang");
        collect_notes(head, &mut notes);
        collect_references(head, &mut references);
        collect_credits(head, &mut credits);
        head.object("publisher", |publisher| {
            let name = publisher.text("name");
            let contact = publisher.text("contact_details");
            let address = contact.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';')).find(|word| word.contains('@'));
            mapped.sender_address = address.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()).unwrap_or_default();
            mapped.field("contact", [contact]);
            mapped.field("organization", [name.clone()]);
            mapped.sender_name = name;
            publisher.drop_all(&["category", "namespace"]);
        });
        head.object("tracking", |tracking| {
            ids.push(tracking.text("id"));
            ids.extend(tracking.texts("aliases"));
            tracking.drop_all(&["current_release_date", "initial_release_date", "generator", "revision_history", "status", "version"]);
        });
        head.drop_all(&["category", "csaf_version", "source_lang"]);
    });
    let names = products(document);
    let named = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let (mut affected, mut fixed) = (Vec::new(), Vec::new());
    let (mut cwes, mut scores, mut actions, mut dates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut exploited = Vec::new();
    document.each("vulnerabilities", |one| {
        ids.push(one.text("cve"));
        one.each("ids", |id| {
            let text = id.text("text");
            ids.push(text);
            id.drop_all(&["system_name"]);
        });
        let title = one.text("title");
        if mapped.title.is_empty() {
            mapped.title.clone_from(&title);
        }
        notes.push(title);
        collect_notes(one, &mut notes);
        collect_references(one, &mut references);
        collect_credits(one, &mut credits);
        cwes.push(one.object("cwe", weakness));
        one.each("cwes", |cwe| cwes.push(weakness(cwe)));
        dates.push(one.text("discovery_date"));
        dates.push(one.text("disclosure_date"));
        one.object("product_status", |status| {
            for group in ["known_affected", "first_affected", "last_affected", "under_investigation", "unknown", "recommended"] {
                affected.extend(status.texts(group).iter().map(|id| named(id)));
            }
            for group in ["fixed", "first_fixed"] {
                fixed.extend(status.texts(group).iter().map(|id| named(id)));
            }
        });
        let mut take_score = |score: &mut Members| {
            for name in ["cvss_v4", "cvss_v3", "cvss_v2"] {
                let vector = score.object(name, |cvss| {
                    let vector = cvss.text("vectorString");
                    if !vector.is_empty() {
                        cvss.0.clear();
                    }
                    vector
                });
                scores.push(vector);
            }
            score.drop_all(&["products"]);
        };
        one.each("scores", &mut take_score);
        one.each("metrics", |metric| {
            metric.object("content", &mut take_score);
            metric.drop_all(&["products"]);
        });
        one.each("remediations", |action| {
            let (category, details, url) = (action.text("category"), action.text("details"), action.text("url"));
            actions.push(format!("{category}: {details} {url}"));
            action.drop_all(&["product_ids", "group_ids", "date"]);
        });
        one.each("threats", |threat| {
            let (category, details) = (threat.text("category"), threat.text("details"));
            let line = format!("{category}: {details}");
            if category == "exploit_status" {
                exploited.push(details)
            } else {
                notes.push(line)
            }
            threat.drop_all(&["product_ids", "group_ids", "date"]);
        });
        one.drop_all(&["release_date"]);
    });
    if affected.is_empty() {
        affected = names.into_values().collect();
    }
    mapped.text = notes.into_iter().filter(|note| !note.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
    mapped.field("product", affected);
    mapped.field("fixed_in", fixed);
    mapped.field("cve_ids", ids);
    mapped.field("vulnerability_type", cwes);
    mapped.field("severity_guess", scores);
    mapped.field("proposed_mitigation", actions);
    mapped.field("exploitation_evidence", exploited);
    mapped.field("discovery_date", dates);
    mapped.field("references", references);
    mapped.credit = credits.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ");
    mapped
}

fn weakness(cwe: &mut Members) -> String {
    let (id, name) = (cwe.text("id"), cwe.text("name"));
    cwe.drop_all(&["version"]);
    format!("{id} {name}").trim().to_owned()
}

fn collect_notes(part: &mut Members, notes: &mut Vec<String>) {
    part.each("notes", |note| {
        let (title, text) = (note.text("title"), note.text("text"));
        note.drop_all(&["category", "audience"]);
        notes.push(if title.is_empty() { text } else { format!("{title}\n{text}") });
    });
}

fn collect_references(part: &mut Members, references: &mut Vec<String>) {
    part.each("references", |reference| {
        let (summary, url) = (reference.text("summary"), reference.text("url"));
        reference.drop_all(&["category"]);
        references.push(format!("{url} {summary}"));
    });
}

fn collect_credits(part: &mut Members, credits: &mut Vec<String>) {
    part.each("acknowledgments", |one| {
        let mut names = one.texts("names");
        let organization = one.text("organization");
        if !organization.is_empty() {
            names.push(organization);
        }
        credits.push(names.join(", "));
    });
}

/// Full product names by id: those listed, those at the tree's branches, those that relationships make.
fn products(document: &mut Members) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let Some(Value::Object(tree)) = document.0.remove("product_tree") else { return names };
    // A list instead of recursion: a document may nest as deep as the reader lets it.
    let mut waiting: Vec<(Value, String)> = Vec::new();
    for (name, value) in tree {
        if let ("branches" | "full_product_names" | "relationships", Value::Array(items)) = (name.as_str(), value) {
            waiting.extend(items.into_iter().map(|item| (item, String::new())));
        }
    }
    while let Some((value, path)) = waiting.pop() {
        let Value::Object(mut branch) = value else { continue };
        let own = branch.get("name").and_then(Value::as_str).unwrap_or_default();
        let path = format!("{path} {own}").trim().chars().take(500).collect::<String>();
        let mut keep = |product: &Value| {
            let text = |name: &str| product.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (id, name) = (text("product_id"), text("name"));
            if !id.is_empty() && names.len() < super::take::ITEMS {
                names.insert(id, if name.is_empty() { path.clone() } else { name });
            }
        };
        if branch.contains_key("product_id") {
            keep(&Value::Object(branch.clone()));
        }
        for inner in ["product", "full_product_name"] {
            if let Some(product) = branch.get(inner) {
                keep(product);
            }
        }
        if let Some(Value::Array(inner)) = branch.remove("branches") {
            waiting.extend(inner.into_iter().map(|item| (item, path.clone())));
        }
    }
    names
}
