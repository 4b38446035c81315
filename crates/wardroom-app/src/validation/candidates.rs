//! Earlier cases that look like a new report, with reasons. The index (`wardroom-similar`) is made of words opened in memory: built from the sealed log when it is
//! first needed or at start, then brought up to date by whatever the log got since; nothing of it touches a disk.
//!
//! Who sees every case asks the house's index. Anybody else asks an index that holds the cases he or she may see and no other: what is not in it can be neither
//! returned nor counted, and shows in no weight of a word, no order and no time. Deliberately never asked on the way of a report that comes in: only pages and commands
//! of the team ask, so a reporter has nothing to measure.

use super::described;
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::StoreTrouble;
use crate::reading::CaseRecord;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError, RwLock};
use wardroom_domain::facts::{CaseFact, Fact};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_domain::validation::{Candidate, Reason, Relation};
use wardroom_similar::{Described, Facet, Found, Index};

/// Cases that one question reads into the index before it is answered; a house with more has them read at start (`keep_candidates`).
const AT_ONCE: usize = 2_000;
/// Cases read in one go by `keep_candidates`, so that a question in between does not wait long.
const IN_ONE_GO: usize = 100;
/// Facts read in one go.
const FACTS: u32 = 1_000;
/// What scores less is not proposed.
pub const LEAST: f32 = 0.02;
/// People whose own index is kept; of more, the one that was asked longest ago is made anew.
const PEOPLE: usize = 24;

/// What was read of earlier cases, in memory only.
#[derive(Default)]
pub struct Memory {
    shelf: RwLock<Shelf>,
    /// Indexes of people who see some cases only.
    own: Mutex<HashMap<String, Own>>,
    /// One reads the log at a time.
    turn: tokio::sync::Mutex<Reading>,
    /// What the inbox shows, until the house or the report changes.
    pub(super) glimpses: Mutex<HashMap<(String, String), super::glimpse::Kept>>,
    pub(super) public: super::public::Shelf,
}

/// What the house knows.
#[derive(Default)]
pub(super) struct Shelf {
    index: Index,
    cases: HashMap<String, Known>,
    /// The case a report belongs to.
    of_report: HashMap<String, String>,
    /// Grows with every change.
    revision: u64,
}

/// What is known of a case beside its words.
struct Known {
    number: String,
    reports: Vec<String>,
    /// What people said of it and others: by stream.
    relations: BTreeMap<String, Relation>,
    /// The shelf's when it was read.
    revision: u64,
}

/// The index of somebody who sees some cases only.
#[derive(Default)]
struct Own {
    index: Index,
    /// Revision of each case in it.
    cases: HashMap<String, u64>,
    used: u64,
}

/// How far the log was read.
#[derive(Default)]
struct Reading {
    /// Place in the log up to which the index knows all changes; `None`: nothing was read yet.
    after: Option<u64>,
    /// Cases that are not in the index yet, the last changed one at the end.
    waiting: Vec<StreamId>,
}

/// Who asks: its own streams (a report; a case and its reports), so that it is not compared with itself nor with what it was set apart from.
pub struct Asker<'a> {
    pub streams: Vec<&'a str>,
}

impl<'a> Asker<'a> {
    pub fn nobody() -> Asker<'static> {
        Asker { streams: Vec::new() }
    }

    pub fn report(report: &'a StreamId) -> Asker<'a> {
        Asker { streams: vec![report.as_str()] }
    }

    pub fn case(record: &'a CaseRecord) -> Asker<'a> {
        Asker { streams: std::iter::once(&record.file.id).chain(&record.file.reports).map(StreamId::as_str).collect() }
    }
}

/// What a question brought.
#[derive(Default)]
pub struct Looked {
    pub candidates: Vec<Candidate>,
    /// Cases that were compared with: those the viewer may see, without the asker's own.
    pub cases: u64,
}

/// One candidate with everything that is shown beside the asker.
pub struct Close {
    pub candidate: Candidate,
    pub what: Described,
    /// Passages that stand in both, in pairs.
    pub passages: Vec<(String, String)>,
    pub relation: Option<Relation>,
}

impl Shelf {
    /// What was said of the asker and a case, on either side.
    fn relation(&self, asker: &Asker<'_>, case: &str) -> Option<Relation> {
        let theirs = self.cases.get(case)?;
        let from_there = asker.streams.iter().find_map(|stream| theirs.relations.get(*stream));
        let from_here = || {
            let mine = asker.streams.iter().find_map(|stream| self.cases.get(*stream))?;
            std::iter::once(case).chain(theirs.reports.iter().map(String::as_str)).find_map(|stream| mine.relations.get(stream))
        };
        from_there.or_else(from_here).copied().filter(|relation| *relation != Relation::Open)
    }

    fn may_be(&self, asker: &Asker<'_>, case: &str) -> bool {
        let own = |known: &Known| known.reports.iter().any(|report| asker.streams.contains(&report.as_str()));
        !asker.streams.contains(&case) && !self.cases.get(case).is_some_and(own) && self.relation(asker, case) != Some(Relation::Different)
    }
}

impl Desk {
    /// The best earlier cases the viewer may see, best first, at most `top`, without those below [`LEAST`].
    pub async fn candidates(&self, viewer: &Viewer, what: &Described, asker: &Asker<'_>, top: usize) -> Asked<Looked> {
        let mut looked = self.nearest(viewer, what, asker, top).await?;
        looked.candidates.retain(|one| super::beside::proposed(one.score));
        Ok(looked)
    }

    /// The same, however little the nearest ones look alike.
    pub async fn nearest(&self, viewer: &Viewer, what: &Described, asker: &Asker<'_>, top: usize) -> Asked<Looked> {
        self.asked_of(viewer, |shelf, index| {
            let found = index.query(what, top, &|id| shelf.may_be(asker, id));
            let candidates = found.into_iter().filter_map(|one| candidate(shelf, &one)).collect();
            let mine = asker.streams.iter().filter(|id| index.contains(id)).count();
            Looked { candidates, cases: (index.len() - mine) as u64 }
        })
        .await
    }

    /// One earlier case beside the asker, whatever its score; `None` when it is not there for this viewer or is not compared.
    pub async fn close(&self, viewer: &Viewer, what: &Described, asker: &Asker<'_>, case: &StreamId) -> Asked<Option<Close>> {
        self.asked_of(viewer, |shelf, index| {
            let theirs = index.words(case.as_str())?.clone();
            // The score is the one of the list: it depends on what else is there.
            let listed = index.query(what, 10, &|id| shelf.may_be(asker, id)).into_iter().find(|one| one.id == case.as_str());
            let found = listed.or_else(|| index.query(what, 1, &|id| id == case.as_str()).into_iter().next());
            let candidate = match &found {
                Some(found) => candidate(shelf, found)?,
                None => Candidate {
                    case: case.clone(),
                    number: shelf.cases.get(case.as_str())?.number.clone(),
                    score: 0.0,
                    reasons: Vec::new(),
                },
            };
            let passages = found.iter().flat_map(|one| &one.reasons).flat_map(|reason| &reason.passages);
            Some(Close {
                candidate,
                passages: passages.map(|one| (one.query.clone(), one.case.clone())).collect(),
                what: theirs,
                relation: shelf.relation(asker, case.as_str()),
            })
        })
        .await
    }

    /// What was said of the asker and cases the viewer may see: by number.
    pub async fn relations(&self, viewer: &Viewer, asker: &Asker<'_>) -> Asked<Vec<(String, Relation)>> {
        self.asked_of(viewer, |shelf, index| {
            let all = shelf.cases.iter().filter(|(id, _)| index.contains(id));
            let mut said: Vec<(String, Relation)> =
                all.filter_map(|(id, known)| Some((known.number.clone(), shelf.relation(asker, id)?))).collect();
            said.sort_by(|a, b| a.0.cmp(&b.0));
            said
        })
        .await
    }

    /// Asks the index of the viewer's cases, up to date.
    pub(super) async fn asked_of<R>(&self, viewer: &Viewer, question: impl FnOnce(&Shelf, &Index) -> R) -> Asked<R> {
        self.catch_up(AT_ONCE).await?;
        if viewer.sees_all() {
            let shelf = self.memory().shelf.read().unwrap_or_else(PoisonError::into_inner);
            return Ok(question(&shelf, &shelf.index));
        }
        let cases = self.store.own_cases(viewer).await?;
        let shelf = self.memory().shelf.read().unwrap_or_else(PoisonError::into_inner);
        let mut people = self.memory().own.lock().unwrap_or_else(PoisonError::into_inner);
        let clock = people.values().map(|own| own.used).max().unwrap_or_default() + 1;
        let person = viewer.person().unwrap_or_default();
        if people.len() >= PEOPLE && !people.contains_key(person) {
            let oldest = people.iter().min_by_key(|(_, own)| own.used).map(|(person, _)| person.clone());
            oldest.and_then(|oldest| people.remove(&oldest));
        }
        let own = people.entry(person.to_owned()).or_default();
        own.used = clock;
        own.follow(&shelf, &cases);
        Ok(question(&shelf, &own.index))
    }

    /// What changes whenever an answer could: for whoever keeps one.
    pub(super) async fn stamp(&self, viewer: &Viewer) -> Asked<u64> {
        self.asked_of(viewer, |shelf, index| {
            let own = index.len() as u64;
            shelf.revision.wrapping_mul(1_000_003).wrapping_add(own)
        })
        .await
    }

    /// Reads all cases into the index, a few at a time, and ends when they are there: for the start of a house with many, and for a command that compares
    /// with everything.
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
                let shelf = self.memory().shelf.read().unwrap_or_else(PoisonError::into_inner);
                changed.extend(facts.iter().filter_map(|fact| {
                    let stream = &fact.recorded.stream;
                    match stream.kind() {
                        StreamKind::Case => Some(stream.clone()),
                        StreamKind::Report => shelf.of_report.get(stream.as_str()).and_then(|case| StreamId::parse(case)),
                        StreamKind::Org | StreamKind::Advisory => None,
                    }
                }));
                reading.after = Some(after);
            },
        }
        let mut next: Vec<StreamId> = changed.into_iter().collect();
        let left = reading.waiting.len().saturating_sub(most);
        next.extend(reading.waiting.split_off(left).into_iter().rev());
        for id in next {
            let read = match self.case_record(&house, &id).await? {
                Some(record) => {
                    let what = self.case_described(&record).await?;
                    Some((record, what))
                }
                None => None,
            };
            self.memory().shelf.write().unwrap_or_else(PoisonError::into_inner).take(&id, read);
        }
        Ok(reading.waiting.len())
    }

    /// A case as it is compared.
    pub(super) async fn case_described(&self, record: &CaseRecord) -> Result<Described, StoreTrouble> {
        let mut reports = Vec::new();
        for report in &record.file.reports {
            reports.extend(self.report_record(&Viewer::house(), report).await?);
        }
        Ok(described::of_case(record, &reports, &self.maker().products))
    }
}

impl Shelf {
    /// Takes in a case as it was read; `None`: it is not there any more.
    fn take(&mut self, id: &StreamId, read: Option<(CaseRecord, Described)>) {
        self.revision += 1;
        let key = id.as_str();
        // Its words were destroyed, or there never were any.
        let Some((record, what)) = read.filter(|(_, what)| *what != Described::default()) else {
            self.index.remove(key);
            self.cases.remove(key);
            return;
        };
        for report in &record.file.reports {
            self.of_report.insert(report.to_string(), key.to_owned());
        }
        let known = Known {
            number: record.file.number.clone(),
            reports: record.file.reports.iter().map(StreamId::to_string).collect(),
            relations: said_of(&record),
            revision: self.revision,
        };
        self.cases.insert(key.to_owned(), known);
        // What people said of it changes nothing of its words.
        if self.index.words(key) != Some(&what) {
            self.index.put(key, what);
        }
    }
}

/// What people said of a case and other streams, the last word on each.
fn said_of(record: &CaseRecord) -> BTreeMap<String, Relation> {
    let said = record.entries.iter().filter_map(|entry| match &entry.recorded.fact {
        Fact::Case(CaseFact::Judged { with: Some(with), relation }) => Some((with.to_string(), *relation)),
        _ => None,
    });
    said.collect()
}

impl Own {
    /// Holds exactly these cases, as the shelf knows them now.
    fn follow(&mut self, shelf: &Shelf, cases: &[StreamId]) {
        let wanted: BTreeSet<&str> = cases.iter().map(StreamId::as_str).collect();
        let gone: Vec<String> = self.cases.keys().filter(|id| !wanted.contains(id.as_str())).cloned().collect();
        for id in gone {
            self.index.remove(&id);
            self.cases.remove(&id);
        }
        for id in wanted {
            match (shelf.cases.get(id), shelf.index.words(id)) {
                (Some(known), Some(what)) => {
                    if self.cases.insert(id.to_owned(), known.revision) != Some(known.revision) && self.index.words(id) != Some(what) {
                        self.index.put(id, what.clone());
                    }
                }
                _ => {
                    self.index.remove(id);
                    self.cases.remove(id);
                }
            }
        }
    }
}

fn candidate(shelf: &Shelf, one: &Found) -> Option<Candidate> {
    let number = shelf.cases.get(&one.id)?.number.clone();
    let reasons = one.reasons.iter().map(reason).collect();
    Some(Candidate { case: StreamId::parse(&one.id)?, number, score: rounded(one.score), reasons })
}

pub(super) fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1000.0).round() / 1000.0
}

/// A reason as it is kept and shown: what both name; where they part, what each names alone.
pub(super) fn reason(one: &wardroom_similar::Reason) -> Reason {
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

    fn shelf(cases: &[(&str, &str)]) -> Shelf {
        let mut shelf = Shelf::default();
        for (id, text) in cases {
            shelf.revision += 1;
            shelf.index.put(id, Described { text: (*text).to_owned(), ..Described::default() });
            let known = Known { number: (*id).to_owned(), reports: Vec::new(), relations: BTreeMap::new(), revision: shelf.revision };
            shelf.cases.insert((*id).to_owned(), known);
        }
        shelf
    }

    fn ids(names: &[&str]) -> Vec<StreamId> {
        names.iter().map(|name| StreamId::parse(name).unwrap_or_else(|| StreamId::new(StreamKind::Case, name))).collect()
    }

    /// What a hidden case says changes nothing that a viewer gets: not the order, not a weight, not a word of a reason.
    #[test]
    fn a_hidden_case_changes_nothing_of_an_answer() {
        let texts = [
            ("case_a", "The parameter delay of reboot.cgi overflows the stack of the VX-200."),
            ("case_b", "The parameter user_name of login.cgi overflows a buffer of the VX-200."),
        ];
        let mut hidden: Vec<(&str, &str)> = texts.to_vec();
        for id in ["case_c", "case_d", "case_e", "case_f"] {
            hidden.push((id, "login.cgi login.cgi user_name overflow VX-200 stack buffer"));
        }
        let asked = Described { text: "An overflow in login.cgi, parameter user_name, of the VX-200".to_owned(), ..Described::default() };
        let answer = |shelf: &Shelf| {
            let mut own = Own::default();
            own.follow(shelf, &ids(&["case_a", "case_b"]));
            own.index.query(&asked, 10, &|_| true)
        };
        let (alone, among) = (answer(&shelf(&texts)), answer(&shelf(&hidden)));
        assert_eq!(alone.len(), 2);
        assert_eq!(alone, among);
        // The house itself, which sees them all, does get another answer: the comparison above could fail.
        assert_ne!(shelf(&hidden).index.query(&asked, 10, &|id| id < "case_c"), alone);
    }

    #[test]
    fn an_own_index_follows_what_is_seen_and_what_changed() {
        let mut shelf = shelf(&[("case_a", "one login.cgi"), ("case_b", "two reboot.cgi")]);
        let mut own = Own::default();
        own.follow(&shelf, &ids(&["case_a", "case_b"]));
        assert_eq!(own.index.len(), 2);
        own.follow(&shelf, &ids(&["case_b"]));
        assert!(!own.index.contains("case_a") && own.index.contains("case_b"));
        shelf.revision += 1;
        let revision = shelf.revision;
        shelf.index.put("case_b", Described { text: "other".to_owned(), ..Described::default() });
        if let Some(known) = shelf.cases.get_mut("case_b") {
            known.revision = revision;
        }
        own.follow(&shelf, &ids(&["case_b"]));
        assert_eq!(own.index.words("case_b").map(|what| what.text.as_str()), Some("other"));
    }

    #[test]
    fn what_was_set_apart_is_not_proposed_on_either_side() {
        let mut shelf = shelf(&[("case_a", "x"), ("case_b", "y")]);
        if let Some(known) = shelf.cases.get_mut("case_a") {
            known.relations.insert("rep_1".to_owned(), Relation::Different);
            known.reports.push("rep_9".to_owned());
        }
        let asker = |streams: &[&'static str]| Asker { streams: streams.to_vec() };
        assert!(!shelf.may_be(&asker(&["rep_1"]), "case_a"));
        assert!(shelf.may_be(&asker(&["rep_2"]), "case_a"));
        assert!(!shelf.may_be(&asker(&["rep_9"]), "case_a"), "its own report");
        // The report became a case of its own: what was said stands for the case, both ways.
        if let Some(known) = shelf.cases.get_mut("case_b") {
            known.reports.push("rep_1".to_owned());
        }
        assert!(!shelf.may_be(&asker(&["case_b", "rep_1"]), "case_a"));
        assert!(!shelf.may_be(&asker(&["case_a", "rep_9"]), "case_b"));
        if let Some(known) = shelf.cases.get_mut("case_a") {
            known.relations.insert("rep_1".to_owned(), Relation::Open);
        }
        assert!(shelf.may_be(&asker(&["case_b", "rep_1"]), "case_a"), "taken back");
    }
}
