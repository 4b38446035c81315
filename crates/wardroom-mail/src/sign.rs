//! Signing with a team key: beside the content, or around readable text. SHA-512; the time is an argument.

use crate::keys::{KeyFault, TeamSecret, timestamp};
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
    let config = configured(signer, SignatureType::Binary, at)?;
    let signed = contained(|| config.sign(&Box::new(signer), &Password::empty(), content)).ok_or(KeyFault::Failed)?;
    let signature = DetachedSignature::new(signed.map_err(|_| KeyFault::Failed)?);
    Ok(armor::encode("SIGNATURE", &signature.to_bytes().map_err(|_| KeyFault::Failed)?))
}

/// Readable text with an armoured signature around it, dated `created` (unix seconds).
///
/// Blanks at line ends are removed before signing: programs disagree on whether a signature covers them (RFC 9580
/// section 7.2), and GnuPG calls such a signature bad.
pub fn cleartext(key: &TeamSecret, text: &str, created: i64) -> Result<String, KeyFault> {
    let at = timestamp(created);
    let signer = key.signer(at)?;
    let config = configured(signer, SignatureType::Text, at)?;
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches([' ', '\t', '\r'])).collect();
    let text = lines.join("\n");
    let signed = contained(|| CleartextSignedMessage::new(&text, config, &Box::new(signer), &Password::empty()));
    let message = signed.ok_or(KeyFault::Failed)?.map_err(|_| KeyFault::Failed)?;
    message.to_armored_string(ArmorOptions::default()).map_err(|_| KeyFault::Failed)
}

fn configured(signer: &dyn SigningKey, kind: SignatureType, at: Timestamp) -> Result<SignatureConfig, KeyFault> {
    if signer.version() != KeyVersion::V4 {
        return Err(KeyFault::CannotSign);
    }
    let mut config = SignatureConfig::v4(kind, signer.algorithm(), HashAlgorithm::Sha512);
    let (hashed, unhashed) = subpackets(signer, at)?;
    config.hashed_subpackets = hashed;
    config.unhashed_subpackets = unhashed;
    Ok(config)
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
