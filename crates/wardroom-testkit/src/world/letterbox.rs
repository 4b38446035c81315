//! The mailbox reports arrive in. A message stays until it is settled, as on a real server.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use wardroom_app::ports::mailbox::{Mailbox, MailboxTrouble, Waiting};

/// A mailbox in memory.
#[derive(Debug, Default)]
pub struct LetterBox {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Vec<Waiting>,
    dropped_in: usize,
    down: bool,
    forgetful: bool,
}

impl LetterBox {
    /// Somebody's mail arrives.
    pub fn drop_in(&self, raw: &[u8]) {
        let mut inner = self.lock();
        inner.dropped_in += 1;
        let handle = inner.dropped_in.to_string();
        inner.waiting.push(Waiting { handle, raw: raw.to_vec() });
    }

    /// Whether the server answers.
    pub fn down(&self, down: bool) {
        self.lock().down = down;
    }

    /// A connection that breaks before a message is marked: it will be fetched again.
    pub fn forgetful(&self, forgetful: bool) {
        self.lock().forgetful = forgetful;
    }

    /// How many messages are not yet settled.
    pub fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailbox for LetterBox {
    fn name(&self) -> String {
        "letterbox/INBOX".to_owned()
    }

    async fn fetch(&self, limit: u32) -> Result<Vec<Waiting>, MailboxTrouble> {
        let inner = self.lock();
        if inner.down {
            return Err(MailboxTrouble("the mail server does not answer".to_owned()));
        }
        Ok(inner.waiting.iter().take(limit as usize).cloned().collect())
    }

    async fn settle(&self, handle: &str) -> Result<(), MailboxTrouble> {
        let mut inner = self.lock();
        if inner.forgetful {
            return Err(MailboxTrouble("the connection broke before the message was marked".to_owned()));
        }
        inner.waiting.retain(|one| one.handle != handle);
        Ok(())
    }
}
