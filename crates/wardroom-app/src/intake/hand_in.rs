//! A report handed in by form or API: sealed, recorded durably, answered with a receipt.
//! Works with the desk's public key alone: the public face calls this.

use super::arriving::{UploadError, Uploaded};
use super::document::is_candidate;
use super::payload::is_payload;
use crate::house::House;
use crate::ports::store::{Commit, CommitError, Idempotency, Series, StoreTrouble};
use crate::promises::{self, Promise};
use crate::record::{Said, To};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use thiserror::Error;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::{AttachmentWords, BlobRef, Door, Reading, Received, ReportKind, ReportWords, Signature};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::profile::{CoreField, Milestone};
use wardroom_domain::text::half_width;
use wardroom_seal::{PublicKey, ReceiptCode, Sealed, Token, attest, hex, open_with, place, seal_with};

/// Sealed bytes up to this many live in the database, larger ones as files.
pub const SMALL_BLOB: usize = 64 * 1024;
/// More than sealing adds.
const SEALING: usize = 128;
/// Longest description, in bytes.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// A file that came with a report.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A report as a door hands it in, all of it already read as text.
#[derive(Clone, Debug)]
pub struct HandIn {
    pub door: Door,
    pub kind: ReportKind,
    /// Language the reporter wants answers in: `en`, `zh`.
    pub language: String,
    pub title: String,
    pub text: String,
    /// Further fields of the profile: (field id, what was typed).
    pub fields: Vec<(String, String)>,
    pub sender_name: String,
    pub sender_address: String,
    /// Armored OpenPGP public key, or empty.
    pub reporter_key: String,
    pub credit: String,
    pub attachments: Vec<Upload>,
    /// Files that arrived before, in pieces.
    pub uploads: Vec<Token>,
    /// An OpenPGP message to the team, armored or not, that says what `text` would say; empty when there is none.
    pub payload: Vec<u8>,
    /// The code the reporter was given before, when the report is handed in under one.
    pub code: Option<ReceiptCode>,
    /// A secret of the client's (the form's hidden field, `Idempotency-Key`): the same one again gets the same receipt.
    pub idempotency: Option<String>,
    /// The bytes as they came in, where they are one piece (a JSON body): what is kept as the original and hashed for the receipt.
    /// `None`: a canonical JSON of what was typed is made.
    pub original: Option<Vec<u8>>,
}

/// The receipt. The code is shown once and stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub number: String,
    /// `7K3M5-Q9XWA-…`
    pub code: String,
    pub received_at: Timestamp,
    /// SHA-256 of what was received, lower-case hex.
    pub sha256: String,
    pub promises: Vec<Promise>,
    pub language: String,
}

#[derive(Debug, Error)]
pub enum HandInError {
    #[error("the description is empty: say in a few words what you found")]
    Empty,
    #[error("the description is longer than {LONGEST_TEXT} bytes: attach the rest as a file")]
    TooLong,
    /// The same idempotency key came with another report.
    #[error("this idempotency key was used for a different report: use a new one")]
    KeyReused,
    /// One of the uploads is not whole or not there any more.
    #[error("a file is not here any more: attach it again")]
    FileGone,
    #[error("more files than one report may have: put them into one archive")]
    TooManyFiles,
    /// A report was handed in under this code before.
    #[error("a report was handed in under this code before: follow it up with the code")]
    CodeUsed,
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

impl From<UploadError> for HandInError {
    fn from(error: UploadError) -> HandInError {
        match error {
            UploadError::Trouble(trouble) => HandInError::Trouble(trouble),
            _ => HandInError::FileGone,
        }
    }
}

/// Sealed bytes waiting to be kept, and where the log will say they are.
pub(crate) struct Kept {
    pub blob: BlobRef,
    /// `None`: they lie on disk already.
    pub sealed: Option<Sealed>,
}

impl House {
    /// Seals bytes to a stream's key under a fresh name: of a small one, which lies in the database, it begins with the instant; a file's
    /// is all chance, by which files spread over their folders.
    pub(crate) fn keep_bytes<'a>(&self, to: impl Into<To<'a>>, bytes: &[u8]) -> Kept {
        let small = bytes.len() <= SMALL_BLOB - SEALING;
        let name = if small { self.fresh_name() } else { self.random_name() };
        let sealed = self.seal_blob(to, &name, bytes);
        let digest = Sha256::digest(sealed.as_bytes());
        let blob = BlobRef { name, sealed_len: sealed.len() as u64, sealed_sha256: hex(&digest), key: None };
        Kept { blob, sealed: Some(sealed) }
    }

    /// Makes large blobs durable now; small ones go into the commit.
    pub(crate) async fn settle_blobs(&self, kept: Vec<Kept>) -> Result<Vec<(String, Sealed)>, StoreTrouble> {
        let mut small = Vec::new();
        for Kept { blob, sealed } in kept {
            match sealed {
                Some(sealed) if sealed.len() <= SMALL_BLOB => small.push((blob.name, sealed)),
                Some(sealed) => self.store.put_blob(&blob.name, sealed).await?,
                None => {}
            }
        }
        Ok(small)
    }

    /// The year numbers are given in: the maker's, where its calendar is.
    pub(crate) fn year(&self, at: Timestamp) -> i16 {
        self.day(at).year()
    }

    /// The day of an instant where the maker's calendar is.
    pub(crate) fn day(&self, at: Timestamp) -> jiff::civil::Date {
        let zone = TimeZone::get(&self.profile().zone()).unwrap_or(TimeZone::UTC);
        at.to_zoned(zone).date()
    }
}

/// Records the report. Durable when it returns.
pub(crate) async fn hand_in(house: &House, mut report: HandIn) -> Result<Receipt, HandInError> {
    // An address is the same address however it was typed.
    report.sender_address = half_width(report.sender_address.trim()).into_owned();
    if report.text.len() > LONGEST_TEXT {
        return Err(HandInError::TooLong);
    }
    if report.attachments.len() + report.uploads.len() > house.arrivals.limits.files {
        return Err(HandInError::TooManyFiles);
    }
    let uploaded = house.uploaded(&report.uploads).await?;
    let sealed = !report.payload.is_empty()
        || uploaded.iter().any(|file| is_payload(&file.name, &file.media_type))
        || report.attachments.iter().any(|file| is_payload(&file.name, &file.media_type));
    // A file may be the report itself: the worker finds out in the parser's child.
    let in_a_file = report.text.trim().is_empty()
        && (uploaded.iter().any(|file| is_candidate(&file.name, &file.media_type))
            || report.attachments.iter().any(|file| is_candidate(&file.name, &file.media_type)));
    if report.text.trim().is_empty() && !sealed && !in_a_file {
        return Err(HandInError::Empty);
    }
    let original = report.original.clone().unwrap_or_else(|| original_bytes(&report, &uploaded));
    let fingerprint = hex(&Sha256::digest(&original));
    // After the original: that stays as it was typed.
    for (_, value) in report.fields.iter_mut().filter(|(id, _)| CoreField::is_code(id)) {
        if let Cow::Owned(folded) = half_width(value) {
            *value = folded;
        }
    }
    let once = report.idempotency.as_deref().map(Once::of);
    // A repetition is recognised when it is recorded; before that it is only asked about when files would be written or a code used for it.
    let files = !report.uploads.is_empty() || report.attachments.iter().any(|file| file.bytes.len() > SMALL_BLOB - SEALING);
    if let Some(once) = once.as_ref().filter(|_| files || report.code.is_some())
        && let Some(earlier) = house.store.answered(&once.key).await?
    {
        let receipt = once.replay(&fingerprint, &earlier.fingerprint, &earlier.answer)?;
        return with_number(house, receipt).await;
    }
    let at = house.now();
    let code = match &report.code {
        Some(code) if house.store.report_by_lookup(&code.lookup_id()).await?.is_some() => return Err(HandInError::CodeUsed),
        Some(code) => code.clone(),
        None => house.fresh_code(),
    };
    let reporter = code.reporter_keypair().public();
    let stream = StreamId::new(StreamKind::Report, &house.fresh_name());
    let founding = house.begin_stream(&stream);

    let kept_original = house.keep_bytes(&founding.words, &original);
    let kept_payload = (!report.payload.is_empty()).then(|| house.keep_bytes(&founding.words, &report.payload));
    let mut kept_files: Vec<Kept> = kept_payload.into_iter().collect();
    kept_files.extend(report.attachments.iter().map(|file| house.keep_bytes(&founding.words, &file.bytes)));
    let arrived = house.adopt_uploads(&founding.key.public, &report.uploads).await?;
    let mut received = received_head(&report, at, &code, &reporter, &kept_original, &kept_files);
    if sealed {
        received.reading = Reading::Sealed;
    }
    received.attachments.extend(arrived.iter().map(|(blob, _)| blob.clone()));
    let mut words = report_words(&report, &fingerprint);
    words.attachments.extend(arrived.into_iter().map(|(_, about)| about));
    let mut said = vec![Said::with(Fact::Report(ReportFact::Received(Box::new(received))), Words::Report(Box::new(words)))];
    said.push(attested(&code, &fingerprint));
    let starts = promises::starts(&house.profile(), Milestone::ReportReceived, true, at, &promises::of_report(report.door, report.kind));
    let promised: Vec<Promise> = shown_promises(house, &starts, at);
    said.extend(starts.into_iter().map(|start| Said::bare(Fact::Report(ReportFact::ClockStarted(start)))));
    // The page that answers this request is the receipt: it is shown the moment the report is ours.
    said.push(Said::bare(Fact::Report(ReportFact::ReceiptSent { by: "page".to_owned() })));
    said.extend(receipt_stops(&said));

    let mut receipt = Receipt {
        number: String::new(),
        code: code.to_string(),
        received_at: at,
        sha256: fingerprint.clone(),
        promises: promised,
        language: report.language.clone(),
    };
    let mut kept = vec![kept_original];
    kept.extend(kept_files);
    let small_blobs = house.settle_blobs(kept).await?;
    let mut effects = if report.sender_address.is_empty() {
        Vec::new()
    } else {
        let payload = serde_json::to_vec(&receipt).unwrap_or_default();
        let key = format!("receipt:{stream}");
        vec![house.effect_to((&founding.desk).into(), key, "receipt_mail", &stream, Some(&payload), at)]
    };
    if sealed || in_a_file {
        effects.push(house.effect(format!("payload:{stream}"), super::payload::JOB, &stream, None, at));
    }
    let idempotency = once.as_ref().map(|once| Idempotency {
        key: once.key.clone(),
        fingerprint: fingerprint.clone(),
        answer: house.by_chance(|chance| once.seal(&receipt, chance)),
    });
    let series = Some(Series::Report { year: house.year(at) });
    let append = house.founding_with(stream.clone(), &founding, Actor::Reporter, series, Some(&reporter), said);
    let commit = Commit { at, appends: vec![append], effects, small_blobs, idempotency, seen: Vec::new() };
    if house.close_self_test(&report.text).await?.is_some() {
        receipt.number = crate::self_test::NUMBER.to_owned();
        return Ok(receipt);
    }
    match house.store.commit(commit).await {
        Ok(committed) => {
            receipt.number = committed.numbers.into_iter().map(|(_, number)| number).next().unwrap_or_default();
            if report.code.is_some()
                && let Err(trouble) = house.drop_draft(&code).await
            {
                tracing::info!(%trouble, "a draft that was handed in stays until it is swept");
            }
            Ok(receipt)
        }
        Err(CommitError::AlreadyAnswered { same, answer }) => match once {
            Some(once) => {
                let receipt = once.replay(&fingerprint, if same { &fingerprint } else { "" }, &answer)?;
                with_number(house, receipt).await
            }
            None => Err(HandInError::KeyReused),
        },
        Err(CommitError::Trouble(trouble)) => Err(trouble.into()),
        Err(CommitError::Conflict { .. } | CommitError::AlreadySeen { .. }) => {
            Err(StoreTrouble::new("a fresh stream met an old one: try again").into())
        }
    }
}

/// The fact that the signed receipt is about: these bytes were received.
pub(crate) fn attested(code: &ReceiptCode, sha256: &str) -> Said {
    let commitment = attest::commitment(&attest::attest_nonce(code), sha256);
    Said::bare(Fact::Report(ReportFact::Attested { commitment, masked: attest::mask(code, sha256) }))
}

/// A replayed receipt was sealed before its number was given: look it up by its own code.
async fn with_number(house: &House, mut receipt: Receipt) -> Result<Receipt, HandInError> {
    if let Ok(code) = ReceiptCode::parse(&receipt.code)
        && let Some(stream) = house.store.report_by_lookup(&code.lookup_id()).await?
    {
        receipt.number = number_of(house, &stream).await?;
    }
    Ok(receipt)
}

/// The number of a report, from its first head.
pub(crate) async fn number_of(house: &House, report: &StreamId) -> Result<String, StoreTrouble> {
    let stored = house.store.reporter_view(report).await?;
    Ok(stored
        .into_iter()
        .find_map(|one| match one.recorded.fact {
            Fact::Report(ReportFact::Received(received)) => Some(received.number),
            _ => None,
        })
        .unwrap_or_default())
}

/// Stops of the clocks in `said` that the receipt on the page satisfies.
fn receipt_stops(said: &[Said]) -> Vec<Said> {
    use wardroom_domain::case::file::{Clock, Clocks, Milestones};
    let clocks = said.iter().filter_map(|one| match &one.fact {
        Fact::Report(ReportFact::ClockStarted(start)) => Some(Clock::new(start.clone())),
        _ => None,
    });
    let fresh: Vec<Milestone> = said.iter().flat_map(|one| one.fact.milestones(&Actor::House)).collect();
    wardroom_domain::case::consequences::stops_at(&Clocks(clocks.collect()), &Milestones::new(), &fresh)
        .into_iter()
        .map(|stop| Said::bare(Fact::Report(ReportFact::ClockStopped { clock: stop.clock, by: stop.by })))
        .collect()
}

/// What is promised to the reporter, from clocks just started.
pub(crate) fn shown_promises(house: &House, starts: &[wardroom_domain::facts::ClockStart], at: Timestamp) -> Vec<Promise> {
    use wardroom_domain::case::file::Clock;
    let zone = house.profile().zone();
    let clocks: Vec<Clock> = starts.iter().cloned().map(Clock::new).collect();
    promises::to_reporter(&clocks, &zone, at)
}

fn received_head(report: &HandIn, at: Timestamp, code: &ReceiptCode, reporter: &PublicKey, original: &Kept, files: &[Kept]) -> Received {
    Received {
        number: String::new(),
        door: report.door,
        kind: report.kind,
        language: report.language.clone(),
        received_at: at,
        sent_at: None,
        reading: Reading::Clear,
        signature: Signature::None,
        automatic: false,
        answerable: !report.sender_address.is_empty(),
        has_key: !report.reporter_key.is_empty(),
        reporter_public: hex(&reporter.to_bytes()),
        lookup: code.lookup_id(),
        seen: Vec::new(),
        original: original.blob.clone(),
        attachments: files.iter().map(|kept| kept.blob.clone()).collect(),
        quarantined: false,
        claims: None,
    }
}

fn report_words(report: &HandIn, sha256: &str) -> ReportWords {
    let payload = (!report.payload.is_empty()).then(|| AttachmentWords {
        name: super::payload::NAME.to_owned(),
        media_type: super::payload::MEDIA_TYPE.to_owned(),
        len: report.payload.len() as u64,
        sha256: hex(&Sha256::digest(&report.payload)),
    });
    let attachments = report.attachments.iter().map(|file| AttachmentWords {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        len: file.bytes.len() as u64,
        sha256: hex(&Sha256::digest(&file.bytes)),
    });
    ReportWords {
        title: title_of(&report.title, &report.text),
        text: report.text.clone(),
        fields: report.fields.clone(),
        sender_name: report.sender_name.clone(),
        sender_address: report.sender_address.clone(),
        reporter_key: report.reporter_key.clone(),
        signed_by: String::new(),
        message_id: String::new(),
        sha256: sha256.to_owned(),
        attachments: payload.into_iter().chain(attachments).collect(),
        remarks: Vec::new(),
        credit: report.credit.clone(),
        evidence: None,
        claims: String::new(),
    }
}

/// The title given, else the first line of the text, shortened.
pub(crate) fn title_of(title: &str, text: &str) -> String {
    // `...` is what stands outside of an encryption with the subject inside: it says nothing.
    let given = Some(title.trim()).filter(|title| !matches!(*title, "..." | "[...]")).unwrap_or_default();
    let line = if given.is_empty() { text.trim().lines().next().unwrap_or_default().trim() } else { given };
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

/// The original of a form or API report: everything typed, in one canonical JSON; files by name, length and hash (they are kept beside it).
fn original_bytes(report: &HandIn, uploaded: &[Uploaded]) -> Vec<u8> {
    let mut files: Vec<serde_json::Value> = report
        .attachments
        .iter()
        .map(|file| {
            serde_json::json!({
                "name": file.name, "media_type": file.media_type, "len": file.bytes.len(), "sha256": hex(&Sha256::digest(&file.bytes)),
            })
        })
        .collect();
    files.extend(
        uploaded
            .iter()
            .map(|file| serde_json::json!({ "name": file.name, "media_type": file.media_type, "len": file.length, "sha256": file.sha256 })),
    );
    let mut whole = serde_json::json!({
        "schema": "wardroom.handed-in/1",
        "door": report.door.as_str(), "kind": report.kind.as_str(), "language": report.language,
        "title": report.title, "text": report.text, "fields": report.fields,
        "name": report.sender_name, "address": report.sender_address, "key": report.reporter_key, "credit": report.credit,
        "attachments": files,
    });
    if !report.payload.is_empty()
        && let Some(whole) = whole.as_object_mut()
    {
        whole.insert("payload_sha256".to_owned(), hex(&Sha256::digest(&report.payload)).into());
    }
    whole.to_string().into_bytes()
}

/// A request that must have one effect however often it is sent. The answer is sealed under the client's own secret,
/// so that the stored copy of a receipt code opens for nobody else.
struct Once {
    key: String,
    secret: [u8; 32],
}

impl Once {
    fn of(secret: &str) -> Once {
        let key = hex(&Sha256::digest(format!("wardroom once key\n{secret}").as_bytes()));
        let secret = Sha256::digest(format!("wardroom once answer\n{secret}").as_bytes()).into();
        Once { key, secret }
    }

    fn seal(&self, receipt: &Receipt, chance: &mut dyn wardroom_seal::Chance) -> Vec<u8> {
        let plain = serde_json::to_vec(receipt).unwrap_or_default();
        seal_with(&self.secret, &place(&["once", &self.key]), &plain, chance).into_bytes()
    }

    fn replay(&self, fingerprint: &str, earlier: &str, answer: &[u8]) -> Result<Receipt, HandInError> {
        if fingerprint != earlier {
            return Err(HandInError::KeyReused);
        }
        let sealed = Sealed::from_stored(answer.to_vec());
        let plain = open_with(&self.secret, &place(&["once", &self.key]), &sealed).map_err(|_| HandInError::KeyReused)?;
        serde_json::from_slice(&plain).map_err(|_| HandInError::KeyReused)
    }
}
