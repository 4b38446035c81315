//! What the public face may ask of the house: the narrow facade, as a trait, so that the pages are tested without a
//! store. The house implements it in [`wardroom_app::public_house`]; nothing wider may be added here.

use jiff::Timestamp;
use std::future::Future;
use std::sync::Arc;
use wardroom_app::ports::opener::OpenTrouble;
use wardroom_app::ports::store::StoreTrouble;
use wardroom_app::public_house::{
    Continuity, Draft, DraftError, HandIn, HandInError, NewFile, NoAccess, NoReceipt, Progress, PublicHouse, Readable, Receipt,
    ReceiptFile, SharedFile, Source, Track, TrackError, UploadError, UploadLimits,
};
use wardroom_check::request::Refused;
use wardroom_domain::communication::EmbargoTerms;
use wardroom_domain::disclosure::Level;
use wardroom_domain::profile::Profile;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_seal::{ReceiptCode, Token};

/// The house as the public face sees it.
pub trait Facade: Send + Sync + 'static {
    /// The profile in force.
    fn profile(&self) -> Arc<Profile>;
    /// The present instant; the only clock the face has.
    fn now(&self) -> Timestamp;
    /// Base address of the public pages, without a slash at the end.
    fn public_url(&self) -> &str;
    /// Whether a test message opens, and with which key; none when nobody who could tell answers.
    ///
    /// # Errors
    /// When the store does not answer.
    fn pgp_test(&self, text: &str) -> impl Future<Output = Result<Option<Readable>, StoreTrouble>> + Send;
    /// A request came through a proxy in front of us; `Err` holds what is wrong with that. For the health page.
    fn proxy_seen(&self, _how: Result<(), String>) {}
    /// The names of the catalogue's products. Only asked where the team said that they may be seen.
    fn product_names(&self) -> Vec<String> {
        Vec::new()
    }
    /// The parts an SBOM lists, or why it was not read: read where a stranger's bytes can do no harm, and not kept.
    ///
    /// # Errors
    /// When nobody here reads SBOMs, or whoever read it did not survive.
    fn parts_of(&self, _sbom: &[u8]) -> impl Future<Output = Result<Result<Sbom, NotRead>, OpenTrouble>> + Send {
        async { Err(OpenTrouble::NoParser("nothing here reads SBOMs".to_owned())) }
    }
    /// A file of a guarded level, for whoever brings the token of an access; `None`: there is no such file.
    ///
    /// # Errors
    /// See [`NoAccess`].
    fn shared_file(&self, _token: &Token, _level: Level, _path: &str) -> impl Future<Output = Result<Option<SharedFile>, NoAccess>> + Send {
        async { Err(NoAccess::Closed) }
    }
    /// The answer to a request to check a CSAF document, as JSON, or why there is none: read where it can do no harm, and not kept.
    ///
    /// # Errors
    /// When nobody here checks documents, or whoever did it did not survive.
    fn checked(&self, _request: &[u8]) -> impl Future<Output = Result<Result<Vec<u8>, Refused>, OpenTrouble>> + Send {
        async { Err(OpenTrouble::NoParser("nothing here checks documents".to_owned())) }
    }
    /// Whether the store answers.
    fn ready(&self) -> impl Future<Output = bool> + Send;
    /// Takes a report in, durably.
    ///
    /// # Errors
    /// See [`HandInError`].
    fn hand_in(&self, report: HandIn) -> impl Future<Output = Result<Receipt, HandInError>> + Send;
    /// What the owner of the code may see.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn track(&self, code: &ReceiptCode) -> impl Future<Output = Result<Track, TrackError>> + Send;
    /// A message from the reporter.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn write(&self, code: &ReceiptCode, text: &str, language: &str) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// How much may arrive.
    fn upload_limits(&self) -> UploadLimits;
    /// Begins an upload.
    ///
    /// # Errors
    /// See [`UploadError`].
    fn begin_upload(&self, file: NewFile) -> impl Future<Output = Result<Token, UploadError>> + Send;
    /// How far an upload has come.
    ///
    /// # Errors
    /// See [`UploadError`].
    fn upload(&self, token: &Token) -> impl Future<Output = Result<Progress, UploadError>> + Send;
    /// Takes bytes of an upload in, from `offset` on, until the source ends.
    ///
    /// # Errors
    /// See [`UploadError`].
    fn receive(&self, token: &Token, offset: u64, source: &mut Source<'_>) -> impl Future<Output = Result<Progress, UploadError>> + Send;
    /// Removes an upload.
    ///
    /// # Errors
    /// See [`UploadError`].
    fn drop_upload(&self, token: &Token) -> impl Future<Output = Result<(), UploadError>> + Send;
    /// Files for a report that was handed in before.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn add_files(&self, code: &ReceiptCode, uploads: &[Token]) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// A code for somebody who has handed in nothing yet.
    fn fresh_code(&self) -> ReceiptCode;
    /// Keeps a draft under a code.
    ///
    /// # Errors
    /// See [`DraftError`].
    fn keep_draft(&self, code: &ReceiptCode, texts: Vec<(String, String)>) -> impl Future<Output = Result<(), DraftError>> + Send;
    /// The draft under a code.
    ///
    /// # Errors
    /// The store does not answer.
    fn draft(&self, code: &ReceiptCode) -> impl Future<Output = Result<Option<Draft>, StoreTrouble>> + Send;
    /// Forgets the draft of a code.
    ///
    /// # Errors
    /// The store does not answer.
    fn drop_draft(&self, code: &ReceiptCode) -> impl Future<Output = Result<(), StoreTrouble>> + Send;
    /// Proposes a date of disclosure.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn propose_date(&self, code: &ReceiptCode, terms: EmbargoTerms, reason: &str) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// Answers the date the team proposed.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn answer_date(&self, code: &ReceiptCode, accepted: bool, reason: &str) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// How to be named.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn wish_credit(&self, code: &ReceiptCode, name: &str, anonymous: bool) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// Answers the acknowledgement shown.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn answer_credit(&self, code: &ReceiptCode, agreed: bool, reason: &str) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// Where to be told of news.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn wish_news(&self, code: &ReceiptCode, address: Option<&str>) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// Takes the report back.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn withdraw(&self, code: &ReceiptCode, reason: &str) -> impl Future<Output = Result<(), TrackError>> + Send;
    /// The signed receipt, and the report's number.
    ///
    /// # Errors
    /// See [`NoReceipt`].
    fn signed_receipt(&self, code: &ReceiptCode) -> impl Future<Output = Result<(String, ReceiptFile), NoReceipt>> + Send;
    /// The proof that the log of one length continues the log of another.
    ///
    /// # Errors
    /// See [`NoReceipt`].
    fn log_continuity(&self, code: &ReceiptCode, first: u64, second: u64) -> impl Future<Output = Result<Continuity, NoReceipt>> + Send;
}

impl Facade for PublicHouse {
    fn profile(&self) -> Arc<Profile> {
        Self::profile(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn public_url(&self) -> &str {
        Self::public_url(self)
    }

    async fn pgp_test(&self, text: &str) -> Result<Option<Readable>, StoreTrouble> {
        Self::pgp_test(self, text).await
    }

    fn proxy_seen(&self, how: Result<(), String>) {
        Self::proxy_seen(self, how);
    }

    fn product_names(&self) -> Vec<String> {
        Self::product_names(self)
    }

    async fn parts_of(&self, sbom: &[u8]) -> Result<Result<Sbom, NotRead>, OpenTrouble> {
        Self::parts_of(self, sbom).await
    }

    async fn shared_file(&self, token: &Token, level: Level, path: &str) -> Result<Option<SharedFile>, NoAccess> {
        Self::shared_file(self, token, level, path).await
    }
    async fn checked(&self, request: &[u8]) -> Result<Result<Vec<u8>, Refused>, OpenTrouble> {
        Self::checked(self, request).await
    }

    async fn ready(&self) -> bool {
        Self::ready(self).await
    }

    async fn hand_in(&self, report: HandIn) -> Result<Receipt, HandInError> {
        Self::hand_in(self, report).await
    }

    async fn track(&self, code: &ReceiptCode) -> Result<Track, TrackError> {
        Self::track(self, code).await
    }

    async fn write(&self, code: &ReceiptCode, text: &str, language: &str) -> Result<(), TrackError> {
        Self::write(self, code, text, language).await
    }

    fn upload_limits(&self) -> UploadLimits {
        Self::upload_limits(self)
    }

    async fn begin_upload(&self, file: NewFile) -> Result<Token, UploadError> {
        Self::begin_upload(self, file).await
    }

    async fn upload(&self, token: &Token) -> Result<Progress, UploadError> {
        Self::upload(self, token).await
    }

    async fn receive(&self, token: &Token, offset: u64, source: &mut Source<'_>) -> Result<Progress, UploadError> {
        Self::receive(self, token, offset, source).await
    }

    async fn drop_upload(&self, token: &Token) -> Result<(), UploadError> {
        Self::drop_upload(self, token).await
    }

    async fn add_files(&self, code: &ReceiptCode, uploads: &[Token]) -> Result<(), TrackError> {
        Self::add_files(self, code, uploads).await
    }

    fn fresh_code(&self) -> ReceiptCode {
        Self::fresh_code(self)
    }

    async fn keep_draft(&self, code: &ReceiptCode, texts: Vec<(String, String)>) -> Result<(), DraftError> {
        Self::keep_draft(self, code, texts).await
    }

    async fn draft(&self, code: &ReceiptCode) -> Result<Option<Draft>, StoreTrouble> {
        Self::draft(self, code).await
    }

    async fn drop_draft(&self, code: &ReceiptCode) -> Result<(), StoreTrouble> {
        Self::drop_draft(self, code).await
    }

    async fn propose_date(&self, code: &ReceiptCode, terms: EmbargoTerms, reason: &str) -> Result<(), TrackError> {
        Self::propose_date(self, code, terms, reason).await
    }

    async fn answer_date(&self, code: &ReceiptCode, accepted: bool, reason: &str) -> Result<(), TrackError> {
        Self::answer_date(self, code, accepted, reason).await
    }

    async fn wish_credit(&self, code: &ReceiptCode, name: &str, anonymous: bool) -> Result<(), TrackError> {
        Self::wish_credit(self, code, name, anonymous).await
    }

    async fn answer_credit(&self, code: &ReceiptCode, agreed: bool, reason: &str) -> Result<(), TrackError> {
        Self::answer_credit(self, code, agreed, reason).await
    }

    async fn wish_news(&self, code: &ReceiptCode, address: Option<&str>) -> Result<(), TrackError> {
        Self::wish_news(self, code, address).await
    }

    async fn withdraw(&self, code: &ReceiptCode, reason: &str) -> Result<(), TrackError> {
        Self::withdraw(self, code, reason).await
    }

    async fn log_continuity(&self, code: &ReceiptCode, first: u64, second: u64) -> Result<Continuity, NoReceipt> {
        Self::log_continuity(self, code, first, second).await
    }

    async fn signed_receipt(&self, code: &ReceiptCode) -> Result<(String, ReceiptFile), NoReceipt> {
        Self::signed_receipt(self, code).await
    }
}
