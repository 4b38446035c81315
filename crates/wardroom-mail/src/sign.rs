//! Signing with a team key: beside the content, or around readable text. SHA-512; the time is an argument.

use crate::keys::{KeyFault, KnownCert, TeamSecret, timestamp};
use crate::pgp::verify::{Judges, Verdict};
use crate::pgp::{armor, contained};
use pgp::composed::{ArmorOptions, CleartextSignedMessage, DetachedSignature, SubpacketConfig};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize as _;
use pgp::types::{KeyVersion, Password, SigningKey, Timestamp};

/// An armoured detached signature over bytes, dated `created` (unix seconds).
pub fn detached(key: &TeamSecret, content: &[u8], created: i64) -> Result<String, KeyFault> {
    let at = timestamp(created);
    let signer = key.signer(at)?;
    let config = configured(key, signer, SignatureType::Binary, at, content)?;
    let signed = contained(|| config.sign(&Box::new(signer), &Password::empty(), content)).ok_or(KeyFault::Failed)?;
    let signature = DetachedSignature::new(signed.map_err(|_| KeyFault::Failed)?);
    Ok(armor::encode("SIGNATURE", &signature.to_bytes().map_err(|_| KeyFault::Failed)?))
}

/// Whether an armoured or binary detached signature over `content` is good and by this certificate (unix seconds).
#[must_use]
pub fn verified(cert: &KnownCert, signature: &[u8], content: &[u8], now: i64) -> bool {
    let judges = Judges { known: std::slice::from_ref(cert), now };
    matches!(judges.detached(signature, content), Verdict::Good { .. })
}

/// Readable text with an armoured signature around it, dated `created` (unix seconds).
///
/// Blanks at line ends are removed before signing: programs disagree on whether a signature covers them (RFC 9580
/// section 7.2), and GnuPG calls such a signature bad.
pub fn cleartext(key: &TeamSecret, text: &str, created: i64) -> Result<String, KeyFault> {
    let at = timestamp(created);
    let signer = key.signer(at)?;
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches([' ', '\t', '\r'])).collect();
    let text = lines.join("\n");
    let config = configured(key, signer, SignatureType::Text, at, text.as_bytes())?;
    let signed = contained(|| CleartextSignedMessage::new(&text, config, &Box::new(signer), &Password::empty()));
    let message = signed.ok_or(KeyFault::Failed)?.map_err(|_| KeyFault::Failed)?;
    message.to_armored_string(ArmorOptions::default()).map_err(|_| KeyFault::Failed)
}

pub(crate) fn configured(
    key: &TeamSecret,
    signer: &dyn SigningKey,
    kind: SignatureType,
    at: Timestamp,
    content: &[u8],
) -> Result<SignatureConfig, KeyFault> {
    let mut config = match signer.version() {
        KeyVersion::V6 => SignatureConfig::v6_with_salt(kind, signer.algorithm(), HashAlgorithm::Sha512, salt(key, at, content)?),
        KeyVersion::V4 => SignatureConfig::v4(kind, signer.algorithm(), HashAlgorithm::Sha512),
        _ => return Err(KeyFault::CannotSign),
    };
    let (hashed, unhashed) = subpackets(signer, at)?;
    config.hashed_subpackets = hashed;
    config.unhashed_subpackets = unhashed;
    Ok(config)
}

/// The salt of a version 6 signature (RFC 9580 section 5.2.4): nobody without the key can foresee it, and the same content signed at the
/// same time has the same signature, so that the public tree is the same however often it is made.
fn salt(key: &TeamSecret, at: Timestamp, content: &[u8]) -> Result<Vec<u8>, KeyFault> {
    use sha2::{Digest, Sha512};
    let secret = key.armored_secret()?;
    let mut digest = Sha512::new();
    digest.update(b"wardroom: salt of a version 6 signature\0");
    digest.update(secret.as_bytes());
    digest.update(at.as_secs().to_be_bytes());
    digest.update(content);
    let size = HashAlgorithm::Sha512.salt_len().ok_or(KeyFault::Failed)?;
    Ok(digest.finalize().iter().copied().take(size).collect())
}

/// The same, for a signature inside an encrypted message.
pub(crate) fn subpacket_config(signer: &dyn SigningKey, at: Timestamp) -> Result<SubpacketConfig, KeyFault> {
    let (hashed, unhashed) = subpackets(signer, at)?;
    Ok(SubpacketConfig::UserDefined { hashed, unhashed })
}

fn subpackets(signer: &dyn SigningKey, at: Timestamp) -> Result<(Vec<Subpacket>, Vec<Subpacket>), KeyFault> {
    let regular = |data| Subpacket::regular(data).map_err(|_| KeyFault::Failed);
    let hashed = vec![regular(SubpacketData::IssuerFingerprint(signer.fingerprint()))?, regular(SubpacketData::SignatureCreationTime(at))?];
    let unhashed = match signer.version() {
        KeyVersion::V4 => vec![regular(SubpacketData::IssuerKeyId(signer.legacy_key_id()))?],
        _ => Vec::new(),
    };
    Ok((hashed, unhashed))
}
