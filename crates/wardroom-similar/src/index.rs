//! The index: cases by id, their prints, and for each term where it stands. Adding and removing leaves no trace: what a query answers
//! depends on the cases that are there and on nothing else. Deliberately nothing of it can be written down.

use crate::described::Described;
use crate::print::{Print, Term};
use crate::scan::flag;
use crate::{background, gather};
use std::collections::HashMap;

/// Where a term stands, and its weight there.
pub(crate) type Posting = (u32, f32);

/// A case that is there.
pub(crate) struct Entry {
    pub id: String,
    pub what: Described,
    pub print: Print,
}

/// Cases to be compared with.
#[derive(Default)]
pub struct Index {
    ids: HashMap<String, u32>,
    pub(crate) slots: Vec<Option<Entry>>,
    /// By slot, apart because every query reads them all: how much shared words count by the number of terms, and one by the length of all terms, and of
    /// the essential ones.
    pub(crate) scales: Vec<[f32; 3]>,
    /// By term, by slot: postings are sorted, because slots only grow.
    all: HashMap<u32, Vec<Posting>>,
    essential: HashMap<u32, Vec<Posting>>,
}

/// Kinds of term that say which thing it is about.
const ESSENTIAL: u16 = flag::PRODUCT
    | flag::TITLE
    | flag::VENDOR
    | flag::NAME
    | flag::FILE
    | flag::FUNCTION
    | flag::PARAMETER
    | flag::VERSION
    | flag::CODE
    | flag::IDENTIFIER
    | flag::DIGEST;

/// The weight of a term among the essential ones; none if it is not one.
pub(crate) fn essential(term: Term) -> f32 {
    if term.flags & ESSENTIAL == 0 {
        return 0.0;
    }
    let strong = [
        (flag::PRODUCT, 2.0),
        (flag::TITLE, 1.0),
        (flag::VENDOR, 0.7),
        (flag::NAME, 0.7),
        (flag::FILE, 1.5),
        (flag::FUNCTION, 1.0),
        (flag::PARAMETER, 1.0),
        (flag::VERSION, 1.0),
        (flag::CODE, 0.5),
        (flag::IDENTIFIER, 3.0),
        (flag::DIGEST, 3.0),
    ];
    let weight = strong.iter().filter(|(kind, _)| term.flags & kind != 0).map(|(_, weight)| *weight).fold(0.0, f32::max);
    let more = if term.flags & flag::PRODUCT != 0 && term.flags & flag::TITLE != 0 { 0.5 } else { 0.0 };
    if term.flags & flag::PART != 0 { (weight + more) * 0.6 } else { weight + more }
}

impl Index {
    pub fn new() -> Index {
        Index::default()
    }

    /// How many cases are there.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// The words of a case, as they were given.
    pub fn words(&self, id: &str) -> Option<&Described> {
        let slot = *self.ids.get(id)?;
        self.entry(slot).map(|entry| &entry.what)
    }

    /// Puts a case in, in place of what was known under this id.
    pub fn put(&mut self, id: &str, what: Described) {
        self.remove(id);
        let Ok(slot) = u32::try_from(self.slots.len()) else { return };
        let print = Print::of(&what);
        let mut lengths = [0.0_f32; 2];
        for term in &print.terms {
            let still = background::still(term.key);
            lengths[0] += (term.weight() * still).powi(2);
            lengths[1] += (essential(*term) * still).powi(2);
            self.all.entry(term.key).or_default().push((slot, term.weight()));
            let weight = essential(*term);
            if weight > 0.0 {
                self.essential.entry(term.key).or_default().push((slot, weight));
            }
        }
        let scale = lengths.map(|length| if length > 0.0 { 1.0 / length.sqrt() } else { 0.0 });
        #[expect(clippy::cast_precision_loss, reason = "at most a few thousand")]
        let short = 1.0 / (0.6 + 0.4 * (print.terms.len() as f32 / 60.0));
        self.ids.insert(id.to_owned(), slot);
        self.slots.push(Some(Entry { id: id.to_owned(), what, print }));
        self.scales.push([short, scale[0], scale[1]]);
    }

    /// Takes a case out; false if it was not there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self.ids.remove(id) else { return false };
        let Some(entry) = self.slots.get_mut(slot as usize).and_then(Option::take) else { return false };
        for term in &entry.print.terms {
            for lists in [&mut self.all, &mut self.essential] {
                let Some(list) = lists.get_mut(&term.key) else { continue };
                if let Ok(at) = list.binary_search_by_key(&slot, |posting| posting.0) {
                    list.remove(at);
                }
                if list.is_empty() {
                    lists.remove(&term.key);
                }
            }
        }
        if self.slots.len() > 64 && self.ids.len() * 2 < self.slots.len() {
            self.close_gaps();
        }
        true
    }

    /// Moves the cases together when most slots are empty, so that a life of updates does not grow the index.
    fn close_gaps(&mut self) {
        let mut moved = vec![u32::MAX; self.slots.len()];
        let mut next = 0;
        for (slot, entry) in self.slots.iter().enumerate() {
            if entry.is_some() {
                moved[slot] = next;
                next += 1;
            }
        }
        let mut there = self.slots.iter().map(Option::is_some);
        self.scales.retain(|_| there.next().unwrap_or(false));
        self.slots.retain(Option::is_some);
        let lists = self.all.values_mut().chain(self.essential.values_mut());
        lists.flatten().for_each(|posting| posting.0 = moved[posting.0 as usize]);
        self.ids.values_mut().for_each(|slot| *slot = moved[*slot as usize]);
    }

    pub(crate) fn entry(&self, slot: u32) -> Option<&Entry> {
        self.slots.get(slot as usize).and_then(Option::as_ref)
    }

    pub(crate) fn list(&self, key: u32) -> &[Posting] {
        self.all.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn essentials(&self, key: u32) -> &[Posting] {
        self.essential.get(&key).map_or(&[], Vec::as_slice)
    }

    /// What a word weighs now.
    pub(crate) fn weight(&self, key: u32) -> f32 {
        background::weight(key, self.list(key).len(), self.len())
    }

    /// Most postings one query reads of one list; rare terms come first.
    pub(crate) fn reach(&self) -> usize {
        gather::LEAST_READ.max(self.slots.len() * 3)
    }
}
