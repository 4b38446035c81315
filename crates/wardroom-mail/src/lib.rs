//! MIME and OpenPGP: hostile bytes in, values out; and building outgoing mail.
//!
//! A pure leaf: no network, no files, no clock, no randomness of its own. What it deliberately is not: a mail client,
//! a key store, or a judge of people. It says what a mail holds and who signed it; what follows is decided elsewhere.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may fall"))]

pub mod archive;
pub mod compose;
pub mod glance;
pub mod keys;
pub mod limits;
pub mod mbox;
pub(crate) mod mime;
pub mod open;
pub mod opened;
pub(crate) mod pgp;
pub mod sign;
pub mod smime;
pub mod trust;
pub mod way;

pub use compose::{Outgoing, WrittenBy, compose};
pub use glance::{Glance, glance};
pub use limits::Limits;
pub use open::{STACK_BYTES, open_mail, open_mail_here};
pub use opened::OpenedMail;
pub use pgp::Fault;
pub use pgp::verify::BadSignature;
pub use way::{Way, way};

/// Libraries whose own log lines quote what they read, down to names, addresses and whole mails: those below this one, and the one that fetches
/// from mailboxes. Every program that handles mail must switch their lines off, at every level.
pub const QUOTING_LIBRARIES: [&str; 4] = ["pgp", "rpgpie", "mail_parser", "async_imap"];
