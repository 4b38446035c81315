//! Mail in, whatever door it came through: taken in durably, and the door's light with it.

use super::Worker;
use crate::house::Desk;
use crate::intake::arrival::Arrival;
use crate::intake::import_mail::{ImportError, Imported, Outcome};
use crate::ports::mail_sink::{MailSink, NotTaken};
use crate::ports::opener::Opener;
use async_trait::async_trait;
use std::borrow::Cow;

impl Worker {
    /// Takes one mail in and notes how its door is doing.
    pub async fn take_mail<'m>(&self, raw: impl Into<Cow<'m, [u8]>> + Send, arrival: &Arrival) -> Result<Imported, ImportError> {
        self.desk.take_mail(self.opener.as_ref(), raw, arrival).await
    }
}

impl Desk {
    /// Takes one mail in and notes how its door is doing.
    pub async fn take_mail<'m>(
        &self,
        opener: &dyn Opener,
        raw: impl Into<Cow<'m, [u8]>> + Send,
        arrival: &Arrival,
    ) -> Result<Imported, ImportError> {
        let outcome = self.import_arrived(opener, raw, arrival).await;
        let door = arrival.door.name();
        match &outcome {
            Ok(imported) => {
                tracing::info!(door, report = imported.report, outcome = ?imported.outcome, "mail taken in");
                match imported.outcome {
                    Outcome::Ignored if imported.report.is_empty() => {
                        tracing::info!(door, "a mail of our own came back and was dropped");
                        self.door_ignored(&door).await;
                    }
                    Outcome::Ignored => self.door_ignored(&door).await,
                    _ => self.door_succeeded(&door, 1, None).await,
                }
            }
            // The door is open; what came through it was nothing.
            Err(ImportError::Empty) => tracing::warn!(door, "an empty message was not taken in"),
            Err(error) => self.door_failed(&door, &error.to_string()).await,
        }
        outcome
    }
}

#[async_trait]
impl MailSink for Worker {
    async fn take(&self, raw: Vec<u8>, arrival: &Arrival) -> Result<String, NotTaken> {
        // In a task of its own: a client that hangs up does not stop it half way.
        let (worker, arrival) = (self.clone(), arrival.clone());
        let taking = tokio::spawn(async move { worker.take_mail(raw, &arrival).await });
        match taking.await {
            Ok(Ok(imported)) => Ok(imported.report),
            Ok(Err(error @ ImportError::Empty)) => Err(NotTaken::Never(error.to_string())),
            Ok(Err(error)) => Err(NotTaken::Later(error.to_string())),
            Err(_) => Err(NotTaken::Later("it was not taken in to its end".to_owned())),
        }
    }
}
