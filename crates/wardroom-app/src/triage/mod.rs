//! Triage: the inbox and its four outcomes. One file per use case.

mod accept;
mod ask;
pub mod claims;
mod decline;
mod duplicate;
pub mod inbox;
pub mod pile;
pub mod pile_order;
mod reopen;
