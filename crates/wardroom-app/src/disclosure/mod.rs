//! Disclosure: the advisory's life from draft to the public tree.

pub mod tree;
