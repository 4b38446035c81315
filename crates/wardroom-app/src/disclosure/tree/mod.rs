//! What the public may know, and the files made from it (interfaces A5). Everything here is cleared: made from published facts,
//! the profile and public keys alone.
//!
//! The way: [`world`] gathers what is public, [`build()`] makes every file of it (pure but for the signatures), [`TreeWriter`] lays the
//! files down so that a reader sees the old tree or the new one, [`read()`] reads a whole tree back. [`would_change`] tells beforehand.
//! Deliberately not serving: the public face holds the files in memory (`wardroom-public`), any other web server may serve the folder.

mod build;
mod documents;
mod gate;
mod gcve;
mod input;
mod laying;
mod listing;
mod preview;
mod reading;
#[cfg(test)]
mod tests;
mod wellknown;
mod world;
mod writer;

pub use build::{Built, Kept, build, build_with};
pub use gate::csaf_report;
pub use input::{Release, Voice, editions, https_base, language_of, to_input};
pub use laying::Laid;
pub use preview::{Change, changes, would_change};
pub use reading::{Reading, generation, read, read_if_changed};
pub(crate) use world::is_public;
pub use world::{PublicAdvisory, PublicKeyCard, PublicWorld, key_card, published, world};
pub use writer::{TreeWriter, export};
