//! Learning a glossary from aligned pairs: which English stems go with which Chinese terms, by expectation maximisation over pairs of texts that
//! tell of one vulnerability (IBM's first model). Only terms of Chinese characters in several pairs, and only stems that go with them clearly.

use crate::data;
use anyhow::Result;
use std::collections::{HashMap, HashSet};
use wardroom_similar::Described;
use wardroom_similar::learning::{flag, is_han, pieces};

pub fn learn(all: bool) -> Result<()> {
    let mut pairs: Vec<(Described, Described)> = Vec::new();
    let mut chinese_texts: Vec<String> = Vec::new();
    for (folder, queries, gold) in [("xl-10k", "queries", "gold"), ("en-100k", "queries-zh", "gold-zh")] {
        let cases: HashMap<String, Described> = data::cases(folder)?.into_iter().map(|case| (case.id, case.what)).collect();
        chinese_texts.extend(cases.values().filter(|what| has_han(what)).map(|what| format!("{} {}", what.title, what.text)));
        for query in data::queries(folder, queries, gold)? {
            if query.second_half && !all {
                continue;
            }
            if has_han(&query.what) {
                chinese_texts.push(format!("{} {}", query.what.title, query.what.text));
            }
            let Some(case) = query.gold.as_ref().and_then(|gold| cases.get(gold)) else { continue };
            match (has_han(&query.what), has_han(case)) {
                (true, false) => pairs.push((query.what, case.clone())),
                (false, true) => pairs.push((case.clone(), query.what)),
                _ => {}
            }
        }
    }
    println!("{} pairs, {} Chinese texts", pairs.len(), chinese_texts.len());
    let words = terms(&chinese_texts);
    println!("{} terms", words.len());
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(1);
    let bags: Vec<(Vec<String>, Vec<String>)> = pairs.iter().map(|(zh, en)| (cut(zh, &words, longest), stems(en, zh))).collect();
    let mut english: HashMap<&str, f64> = HashMap::new();
    let mut chinese: HashMap<&str, f64> = HashMap::new();
    for (zh, en) in &bags {
        en.iter().for_each(|word| *english.entry(word).or_default() += 1.0);
        zh.iter().for_each(|word| *chinese.entry(word).or_default() += 1.0);
    }
    // t(e|z), beginning even; a term "nothing" takes what goes with everything.
    let mut chance: HashMap<(&str, &str), f64> = HashMap::new();
    for _ in 0..8 {
        let mut counts: HashMap<(&str, &str), f64> = HashMap::new();
        let mut totals: HashMap<&str, f64> = HashMap::new();
        for (zh, en) in &bags {
            for e in en {
                let nothing = 2.0 * english[e.as_str()] / bags.len() as f64 * 0.05;
                let share = |z: &str| chance.get(&(z, e.as_str())).copied().unwrap_or(if chance.is_empty() { 0.01 } else { 1e-9 });
                let all: f64 = nothing + zh.iter().map(|z| share(z)).sum::<f64>();
                for z in zh {
                    let part = share(z) / all;
                    *counts.entry((z, e)).or_default() += part;
                    *totals.entry(z).or_default() += part;
                }
            }
        }
        chance = counts.into_iter().map(|((z, e), count)| ((z, e), count / (totals[z] + 1.0))).collect();
    }
    let mut found: HashMap<&str, Vec<(f64, &str)>> = HashMap::new();
    for ((z, e), share) in &chance {
        // How often the stem is there when the term is, against how often it is there at all.
        let together = bags.iter().filter(|(zh, en)| zh.iter().any(|word| word == z) && en.iter().any(|word| word == e)).count();
        if *share < 0.04 || together < 4 {
            continue;
        }
        let when = together as f64 / chinese[z];
        let lift = when / (english[e] / bags.len() as f64);
        if when > 0.25 && lift > 3.0 {
            found.entry(z).or_default().push((when, e));
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for (z, mut glosses) in found {
        glosses.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        lines.extend(glosses.iter().take(4).map(|(when, e)| format!("{z}\t{e}\t{:.2}", when.min(1.0))));
    }
    // Terms without a clear gloss are kept as words, so that a longer one is not read as its parts: no, they only cost.
    lines.sort();
    let text = format!(
        "# Learned by examples/fit from {} pairs: Chinese term, English stem, how often the stem is there when the term is.\n{}\n",
        bags.len(),
        lines.join("\n")
    );
    data::write("lexicon.tsv", &text)
}

fn has_han(what: &Described) -> bool {
    what.title.chars().chain(what.text.chars()).any(is_han)
}

/// Runs of two to six characters that stand in several texts and hold together.
fn terms(texts: &[String]) -> HashSet<String> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for text in texts {
        let mut seen: HashSet<String> = HashSet::new();
        for run in text.split(|c: char| !is_han(c)) {
            let characters: Vec<char> = run.chars().collect();
            for length in 1..=6 {
                for window in characters.windows(length) {
                    seen.insert(window.iter().collect());
                }
            }
        }
        for term in seen {
            *counts.entry(term).or_default() += 1;
        }
    }
    let all = texts.len() as f64;
    let count = |term: &str| counts.get(term).copied().unwrap_or(0) as f64;
    counts
        .iter()
        .filter(|(term, times)| {
            let characters: Vec<char> = term.chars().collect();
            if characters.len() < 2 || **times < 6 {
                return false;
            }
            // Both halves, at each cut, meet far more often than by chance.
            (1..characters.len()).all(|cut| {
                let (a, b): (String, String) = (characters[..cut].iter().collect(), characters[cut..].iter().collect());
                f64::from(**times) * all > 12.0 * count(&a) * count(&b) / (1.0 + count(&a).min(count(&b)) / 200.0)
            })
        })
        .map(|(term, _)| term.clone())
        .collect()
}

fn cut(what: &Described, words: &HashSet<String>, longest: usize) -> Vec<String> {
    let mut out: HashSet<String> = HashSet::new();
    for text in [&what.title, &what.text] {
        for run in text.split(|c: char| !is_han(c)) {
            let characters: Vec<char> = run.chars().collect();
            let mut at = 0;
            while at < characters.len() {
                let found = (2..=longest.min(characters.len() - at))
                    .rev()
                    .map(|length| characters[at..at + length].iter().collect::<String>())
                    .find(|word| words.contains(word));
                at += found.as_ref().map_or(1, |word| word.chars().count());
                out.extend(found);
            }
        }
    }
    let mut out: Vec<String> = out.into_iter().collect();
    out.sort();
    out
}

/// The English words that the Chinese text does not hold as they are.
fn stems(english: &Described, chinese: &Described) -> Vec<String> {
    let latin: HashSet<String> = [&chinese.title, &chinese.text]
        .into_iter()
        .flat_map(|text| pieces(text, 0))
        .filter(|piece| piece.flags & (flag::HAN | flag::GLOSS) == 0)
        .map(|piece| piece.key)
        .collect();
    let own = [&english.title, &english.text].into_iter().flat_map(|text| pieces(text, 0));
    let words: HashSet<String> = own
        .filter(|piece| piece.flags & (flag::CODE | flag::VERSION | flag::NUMBER | flag::FILE | flag::PARAMETER | flag::FUNCTION) == 0)
        .map(|piece| piece.key)
        .filter(|key| key.len() > 2 && key.bytes().all(|b| b.is_ascii_lowercase()) && !latin.contains(key))
        .collect();
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort();
    words
}
