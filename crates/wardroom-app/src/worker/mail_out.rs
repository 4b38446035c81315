//! Mail out: handed over, and the door's light with it.

use super::Worker;
use crate::doors::OUTGOING;
use crate::ports::mailer::{MailTrouble, Outgoing};

impl Worker {
    /// Hands a mail to the next server and notes how that door is doing.
    pub(crate) async fn send_mail(&self, mail: &Outgoing) -> Result<(), MailTrouble> {
        let outcome = self.mailer.send(mail).await;
        match &outcome {
            Ok(()) => self.desk.door_succeeded(OUTGOING, 1, None).await,
            // One receiver's refusal says that the door is open.
            Err(MailTrouble::Refused(_)) => self.desk.door_succeeded(OUTGOING, 0, None).await,
            Err(MailTrouble::Later(why)) => self.desk.door_failed(OUTGOING, why).await,
            Err(MailTrouble::NotConfigured) => {}
        }
        outcome
    }
}
