//! 6.1.11 of CSAF 2.0, which does not say by which release of CWE a name is judged (oasis-tcs/csaf #1510): we accept the name of any
//! release and warn when the newest has another one. In 2.1 the document names the release, and the engine judges by it.
//!
//! Not here: whether the weakness fits the vulnerability.

use super::{Answer, walk};
use crate::engine::{self, Findings};
use crate::report::Finding;
use serde_json::Value;

/// 6.1.11.
pub(super) fn named(document: &Value) -> Answer {
    let mut found = Findings::default();
    for (index, vulnerability) in walk::vulnerabilities(document) {
        let Some(weakness) = vulnerability.get("cwe") else { continue };
        let (id, name) = (walk::text(weakness, "id"), walk::text(weakness, "name"));
        let known = engine::weakness(id, name);
        let place = |member: &str| format!("/vulnerabilities/{index}/cwe/{member}");
        match (known.named_so, known.newest_name) {
            (_, None) => found.errors.push(Finding::new("6.1.11", place("id"), format!("no release of CWE has {id}"))),
            (None, Some(newest)) => found.errors.push(Finding::new("6.1.11", place("name"), format!("{id} is called {newest:?}"))),
            (Some(release), Some(newest)) if newest != name => {
                let message = format!("{id} was called so in CWE {release}; now it is called {newest:?}");
                found.warnings.push(Finding::new("6.1.11", place("name"), message));
            }
            (Some(_), Some(_)) => {}
        }
    }
    Answer::Found(found)
}
