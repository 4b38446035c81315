//! Mailbox polling: fetch, take in durably, only then settle. At least once in, exactly one report out.

use super::Worker;
use crate::intake::arrival::{Arrival, MailDoor};
use crate::intake::import_mail::ImportError;
use crate::ports::mailbox::Mailbox;
use serde::{Deserialize, Serialize};

/// How a mailbox did last: for the health page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MailboxState {
    pub name: String,
    pub last_success: Option<jiff::Timestamp>,
    pub last_failure: Option<jiff::Timestamp>,
    pub last_error: String,
    pub taken: u64,
}

impl Worker {
    /// Fetches what waits and takes it in. Returns how many were taken.
    pub async fn mailbox_once(&self, mailbox: &dyn Mailbox) -> Result<usize, String> {
        let outcome = self.take_in(mailbox).await;
        let setting = format!("mailbox_state:{}", mailbox.name());
        let stored = self.desk.store.setting(&setting).await.ok().flatten().unwrap_or_default();
        let mut state: MailboxState = serde_json::from_slice(&stored).unwrap_or_default();
        state.name = mailbox.name();
        match &outcome {
            Ok(taken) => {
                state.last_success = Some(self.desk.now());
                state.taken += *taken as u64;
            }
            Err(why) => {
                state.last_failure = Some(self.desk.now());
                state.last_error.clone_from(why);
            }
        }
        let bytes = serde_json::to_vec(&state).unwrap_or_default();
        if let Err(trouble) = self.desk.store.keep_setting(&setting, &bytes).await {
            tracing::warn!(%trouble, "the mailbox's state could not be noted");
        }
        outcome
    }

    async fn take_in(&self, mailbox: &dyn Mailbox) -> Result<usize, String> {
        let mut taken = 0;
        let arrival = Arrival::by(MailDoor::Mailbox(mailbox.name()));
        for waiting in mailbox.fetch(50).await.map_err(|trouble| trouble.to_string())? {
            match self.desk.import_arrived(self.opener.as_ref(), &waiting.raw, &arrival).await {
                Ok(imported) => tracing::info!(report = imported.report, outcome = ?imported.outcome, "mail taken in"),
                // Nothing to keep in an empty message; it must not block the mailbox.
                Err(ImportError::Empty) => tracing::warn!("an empty message was passed over"),
                Err(error) => return Err(error.to_string()),
            }
            mailbox.settle(&waiting.handle).await.map_err(|trouble| trouble.to_string())?;
            taken += 1;
        }
        Ok(taken)
    }

    /// The states of all mailboxes ever polled.
    pub async fn mailbox_states(&self) -> Vec<MailboxState> {
        let mut states = Vec::new();
        for name in self.desk.store.setting_names("mailbox_state:").await.unwrap_or_default() {
            let bytes = self.desk.store.setting(&name).await.ok().flatten().unwrap_or_default();
            states.extend(serde_json::from_slice::<MailboxState>(&bytes));
        }
        states
    }
}
