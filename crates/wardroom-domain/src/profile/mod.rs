//! A vendor's policy as data (`psirt-profile/1`): how reports come in, which clocks run, which stages the reporter sees.
//! It is deliberately not a file reader: the caller turns YAML or TOML into a `serde_json::Value` first.

mod milestone;

pub use milestone::{Milestone, UnknownMilestone};
