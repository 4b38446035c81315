//! A vendor's policy as data (`psirt-profile/1`): how reports come in, which clocks run, which stages the reporter sees.
//! It is deliberately not a file reader: the caller turns YAML or TOML into a `serde_json::Value` first.

mod expr;
mod fault;
mod milestone;
mod nearest;
pub(crate) mod vocabulary;

pub use expr::{Expr, ExprFault};
pub use fault::ProfileFault;
pub use milestone::{Milestone, UnknownMilestone};

pub(crate) use fault::{quoted, step};
pub(crate) use nearest::nearest;
