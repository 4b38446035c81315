//! Asking the key directory of a mail address's domain (WKD) for a key. The domain learns that somebody asks, so nobody asks without an
//! order; what comes back is a stranger's bytes.

use async_trait::async_trait;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DirectoryTrouble {
    /// The address or its domain is none that can be asked.
    #[error("this address cannot be asked for")]
    NotAnAddress,
    /// The domain's server leads into a private network, or answers what no directory does.
    #[error("the key directory was refused: {0}")]
    Refused(String),
    #[error("the key directory does not answer now: {0}")]
    Later(String),
}

/// Finds certificates by address. An answer is at most a few hundred kilobytes, binary or armoured, and not yet parsed.
#[async_trait]
pub trait KeyDirectory: Send + Sync {
    /// `None`: the domain has no key for this address.
    async fn find(&self, address: &str) -> Result<Option<Vec<u8>>, DirectoryTrouble>;
}
