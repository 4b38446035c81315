//! `cargo xtask bench`: the benchmarks of every crate that has some, and the public pages under load, in the release profile.
//!
//! Not part of `test`: numbers from a busy machine prove nothing.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::Value;

use crate::{served, steps};

/// The filter that leaves everything out but how pages are served.
const PAGES: &str = "pages";

/// Runs all benchmarks and hands `filters` to them; without any, also measures how pages are served, and with `pages` only that.
pub fn run(filters: &[String]) -> Result<ExitCode> {
    let metadata = steps::metadata()?;
    let pages = filters.iter().any(|filter| filter == PAGES);
    let mut measured = pages || crates(&metadata, filters)?;
    if pages || filters.is_empty() {
        measured &= served::run(&metadata)?;
    }
    Ok(if measured { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn crates(metadata: &Value, filters: &[String]) -> Result<bool> {
    let names = benchmarks(metadata);
    if names.is_empty() {
        steps::say("no crate has a benchmark");
        return Ok(true);
    }
    let mut command = steps::cargo();
    command.args(["bench", "--workspace", "--locked"]);
    for name in &names {
        command.args(["--bench", name]);
    }
    command.arg("--").args(filters);
    Ok(steps::run("benchmarks", &mut command)?.success())
}

/// The benchmarks of our own crates; naming them leaves out the unit tests that `cargo bench` would otherwise build.
fn benchmarks(metadata: &Value) -> Vec<String> {
    let list = |value: &Value, field: &str| value.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let packages = list(metadata, "packages");
    let ours = packages.iter().filter(|package| package.get("source").is_none_or(Value::is_null));
    let targets = ours.flat_map(|package| list(package, "targets"));
    let benches = targets.filter(|target| list(target, "kind").iter().any(|kind| kind == "bench"));
    benches.filter_map(|bench| bench.get("name").and_then(Value::as_str).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_benchmarks_are_run() {
        let metadata = serde_json::json!({ "packages": [
            { "source": null, "targets": [{ "kind": ["lib"], "name": "a" }, { "kind": ["bench"], "name": "find" }] },
            { "source": "registry", "targets": [{ "kind": ["bench"], "name": "other" }] },
        ] });
        assert_eq!(benchmarks(&metadata), ["find"]);
    }
}
