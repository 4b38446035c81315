//! `cargo xtask test`: everything a change must pass, and one line that says how it went.
//!
//! Not selective and not parallel with itself: the checks run one after the other, all of them, also after a failure.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};

use crate::junit::{self, Tally};
use crate::{documents, front_end, licences, packages, steps};
use anyhow::{Context, Result};

/// Runs every check and every test; with `filters`, only the tests they name.
pub fn run(filters: &[String]) -> Result<ExitCode> {
    let mut complete = packages::ensure_for_tests()?;
    front_end::ensure_libraries()?;
    complete &= front_end::ensure_test_tools()?;
    if std::env::var_os("WARDROOM_CORPORA").is_none() {
        steps::say("WARDROOM_CORPORA is not set: tests on real data will be skipped, each saying what it would have read");
    }

    let metadata = steps::metadata()?;
    let mut tally = Tally::default();
    if filters.is_empty() {
        let passed = steps::run("format", steps::cargo().args(["fmt", "--all", "--check", "--", "--files-with-diff"]))?.success();
        tally.count(passed);
    }
    tally.add(nextest(filters, complete)?);
    if filters.is_empty() {
        tally.add(doc_tests()?);
        let passed = steps::run("lints", steps::cargo().args(["clippy", "--workspace", "--locked"]))?.success();
        tally.count(passed);
        tally.count(licences::check(&metadata)?);
        let built = steps::run("the binary", steps::cargo().args(["build", "--locked", "--package", "wardroom"]))?.success();
        tally.count(built && documents::check()?);
    }
    Ok(close(&tally))
}

fn close(tally: &Tally) -> ExitCode {
    if !tally.reasons.is_empty() {
        steps::say("skipped, because:");
        for reason in &tally.reasons {
            println!("   {reason}");
        }
    }
    for test in &tally.shaky {
        steps::say(&format!("passed on the second try only: {test}"));
    }
    println!("{}", tally.closing_line());
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn nextest(filters: &[String], complete: bool) -> Result<Tally> {
    // Where nextest puts the report of its profile `xtask`, whatever the target directory.
    let report = steps::root().join("target/nextest/xtask/junit.xml");
    // What an earlier run left must not count for this one.
    if report.exists() {
        fs::remove_file(&report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    let mut command = steps::cargo();
    command.args(["nextest", "run", "--profile", "xtask", "--locked"]).args(filters);
    if !filters.iter().any(|word| word == "-p" || word == "--package") {
        command.arg("--workspace");
    }
    if complete {
        command.env("WARDROOM_TESTS_MUST_RUN", "1");
    }
    let status = steps::run("tests", &mut command)?;
    let xml = fs::read_to_string(&report).ok();
    let mut tally = xml.as_deref().map(junit::read).unwrap_or_default();
    // Tests that do not build, or a run that broke off, are no test case in the report.
    if tally.failed == 0 && (!status.success() || xml.is_none()) {
        tally.count(false);
    }
    Ok(tally)
}

/// nextest leaves out the examples in the documentation.
fn doc_tests() -> Result<Tally> {
    steps::say("examples in the documentation");
    let mut command = steps::cargo();
    command.args(["test", "--doc", "--workspace", "--locked", "--quiet", "--no-fail-fast"]).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo test")?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.context("cannot read what cargo test says")?;
            println!("{line}");
            tally.add(doc_result(&line));
        }
    }
    let status = child.wait().context("cannot wait for cargo test")?;
    let verdict = if status.success() { "ok" } else { "FAILED" };
    steps::say(&format!("examples in the documentation: {verdict}"));
    if !status.success() && tally.failed == 0 {
        tally.count(false);
    }
    Ok(tally)
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn doc_result(line: &str) -> Tally {
    let mut tally = Tally::default();
    let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
        return tally;
    };
    for part in counts.split("; ") {
        match part.split_once(' ') {
            Some((count, "passed")) => tally.passed = count.parse().unwrap_or(0),
            Some((count, "failed")) => tally.failed = count.parse().unwrap_or(0),
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_line_of_doc_tests_is_read() {
        let tally = doc_result("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        assert_eq!((tally.passed, tally.failed), (3, 1));
        assert_eq!(doc_result("test result of mine"), Tally::default());
    }
}
