//! Communication: messages to reporters, internal notes, breach reasons, the embargo, the communication plan.

mod embargo;
mod message;
mod note;
mod observe;
mod plan;

pub use message::{LONGEST, MessageMail};
pub use observe::Observed;
