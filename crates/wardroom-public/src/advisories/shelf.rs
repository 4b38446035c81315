//! Everything published, as it is searched: each advisory with its card, the words a search looks at and what it says of products. Made once
//! for each advisory and kept from one state of the tree to the next, so that a publication costs one.

use super::filter::{Facet, Filter};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use wardroom_app::disclosure::tree::{Card, PublicAdvisory, PublicWorld, Release, Voice, language_of, to_input};
use wardroom_formats::affected::Statements;
use wardroom_formats::csaf::input::AdvisoryInput;

/// How many entries may be gone, or elsewhere, between two that stayed.
const AHEAD: usize = 64;

/// All advisories, newest first.
#[derive(Default)]
pub struct Shelf {
    entries: Vec<Arc<Entry>>,
}

/// One advisory.
pub(crate) struct Entry {
    advisory: Arc<PublicAdvisory>,
    pub(crate) card: Card,
    /// Everything a search looks at, in lower case.
    haystack: String,
    /// Its values of each facet.
    values: Vec<(Facet, Vec<String>)>,
    statements: OnceLock<Statements>,
}

impl Shelf {
    /// What this world holds; entries of `former` that are the same are kept.
    #[must_use]
    pub fn of(world: &PublicWorld, former: &Shelf) -> Shelf {
        // A publication moves one advisory to the front: all others stand in the order in which they stood. What is not found a few places on is
        // made anew, which costs work and nothing else.
        let mut next = 0;
        let mut known = |advisory: &Arc<PublicAdvisory>| {
            let ahead = former.entries.iter().enumerate().skip(next).take(AHEAD);
            let (at, entry) = ahead.into_iter().find(|(_, one)| Arc::ptr_eq(&one.advisory, advisory))?;
            next = at + 1;
            Some(Arc::clone(entry))
        };
        let entry = |advisory: &Arc<PublicAdvisory>| known(advisory).or_else(|| Entry::of(advisory).map(Arc::new));
        Shelf { entries: world.advisories.iter().filter_map(entry).collect() }
    }

    pub(crate) fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// Those the filter lets through, newest first.
    pub(crate) fn those<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Arc<Entry>> {
        self.entries.iter().filter(|entry| entry.misses(filter) == Misses::Nothing)
    }

    /// How many there are of each value of each facet, if that value were chosen and everything else stayed.
    pub(crate) fn counts(&self, filter: &Filter) -> HashMap<(Facet, &str), usize> {
        let mut counts = HashMap::new();
        for entry in &self.entries {
            let misses = entry.misses(filter);
            for (facet, values) in &entry.values {
                if misses == Misses::Nothing || misses == Misses::Only(*facet) {
                    values.iter().for_each(|value| *counts.entry((*facet, value.as_str())).or_default() += 1);
                }
            }
        }
        counts
    }
}

/// What of a filter an advisory does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Misses {
    Nothing,
    Only(Facet),
    More,
}

impl Entry {
    fn of(advisory: &Arc<PublicAdvisory>) -> Option<Entry> {
        let card = Card::of(advisory)?;
        let names: Vec<&str> = card.products.iter().map(|(_, name)| name.as_str()).collect();
        let texts = [&card.number, &card.title.en, &card.title.zh, &card.summary.en, &card.summary.zh];
        let words = texts.into_iter().map(String::as_str).chain(card.cves.iter().map(String::as_str)).chain(names);
        let haystack = words.collect::<Vec<_>>().join("\n").to_lowercase();
        let values = Facet::ALL.into_iter().map(|facet| (facet, facet.values(&card))).collect();
        Some(Entry { advisory: Arc::clone(advisory), card, haystack, values, statements: OnceLock::new() })
    }

    fn misses(&self, filter: &Filter) -> Misses {
        if !filter.words.iter().all(|word| self.haystack.contains(word.as_str())) {
            return Misses::More;
        }
        let mut missed = Misses::Nothing;
        for (facet, wanted) in &filter.chosen {
            let met = self.values.iter().any(|(of, values)| of == facet && values.contains(wanted));
            if !met {
                missed = if missed == Misses::Nothing { Misses::Only(*facet) } else { Misses::More };
            }
        }
        missed
    }

    /// What it says of products; nothing where it was taken back.
    pub(crate) fn statements(&self, voice: &Voice) -> &Statements {
        self.statements.get_or_init(|| match self.advisory.latest() {
            Some(latest) if self.card.ended.is_none() => {
                Statements::of(&to_input(Release::of(latest), voice, language_of(&latest.content)))
            }
            Some(_) | None => Statements::default(),
        })
    }

    /// The whole of it in one language.
    pub(crate) fn whole(&self, voice: &Voice, lang: &str) -> Option<AdvisoryInput> {
        self.advisory.latest().map(|latest| to_input(Release::of(latest), voice, lang))
    }

    pub(crate) fn advisory(&self) -> &PublicAdvisory {
        &self.advisory
    }
}
