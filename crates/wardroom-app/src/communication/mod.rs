//! Communication: messages to reporters, internal notes, breach reasons, pauses, the embargo, the communication plan, the recipient book, the accesses handed out to it and the notices to it.

mod access;
mod credit;
mod dates;
mod embargo;
mod message;
mod news;
mod note;
pub(crate) mod notices;
mod observe;
mod pause;
mod plan;
pub(crate) mod recipients;
mod team_letter;

pub(crate) use access::{Access, place_of};
pub use access::{AccessLine, NewAccess};
pub(crate) use message::checked;
pub use message::{LONGEST, MessageMail};
pub use notices::NOTICE_MAIL;
pub use observe::Observed;
pub use recipients::RecipientLine;
