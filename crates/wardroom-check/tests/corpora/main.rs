//! The official suites, the mutants and real documents, with what is expected of each. Needs `WARDROOM_CORPORA`; prints its figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod foreign;
mod official;
mod rendered;

use std::path::{Path, PathBuf};
use wardroom_check::{FILE, Preset, Report, check_text};

/// A folder of the corpora.
fn corpora(what: &str) -> Option<PathBuf> {
    let found = std::env::var_os("WARDROOM_CORPORA").map(|root| PathBuf::from(root).join(what));
    if found.is_none() {
        println!("skipped: WARDROOM_CORPORA is unset, so nothing of {what} was checked");
    }
    found
}

fn check_file(path: &Path, preset: Preset) -> Report {
    check_text(&std::fs::read(path).unwrap(), &FILE, preset).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}
