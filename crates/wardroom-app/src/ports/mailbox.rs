//! Receiving mail: a mailbox that is polled. At least once: a message is marked only after it is durably ours.

use async_trait::async_trait;
use thiserror::Error;

/// A message as it lies in the mailbox.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What `settle` needs to find it again; opaque.
    pub handle: String,
    pub raw: Vec<u8>,
}

#[derive(Debug, Error)]
#[error("{0}")]
pub struct MailboxTrouble(pub String);

#[async_trait]
pub trait Mailbox: Send + Sync {
    /// What the health page calls it: host and folder, no user, no password.
    fn name(&self) -> String;
    /// Messages not yet settled, oldest first, at most `limit`.
    async fn fetch(&self, limit: u32) -> Result<Vec<Waiting>, MailboxTrouble>;
    /// The message is durably ours: mark it so that it is not fetched again.
    async fn settle(&self, handle: &str) -> Result<(), MailboxTrouble>;
}
