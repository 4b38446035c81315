use super::*;
use crate::csaf::input::{Remedy, Tlp, Versions};
use crate::sample;

fn again(original: &Value) -> Imported {
    let imported = read(&original.to_string()).unwrap();
    // Also after it was kept as a file.
    let kept = read(&serde_json::to_string(&imported).unwrap()).unwrap();
    assert_eq!(kept, imported);
    imported
}

#[test]
fn our_own_documents_are_said_by_the_model_alone() {
    for advisory in [sample::advisory(), sample::notice()] {
        let original: Value = serde_json::to_value(crate::csaf::render(&advisory).unwrap()).unwrap();
        let imported = again(&original);
        assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::Csaf20, "").unwrap()).unwrap(), original);
        // CVSS 4.0 is a note in CSAF 2.0 and stays one.
        assert_eq!(imported.kept, [], "{}", advisory.tracking.id);
        assert_eq!(imported.said(), imported.values);
    }
}

#[test]
fn what_the_model_does_not_say_is_kept() {
    let mut original: Value = serde_json::to_value(crate::csaf::render(&sample::rich()).unwrap()).unwrap();
    original["document"]["tracking"]["current_release_date"] = "2026-03-05T10:30:00.250+00:00".into();
    original["x_foreign"] = serde_json::json!({"deep": [null, {"x": 1.5}]});
    let imported = again(&original);
    assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::Csaf20, "").unwrap()).unwrap(), original);
    assert!(imported.said() > imported.values * 9 / 10, "{} of {}", imported.said(), imported.values);
    // And it can be had in other formats.
    assert!(imported.render(Format::OpenVex, "").unwrap().contains("CVE-2026-12345"));
    for format in [Format::Csaf21, Format::Cve, Format::Osv, Format::CycloneDx17, Format::Html, Format::Txt] {
        assert!(imported.render(format, "").unwrap().contains("Gate 7"), "{format:?}");
    }
}

#[test]
fn what_is_no_document_is_refused_with_what_to_do() {
    for (text, expected) in [
        ("{", "not JSON: EOF while parsing an object at line 1 column 1"),
        (
            "{}",
            "not a document we read: give a CSAF 2.0 or 2.1 document, a CVE record, an OSV record, an OpenVEX document, or what `--to advisory` wrote",
        ),
        (r#"{"document": {"csaf_version": "2.0"}}"#, "not a CSAF 2.0 document: missing field `category`"),
        (r#"{"document": {"csaf_version": "2.1"}}"#, "not a CSAF 2.1 document: missing field `category`"),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), expected);
    }
    // Wrong in every member, and still no panic.
    let imported =
        read(r#"{"dataType": "CVE_RECORD", "containers": {"cna": {"affected": [{"versions": [1, {"version": []}]}], "credits": 7}}}"#)
            .unwrap();
    assert_eq!(imported.said(), 0);
    assert!(imported.render(Format::Osv, "").is_ok());
}

fn rendered(advisory: &AdvisoryInput, format: Format) -> Value {
    let editions = Editions::new(advisory.clone(), Vec::new(), "https://psirt.example.com/a/1", Issuer::default());
    serde_json::from_str(&editions.render(format, "").unwrap()).unwrap()
}

#[test]
fn our_own_documents_of_2_1_are_said_by_the_model_alone() {
    let mut strict = sample::advisory();
    strict.tlp = Tlp::AmberStrict;
    strict.vulnerabilities[0].exploited = sample::rich().vulnerabilities[0].exploited.clone();
    for advisory in [sample::advisory(), strict, sample::notice(), sample::rich()] {
        let original = rendered(&advisory, Format::Csaf21);
        let imported = again(&original);
        assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::Csaf21, "").unwrap()).unwrap(), original);
        assert_eq!(imported.kept, [], "{}", advisory.tracking.id);
        assert_eq!(imported.editions[0].tlp, advisory.tlp);
    }
}

#[test]
fn what_2_1_says_better_is_read() {
    let mut original = rendered(&sample::rich(), Format::Csaf21);
    original["vulnerabilities"][0]["metrics"][0]["content"]["epss"] = serde_json::json!({"probability": "0.1", "percentile": "0.2"});
    let step = serde_json::json!({"category": "installed_on", "next_product_reference": "L1"});
    original["product_tree"]["product_paths"][0]["subpaths"].as_array_mut().unwrap().push(step);
    let imported = again(&original);
    let advisory = &imported.editions[0];
    let one = &advisory.vulnerabilities[0];
    assert_eq!((one.cwes.len(), one.scores.len(), one.exploited.len()), (2, 2, 1));
    assert!(one.remediations.iter().any(|remedy| remedy.kind == Remedy::FixPlanned));
    // A path over three products is a product with a name, and still in its state.
    assert!(advisory.relationships.is_empty() && advisory.product("P1H1").is_some());
    assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::Csaf21, "").unwrap()).unwrap(), original);
}

#[test]
fn osv_records_are_read() {
    let original = serde_json::json!({
        "id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-03-05T10:30:00Z", "published": "2026-03-01T08:00:00Z",
        "aliases": ["RUSTSEC-2026-0001", "CVE-2026-12345"], "summary": "Frames are read beyond their end", "details": "All of it.",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [
            {"package": {"ecosystem": "crates.io", "name": "frames", "purl": "pkg:cargo/frames"}, "ranges": [{"type": "SEMVER",
                "events": [{"introduced": "0"}, {"fixed": "1.4.2"}, {"introduced": "2.0.0"}, {"fixed": "2.1.0"}]}]},
            {"package": {"ecosystem": "npm", "name": "@example/frames"}, "versions": ["3.0.0", "3.0.1"]},
        ],
        "references": [{"type": "FIX", "url": "https://e.example/fix"}, {"type": "ADVISORY", "url": "https://e.example/a"}],
        "credits": [{"name": "Lin", "type": "FINDER", "contact": ["https://lin.example"]}],
        "database_specific": {"cwe_ids": ["CWE-125"]},
    });
    let imported = again(&original);
    let advisory = &imported.editions[0];
    let one = &advisory.vulnerabilities[0];
    assert_eq!(one.cve.as_deref(), Some("CVE-2026-12345"));
    assert_eq!(one.cwes, [("CWE-125".to_owned(), "Out-of-bounds Read".to_owned())]);
    let product = |id: &str| advisory.product(id).unwrap();
    let of = |ids: &[String]| ids.iter().map(|id| product(id).versions.text().to_owned()).collect::<Vec<_>>();
    assert_eq!(of(&one.status.known_affected), ["<1.4.2 | >=2.0.0, <2.1.0", "3.0.0", "3.0.1"]);
    assert_eq!(of(&one.status.first_fixed), ["1.4.2", "2.1.0"]);
    assert_eq!(product(&one.status.first_fixed[0]).purl.as_deref(), Some("pkg:cargo/frames@1.4.2"));
    assert_eq!(product(&one.status.known_affected[1]).purl.as_deref(), Some("pkg:npm/%40example/frames@3.0.0"));
    // Told again, the affected versions are what they were.
    let ours: Value = serde_json::from_str(&imported.all().unwrap().render(Format::Osv, "").unwrap()).unwrap();
    for pointer in [
        "/affected/0/package",
        "/affected/0/ranges",
        "/affected/1/versions",
        "/references",
        "/credits",
        "/severity",
        "/summary",
        "/details",
    ] {
        assert_eq!(ours.pointer(pointer), original.pointer(pointer), "{pointer}");
    }
    assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::Osv, "").unwrap()).unwrap(), original);
    // A page of the fix is a patch for CVE too.
    let cve: Value = serde_json::from_str(&imported.render(Format::Cve, "").unwrap()).unwrap();
    assert_eq!(cve["containers"]["cna"]["references"][0]["tags"], serde_json::json!(["patch"]));
}

#[test]
fn events_out_of_order_are_no_range() {
    let record = |events: Value| {
        serde_json::json!({"id": "X-1", "modified": "2026-03-05T10:30:00Z",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "x"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]})
    };
    let versions = |events: Value| glance(&record(events).to_string()).unwrap().products[0].versions.clone();
    let two = serde_json::json!([{"fixed": "2.0"}, {"introduced": "1.0"}]);
    assert_eq!(versions(two), Versions::Range("fixed 2.0, introduced 1.0".into()));
    assert_eq!(versions(serde_json::json!([{"introduced": "0"}])), Versions::All);
    assert_eq!(versions(serde_json::json!([{"introduced": "1"}])), Versions::Range(">=1".into()));
    let empty = serde_json::json!([{"introduced": "0"}, {"last_affected": "0.9"}, {"introduced": "1.2"}, {"fixed": "1.2"}]);
    assert_eq!(versions(empty), Versions::Range("<=0.9".into()));
    assert_eq!(versions(serde_json::json!([7, {"introduced": []}])), Versions::Range(String::new()));
}

#[test]
fn openvex_documents_are_read() {
    let product = |version: &str| serde_json::json!({"@id": format!("pkg:golang/example.com/gate@{version}"), "subcomponents": [{"@id": "pkg:cargo/frames@1.0.0"}]});
    let statement = |status: &str, at: &str, extra: Value| {
        let mut one = serde_json::json!({"vulnerability": {"name": "GO-2026-1", "aliases": ["CVE-2026-12345"]},
            "products": [product("v1.2.0")], "status": status, "timestamp": at});
        one.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        one
    };
    let original = serde_json::json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://psirt.example.com/vex/7", "author": "Example Works", "role": "Vendor",
        "timestamp": "2026-03-01T08:00:00Z", "last_updated": "2026-03-05T08:00:00Z", "version": 3,
        "statements": [
            statement("not_affected", "2026-03-04T08:00:00Z", serde_json::json!({"justification": "vulnerable_code_not_present", "impact_statement": "not built in"})),
            // Older, and so replaced, wherever it stands.
            statement("affected", "2026-03-02T08:00:00Z", serde_json::json!({"action_statement": "Close the port."})),
            {"vulnerability": {"name": "CVE-2026-12346"}, "products": [{"@id": "pkg:npm/%40example/gate@2.0.0", "hashes": {"sha-256": "ab"}}], "status": "fixed"},
        ],
    });
    let imported = again(&original);
    let advisory = &imported.editions[0];
    assert_eq!(advisory.vulnerabilities.len(), 2);
    let one = &advisory.vulnerabilities[0];
    assert_eq!((one.cve.as_deref(), one.ids.as_slice()), (Some("CVE-2026-12345"), [("GO".to_owned(), "GO-2026-1".to_owned())].as_slice()));
    assert!(one.status.known_affected.is_empty() && one.remediations.is_empty());
    assert_eq!(one.status.known_not_affected, ["R1"]);
    assert_eq!(
        (one.flags[0].label, one.threats[0].details.as_str()),
        (crate::csaf::model::FlagLabel::VulnerableCodeNotPresent, "not built in")
    );
    let gate = advisory.products.iter().find(|one| one.name == "gate" && one.vendor == "@example").unwrap();
    assert_eq!((gate.versions.text(), gate.marks.hashes[0].file_hashes[0].algorithm.as_str()), ("2.0.0", "sha256"));
    assert_eq!(serde_json::from_str::<Value>(&imported.render(Format::OpenVex, "").unwrap()).unwrap(), original);
    let csaf: Value = serde_json::from_str(&imported.render(Format::Csaf20, "").unwrap()).unwrap();
    assert_eq!(csaf["product_tree"]["relationships"][0]["category"], "default_component_of");
    assert_eq!(csaf["document"]["category"], "csaf_vex");
}

#[test]
fn whatever_is_wrong_in_them_they_do_not_panic() {
    for text in [
        r#"{"@context": "https://openvex.dev/ns", "statements": [7, {"products": [1, {"@id": 2}, {"@id": "pkg:"}, "pkg:a/b@%zz"], "vulnerability": "CVE-2026-1234"}]}"#,
        r#"{"id": "A", "modified": "x", "affected": [1, {"ranges": [2, {"events": 3}], "versions": [4]}], "aliases": [5], "credits": [6]}"#,
        r#"{"id": "A", "modified": "2026-01-01T00:00:00Z", "withdrawn": 1, "severity": [{"score": "CVSS:3.1/"}]}"#,
    ] {
        let imported = read(text).unwrap();
        for format in Format::ALL {
            let _ = imported.render(format, "");
        }
        assert_eq!(
            serde_json::from_str::<Value>(&imported.render(imported.source.format(), "").unwrap()).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }
}
