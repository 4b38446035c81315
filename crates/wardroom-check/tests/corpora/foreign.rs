//! Mutants of valid documents, and documents of CISA and Red Hat: mandatory tests on which independent validators agree.

use crate::{check_file, corpora};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use wardroom_check::Preset;

#[derive(Debug, Default)]
struct Figures {
    files: usize,
    wrong: Vec<String>,
}

fn compare(folder: Option<PathBuf>) -> Option<Figures> {
    let folder = folder?;
    let mut figures = Figures::default();
    for line in std::fs::read_to_string(folder.join("expected.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["file"].as_str().unwrap();
        let report = check_file(&folder.join(name), Preset::Basic);
        figures.files += 1;
        let listed =
            |key: &str| -> BTreeSet<&str> { row[key].as_array().into_iter().flatten().map(|test| test.as_str().unwrap()).collect() };
        let schema_broken = report.errors.iter().any(|finding| finding.test == "schema");
        if schema_broken != (row["schema"] == false) {
            figures.wrong.push(format!("{name}: schema broken {schema_broken}: {:?}", report.errors.first()));
            continue;
        }
        if schema_broken {
            continue;
        }
        let disputed = listed("disputed");
        let expected: BTreeSet<&str> = listed("failing").into_iter().filter(|test| test.starts_with("6.1.")).collect();
        let found: BTreeSet<&str> =
            report.errors.iter().map(|finding| finding.test.as_str()).filter(|test| !disputed.contains(test)).collect();
        if found != expected {
            figures.wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    println!("{}: {} documents, {} judged otherwise than expected", folder.display(), figures.files, figures.wrong.len());
    println!("{}", figures.wrong.join("\n"));
    Some(figures)
}

#[test]
fn mutants() {
    let Some(figures) = compare(corpora("csaf-mutants")) else { return };
    assert!(figures.wrong.is_empty());
    assert!(figures.files > 1_000);
}

#[test]
fn real_documents() {
    for (set, least) in [("csaf-real/csaf-cisa", 150), ("csaf-real/csaf-redhat", 20)] {
        let Some(figures) = compare(corpora(set)) else { return };
        assert!(figures.wrong.is_empty());
        assert!(figures.files >= least);
    }
}
