//! Validation: is it a vulnerability, is it new, how bad is it.

pub mod beside;
pub mod candidates;
pub mod described;
pub mod glimpse;
mod judged;
mod priority;
pub mod public;
mod score;
mod state;
mod uniqueness;
mod vulnerability;

pub(crate) use uniqueness::as_seen;
pub use vulnerability::VulnerabilityForm;
pub(crate) use vulnerability::is_cve;
