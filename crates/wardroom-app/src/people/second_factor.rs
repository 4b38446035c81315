//! The second factor: TOTP set up in two steps, and passkeys kept sealed for the desk's WebAuthn.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{Credentials, StoreTrouble};
use wardroom_domain::Refusal;
use wardroom_domain::people::Viewer;
use wardroom_seal::{Sealed, TotpSecret};

/// What a person types or scans into an authenticator.
#[derive(Clone, Debug)]
pub struct TotpOffer {
    pub base32: String,
    pub otpauth: String,
}

impl Desk {
    /// A fresh TOTP secret for the person signed in; it counts only once confirmed with a code.
    pub async fn offer_totp(&self, viewer: &Viewer) -> Asked<TotpOffer> {
        let person = viewer.person().ok_or(AskError::NotFound)?;
        let waiting = format!("totp_waiting:{person}");
        // The same offer while it waits: a reload must not invalidate the code just scanned.
        let known = match self.store.setting(&waiting).await? {
            Some(bytes) if !bytes.is_empty() => {
                let plain = self.master().open(&waiting, &Sealed::from_stored(bytes)).ok();
                plain.and_then(|plain| TotpSecret::from_bytes(&plain).ok())
            }
            _ => None,
        };
        let secret = match known {
            Some(secret) => secret,
            None => {
                let secret = self.by_chance(|chance| TotpSecret::make(chance));
                let sealed = self.by_chance(|chance| self.master().seal(&waiting, secret.expose().as_ref(), chance));
                self.store.keep_setting(&waiting, sealed.as_bytes()).await?;
                secret
            }
        };
        let issuer = self.profile().org_name("en");
        let otpauth = secret.otpauth_url(&issuer, viewer.name()).map_err(|fault| StoreTrouble::new(fault.to_string()))?.to_string();
        Ok(TotpOffer { base32: secret.to_base32().to_string(), otpauth })
    }

    /// Confirms the offered secret with its first code.
    pub async fn confirm_totp(&self, viewer: &Viewer, code: &str) -> Asked<()> {
        let person = viewer.person().ok_or(AskError::NotFound)?;
        let waiting = format!("totp_waiting:{person}");
        let wrong = || Refusal::FieldWrong { field: "code", why: "not the code your authenticator shows now".to_owned() };
        let bytes = self.store.setting(&waiting).await?.filter(|bytes| !bytes.is_empty()).ok_or_else(wrong)?;
        let plain = self.master().open(&waiting, &Sealed::from_stored(bytes)).map_err(|_| wrong())?;
        let secret = TotpSecret::from_bytes(&plain).map_err(|_| wrong())?;
        let now = u64::try_from(self.now().as_second()).unwrap_or_default();
        let step = secret.verify(code, now, None).ok_or_else(wrong)?;
        let label = format!("totp:{person}");
        let sealed = self.by_chance(|chance| self.master().seal(&label, secret.expose().as_ref(), chance));
        let credentials = self.store.credentials(person).await?.unwrap_or_default();
        let kept = Credentials { totp: Some(sealed.into_bytes()), totp_last_step: Some(step), ..credentials };
        self.store.keep_credentials(person, &kept).await?;
        self.store.keep_setting(&waiting, &[]).await?;
        Ok(())
    }

    /// The passkeys of a person as the desk's WebAuthn stored them (opaque JSON); `None` when there are none.
    pub async fn passkeys(&self, person: &str) -> Result<Option<Vec<u8>>, StoreTrouble> {
        let credentials = self.store.credentials(person).await?.unwrap_or_default();
        let Some(bytes) = credentials.passkeys else { return Ok(None) };
        let plain = self.master().open(&format!("passkeys:{person}"), &Sealed::from_stored(bytes));
        Ok(plain.ok().map(|plain| plain.to_vec()))
    }

    /// Keeps the passkeys of a person; an empty slice forgets them.
    pub async fn keep_passkeys(&self, person: &str, json: &[u8]) -> Result<(), StoreTrouble> {
        let credentials = self.store.credentials(person).await?.unwrap_or_default();
        let label = format!("passkeys:{person}");
        let passkeys = (!json.is_empty()).then(|| self.by_chance(|chance| self.master().seal(&label, json, chance)).into_bytes());
        self.store.keep_credentials(person, &Credentials { passkeys, ..credentials }).await
    }
}
