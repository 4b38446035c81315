//! One file per group of commands. Each opens the data directory, calls a use case, prints.

pub mod advisory;
pub mod case;
pub mod check;
pub mod convert;
pub mod csaf;
pub mod cve;
pub mod doctor;
pub mod dup_find;
pub mod dup_import;
pub mod duplicates;
pub mod formats;
pub mod import;
pub mod inbox;
pub mod keys;
pub mod operate;
pub mod people;
pub mod pile;
pub mod pipe;
pub mod plan;
pub mod print;
pub mod provider_check;
pub mod receipt;
pub mod scoring;
