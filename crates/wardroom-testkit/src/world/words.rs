//! The words a world plants, so that it can tell afterwards where they went.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Words of this world and no other.
#[derive(Clone, Debug)]
pub struct PlantedWords {
    /// Stands in everything confidential: report texts, file names, messages, notes, reasons. Never to be seen outside.
    pub canary: String,
    /// Stands in every reporter's name and address. Only the head of a mail to that reporter may show it.
    pub who: String,
    /// Stands in the advisory's texts: secret until it is published, then to be seen by everybody.
    pub news: String,
}

impl PlantedWords {
    pub(super) fn fresh() -> PlantedWords {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let world = COUNT.fetch_add(1, Ordering::Relaxed);
        let word = |what: &str| {
            let digest = Sha256::digest(format!("{what} {} {world}", std::process::id()));
            // Letters only: no folding of cases, no escaping and no break of words changes it.
            let letters = digest.iter().take(12).fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{}", char::from(b'a' + byte % 26));
                text
            });
            format!("{what}{letters}")
        };
        PlantedWords { canary: word("canary"), who: word("who"), news: word("news") }
    }
}
