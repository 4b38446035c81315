//! A synthetic report through every door: it goes the whole way of a report, and at the end, instead of becoming one, it is recognised by a
//! token nobody can guess, and closed. It takes no number, is in no list, no metric and no public figure, and nobody gets a mail for it.
//!
//! Of each token only the digest is kept. A synthetic report that comes twice is recognised twice.

use crate::house::House;
use crate::ports::prober::{Knocked, Probe, Prober};
use crate::ports::store::{Commit, CommitError, Leased, StoreTrouble};
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::time::Duration;
use wardroom_domain::log::StreamId;
use wardroom_mail::compose::{Outgoing as Letter, WrittenBy, compose};
use wardroom_mail::keys::ReporterCert;
use wardroom_mail::opened::Address;
use wardroom_seal::{draw, hex};

/// What stands in the place of a report's number.
pub const NUMBER: &str = "SELF-TEST";
/// Begins the line that holds the token.
const LINE: &str = "wardroom-self-test:";
/// Hexadecimal digits of a token: 256 random bits.
const TOKEN: usize = 64;
/// Longest text that can be a synthetic report, in bytes; longer ones are not looked at.
const LONGEST: usize = 8_192;
/// For one knock.
const PATIENCE: Duration = Duration::from_secs(60);

impl House {
    /// Whether a text that came to the end of a door's way is a synthetic report of ours; the door it was for. It is closed by this.
    pub(crate) async fn close_self_test(&self, text: &str) -> Result<Option<String>, StoreTrouble> {
        let Some(token) = token_in(text) else { return Ok(None) };
        let door = self.store.self_test_arrived(&digest(token), self.now()).await?;
        if let Some(door) = &door {
            tracing::info!(door, "a synthetic report came to its end");
        }
        Ok(door)
    }

    /// Asks for synthetic reports through every door: the worker sends them. The same key asks once for ever.
    pub async fn ask_self_test(&self, key: &str) -> Result<(), StoreTrouble> {
        let at = self.now();
        self.put_job(&format!("self_test:{key}"), "self_test", None, at).await
    }

    /// Asks for today's, in UTC; however many processes ask, there is one.
    pub async fn ask_daily_self_test(&self) -> Result<(), StoreTrouble> {
        let day = self.now().strftime("%Y-%m-%d").to_string();
        self.ask_self_test(&format!("day:{day}")).await
    }

    async fn put_job(&self, key: &str, kind: &str, payload: Option<&[u8]>, at: Timestamp) -> Result<(), StoreTrouble> {
        let effects = vec![self.effect(key.to_owned(), kind, &StreamId::org(), payload, at)];
        match self.store.commit(Commit { at, effects, ..Commit::default() }).await {
            Ok(_) => Ok(()),
            Err(CommitError::Trouble(trouble)) => Err(trouble),
            Err(other) => Err(StoreTrouble::new(other.to_string())),
        }
    }
}

impl Worker {
    /// Sends a synthetic report through every door the prober knows; returns the doors.
    pub async fn self_test(&self, prober: &dyn Prober) -> Result<Vec<String>, StoreTrouble> {
        let mut doors = prober.doors();
        doors.push(crate::doors::OUTBOX.to_owned());
        let mut knocks = Vec::new();
        for door in &doors {
            let token = self.desk.by_chance(|chance| hex(&draw::<32>(chance)));
            self.desk.store.self_test_sent(&digest(&token), door, self.desk.now()).await?;
            knocks.push(self.knock(prober, door.clone(), token));
        }
        for kept in futures_util::future::join_all(knocks).await {
            kept?;
        }
        Ok(doors)
    }

    async fn knock(&self, prober: &dyn Prober, door: String, token: String) -> Result<(), StoreTrouble> {
        let store = &self.desk.store;
        let digest = digest(&token);
        if door == crate::doors::OUTBOX {
            let key = format!("self_test_close:{digest}");
            return self.desk.put_job(&key, "self_test_close", Some(digest.as_bytes()), self.desk.now()).await;
        }
        let probe = self.probe(door, &token).await;
        match tokio::time::timeout(PATIENCE, prober.knock(&probe)).await {
            Ok(Ok(Knocked::Sent)) => Ok(()),
            Ok(Ok(Knocked::Done)) => store.self_test_arrived(&digest, self.desk.now()).await.map(drop),
            Ok(Err(why)) => store.self_test_failed(&digest, &why.chars().take(300).collect::<String>()).await,
            Err(_) => store.self_test_failed(&digest, &format!("no answer within {} seconds", PATIENCE.as_secs())).await,
        }
    }

    async fn probe(&self, door: String, token: &str) -> Probe {
        let desk = &self.desk;
        let text =
            format!("This is a synthetic report of Wardroom. It shows that the door {door} works, and closes itself.\n\n{LINE}{token}\n");
        let address = if desk.addresses.mail.is_empty() { "psirt@localhost.invalid".to_owned() } else { desk.addresses.mail.clone() };
        let letter = Letter {
            from: Address { name: None, address: address.clone() },
            to: vec![Address { name: None, address }],
            subject: "Wardroom self-test".to_owned(),
            text: text.clone(),
            message_id: desk.house_message_id(&format!("self-test:{}", digest(token))),
            date: desk.now().as_second(),
            in_reply_to: None,
            references: Vec::new(),
            // Should it ever not be recognised: nobody answers it.
            reply_to: None,
            written_by: WrittenBy::AutoGenerated,
            language: "en".to_owned(),
        };
        let seed = desk.by_chance(|chance| draw::<32>(chance));
        let ours = desk.maker().keys.into_iter().find(|key| !key.retired);
        let cert = ours.and_then(|key| ReporterCert::parse(key.public.as_bytes(), desk.now().as_second()).ok());
        let mail = compose(&letter, None, cert.as_ref(), &seed).or_else(|_| compose(&letter, None, None, &seed));
        Probe { door, text, mail: mail.unwrap_or_default() }
    }

    /// The job behind the button and the daily request.
    pub(crate) async fn self_test_job(&self) -> Result<(), Undone> {
        let Some(prober) = self.prober.clone() else {
            return Err(Undone::Never("this process cannot knock at its doors: use `wardroom doctor --self-test`".to_owned()));
        };
        self.self_test(prober.as_ref()).await?;
        Ok(())
    }

    /// The outbox's own synthetic report.
    pub(crate) async fn self_test_close_job(&self, row: &Leased) -> Result<(), Undone> {
        let digest = row.key.strip_prefix("self_test_close:").unwrap_or_default();
        self.desk.store.self_test_arrived(digest, self.desk.now()).await?;
        Ok(())
    }
}

fn token_in(text: &str) -> Option<&str> {
    if text.len() > LONGEST {
        return None;
    }
    let token = text.lines().find_map(|line| line.trim().strip_prefix(LINE))?;
    (token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(token)
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_on_its_own_line_is_one() {
        let token = "0a".repeat(32);
        assert_eq!(token_in(&format!("Hello\r\n  {LINE}{token}\r\nbye")), Some(token.as_str()));
        for text in
            [String::new(), format!("{LINE}{}", "0a".repeat(31)), format!("see {LINE}{token}"), format!("{LINE}{}", "0g".repeat(32))]
        {
            assert_eq!(token_in(&text), None, "{text}");
        }
        assert_eq!(token_in(&format!("{}\n{LINE}{token}", "x".repeat(LONGEST))), None);
    }
}
