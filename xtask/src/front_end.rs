//! The browser libraries: taken from npm by lock file, where npm is there.
//!
//! Not a bundler. Without npm the product builds and works; it then has no htmx, no in-browser encryption, and the accessibility tests are skipped.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::steps::{self, find_program};

/// Takes the libraries that the product serves. Answers whether they are there.
pub fn ensure_libraries() -> Result<bool> {
    ensure(&steps::root().join("web"), "browser libraries")
}

/// Takes the tools that only the browser tests load. Answers whether they are there.
pub fn ensure_test_tools() -> Result<bool> {
    let folder = steps::root().join("crates/wardroom-testkit/browser-tools");
    ensure(&folder, "browser test tools")
}

fn ensure(folder: &Path, what: &str) -> Result<bool> {
    let lock = folder.join("package-lock.json");
    if !lock.is_file() {
        return Ok(false);
    }
    if is_current(folder) {
        return Ok(true);
    }
    if find_program("npm").is_none() {
        steps::say(&format!("{what}: absent, because npm is: install the Debian package npm"));
        return Ok(false);
    }
    let mut command = Command::new("npm");
    command.current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]);
    steps::must_run(what, &mut command)?;
    Ok(true)
}

/// npm leaves a copy of the lock in `node_modules`; while that is younger than the lock, nothing has changed.
fn is_current(folder: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|about| about.modified()).ok();
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    installed.is_some() && installed > changed(&folder.join("package-lock.json"))
}
