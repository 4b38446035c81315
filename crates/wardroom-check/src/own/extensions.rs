//! Tests about extensions of 2.1 (section 2.4). There is no official and no registered extension yet, and we carry no schema of any:
//! an extension is official when its schema lies with the standard, else it is experimental. What 6.1.60.2 and 6.1.60.3 would need is
//! the extension's own schema, so they warn with its address, as the standard asks of who does not support one.
//!
//! Not here: the form of the extension itself (6.1.60.1) and where it is used (6.3.21.3 and on), which the engine does.

use super::{Answer, walk};
use crate::report::Finding;
use serde_json::Value;

/// The tests answered here.
pub(super) const TESTS: [&str; 8] = ["6.1.60.2", "6.1.60.3", "6.2.54.1", "6.2.54.2", "6.2.54.3", "6.2.54.4", "6.3.17", "6.3.21.2"];

/// Where the schemas of official extensions lie.
const OFFICIAL: &str = "https://docs.oasis-open.org/csaf/";

struct Extension<'v> {
    path: String,
    schema: &'v str,
    critical: bool,
}

impl Extension<'_> {
    fn is_official(&self) -> bool {
        self.schema.starts_with(OFFICIAL)
    }

    fn class(&self) -> &'static str {
        if self.is_official() { "official" } else { "experimental" }
    }
}

/// Our answer to one of [`TESTS`].
pub(super) fn answer(document: &Value, test: &'static str) -> Option<Answer> {
    if test == "6.3.17" {
        return Some(Answer::infos(unregistered_license(document)));
    }
    let clear = document.pointer("/document/distribution/tlp/label").and_then(Value::as_str) == Some("CLEAR");
    let say = |one: &Extension<'_>| -> Option<String> {
        match test {
            "6.1.60.2" => {
                Some(format!("the {} extension {} is not supported: its content was not held against its schema", one.class(), one.schema))
            }
            "6.1.60.3" => {
                Some(format!("the {} extension {} is not supported: the rules of its metadata were not looked at", one.class(), one.schema))
            }
            "6.2.54.1" | "6.2.54.2" if one.is_official() => None,
            "6.2.54.1" => Some(format!("{} is not a registered extension", one.schema)),
            "6.2.54.2" => Some(format!("{} is not an official extension", one.schema)),
            "6.2.54.3" => one.critical.then(|| format!("{} is critical: who does not know it must not use the document", one.schema)),
            "6.2.54.4" | "6.3.21.2" => (!one.is_official() && clear == (test == "6.2.54.4"))
                .then(|| format!("{} is experimental: readers may not know it", one.schema)),
            _ => None,
        }
    };
    let found: Vec<Finding> = extensions(document).iter().filter_map(|one| Some(Finding::new(test, one.path.clone(), say(one)?))).collect();
    Some(if test.starts_with("6.3.") { Answer::infos(found) } else { Answer::warnings(found) })
}

fn extensions(document: &Value) -> Vec<Extension<'_>> {
    let mut found = Vec::new();
    walk::members(document, &mut String::new(), &mut |path, name, value| {
        // What an extension holds is its own business.
        if name != "x_extensions" || path.contains("x_extensions") {
            return;
        }
        for (index, one) in value.as_array().into_iter().flatten().enumerate() {
            found.push(Extension {
                path: format!("{path}/x_extensions/{index}"),
                schema: walk::text(one, "$schema"),
                critical: one.get("critical").and_then(Value::as_bool).unwrap_or_default(),
            });
        }
    });
    found
}

/// 6.3.17: a license by a reference of one's own. Names that pretend to be registered are the business of 6.2.45.
fn unregistered_license(document: &Value) -> Vec<Finding> {
    let expression = document.pointer("/document/license_expression").and_then(Value::as_str).unwrap_or_default();
    expression
        .split(|char: char| char.is_whitespace() || "()".contains(char))
        .filter(|name| {
            let own = name.rsplit_once(':').map_or(*name, |(_, own)| own);
            let reference = own.strip_prefix("LicenseRef-").or_else(|| own.strip_prefix("AdditionRef-"));
            reference.is_some_and(|reference| !reference.starts_with("scancode-"))
        })
        .map(|name| Finding::new("6.3.17", "/document/license_expression", format!("{name} is in no register of licenses")))
        .collect()
}
