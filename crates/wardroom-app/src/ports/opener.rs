//! Opening hostile bytes: mail and OpenPGP, in a limited child process. A message that kills the child is an answer, not an error.

use crate::intake::document::Found;
use crate::ports::store::StoreTrouble;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::ops::Deref;
use std::sync::Arc;
use thiserror::Error;
/// What a request to check a CSAF document is answered with: the only thing of the validator that readers of strangers' bytes need.
pub use wardroom_check::request as checking;
use wardroom_check::request::Refused;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
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
    /// What came out of the message cannot be put down: try again later, lose nothing.
    #[error(transparent)]
    Shelf(#[from] StoreTrouble),
}

/// A file that comes out of a mail and is longer than this many bytes goes onto a [`Shelf`] where there is one. Below what the store keeps in
/// its database by more than a seal adds.
pub const SHELVED: usize = 60 << 10;

/// Smaller files are held together in memory up to this many bytes; what comes after them goes onto the shelf as well.
pub const HELD: usize = 4 << 20;

/// Takes the bytes of large files as they come out of a mail, so that they need not be held together.
#[async_trait]
pub trait Shelf: Send {
    /// The mail is opened anew: what was taken of it so far is nothing.
    async fn clear(&mut self);
    /// The next bytes of the attachment at place `index`.
    async fn take(&mut self, index: usize, bytes: &[u8]) -> Result<(), StoreTrouble>;
    /// All bytes of that attachment were there.
    async fn close(&mut self) -> Result<(), StoreTrouble>;
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

    /// The same, with large files on the shelf instead of in memory: their `bytes` are empty, their `len` is not.
    async fn open_onto(&self, raw: &[u8], known: &KnownKeys, _shelf: &mut dyn Shelf) -> Result<OpenedMail, OpenTrouble> {
        self.open(raw, known).await
    }

    /// What lies in an attachment that is an archive, without taking it out; `None` when it is none, or when nothing here can look into one.
    async fn list(&self, _raw: &[u8]) -> Result<Option<Listing>, OpenTrouble> {
        Ok(None)
    }

    /// The report a file is, by itself or inside an archive; `None` when it is none, or when nothing here can look into one.
    async fn report_in(&self, _raw: &[u8]) -> Result<Option<Found>, OpenTrouble> {
        Ok(None)
    }

    /// The parts an SBOM lists, or why it was not read.
    async fn parts_of(&self, _raw: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        Err(OpenTrouble::NoParser("nothing here reads SBOMs".to_owned()))
    }

    /// The answer to a request to check a CSAF document, as JSON, or why there is none.
    async fn checked(&self, _request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        Err(OpenTrouble::NoParser("nothing here checks documents".to_owned()))
    }
}
