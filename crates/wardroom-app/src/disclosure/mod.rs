//! Disclosure: the advisory's life from draft to the public tree.

pub mod affected;
mod draft;
pub mod editor;
mod ending;
pub mod identifiers;
mod page;
pub mod plan;
mod project;
mod publish;
mod render;
mod review;
pub(crate) mod shared;
pub mod tree;

pub(crate) use project::manuscript_of;

pub use page::{AdvisoryListRow, AdvisoryPage};
pub use publish::{DryRun, PublishOrder};
pub use render::Rendered;
pub use shared::{NoAccess, SHARE, SharedFile};
