//! Real documents are read into the model and rendered again in their own format: nothing is lost, and most of it is said by the model
//! itself. Needs `WARDROOM_CORPORA`; says so when it is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails says so by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wardroom_formats::import;
use wardroom_formats::import::patch::{self, Step};
use wardroom_formats::rendering::Format;

fn documents(folder: &str) -> Vec<PathBuf> {
    let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
        println!("skipped: WARDROOM_CORPORA is unset, so no document of {folder} was read");
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut folders = vec![Path::new(&corpora).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") && !path.to_string_lossy().ends_with(".result.json") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has no documents");
    found
}

/// `least` in percent: how much of all values the model must say without help.
fn check(folder: &str, format: Format, others: &[Format], least: usize) {
    let (mut read, mut values, mut said, mut converted) = (0, 0, 0, 0);
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for path in documents(folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let original: Value = serde_json::from_str(&text).unwrap();
        let imported = import::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let again: Value = serde_json::from_str(&imported.render(format, "").unwrap()).unwrap();
        assert_eq!(again, original, "{}", path.display());
        // Every eighth in the other formats, too: that none of them stumbles.
        if read % 8 == 0 {
            converted += others.iter().filter(|other| imported.render(**other, "").is_ok()).count();
        }
        for step in &imported.kept {
            let (Step::Add { path, .. } | Step::Remove { path } | Step::Replace { path, .. }) = step;
            let member = path.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
            *kept.entry(member).or_default() += patch::brought(std::slice::from_ref(step));
        }
        read += 1;
        values += imported.values;
        said += imported.said();
    }
    let mut kept: Vec<(usize, String)> = kept.into_iter().map(|(member, values)| (values, member)).collect();
    kept.sort();
    kept.iter().rev().take(12).for_each(|(values, member)| println!("  {values:>7} kept at {member}"));
    println!("{folder}: {read} documents with {values} values; the model says {said} of them; {converted} renderings in other formats");
    assert!(said * 100 >= values * least, "the model says {said} of {values} values, less than {least} %");
}

#[test]
fn csaf_documents_lose_nothing() {
    // Ranges are the model's own in one way: it writes vers where others wrote `< 2.0` into the branch, and there the original stands.
    check("csaf-real", Format::Csaf20, &[Format::Csaf21, Format::Cve, Format::Osv, Format::OpenVex, Format::CycloneDx17, Format::Txt], 84);
}

#[test]
fn cve_records_lose_nothing() {
    check("cve-records", Format::Cve, &[Format::Csaf20, Format::Csaf21, Format::Osv, Format::OpenVex, Format::CycloneDx17], 37);
}

#[test]
fn osv_records_lose_nothing() {
    check("osv-rustsec", Format::Osv, &[Format::Csaf20, Format::Csaf21, Format::Cve, Format::OpenVex, Format::CycloneDx17], 58);
}

/// Scanners write a statement for every product; ours says the same of many in one, so the difference of the two is nearly all of it.
#[test]
fn openvex_documents_lose_nothing() {
    check("openvex", Format::OpenVex, &[Format::Csaf20, Format::Csaf21, Format::CycloneDx17], 1);
}

/// The official files break a test of the standard each, on purpose.
#[test]
fn csaf_2_1_documents_lose_nothing() {
    for folder in ["csaf-official/2.1/mandatory", "csaf-official/2.1/recommended", "csaf-official/2.1/informative"] {
        check(folder, Format::Csaf21, &[Format::Csaf20, Format::Cve, Format::Osv, Format::OpenVex, Format::CycloneDx17], 72);
    }
}
