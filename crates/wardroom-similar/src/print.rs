//! The print of a case: what is compared, in numbers. Terms with weights and kinds, pairs of neighbouring words, trigrams of the name.
//! Deliberately keyed by hashes of 32 bits, not by an interned vocabulary: the print of a text is the same whatever came before it.

use crate::classes::CLASSES;
use crate::described::Described;
use crate::lexicon::LEXICON;
use crate::scan::{Piece, flag, is_han, scan};
use std::collections::HashMap;

/// Most different terms of a case that are kept, the heaviest first.
pub const MOST_TERMS: usize = 2_000;
/// Bytes of all fields after which the rest is left out.
const MOST_BYTES: usize = 250_000;
const MOST_PAIRS: usize = 600;
const MOST_GRAMS: usize = 160;

/// A term of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub key: u32,
    pub flags: u16,
    weight: u16,
}

impl Term {
    /// Its weight in this case, before the weight of the word itself.
    pub fn weight(self) -> f32 {
        f32::from(self.weight) / 1024.0
    }
}

/// A case as it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Print {
    /// By key, each once.
    pub terms: Vec<Term>,
    /// Pairs of neighbouring words, sorted.
    pub pairs: Vec<u32>,
    /// Trigrams of title and products, sorted.
    pub grams: Vec<u32>,
    pub classes: u64,
    /// Characters of all texts.
    pub length: u32,
    /// Mostly Chinese.
    pub chinese: bool,
    pub titled: bool,
    pub product: bool,
}

/// FNV-1a, folded: the same on every machine.
pub fn hash(word: &str) -> u32 {
    let long = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    #[expect(clippy::cast_possible_truncation, reason = "folding is meant")]
    let folded = (long ^ (long >> 32)) as u32;
    folded
}

#[derive(Default)]
struct Gathered {
    text: f32,
    boost: f32,
    flags: u16,
}

/// A field of a case: its text, the kind it gives its tokens and how much more they weigh.
pub fn fields(what: &Described) -> Vec<(&str, u16, f32)> {
    let mut fields = vec![(what.title.as_str(), flag::TITLE, 1.0), (what.text.as_str(), 0, 0.0), (what.vendor.as_str(), flag::VENDOR, 1.0)];
    fields.extend(what.products.iter().take(200).map(|product| (product.as_str(), flag::PRODUCT, 2.0)));
    fields.push((what.component.as_str(), flag::PRODUCT, 2.0));
    fields.extend(what.versions.iter().take(200).map(|version| (version.as_str(), flag::VERSION, 0.5)));
    fields.extend(what.symbols.iter().take(200).map(|symbol| (symbol.as_str(), flag::CODE, 1.0)));
    fields.extend(what.identifiers.iter().take(200).map(|identifier| (identifier.as_str(), flag::IDENTIFIER, 2.0)));
    fields.extend(what.signatures.iter().chain(&what.attachments).take(400).map(|digest| (digest.as_str(), flag::DIGEST, 2.0)));
    let mut room = MOST_BYTES;
    fields.retain(|(text, _, _)| {
        let fits = room > 0;
        room = room.saturating_sub(text.len());
        fits && !text.is_empty()
    });
    fields
}

/// The tokens of a field, with the kind of the field.
pub fn pieces(text: &str, kind: u16) -> Vec<Piece> {
    let mut pieces = scan(text, &LEXICON);
    for piece in &mut pieces {
        let numeric = piece.flags & (flag::VERSION | flag::NUMBER) != 0;
        piece.flags |= match kind {
            flag::PRODUCT | flag::TITLE | flag::VENDOR if numeric || piece.flags & flag::HAN != 0 => 0,
            flag::IDENTIFIER | flag::DIGEST if piece.flags & flag::PART != 0 => 0,
            flag::VERSION if !numeric => 0,
            kind => kind,
        };
    }
    pieces
}

impl Print {
    pub fn of(what: &Described) -> Print {
        let mut terms: HashMap<u32, Gathered> = HashMap::new();
        let mut print = Print::default();
        let mut han = 0_usize;
        let mut length = 0_usize;
        let mut name = String::new();
        let mut pairs = Vec::new();
        let mut chinese_classes = 0;
        for (text, kind, boost) in fields(what) {
            let mut before = 0;
            for piece in pieces(text, kind) {
                let key = hash(&piece.key);
                let term = terms.entry(key).or_default();
                if kind == 0 || kind == flag::TITLE {
                    term.text += piece.weight;
                }
                if boost > 0.0 && piece.flags & flag::HAN == 0 {
                    term.boost = term.boost.max(boost * piece.weight.min(1.0));
                }
                term.flags |= piece.flags;
                if piece.flags & flag::GLOSS != 0 && piece.key.starts_with('#') {
                    chinese_classes |= CLASSES.bit(&piece.key);
                }
                if (kind == 0 || kind == flag::TITLE) && piece.flags & (flag::PART | flag::HAN) == 0 {
                    pairs.push(before ^ key.rotate_left(13));
                    before = key;
                }
            }
            if matches!(kind, flag::TITLE | flag::PRODUCT) && name.len() < 2_000 {
                name.push_str(text);
                name.push(' ');
            }
            let characters = text.chars().take(crate::scan::LONGEST);
            for c in characters {
                length += 1;
                han += usize::from(is_han(c));
            }
        }
        print.classes = CLASSES.of_text(&what.title) | CLASSES.of_text(&what.text) | chinese_classes;
        for weakness in what.weaknesses.iter().take(50) {
            print.classes |= CLASSES.of_weakness(weakness);
        }
        for bit in 0..64_u8 {
            if print.classes & (1 << bit) != 0 {
                let term = terms.entry(hash(&CLASSES.name(bit))).or_default();
                term.text = term.text.max(1.0);
                term.flags |= flag::CLASS;
            }
        }
        print.chinese = han * 10 > length;
        print.length = u32::try_from(length).unwrap_or(u32::MAX);
        print.titled = !what.title.is_empty();
        print.product = !what.products.is_empty();
        print.terms = terms.into_iter().map(|(key, term)| Term { key, flags: term.flags, weight: weight(&term) }).collect();
        if print.terms.len() > MOST_TERMS {
            print.terms.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.key.cmp(&b.key)));
            print.terms.truncate(MOST_TERMS);
        }
        print.terms.sort_by_key(|term| term.key);
        print.pairs = set(pairs, MOST_PAIRS);
        print.grams = set(grams(&name), MOST_GRAMS);
        print
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what the number holds")]
fn weight(term: &Gathered) -> u16 {
    let weight = (1.0 + term.text).ln() / std::f32::consts::LN_2 + term.boost;
    (weight * 1024.0).clamp(1.0, 65_535.0) as u16
}

fn set(mut all: Vec<u32>, most: usize) -> Vec<u32> {
    all.sort_unstable();
    all.dedup();
    all.truncate(most);
    all
}

fn grams(name: &str) -> Vec<u32> {
    let plain: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(1_000).collect();
    plain.windows(3).map(|three| three.iter().fold(17, |hash: u32, c| (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193))).collect()
}
