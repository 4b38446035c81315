//! A vendor's policy as data (`psirt-profile/1`): how reports come in, which clocks run, which stages the reporter sees.
//! It is deliberately not a file reader: the caller turns YAML or TOML into a `serde_json::Value` first.

mod check;
mod expr;
mod fault;
mod fields;
mod milestone;
mod model;
mod names;
mod nearest;
mod pick;
mod schema;
mod shape;
mod stage;
mod text;
pub(crate) mod vocabulary;
mod words;

#[cfg(test)]
mod pages;

pub use expr::{Expr, ExprFault};
pub use fault::ProfileFault;
pub use fields::{CORE_FIELDS, Choice, CoreField, FormField, FormPart, Input};
pub use milestone::{Milestone, UnknownMilestone};
pub use model::*;
pub use pick::{BASE, base};
pub use stage::{Audience, Stage, furthest_contiguous};
pub use text::L10n;
pub use words::*;

pub(crate) use fault::{quoted, step};
pub(crate) use nearest::nearest;
