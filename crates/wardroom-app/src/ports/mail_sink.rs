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
