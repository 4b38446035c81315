//! Why a candidate is proposed: the facets that agree or contradict, with what each adds to the score, and the passages that match. The weights
//! add up to the score: each facet's log-odds get their part of the way from "nothing known" to the score. Deliberately data; the words for facets are the caller's.

use crate::index::Index;
use crate::pair::{self, Asked};
use crate::print::{fields, hash, pieces};
use crate::query::{Found, Placed, certain, chance};
use crate::scan::flag;
use crate::stem::stem;
use crate::trees::Trees;
use crate::{classes::CLASSES, described::Described};
use std::collections::{BTreeMap, HashMap};

/// What a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    Product,
    Title,
    /// Files, functions, parameters and other symbols.
    Code,
    Version,
    Weakness,
    /// Words that are not of another facet.
    Text,
    /// Numbers of the vulnerability, and the same files or crashes.
    Identifier,
    /// Lengths, languages and which fields are there.
    Shape,
    /// How it stands among the other candidates, and what is known without looking.
    Standing,
}

impl Facet {
    pub const ALL: [Facet; 9] = [
        Facet::Product,
        Facet::Title,
        Facet::Code,
        Facet::Version,
        Facet::Weakness,
        Facet::Text,
        Facet::Identifier,
        Facet::Shape,
        Facet::Standing,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Facet::Product => "product",
            Facet::Title => "title",
            Facet::Code => "code",
            Facet::Version => "version",
            Facet::Weakness => "weakness",
            Facet::Text => "text",
            Facet::Identifier => "identifier",
            Facet::Shape => "shape",
            Facet::Standing => "standing",
        }
    }
}

/// The same said in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Words of the query around it.
    pub query: String,
    /// Words of the case around it.
    pub case: String,
}

/// One facet of one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub facet: Facet,
    /// What it adds to the score; below zero it speaks against.
    pub weight: f32,
    /// What both name, heaviest first.
    pub shared: Vec<String>,
    /// What only the query names, and only the case, where that says something.
    pub missing: Vec<String>,
    pub more: Vec<String>,
    pub passages: Vec<Passage>,
}

const SHOWN: usize = 8;
const PASSAGES: usize = 3;
/// Characters around a match on each side.
const AROUND: usize = 60;

pub(crate) fn explain(index: &Index, what: &Described, asked: &Asked, one: &Placed, rank: &Trees) -> Option<Found> {
    let entry = index.entry(one.candidate.slot)?;
    let names = pair::names();
    let mut adds = vec![0.0; names.len()];
    let base = rank.reasons(&one.features, &mut adds);
    let mut odds: BTreeMap<Facet, f32> = Facet::ALL.iter().map(|facet| (*facet, 0.0)).collect();
    for ((_, facet), add) in names.iter().zip(&adds) {
        *odds.entry(*facet).or_default() += add;
    }
    let sure = certain(&asked.print, &entry.print);
    *odds.entry(Facet::Identifier).or_default() += sure;
    *odds.entry(Facet::Standing).or_default() += one.sure_of - (base + adds.iter().sum::<f32>() + sure) + base;
    let score = chance(one.sure_of);
    let weights = spread(&odds, score);
    let mut named = Named::of(index, what, &entry.what);
    let reasons = weights.into_iter().map(|(facet, weight)| {
        let (shared, missing, more) = match facet {
            Facet::Weakness => {
                let (mine, theirs) = (asked.print.classes, entry.print.classes);
                let told = |bits| CLASSES.told(bits).into_iter().map(str::to_owned).collect();
                (told(mine & theirs), told(mine & !theirs), told(theirs & !mine))
            }
            facet => named.take(facet),
        };
        let passages = if facet == Facet::Text { named.passages(what, &entry.what) } else { Vec::new() };
        Reason { facet, weight, shared, missing, more, passages }
    });
    let mut reasons: Vec<Reason> = reasons.filter(|reason| reason.weight != 0.0 || !reason.shared.is_empty()).collect();
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then(a.facet.cmp(&b.facet)));
    Some(Found { id: entry.id.clone(), score, reasons })
}

/// Log-odds to parts of the score that add up to it: along the straight way from even odds to the score, each facet gets its part of each step.
/// Even odds' own half belongs to the standing.
fn spread(odds: &BTreeMap<Facet, f32>, score: f32) -> BTreeMap<Facet, f32> {
    let sum: f32 = odds.values().sum();
    let slope = if sum.abs() > 1e-4 { (score - 0.5) / sum } else { 0.25 };
    let mut weights: BTreeMap<Facet, f32> = odds.iter().map(|(facet, odd)| (*facet, odd * slope)).collect();
    let rest = score - weights.values().sum::<f32>();
    *weights.entry(Facet::Standing).or_default() += rest;
    weights
}

/// The tokens of both sides, with their spelling.
struct Named {
    mine: HashMap<u32, (String, u16, usize)>,
    theirs: HashMap<u32, (String, u16, usize)>,
    weights: HashMap<u32, f32>,
}

impl Named {
    fn of(index: &Index, mine: &Described, theirs: &Described) -> Named {
        let (mine, theirs) = (spelled(mine), spelled(theirs));
        let keys = mine.keys().chain(theirs.keys()).copied();
        let weights = keys.map(|key| (key, index.weight(key))).collect();
        Named { mine, theirs, weights }
    }

    /// Shared, missing and more of a facet.
    fn take(&mut self, facet: Facet) -> (Vec<String>, Vec<String>, Vec<String>) {
        let is = |flags: u16| facet_of(flags) == Some(facet);
        let side = |one: &HashMap<u32, (String, u16, usize)>, other: &HashMap<u32, (String, u16, usize)>, shared: bool| {
            let fits = |(key, (_, flags, _)): &(&u32, &(String, u16, usize))| {
                let theirs = other.get(*key);
                theirs.is_some() == shared && (is(*flags) || theirs.is_some_and(|theirs| is(theirs.1)))
            };
            let mut words: Vec<(f32, String)> =
                one.iter().filter(fits).map(|(key, (word, _, _))| (self.weights.get(key).copied().unwrap_or(0.0), word.clone())).collect();
            words.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            words.truncate(SHOWN);
            words.into_iter().map(|(_, word)| word).collect::<Vec<String>>()
        };
        let telling = matches!(facet, Facet::Code | Facet::Version | Facet::Product | Facet::Identifier);
        let apart = |one, other| if telling { side(one, other, false) } else { Vec::new() };
        (side(&self.mine, &self.theirs, true), apart(&self.mine, &self.theirs), apart(&self.theirs, &self.mine))
    }

    /// Where the heaviest shared words stand in both texts.
    fn passages(&self, what: &Described, case: &Described) -> Vec<Passage> {
        let mut shared: Vec<(f32, u32)> = self
            .mine
            .iter()
            .filter(|(key, (_, flags, at))| {
                *at != usize::MAX && flags & flag::HAN == 0 && self.theirs.get(*key).is_some_and(|theirs| theirs.2 != usize::MAX)
            })
            .map(|(key, _)| (self.weights.get(key).copied().unwrap_or(0.0), *key))
            .collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut out: Vec<Passage> = Vec::new();
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (_, key) in shared {
            let (Some(mine), Some(theirs)) = (self.mine.get(&key), self.theirs.get(&key)) else { continue };
            if out.len() >= PASSAGES {
                break;
            }
            if taken.iter().any(|(a, b)| a.abs_diff(mine.2) < AROUND * 2 || b.abs_diff(theirs.2) < AROUND) {
                continue;
            }
            taken.push((mine.2, theirs.2));
            out.push(Passage { query: around(&what.text, mine.2), case: around(&case.text, theirs.2) });
        }
        out
    }
}

/// The facet a token is told under.
fn facet_of(flags: u16) -> Option<Facet> {
    if flags & (flag::HAN | flag::CLASS | flag::PART) != 0 {
        None
    } else if flags & (flag::IDENTIFIER | flag::DIGEST) != 0 {
        Some(Facet::Identifier)
    } else if flags & (flag::VERSION | flag::NUMBER) != 0 {
        Some(Facet::Version)
    } else if flags & (flag::PRODUCT | flag::VENDOR) != 0 {
        Some(Facet::Product)
    } else if flags & (flag::FILE | flag::FUNCTION | flag::PARAMETER | flag::CODE) != 0 {
        Some(Facet::Code)
    } else if flags & flag::TITLE != 0 {
        Some(Facet::Title)
    } else {
        Some(Facet::Text)
    }
}

fn spelled(what: &Described) -> HashMap<u32, (String, u16, usize)> {
    let mut out: HashMap<u32, (String, u16, usize)> = HashMap::new();
    for (text, kind, _) in fields(what) {
        for piece in pieces(text, kind).into_iter().filter(|piece| !piece.key.starts_with('#')) {
            let at = if kind == 0 { piece.at } else { usize::MAX };
            let entry = out.entry(hash(&piece.key)).or_insert_with(|| (as_written(text, piece.at, &piece.key), 0, usize::MAX));
            entry.1 |= piece.flags & !flag::PART;
            entry.2 = entry.2.min(at);
            if out.len() > crate::print::MOST_TERMS * 2 {
                return out;
            }
        }
    }
    out
}

/// The word as it stands in the text, where the token is its stem; otherwise the token.
pub(crate) fn as_written(text: &str, at: usize, key: &str) -> String {
    // A path begins with its slash.
    let rest = text.get(at..).unwrap_or_default().trim_start_matches(['/', '.', '_', '-']);
    let word = rest.chars().take_while(|c| c.is_alphanumeric()).take(40).collect::<String>().to_lowercase();
    if stem(&word) == key { word } else { key.trim_start_matches('=').to_owned() }
}

/// The text around a place, whole words, on one line.
fn around(text: &str, at: usize) -> String {
    let Some((before, after)) = text.split_at_checked(at) else { return String::new() };
    let head: Vec<char> = before.chars().rev().take(AROUND).collect();
    let tail: String = after.chars().take(AROUND).collect();
    let cut = head.len() == AROUND;
    let head: String = head.into_iter().rev().collect();
    let head = if cut { head.split_once(' ').map_or(head.as_str(), |(_, rest)| rest) } else { head.as_str() };
    let more = after.chars().nth(AROUND).is_some();
    let tail = if more { tail.rsplit_once(' ').map_or(tail.as_str(), |(rest, _)| rest) } else { tail.as_str() };
    let line = format!("{head}{tail}");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
