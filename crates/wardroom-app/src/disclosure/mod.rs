//! Disclosure: the advisory's life from draft to the public tree.

mod draft;
mod ending;
pub mod identifiers;
mod page;
mod project;
mod publish;
mod render;
mod review;
pub mod tree;

pub use page::{AdvisoryListRow, AdvisoryPage};
pub use publish::{DryRun, PublishOrder};
pub use render::Rendered;
