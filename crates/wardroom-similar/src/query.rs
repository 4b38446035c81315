//! Asking the index: the three stages one after the other, then reasons for those that are shown. Deliberately no threshold: the score is a
//! probability, where to draw the line is the caller's.

use crate::described::Described;
use crate::explain::{Reason, explain};
use crate::gather::{Candidate, gather};
use crate::index::Index;
use crate::pair::{self, Asked};
use crate::print::Print;
use crate::scan::flag;
use crate::standing::{self, Places};
use crate::trees::Trees;
use std::sync::LazyLock;

/// How much of the machine is used; for measuring what each stage is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stages {
    /// The mean of the two cosines.
    First,
    /// Order by the pair, score by the order.
    Second,
    /// Everything.
    Third,
}

/// A case that may be about the same vulnerability.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub id: String,
    /// From 0 to 1: how likely it is that the query is about the same vulnerability as this case.
    pub score: f32,
    /// Add up to the score, strongest first.
    pub reasons: Vec<Reason>,
}

/// The features of one query's candidates, for learning.
#[doc(hidden)]
pub struct Row {
    pub id: String,
    pub features: Vec<f32>,
}

static RANK: LazyLock<Trees> = LazyLock::new(|| Trees::read(include_str!("../data/rank.trees")));
static SURE: LazyLock<Trees> = LazyLock::new(|| Trees::read(include_str!("../data/sure.trees")));
static PLACES: LazyLock<Places> = LazyLock::new(Places::new);

/// A candidate after the second stage.
pub(crate) struct Placed {
    pub candidate: Candidate,
    pub features: Vec<f32>,
    /// The trees' sum and what identifiers and files add.
    pub order: f32,
    pub sure_of: f32,
}

/// What is known for certain and could not be learned, because the corpus has no identifiers and no files: the same number of a vulnerability, the
/// same file, the same crash; and two different numbers against it. In log-odds.
pub(crate) fn certain(asked: &Print, other: &Print) -> f32 {
    let of =
        |print: &Print, kind: u16| -> Vec<u32> { print.terms.iter().filter(|term| term.flags & kind != 0).map(|term| term.key).collect() };
    let mut sum = 0.0;
    let (mine, theirs) = (of(asked, flag::IDENTIFIER), of(other, flag::IDENTIFIER));
    if !mine.is_empty() && !theirs.is_empty() {
        sum += if pair::common(&mine, &theirs) > 0 { 6.0 } else { -2.0 };
    }
    if pair::common(&of(asked, flag::DIGEST), &of(other, flag::DIGEST)) > 0 {
        sum += 6.0;
    }
    sum
}

impl Index {
    /// The `top` best cases among those `visible` lets through (the others take part in nothing but the weight of words: whoever must not learn even that is asked about by an index without them), best first.
    pub fn query(&self, what: &Described, top: usize, visible: &dyn Fn(&str) -> bool) -> Vec<Found> {
        let (asked, placed) = self.place(what, visible, Stages::Third);
        placed.into_iter().take(top).filter_map(|one| explain(self, what, &asked, &one, &RANK)).collect()
    }

    /// As [`Index::query`] without reasons, and with fewer stages if that is wished: ids and scores.
    pub fn rank(&self, what: &Described, top: usize, stages: Stages) -> Vec<(String, f32)> {
        let (_, placed) = self.place(what, &|_| true, stages);
        let named = placed.into_iter().take(top);
        named.filter_map(|one| Some((self.entry(one.candidate.slot)?.id.clone(), chance(one.sure_of)))).collect()
    }

    #[doc(hidden)]
    pub fn learn(&self, what: &Described, visible: &dyn Fn(&str) -> bool) -> Vec<Row> {
        let asked = Asked::new(self, Print::of(what));
        let candidates = gather(self, &asked.print, visible);
        let rows = pair::rows(self, &asked, &candidates);
        let ids = candidates.iter().filter_map(|candidate| Some(self.entry(candidate.slot)?.id.clone()));
        ids.zip(rows).map(|(id, features)| Row { id, features }).collect()
    }

    /// The features of the third stage, for an order that was made elsewhere.
    #[doc(hidden)]
    pub fn learn_standing(&self, what: &Described, order: &[f32], rows: &[&[f32]]) -> Vec<f32> {
        standing::row(&Asked::new(self, Print::of(what)), order, rows, &PLACES)
    }

    fn place(&self, what: &Described, visible: &dyn Fn(&str) -> bool, stages: Stages) -> (Asked, Vec<Placed>) {
        let asked = Asked::new(self, Print::of(what));
        let candidates = gather(self, &asked.print, visible);
        let mut placed: Vec<Placed> = if stages == Stages::First {
            candidates
                .into_iter()
                .map(|candidate| {
                    let order = (candidate.values[1] + candidate.values[2]) / 2.0;
                    Placed { candidate, features: Vec::new(), order, sure_of: order }
                })
                .collect()
        } else {
            let rows = pair::rows(self, &asked, &candidates);
            candidates
                .into_iter()
                .zip(rows)
                .map(|(candidate, features)| {
                    let sure = self.entry(candidate.slot).map_or(0.0, |entry| certain(&asked.print, &entry.print));
                    let order = RANK.ask(&features) + sure;
                    Placed { candidate, features, order, sure_of: order }
                })
                .collect()
        };
        let id = |one: &Placed| self.entry(one.candidate.slot).map_or("", |entry| entry.id.as_str());
        placed.sort_by(|a, b| b.order.total_cmp(&a.order).then_with(|| id(a).cmp(id(b))));
        if stages == Stages::Third
            && let Some(first) = placed.first()
        {
            let order: Vec<f32> = placed.iter().map(|one| one.order).collect();
            let rows: Vec<&[f32]> = placed.iter().map(|one| one.features.as_slice()).collect();
            let sure = self.entry(first.candidate.slot).map_or(0.0, |entry| certain(&asked.print, &entry.print));
            let top = SURE.ask(&standing::row(&asked, &order, &rows, &PLACES)) + sure;
            let best = first.order;
            for one in &mut placed {
                one.sure_of = top + (one.order - best);
            }
        }
        (asked, placed)
    }
}

/// Log-odds to a chance.
pub(crate) fn chance(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}
