//! The second stage: features of a pair. What both name, what only one of them names, how much of the one's product is in the other, and where the
//! candidate stands among the others. Deliberately numbers only: what they are worth is learned (`data/rank.trees`).

use crate::explain::Facet;
use crate::gather::Candidate;
use crate::index::{Entry, Index};
use crate::print::Print;
use crate::scan::flag;

/// Kinds of term that are counted apart: name, kinds, facet.
const GROUPS: [(&str, u16, Facet); 10] = [
    ("words", !flag::HAN, Facet::Text),
    ("names", flag::NAME, Facet::Text),
    ("code", flag::CODE | flag::FILE | flag::FUNCTION | flag::PARAMETER, Facet::Code),
    ("files", flag::FILE, Facet::Code),
    ("functions", flag::FUNCTION, Facet::Code),
    ("parameters", flag::PARAMETER, Facet::Code),
    ("versions", flag::VERSION, Facet::Version),
    ("numbers", flag::NUMBER, Facet::Version),
    ("product", flag::PRODUCT | flag::VENDOR, Facet::Product),
    ("title", flag::TITLE, Facet::Title),
];
/// A term that weighs this much is rare.
const RARE: f32 = 6.5;
/// Features that are also compared with the best among the candidates.
const RELATIVE: [&str; 8] =
    ["cosine exact", "words shared", "words covers", "words covered", "code shared", "title covers", "pairs", "rare shared"];

/// A query, ready to be compared.
pub struct Asked {
    pub print: Print,
    /// What each term's word weighs, in the order of the terms.
    words: Vec<f32>,
    length: f32,
    /// By group: the sum of the squares of its terms.
    totals: [f32; 10],
    rare: f32,
}

impl Asked {
    pub fn new(index: &Index, print: Print) -> Asked {
        let words: Vec<f32> = print.terms.iter().map(|term| index.weight(term.key)).collect();
        let mut totals = [0.0; 10];
        let mut rare = 0.0;
        let mut length = 0.0;
        for (term, word) in print.terms.iter().zip(&words) {
            for (total, (_, kinds, _)) in totals.iter_mut().zip(&GROUPS) {
                if term.flags & kinds != 0 {
                    *total += worth(term.flags, *word);
                }
            }
            if *word >= RARE && term.flags & (flag::HAN | flag::PART) == 0 {
                rare += word;
            }
            length += (term.weight() * word).powi(2);
        }
        Asked { print, words, length: length.sqrt(), totals, rare }
    }

    /// Something of the query as a whole, for the third stage: how much it says of each kind.
    pub fn totals(&self) -> &[f32; 10] {
        &self.totals
    }

    pub fn rare(&self) -> f32 {
        self.rare
    }
}

fn worth(flags: u16, word: f32) -> f32 {
    if flags & flag::PART != 0 { word * 0.5 } else { word }
}

/// The rows of features of all candidates, in their order.
pub fn rows(index: &Index, asked: &Asked, candidates: &[Candidate]) -> Vec<Vec<f32>> {
    let names = names();
    let best: [f32; 3] = [0, 1, 2].map(|k| candidates.iter().map(|candidate| candidate.values[k]).fold(0.0, f32::max));
    let mut rows: Vec<Vec<f32>> = candidates
        .iter()
        .map(|candidate| match index.entry(candidate.slot) {
            Some(entry) => row(index, asked, candidate, entry, best),
            None => Vec::new(),
        })
        .collect();
    for name in RELATIVE {
        let Some(at) = names.iter().position(|(known, _)| known == name) else { continue };
        let top = rows.iter().filter_map(|row| row.get(at)).copied().fold(0.0, f32::max);
        for row in &mut rows {
            let value = row.get(at).copied().unwrap_or(0.0);
            row.push(value - top);
        }
    }
    rows
}

/// The features' names and what they are a reason about.
pub fn names() -> Vec<(String, Facet)> {
    let mut names: Vec<(String, Facet)> = Vec::new();
    for list in ["words", "cosine", "core"] {
        for part in ["value", "to best", "rank"] {
            names.push((format!("{list} list {part}"), Facet::Standing));
        }
    }
    for (group, _, facet) in GROUPS {
        for part in ["shared", "missing", "more", "covers", "covered"] {
            names.push((format!("{group} {part}"), facet));
        }
    }
    for (name, facet) in [
        ("cosine exact", Facet::Text),
        ("rare shared", Facet::Text),
        ("rare missing", Facet::Text),
        ("rare more", Facet::Text),
        ("rarest", Facet::Text),
        ("han", Facet::Text),
        ("glosses", Facet::Text),
        ("pairs", Facet::Text),
        ("pairs share", Facet::Text),
        ("name grams", Facet::Title),
        ("name grams in", Facet::Title),
        ("classes shared", Facet::Weakness),
        ("classes missing", Facet::Weakness),
        ("classes more", Facet::Weakness),
        ("classes apart", Facet::Weakness),
        ("symbols apart", Facet::Code),
        ("parameters apart", Facet::Code),
        ("files apart", Facet::Code),
        ("versions apart", Facet::Version),
        ("versions named", Facet::Version),
        ("length", Facet::Shape),
        ("length of query", Facet::Shape),
        ("length ratio", Facet::Shape),
        ("languages", Facet::Shape),
        ("fields", Facet::Shape),
    ] {
        names.push((name.to_owned(), facet));
    }
    for name in RELATIVE {
        let facet = names.iter().find(|(known, _)| known == name).map_or(Facet::Shape, |(_, facet)| *facet);
        names.push((format!("{name} to best"), facet));
    }
    names
}

/// What one merge of two lists of terms sums up.
#[derive(Default)]
struct Sums {
    /// By group: of the query's terms the other has, and the other way round; and of all of the other's.
    ours: [f32; 10],
    theirs: [f32; 10],
    their_total: [f32; 10],
    dot: f32,
    length: f32,
    rare_shared: f32,
    rare_more: f32,
    rarest: f32,
    han: f32,
    glosses: f32,
}

fn merge(index: &Index, asked: &Asked, other: &Print) -> Sums {
    let mut sums = Sums::default();
    let ours = &asked.print.terms;
    let mut i = 0;
    for term in &other.terms {
        while ours.get(i).is_some_and(|mine| mine.key < term.key) {
            i += 1;
        }
        let mine = ours.get(i).filter(|mine| mine.key == term.key);
        let word = if mine.is_some() { asked.words[i] } else { index.weight(term.key) };
        let weight = term.weight() * word;
        sums.length += weight * weight;
        for (group, (_, kinds, _)) in GROUPS.iter().enumerate() {
            if term.flags & kinds != 0 {
                let worth = worth(term.flags, word);
                sums.their_total[group] += worth;
                if mine.is_some() {
                    sums.theirs[group] += worth;
                }
            }
        }
        let plain = term.flags & (flag::HAN | flag::PART) == 0;
        let Some(mine) = mine else {
            if word >= RARE && plain {
                sums.rare_more += word;
            }
            continue;
        };
        sums.dot += weight * mine.weight() * word;
        for (group, (_, kinds, _)) in GROUPS.iter().enumerate() {
            if mine.flags & kinds != 0 {
                sums.ours[group] += worth(mine.flags, word);
            }
        }
        if word >= RARE && (plain || mine.flags & (flag::HAN | flag::PART) == 0) {
            sums.rare_shared += word;
        }
        if term.flags & flag::HAN == 0 {
            sums.rarest = sums.rarest.max(word);
        } else {
            sums.han += word;
        }
        if (term.flags | mine.flags) & flag::GLOSS != 0 {
            sums.glosses += word;
        }
    }
    sums
}

#[expect(clippy::cast_precision_loss, reason = "counts within one text")]
fn row(index: &Index, asked: &Asked, candidate: &Candidate, entry: &Entry, best: [f32; 3]) -> Vec<f32> {
    let other = &entry.print;
    let sums = merge(index, asked, other);
    let mut row = Vec::with_capacity(100);
    for ((value, best), rank) in candidate.values.into_iter().zip(best).zip(candidate.ranks) {
        row.push(value);
        row.push(share(value, best));
        row.push(f32::from(rank));
    }
    for group in 0..GROUPS.len() {
        let shared = sums.ours[group].max(sums.theirs[group]);
        row.push(shared);
        row.push(asked.totals[group] - sums.ours[group]);
        row.push(sums.their_total[group] - sums.theirs[group]);
        row.push(part(sums.ours[group], asked.totals[group]));
        row.push(part(sums.theirs[group], sums.their_total[group]));
    }
    row.push(share(sums.dot, asked.length * sums.length.sqrt()));
    row.push(sums.rare_shared);
    row.push(asked.rare - sums.rare_shared);
    row.push(sums.rare_more);
    row.push(sums.rarest);
    row.push(sums.han);
    row.push(sums.glosses);
    let pairs = common(&asked.print.pairs, &other.pairs) as f32;
    row.push((1.0 + pairs).ln());
    row.push(share(pairs, asked.print.pairs.len().min(other.pairs.len()) as f32));
    let grams = common(&asked.print.grams, &other.grams) as f32;
    row.push(share(2.0 * grams, (asked.print.grams.len() + other.grams.len()) as f32));
    row.push(share(grams, asked.print.grams.len().min(other.grams.len()) as f32));
    let (mine, theirs) = (asked.print.classes, other.classes);
    row.push((mine & theirs).count_ones() as f32);
    row.push((mine & !theirs).count_ones() as f32);
    row.push((theirs & !mine).count_ones() as f32);
    row.push(f32::from(u8::from(mine != 0 && theirs != 0 && mine & theirs == 0)));
    for group in [2, 5, 3, 6] {
        row.push(apart(sums.ours[group].max(sums.theirs[group]), asked.totals[group], sums.their_total[group]));
    }
    row.push(numbered(asked, other));
    row.push((1.0 + other.length as f32).ln());
    row.push((1.0 + asked.print.length as f32).ln());
    row.push((1.0 + other.length as f32).ln() - (1.0 + asked.print.length as f32).ln());
    row.push(f32::from(u8::from(asked.print.chinese)) + 2.0 * f32::from(u8::from(other.chinese)));
    let fields = [asked.print.titled, asked.print.product, other.titled, other.product];
    row.push(fields.iter().enumerate().map(|(bit, on)| if *on { (1 << bit) as f32 } else { 0.0 }).sum());
    row
}

/// A share where nothing of nothing is unknown, not nothing.
fn part(some: f32, all: f32) -> f32 {
    if all > 0.0 { some / all } else { -1.0 }
}

fn share(some: f32, all: f32) -> f32 {
    if all > 0.0 { some / all } else { 0.0 }
}

/// 1 if both name something of a kind and nothing of it is shared, -1 if they share, 0 if one is silent.
fn apart(shared: f32, mine: f32, theirs: f32) -> f32 {
    if shared > 0.0 {
        -1.0
    } else if mine > 0.0 && theirs > 0.0 {
        1.0
    } else {
        0.0
    }
}

/// Whether versions stand in either at all.
fn numbered(asked: &Asked, other: &Print) -> f32 {
    let has = |print: &Print| print.terms.iter().any(|term| term.flags & flag::VERSION != 0);
    f32::from(u8::from(has(&asked.print))) + 2.0 * f32::from(u8::from(has(other)))
}

/// How many of two sorted lists are the same.
pub fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                i += 1;
                j += 1;
                count += 1;
            }
        }
    }
    count
}
