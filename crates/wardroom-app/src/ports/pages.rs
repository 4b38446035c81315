//! The public tree's HTML, as a port: the public face draws, the app publishes.
//!
//! Everything is drawn in both languages. What is asked for one advisory is drawn from it, what lists many from their cards, so that a
//! publication among many costs what it changes.

use crate::disclosure::tree::{Card, PublicAdvisory, PublicWorld};

/// Draws the static pages of the public tree: (path relative to the tree's root, bytes). Of the world a page may use who publishes and the keys;
/// which advisories it holds is said beside it.
pub trait PublicPages: Send + Sync {
    /// What no advisory changes: the policy, the keys, styles and scripts.
    fn fixed(&self, site: &PublicWorld) -> Vec<(String, Vec<u8>)>;
    /// The pages of one advisory.
    fn advisory(&self, site: &PublicWorld, advisory: &PublicAdvisory) -> Vec<(String, Vec<u8>)>;
    /// A page that lists.
    fn list(&self, site: &PublicWorld, list: &List) -> Vec<(String, Vec<u8>)>;
}

/// A page that lists advisories.
#[derive(Clone, Debug)]
pub enum List {
    /// The front page.
    Front {
        /// The few that changed last.
        newest: Vec<Card>,
    },
    /// The list of advisories.
    Newest {
        /// Those that changed last, newest first.
        cards: Vec<Card>,
        /// How many there are in all.
        total: usize,
        /// How many pages hold all of them; 0 when this one does.
        pages: usize,
    },
    /// One of the pages that hold all advisories.
    Page {
        /// From 1, which has the oldest.
        number: usize,
        /// There is no newer page.
        last: bool,
        /// Newest first.
        cards: Vec<Card>,
    },
    /// Who is thanked.
    Thanks {
        /// The page of one year alone.
        only: Option<i16>,
        /// Newest first.
        years: Vec<ThanksYear>,
        /// Years with a page of their own.
        former: Vec<i16>,
    },
}

/// Who is thanked in one year.
#[derive(Clone, Debug)]
pub struct ThanksYear {
    pub year: i16,
    /// (number of the advisory, names)
    pub thanked: Vec<(String, Vec<String>)>,
}
