//! Earlier cases that look like a new report, with reasons. The index (`wardroom-similar`) is made of words opened in memory: built from the sealed log when it is
//! first needed or at start, then brought up to date by whatever the log got since; nothing of it touches a disk.
//! Deliberately built of what everybody sees who sees the case: its titles, descriptions, weaknesses and identifiers, not of its reports. What a viewer may not see is neither
//! returned nor counted; it takes part in how rare a word is, and in nothing else.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::StoreTrouble;
use crate::reading::CaseRecord;
use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};
use wardroom_domain::facts::Words;
use wardroom_domain::intake::ReportWords;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_domain::validation::{Candidate, Reason};
use wardroom_similar::{Described, Facet, Index};

/// Cases that one question reads into the index before it is answered; a house with more has them read at start (`keep_candidates`).
const AT_ONCE: usize = 2_000;
/// Cases read in one go by `keep_candidates`, so that a question in between does not wait long.
const IN_ONE_GO: usize = 100;
/// Facts read in one go.
const FACTS: u32 = 1_000;
/// What scores less is not proposed.
pub const LEAST: f32 = 0.02;

/// What was read of earlier cases, in memory only.
#[derive(Default)]
pub struct Memory {
    shelf: RwLock<Shelf>,
    /// One reads the log at a time.
    turn: tokio::sync::Mutex<Reading>,
}

#[derive(Default)]
struct Shelf {
    index: Index,
}

/// How far the log was read.
#[derive(Default)]
struct Reading {
    /// Place in the log up to which the index knows all changes; `None`: nothing was read yet.
    after: Option<u64>,
    /// Cases that are not in the index yet, the last changed one at the end.
    waiting: Vec<StreamId>,
}

/// A report as it is compared.
pub fn of_report(words: &ReportWords) -> Described {
    let field = |wanted: &str| -> Vec<String> {
        let values = words.fields.iter().filter(|(id, value)| id == wanted && !value.trim().is_empty());
        values.map(|(_, value)| value.clone()).collect()
    };
    let known = ["product", "component", "version", "cwe"];
    let others = words.fields.iter().filter(|(id, _)| !known.contains(&id.as_str())).map(|(_, value)| value.as_str());
    Described {
        title: words.title.clone(),
        text: std::iter::once(words.text.as_str()).chain(others).collect::<Vec<_>>().join("\n"),
        products: field("product"),
        component: field("component").join(" "),
        versions: field("version"),
        weaknesses: field("cwe"),
        attachments: words.attachments.iter().filter(|file| file.len > 0).map(|file| file.sha256.clone()).collect(),
        ..Described::default()
    }
}

/// A case as it is compared: what was said when it was opened, and of each vulnerability what was said last.
pub fn of_case(record: &CaseRecord) -> Described {
    let mut what = Described::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for entry in &record.entries {
        let Some(Words::Vulnerability(words)) = &entry.words else { continue };
        for text in [&words.title, &words.description] {
            if !text.trim().is_empty() && seen.insert(text) {
                if what.title.is_empty() && text == &words.title {
                    what.title.clone_from(text);
                } else {
                    what.text.push_str(text);
                    what.text.push('\n');
                }
            }
        }
        for (list, value) in [(&mut what.weaknesses, &words.cwe), (&mut what.identifiers, &words.cve)] {
            if !value.is_empty() && !list.contains(value) {
                list.push(value.clone());
            }
        }
    }
    what
}

impl Desk {
    /// The best earlier cases the viewer may see, best first, at most `top`; `except` is left out.
    pub async fn candidates(&self, viewer: &Viewer, what: &Described, except: Option<&StreamId>, top: usize) -> Asked<Vec<Candidate>> {
        self.catch_up(AT_ONCE).await?;
        let numbers: HashMap<String, String> =
            self.store.case_numbers(viewer).await?.into_iter().map(|(id, number)| (id.to_string(), number)).collect();
        let except = except.map_or("", StreamId::as_str);
        let shelf = self.memory().shelf.read().unwrap_or_else(PoisonError::into_inner);
        let found = shelf.index.query(what, top, &|id| id != except && numbers.contains_key(id));
        let found = found.into_iter().filter(|one| one.score >= LEAST);
        Ok(found
            .filter_map(|one| {
                let case = StreamId::parse(&one.id)?;
                let number = numbers.get(&one.id)?.clone();
                Some(Candidate { case, number, score: rounded(one.score), reasons: one.reasons.iter().map(reason).collect() })
            })
            .collect())
    }

    /// Reads all cases into the index, a few at a time, and ends when they are there: for the start of a house with many.
    pub async fn keep_candidates(&self) -> Result<(), StoreTrouble> {
        while self.catch_up(IN_ONE_GO).await? > 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Brings the index up to what the log says now, and reads at most `most` of the cases that wait; returns how many still do.
    async fn catch_up(&self, most: usize) -> Result<usize, StoreTrouble> {
        let house = Viewer::house();
        let mut reading = self.memory().turn.lock().await;
        let mut changed: BTreeSet<StreamId> = BTreeSet::new();
        match reading.after {
            None => {
                // The place first: what comes in meanwhile is read twice rather than never.
                let head = self.store.head().await?;
                let mut cases: Vec<StreamId> = self.store.case_numbers(&house).await?.into_iter().map(|(id, _)| id).collect();
                cases.reverse();
                reading.waiting = cases;
                reading.after = Some(head.size);
            }
            Some(mut after) => loop {
                let facts = self.store.facts_after(&house, after, FACTS).await?;
                let Some(last) = facts.last() else { break };
                after = last.recorded.seq;
                changed.extend(facts.iter().map(|fact| &fact.recorded.stream).filter(|id| id.kind() == StreamKind::Case).cloned());
                reading.after = Some(after);
            },
        }
        let mut next: Vec<StreamId> = changed.into_iter().collect();
        let left = reading.waiting.len().saturating_sub(most);
        next.extend(reading.waiting.split_off(left).into_iter().rev());
        for id in next {
            let what = self.case_record(&house, &id).await?.map(|record| of_case(&record));
            let mut shelf = self.memory().shelf.write().unwrap_or_else(PoisonError::into_inner);
            match what.filter(|what| *what != Described::default()) {
                Some(what) => shelf.index.put(id.as_str(), what),
                // Its words were destroyed, or there never were any.
                None => {
                    shelf.index.remove(id.as_str());
                }
            }
        }
        Ok(reading.waiting.len())
    }
}

fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1000.0).round() / 1000.0
}

/// A reason as it is kept and shown: what both name; where they part, what each names alone.
fn reason(one: &wardroom_similar::Reason) -> Reason {
    let list = |words: &[String]| words.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(", ");
    let mut detail = list(&one.shared);
    if one.weight < 0.0 && !one.missing.is_empty() && !one.more.is_empty() {
        detail = format!("{} ≠ {}", list(&one.missing), list(&one.more));
    }
    let facet = match one.facet {
        Facet::Code => "symbol",
        facet => facet.as_str(),
    };
    Reason { facet: facet.to_owned(), detail, weight: rounded(one.weight) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_compared_with_its_fields_and_files() {
        let words = ReportWords {
            title: "Overflow".to_owned(),
            text: "in login.cgi".to_owned(),
            fields: vec![("product".to_owned(), "VX-200".to_owned()), ("impact".to_owned(), "root shell".to_owned())],
            ..ReportWords::default()
        };
        let what = of_report(&words);
        assert_eq!(what.products, vec!["VX-200".to_owned()]);
        assert_eq!(what.text, "in login.cgi\nroot shell");
    }

    #[test]
    fn a_reason_that_speaks_against_says_where_they_part() {
        let told = wardroom_similar::Reason {
            facet: Facet::Code,
            weight: -0.2,
            shared: Vec::new(),
            missing: vec!["user_name".to_owned()],
            more: vec!["delay".to_owned()],
            passages: Vec::new(),
        };
        let reason = reason(&told);
        assert_eq!((reason.facet.as_str(), reason.detail.as_str(), reason.weight), ("symbol", "user_name ≠ delay", -0.2));
    }
}
