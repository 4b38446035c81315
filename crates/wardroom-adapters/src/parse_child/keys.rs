//! Where the child's keys come from. Before every mail it is asked whether they are others than before, so that a rotated key is used at
//! once; they themselves are read when a child needs them, and kept nowhere here.

use super::protocol::Greeting;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use wardroom_app::Desk;
use wardroom_mail::Limits;
use wardroom_mail::keys::HeldSecret;
use zeroize::{Zeroize, Zeroizing};

/// Gives out the team's secret keys.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// All of them, in use and retired. An error means that mail must wait: without its keys it would be taken for unreadable.
    async fn held(&self) -> Result<Vec<HeldSecret>, String>;

    /// Differs when [`KeySource::held`] would give others than before. `None`: nobody knows without looking.
    async fn stamp(&self) -> Result<Option<Stamp>, String> {
        Ok(None)
    }
}

/// Stands for the keys as they are at a moment; says nothing of them.
pub type Stamp = [u8; 32];

#[async_trait]
impl KeySource for Desk {
    async fn held(&self) -> Result<Vec<HeldSecret>, String> {
        self.held_secrets().await.map_err(|trouble| trouble.to_string())
    }

    async fn stamp(&self) -> Result<Option<Stamp>, String> {
        self.held_secrets_stamp().await.map(Some).map_err(|trouble| trouble.to_string())
    }
}

/// Keys that never change: for commands that open one mail, and for tests.
#[derive(Clone, Default)]
pub struct FixedKeys(pub Vec<HeldSecret>);

#[async_trait]
impl KeySource for FixedKeys {
    async fn held(&self) -> Result<Vec<HeldSecret>, String> {
        Ok(self.0.clone())
    }

    async fn stamp(&self) -> Result<Option<Stamp>, String> {
        Ok(Some(Stamp::default()))
    }
}

/// The child's first message, ready to be sent, and its digest by which a child with other keys is recognised.
pub(super) struct Keyring {
    pub(super) greeting: Zeroizing<Vec<u8>>,
    pub(super) digest: [u8; 32],
}

impl Keyring {
    pub(super) async fn from(source: &dyn KeySource, limits: Limits) -> Result<Keyring, String> {
        let mut greeting = Greeting { keys: source.held().await?, limits };
        // Room enough from the start: a buffer that grows leaves copies behind. JSON doubles a line break and no more.
        let room = greeting.keys.iter().map(|key| 2 * (key.armored.len() + key.passphrase.as_ref().map_or(0, String::len)) + 100);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room.sum::<usize>() + 1_000));
        let written = serde_json::to_writer(&mut *bytes, &greeting);
        for key in &mut greeting.keys {
            key.armored.zeroize();
            key.passphrase.zeroize();
        }
        written.map_err(|fault| format!("the keys cannot be put into words for the parser: {fault}"))?;
        let digest = Sha256::digest(bytes.as_slice()).into();
        Ok(Keyring { greeting: bytes, digest })
    }
}
