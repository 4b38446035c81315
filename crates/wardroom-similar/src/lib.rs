//! The duplicate finder: given a new report, the earlier cases about the same vulnerability, with reasons, and how sure it is that there is one.
//!
//! Three stages: (1) three lists of candidates from an inverted index ([`Index`]), (2) their order, by small trees over features of the pair
//! (what both name, what only one names, what contradicts), (3) how sure, by the whole list. Each stage's words are counted in every candidate's
//! [`Reason`]s, which add up to its score.
//!
//! Everything lives in memory: whoever holds an index rebuilds it at start. Deliberately without IO, clock or chance, and without knowledge of rights:
//! the caller says which cases a query may see, and the others are neither returned nor counted.

mod align;
mod background;
mod classes;
mod described;
mod explain;
mod gather;
mod index;
pub mod judge;
mod lexicon;
mod pair;
mod print;
mod query;
mod scan;
mod standing;
mod stem;
mod trees;

pub use align::{Agreement, Aligned, Aspect, Told, align, marked};
pub use described::Described;
pub use explain::{Facet, Passage, Reason};
pub use index::Index;
pub use query::{Found, Stages};

/// For `examples/fit`, which learns the numbers under `data/`: not meant for anybody else.
#[doc(hidden)]
pub mod learning {
    pub use crate::lexicon::LEXICON;
    pub use crate::pair::names;
    pub use crate::print::{fields, hash, pieces};
    pub use crate::query::Row;
    pub use crate::scan::{flag, is_han};
    pub use crate::standing::names as standing_names;
    pub use crate::trees::Trees;
}
