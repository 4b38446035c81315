use super::*;
use crate::csaf::input::{ProductInput, ScoreInput, Versions};
use crate::sample;

#[test]
fn file_names_follow_section_5_1() {
    // The first three are the examples of the standard's text.
    for (id, expected) in [
        ("Example Company - 2019-YH3234", "example_company_-_2019-yh3234.json"),
        ("RHBA-2019:0024", "rhba-2019_0024.json"),
        ("2022 #01-A", "2022_01-a.json"),
        ("a__b//..\\c", "a_b_c.json"),
        ("../../etc/passwd", "_etc_passwd.json"),
        ("公告-1+2", "_-1+2.json"),
        ("", ".json"),
    ] {
        assert_eq!(file_name(id), expected, "{id}");
    }
}

#[test]
fn equal_input_gives_equal_bytes_in_the_order_of_the_schema() {
    let json = to_json(&render(&sample::advisory()).unwrap());
    assert_eq!(json, to_json(&render(&sample::advisory()).unwrap()));
    assert!(json.ends_with("}\n"));
    let place = |text: &str| json.find(text).unwrap_or_else(|| panic!("{text} is not in {json}"));
    for pair in
        [["\"document\"", "\"product_tree\""], ["\"product_tree\"", "\"vulnerabilities\""], ["\"aggregate_severity\"", "\"csaf_version\""]]
    {
        assert!(place(pair[0]) < place(pair[1]));
    }
    let read: CsafDocument = serde_json::from_str(&json).unwrap();
    assert_eq!(read, render(&sample::advisory()).unwrap());
}

#[test]
fn a_vector_of_version_4_becomes_a_note_and_one_of_3_a_score() {
    let document = render(&sample::advisory()).unwrap();
    let vulnerability = &document.vulnerabilities.as_ref().unwrap()[0];
    assert_eq!(vulnerability.scores.len(), 1);
    let score = vulnerability.scores[0].cvss_v3.as_ref().unwrap();
    assert_eq!((score.base_score, score.temporal_score, score.base_severity.as_deref()), (Some(9.8), Some(9.3), Some("CRITICAL")));
    assert_eq!(vulnerability.scores[0].products, ["P1"]);
    let note = vulnerability.notes.iter().find(|note| note.title.as_deref() == Some("CVSS v4.0")).unwrap();
    assert_eq!(note.text, "9.3 CRITICAL CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N (Example Works Gate 7 <2.3.5)");
}

#[test]
fn a_bad_vector_is_named() {
    let mut advisory = sample::advisory();
    advisory.vulnerabilities[0].scores.push(ScoreInput { vector: "CVSS:3.1/AV:N".into(), products: Vec::new() });
    let error = render(&advisory).unwrap_err();
    assert_eq!(error.to_string(), "vulnerability 0, score 2: metric AC missing at position 13: add AC:L|H (Attack Complexity)");
}

#[test]
fn products_share_branches() {
    let document = render(&sample::advisory()).unwrap();
    let tree = document.product_tree.unwrap();
    assert_eq!(tree.branches.len(), 1);
    let family = &tree.branches[0].branches[0];
    assert_eq!(family.name, "Gateways");
    let names: Vec<_> =
        family.branches.iter().map(|branch| (branch.name.as_str(), branch.branches.len(), branch.product.is_some())).collect();
    assert_eq!(names, [("Gate 7", 2, false), ("Gate 5", 0, true)]);
}

#[test]
fn a_product_as_such_and_its_version_do_not_share_a_branch() {
    let mut advisory = sample::advisory();
    let all = ProductInput { id: "P4".into(), versions: Versions::All, ..advisory.products[0].clone() };
    advisory.products.insert(0, all);
    let document = render(&advisory).unwrap();
    assert_eq!(document.product_tree.unwrap().branches[0].branches[0].branches.len(), 3);
}

#[test]
fn strict_amber_is_said_in_words() {
    let distribution = render(&sample::notice()).unwrap().document.distribution.unwrap();
    assert_eq!(distribution.text.as_deref(), Some("TLP:AMBER+STRICT"));
    assert_eq!(distribution.tlp.unwrap().label, model::TlpLabel::Amber);
}

#[test]
fn an_advisory_can_be_kept_as_json() {
    for advisory in [sample::advisory(), sample::notice()] {
        let kept = serde_json::to_string(&advisory).unwrap();
        assert_eq!(serde_json::from_str::<AdvisoryInput>(&kept).unwrap(), advisory);
    }
    let kept = serde_json::to_value(sample::advisory()).unwrap();
    assert_eq!(kept["products"][0]["versions"], serde_json::json!({"range": "<2.3.5"}));
    assert_eq!(kept["tlp"], "clear");
}

#[test]
fn free_text_about_versions_is_read_with_care() {
    for (text, exact) in [
        ("2.3.5", true),
        ("V1.0-rc.1+7", true),
        ("r2024b", true),
        ("<2.3.5", false),
        ("2.0 - 2.3", false),
        ("2.*", false),
        ("1.0,1.1", false),
        ("all", false),
        ("2.3 及以前", false),
        ("vers:semver/<2.3.5", false),
    ] {
        let expected = if exact { Versions::Exact(text.into()) } else { Versions::Range(text.into()) };
        assert_eq!(Versions::read(text), expected, "{text}");
    }
    assert_eq!(Versions::read(" "), Versions::All);
}
