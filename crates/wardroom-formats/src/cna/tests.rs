//! Each rule breached once by a record that is right in everything else; what real records look like to the rules.

use super::{Beside, Breach, Level, RULES, check, may_publish};
use crate::cve::{self, Issuer};
use crate::sample;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CVE: &str = "CVE-2026-12345";

fn sound() -> Value {
    json!({"containers": {"cna": {
        "affected": [{"vendor": "Vendor", "product": "VX-200", "defaultStatus": "unaffected",
            "versions": [{"status": "affected", "version": "0", "lessThan": "2.5.0", "versionType": "semver"}]}],
        "datePublic": "2026-03-14T02:00:00Z",
        "descriptions": [{"lang": "en", "value": "The update service of VX-200 before 2.5.0 installs images without checking their signature."}],
        "metrics": [{"cvssV3_1": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8, "baseSeverity": "CRITICAL"}}],
        "problemTypes": [{"descriptions": [{"cweId": "CWE-347", "description": "CWE-347 Improper Verification of Cryptographic Signature", "lang": "en", "type": "CWE"}]}],
        "references": [{"url": "https://psirt.vendor.example/advisories/V-SA-2026-0001.html"}],
    }}})
}

fn beside() -> Beside<'static> {
    Beside { cve: CVE, now: "2026-03-14T02:00:00Z".parse().ok(), hosted: Some(false), unsupported: Some(false), others: &[] }
}

/// The sound record with one member of the container replaced.
fn with(member: &str, value: Value) -> Value {
    let mut record = sound();
    record["containers"]["cna"][member] = value;
    record
}

fn codes(breaches: &[Breach]) -> Vec<&'static str> {
    breaches.iter().map(|one| one.rule.code).collect()
}

#[test]
fn a_sound_record_breaches_nothing() {
    assert_eq!(check(&sound(), &beside()), []);
    // The container alone, and in the envelope of the service.
    let container = sound()["containers"]["cna"].clone();
    assert_eq!(check(&container, &beside()), []);
    assert_eq!(check(&json!({"cnaContainer": container}), &beside()), []);
}

#[test]
fn each_rule_is_found_where_it_is_breached() {
    let says = |value: &str| json!([{"lang": "en", "value": value}]);
    let refers = |url: &str| json!([{"url": url}]);
    let good = "https://psirt.vendor.example/a";
    let product = |versions: Value, default: &str| json!([{"vendor": "V", "product": "P", "defaultStatus": default, "versions": versions}]);
    let scored = |score: f64, severity: &str| json!([{"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": score, "baseSeverity": severity}}]);
    let long = "A long enough text about what happens, where, in which part and to whom. ";
    let cases: Vec<(&str, Value)> = vec![
        ("description", with("descriptions", json!([]))),
        ("description", with("descriptions", says("  "))),
        ("english", with("descriptions", json!([{"lang": "zh", "value": "固件升级缺少签名校验"}]))),
        ("product", with("affected", json!([]))),
        ("product", with("affected", json!([{"vendor": "n/a", "product": "n/a", "defaultStatus": "affected"}]))),
        ("affected", with("affected", product(json!([{"status": "odd", "version": "1"}]), ""))),
        ("only-unaffected", with("affected", product(json!([{"status": "unaffected", "version": "1"}]), "unaffected"))),
        ("problem-type", with("problemTypes", json!([]))),
        ("problem-type", with("problemTypes", json!([{"descriptions": [{"lang": "en", "description": "n/a"}]}]))),
        ("reference", with("references", json!([]))),
        ("self-reference", with("references", refers("https://www.cve.org/CVERecord?id=CVE-2026-12345"))),
        ("self-reference", with("references", refers("https://nvd.nist.gov/vuln/detail/CVE-2026-12345"))),
        ("reference-not-public", with("references", refers("https://wiki.internal/x"))),
        ("reference-not-public", with("references", json!([{"url": good}, {"url": "http://10.0.0.7/x"}]))),
        ("reference-not-public", with("references", refers("ftp://vendor.example/x"))),
        ("reference-not-public", with("references", refers("https://[fd00::1]/x"))),
        ("hosted", with("tags", json!(["exclusively-hosted-service"]))),
        ("unsupported", with("tags", json!(["unsupported-when-assigned"]))),
        ("date-public", with("datePublic", json!("2026-03-15T02:00:01Z"))),
        ("reference-login", with("references", json!([{"url": good}, {"url": "https://vendor.example/login?to=x"}]))),
        ("credit-in-prose", with("descriptions", says(&format!("{long}Reported by Rin of Example.")))),
        ("other-ids-in-prose", with("descriptions", says(&format!("{long}See (GHSA-jc7w-c686-c4v9).")))),
        ("different-from", with("descriptions", says("A vulnerability different from CVE-2026-11111 and different from CVE-2026-11112."))),
        ("short", with("descriptions", says("Buffer overflow in VX-200."))),
        ("no-fixed-version", with("affected", product(json!([{"status": "affected", "version": "1.0"}]), "unknown"))),
        ("weakness-vague", with("problemTypes", json!([{"descriptions": [{"cweId": "CWE-20", "description": "CWE-20 x", "lang": "en"}]}]))),
        (
            "weakness-vague",
            with("problemTypes", json!([{"descriptions": [{"cweId": "CWE-264", "description": "CWE-264 x", "lang": "en"}]}])),
        ),
        ("score", with("metrics", scored(7.5, "HIGH"))),
        ("severity", with("metrics", scored(9.8, "HIGH"))),
    ];
    let mut breached = BTreeSet::new();
    for (code, record) in &cases {
        let found = check(record, &beside());
        assert_eq!(codes(&found), [*code], "{record}");
        breached.insert(*code);
    }
    let other = [sound()["containers"]["cna"]["descriptions"][0]["value"].as_str().unwrap().to_uppercase()];
    assert_eq!(codes(&check(&sound(), &Beside { others: &other, ..beside() })), ["alike"]);
    breached.insert("alike");
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(breached, all, "every rule is breached here at least once");
}

#[test]
fn tags_must_follow_from_the_products_both_ways() {
    let tagged = with("tags", json!(["exclusively-hosted-service", "unsupported-when-assigned"]));
    let both = Beside { hosted: Some(true), unsupported: Some(true), ..beside() };
    assert_eq!(check(&tagged, &both), []);
    assert_eq!(codes(&check(&sound(), &both)), ["hosted", "unsupported"]);
    let unknown = Beside { hosted: None, unsupported: None, ..beside() };
    assert_eq!(check(&tagged, &unknown), [], "of a record of others nobody knows");
}

#[test]
fn what_only_looks_like_a_breach_is_none() {
    let says = |value: &str| with("descriptions", json!([{"lang": "en", "value": value}]));
    for value in [
        "Settings that are found by default in the firmware let anybody on the network read the configuration.",
        "Devices discovered by scanning answer with their secrets, which lets anybody on the network log in.",
        "An overflow in the USN parser, a vulnerability different from CVE-2026-1111, lets anybody on the network stop the service.",
        "The OSV-like parser of the update service reads beyond its buffer, which lets anybody stop the service.",
    ] {
        assert_eq!(check(&says(value), &beside()), [], "{value}");
    }
    let other = with("references", json!([{"url": "https://www.cve.org/CVERecord?id=CVE-2020-0001"}]));
    assert_eq!(check(&other, &beside()), [], "the record of another vulnerability is a reference like any");
    let with_itself =
        with("references", json!([{"url": "https://v.example/a"}, {"url": "https://www.cve.org/CVERecord?id=CVE-2026-12345"}]));
    assert_eq!(check(&with_itself, &beside()), [], "beside a real one it harms nobody");
    let until_now = with(
        "affected",
        json!([{"vendor": "V", "product": "P", "versions": [{"status": "affected", "version": "0", "lessThanOrEqual": "2.4"}]}]),
    );
    assert_eq!(codes(&check(&until_now, &beside())), ["no-fixed-version"], "a last affected version is no fixed one");
}

#[test]
fn nothing_in_a_record_can_make_it_fall() {
    for odd in [
        json!(null),
        json!([]),
        json!("x"),
        json!({"descriptions": {"lang": 1}, "affected": 7, "references": [1, null, {"url": "https://"}], "metrics": [[]], "datePublic": "soon"}),
    ] {
        let found = check(&odd, &beside());
        assert!(!may_publish(&found) && found.windows(2).all(|two| two[0].rule.level <= two[1].rule.level));
    }
    let wide = json!({"descriptions": [{"lang": "en", "value": "İ reported by ẞomebody thanks to 漢 ".repeat(50)}]});
    assert!(check(&wide, &beside()).iter().any(|one| one.rule.code == "credit-in-prose"));
}

#[test]
fn our_own_records_pass() {
    for (cve, record) in cve::render(&[sample::advisory()], "https://psirt.vendor.example/a", &Issuer::default()).into_iter().flatten() {
        let found = check(&record, &Beside { cve: &cve, ..Beside::default() });
        assert!(may_publish(&found), "{found:#?}");
    }
}

/// The rules must not cry wolf over what the program itself took.
#[test]
fn most_real_records_pass() {
    let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
        eprintln!("skipped: WARDROOM_CORPORA is not set");
        return;
    };
    let (mut seen, mut passed) = (0_u32, 0_u32);
    let root = std::path::Path::new(&corpora).join("cve-records/2024");
    let Ok(folders) = std::fs::read_dir(&root) else {
        eprintln!("skipped: {} is not there", root.display());
        return;
    };
    for folder in folders.flatten() {
        for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
            let record: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            if record["cveMetadata"]["state"] != "PUBLISHED" {
                continue;
            }
            let cve = record["cveMetadata"]["cveId"].as_str().unwrap_or_default().to_owned();
            let found = check(&record, &Beside { cve: &cve, ..Beside::default() });
            seen += 1;
            passed += u32::from(may_publish(&found));
            // Records that say "n/a" where product and kind of problem belong are what these two rules forbid; nothing else stands in anybody's way.
            for one in found.iter().filter(|one| one.rule.level == Level::Block) {
                assert!(matches!(one.rule.code, "product" | "problem-type"), "{cve} {} {} {}", one.rule.number, one.place, one.found);
            }
        }
    }
    eprintln!("{passed} of {seen} records of 2024 pass");
    assert!(seen == 0 || f64::from(passed) / f64::from(seen) > 0.7, "{passed} of {seen}");
}
