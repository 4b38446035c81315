//! The post box: every mail the house hands over lands here, and the next server can be in a bad mood.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use wardroom_app::ports::mailer::{MailTrouble, Mailer, Outgoing};
use wardroom_mail::keys::{KnownCert, SecretKeys};
use wardroom_mail::opened::OpenedMail;
use wardroom_mail::{Limits, open_mail};

/// How the next server behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes every mail.
    #[default]
    Takes,
    /// Takes nothing now: a 4xx answer, or no answer at all.
    Later,
    /// Refuses for good: a 5xx answer.
    Refuses,
    /// There is no next server yet.
    NotConfigured,
    /// Takes the mail, and the connection breaks before its answer reaches us: the ambiguous case.
    Drops,
}

/// Collects mail instead of sending it.
#[derive(Debug, Default)]
pub struct PostBox {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    mood: Mood,
    taken: Vec<Outgoing>,
    asked: usize,
}

impl PostBox {
    /// Sets the mood of the next server.
    pub fn mood(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// Every mail that was taken, oldest first.
    pub fn all(&self) -> Vec<Outgoing> {
        self.lock().taken.clone()
    }

    /// The mails to one address, oldest first.
    pub fn to(&self, address: &str) -> Vec<Letter> {
        self.all().into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(address)).map(Letter).collect()
    }

    /// The only mail to one address.
    pub fn only_to(&self, address: &str) -> Letter {
        let mut mails = self.to(address);
        assert_eq!(mails.len(), 1, "mails to {address}");
        mails.remove(0)
    }

    /// How often somebody tried to hand a mail over.
    pub fn attempts(&self) -> usize {
        self.lock().asked
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for PostBox {
    async fn send(&self, mail: &Outgoing) -> Result<(), MailTrouble> {
        let mut inner = self.lock();
        inner.asked += 1;
        match inner.mood {
            Mood::Later => Err(MailTrouble::Later("the next server is busy".to_owned())),
            Mood::NotConfigured => Err(MailTrouble::NotConfigured),
            Mood::Refuses => Err(MailTrouble::Refused("550 no such mailbox".to_owned())),
            Mood::Takes => {
                inner.taken.push(mail.clone());
                Ok(())
            }
            Mood::Drops => {
                inner.taken.push(mail.clone());
                Err(MailTrouble::Later("the connection was closed before the answer".to_owned()))
            }
        }
    }
}

/// A mail out of the post box.
#[derive(Clone, Debug)]
pub struct Letter(pub Outgoing);

impl Letter {
    /// The whole mail as text; our mails are ASCII outside of encodings.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.0.raw).into_owned()
    }

    /// As somebody reads it who has `keys` and knows `known`.
    pub fn opened(&self, keys: &SecretKeys, known: &[KnownCert], now: i64) -> OpenedMail {
        open_mail(&self.0.raw, keys, known, now, &Limits::default())
    }

    /// As anybody on the way reads it.
    pub fn in_the_open(&self) -> OpenedMail {
        self.opened(&SecretKeys::default(), &[], 0)
    }

    /// A header field of the outer head, unfolded; empty where there is none.
    pub fn field(&self, name: &str) -> String {
        let raw = self.raw();
        let head = raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&wanted));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    }
}
