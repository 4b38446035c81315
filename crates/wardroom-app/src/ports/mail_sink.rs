//! Where a door puts a mail that was handed to it: durably ours, or a reason why the sending side must keep it.

use crate::intake::arrival::Arrival;
use async_trait::async_trait;
use thiserror::Error;

/// Why a message is not ours. Neither sentence holds a word of the message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotTaken {
    /// Keep it and try again.
    #[error("{0}")]
    Later(String),
    /// More comes than the budgets let in: the same, said so.
    #[error("more mail comes than is taken in at a time")]
    Busy,
    /// It will not be better the next time.
    #[error("{0}")]
    Never(String),
}

/// Takes mails in.
#[async_trait]
pub trait MailSink: Send + Sync {
    /// Durable when it returns; gives the report's number.
    async fn take(&self, raw: Vec<u8>, arrival: &Arrival) -> Result<String, NotTaken>;
}
