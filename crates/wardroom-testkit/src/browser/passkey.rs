//! A virtual authenticator, so that a person in a journey can have a passkey.
//!
//! Not a security key: whoever it is asked for is always present and always says yes, unless told otherwise.

use anyhow::Result;
use serde_json::{Value, json};

use super::{Browser, text_of};

/// An authenticator plugged into the browser.
#[derive(Clone, Debug)]
pub struct Passkeys {
    path: String,
}

impl Browser {
    /// Plugs in an authenticator that keeps discoverable keys and verifies its person. Pages need `https` or the host `localhost` to see it.
    pub async fn plug_in_passkeys(&self) -> Result<Passkeys> {
        let wanted = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        let id = text_of(self.post("webauthn/authenticator", wanted).await?)?;
        Ok(Passkeys { path: format!("webauthn/authenticator/{id}") })
    }

    /// The keys an authenticator holds, each with `credentialId`, `rpId`, `userHandle`, `signCount`.
    pub async fn passkeys(&self, of: &Passkeys) -> Result<Vec<Value>> {
        let held = self.get(&format!("{}/credentials", of.path)).await?;
        Ok(held.as_array().cloned().unwrap_or_default())
    }

    /// Lets the person pass (`true`) or fail the authenticator's own check, such as a fingerprint.
    pub async fn verify_person(&self, of: &Passkeys, passes: bool) -> Result<()> {
        self.post(&format!("{}/uv", of.path), json!({ "isUserVerified": passes })).await?;
        Ok(())
    }
}
