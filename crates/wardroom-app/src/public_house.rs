//! The narrow facade of the public face: hand in a report, ask by receipt code, read what is cleared.
//! It holds no secret: it can seal, it cannot open what others handed in. A break-in here reveals no existing report.

pub use crate::disclosure::{NoAccess, SharedFile};
use crate::follow_up::follow_up;
pub use crate::follow_up::{FollowUp, LONGEST_NAME, LONGEST_REASON, TrackCredit, TrackDate};
use crate::house::House;
pub use crate::intake::arriving::{BrokeOff, NewFile, Progress, Source, UploadError, UploadLimits, Uploaded, plain_name};
pub use crate::intake::continuity::Continuity;
pub use crate::intake::draft::{Draft, DraftError, LONGEST_DRAFT};
use crate::intake::give_receipt::ChunkRoots;
use crate::intake::hand_in;
pub use crate::intake::hand_in::{HandIn, HandInError, Receipt, Upload};
pub use crate::intake::payload::{LARGEST as LARGEST_PAYLOAD, MEDIA_TYPE as PAYLOAD_MEDIA_TYPE, MIME_MEDIA_TYPE, is_payload};
use crate::intake::readable;
pub use crate::intake::readable::Readable;
pub use crate::intake::receipt_file::{NoReceipt, ReceiptFile};
use crate::ports::opener::{OpenTrouble, Opener};
use crate::ports::store::{Commit, CommitError, Effect, StoreTrouble, Stored};
use crate::promises::{self, Promise};
use crate::reading::open_words;
use crate::record::{Said, SealTo, Standing};
use jiff::Timestamp;
use std::sync::Arc;
use thiserror::Error;
use wardroom_check::request::Refused;
use wardroom_domain::case::ReportFile;
use wardroom_domain::communication::{MessageKind, MessageWords};
use wardroom_domain::disclosure::Level;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::AttachmentWords;
use wardroom_domain::log::{Actor, Recorded, StreamId};
use wardroom_domain::profile::{Audience, Profile, Stage, furthest_contiguous};
use wardroom_domain::triage::{Disposition, ReportState};
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_seal::{ReceiptCode, Token};

/// Longest message a reporter may send in one go, in characters.
pub const LONGEST_MESSAGE: usize = 100_000;

/// What the public face may do.
#[derive(Clone)]
pub struct PublicHouse {
    house: Arc<House>,
    chunks: Arc<ChunkRoots>,
    reader: Option<Arc<dyn Opener>>,
}

/// A step of the profile as the reporter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    /// Index into the profile's stages, for the label in the reader's language.
    pub stage: usize,
    pub done: bool,
    pub optional: bool,
}

/// A message between the reporter and the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackMessage {
    pub at: Timestamp,
    pub from_team: bool,
    pub kind: MessageKind,
    pub text: String,
    pub language: String,
}

/// A file the reporter added after the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackFile {
    pub at: Timestamp,
    pub name: String,
    pub length: u64,
    pub sha256: String,
}

/// What a reporter sees with the receipt code.
#[derive(Clone, Debug)]
pub struct Track {
    pub number: String,
    pub language: String,
    pub received_at: Timestamp,
    pub state: ReportState,
    pub disposition: Option<Disposition>,
    pub steps: Vec<Step>,
    pub promises: Vec<Promise>,
    /// The team asked something and waits.
    pub you_owe: bool,
    /// The reporter wrote last and waits.
    pub we_owe: bool,
    pub receipt_sent_at: Option<Timestamp>,
    pub messages: Vec<TrackMessage>,
    /// Files the reporter added later, oldest first.
    pub files: Vec<TrackFile>,
    /// Numbers of advisories published from this case.
    pub advisories: Vec<String>,
    /// Dates, credit, news, and what may be done.
    pub follow_up: FollowUp,
}

#[derive(Debug, Error)]
pub enum TrackError {
    /// No report has this code; said the same way whatever the reason.
    #[error("no report answers to this code")]
    Unknown,
    #[error("the message is empty")]
    Empty,
    #[error("the message is longer than {LONGEST_MESSAGE} characters: send the rest as a second message")]
    TooLong,
    #[error("the date must lie ahead, and within {days} days")]
    BadDate { days: u32 },
    #[error("this is not the name of a time zone: write it like Asia/Shanghai")]
    BadZone,
    #[error("this is not possible any more")]
    Closed,
    /// One of the uploads is not whole or not there any more.
    #[error("a file is not here any more: attach it again")]
    FileGone,
    #[error("more files than one report may have: put them into one archive")]
    TooManyFiles,
    #[error("somebody else changed it at the same moment: repeat")]
    Busy,
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

impl From<CommitError> for TrackError {
    fn from(error: CommitError) -> TrackError {
        match error {
            CommitError::Conflict { .. } => TrackError::Busy,
            CommitError::AlreadySeen { .. } | CommitError::AlreadyAnswered { .. } => TrackError::Closed,
            CommitError::Trouble(trouble) => TrackError::Trouble(trouble),
        }
    }
}

impl PublicHouse {
    pub fn new(house: Arc<House>) -> PublicHouse {
        PublicHouse { house, chunks: Arc::default(), reader: None }
    }

    /// With somebody who reads strangers' documents. It must hold no key: the public face has none.
    #[must_use]
    pub fn reading_with(self, reader: Arc<dyn Opener>) -> PublicHouse {
        PublicHouse { reader: Some(reader), ..self }
    }

    /// The parts an SBOM lists, or why it was not read. Read by the parser's child; nothing of it is kept.
    ///
    /// # Errors
    /// When nobody here reads SBOMs, or the child did not survive it.
    pub async fn parts_of(&self, sbom: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        match &self.reader {
            Some(reader) => reader.parts_of(sbom).await,
            None => Err(OpenTrouble::NoParser("nothing here reads SBOMs".to_owned())),
        }
    }

    /// The answer to a request to check a CSAF document, as JSON, or why there is none. Read by the parser's child; nothing of it is kept.
    ///
    /// # Errors
    /// When nobody here checks documents, or the child did not survive it.
    pub async fn checked(&self, request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        match &self.reader {
            Some(reader) => reader.checked(request).await,
            None => Err(OpenTrouble::NoParser("nothing here checks documents".to_owned())),
        }
    }

    pub fn profile(&self) -> Arc<Profile> {
        self.house.profile()
    }

    pub fn now(&self) -> Timestamp {
        self.house.now()
    }

    pub(crate) fn house(&self) -> &House {
        &self.house
    }

    pub(crate) fn chunks(&self) -> &ChunkRoots {
        &self.chunks
    }

    /// Base address of the public pages, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.house.addresses.public_url
    }

    /// The team's mail address, or empty.
    pub fn mail_address(&self) -> &str {
        &self.house.addresses.mail
    }

    /// A file of a guarded level, for whoever brings the token of an access.
    ///
    /// # Errors
    /// See [`NoAccess`].
    pub async fn shared_file(&self, token: &Token, level: Level, path: &str) -> Result<Option<SharedFile>, NoAccess> {
        self.house.shared_file(token, level, path).await
    }

    /// The names of catalogue products, for the form's suggestions (public knowledge).
    pub fn product_names(&self) -> Vec<String> {
        self.house.maker().products.into_iter().map(|product| product.name).collect()
    }

    /// True when the store answers: readiness.
    pub async fn ready(&self) -> bool {
        self.house.store.head().await.is_ok()
    }

    /// Takes a report in, durably, and gives the receipt with its code: the only time the code exists outside the reporter's hands.
    pub async fn hand_in(&self, report: HandIn) -> Result<Receipt, HandInError> {
        let door = report.door.as_str();
        let outcome = hand_in::hand_in(&self.house, report).await;
        if let Err(HandInError::Trouble(trouble)) = &outcome {
            // Beside the answer: what just failed to be written need not answer soon now.
            let (house, why) = (self.house.clone(), trouble.to_string());
            tokio::spawn(async move { house.door_failed(door, &why).await });
        }
        outcome
    }

    /// Notes how requests come through a proxy in front of us; `Err` holds what is wrong with that.
    pub fn proxy_seen(&self, how: Result<(), String>) {
        let house = self.house.clone();
        tokio::spawn(async move {
            match how {
                Ok(()) => house.door_succeeded(crate::doors::PROXY, 0, None).await,
                Err(why) => house.door_failed(crate::doors::PROXY, &why).await,
            }
        });
    }

    /// "Can you read me?": whether a test message opens, and with which key. `None`: nobody who could tell answers now.
    pub async fn pgp_test(&self, text: &str) -> Result<Option<Readable>, StoreTrouble> {
        readable::test(&self.house, text).await
    }

    /// What the owner of the code may see.
    pub async fn track(&self, code: &ReceiptCode) -> Result<Track, TrackError> {
        let (file, stored) = self.report(code).await?;
        let house = &self.house;
        let profile = house.profile();
        let now = house.now();
        let mut milestones = file.milestones.clone();
        let mut advisories = Vec::new();
        if let Some(case) = &file.case {
            for recorded in house.store.case_heads(case).await? {
                for milestone in recorded.fact.milestones(&recorded.actor) {
                    milestones.entry(milestone).or_insert(recorded.at);
                }
                if let Fact::Case(wardroom_domain::facts::CaseFact::AdvisoryPublished { advisory, .. }) = &recorded.fact {
                    advisories.push(advisory.clone());
                }
            }
        }
        let zone = profile.zone();
        Ok(Track {
            number: file.received.number.clone(),
            language: file.received.language.clone(),
            received_at: file.received.received_at,
            state: file.state,
            disposition: file.disposition,
            steps: steps(&profile, &milestones),
            promises: promises::to_reporter(&file.clocks.0, &zone, now),
            you_owe: file.waiting_for_reporter,
            we_owe: file.waiting_for_us,
            receipt_sent_at: file.milestones.get(&wardroom_domain::profile::Milestone::ReceiptSent).copied(),
            follow_up: follow_up(&file, code, &stored),
            messages: messages(&file.id, code, &stored),
            files: files(&file.id, code, &stored),
            advisories: self.advisory_numbers(&advisories).await?,
        })
    }

    /// A message from the reporter, sealed to the report's key and back to the reporter.
    pub async fn write(&self, code: &ReceiptCode, text: &str, language: &str) -> Result<(), TrackError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TrackError::Empty);
        }
        if text.chars().count() > LONGEST_MESSAGE {
            return Err(TrackError::TooLong);
        }
        let words = Words::Message(MessageWords { text: text.to_owned(), language: language.to_owned() });
        let fact = Fact::Report(ReportFact::Message { message: MessageKind::FromReporter });
        self.record(code, vec![Said::shared(fact, words)]).await
    }

    pub(crate) async fn record(&self, code: &ReceiptCode, said: Vec<Said>) -> Result<(), TrackError> {
        self.record_with(code, said, Vec::new()).await
    }

    /// How much may arrive.
    pub fn upload_limits(&self) -> UploadLimits {
        self.house.arrivals.limits
    }

    /// Begins an upload.
    pub async fn begin_upload(&self, file: NewFile) -> Result<Token, UploadError> {
        self.house.begin_upload(file).await
    }

    /// How far an upload has come.
    pub async fn upload(&self, token: &Token) -> Result<Progress, UploadError> {
        self.house.upload(token).await
    }

    /// Takes bytes of an upload in.
    pub async fn receive(&self, token: &Token, offset: u64, source: &mut Source<'_>) -> Result<Progress, UploadError> {
        self.house.receive(token, offset, source).await
    }

    /// Removes an upload.
    pub async fn drop_upload(&self, token: &Token) -> Result<(), UploadError> {
        self.house.drop_upload(token).await
    }

    /// A code for somebody who has handed in nothing yet.
    pub fn fresh_code(&self) -> ReceiptCode {
        self.house.fresh_code()
    }

    /// Keeps a draft under a code.
    pub async fn keep_draft(&self, code: &ReceiptCode, texts: Vec<(String, String)>) -> Result<(), DraftError> {
        self.house.keep_draft(code, texts).await
    }

    /// The draft under a code.
    pub async fn draft(&self, code: &ReceiptCode) -> Result<Option<Draft>, StoreTrouble> {
        self.house.draft(code).await
    }

    /// Forgets the draft of a code.
    pub async fn drop_draft(&self, code: &ReceiptCode) -> Result<(), StoreTrouble> {
        self.house.drop_draft(code).await
    }

    /// Files for a report that was handed in before: whole uploads, sealed to it and shown to its owner.
    pub async fn add_files(&self, code: &ReceiptCode, uploads: &[Token]) -> Result<(), TrackError> {
        if uploads.is_empty() {
            return Ok(());
        }
        let (file, stored) = self.report(code).await?;
        let gone = |error| match error {
            UploadError::Trouble(trouble) => TrackError::Trouble(trouble),
            _ => TrackError::FileGone,
        };
        // The same files again are a repeated request, not more files.
        let known = files(&file.id, code, &stored);
        let whole = self.house.uploaded(uploads).await.map_err(gone)?;
        let fresh = |one: &Uploaded| known.iter().all(|file| (&file.name, &file.sha256) != (&one.name, &one.sha256));
        let uploads: Vec<Token> = uploads.iter().zip(&whole).filter(|(_, one)| fresh(one)).map(|(token, _)| token.clone()).collect();
        if uploads.is_empty() {
            return Ok(());
        }
        if file.received.attachments.len() + uploads.len() > self.house.arrivals.limits.files {
            return Err(TrackError::TooManyFiles);
        }
        let Some(stream_key) = self.house.store.stream_public_key(&file.id).await? else { return Err(TrackError::Unknown) };
        let arrived = self.house.adopt_uploads(&stream_key, &uploads).await.map_err(gone)?;
        let (files, words): (Vec<_>, Vec<_>) = arrived.into_iter().unzip();
        self.record(code, vec![Said::shared(Fact::Report(ReportFact::FilesAdded { files }), Words::Files(words))]).await
    }

    pub(crate) async fn record_with(&self, code: &ReceiptCode, said: Vec<Said>, effects: Vec<Effect>) -> Result<(), TrackError> {
        let house = &self.house;
        let mut tries = 0;
        loop {
            let (file, _) = self.report(code).await?;
            let Some(stream_key) = house.store.stream_public_key(&file.id).await? else { return Err(TrackError::Unknown) };
            let reporter = code.reporter_keypair().public();
            let standing = Standing {
                stream: &file.id,
                version: file.version,
                clocks: &file.clocks,
                milestones: &file.milestones,
                known: crate::promises::of_report(file.received.door, file.received.kind),
                to: SealTo { stream: &stream_key, reporter: Some(&reporter) },
            };
            let at = house.now();
            let append = house.following(&standing, &Actor::Reporter, said.clone(), at);
            match house.store.commit(Commit { at, appends: vec![append], effects: effects.clone(), ..Commit::default() }).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict { .. }) if tries < 5 => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(crate) async fn report(&self, code: &ReceiptCode) -> Result<(ReportFile, Vec<Stored>), TrackError> {
        let found = self.house.store.report_by_lookup(&code.lookup_id()).await?;
        let id = found.ok_or(TrackError::Unknown)?;
        let stored = self.house.store.reporter_view(&id).await?;
        let facts: Vec<Recorded<Fact>> = stored.iter().map(|one| one.recorded.clone()).collect();
        let file = ReportFile::fold(&facts).ok_or(TrackError::Unknown)?;
        Ok((file, stored))
    }

    async fn advisory_numbers(&self, ids: &[StreamId]) -> Result<Vec<String>, StoreTrouble> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut numbers = Vec::new();
        for recorded in self.house.store.published().await? {
            let Fact::Advisory(wardroom_domain::facts::AdvisoryFact::Published { content, .. }) = &recorded.fact else { continue };
            if ids.contains(&recorded.stream) && !numbers.contains(&content.id) {
                numbers.push(content.id.clone());
            }
        }
        Ok(numbers)
    }
}

/// The steps the reporter may see; done up to the furthest contiguous one (domain §2.10).
fn steps(profile: &Profile, milestones: &wardroom_domain::case::file::Milestones) -> Vec<Step> {
    let done = |milestone| milestones.contains_key(&milestone);
    let visible: Vec<(usize, &Stage)> =
        profile.process.stages.iter().enumerate().filter(|(_, stage)| stage.visible_to.contains(&Audience::Reporter)).collect();
    let stages: Vec<Stage> = visible.iter().map(|(_, stage)| (*stage).clone()).collect();
    let reached = furthest_contiguous(&stages, &done);
    visible
        .iter()
        .enumerate()
        .map(|(place, (index, stage))| Step { id: stage.id.clone(), stage: *index, done: place < reached, optional: stage.optional })
        .collect()
}

fn messages(report: &StreamId, code: &ReceiptCode, stored: &[Stored]) -> Vec<TrackMessage> {
    let secret = code.reporter_keypair();
    let mut messages = Vec::new();
    for one in stored {
        let Fact::Report(ReportFact::Message { message }) = &one.recorded.fact else { continue };
        let Some(sealed) = &one.reporter_body else { continue };
        let Ok(Words::Message(words)) = open_words(report, "report.message", "reporter", &secret, sealed) else { continue };
        messages.push(TrackMessage {
            at: one.recorded.at,
            from_team: *message != MessageKind::FromReporter,
            kind: *message,
            text: words.text,
            language: words.language,
        });
    }
    messages
}

fn files(report: &StreamId, code: &ReceiptCode, stored: &[Stored]) -> Vec<TrackFile> {
    let secret = code.reporter_keypair();
    let mut files = Vec::new();
    for one in stored {
        let Fact::Report(ReportFact::FilesAdded { .. }) = &one.recorded.fact else { continue };
        let Some(sealed) = &one.reporter_body else { continue };
        let Ok(Words::Files(words)) = open_words(report, "report.files_added", "reporter", &secret, sealed) else { continue };
        let line = |file: AttachmentWords| TrackFile { at: one.recorded.at, name: file.name, length: file.len, sha256: file.sha256 };
        files.extend(words.into_iter().map(line));
    }
    files
}
