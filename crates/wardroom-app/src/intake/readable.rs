//! "Can you read me?": somebody sends an encrypted test and is told whether it opened, and with which key. Nothing else, and nothing of it
//! is kept: no report, no text, no address.
//!
//! Through the public face the test goes sealed to the process that holds the keys (the face holds none) and the answer comes back, in a
//! table whose rows live two minutes. By mail it is a subject that begins with [`SUBJECT_TAG`].
//!
//! No oracle: every failure has the same answer, whether the message is for another key, was altered, or stopped the parser; the reason
//! is told to nobody. Whoever tries altered copies of somebody's mail (Efail) or ciphertexts against an RSA key (Bleichenbacher, ROCA)
//! learns "no" each time, because a yes needs a message whose integrity holds. The time of an answer is rounded up to whole
//! [`BEAT`]s, which hides what a failure cost; and tests are counted per network.

use super::import_mail::{ImportError, Imported, Outcome};
use crate::house::{Desk, House};
use crate::language;
use crate::ports::mailer::Outgoing;
use crate::ports::opener::{KnownKeys, OpenTrouble, Opener};
use crate::ports::store::{Commit, Leased, StoreTrouble};
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use wardroom_domain::log::StreamId;
use wardroom_mail::compose::{Outgoing as Letter, WrittenBy, compose};
use wardroom_mail::opened::{Address, Automatic, Encryption, OpenedMail, Warning};
use wardroom_seal::{draw, hex, open, place, seal};
use wardroom_words::say_with;

/// A mail whose subject begins with this is a test and no report.
pub const SUBJECT_TAG: &str = "[pgp-test]";
/// Longest test message, in bytes of armour.
pub const LONGEST_TEST: usize = 64 << 10;
/// Answers come at whole multiples of this after the question.
pub const BEAT: Duration = Duration::from_millis(1_500);
/// How long the public face waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the parser may take for a test: they are small.
const PARSER: Duration = Duration::from_secs(6);
/// What is older is forgotten unread.
const LIFE: SignedDuration = SignedDuration::from_secs(120);
/// Tests opened in one round.
const AT_ONCE: u32 = 8;
/// At most one answer by mail per address within this time: our answer must not be a weapon.
const MAIL_WINDOW_SECONDS: u32 = 600;

/// What a test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readable {
    pub readable: bool,
    /// The key of ours that opened it, upper-case hex.
    pub fingerprint: Option<String>,
}

impl Readable {
    const NO: Readable = Readable { readable: false, fingerprint: None };

    fn of(mail: &OpenedMail) -> Readable {
        let whole = !mail.warnings.iter().any(|warning| matches!(warning, Warning::NotAllOpened { .. }));
        match &mail.encryption {
            Encryption::Opened { fingerprint, .. } if whole => Readable { readable: true, fingerprint: Some(fingerprint.clone()) },
            Encryption::Opened { .. } | Encryption::None | Encryption::Failed { .. } => Readable::NO,
        }
    }
}

/// Whether a text is worth a test at all: said before any key is asked, so it tells nothing about keys.
#[must_use]
pub fn is_a_message(text: &str) -> bool {
    text.len() <= LONGEST_TEST && text.lines().any(|line| line.trim_end() == "-----BEGIN PGP MESSAGE-----")
}

/// Has a test message opened, from a process without keys. `None`: nobody answers, so nothing is known.
pub(crate) async fn test(house: &House, text: &str) -> Result<Option<Readable>, StoreTrouble> {
    let id = house.random_name();
    let question = house.by_chance(|chance| seal(&house.desk_public, &place(&["test", &id]), text.as_bytes(), chance));
    house.store.ask_test(&id, &question, house.now()).await?;
    let begun = tokio::time::Instant::now();
    let mut beats = 1;
    while BEAT * beats <= PATIENCE {
        tokio::time::sleep_until(begun + BEAT * beats).await;
        beats += 1;
        if let Some(answer) = house.store.take_test_answer(&id).await? {
            return Ok(Some(serde_json::from_str(&answer).unwrap_or(Readable::NO)));
        }
    }
    Ok(None)
}

impl Worker {
    /// Opens the test messages that wait. Returns how many.
    pub async fn tests_once(&self) -> Result<usize, StoreTrouble> {
        let since = self.desk.now().checked_sub(LIFE).unwrap_or(self.desk.now());
        let asked = self.desk.store.asked_tests(since, AT_ONCE).await?;
        for (id, question) in &asked {
            let plain = open(self.desk.desk_secret(), &place(&["test", id]), question).ok();
            let found = match plain {
                Some(plain) => self.read_test(&plain).await,
                None => Readable::NO,
            };
            self.desk.store.answer_test(id, &serde_json::to_string(&found).unwrap_or_default()).await?;
        }
        Ok(asked.len())
    }

    async fn read_test(&self, text: &[u8]) -> Readable {
        let mail = [&b"From: test@test.invalid\r\nSubject: test\r\n\r\n"[..], text].concat();
        match tokio::time::timeout(PARSER, self.opener.open(&mail, &KnownKeys::none())).await {
            Ok(Ok(mail)) => Readable::of(&mail),
            // A message that stops the parser is not readable, and nobody is told more.
            Ok(Err(OpenTrouble::Poison(_) | OpenTrouble::NoParser(_) | OpenTrouble::Shelf(_))) | Err(_) => Readable::NO,
        }
    }

    /// Answers a test that came by mail.
    pub(crate) async fn test_answer_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(answer) = desk.open_effect::<TestAnswer>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        let quota = format!("test:{}", hex(&desk.master().mac("test address", answer.to.to_lowercase().as_bytes())));
        if !desk.store.claim_quota(&quota, &row.key, desk.now(), MAIL_WINDOW_SECONDS).await? {
            return Ok(());
        }
        let lang = language::reader(&answer.language);
        let parts = [
            ("readable", if answer.found.readable { "yes" } else { "no" }.into()),
            ("fingerprint", answer.found.fingerprint.clone().unwrap_or_default().into()),
            ("url", format!("{}/pgp", desk.addresses.public_url).into()),
        ];
        let address = desk.addresses.mail.clone();
        let mut letter = Letter {
            from: Address { name: Some(desk.profile().team_name("en")), address: address.clone() },
            to: vec![Address { name: None, address: answer.to.clone() }],
            subject: say_with(lang, "mail-test-subject", &parts),
            text: say_with(lang, "mail-test-text", &parts),
            message_id: desk.house_message_id(&row.key),
            date: desk.now().as_second(),
            references: answer.message_id.iter().cloned().collect(),
            in_reply_to: answer.message_id.clone(),
            reply_to: None,
            written_by: WrittenBy::AutoReplied,
            language: lang.code().to_owned(),
        };
        let signer = desk.signing_key().await?;
        let seed = desk.by_chance(|chance| draw::<32>(chance));
        let raw = compose(&letter, signer.as_ref(), None, &seed).or_else(|_| {
            // A message id a sender made up need not be one that can be written; a key that cannot sign today is no reason for silence.
            (letter.in_reply_to, letter.references) = (None, Vec::new());
            compose(&letter, None, None, &seed)
        });
        let raw = raw.map_err(|fault| Undone::Never(fault.to_string()))?;
        self.mailer.send(&Outgoing { from: String::new(), to: answer.to, raw }).await?;
        Ok(())
    }
}

/// What the answer by mail needs; sealed to the desk.
#[derive(Debug, Serialize, Deserialize)]
struct TestAnswer {
    to: String,
    found: Readable,
    language: String,
    message_id: Option<String>,
}

/// Whether a mail is a test: by the subject inside the encryption or the one outside. One that cannot be answered is none: it is kept.
pub(crate) fn is_test(mail: &OpenedMail) -> bool {
    if mail.auto_submitted != Automatic::No || mail.from.is_none() {
        return false;
    }
    let tagged = |subject: &str| subject.trim_start().get(..SUBJECT_TAG.len()).is_some_and(|start| start.eq_ignore_ascii_case(SUBJECT_TAG));
    tagged(&mail.subject) || tagged(&mail.outer_subject)
}

impl Desk {
    /// Takes a test that came by mail: an answer is owed, once per message, and nothing else stays.
    pub(crate) async fn take_test(&self, mail: &OpenedMail, seen: &str) -> Result<Imported, ImportError> {
        let found = Readable::of(mail);
        if let Some(to) = mail.reply_to.first().or(mail.from.as_ref()) {
            let answer = TestAnswer {
                to: to.address.clone(),
                found: found.clone(),
                language: mail.language.clone(),
                message_id: mail.message_id.clone(),
            };
            let payload = serde_json::to_vec(&answer).unwrap_or_default();
            let at = self.now();
            let effect = self.effect(format!("test:{seen}"), "test_answer_mail", &StreamId::org(), Some(&payload), at);
            let commit = Commit { at, effects: vec![effect], ..Commit::default() };
            self.store.commit(commit).await.map_err(|error| StoreTrouble::new(error.to_string()))?;
        }
        Ok(Imported {
            report: String::new(),
            case: None,
            decrypted: found.readable,
            signature: "none",
            language: mail.language.clone(),
            outcome: Outcome::Tested,
        })
    }

    /// The same for a message pasted at the command line, without detours.
    pub async fn test_message(&self, opener: &dyn Opener, text: &str) -> Readable {
        let mail = [b"From: test@test.invalid\r\nSubject: test\r\n\r\n", text.as_bytes()].concat();
        opener.open(&mail, &KnownKeys::none()).await.map_or(Readable::NO, |mail| Readable::of(&mail))
    }
}
