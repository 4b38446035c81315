use super::*;
use crate::guarded::{self, REPORT};
use serde_json::json;
use std::path::{Path, PathBuf};

fn field<'m>(mapped: &'m Mapped, id: &str) -> &'m str {
    mapped.fields.iter().find(|(name, _)| name == id).map_or("", |(_, text)| text.as_str())
}

#[test]
fn a_github_private_report() {
    let (shape, mapped) = map(json!({
        "summary": "Unsigned update", "description": "The updater installs anything.", "severity": "high",
        "cvss_vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "cwe_ids": ["CWE-347"], "cve_id": null,
        "vulnerabilities": [{
            "package": {"ecosystem": "other", "name": "Wick 100"}, "vulnerable_version_range": "<= 2.3.4",
            "patched_versions": "2.3.5", "vulnerable_functions": ["apply_update"]
        }],
        "credits": [{"login": "ada", "type": "finder"}], "start_private_fork": false, "hardware_note": {"board": "rev C"}
    }))
    .unwrap();
    assert_eq!(shape, Shape::Github);
    assert_eq!((mapped.title.as_str(), mapped.text.as_str()), ("Unsigned update", "The updater installs anything."));
    assert_eq!(field(&mapped, "product"), "Wick 100 (other)");
    assert_eq!(field(&mapped, "version"), "<= 2.3.4");
    assert_eq!(field(&mapped, "component"), "apply_update");
    assert_eq!(field(&mapped, "vulnerability_type"), "CWE-347");
    assert_eq!(field(&mapped, "severity_guess"), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\nhigh");
    assert_eq!(mapped.credit, "ada");
    assert!(mapped.rest.contains("rev C") && !mapped.rest.contains("Wick"), "{}", mapped.rest);
}

#[test]
fn an_osv_record() {
    let (shape, mapped) = map(json!({
        "schema_version": "1.7.0", "id": "OSV-2026-1", "modified": "2026-11-01T00:00:00Z", "aliases": ["CVE-2026-1111"],
        "summary": "Overflow", "details": "A long frame overflows.", "severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}],
        "affected": [{
            "package": {"ecosystem": "crates.io", "name": "frames", "purl": "pkg:cargo/frames"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.3"}]}], "versions": ["1.0.0", "1.1.0"]
        }],
        "references": [{"type": "FIX", "url": "https://example.org/fix"}], "credits": [{"name": "Ada"}],
        "database_specific": {"cwe_ids": ["CWE-787"], "team": "blue"}
    }))
    .unwrap();
    assert_eq!(shape, Shape::Osv);
    assert_eq!(field(&mapped, "product"), "frames (crates.io)");
    assert_eq!(field(&mapped, "version"), "introduced 0, fixed 1.2.3\n1.0.0, 1.1.0");
    assert_eq!(field(&mapped, "cve_ids"), "OSV-2026-1\nCVE-2026-1111");
    assert_eq!((field(&mapped, "purl"), field(&mapped, "vulnerability_type")), ("pkg:cargo/frames", "CWE-787"));
    assert_eq!(mapped.credit, "Ada");
    assert!(mapped.rest.contains("blue"), "{}", mapped.rest);
}

#[test]
fn a_csaf_document() {
    let (shape, mapped) = map(json!({
        "document": {
            "category": "csaf_base", "csaf_version": "2.0", "title": "Radar firmware", "lang": "en",
            "publisher": {"category": "vendor", "name": "Lab", "namespace": "https://lab.example", "contact_details": "mail to <ada@lab.example>."},
            "tracking": {"id": "LAB-1", "version": "1"}, "notes": [{"category": "summary", "title": "Summary", "text": "It crashes."}]
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Lamp", "branches": [
            {"category": "product_name", "name": "Wick", "branches": [
                {"category": "product_version", "name": "2.3.4", "product": {"product_id": "P1", "name": "Lamp Wick 2.3.4"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-2222", "cwe": {"id": "CWE-121", "name": "Stack-based Buffer Overflow"},
            "product_status": {"known_affected": ["P1"]},
            "scores": [{"cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "baseScore": 7.5}, "products": ["P1"]}],
            "acknowledgments": [{"names": ["Ada"], "organization": "Lab"}], "x_extra": 7
        }]
    }))
    .unwrap();
    assert_eq!(shape, Shape::Csaf);
    assert_eq!((field(&mapped, "product"), field(&mapped, "cve_ids")), ("Lamp Wick 2.3.4", "LAB-1\nCVE-2026-2222"));
    assert_eq!(field(&mapped, "vulnerability_type"), "CWE-121 Stack-based Buffer Overflow");
    assert_eq!(field(&mapped, "severity_guess"), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H");
    assert_eq!((mapped.sender_address.as_str(), mapped.credit.as_str()), ("ada@lab.example", "Ada, Lab"));
    assert!(mapped.text.contains("It crashes.") && mapped.rest.contains("x_extra"), "{mapped:?}");
}

#[test]
fn a_sarif_log() {
    let (shape, mapped) = map(json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "CodeQL", "semanticVersion": "2.20.0", "rules": [{
                "id": "cpp/overflow", "shortDescription": {"text": "Overflowing copy"}, "helpUri": "https://help.example/1",
                "properties": {"tags": ["security", "external/cwe/cwe-120"], "security-severity": "9.3"}}]}},
            "results": [{"ruleId": "cpp/overflow", "level": "error", "message": {"text": "len is not checked"}, "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "src/update.c"}, "region": {"startLine": 120}}}]}]
        }]
    }))
    .unwrap();
    assert_eq!(shape, Shape::Sarif);
    assert_eq!((mapped.title.as_str(), field(&mapped, "component")), ("Overflowing copy", "src/update.c:120"));
    assert_eq!((field(&mapped, "vulnerability_type"), field(&mapped, "severity_guess")), ("CWE-120", "9.3"));
    assert_eq!(field(&mapped, "tools"), "CodeQL 2.20.0");
    assert!(mapped.text.contains("len is not checked") && mapped.rest.is_empty(), "{mapped:?}");
}

#[test]
fn a_vince_form() {
    let (shape, mapped) = map(json!({
        "contact_name": "Ada", "contact_email": "ada@example.org", "contact_org": "Lab", "share_release": true, "credit_release": true,
        "product_name": "Wick", "product_version": "2.3.4", "vul_description": "It installs anything.", "vul_impact": "Full control",
        "vul_exploited": false, "tracking": "LAB-7", "ics_impact": true
    }))
    .unwrap();
    assert_eq!(shape, Shape::Vince);
    assert_eq!((mapped.sender_name.as_str(), mapped.sender_address.as_str(), mapped.credit.as_str()), ("Ada", "ada@example.org", "Ada"));
    assert_eq!((field(&mapped, "product"), field(&mapped, "version"), field(&mapped, "exploited")), ("Wick", "2.3.4", "false"));
    assert!(mapped.rest.contains("ics_impact"), "{}", mapped.rest);
}

#[test]
fn our_own_reports_are_none_of_these() {
    for own in [
        json!({"title": "x", "description": "y"}),
        json!({"description": "y", "product": "Wick", "fields": {"impact": "z"}, "attachments": []}),
        json!({"summary": "y"}),
        json!({"vulnerabilities": ["a"], "description": "b"}),
        json!([1]),
        json!(null),
    ] {
        assert_eq!(recognise(&own), None, "{own}");
    }
}

/// Replaces every value of the samples by each kind of JSON value: mapping must take anything.
#[test]
fn any_value_in_any_place_is_survived() {
    let samples = [
        json!({"document": {"csaf_version": "2.0", "publisher": {"name": "x"}, "tracking": {"id": "y", "aliases": ["z"]}, "notes": [{"text": "n"}]},
            "product_tree": {"branches": [{"branches": [{"product": {"product_id": "P"}}]}], "full_product_names": [{"product_id": "Q"}]},
            "vulnerabilities": [{"cve": "c", "cwe": {"id": "i"}, "scores": [{"cvss_v3": {"vectorString": "v"}}], "remediations": [{"details": "d"}]}]}),
        json!({"schema_version": "1", "id": "i", "affected": [{"package": {"name": "n"}, "ranges": [{"events": [{"fixed": "1"}]}], "versions": ["1"]}],
            "severity": [{"score": "s"}], "credits": [{"name": "n"}], "references": [{"url": "u"}], "database_specific": {"cwe_ids": ["c"]}}),
        json!({"summary": "s", "cwe_ids": ["c"], "vulnerabilities": [{"package": {"name": "n"}}], "credits": [{"user": {"login": "l"}}], "cvss": {"vector_string": "v"}}),
        json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"rules": [{"id": "r", "properties": {"tags": ["cwe-1"]}}]}},
            "results": [{"ruleId": "r", "message": {"text": "m"}, "locations": [{"physicalLocation": {"region": {"startLine": 1}}}]}]}]}),
        json!({"vul_description": "v", "contact_email": "e", "credit_release": true}),
    ];
    let kinds = [json!(null), json!(true), json!(-1.5), json!("漏洞"), json!([]), json!([[1]]), json!({}), json!({"a": {"b": [null]}})];
    let mut tried = 0;
    for sample in &samples {
        let mut pointers = Vec::new();
        collect(sample, String::new(), &mut pointers);
        for pointer in &pointers {
            for kind in &kinds {
                let mut bent = sample.clone();
                *bent.pointer_mut(pointer).unwrap() = kind.clone();
                if let Ok((_, mapped)) = map(bent) {
                    assert!(mapped.rest.len() <= 60_010);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)).collect(),
        Value::Object(members) => members.iter().map(|(name, item)| (format!("{at}/{}", name.replace('/', "~1")), item)).collect(),
        _ => Vec::new(),
    };
    into.push(at);
    for (place, item) in inner {
        collect(item, place, into);
    }
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|end| end == "json") {
            into.push(path);
        }
    }
}

#[test]
fn real_documents_are_recognised_and_say_something() {
    let Ok(corpora) = std::env::var("WARDROOM_CORPORA") else {
        println!("skipped: WARDROOM_CORPORA is not set, so no real CSAF and OSV documents were mapped");
        return;
    };
    for (folder, shape) in [("csaf-real", Shape::Csaf), ("osv-rustsec", Shape::Osv)] {
        let mut all = Vec::new();
        files(&Path::new(&corpora).join(folder), &mut all);
        all.sort();
        let mut mapped_count = 0;
        for path in all.iter().take(400) {
            let value = guarded::read(&std::fs::read(path).unwrap(), &guarded::Limits { values: 5_000_000, ..REPORT }).unwrap();
            if recognise(&value) != Some(shape) {
                continue;
            }
            let (_, mapped) = map(value).unwrap();
            assert!(!mapped.text.trim().is_empty() && !mapped.title.is_empty(), "{}", path.display());
            assert!(!field(&mapped, "product").is_empty(), "{}: {:?}", path.display(), mapped.fields);
            mapped_count += 1;
        }
        println!("{folder}: {mapped_count} of {} mapped", all.len());
        assert!(mapped_count > 20, "{folder}: {mapped_count} of {}", all.len());
    }
}

#[test]
fn a_record_without_a_sentence_is_told_by_its_facts() {
    let text = |value| map(value).unwrap().1.text;
    assert_eq!(text(json!({"schema_version": "1.6.0", "id": "OSV-1"})), "cve_ids: OSV-1");
    assert_eq!(text(json!({"schema_version": "", "id": ""})), Shape::Osv.as_str());
    assert_eq!(text(json!({"document": {"csaf_version": "2.0"}})), Shape::Csaf.as_str());
    assert_eq!(text(json!({"vul_description": " "})).trim(), "");
}
