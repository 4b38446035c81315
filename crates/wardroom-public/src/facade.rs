//! What the public face may ask of the house: the narrow facade, as a trait, so that the pages are tested without a
//! store. The house implements it in [`wardroom_app::public_house`]; nothing wider may be added here.

use jiff::Timestamp;
use std::future::Future;
use std::sync::Arc;
use wardroom_app::public_house::{HandIn, HandInError, PublicHouse, Receipt, Track, TrackError};
use wardroom_domain::profile::Profile;
use wardroom_seal::ReceiptCode;

/// The house as the public face sees it.
pub trait Facade: Send + Sync + 'static {
    /// The profile in force.
    fn profile(&self) -> Arc<Profile>;
    /// The present instant; the only clock the face has.
    fn now(&self) -> Timestamp;
    /// Base address of the public pages, without a slash at the end.
    fn public_url(&self) -> &str;
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
    /// Takes the report back.
    ///
    /// # Errors
    /// See [`TrackError`].
    fn withdraw(&self, code: &ReceiptCode) -> impl Future<Output = Result<(), TrackError>> + Send;
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

    async fn withdraw(&self, code: &ReceiptCode) -> Result<(), TrackError> {
        Self::withdraw(self, code).await
    }
}
