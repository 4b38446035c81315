//! Chinese to English by a glossary: terms of security, weakness classes, makers' names. Longest match from the left; a term gives one or more
//! English stems with weights. Deliberately not a translation: it brings two texts into one vocabulary, no more.
//! `data/terms.tsv` is written by hand, `data/lexicon.tsv` was learned from aligned pairs by `examples/fit` (see the book).

use crate::classes::CLASSES;
use crate::stem::stem;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A glossary.
#[derive(Default)]
pub struct Lexicon {
    terms: HashMap<&'static str, Vec<(String, f32)>>,
    /// Longest term, in characters.
    longest: usize,
}

pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    for (phrase, bit) in CLASSES.chinese() {
        lexicon.add(phrase, CLASSES.name(*bit), 1.0);
    }
    for line in include_str!("../data/terms.tsv").lines().filter(|line| !line.starts_with('#')) {
        if let Some((term, glosses)) = line.split_once('\t') {
            for word in glosses.split(' ') {
                lexicon.add(term, stem(word), 1.0);
            }
        }
    }
    for line in include_str!("../data/lexicon.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        if let (Some(term), Some(gloss), Some(weight)) = (columns.next(), columns.next(), columns.next().and_then(|w| w.parse().ok())) {
            lexicon.add(term, gloss.to_owned(), weight);
        }
    }
    lexicon
});

impl Lexicon {
    fn add(&mut self, term: &'static str, gloss: String, weight: f32) {
        self.longest = self.longest.max(term.chars().count());
        let glosses = self.terms.entry(term).or_default();
        if !gloss.is_empty() && !glosses.iter().any(|(known, _)| *known == gloss) {
            glosses.push((gloss, weight));
        }
    }

    /// Tells `take` where a term stands (bytes), what it means and how sure that is, for each term of a run of Chinese.
    pub fn read(&self, run: &str, mut take: impl FnMut(usize, &str, f32)) {
        let mut at = 0;
        while at < run.len() {
            let rest = &run[at..];
            let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(self.longest).collect();
            let found = ends.iter().rev().find_map(|end| self.terms.get(&rest[..*end]).map(|glosses| (*end, glosses)));
            match found {
                Some((end, glosses)) => {
                    for (gloss, weight) in glosses {
                        take(at, gloss, *weight);
                    }
                    at += end;
                }
                None => at += ends.first().copied().unwrap_or(rest.len()),
            }
        }
    }

    /// The terms that are known already; for learning others.
    pub fn knows(&self, term: &str) -> bool {
        self.terms.contains_key(term)
    }
}

#[cfg(test)]
mod tests {
    use super::LEXICON;

    #[test]
    fn the_longest_term_wins() {
        let mut found = Vec::new();
        LEXICON.read("存在跨站脚本漏洞", |at, gloss, _| found.push((at, gloss.to_owned())));
        assert!(found.contains(&(6, "#xss".to_owned())), "{found:?}");
    }
}
