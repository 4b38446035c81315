//! Triage at the desk: the inbox, one report, its four outcomes.

mod archive;
pub mod badges;
pub mod dates;
pub mod decline;
pub mod evidence;
pub mod files;
pub mod inbox;
pub mod pile;
pub mod report;
pub mod ring;
