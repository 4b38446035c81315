//! What the public may know, and the files made from it (interfaces A5). Everything here is cleared: made from published facts,
//! the profile and public keys alone.
//!
//! The way: [`world`](mod@world) gathers what is public; [`TreeWriter`] asks what of it is not yet in the tree (`standing`, the journal), has it made
//! (`update`: `part` for each advisory, `lists`, `wellknown`; pure but for the signatures) and lays the files down (`laying`) so that a reader
//! sees the old tree or the new one; [`read()`] and [`Follower`] read a tree back; a preview tells beforehand. One publication costs what it
//! changes, however many there are; `sample` tells when files are made another way, so that everything has to be made anew.
//! Deliberately not serving: the public face does that (`wardroom-public`), and any other web server may serve the folder.

mod card;
mod feed;
mod gate;
mod gcve;
mod guarded;
mod input;
mod laying;
mod lists;
mod making;
mod part;
mod preview;
mod reading;
mod sample;
mod standing;
#[cfg(test)]
mod tests;
mod update;
mod wellknown;
mod world;
mod writer;

pub use card::{Card, Languages, Remedy};
pub use feed::feed_where;
pub use gate::csaf_report;
pub(crate) use guarded::{Guarded, guarded};
pub use input::{Release, Voice, editions, https_base, language_of, to_input};
pub use laying::Laid;
pub use lists::product_feed;
pub use preview::{Change, build};
pub use reading::{Bytes, Follower, Reading, Seen, TreeFile, generation, read};
pub(crate) use world::is_public;
pub use world::{PublicAdvisory, PublicKeyCard, PublicWorld, key_card, published, site, world, world_after};
pub use writer::{TreeWriter, export};
