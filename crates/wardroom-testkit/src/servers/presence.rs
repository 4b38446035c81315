//! What is on this machine, and how a test says plainly that it could not run.
//!
//! Not an installer: `cargo xtask test` installs, tests only look.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

/// Set by `cargo xtask test` once everything is installed: from then on an absent server is a failure, not a skip.
const MUST_RUN: &str = "WARDROOM_TESTS_MUST_RUN";

/// Answers for a server that is not installed: `Ok(None)` after saying so, or an error where every test must run.
pub fn absent<T>(what: &str, remedy: &str) -> Result<Option<T>> {
    if env::var_os(MUST_RUN).is_some() {
        bail!("{what} is absent although every test must run: {remedy}");
    }
    skipped(&format!("{what} is absent: {remedy}"));
    Ok(None)
}

/// Prints the one line by which `cargo xtask test` recognises a test that returned without having tested.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// A folder or file of the corpora, or `None` after saying which one the test would have read.
///
/// The corpora are no part of the product; `WARDROOM_CORPORA` names their folder.
pub fn corpora(part: &str) -> Option<PathBuf> {
    let Some(root) = env::var_os("WARDROOM_CORPORA") else {
        skipped(&format!("corpora/{part} was not read: set WARDROOM_CORPORA to the corpora folder"));
        return None;
    };
    let path = PathBuf::from(root).join(part);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("corpora/{part} was not read: WARDROOM_CORPORA has no such part"));
    None
}

/// Finds a program on `PATH` or in the system folders that an ordinary user's `PATH` leaves out.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].into_iter().map(PathBuf::from);
    env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|program| program.is_file())
}
