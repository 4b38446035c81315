//! Every vector of the CVSS corpus scores exactly as three implementations agree. Needs `WARDROOM_CORPORA`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use serde_json::Value;
use wardroom_formats::cvss;

fn folder() -> Option<PathBuf> {
    let found = std::env::var_os("WARDROOM_CORPORA").map(|root| PathBuf::from(root).join("cvss"));
    if found.is_none() {
        println!("skipped: WARDROOM_CORPORA is unset, so no CVSS corpus was scored");
    }
    found
}

/// Collects all differences, so that one run shows them all.
#[derive(Default)]
struct Verdict {
    count: usize,
    wrong: Vec<String>,
}

impl Verdict {
    fn check(&mut self, vector: &str, what: &str, found: Option<f64>, expected: Option<f64>) {
        self.count += 1;
        let same = match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.wrong.push(format!("{vector} {what}: {found:?}, expected {expected:?}"));
        }
    }

    fn end(self, at_least: usize) {
        println!("{} scores checked", self.count);
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.count >= at_least, "only {} scores found", self.count);
    }
}

#[test]
fn random_vectors() {
    let Some(folder) = folder() else { return };
    let mut verdict = Verdict::default();
    for line in std::fs::read_to_string(folder.join("random.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let vector = row["vector"].as_str().unwrap();
        let scored = cvss::score(vector).unwrap_or_else(|e| panic!("{vector}: {e}"));
        assert_eq!(scored.version.number(), row["version"].as_str().unwrap());
        assert_eq!(scored.vector, vector);
        if scored.version == cvss::Version::V4 {
            verdict.check(vector, "score", Some(scored.score), row["score"].as_f64());
            assert_eq!(scored.severity.word(), row["severity"].as_str().unwrap(), "{vector}");
            continue;
        }
        verdict.check(vector, "base", Some(scored.base), row["base"].as_f64());
        verdict.check(vector, "temporal", scored.temporal, row["temporal"].as_f64());
        verdict.check(vector, "environmental", scored.environmental, row["environmental"].as_f64());
    }
    verdict.end(10_000);
}

#[test]
fn contested_vectors_take_the_corrected_rounding() {
    let Some(folder) = folder() else { return };
    let rows: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("v4-contested.json")).unwrap()).unwrap();
    let mut verdict = Verdict::default();
    for row in rows.as_array().unwrap() {
        let vector = row["vector"].as_str().unwrap();
        verdict.check(vector, "score", Some(cvss::score(vector).unwrap().score), row["redhat_js_2024_11"].as_f64());
    }
    verdict.end(20);
}

#[test]
fn macro_vectors() {
    let Some(folder) = folder() else { return };
    let mut verdict = Verdict::default();
    for line in std::fs::read_to_string(folder.join("macro-scores")).unwrap().lines() {
        let row: Value = serde_json::from_str(&line.replace('\'', "\"")).unwrap();
        let vector = row["vector"].as_str().unwrap();
        verdict.check(vector, "score", Some(cvss::score(vector).unwrap().score), row["score"].as_f64());
    }
    verdict.end(270);
}

/// Lines like `VECTOR - (2.3, None, None)` or `VECTOR - 7.3`.
#[test]
fn listed_vectors() {
    let Some(folder) = folder() else { return };
    let mut verdict = Verdict::default();
    for name in ["calculator2", "calculator3", "cvsslib2", "simple2", "simple3", "simple31", "simple4", "supplemental4"] {
        for line in std::fs::read_to_string(folder.join(format!("vectors_{name}"))).unwrap().lines() {
            let Some((vector, expected)) = line.split_once(" - ") else {
                continue;
            };
            let expected: Vec<Option<f64>> = expected
                .trim_matches(['(', ')'])
                .split(',')
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| text.parse().ok())
                .collect();
            let scored = cvss::score(vector).unwrap_or_else(|e| panic!("{vector}: {e}"));
            if scored.version == cvss::Version::V4 {
                verdict.check(vector, "score", Some(scored.score), expected[0]);
                continue;
            }
            verdict.check(vector, "base", Some(scored.base), expected[0]);
            verdict.check(vector, "temporal", scored.temporal, expected[1]);
            verdict.check(vector, "environmental", scored.environmental, expected[2]);
        }
    }
    verdict.end(15_000);
}
