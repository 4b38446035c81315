//! Advisories at the desk: the list, one advisory with its texts and what is projected from its case, review by a second person, the disclosure plan,
//! publication.

pub mod acts;
pub mod download;
pub mod editor;
pub mod list;
pub mod page;
pub mod plan;
pub mod publish;
mod sight;
