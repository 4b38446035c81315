//! Documents of others, read into our model and rendered as CSAF by it: what we write is valid, whatever it was made from.

use crate::corpora;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wardroom_check::{FILE, Finding, Preset, check_text};
use wardroom_formats::import;
use wardroom_formats::rendering::Format;

fn documents(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Renders every document of a folder and counts the mandatory tests that fail, with the first place of each.
fn failing(folder: &str, format: Format) -> Option<BTreeMap<String, (usize, String)>> {
    let (mut failing, mut rendered, mut valid) = (BTreeMap::new(), 0, 0);
    for path in documents(&corpora(folder)?) {
        let Ok(imported) = import::read(&std::fs::read_to_string(&path).unwrap()) else { continue };
        let Ok(text) = imported.render(format, "") else { continue };
        let report = check_text(text.as_bytes(), &FILE, Preset::Basic).unwrap();
        rendered += 1;
        valid += usize::from(report.valid);
        let firsts: BTreeMap<&str, &Finding> = report.errors.iter().rev().map(|one| (one.test.as_str(), one)).collect();
        for (test, first) in firsts {
            let place = || (0, format!("{}: {} {}", path.display(), first.path, first.message));
            failing.entry(test.to_owned()).or_insert_with(place).0 += 1;
        }
    }
    println!("{folder} as {}: {valid} of {rendered} valid", format.name());
    for (test, (times, first)) in &failing {
        println!("  {test} {times} times: {first}");
    }
    Some(failing)
}

/// What the documents themselves have wrong: a product nobody defines, a version that is not the newest of the history, and a product for
/// which there is no remedy and one all the same (2.0 allowed that).
const OF_THE_SOURCES: [&str; 3] = ["6.1.1", "6.1.16", "6.1.35"];

#[test]
fn csaf_2_1_from_csaf_2_0() {
    let Some(mut failing) = failing("csaf-real", Format::Csaf21) else { return };
    failing.retain(|test, _| !OF_THE_SOURCES.contains(&test.as_str()));
    assert!(failing.is_empty(), "{failing:#?}");
}

#[test]
fn csaf_from_cve_records() {
    for format in [Format::Csaf20, Format::Csaf21] {
        let Some(failing) = failing("cve-records", format) else { return };
        assert!(failing.is_empty());
    }
}

#[test]
fn csaf_from_osv_and_openvex() {
    for folder in ["osv-rustsec", "openvex"] {
        for format in [Format::Csaf20, Format::Csaf21] {
            let Some(failing) = failing(folder, format) else { return };
            assert!(failing.is_empty());
        }
    }
}

/// The official files break a test each, on purpose; but what 2.0 cannot say must not make a document of it that is none.
#[test]
fn csaf_2_0_from_csaf_2_1() {
    let Some(failing) = failing("csaf-official/2.1/mandatory", Format::Csaf20) else { return };
    assert!(!failing.contains_key("schema"), "{:?}", failing.get("schema"));
}
