use super::*;
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
        ("{}", "not a document we read: give a CSAF 2.0 document, a CVE record, or what `--to advisory` wrote"),
        (r#"{"document": {"csaf_version": "2.0"}}"#, "not a CSAF 2.0 document: missing field `category`"),
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
