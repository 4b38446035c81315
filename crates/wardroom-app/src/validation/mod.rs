//! Validation: is it a vulnerability, is it new, how bad is it.

pub mod candidates;
mod priority;
mod score;
mod state;
mod uniqueness;
mod vulnerability;

pub use vulnerability::VulnerabilityForm;
pub(crate) use vulnerability::is_cve;
