//! The law: values, state machines, clocks, rights, profile, facts. No IO, no clock, no random.

pub mod deadlines;
pub mod profile;
