//! OpenPGP keys: the team's secret ones, and other people's certificates.
//! Deliberately no key store and no fetching: bytes come in as arguments.

mod cert;
mod revoke;
mod secret;
pub mod wkd;

pub use cert::{KnownCert, ReporterCert};
pub use revoke::Revocation;
pub use secret::{Capabilities, HeldSecret, SecretKeys, TeamSecret};

pub(crate) use cert::{CertView, EncryptionTarget, survey_certificate};

use pgp::types::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a key cannot be used, worded for the person who gave it to us.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyFault {
    #[error("no OpenPGP public key found: send the block that begins with BEGIN PGP PUBLIC KEY BLOCK")]
    NoKey,
    #[error("this is a secret key: never send it to anybody; replace it and send the public key")]
    SecretKey,
    #[error("no OpenPGP secret key found")]
    NoSecretKey,
    #[error("the key is larger than we read: export it minimal, without the signatures of others")]
    TooLarge,
    #[error("the key is damaged: export it again")]
    Damaged,
    #[error("the key expired: extend it or send another")]
    Expired {
        /// When, in unix seconds.
        at: i64,
    },
    #[error("the key is not valid yet: its creation time lies in the future")]
    NotYetValid,
    #[error("the key is revoked: send the one that replaced it")]
    Revoked,
    #[error("the key signs itself with SHA-1 or an older hash: renew it with a current program")]
    WeakSignature,
    #[error("the key is too weak (RSA below 2048 bits, DSA or Elgamal): make a new one")]
    WeakAlgorithm,
    #[error("the key has no valid name or binding of its own")]
    NoIdentity,
    #[error("the key can sign but not encrypt: add an encryption subkey")]
    SignOnly,
    #[error("the encryption subkey expired: extend it")]
    EncryptionExpired,
    #[error("the encryption subkey is revoked: add a new one")]
    EncryptionRevoked,
    #[error("the key has no part that can sign now")]
    CannotSign,
    #[error("the passphrase does not open the secret key")]
    WrongPassphrase,
    #[error("the secret key asks for more memory than allowed to be unlocked")]
    UnlockTooExpensive,
    #[error("the OpenPGP operation failed")]
    Failed,
}

/// Unix seconds as OpenPGP has them: 32 bits, clamped.
pub(crate) fn timestamp(unix: i64) -> Timestamp {
    let clamped = unix.clamp(0, i64::from(u32::MAX));
    Timestamp::from_secs(u32::try_from(clamped).unwrap_or(u32::MAX))
}
