//! A mail becomes a report: opened in the child process, kept with its original bytes, recorded once however often it is delivered.
//! What cannot be decrypted or read still becomes a row in the inbox and is still answered.

use super::arrival::{Arrival, MailDoor};
use super::follow_up::Marks;
use super::hand_in::{Receipt, title_of};
use super::our_own::{self, FromUs};
use super::readable;
use super::shelf::MailShelf;
use crate::house::Desk;
use crate::ports::opener::{KnownKeys, OpenTrouble, Opener, Shelf};
use crate::ports::store::{Commit, CommitError, Series, StoreTrouble};
use crate::promises;
use crate::record::{Founding, Said};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use thiserror::Error;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::followed::Claim;
use wardroom_domain::intake::{AttachmentWords, Door, MailEvidence, Reading, Received, ReportKind, ReportWords, Signature};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::Decision;
use wardroom_mail::Glance;
use wardroom_mail::opened::{Automatic, Encryption, OpenedMail, Signature as MailSignature};
use wardroom_seal::{ReceiptCode, hex};

/// How many of the delivery keys, from the front, stand for the content.
const CONTENT_KEYS: usize = 2;
/// Begins the remark on a mail that bears the Message-ID of an earlier one and says something else; the earlier report's number follows.
pub const SAME_MESSAGE_ID: &str = "same-message-id ";

/// What became of one message: the JSON line of `inbox import --json` (interfaces A2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub report: String,
    pub case: Option<String>,
    /// It was encrypted and we opened it.
    pub decrypted: bool,
    pub signature: &'static str,
    pub language: String,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Received,
    Threaded,
    DuplicateDelivery,
    AutoReply,
    Quarantined,
    /// A synthetic report of our own: it came to its end and became none.
    SelfTest,
    /// "Can you read me?": answered, and nothing of it is kept.
    Tested,
    /// It says to be from us: our own mail that came back and was dropped (without a number), or a claim nobody proved, kept and put away.
    Ignored,
}

/// Nothing was taken in; the sender's side must keep the message and try again.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error("the message is empty")]
    Empty,
    #[error("{0}")]
    NoParser(String),
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

/// The bytes as a person and the machines may see them, whether or not the parser survived them.
pub(super) struct Read {
    pub(super) opened: Option<OpenedMail>,
    pub(super) reading: Reading,
    pub(super) remarks: Vec<String>,
    pub(super) evidence: Option<MailEvidence>,
}

/// A message at the door.
pub(super) struct Coming<'m, 'h> {
    /// Nothing any more once it lies on the shelf.
    pub(super) raw: Cow<'m, [u8]>,
    pub(super) len: usize,
    /// Lower-case hex SHA-256 of it.
    pub(super) sha256: String,
    pub(super) glance: &'m Glance,
    pub(super) at: Timestamp,
    /// Delivery keys; those of the content first.
    pub(super) seen: Vec<String>,
    /// Its large files.
    pub(super) shelf: &'m mut MailShelf<'h>,
    /// It says to be from us and nothing proves it: kept, and put away at once.
    put_away: bool,
}

impl Desk {
    /// Takes one message in, durably; nothing is known of how it came.
    pub async fn import_mail(&self, opener: &dyn Opener, raw: &[u8]) -> Result<Imported, ImportError> {
        self.import_arrived(opener, raw, &Arrival::by(MailDoor::Import)).await
    }

    /// Takes one message in, durably, with what its door knows of its way. Who hands the bytes over for good saves memory: they are let go as
    /// soon as they are sealed.
    pub async fn import_arrived<'m>(
        &self,
        opener: &dyn Opener,
        raw: impl Into<Cow<'m, [u8]>> + Send,
        arrival: &Arrival,
    ) -> Result<Imported, ImportError> {
        let raw = raw.into();
        if raw.iter().all(u8::is_ascii_whitespace) {
            return Err(ImportError::Empty);
        }
        let mut shelf = MailShelf::new(self);
        let imported = self.import_onto(opener, raw, arrival, &mut shelf).await;
        shelf.forget().await;
        imported
    }

    async fn import_onto(
        &self,
        opener: &dyn Opener,
        raw: Cow<'_, [u8]>,
        arrival: &Arrival,
        shelf: &mut MailShelf<'_>,
    ) -> Result<Imported, ImportError> {
        let glance = wardroom_mail::glance(&raw);
        let digest: [u8; 32] = Sha256::digest(&raw).into();
        let seen = self.delivery_keys(&digest, &glance);
        let known = self.known_reporter_keys().await?;
        let mut read = read(opener, &raw, &known, shelf).await?;
        let (len, sha256) = (raw.len(), hex(&digest));
        let at = arrival.at.unwrap_or_else(|| self.now());
        if let Some(opened) = &read.opened
            && self.close_self_test(&opened.text).await?.is_some()
        {
            let automatic = is_automatic(&read, &glance, arrival);
            let mut coming = Coming { raw, len, sha256, glance: &glance, at, seen, shelf, put_away: false };
            return Ok(self.prepare(&mut coming, &read, automatic, None).await?.closed());
        }
        if let Some(mail) = read.opened.as_ref().filter(|mail| readable::is_test(mail)) {
            // Once, by whatever door and however often it comes.
            return self.take_test(mail, seen.get(1).map_or("", String::as_str)).await;
        }
        if let Some(mail) = &read.opened {
            read.evidence = Some(super::evidence::gather(self.dns(), mail, arrival, at).await);
        }
        let from_us = self.from_us(&read);
        if from_us == FromUs::CameBack {
            return Ok(our_own::dropped(&read));
        }
        let marks = match &read.opened {
            Some(mail) => self.marks(mail, arrival).await?,
            None => Marks::default(),
        };
        let automatic = marks.own || from_us != FromUs::No || is_automatic(&read, &glance, arrival);
        let mut coming = Coming { raw, len, sha256, glance: &glance, at, seen, shelf, put_away: false };
        if automatic && let Some(noted) = self.note_returned(&mut coming, &read).await? {
            return Ok(noted);
        }
        if let (false, Some(report)) = (automatic, &marks.token)
            && let Some(record) = self.report_record(&Viewer::house(), report).await?
            && let Some(vouched) = self.vouched(opener, &mut coming, &mut read, &record).await?
        {
            return self.join(&mut coming, &mut read, report, vouched).await;
        }
        if from_us == FromUs::Unproved {
            coming.put_away = marks.claim.is_none() && !super::look_first::needed(read.opened.as_ref(), read.reading);
            read.remarks.push(our_own::OWN_ADDRESS.to_owned());
        }
        for _ in 0..5 {
            let report = self.prepare(&mut coming, &read, automatic, marks.claim.clone()).await?;
            let stream = match self.store.commit(report.commit(self).await?).await {
                Ok(committed) => {
                    coming.shelf.taken();
                    let number = committed.numbers.into_iter().map(|(_, number)| number).next().unwrap_or_default();
                    self.note_keys_of(&read, &report, &number).await;
                    return Ok(report.imported(number));
                }
                Err(CommitError::AlreadySeen { stream }) => stream,
                Err(CommitError::Trouble(trouble)) => return Err(trouble.into()),
                Err(CommitError::Conflict { .. } | CommitError::AlreadyAnswered { .. }) => {
                    return Err(StoreTrouble::new("a fresh stream met an old one: try again").into());
                }
            };
            match self.same_content(&coming.seen).await? {
                Some(earlier) => return self.delivered_again(&report, &earlier).await,
                None => self.same_id_only(&mut coming, &mut read, &stream).await?,
            }
        }
        Err(StoreTrouble::new("the same message is being taken in by others: try again").into())
    }

    /// Keyed hashes by which this delivery is known again: of the bytes as they are, of what their author wrote (the same through every
    /// door), and of the Message-ID.
    fn delivery_keys(&self, digest: &[u8; 32], glance: &Glance) -> Vec<String> {
        let mut keys = vec![hex(&self.master().mac("seen mail", digest)), hex(&self.master().mac("seen mail content", &glance.content))];
        keys.extend(glance.message_id.iter().map(|id| self.message_id_key(id)));
        keys
    }

    /// The keyed name under which a message id is remembered.
    pub(super) fn message_id_key(&self, id: &str) -> String {
        hex(&self.master().mac("seen message id", id.as_bytes()))
    }

    /// The Message-ID is known, the content is not: somebody's mistake or trick. It is taken all the same, and says so.
    pub(super) async fn same_id_only(&self, coming: &mut Coming<'_, '_>, read: &mut Read, earlier: &StreamId) -> Result<(), StoreTrouble> {
        coming.seen.truncate(CONTENT_KEYS);
        let earlier = self.report_record(&Viewer::house(), earlier).await?;
        let number = earlier.map(|report| report.number().to_owned()).unwrap_or_default();
        read.remarks.push(format!("{SAME_MESSAGE_ID}{number}"));
        Ok(())
    }

    /// The report that already holds this content.
    pub(super) async fn same_content(&self, keys: &[String]) -> Result<Option<StreamId>, StoreTrouble> {
        for key in keys.iter().take(CONTENT_KEYS) {
            if let Some(stream) = self.store.seen(key).await? {
                return Ok(Some(stream));
            }
        }
        Ok(None)
    }

    /// The keys that came along, for the ring of their address. The report is safe already, and has the sender's key in it: if noting
    /// fails, only the provenance of the others is lost.
    async fn note_keys_of(&self, read: &Read, report: &Prepared, number: &str) {
        let Some(mail) = &read.opened else { return };
        if report.received.automatic || report.received.quarantined {
            return;
        }
        let noted = self.note_found_keys(&mail.keys, &report.words.sender_address, number, report.received.received_at).await;
        if let Err(trouble) = noted {
            tracing::warn!(report = number, %trouble, "the keys of a mail were not noted");
        }
    }

    async fn delivered_again(&self, report: &Prepared, stream: &StreamId) -> Result<Imported, ImportError> {
        let viewer = Viewer::house();
        let mut imported = report.imported(String::new());
        imported.outcome = Outcome::DuplicateDelivery;
        if let Some(earlier) = self.report_record(&viewer, stream).await? {
            imported.report = earlier.number().to_owned();
            let said = vec![Said::bare(Fact::Report(ReportFact::DeliveredAgain))];
            // Only a note in the history: if somebody else writes at this moment, the history can do without it.
            if let Err(error) = self.record_on_report(&viewer, &earlier, said, Vec::new()).await {
                tracing::debug!(%error, "second delivery not noted");
            }
            if let Some(case) = &earlier.file.case {
                imported.case = self.case_record(&viewer, case).await?.map(|case| case.file.number);
            }
        }
        Ok(imported)
    }

    async fn prepare(
        &self,
        coming: &mut Coming<'_, '_>,
        read: &Read,
        automatic: bool,
        claims: Option<Claim>,
    ) -> Result<Prepared, StoreTrouble> {
        let Coming { raw, len: _, sha256, glance, at, seen, shelf, put_away } = coming;
        let code = self.by_chance(|chance| ReceiptCode::make(chance));
        let stream = StreamId::new(StreamKind::Report, &self.fresh_name());
        let founding = self.begin_stream(&stream);
        let stream_key = &founding.key.public;
        let mut blobs = vec![match shelf.whole(raw).await? {
            Some(laid) => laid.of_stream(self, stream_key),
            None => self.keep_bytes(&founding.words, raw),
        }];
        let mut words = words_of(sha256, read, glance);
        if let Some(claim) = &claims {
            words.claims = self.claimed_number(&claim.claimed).await?;
        }
        if let Some(opened) = &read.opened {
            blobs.extend(opened.attachments.iter().enumerate().map(|(index, file)| match shelf.file(index) {
                Some(laid) => laid.of_stream(self, stream_key),
                None => self.keep_bytes(&founding.words, &file.bytes),
            }));
        }
        let received = Received {
            number: String::new(),
            door: Door::Mail,
            kind: ReportKind::Unsure,
            language: read.opened.as_ref().map_or_else(|| "en".to_owned(), |mail| language_of(&mail.language)),
            received_at: *at,
            sent_at: read.opened.as_ref().and_then(|mail| Timestamp::from_second(mail.date?).ok()),
            reading: read.reading,
            signature: read.opened.as_ref().map_or(Signature::None, |mail| signature_of(&mail.signature)),
            automatic,
            answerable: !words.sender_address.is_empty(),
            has_key: !words.reporter_key.is_empty(),
            reporter_public: hex(&code.reporter_keypair().public().to_bytes()),
            lookup: code.lookup_id(),
            seen: seen.to_vec(),
            original: blobs[0].blob.clone(),
            attachments: blobs.iter().skip(1).map(|kept| kept.blob.clone()).collect(),
            quarantined: *put_away
                || super::look_first::needed(read.opened.as_ref(), read.reading)
                || claims.is_some() && (!automatic || read.remarks.iter().any(|remark| remark == our_own::OWN_ADDRESS)),
            claims,
        };
        Ok(Prepared { stream, founding, code, received, words, blobs: std::sync::Mutex::new(blobs), put_away: *put_away })
    }
}

/// A program wrote it, or nobody wants an answer: by what it says of itself and by its envelope.
fn is_automatic(read: &Read, glance: &Glance, arrival: &Arrival) -> bool {
    let by_a_program = match &read.opened {
        Some(mail) => mail.auto_submitted != Automatic::No,
        None => glance.automatic,
    };
    arrival.is_from_nobody() || by_a_program
}

/// A report ready to be recorded.
struct Prepared {
    stream: StreamId,
    founding: Founding,
    code: ReceiptCode,
    received: Received,
    words: ReportWords,
    blobs: std::sync::Mutex<Vec<super::hand_in::Kept>>,
    /// Looked at by nobody: it says to be from us.
    put_away: bool,
}

impl Prepared {
    async fn commit(&self, desk: &Desk) -> Result<Commit, StoreTrouble> {
        let at = self.received.received_at;
        let head = Fact::Report(ReportFact::Received(Box::new(self.received.clone())));
        let mut said = vec![Said::with(head, Words::Report(Box::new(self.words.clone())))];
        said.push(super::hand_in::attested(&self.code, &self.words.sha256));
        let mut effects = Vec::new();
        if !self.received.automatic {
            let starts = promises::starts(
                &desk.profile(),
                Milestone::ReportReceived,
                true,
                at,
                &promises::of_report(self.received.door, self.received.kind),
            );
            let receipt = Receipt {
                number: String::new(),
                code: self.code.to_string(),
                received_at: at,
                sha256: self.words.sha256.clone(),
                promises: super::hand_in::shown_promises(desk, &starts, at),
                language: self.received.language.clone(),
            };
            said.extend(starts.into_iter().map(|start| Said::bare(Fact::Report(ReportFact::ClockStarted(start)))));
            if self.received.answerable {
                let payload = serde_json::to_vec(&receipt).unwrap_or_default();
                let key = format!("receipt:{}", self.stream);
                let to_desk = (&self.founding.desk).into();
                effects.push(desk.effect_to(to_desk, key, "receipt_mail", &self.stream, Some(&payload), at));
            } else {
                said.push(Said::bare(Fact::Report(ReportFact::ReceiptWithheld { why: "no_address".to_owned() })));
            }
        } else {
            said.push(Said::bare(Fact::Report(ReportFact::ReceiptWithheld { why: "automatic".to_owned() })));
        }
        if self.put_away {
            said.push(Said::bare(Fact::Report(ReportFact::Decided(Decision::Discarded))));
        }
        let blobs = std::mem::take(&mut *self.blobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        let small_blobs = desk.settle_blobs(blobs).await?;
        let reporter = self.code.reporter_keypair().public();
        let series = Some(Series::Report { year: desk.year(at) });
        // What was put away was decided by nobody but the house.
        let actor = if self.put_away { Actor::House } else { Actor::Reporter };
        let append = desk.founding_with(self.stream.clone(), &self.founding, actor, series, Some(&reporter), said);
        let seen = self.received.seen.iter().map(|key| (key.clone(), self.stream.clone())).collect();
        Ok(Commit { at, appends: vec![append], effects, small_blobs, idempotency: None, seen })
    }

    /// A synthetic report: everything was done but recording it.
    fn closed(&self) -> Imported {
        Imported { outcome: Outcome::SelfTest, ..self.imported(crate::self_test::NUMBER.to_owned()) }
    }

    fn imported(&self, number: String) -> Imported {
        let received = &self.received;
        let outcome = match (received.quarantined, received.automatic) {
            _ if self.put_away => Outcome::Ignored,
            (true, _) => Outcome::Quarantined,
            (false, true) => Outcome::AutoReply,
            (false, false) => Outcome::Received,
        };
        Imported {
            report: number,
            case: None,
            decrypted: received.reading == Reading::Decrypted,
            signature: received.signature.as_str(),
            language: received.language.clone(),
            outcome,
        }
    }
}

pub(super) async fn read(opener: &dyn Opener, raw: &[u8], known: &KnownKeys, shelf: &mut MailShelf<'_>) -> Result<Read, ImportError> {
    shelf.clear().await;
    match opener.open_onto(raw, known, shelf).await {
        Ok(opened) => {
            shelf.settled().await?;
            let reading = match &opened.encryption {
                Encryption::None => Reading::Clear,
                Encryption::Opened { .. } => Reading::Decrypted,
                Encryption::Failed { .. } => Reading::DecryptionFailed,
            };
            let mut remarks: Vec<String> = opened.warnings.iter().map(remark).collect();
            if let Encryption::Failed { reason, .. } = &opened.encryption {
                let reason = serde_json::to_value(reason).unwrap_or_default();
                remarks.push(format!("decryption failed: {}", reason.as_str().unwrap_or("unsupported")));
            }
            Ok(Read { opened: Some(opened), reading, remarks, evidence: None })
        }
        Err(OpenTrouble::Poison(why)) => {
            Ok(Read { opened: None, reading: Reading::Unreadable, remarks: vec![format!("parser stopped: {why}")], evidence: None })
        }
        Err(OpenTrouble::NoParser(why)) => Err(ImportError::NoParser(why)),
        Err(OpenTrouble::Shelf(trouble)) => Err(trouble.into()),
    }
}

/// A warning's stable name, for the team.
pub(super) fn remark(warning: &wardroom_mail::opened::Warning) -> String {
    let value = serde_json::to_value(warning).unwrap_or_default();
    value.get("warning").and_then(serde_json::Value::as_str).unwrap_or("warning").to_owned()
}

pub(super) fn signature_of(signature: &MailSignature) -> Signature {
    match signature {
        MailSignature::None => Signature::None,
        MailSignature::Good { .. } => Signature::Good,
        // A part that is signed vouches for that part only: as a whole the message is not known to be the signer's.
        MailSignature::Partly { .. } | MailSignature::Unknown { .. } => Signature::Unknown,
        MailSignature::Bad { .. } => Signature::Bad,
    }
}

pub(super) fn signer_of(signature: &MailSignature) -> String {
    match signature {
        MailSignature::Good { fingerprint } | MailSignature::Partly { fingerprint } => fingerprint.clone(),
        MailSignature::Unknown { key_id } => key_id.clone().unwrap_or_default(),
        MailSignature::None | MailSignature::Bad { .. } => String::new(),
    }
}

fn language_of(guess: &str) -> String {
    if guess.is_empty() { "en".to_owned() } else { guess.to_owned() }
}

pub(super) fn words_of(sha256: &str, read: &Read, glance: &Glance) -> ReportWords {
    let sha256 = sha256.to_owned();
    let Some(mail) = &read.opened else {
        // The parser did not survive it; its sender is owed a receipt all the same.
        return ReportWords {
            sha256,
            remarks: read.remarks.clone(),
            sender_address: glance.sender.clone().unwrap_or_default(),
            message_id: glance.message_id.clone().unwrap_or_default(),
            ..ReportWords::default()
        };
    };
    let answer_to = mail.reply_to.first().or(mail.from.as_ref());
    let attachments = mail.attachments.iter().map(|file| AttachmentWords {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        len: file.len,
        sha256: file.sha256.clone(),
    });
    ReportWords {
        title: title_of(&mail.subject, &mail.text),
        text: mail.text.clone(),
        fields: Vec::new(),
        sender_name: mail.from.as_ref().and_then(|from| from.name.clone()).unwrap_or_default(),
        sender_address: answer_to.map(|one| one.address.clone()).unwrap_or_default(),
        reporter_key: mail.senders_key().map(|key| key.armored.clone()).unwrap_or_default(),
        signed_by: signer_of(&mail.signature),
        message_id: mail.message_id.clone().unwrap_or_default(),
        sha256,
        attachments: attachments.collect(),
        remarks: read.remarks.clone(),
        credit: String::new(),
        evidence: read.evidence.clone(),
        claims: String::new(),
    }
}
