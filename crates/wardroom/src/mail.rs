//! stand-in until the adapters have theirs
use crate::config::{ImapConfig, SmtpConfig};
use crate::exits::Exit;
pub struct NoMailer;
#[async_trait::async_trait]
impl wardroom_app::ports::mailer::Mailer for NoMailer {
    async fn send(&self, _: &wardroom_app::ports::mailer::Outgoing) -> Result<(), wardroom_app::ports::mailer::MailTrouble> {
        Err(wardroom_app::ports::mailer::MailTrouble::NotConfigured)
    }
}
pub fn mailer(_: &SmtpConfig) -> Result<NoMailer, Exit> { Ok(NoMailer) }
pub fn no_mailer() -> NoMailer { NoMailer }
pub struct NoBox;
#[async_trait::async_trait]
impl wardroom_app::ports::mailbox::Mailbox for NoBox {
    fn name(&self) -> String { String::new() }
    async fn fetch(&self, _: u32) -> Result<Vec<wardroom_app::ports::mailbox::Waiting>, wardroom_app::ports::mailbox::MailboxTrouble> { Ok(Vec::new()) }
    async fn settle(&self, _: &str) -> Result<(), wardroom_app::ports::mailbox::MailboxTrouble> { Ok(()) }
}
pub fn mailbox(_: &ImapConfig) -> Result<NoBox, Exit> { Ok(NoBox) }
