//! Receiving mail: a mailbox that is polled. At least once: a message is marked only after it is durably ours.

use crate::intake::mail_queue::Origin;
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

/// Who is read first when more waits than is fetched at once.
pub trait Line: Send + Sync {
    /// Of a message's header: the lines `From`, `To`, `Cc`, `Delivered-To`, `Received`, `In-Reply-To` and `References`.
    fn origin(&self, header: &[u8]) -> Origin;
    /// Puts whoever is read first in front; `None`: nobody has looked at that message's header.
    fn sort(&self, waiting: &mut Vec<(u32, Option<Origin>)>);
}

#[async_trait]
pub trait Mailbox: Send + Sync {
    /// What the health page calls it: host and folder, no user, no password.
    fn name(&self) -> String;
    /// Messages not yet settled, oldest first, at most `limit`.
    async fn fetch(&self, limit: u32) -> Result<Vec<Waiting>, MailboxTrouble>;
    /// The same in a fair order when more wait than `limit`, where the mailbox can tell their headers.
    async fn fetch_fairly(&self, limit: u32, _line: &dyn Line) -> Result<Vec<Waiting>, MailboxTrouble> {
        self.fetch(limit).await
    }
    /// How many messages still waited after the last fetch, as far as known.
    async fn backlog(&self) -> Option<u64> {
        None
    }
    /// Returns when something new may lie there, at the latest after `most`; at once where that cannot be known without looking.
    /// An error says that the server cannot be reached.
    async fn wait(&self, most: std::time::Duration) -> Result<(), MailboxTrouble> {
        tokio::time::sleep(most).await;
        Ok(())
    }
    /// Lays a message of our own into the mailbox, as mail to be fetched: for the synthetic report.
    async fn lay_in(&self, _raw: &[u8]) -> Result<(), MailboxTrouble> {
        Err(MailboxTrouble("nothing can be laid into this mailbox".to_owned()))
    }
    /// The message is durably ours: mark it so that it is not fetched again.
    async fn settle(&self, handle: &str) -> Result<(), MailboxTrouble>;
}
