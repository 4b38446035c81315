//! What a CSAF 2.0 trusted provider publishes beside its documents (section 7): provider metadata, ROLIE feeds, listings, hash files.
//!
//! Not here: the documents, their signatures, the serving. Each function returns the text of one file.

mod listing;
mod metadata;
mod rolie;
mod sidecar;

pub use listing::{Listed, changes_csv, changes_csv_unquoted, document_path, index_txt};
pub use metadata::{FeedAt, KeyAt, Provider, Provider21, Role, metadata, metadata21};
pub use rolie::{
    DocumentVersion, FeedLabel, RolieEntry, RolieFeed, category, feed_file_name, rolie_entry, rolie_feed, rolie_feed_of, service,
};
pub use sidecar::{Digests, digests, sidecar};

/// Why a file of the provider cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// An address is not https, or has the wrong end.
    #[error("{field} must be an https address{}", ending(.must_end))]
    Address {
        /// Which one.
        field: &'static str,
        /// How it must end, if that is said.
        must_end: &'static str,
    },
    /// A text that must be there is empty.
    #[error("{0} must not be empty")]
    Empty(&'static str),
    /// A fingerprint is none.
    #[error("fingerprint of an OpenPGP key must have 40 or more hexadecimal digits")]
    Fingerprint,
    /// A provider distributes nothing.
    #[error("a provider needs a ROLIE feed or a directory")]
    NoDistribution,
    /// A trusted provider signs.
    #[error("a trusted provider needs a public OpenPGP key")]
    NoKey,
    /// The id of a feed may consist of letters, digits, `+`, `-`, `_` and `.` only.
    #[error("id of a feed must consist of letters, digits, plus, dash, underscore and dot")]
    FeedId,
}

fn ending(must_end: &str) -> String {
    if must_end.is_empty() { String::new() } else { format!(" ending with {must_end}") }
}

fn https(field: &'static str, url: &str, must_end: &'static str) -> Result<(), ProviderError> {
    if crate::uri::is_https(url) && url.ends_with(must_end) {
        return Ok(());
    }
    Err(ProviderError::Address { field, must_end })
}

#[cfg(test)]
pub(crate) mod tests;
