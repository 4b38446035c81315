//! Mail in, whatever door it came through: taken in durably, and the door's light with it.

use super::Worker;
use crate::house::Desk;
use crate::intake::arrival::Arrival;
use crate::intake::import_mail::{ImportError, Imported, Outcome};
use crate::ports::mail_sink::{MailSink, NotTaken};
use crate::ports::opener::Opener;
use async_trait::async_trait;
use std::borrow::Cow;
use wardroom_mail::opened::Signature;
use wardroom_mail::way;

/// Longest mail that is opened only to see who signed it, in bytes.
const LOOKED_AT: usize = 1 << 20;

impl Worker {
    /// Whether a mail that is handed over comes in now; if not, its sender keeps it and comes again.
    async fn lets_in(&self, raw: &[u8], arrival: &Arrival) -> bool {
        let (desk, way) = (&self.desk, way(raw));
        let origin = desk.origin_of(&way, arrival.peer);
        let now = desk.queue_now();
        if desk.mail_queue.enter(&origin, now) {
            return true;
        }
        if way.sealed && raw.len() <= LOOKED_AT && desk.mail_queue.may_look(now) && self.is_signed_by_a_known_key(raw).await {
            desk.let_in_after_all(&origin);
            return true;
        }
        desk.flood_seen(&format!("{} times since the start a mail was asked to come again", desk.mail_queue.refused())).await;
        false
    }

    async fn is_signed_by_a_known_key(&self, raw: &[u8]) -> bool {
        let Ok(known) = self.desk.known_reporter_keys().await else { return false };
        let opened = if known.is_empty() { None } else { self.opener.open(raw, &known).await.ok() };
        opened.is_some_and(|mail| matches!(mail.signature, Signature::Good { .. }))
    }

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
        let taking = tokio::spawn(async move {
            if !worker.lets_in(&raw, &arrival).await {
                return Err(NotTaken::Busy);
            }
            let taken = worker.take_mail(raw, &arrival).await;
            taken.map_err(|error| match error {
                ImportError::Empty => NotTaken::Never(error.to_string()),
                other => NotTaken::Later(other.to_string()),
            })
        });
        match taking.await {
            Ok(Ok(imported)) => Ok(imported.report),
            Ok(Err(not_taken)) => Err(not_taken),
            Err(_) => Err(NotTaken::Later("it was not taken in to its end".to_owned())),
        }
    }
}
