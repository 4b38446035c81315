//! What the rules say of the description.

use super::{ALIKE, Beside, Breach, CREDIT, DESCRIPTION, DIFFERENT, ENGLISH, OTHER_IDS, SHORT, breach, list, text};
use serde_json::Value;

/// A description shorter than this hardly tells one vulnerability from another, in characters.
const SHORTEST: usize = 50;

/// Words by which somebody is credited.
const CREDITS: [&str; 7] = ["reported by", "discovered by", "found by", "credited to", "credit to", "thanks to", "we thank"];

/// How ids begin that are no CVE ids: other programs', databases' and vendors' that are met in descriptions.
const OTHER: [&str; 16] = [
    "GHSA-", "GCVE-", "CNVD-", "CNNVD-", "NVDB-", "EUVD-", "JVNDB-", "JVN#", "VU#", "ZDI-", "RUSTSEC-", "PYSEC-", "OSV-", "BDU:", "USN-",
    "DSA-",
];

/// What a description says that only tells one record from another.
const DIFFERENCES: [&str; 4] = ["different from cve-", "different than cve-", "not the same as cve-", "distinct from cve-"];

pub(super) fn check(cna: &Value, beside: &Beside<'_>, breaches: &mut Vec<Breach>) {
    let descriptions = list(cna, "descriptions");
    let said: Vec<(usize, &str, &str)> = descriptions
        .iter()
        .enumerate()
        .map(|(at, one)| (at, text(one, "lang"), text(one, "value")))
        .filter(|(_, _, value)| !value.is_empty())
        .collect();
    if said.is_empty() {
        breaches.push(breach(DESCRIPTION, "/descriptions", ""));
        return;
    }
    let english: Vec<_> = said.iter().filter(|(_, lang, _)| is_english(lang)).collect();
    if english.is_empty() {
        breaches.push(breach(ENGLISH, "/descriptions", said.first().map_or("", |(_, _, value)| value)));
    }
    for (at, _, value) in &said {
        let place = format!("/descriptions/{at}/value");
        if let Some(found) = credit(value) {
            breaches.push(breach(CREDIT, place.as_str(), found));
        }
        if let Some(found) = value.split(|c: char| c.is_whitespace() || "(),;[]".contains(c)).find(|word| is_other_id(word)) {
            breaches.push(breach(OTHER_IDS, place.as_str(), found));
        }
    }
    for (at, _, value) in english {
        let place = format!("/descriptions/{at}/value");
        if only_differs(value) {
            breaches.push(breach(DIFFERENT, place.as_str(), value));
        }
        if value.chars().count() < SHORTEST {
            breaches.push(breach(SHORT, place.as_str(), value));
        }
        if beside.others.iter().any(|other| squeezed(other) == squeezed(value)) {
            breaches.push(breach(ALIKE, place.as_str(), value));
        }
    }
}

/// `en`, `en-GB`.
pub(super) fn is_english(lang: &str) -> bool {
    let lang = lang.to_ascii_lowercase();
    lang == "en" || lang.starts_with("en-") || lang.starts_with("en_")
}

/// The place where somebody is credited, with what follows. "found by default" and the like credit nobody: a name begins with a capital.
fn credit(value: &str) -> Option<&str> {
    let lower = value.to_ascii_lowercase();
    CREDITS.iter().find_map(|phrase| {
        lower.match_indices(phrase).find_map(|(at, _)| {
            let begins = lower.get(..at)?.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            let rest = value.get(at + phrase.len()..)?.trim_start();
            let named = rest.chars().next().is_some_and(|c| c.is_uppercase() || c == '@' || matches!(u32::from(c), 0x4e00..=0x9fff));
            (begins && named).then(|| value.get(at..)).flatten()
        })
    })
}

fn is_other_id(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "\"'`“”‘’<>".contains(c)).to_ascii_uppercase();
    OTHER.iter().any(|start| word.strip_prefix(start).is_some_and(|rest| rest.bytes().any(|byte| byte.is_ascii_digit())))
}

/// Nothing is left of the text when what tells it from another record is taken away.
fn only_differs(value: &str) -> bool {
    let mut lower = value.to_lowercase();
    if !DIFFERENCES.iter().any(|phrase| lower.contains(phrase)) {
        return false;
    }
    for phrase in DIFFERENCES {
        lower = lower.replace(phrase, "cve-");
    }
    let telling = lower.split_whitespace().filter(|word| !word.trim_start_matches(['(', ',']).starts_with("cve-"));
    telling.map(|word| word.chars().count() + 1).sum::<usize>() < SHORTEST
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
