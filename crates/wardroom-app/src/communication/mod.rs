//! Communication: messages to reporters, internal notes, breach reasons, pauses, the embargo, the communication plan.

mod credit;
mod dates;
mod embargo;
mod message;
mod news;
mod note;
mod observe;
mod pause;
mod plan;

pub use message::{LONGEST, MessageMail};
pub use observe::Observed;
