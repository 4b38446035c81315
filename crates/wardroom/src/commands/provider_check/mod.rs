//! `wardroom csaf provider-check`: judges a CSAF provider by the requirements of the standard (CSAF 2.0, 7.1), from outside, as a program that fetches
//! its documents would. Ours or anybody's; a folder that `wardroom publish --out` wrote as well as a site.
//!
//! What cannot be seen from here is told as not judged, never as fulfilled. Not here: aggregators (21 to 23), and fetching for keeps.

mod documents;
mod metadata;
mod place;

use crate::exits::{Done, Exit, FINDINGS, OK};
use place::Place;
use serde::Serialize;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Requirements a trusted provider is judged by, and the two that 2.1 adds.
const REQUIREMENTS: [(u8, &str); 22] = [
    (1, "valid documents"),
    (2, "file names"),
    (3, "TLS"),
    (4, "TLP:WHITE is free to all"),
    (5, "TLP:AMBER and TLP:RED are protected"),
    (6, "no redirects"),
    (7, "provider-metadata.json"),
    (8, "security.txt"),
    (9, "well-known address"),
    (10, "DNS path"),
    (11, "a folder for each year"),
    (12, "index.txt"),
    (13, "changes.csv"),
    (14, "directory listing"),
    (15, "ROLIE feed"),
    (16, "ROLIE service document"),
    (17, "ROLIE category document"),
    (18, "hashes"),
    (19, "signatures"),
    (20, "public keys"),
    (24, "any User-Agent (2.1)"),
    (25, "scripts of other sites may read (2.1)"),
];

/// What was found.
#[derive(Default)]
pub(super) struct Findings {
    wrong: Vec<Wrong>,
    good: BTreeMap<u8, usize>,
    open: BTreeMap<u8, String>,
}

#[derive(Serialize)]
struct Wrong {
    requirement: u8,
    place: String,
    what: String,
}

/// The verdict about one requirement.
#[derive(Serialize)]
struct Verdict<'f> {
    requirement: u8,
    name: &'static str,
    verdict: &'static str,
    looked_at: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'f str>,
}

impl Findings {
    pub(super) fn wrong(&mut self, requirement: u8, place: impl Into<String>, what: impl Into<String>) {
        self.wrong.push(Wrong { requirement, place: place.into(), what: what.into() });
    }

    pub(super) fn good(&mut self, requirement: u8) {
        *self.good.entry(requirement).or_default() += 1;
    }

    /// Cannot be judged.
    pub(super) fn open(&mut self, requirement: u8, why: impl Into<String>) {
        self.open.entry(requirement).or_insert_with(|| why.into());
    }

    /// Good where nothing was wrong.
    pub(super) fn judge(&mut self, requirement: u8, is_good: bool, place: &str, what: &str) {
        if is_good { self.good(requirement) } else { self.wrong(requirement, place, what) }
    }

    fn verdicts(&self) -> impl Iterator<Item = Verdict<'_>> {
        REQUIREMENTS.into_iter().map(|(requirement, name)| {
            let wrong = self.wrong.iter().any(|one| one.requirement == requirement);
            let looked_at = self.good.get(&requirement).copied().unwrap_or_default();
            let why = self.open.get(&requirement).map(String::as_str);
            let verdict = match (wrong, looked_at, why) {
                (true, ..) => "wrong",
                (false, 0, _) => "not judged",
                (false, ..) => "ok",
            };
            Verdict { requirement, name, verdict, looked_at, why: why.filter(|_| verdict == "not judged") }
        })
    }
}

/// Looks at a provider and prints what it found; exit 0, or 3 when a requirement is not met.
pub async fn check(target: &str, through: Option<&str>, json: bool) -> Done {
    let place = Place::of(target, through)?;
    let mut findings = Findings::default();
    if let Some(provider) = metadata::look(&place, &mut findings).await {
        documents::look(&place, &provider, &mut findings).await;
    }
    place.judge(&mut findings);
    report(&findings, json)
}

fn report(findings: &Findings, json: bool) -> Done {
    let fine = findings.wrong.is_empty();
    if json {
        let verdicts: Vec<Verdict<'_>> = findings.verdicts().collect();
        println!("{}", serde_json::json!({"ok": fine, "requirements": verdicts, "errors": findings.wrong}));
    } else {
        for one in findings.verdicts() {
            let more = one
                .why
                .map_or_else(|| if one.looked_at > 1 { format!("{} looked at", one.looked_at) } else { String::new() }, str::to_owned);
            println!("{:>2}  {:<11} {:<40} {more}", one.requirement, one.verdict, one.name);
        }
        findings.wrong.iter().for_each(|one| println!("WRONG {}  {}: {}", one.requirement, one.place, one.what));
    }
    Ok(if fine { OK } else { ExitCode::from(FINDINGS) })
}

/// A failure that ends the look.
pub(super) fn cannot(what: impl std::fmt::Display) -> Exit {
    Exit::new(1, what.to_string())
}
