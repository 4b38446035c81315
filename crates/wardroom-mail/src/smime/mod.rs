//! S/MIME (RFC 8551): encrypted mail is opened with an RSA key of the team's or one on a curve of NIST; signed mail gives its content.
//!
//! Supported: EnvelopedData with RSA key transport (PKCS #1 v1.5, OAEP) or key agreement (ECDH) and AES-CBC or triple DES, AuthEnvelopedData with
//! AES-GCM, BER as mail programs write it. Not supported, and said so: passwords, compression. Deliberately no judging of S/MIME signatures:
//! that needs certification authorities to trust, and nobody has named one.
//!
//! CBC does not protect against alteration (EFAIL): what is opened that way carries a warning, is only ever plain text, and fetches nothing.

mod agreed;
mod ber;
pub(crate) mod cms;

use agreed::CurveKey;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why a file is no S/MIME key we can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SmimeKeyFault {
    #[error("there is no private key in the file: put key and certificate into one PEM file")]
    NoKey,
    #[error("the private key is locked: unlock it with `openssl pkey -in FILE -out FILE2` and import that")]
    Locked,
    #[error("neither an RSA key of at least 2048 bits nor one on the curve P-256, P-384 or P-521: only those open S/MIME mail")]
    Unusable,
}

/// A private key that opens S/MIME mail.
#[derive(Clone)]
pub struct SmimeKey {
    pub(crate) key: Private,
    pub(crate) fingerprint: String,
}

#[derive(Clone)]
pub(crate) enum Private {
    Rsa(RsaPrivateKey),
    Curve(CurveKey),
}

impl std::fmt::Debug for SmimeKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("SmimeKey").field(&self.fingerprint).finish()
    }
}

impl SmimeKey {
    /// Whether a file looks like a key or certificate in PEM that is not OpenPGP.
    #[must_use]
    pub fn is_pem(text: &str) -> bool {
        ["PRIVATE KEY-----", "RSA PRIVATE KEY-----", "ENCRYPTED PRIVATE KEY-----", "EC PRIVATE KEY-----", "CERTIFICATE-----"]
            .iter()
            .any(|label| text.contains(&format!("-----BEGIN {label}")))
    }

    /// Reads the key (PKCS #8, PKCS #1 or SEC 1) from a PEM file that may hold certificates too.
    pub fn import(text: &str) -> Result<SmimeKey, SmimeKeyFault> {
        if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(SmimeKeyFault::Locked);
        }
        let key = if let Some(pem) = block(text, "PRIVATE KEY") {
            let rsa = RsaPrivateKey::from_pkcs8_pem(&pem).ok().map(Private::Rsa);
            rsa.or_else(|| CurveKey::from_pkcs8(&pem).map(Private::Curve))
        } else if let Some(pem) = block(text, "RSA PRIVATE KEY") {
            RsaPrivateKey::from_pkcs1_pem(&pem).ok().map(Private::Rsa)
        } else if let Some(pem) = block(text, "EC PRIVATE KEY") {
            CurveKey::from_sec1(&pem).map(Private::Curve)
        } else {
            return Err(SmimeKeyFault::NoKey);
        };
        let key = key.ok_or(SmimeKeyFault::Unusable)?;
        let public = match &key {
            Private::Rsa(key) if key.n().bits() < 2_048 => return Err(SmimeKeyFault::Unusable),
            Private::Rsa(key) => key.to_public_key().to_pkcs1_der().map_err(|_| SmimeKeyFault::Unusable)?.as_bytes().to_vec(),
            Private::Curve(key) => key.public(),
        };
        let fingerprint = crate::pgp::hexadecimal(&Sha256::digest(&public));
        Ok(SmimeKey { key, fingerprint })
    }

    /// SHA-256 of the public key, upper-case hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// One PEM block with its lines, and nothing around it.
fn block(text: &str, label: &str) -> Option<String> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let start = text.find(&begin)?;
    let inside = text.get(start..)?;
    let until = inside.find(&end)? + end.len();
    let lines = inside.get(..until)?.lines().map(str::trim).collect::<Vec<_>>();
    Some(lines.join("\n") + "\n")
}
