//! LMTP (RFC 2033): the mail server hands mail to us directly and keeps every message until we say that it is durably ours.
//!
//! Deliberately no mail server: no relaying, no queue, no login, no TLS. It is for the mail server of the same machine or network.

pub mod client;
pub mod command;
pub mod data;
mod server;
pub mod session;

pub use server::{Listen, ListenFault, LmtpServer};
pub use session::Rules;
