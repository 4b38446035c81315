//! The first stage: candidates from three lists — shared words with little regard to length (as BM25), cosine over all terms, cosine over the
//! essential ones — taken in turn. Deliberately generous: the case that is looked for must be among them, its place does not matter yet.

use crate::index::{Index, essential};
use crate::print::Print;
use std::cmp::Ordering;

/// Candidates that go on to the second stage.
pub const MOST: usize = 120;
/// Postings that a query may read however few cases there are.
pub const LEAST_READ: usize = 300_000;

/// A candidate and its value in the three lists.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub slot: u32,
    pub values: [f32; 3],
    /// Its rank in each list, from 0.
    pub ranks: [u16; 3],
}

/// A term of the query.
struct Wanted {
    key: u32,
    /// Weight among all terms, and among the essential ones, times what the word weighs.
    all: f32,
    essential: f32,
    word: f32,
    count: usize,
}

/// The candidates among the cases `visible` lets through.
pub fn gather(index: &Index, print: &Print, visible: &dyn Fn(&str) -> bool) -> Vec<Candidate> {
    let slots = index.slots.len();
    let mut sums = [vec![0.0_f32; slots], vec![0.0_f32; slots], vec![0.0_f32; slots]];
    let mut wanted: Vec<Wanted> = print
        .terms
        .iter()
        .filter_map(|term| {
            let count = index.list(term.key).len();
            let word = index.weight(term.key);
            (count > 0).then(|| Wanted { key: term.key, all: term.weight() * word, essential: essential(*term) * word, word, count })
        })
        .collect();
    wanted.sort_by(|a, b| (b.all * b.word).total_cmp(&(a.all * a.word)).then(a.key.cmp(&b.key)));
    let mut left = index.reach();
    let [words, cosine, core] = &mut sums;
    for term in &wanted {
        if left < term.count {
            continue;
        }
        left -= term.count;
        let still = crate::background::still(term.key);
        for (slot, weight) in index.list(term.key) {
            let at = *slot as usize;
            words[at] += term.all * (weight / (weight + 1.2));
            cosine[at] += term.all * weight * still;
        }
        if term.essential > 0.0 {
            for (slot, weight) in index.essentials(term.key) {
                core[*slot as usize] += term.essential * weight * still;
            }
        }
    }
    for (at, [short, all, essential]) in index.scales.iter().enumerate() {
        words[at] *= short;
        cosine[at] *= all;
        core[at] *= essential;
    }
    let id = |slot: u32| index.entry(slot).map_or("", |entry| entry.id.as_str());
    let order = |list: &[f32], a: u32, b: u32| list[b as usize].total_cmp(&list[a as usize]).then_with(|| id(a).cmp(id(b)));
    let lists: Vec<Vec<u32>> = sums.iter().map(|list| best(list, |slot| visible(id(slot)), |a, b| order(list, a, b))).collect();
    let mut chosen: Vec<u32> = Vec::new();
    for i in 0..MOST {
        for list in &lists {
            if let Some(slot) = list.get(i)
                && chosen.len() < MOST
                && !chosen.contains(slot)
            {
                chosen.push(*slot);
            }
        }
    }
    let mut candidates: Vec<Candidate> =
        chosen.iter().map(|slot| Candidate { slot: *slot, values: [0, 1, 2].map(|k| sums[k][*slot as usize]), ranks: [0; 3] }).collect();
    for (k, list) in sums.iter().enumerate() {
        let mut by: Vec<usize> = (0..candidates.len()).collect();
        by.sort_by(|a, b| order(list, candidates[*a].slot, candidates[*b].slot));
        for (rank, at) in by.into_iter().enumerate() {
            candidates[at].ranks[k] = u16::try_from(rank).unwrap_or(u16::MAX);
        }
    }
    candidates
}

/// The best [`MOST`] slots of a list, best first.
fn best(list: &[f32], visible: impl Fn(u32) -> bool, order: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut floor = 0.0;
    let mut kept: Vec<u32> = Vec::with_capacity(MOST * 4);
    for (slot, value) in list.iter().enumerate() {
        #[expect(clippy::cast_possible_truncation, reason = "slots are numbered in 32 bits")]
        let slot = slot as u32;
        if *value > 0.0 && *value >= floor && visible(slot) {
            kept.push(slot);
            if kept.len() >= MOST * 4 {
                kept.sort_unstable_by(|a, b| order(*a, *b));
                kept.truncate(MOST);
                floor = kept.last().map_or(0.0, |last| list[*last as usize]);
            }
        }
    }
    kept.sort_unstable_by(|a, b| order(*a, *b));
    kept.truncate(MOST);
    kept
}
