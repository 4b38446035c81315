//! Taking a key of ours back: a revocation signature, made by the key itself, in its certificate.
//! Deliberately no way back: a revocation that was published cannot be undone.

use super::{CertView, KeyFault, TeamSecret, timestamp};
use crate::pgp::contained;
use crate::sign;
use pgp::packet::{RevocationCode, SignatureType, Subpacket, SubpacketData};
use pgp::types::Password;
use serde::{Deserialize, Serialize};

/// Why a key is taken back (RFC 9580 section 5.2.3.31).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// Somebody else has or may have the secret: nothing this key ever signed counts any more.
    Compromised,
    /// Another key took its place; what it signed before stands.
    Superseded,
    /// Not used any more; what it signed before stands.
    Retired,
}

impl Revocation {
    pub const ALL: [Self; 3] = [Self::Compromised, Self::Superseded, Self::Retired];

    /// `compromised`, `superseded`, `retired`
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compromised => "compromised",
            Self::Superseded => "superseded",
            Self::Retired => "retired",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    const fn code(self) -> RevocationCode {
        match self {
            Self::Compromised => RevocationCode::KeyCompromised,
            Self::Superseded => RevocationCode::KeySuperseded,
            Self::Retired => RevocationCode::KeyRetired,
        }
    }
}

impl TeamSecret {
    /// The same key with its revocation, dated `at` (unix seconds). It still decrypts; it signs nothing any more.
    pub fn revoked(&self, why: Revocation, at: i64) -> Result<Self, KeyFault> {
        let at = timestamp(at);
        let primary = &self.key.primary_key;
        let mut config = sign::configured(self, primary, SignatureType::KeyRevocation, at, why.as_str().as_bytes())?;
        let reason = SubpacketData::RevocationReason(why.code(), why.as_str().as_bytes().to_vec().into());
        config.hashed_subpackets.push(Subpacket::regular(reason).map_err(|_| KeyFault::Failed)?);
        let signed = contained(|| config.sign_key(primary, &Password::empty(), primary.public_key())).ok_or(KeyFault::Failed)?;
        let mut key = self.key.clone();
        key.details.revocation_signatures.push(signed.map_err(|_| KeyFault::Failed)?);
        let view = contained(|| CertView::of(key.to_public_key())).ok_or(KeyFault::Failed)??;
        Ok(Self { key, view })
    }
}
