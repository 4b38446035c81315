//! Earlier cases that look like a new report: a first, simple list by shared words, identifiers and product names.
//! Explained, never a verdict. Works on words opened in memory; nothing of it touches disk. A real index comes later behind the same call.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::CaseQuery;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use wardroom_domain::case::CaseState;
use wardroom_domain::facts::Words;
use wardroom_domain::intake::ReportWords;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::validation::{Candidate, Reason};

/// How many of the newest cases are compared with.
pub const REACH: u32 = 2_000;

/// The words of something, ready to be compared.
#[derive(Clone, Debug, Default)]
pub struct Alike {
    words: BTreeSet<String>,
    identifiers: BTreeSet<String>,
}

impl Alike {
    pub fn of_report(words: &ReportWords) -> Alike {
        let fields: Vec<&str> = words.fields.iter().map(|(_, value)| value.as_str()).collect();
        Alike::of_text(&format!("{}\n{}\n{}", words.title, words.text, fields.join("\n")))
    }

    /// Latin words of three letters or more, overlapping pairs of Han characters, and identifiers kept apart.
    pub fn of_text(text: &str) -> Alike {
        let mut alike = Alike::default();
        let mut word = String::new();
        let mut last_han: Option<char> = None;
        for c in text.chars().chain([' ']) {
            if is_han(c) {
                if let Some(before) = last_han {
                    alike.words.insert(format!("{before}{c}"));
                }
                last_han = Some(c);
            } else {
                last_han = None;
            }
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                word.extend(c.to_lowercase());
            } else if !word.is_empty() {
                alike.take(std::mem::take(&mut word));
            }
        }
        alike
    }

    fn take(&mut self, word: String) {
        let word = word.trim_matches(|c| matches!(c, '-' | '_' | '.')).to_owned();
        let letters = word.chars().filter(char::is_ascii_alphabetic).count();
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let joined = word.contains(['-', '_', '.']);
        if word.len() >= 4 && ((digits > 0 && (letters > 0 || joined)) || word.contains('_')) {
            self.identifiers.insert(word);
        } else if letters >= 3 && !COMMON.contains(&word.as_str()) {
            self.words.insert(word);
        }
    }
}

/// Words that say nothing about which vulnerability it is.
const COMMON: [&str; 40] = [
    "the",
    "and",
    "for",
    "that",
    "this",
    "with",
    "from",
    "are",
    "was",
    "can",
    "not",
    "but",
    "have",
    "has",
    "you",
    "your",
    "our",
    "all",
    "any",
    "when",
    "then",
    "which",
    "will",
    "would",
    "could",
    "should",
    "into",
    "after",
    "before",
    "also",
    "there",
    "been",
    "does",
    "its",
    "they",
    "their",
    "vulnerability",
    "attacker",
    "report",
    "security",
];

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0x20000..=0x2ffff)
}

/// What was read of earlier cases, in memory only.
#[derive(Default)]
pub struct Memory {
    cases: Mutex<HashMap<StreamId, (String, std::sync::Arc<Alike>)>>,
}

impl Desk {
    /// The best earlier cases the viewer may see, best first, at most `top`; `except` is left out.
    pub async fn candidates(&self, viewer: &Viewer, what: &Alike, except: Option<&StreamId>, top: usize) -> Asked<Vec<Candidate>> {
        let query = CaseQuery { states: CaseState::ALL.to_vec(), limit: REACH, offset: 0 };
        let mut found = Vec::new();
        for row in self.store.cases(viewer, &query).await? {
            if Some(&row.id) == except {
                continue;
            }
            let known = self.memory().cases.lock().unwrap_or_else(PoisonError::into_inner).get(&row.id).cloned();
            let (number, alike) = match known {
                Some(known) => known,
                None => {
                    let Some(Words::Vulnerability(words)) = self.open_row(&row.id, "case.opened", row.words.as_ref()).await else {
                        continue;
                    };
                    let alike = Alike::of_text(&format!("{}\n{}", words.title, words.description));
                    let known = (row.number.clone(), std::sync::Arc::new(alike));
                    self.memory().cases.lock().unwrap_or_else(PoisonError::into_inner).insert(row.id.clone(), known.clone());
                    known
                }
            };
            let (score, reasons) = compare(what, &alike);
            if score >= 0.15 {
                found.push(Candidate { case: row.id, number, score, reasons });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.number.cmp(&b.number)));
        found.truncate(top);
        Ok(found)
    }
}

/// An explained sum between 0 and 1.
pub fn compare(one: &Alike, other: &Alike) -> (f64, Vec<Reason>) {
    let mut reasons = Vec::new();
    let mut score = 0.0;
    for (facet, mine, theirs, weight) in
        [("identifier", &one.identifiers, &other.identifiers, 0.5), ("text", &one.words, &other.words, 0.5)]
    {
        let shared: Vec<&String> = mine.intersection(theirs).collect();
        if shared.is_empty() {
            continue;
        }
        let smaller = mine.len().min(theirs.len()).max(3);
        #[expect(clippy::cast_precision_loss, reason = "counts of words of one text are far below 2^52")]
        let share = weight * (shared.len() as f64 / smaller as f64).min(1.0);
        score += share;
        let detail: Vec<&str> = shared.iter().take(8).map(|word| word.as_str()).collect();
        reasons.push(Reason { facet: facet.to_owned(), detail: detail.join(", "), weight: (share * 100.0).round() / 100.0 });
    }
    ((score * 1000.0_f64).round() / 1000.0, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_flaw_in_other_words_is_closer_than_another_flaw() {
        let first = Alike::of_text("VX-200 update service on TCP port 8443 accepts unsigned firmware image");
        let again = Alike::of_text("Firmware images are not signed: the VX-200 service at port 8443 installs any image");
        let other = Alike::of_text("Default password of the configuration page can not be changed on BX-10");
        let (near, reasons) = compare(&first, &again);
        let (far, _) = compare(&first, &other);
        assert!(near > 0.4 && far < 0.15, "{near} {far}");
        assert!(reasons.iter().any(|reason| reason.facet == "identifier" && reason.detail.contains("vx-200")));
    }

    #[test]
    fn chinese_is_compared_by_pairs_of_characters() {
        let first = Alike::of_text("雷达固件升级接口缺少签名校验");
        let again = Alike::of_text("固件升级接口没有签名校验，可刷入任意固件");
        assert!(compare(&first, &again).0 > 0.2);
    }
}
