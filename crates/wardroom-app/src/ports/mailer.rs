//! Sending mail: bytes ready to go, and what became of them.

use async_trait::async_trait;
use thiserror::Error;

/// A mail ready to be handed over. `raw` is complete RFC 5322 with CRLF.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Envelope sender; empty for the null sender (automatic mail, RFC 3834).
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
}

#[derive(Debug, Error)]
pub enum MailTrouble {
    /// Try again later.
    #[error("mail could not be handed over now: {0}")]
    Later(String),
    /// The receiver refused for good.
    #[error("mail was refused: {0}")]
    Refused(String),
    /// No outgoing mail is configured; the row waits until it is.
    #[error("no outgoing mail is configured")]
    NotConfigured,
}

/// Hands mail over to the next server; an `Ok` means it took responsibility.
#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, mail: &Outgoing) -> Result<(), MailTrouble>;
}
