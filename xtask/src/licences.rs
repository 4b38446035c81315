//! Licences, sources and advisories of everything we build on: `cargo deny` where it is installed, our own check of the licences where it is not.
//!
//! Not a second policy: both read `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::steps::{self, find_program};

/// Answers whether everything is as `deny.toml` wants it.
pub fn check(metadata: &Value) -> Result<bool> {
    if find_program("cargo-deny").is_none() {
        steps::say("licences and sources (advisories are not checked: cargo install --locked cargo-deny)");
        return own_check(metadata);
    }
    let mut policy = steps::cargo();
    policy.args(["deny", "--offline", "check", "licenses", "bans", "sources"]);
    let mut passed = steps::run("licences and sources", &mut policy)?.success();
    if steps::run("fetch the advisories", steps::cargo().args(["deny", "fetch", "db"]))?.success() {
        let mut advisories = steps::cargo();
        advisories.args(["deny", "check", "--disable-fetch", "advisories"]);
        passed &= steps::run("advisories", &mut advisories)?.success();
    } else {
        steps::say("advisories are not checked: their database is out of reach");
    }
    Ok(passed)
}

fn own_check(metadata: &Value) -> Result<bool> {
    let text = fs::read_to_string(steps::root().join("deny.toml")).context("cannot read deny.toml")?;
    let policy = Policy::read(&text)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata lists no packages")?;
    let mut faults = BTreeSet::new();
    for package in packages {
        faults.extend(policy.fault(package));
    }
    for fault in &faults {
        println!("   {fault}");
    }
    println!("   {} packages, {} faults", packages.len(), faults.len());
    Ok(faults.is_empty())
}

/// The part of `deny.toml` that our own check understands.
struct Policy {
    allowed: BTreeSet<String>,
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

impl Policy {
    fn read(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("cannot read deny.toml")?;
        let licences = table.get("licenses").context("deny.toml has no [licenses]")?;
        let mut exceptions = BTreeMap::new();
        for exception in licences.get("exceptions").and_then(toml::Value::as_array).into_iter().flatten() {
            let name = exception.get("crate").and_then(toml::Value::as_str).context("an exception names no crate")?;
            exceptions.insert(name.to_owned(), names(exception.get("allow")));
        }
        Ok(Self { allowed: names(licences.get("allow")), exceptions })
    }

    /// What is wrong with a package, if anything.
    fn fault(&self, package: &Value) -> Option<String> {
        let field = |name: &str| package.get(name).and_then(Value::as_str);
        // Without a source it is one of ours.
        let source = field("source")?;
        let name = field("name").unwrap_or_default();
        let version = field("version").unwrap_or_default();
        if source != REGISTRY {
            return Some(format!("{name} {version} comes from {source}"));
        }
        let Some(licence) = field("license") else {
            return Some(format!("{name} {version} names no licence"));
        };
        let exception = self.exceptions.get(name);
        // "This version or a later one" (`+`) is met with this version.
        let allowed = |id: &str| {
            let id = id.trim_end_matches('+');
            self.allowed.contains(id) || exception.is_some_and(|more| more.contains(id))
        };
        match satisfied(licence, &allowed) {
            Some(true) => None,
            Some(false) => Some(format!("{name} {version} is under {licence}, which deny.toml does not allow")),
            None => Some(format!("{name} {version} names its licence in a way we cannot read: {licence}")),
        }
    }
}

fn names(list: Option<&toml::Value>) -> BTreeSet<String> {
    let entries = list.and_then(toml::Value::as_array).into_iter().flatten();
    entries.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met with what is allowed; `None` when it is none. `/` is the old way to write OR.
fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let verdict = any(&mut rest, allowed)?;
    rest.is_empty().then_some(verdict)
}

fn any(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut verdict = all(words, allowed)?;
    while took(words, "OR") {
        verdict |= all(words, allowed)?;
    }
    Some(verdict)
}

fn all(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut verdict = one(words, allowed)?;
    while took(words, "AND") {
        verdict &= one(words, allowed)?;
    }
    Some(verdict)
}

fn one(words: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
    if took(words, "(") {
        let verdict = any(words, allowed)?;
        return took(words, ")").then_some(verdict);
    }
    let licence = next(words)?;
    if took(words, "WITH") {
        let exception = next(words)?;
        return Some(allowed(&format!("{licence} WITH {exception}")));
    }
    Some(allowed(licence))
}

fn next<'a>(words: &mut &[&'a str]) -> Option<&'a str> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    Some(first)
}

/// Takes the next word if it is the expected one.
fn took(words: &mut &[&str], expected: &str) -> bool {
    let expected = words.first() == Some(&expected);
    if expected {
        next(words);
    }
    expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_by_what_is_allowed() {
        let allowed = |id: &str| ["MIT", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"].contains(&id);
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("GPL-3.0-only OR MIT", Some(true)),
            ("GPL-3.0-only/MIT", Some(true)),
            ("MIT AND GPL-3.0-only", Some(false)),
            ("(MIT OR Apache-2.0) AND BSD-3-Clause", Some(true)),
            ("Apache-2.0 OR BSD-3-Clause AND MIT", Some(true)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("Apache-2.0", Some(false)),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT MIT", None),
            ("", None),
        ] {
            assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn an_exception_is_for_one_crate_only() -> Result<()> {
        let policy = Policy::read("[licenses]\nallow = ['MIT']\nexceptions = [{ crate = 'a', allow = ['MPL-2.0'] }]")?;
        let package =
            |name: &str, source: &str| serde_json::json!({"name": name, "version": "1.0.0", "source": source, "license": "MPL-2.0"});
        assert_eq!(policy.fault(&package("a", REGISTRY)), None);
        assert!(policy.fault(&package("b", REGISTRY)).is_some());
        assert!(policy.fault(&package("a", "git+https://example.test/a")).is_some());
        Ok(())
    }
}
