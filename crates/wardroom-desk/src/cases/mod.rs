//! Cases at the desk: the list, one case in tabs, and one form per use case.

pub mod acts;
mod beside;
pub mod duplicates;
pub mod identifiers;
pub mod list;
pub mod page;
mod priority;
pub mod scoring;
mod views;

pub use views::{band, impact_chip, severity};
