//! The Debian packages and cargo tools that tests need: installs what is missing where it may, names it where it may not.
//!
//! Not a provisioning tool: it starts no service, configures none and removes nothing. The tests start private servers of their own.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::steps::{self, find_program};

/// A program, the Debian package it comes from, and what is tested with it.
struct Need {
    present: fn() -> bool,
    package: &'static str,
    purpose: &'static str,
}

/// What the tests need.
const FOR_TESTS: [Need; 7] = [
    Need { present: || find_program("gpg").is_some(), package: "gnupg", purpose: "OpenPGP with other people's software" },
    Need { present: has_postgres, package: "postgresql", purpose: "the store on PostgreSQL" },
    Need { present: has_imap, package: "dovecot-imapd", purpose: "mail coming in" },
    Need { present: || find_program("postfix").is_some(), package: "postfix", purpose: "mail going out" },
    Need { present: || find_program("chromium").is_some(), package: "chromium", purpose: "the pages in a browser" },
    Need { present: || find_program("chromedriver").is_some(), package: "chromium-driver", purpose: "the pages in a browser" },
    Need { present: || find_program("openssl").is_some(), package: "openssl", purpose: "certificates of the test servers" },
];

/// What only the benchmarks need.
const FOR_BENCH: [Need; 2] = [
    Need { present: || find_program("nginx").is_some(), package: "nginx-light", purpose: "the yardstick" },
    Need { present: || find_program("wrk").is_some(), package: "wrk", purpose: "the load" },
];

/// Makes sure of everything the tests need; answers whether everything is there. Where we may not install, says exactly what somebody who may has to
/// type.
pub fn ensure_for_tests() -> Result<bool> {
    ensure_nextest()?;
    ensure(&FOR_TESTS)
}

/// Makes sure of what the benchmarks need; answers whether everything is there.
pub fn ensure_for_bench() -> Result<bool> {
    ensure(&FOR_BENCH)
}

fn ensure(needs: &[Need]) -> Result<bool> {
    let mut missing = missing_of(needs);
    if !missing.is_empty() && am_root() && find_program("apt-get").is_some() {
        let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
        install(&names)?;
        missing = missing_of(needs);
    }
    if missing.is_empty() {
        return Ok(true);
    }
    steps::say("something will be skipped, for want of these Debian packages:");
    for need in &missing {
        println!("   {:<16} {}", need.package, need.purpose);
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    println!("   as root: apt-get update && apt-get install --no-install-recommends {}", names.join(" "));
    if names.contains(&"postfix") {
        println!("   (when postfix asks, choose \"No configuration\")");
    }
    println!("   none of them has to run: what we need of them we start ourselves");
    Ok(false)
}

fn missing_of(needs: &[Need]) -> Vec<&Need> {
    needs.iter().filter(|need| !(need.present)()).collect()
}

/// Installs Debian packages without questions and without starting what they bring.
fn install(packages: &[&str]) -> Result<()> {
    let what = format!("install {}", packages.join(" "));
    steps::must_run("apt-get update", apt().args(["-q", "update"]))?;
    answer_postfix()?;
    let _no_services = NoServices::declare()?;
    steps::must_run(&what, apt().args(["-q", "-y", "--no-install-recommends", "install"]).args(packages))
}

/// Answers the one question Debian's postfix asks, so that it is installed and left unconfigured.
fn answer_postfix() -> Result<()> {
    let mut command = Command::new("debconf-set-selections");
    let mut child = command.stdin(Stdio::piped()).spawn().context("cannot start debconf-set-selections")?;
    if let Some(mut answers) = child.stdin.take() {
        let answer = b"postfix postfix/main_mailer_type select No configuration\n";
        answers.write_all(answer).context("cannot answer postfix's question")?;
    }
    child.wait().context("cannot wait for debconf-set-selections")?;
    Ok(())
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.env("DEBCONF_NONINTERACTIVE_SEEN", "true");
    command
}

/// While this lives, Debian's package scripts start no service. A rule somebody else has laid down is left alone.
struct NoServices {
    ours: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";

impl NoServices {
    fn declare() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        fs::write(POLICY, "#!/bin/sh\nexit 101\n").with_context(|| format!("cannot write {POLICY}"))?;
        fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755)).with_context(|| format!("cannot make {POLICY} executable"))?;
        Ok(Self { ours: true })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours
            && let Err(trouble) = fs::remove_file(POLICY)
        {
            eprintln!("xtask: cannot remove {POLICY}: {trouble}");
        }
    }
}

fn ensure_nextest() -> Result<()> {
    if find_program("cargo-nextest").is_some() {
        return Ok(());
    }
    let mut command = steps::cargo();
    command.args(["install", "--locked", "cargo-nextest"]);
    steps::must_run("install cargo-nextest", &mut command)
}

fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.into_iter().any(|version| version.path().join("bin/initdb").is_file());
    packaged || find_program("initdb").is_some()
}

/// `dovecot` alone comes with any of Dovecot's packages; the IMAP part is a file of its own.
fn has_imap() -> bool {
    find_program("dovecot").is_some() && Path::new("/usr/lib/dovecot/imap").is_file()
}

fn am_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
