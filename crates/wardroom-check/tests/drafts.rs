//! Unfinished, foreign and hostile documents: an author gets useful lists, and nothing breaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};
use wardroom_check::{FILE, Finding, Preset, Reason, Report, Version, check, check_text};

/// A small valid document.
fn valid() -> Value {
    json!({
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": "Title",
            "lang": "en",
            "distribution": {"tlp": {"label": "WHITE"}},
            "notes": [{"category": "summary", "text": "A pump can be stopped from outside."}],
            "publisher": {"category": "vendor", "name": "Maker", "namespace": "https://example.com"},
            "references": [{"category": "self", "summary": "Where it lies", "url": "https://example.com/wr-1.json"}],
            "tracking": {
                "id": "WR-1", "status": "final", "version": "1",
                "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": "2026-01-01T00:00:00Z",
                "revision_history": [{"number": "1", "date": "2026-01-01T00:00:00Z", "summary": "First"}],
            },
        },
        "product_tree": {"full_product_names": [{"name": "Pump 1.0", "product_id": "P1"}, {"name": "Pump 1.1", "product_id": "P2"}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001",
            "cwe": {"id": "CWE-79", "name": "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"},
            "notes": [{"category": "description", "text": "It can be stopped."}],
            "product_status": {"known_affected": ["P1"], "fixed": ["P2"]},
            "remediations": [{"category": "vendor_fix", "details": "Take 1.1", "product_ids": ["P1"], "url": "https://example.com"}],
            "scores": [{"products": ["P1"], "cvss_v3": {
                "version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "baseScore": 7.5, "baseSeverity": "HIGH"}}],
        }],
    })
}

fn changed(change: impl FnOnce(&mut Value)) -> Report {
    let mut document = valid();
    change(&mut document);
    check(document, Preset::Full)
}

fn places<'r>(list: &'r [Finding], test: &str) -> Vec<&'r str> {
    list.iter().filter(|finding| finding.test == test).map(|finding| finding.path.as_str()).collect()
}

#[test]
fn a_valid_document_is_valid() {
    let report = check(valid(), Preset::Full);
    assert_eq!((report.version, report.valid, report.errors.len()), (Some(Version::V20), true, 0), "{report:?}");
    assert_eq!(report.not_checked.iter().map(|missed| missed.test.as_str()).collect::<Vec<_>>(), ["6.3.6", "6.3.7"]);
    assert!(report.not_checked.iter().all(|missed| missed.reason == Reason::AsksTheNetwork));
}

#[test]
fn an_unfinished_document_gets_more_than_the_schema_s_findings() {
    let report = changed(|document| {
        document["document"].as_object_mut().unwrap().remove("publisher");
        document["document"]["title"] = json!("");
        document["vulnerabilities"][0]["product_status"]["known_affected"] = json!(["P1", "P9"]);
        document["vulnerabilities"][0]["scores"][0]["cvss_v3"]["baseScore"] = json!(9.9);
    });
    assert!(!report.valid);
    assert!(places(&report.errors, "schema").contains(&"/document"));
    assert_eq!(places(&report.errors, "6.1.1"), ["/vulnerabilities/0/product_status/known_affected/1"]);
    assert!(!places(&report.errors, "6.1.9").is_empty(), "the wrong score is told as well: {report:?}");
    assert!(report.errors.iter().all(|finding| !finding.message.contains("placeholder")), "{report:?}");
}

#[test]
fn what_was_left_out_does_not_shift_the_places_of_findings() {
    let report = changed(|document| {
        let good = document["vulnerabilities"][0].clone();
        let mut wrong = good.clone();
        wrong["cve"] = json!("CVE-2026-0002");
        wrong["scores"][0]["cvss_v3"]["baseScore"] = json!(1.0);
        document["vulnerabilities"] = json!([good, "not a vulnerability", wrong]);
    });
    assert!(places(&report.errors, "6.1.9").iter().all(|path| path.starts_with("/vulnerabilities/2/")), "{report:?}");
    assert!(!places(&report.errors, "6.1.9").is_empty());
    assert!(report.not_checked.iter().any(|missed| missed.test == "6.2.2" && missed.reason == Reason::DocumentIncomplete));
}

#[test]
fn products_are_looked_for_without_a_product_tree() {
    let report = changed(|document| {
        document.as_object_mut().unwrap().remove("product_tree");
        document["vulnerabilities"][0]["remediations"][0]["group_ids"] = json!(["G1"]);
    });
    assert_eq!(places(&report.errors, "6.1.1").len(), 4, "{report:?}");
    assert_eq!(places(&report.errors, "6.1.4"), ["/vulnerabilities/0/remediations/0/group_ids/0"]);
}

#[test]
fn a_weakness_may_be_named_as_any_release_named_it() {
    let report = changed(|document| {
        document["vulnerabilities"][0]["cwe"]["name"] = json!("Failure to Preserve Web Page Structure ('Cross-site Scripting')")
    });
    assert!(report.valid, "{:?}", report.errors);
    assert_eq!(places(&report.warnings, "6.1.11"), ["/vulnerabilities/0/cwe/name"]);
    let report = changed(|document| document["vulnerabilities"][0]["cwe"]["name"] = json!("Cross Site"));
    assert_eq!(places(&report.errors, "6.1.11"), ["/vulnerabilities/0/cwe/name"]);
}

#[test]
fn a_language_without_words_is_not_checked() {
    let report = changed(|document| document["document"]["lang"] = json!("zh"));
    assert!(report.not_checked.iter().any(|missed| missed.test == "6.3.8" && missed.reason == Reason::NoWordList));
    let report = changed(|document| document["document"]["notes"][0]["text"] = json!("Secruity first"));
    assert_eq!(places(&report.infos, "6.3.8"), ["/document/notes/0/text"]);
}

#[test]
fn a_document_of_no_known_version_is_invalid() {
    for version in [json!("3.0"), json!(2), Value::Null] {
        let report = changed(|document| document["document"]["csaf_version"] = version);
        assert_eq!((report.version, report.valid), (None, false));
        assert!(places(&report.errors, "schema").contains(&"/document/csaf_version"));
    }
}

#[test]
fn the_published_state_of_2_1_validates_and_so_does_the_later_one() {
    let document = |publisher: Value, involvements: Option<Value>| {
        let mut document = json!({
            "$schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json",
            "document": {
                "category": "csaf_base", "csaf_version": "2.1", "title": "Title", "distribution": {"tlp": {"label": "CLEAR"}},
                "publisher": {"category": "vendor", "name": "Maker", "namespace": "https://example.com"},
                "tracking": {
                    "id": "WR-1", "status": "final", "version": "1",
                    "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": "2026-01-01T00:00:00Z",
                    "revision_history": [{"number": "1", "date": "2026-01-01T00:00:00Z", "summary": "First"}],
                },
            },
        });
        document["document"]["publisher"].as_object_mut().unwrap().extend(publisher.as_object().unwrap().clone());
        if let Some(involvements) = involvements {
            document["vulnerabilities"] = json!([{"involvements": involvements}]);
        }
        check(document, Preset::Full)
    };
    let party = |date: &str| json!({"party": "vendor", "status": "open", "date": date});
    let report = document(json!({"contact_details": "by telephone"}), Some(json!([party("2026-01-01T00:00:00Z")])));
    assert!(report.valid, "{:?}", report.errors);
    assert!(document(json!({"contact": {"details": "by telephone"}}), None).valid);
    let report = document(json!({"contact_details": ""}), Some(json!([party("yesterday"), {"party": "vendor"}])));
    let broken = places(&report.errors, "schema");
    assert!(
        broken.contains(&"/vulnerabilities/0/involvements/0/date") && broken.contains(&"/vulnerabilities/0/involvements/1"),
        "{broken:?}"
    );
    let twice = document(
        json!({}),
        Some(json!([party("2026-01-01T00:00:00Z"), {"party": "vendor", "status": "completed", "date": "2026-01-01T00:00:00Z"}])),
    );
    assert_eq!(places(&twice.errors, "6.1.24"), ["/vulnerabilities/0/involvements/1"]);
}

#[test]
fn any_json_gets_an_answer() {
    let all = valid();
    let mut pointers = vec![String::new()];
    collect(&all, String::new(), &mut pointers);
    let wrong = [Value::Null, json!(0), json!(-1.5e300), json!(""), json!([]), json!({}), json!([[]]), json!("\u{0}\u{202e}💥")];
    for (index, pointer) in pointers.iter().enumerate() {
        for value in wrong.iter().skip(index % 3).step_by(3) {
            let mut document = all.clone();
            *document.pointer_mut(pointer).unwrap() = value.clone();
            let report = check(document, Preset::Full);
            assert!(report.not_checked.iter().all(|missed| missed.reason != Reason::Broke), "{pointer} {value}: {:?}", report.not_checked);
        }
    }
}

fn collect(value: &Value, path: String, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, item)| (name.clone(), item)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let path = format!("{path}/{name}");
        collect(child, path.clone(), found);
        found.push(path);
    }
}

#[test]
fn a_document_that_nests_to_repeat_itself_is_refused() {
    let mut branch = json!({"category": "product_name", "name": "x".repeat(60_000), "extra": 1, "more": 2});
    for _ in 0..50 {
        branch = json!({"category": "product_name", "name": "x", "extra": 1, "branches": [branch]});
    }
    let report = changed(|document| document["product_tree"] = json!({"branches": [branch]}));
    assert!(!report.valid);
    assert!(report.errors.iter().all(|finding| finding.message.chars().count() <= 401));
    assert!(check_text(b"{\"document\":{},\"document\":{}}", &FILE, Preset::Basic).is_err(), "two readers would see two documents");
    assert!(check_text(&b"[".repeat(1_000), &FILE, Preset::Basic).is_err());
}

#[test]
fn branches_as_deep_as_they_may_be_need_no_larger_stack() {
    let mut branch = json!({"category": "product_version", "name": "1", "product": {"name": "Pump 1.0", "product_id": "P1"}});
    for _ in 0..44 {
        branch = json!({"category": "product_family", "name": "x", "branches": [branch]});
    }
    let report = changed(|document| {
        document["product_tree"] = json!({"branches": [branch], "full_product_names": [{"name": "Pump 1.1", "product_id": "P2"}]})
    });
    assert!(report.valid, "{:?}", report.errors);
}
