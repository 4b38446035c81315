//! The official files: each test agrees with its own files, and the overall verdict with what the suite says, but for files that
//! contradict themselves (`known-contradictions.json`).

use crate::{check_file, corpora};
use serde_json::Value;
use std::collections::BTreeSet;
use wardroom_check::Preset;

/// What came out of one suite.
#[derive(Debug, Default)]
struct Figures {
    files: usize,
    /// The file's own test said what the suite says.
    right: usize,
    /// The file's own test was not run.
    not_checked: Vec<String>,
    wrong: Vec<String>,
    /// Overall verdict as the suite says.
    overall: usize,
    overall_wrong: Vec<String>,
    /// Files with a known contradiction among those.
    contradicted: usize,
}

fn suite(version: &str) -> Option<Figures> {
    let root = corpora("csaf-official")?;
    let known: Value = serde_json::from_slice(&std::fs::read(root.join("known-contradictions.json")).unwrap()).unwrap();
    let contradicted: BTreeSet<&str> = known[version].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let folder = root.join(version);
    let list: Value = serde_json::from_slice(&std::fs::read(folder.join("testcases.json")).unwrap()).unwrap();
    let mut figures = Figures::default();
    for test in list["tests"].as_array().unwrap() {
        let id = test["id"].as_str().unwrap();
        for (kind, finds) in [("failures", true), ("valid", false)] {
            for file in test[kind].as_array().into_iter().flatten() {
                let name = file["name"].as_str().unwrap();
                let path = folder.join(name);
                if !path.exists() {
                    continue;
                }
                figures.files += 1;
                let report = check_file(&path, Preset::Full);
                let found = report.failing();
                // A mandatory test that only warns does not fail.
                let failed = match test["group"].as_str() {
                    Some("mandatory") => {
                        report.errors.iter().any(|finding| finding.test == id || (id == "6.1.8" && finding.test == "schema"))
                    }
                    _ => found.contains(id),
                };
                let told = format!("{name} ({id}): {found:?} {:?}", report.errors.first());
                if report.not_checked.iter().any(|missed| missed.test == id) {
                    figures.not_checked.push(format!("{id} {name}"));
                } else if failed == finds {
                    figures.right += 1;
                } else if !contradicted.contains(name) {
                    figures.wrong.push(told.clone());
                }
                if report.valid == (file["valid"] == true) {
                    figures.overall += 1;
                } else if contradicted.contains(name) {
                    figures.contradicted += 1;
                } else {
                    figures.overall_wrong.push(told);
                }
            }
        }
    }
    println!(
        "official suite {version}: {} files; own test right {}, wrong {}, not checked {}; overall right {}, contradicted by the suite itself {}, wrong {}",
        figures.files,
        figures.right,
        figures.wrong.len(),
        figures.not_checked.len(),
        figures.overall,
        figures.contradicted,
        figures.overall_wrong.len()
    );
    println!("not checked: {}", figures.not_checked.join(", "));
    println!("own test wrong:\n{}", figures.wrong.join("\n"));
    println!("overall wrong:\n{}", figures.overall_wrong.join("\n"));
    Some(figures)
}

#[test]
fn of_csaf_2_0() {
    let Some(figures) = suite("2.0") else { return };
    assert!(figures.wrong.is_empty() && figures.overall_wrong.is_empty());
    assert!(figures.files >= 100);
}

#[test]
fn of_csaf_2_1() {
    let Some(figures) = suite("2.1") else { return };
    assert!(figures.wrong.is_empty() && figures.overall_wrong.is_empty());
    assert!(figures.files >= 300);
}
