//! 6.1.11 by our own table of CWE, which is ready at once; the engine makes its own out of 57 lists first (some 40 ms of a process that
//! needs 5 without). CSAF 2.0 does not say by which release of CWE a name is judged (oasis-tcs/csaf #1510): there we accept the name of any
//! release and warn when the newest has another one. In 2.1 the document names the release, and that one counts.
//!
//! Not here: whether the weakness fits the vulnerability.

use super::{Answer, walk};
use crate::engine::Findings;
use crate::report::{Finding, Version};
use serde_json::Value;
use wardroom_formats::cwe::{self, Id};

/// 6.1.11.
pub(super) fn named(version: Version, document: &Value) -> Answer {
    let mut found = Findings::default();
    for (index, vulnerability) in walk::vulnerabilities(document) {
        match version {
            Version::V20 => {
                if let Some(weakness) = vulnerability.get("cwe") {
                    by_any_release(weakness, &format!("/vulnerabilities/{index}/cwe"), &mut found);
                }
            }
            Version::V21 => {
                for (place, weakness) in walk::items(vulnerability, "cwes") {
                    by_its_release(weakness, &format!("/vulnerabilities/{index}/cwes/{place}"), &mut found);
                }
            }
        }
    }
    Answer::Found(found)
}

fn by_any_release(weakness: &Value, path: &str, found: &mut Findings) {
    let (text, name) = (walk::text(weakness, "id"), walk::text(weakness, "name"));
    let id = Id::parse(text).ok();
    match (id.and_then(|id| id.called_so_in(name)), id.and_then(Id::name)) {
        (_, None) => found.errors.push(Finding::new("6.1.11", format!("{path}/id"), format!("no release of CWE has {text}"))),
        (None, Some(newest)) => found.errors.push(Finding::new("6.1.11", format!("{path}/name"), format!("{text} is called {newest:?}"))),
        (Some(release), Some(newest)) if newest != name => {
            let message = format!("{text} was called so in CWE {release}; now it is called {newest:?}");
            found.warnings.push(Finding::new("6.1.11", format!("{path}/name"), message));
        }
        (Some(_), Some(_)) => {}
    }
}

fn by_its_release(weakness: &Value, path: &str, found: &mut Findings) {
    let (text, name, release) = (walk::text(weakness, "id"), walk::text(weakness, "name"), walk::text(weakness, "version"));
    let (member, message) = match Id::parse(text).ok().and_then(|id| id.name_in(release)) {
        Some(known) if known == name => return,
        Some(known) => ("name", format!("{text} is called {known:?} in CWE {release}")),
        None if cwe::is_release(release) => ("id", format!("CWE {release} has no {text}")),
        None => ("version", format!("there is no release {release:?} of CWE")),
    };
    found.errors.push(Finding::new("6.1.11", format!("{path}/{member}"), message));
}
