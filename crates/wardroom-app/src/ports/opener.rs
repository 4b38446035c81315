//! Opening hostile bytes: mail and OpenPGP, in a limited child process. A message that kills the child is an answer, not an error.

use crate::intake::document::Found;
use async_trait::async_trait;
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

/// Opens mails with the team's keys. `known` are armored public keys of reporters.
#[async_trait]
pub trait Opener: Send + Sync {
    async fn open(&self, raw: &[u8], known: &[String]) -> Result<OpenedMail, OpenTrouble>;

    /// What lies in an attachment that is an archive, without taking it out; `None` when it is none, or when nothing here can look into one.
    async fn list(&self, _raw: &[u8]) -> Result<Option<Listing>, OpenTrouble> {
        Ok(None)
    }

    /// The report a file is, by itself or inside an archive; `None` when it is none, or when nothing here can look into one.
    async fn report_in(&self, _raw: &[u8]) -> Result<Option<Found>, OpenTrouble> {
        Ok(None)
    }
}
