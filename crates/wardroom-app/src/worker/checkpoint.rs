//! The log's head, signed: when facts were added since the last time, the root is signed as a c2sp checkpoint by the log's key and
//! by the team's OpenPGP key, and kept where the public face can read it. That completes every receipt handed out before.

use super::Worker;
use crate::house::Desk;
use crate::intake::receipt_file::{SIGNED_HEAD, SignedHead, signed_text};
use crate::ports::store::StoreTrouble;
use wardroom_mail::sign;
use wardroom_seal::{Checkpoint, LogSigner, sign_checkpoint};

impl Worker {
    /// Signs the head if it is another than the one signed last. Returns whether it was.
    pub async fn checkpoint_once(&self, signer: &LogSigner) -> Result<bool, StoreTrouble> {
        self.desk.sign_head(signer).await
    }
}

impl Desk {
    /// The head signed last.
    pub async fn signed_head(&self) -> Result<Option<SignedHead>, StoreTrouble> {
        Ok(self.store.setting(SIGNED_HEAD).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Signs the head if it is another than the one signed last. Returns whether it was.
    pub async fn sign_head(&self, signer: &LogSigner) -> Result<bool, StoreTrouble> {
        let head = self.store.head().await?;
        let known = self.signed_head().await?;
        let log_key = signer.verifier().to_string();
        let current = self.maker().keys.iter().find(|key| !key.retired).map(|key| key.fingerprint.clone()).unwrap_or_default();
        if known.is_some_and(|known| known.size == head.size && known.log_key == log_key && known.team_key == current) {
            return Ok(false);
        }
        let checkpoint = Checkpoint { origin: signer.verifier().name().to_owned(), size: head.size, root: head.root };
        let checkpoint = sign_checkpoint(&checkpoint, signer).map_err(|fault| StoreTrouble::new(fault.to_string()))?;
        let mut signed = SignedHead {
            size: head.size,
            checkpoint,
            log_key,
            team_key: String::new(),
            team_certificate: String::new(),
            signature: String::new(),
        };
        if let Some(key) = self.signing_key().await? {
            let text = signed_text(&signed.checkpoint, &signed.log_key);
            match sign::detached(&key, text.as_bytes(), self.now().as_second()) {
                Ok(signature) => {
                    signed.signature = signature;
                    signed.team_key = key.fingerprint();
                    signed.team_certificate = key.armored_public();
                }
                Err(fault) => tracing::warn!(%fault, "the team's key cannot sign the log's checkpoint"),
            }
        }
        let bytes = serde_json::to_vec(&signed).unwrap_or_default();
        self.store.keep_setting(SIGNED_HEAD, &bytes).await?;
        Ok(true)
    }
}
