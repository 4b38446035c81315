//! Mailbox polling: fetch, take in durably, only then settle. At least once in, exactly one report out. Nothing is sent away here however much
//! lies there: what waits is read in a fair order.

use super::Worker;
use crate::intake::arrival::{Arrival, MailDoor};
use crate::intake::import_mail::ImportError;
use crate::intake::mail_queue::Origin;
use crate::ports::mailbox::{Line, Mailbox};
use wardroom_mail::way;

/// Messages fetched in one round.
const AT_ONCE: u32 = 50;

impl Worker {
    /// Fetches what waits and takes it in. Returns how many were taken.
    pub async fn mailbox_once(&self, mailbox: &dyn Mailbox) -> Result<usize, String> {
        let arrival = Arrival::by(MailDoor::Mailbox(mailbox.name()));
        let outcome = self.take_in(mailbox, &arrival).await;
        match &outcome {
            Ok(_) => self.desk.door_succeeded(&arrival.door.name(), 0, mailbox.backlog().await).await,
            Err(why) => self.desk.door_failed(&arrival.door.name(), why).await,
        }
        outcome
    }

    async fn take_in(&self, mailbox: &dyn Mailbox, arrival: &Arrival) -> Result<usize, String> {
        let mut taken = 0;
        for waiting in mailbox.fetch_fairly(AT_ONCE, self).await.map_err(|trouble| trouble.to_string())? {
            let origin = self.origin(&waiting.raw);
            match self.take_mail(waiting.raw, arrival).await {
                // Nothing to keep in an empty message; it must not block the mailbox.
                Ok(_) | Err(ImportError::Empty) => {}
                Err(error) => return Err(error.to_string()),
            }
            mailbox.settle(&waiting.handle).await.map_err(|trouble| trouble.to_string())?;
            self.desk.mail_queue.came(&origin, self.desk.queue_now());
            taken += 1;
        }
        Ok(taken)
    }
}

impl Line for Worker {
    fn origin(&self, header: &[u8]) -> Origin {
        self.desk.origin_of(&way(header), None)
    }

    fn sort(&self, waiting: &mut Vec<(u32, Option<Origin>)>) {
        self.desk.mail_queue.sort(waiting, self.desk.queue_now());
    }
}
