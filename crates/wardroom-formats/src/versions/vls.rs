//! The vers-like specifier of CSAF 2.1 (3.1.2.3.2): comparisons without a type, for versions whose order nobody can tell, like `<=8.0%20Patch%203`.
//!
//! Not here: an order of such versions. Whoever reads one compares by hand.

use super::LONGEST;
use super::vers::encoded;

/// Words before the first comparison that say nothing more than it.
const BEFORE: [&str; 4] = ["all versions", "versions", "version", "all"];

/// The comparisons of a text as they stand, each version encoded; `None` when there is none, or something between them is no version.
#[must_use]
pub fn vls(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let text = text.strip_prefix("vers:").and_then(|typed| typed.split_once('/')).map_or(text, |(_, constraints)| constraints);
    let mut written = Vec::new();
    for part in without_words(text).split('|') {
        for (sign, version) in comparisons(part) {
            let version = version.trim().trim_end_matches([',', ';']).trim_end();
            let sign = match sign {
                "" | "=" | "==" => "",
                "<" | ">" | "<=" | ">=" | "!=" => sign,
                "=<" => "<=",
                "=>" => ">=",
                _ => return None,
            };
            if version.is_empty() {
                return None;
            }
            let version = encoded(version);
            // A version stands once; `>=1 | <1` is no range.
            if written.iter().any(|one: &String| one.trim_start_matches(['<', '>', '=', '!']) == version) {
                return None;
            }
            written.push(format!("{sign}{version}"));
        }
    }
    let compares = written.len() > 1 || written.iter().any(|one| one.starts_with(['<', '>', '!']));
    compares.then(|| written.join("|"))
}

fn without_words(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let front =
        BEFORE.into_iter().find(|words| lower.strip_prefix(words).is_some_and(|rest| rest.trim_start().starts_with(['<', '>', '='])));
    front.and_then(|words| text.get(words.len()..)).unwrap_or(text)
}

/// `>= V6.1 < V6.1 HF2` as (sign, version), in order.
fn comparisons(part: &str) -> Vec<(&str, &str)> {
    let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '!');
    let mut found = Vec::new();
    let mut rest = part.trim();
    while !rest.is_empty() {
        let (sign, after) = rest.split_at(rest.find(|c| !is_sign(c)).unwrap_or(rest.len()));
        let (version, next) = after.split_at(after.find(is_sign).unwrap_or(after.len()));
        found.push((sign, version));
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::vls;

    #[test]
    fn comparisons_of_any_versions_are_written() {
        for (text, expected) in [
            ("<= 8.0 Patch 3", Some("<=8.0%20Patch%203")),
            ("All versions < V2010 SP3", Some("<V2010%20SP3")),
            ("All versions >= V6.1 < V6.1 HF2", Some(">=V6.1|<V6.1%20HF2")),
            (">= 6.0 | < 6.14.263", Some(">=6.0|<6.14.263")),
            ("vers:all/<V23Q3", Some("<V23Q3")),
            ("=< 2", Some("<=2")),
            ("8.0 a | 9.0 b", Some("8.0%20a|9.0%20b")),
            ("16XXXXXXXXX.", None),
            ("<", None),
            ("<> 3", None),
            (">=1 | <1", None),
            ("", None),
        ] {
            assert_eq!(vls(text).as_deref(), expected, "{text}");
        }
    }
}
