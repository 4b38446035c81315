//! Reporters with ready OpenPGP keys, and the mails they write.

use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::opened::{Address, OpenedMail};

use super::post::Letter;

/// Somebody outside who found something.
#[derive(Clone)]
pub struct Reporter {
    pub name: String,
    pub address: String,
    pub key: TeamSecret,
    made: i64,
}

impl Reporter {
    /// A reporter whose key was made at `now` (unix seconds) from `seed`.
    pub(super) fn new(name: &str, address: &str, now: i64, seed: u64) -> Reporter {
        let mut bytes = [0x5a; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let key = TeamSecret::generate(&format!("{name} <{address}>"), now - 3_600, Some(now + 86_400 * 365), &bytes).unwrap();
        Reporter { name: name.to_owned(), address: address.to_owned(), key, made: now }
    }

    /// The armored public key.
    pub fn public_key(&self) -> String {
        self.key.armored_public()
    }

    /// The key as the team may know it.
    pub fn known(&self) -> KnownCert {
        KnownCert::parse(self.public_key().as_bytes()).unwrap()
    }

    /// A mail in clear. `id` makes the Message-ID.
    pub fn writes(&self, id: &str, subject: &str, text: &str) -> Vec<u8> {
        compose(&self.letter(id, subject, text, WrittenBy::Person), None, None, &[1; 32]).unwrap()
    }

    /// A mail only the owner of `to` (armored public key) can read, signed by the reporter, with the reporter's key in it.
    pub fn writes_encrypted(&self, to: &str, id: &str, subject: &str, text: &str) -> Vec<u8> {
        let text = format!("{text}\n\n{}\n", self.public_key());
        self.encrypted(to, id, subject, &text)
    }

    /// The same without the reporter's key: whoever does not know it cannot answer encrypted.
    pub fn writes_encrypted_without_key(&self, to: &str, id: &str, subject: &str, text: &str) -> Vec<u8> {
        self.encrypted(to, id, subject, text)
    }

    /// What the reporter's mail program answers while its owner is away.
    pub fn is_away(&self, id: &str) -> Vec<u8> {
        compose(&self.letter(id, "Out of office", "I am away until Monday.", WrittenBy::AutoReplied), None, None, &[2; 32]).unwrap()
    }

    /// A mail as the reporter reads it, who knows the team's key.
    pub fn reads(&self, letter: &Letter, team: &KnownCert) -> OpenedMail {
        let keys = SecretKeys::default().with_active(&self.key);
        letter.opened(&keys, std::slice::from_ref(team), self.made + 60)
    }

    fn encrypted(&self, to: &str, id: &str, subject: &str, text: &str) -> Vec<u8> {
        let cert = ReporterCert::parse(to.as_bytes(), self.made).unwrap();
        compose(&self.letter(id, subject, text, WrittenBy::Person), Some(&self.key), Some(&cert), &[3; 32]).unwrap()
    }

    fn letter(&self, id: &str, subject: &str, text: &str, written_by: WrittenBy) -> Outgoing {
        Outgoing {
            from: Address { name: Some(self.name.clone()), address: self.address.clone() },
            to: vec![Address { name: None, address: super::TEAM_ADDRESS.to_owned() }],
            subject: subject.to_owned(),
            text: text.to_owned(),
            message_id: format!("{id}@research.example"),
            date: self.made,
            in_reply_to: None,
            references: Vec::new(),
            reply_to: None,
            written_by,
            language: String::new(),
        }
    }
}
