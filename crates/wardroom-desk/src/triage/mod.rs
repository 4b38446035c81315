//! Triage at the desk: the inbox, one report, its four outcomes.

pub mod badges;
pub mod inbox;
