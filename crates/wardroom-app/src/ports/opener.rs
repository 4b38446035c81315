//! Opening hostile bytes: mail and OpenPGP, in a limited child process. A message that kills the child is an answer, not an error.

use crate::intake::document::Found;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::ops::Deref;
use std::sync::Arc;
use thiserror::Error;
use wardroom_mail::opened::OpenedMail;

pub use wardroom_mail::archive::{Entry, Kind, Listing, Remark, named_as_archive};

#[derive(Debug, Error)]
pub enum OpenTrouble {
    /// The child died, hung or broke its limits on exactly these bytes, twice: quarantine them.
    #[error("the parser could not survive this message ({0})")]
    Poison(String),
    /// The child cannot be started at all: try again later, lose nothing.
    #[error("the parser cannot be started: {0}")]
    NoParser(String),
}

/// The reporters' public keys that signatures are checked against, armored. There may be many, so they are read and hashed once and
/// shared; by the digest an opener knows whether they are the same as before.
#[derive(Clone, Debug)]
pub struct KnownKeys {
    armored: Arc<[String]>,
    digest: [u8; 32],
}

impl KnownKeys {
    /// These keys.
    pub fn new(armored: Vec<String>) -> KnownKeys {
        let mut digest = Sha256::new();
        for key in &armored {
            digest.update((key.len() as u64).to_be_bytes());
            digest.update(key);
        }
        KnownKeys { armored: armored.into(), digest: digest.finalize().into() }
    }

    /// No keys: every signature is a stranger's.
    pub fn none() -> KnownKeys {
        KnownKeys::new(Vec::new())
    }

    /// Differs when the keys do.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl Deref for KnownKeys {
    type Target = [String];
    fn deref(&self) -> &[String] {
        &self.armored
    }
}

/// Opens mails with the team's keys.
#[async_trait]
pub trait Opener: Send + Sync {
    async fn open(&self, raw: &[u8], known: &KnownKeys) -> Result<OpenedMail, OpenTrouble>;

    /// What lies in an attachment that is an archive, without taking it out; `None` when it is none, or when nothing here can look into one.
    async fn list(&self, _raw: &[u8]) -> Result<Option<Listing>, OpenTrouble> {
        Ok(None)
    }

    /// The report a file is, by itself or inside an archive; `None` when it is none, or when nothing here can look into one.
    async fn report_in(&self, _raw: &[u8]) -> Result<Option<Found>, OpenTrouble> {
        Ok(None)
    }
}
