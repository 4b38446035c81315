use super::numbers::Number;
use super::*;
use crate::csaf::input::Versions;
use crate::csaf::model::{Note, NoteCategory, Status};
use crate::csaf::{render, to_json};
use crate::sample;

/// The tests that find something in the sample after it was spoiled.
fn found(spoil: impl FnOnce(&mut CsafDocument)) -> Vec<&'static str> {
    let mut document = render(&sample::advisory()).unwrap();
    spoil(&mut document);
    let mut tests: Vec<_> = check(&document).into_iter().map(|finding| finding.test).collect();
    tests.dedup();
    tests
}

fn first(document: &mut CsafDocument) -> &mut Vulnerability {
    &mut document.vulnerabilities.as_mut().unwrap()[0]
}

#[test]
fn the_sample_is_sound() {
    assert_eq!(check(&render(&sample::advisory()).unwrap()), []);
    assert_eq!(check(&render(&sample::notice()).unwrap()), []);
}

#[test]
fn each_fault_is_found_by_its_test() {
    type Spoil = Box<dyn FnOnce(&mut CsafDocument)>;
    let table: Vec<(&str, Spoil)> = vec![
        ("schema", Box::new(|d| d.document.title.clear())),
        ("schema", Box::new(|d| d.document.publisher.namespace = "not a url".into())),
        ("6.1.1", Box::new(|d| first(d).remediations[0].product_ids.push("nobody".into()))),
        ("6.1.4", Box::new(|d| first(d).remediations[0].group_ids.push("nobody".into()))),
        ("6.1.6", Box::new(|d| first(d).product_status.as_mut().unwrap().fixed.push("P1".into()))),
        (
            "6.1.7",
            Box::new(|d| {
                let s = first(d).scores[0].clone();
                first(d).scores.push(s);
            }),
        ),
        ("6.1.8", Box::new(|d| first(d).scores[0].cvss_v3.as_mut().unwrap().vector_string = Some("CVSS:3.1/AV:N".into()))),
        ("6.1.9", Box::new(|d| first(d).scores[0].cvss_v3.as_mut().unwrap().base_score = Some(1.0))),
        ("6.1.11", Box::new(|d| first(d).cwe.as_mut().unwrap().name = "Wrong".into())),
        ("6.1.12", Box::new(|d| d.document.lang = Some("qq".into()))),
        (
            "6.1.17",
            Box::new(|d| {
                d.document.tracking.version = "0".into();
                d.document.tracking.revision_history.truncate(1);
                d.document.tracking.revision_history[0].number = "0".into();
            }),
        ),
        (
            "6.1.23",
            Box::new(|d| {
                let v = first(d).clone();
                d.vulnerabilities.as_mut().unwrap().push(v);
            }),
        ),
        ("6.1.27.4", Box::new(|d| d.product_tree = None)),
        ("6.1.27.5", Box::new(|d| first(d).notes.clear())),
        ("6.1.27.6", Box::new(|d| first(d).product_status = None)),
        ("6.1.27.11", Box::new(|d| d.vulnerabilities = None)),
        ("6.1.28", Box::new(|d| d.document.source_lang = d.document.lang.clone())),
        ("6.1.29", Box::new(|d| first(d).remediations[0].product_ids.clear())),
    ];
    for (test, spoil) in table {
        let found = found(spoil);
        assert!(found.contains(&test), "{test} not in {found:?}");
    }
}

#[test]
fn a_draft_may_be_a_pre_release() {
    let tests = found(|document| {
        document.document.tracking.status = Status::Draft;
        document.document.tracking.version = "0.2.0-rc.1".into();
        document.document.tracking.revision_history.truncate(1);
        document.document.tracking.revision_history[0].number = "0.2.0".into();
    });
    assert_eq!(tests, Vec::<&str>::new());
}

#[test]
fn version_words_are_ranges() {
    for (name, wrong) in [
        ("2.3.4", false),
        ("< 2.3.4", true),
        ("all", true),
        ("Prior to 3", true),
        ("netty-all-4.1", false),
        ("vers:all/*", false),
        ("2>1", true),
    ] {
        let mut advisory = sample::advisory();
        advisory.products[0].versions = Versions::Exact(name.into());
        let found = check(&render(&advisory).unwrap());
        assert_eq!(found.iter().any(|finding| finding.test == "6.1.31"), wrong, "{name}");
    }
}

#[test]
fn numbers_are_ordered_as_semantic_versioning_says() {
    let ladder = [
        "0.9.0",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.10.0",
        "2.0.0",
    ];
    for pair in ladder.windows(2) {
        assert!(Number::parse(pair[0]) < Number::parse(pair[1]), "{pair:?}");
    }
    for bad in ["", "01", "1.0", "1.0.0.0", "1.0.x", "v1", "1.0.0-", "-1", "99999999999999999999999"] {
        assert_eq!(Number::parse(bad), None, "{bad}");
    }
}

#[test]
fn deep_trees_do_not_overflow() {
    let tests = found(|document| {
        let tree = document.product_tree.as_mut().unwrap();
        for _ in 0..500 {
            let inner = std::mem::take(&mut tree.branches);
            tree.branches = vec![crate::csaf::model::Branch {
                branches: inner,
                category: crate::csaf::model::BranchCategory::Legacy,
                name: "x".into(),
                product: None,
            }];
        }
    });
    assert!(tests.contains(&"6.1.1"), "products too deep count as not defined: {tests:?}");
}

#[test]
fn a_blank_note_is_left_out() {
    let mut advisory = sample::advisory();
    let before = to_json(&render(&advisory).unwrap());
    advisory.notes.push(crate::csaf::input::NoteInput { category: NoteCategory::Other, title: None, text: " \n".into(), audience: None });
    assert_eq!(to_json(&render(&advisory).unwrap()), before);
    let note = Note { audience: None, category: NoteCategory::Other, text: String::new(), title: None };
    assert_eq!(found(|document| document.document.notes.push(note)), ["schema"]);
}
