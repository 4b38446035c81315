//! 6.3.8, as far as it can be told without a dictionary of the world: long words of our trade that are one slip of the pen away from how
//! they are written. It finds few of all mistakes and nothing that is none; names of products and people are never touched.
//! English only: for other languages 2.0 gets "not checked", and 2.1 the finding its text asks for.
//!
//! Not here: grammar (6.3.16), which nobody checks.

use super::{Answer, walk};
use crate::report::{Finding, Reason, Version};
use serde_json::Value;
use std::sync::LazyLock;

/// Words of eight letters and more, sorted by length.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = include_str!("words.txt").split_whitespace().collect();
    words.sort_unstable();
    words
});

/// Members whose text is prose (section 6.3.8), and those that are names: not looked at, for they may be written as they like.
const PROSE: [&str; 6] = ["text", "title", "summary", "details", "audience", "issuing_authority"];
/// Findings of one document.
const MOST: usize = 200;

/// 6.3.8.
pub(super) fn check(version: Version, document: &Value) -> Answer {
    let Some(language) = document.pointer("/document/lang").and_then(Value::as_str) else { return Answer::infos(Vec::new()) };
    if language.split('-').next().is_none_or(|first| !first.eq_ignore_ascii_case("en")) {
        return match version {
            Version::V20 => Answer::Not(Reason::NoWordList),
            Version::V21 => Answer::infos(vec![Finding::new("6.3.8", "/document/lang", format!("there is no word list for {language:?}"))]),
        };
    }
    let mut found = Vec::new();
    walk::members(document, &mut String::new(), &mut |path, name, value| {
        let Some(text) = value.as_str().filter(|_| PROSE.contains(&name) && !path.contains("x_extensions") && found.len() < MOST) else {
            return;
        };
        for (word, meant) in slips(text) {
            found.push(Finding::new("6.3.8", format!("{path}/{name}"), format!("{word:?} looks like {meant:?}")));
        }
    });
    Answer::infos(found)
}

/// Words of a text that are one slip away from one we know.
fn slips(text: &str) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for word in text.split(|char: char| !(char.is_alphanumeric() || "-_./\\@'’".contains(char))) {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric());
        let (first, rest) = match word.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => (first, word.get(1..).unwrap_or_default()),
            _ => continue,
        };
        if !(7..=24).contains(&word.len()) || !rest.bytes().all(|byte| byte.is_ascii_lowercase()) {
            continue;
        }
        let lower = format!("{}{rest}", first.to_ascii_lowercase());
        if WORDS.binary_search(&lower.as_str()).is_ok() {
            continue;
        }
        if let Some(meant) = WORDS.iter().find(|known| one_slip(lower.as_bytes(), known.as_bytes())) {
            found.push((word.to_owned(), *meant));
        }
    }
    found
}

/// Two letters that changed places, one too few, one too many or one that is another, not at the beginning and not at the end: there it
/// would rather be another form of the word.
fn one_slip(written: &[u8], known: &[u8]) -> bool {
    if written.len().abs_diff(known.len()) > 1 || written.first() != known.first() {
        return false;
    }
    let same = written.iter().zip(known).take_while(|(one, other)| one == other).count();
    let (left, right) = (written.get(same..).unwrap_or_default(), known.get(same..).unwrap_or_default());
    if left.len() < 2 || right.len() < 2 {
        return false;
    }
    let tail = |list: &'_ [u8], from: usize| list.get(from..).unwrap_or_default().to_vec();
    match written.len().cmp(&known.len()) {
        std::cmp::Ordering::Equal => {
            let swapped = left.first() == right.get(1) && left.get(1) == right.first() && tail(left, 2) == tail(right, 2);
            swapped || tail(left, 1) == tail(right, 1)
        }
        std::cmp::Ordering::Less => tail(left, 0) == tail(right, 1),
        std::cmp::Ordering::Greater => tail(left, 1) == tail(right, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_forms_and_names_are_not() {
        let meant = |text: &str| slips(text).into_iter().map(|(_, meant)| meant).collect::<Vec<_>>();
        assert_eq!(meant("Secruity researchers found multiple vulnerabilites in XYZ."), ["security", "vulnerabilities"]);
        assert_eq!(meant("an unautheticated atacker may execute arbitary code"), ["unauthenticated", "attacker", "arbitrary"]);
        assert_eq!(meant("The vulnerability allows attackers to authenticate; see https://example.com/secruity and Secruitron"), [""; 0]);
    }
}
