//! Judging signatures against the certificates we know. A signature is good only when certificate, hash, time and
//! cryptography all agree. Deliberately blind to who the signer claims to be: only the fingerprint counts.

use super::{armor, contained, packets, policy};
use crate::keys::{KnownCert, timestamp};
use pgp::composed::{CleartextSignedMessage, Deserializable, DetachedSignature};
use pgp::packet::{Signature, SignatureType};
use rpgpie::key::ComponentKeyPub;
use serde::{Deserialize, Serialize};

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BadSignature {
    /// The content is not what was signed.
    Mismatch,
    /// Made with SHA-1 or an older hash.
    WeakHash,
    /// The certificate could not sign at that time: expired, revoked, or not for signing.
    KeyNotValid,
    /// The signature itself has expired.
    Expired,
    /// The signature cannot be read, or is of a kind that signs no document.
    Unreadable,
    /// There are more signatures than we look at.
    TooMany,
}

/// What one signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good { fingerprint: String, future: bool },
    Unknown { key_id: Option<String> },
    Bad { reason: BadSignature, fingerprint: Option<String> },
}

impl Verdict {
    /// Of several signatures on the same content one good one is enough; else what is bad outweighs what is unknown.
    pub(crate) fn best(verdicts: Vec<Self>) -> Option<Self> {
        let rank = |verdict: &Self| match verdict {
            Self::Good { .. } => 2,
            Self::Bad { .. } => 1,
            Self::Unknown { .. } => 0,
        };
        // the first of the best, as the sender ordered them
        verdicts.into_iter().rev().max_by_key(rank)
    }
}

/// The certificates, and the time at which they are asked.
#[derive(Clone, Copy)]
pub(crate) struct Judges<'j> {
    pub(crate) known: &'j [KnownCert],
    pub(crate) now: i64,
}

impl Judges<'_> {
    /// Judges one signature; `matches` says whether a key made it over the content at hand.
    pub(crate) fn judge(&self, signature: &Signature, matches: impl Fn(&ComponentKeyPub) -> bool) -> Verdict {
        let bad = |reason| Verdict::Bad { reason, fingerprint: None };
        if !matches!(signature.typ(), Some(SignatureType::Binary | SignatureType::Text)) {
            return bad(BadSignature::Unreadable);
        }
        if !policy::signature_hash_is_trusted(signature) {
            return bad(BadSignature::WeakHash);
        }
        let Some(created) = signature.created() else {
            return bad(BadSignature::Unreadable);
        };
        let (prints, ids) = (signature.issuer_fingerprint(), signature.issuer_key_id());
        let mut verdicts = Vec::new();
        let named = |known: &&KnownCert| {
            known.view().has_component(|print, id| match prints.is_empty() {
                true => ids.contains(&id),
                false => prints.contains(&print),
            })
        };
        for known in self.known.iter().filter(named) {
            let fingerprint = Some(known.fingerprint());
            let checked = known.view().strict();
            let signers = checked.valid_signing_capable_component_keys_at(created);
            let good = signers.iter().any(|signer| matches(signer.as_componentkey()));
            let expired = signature.signature_expiration_time().is_some_and(|lifetime| {
                lifetime.as_secs() != 0 && i64::from(created.as_secs()) + i64::from(lifetime.as_secs()) <= self.now
            });
            verdicts.push(match () {
                () if signers.is_empty() => Verdict::Bad { reason: BadSignature::KeyNotValid, fingerprint },
                () if !good => Verdict::Bad { reason: BadSignature::Mismatch, fingerprint },
                () if !rpgpie::signature::signature_acceptable(signature) => Verdict::Bad { reason: BadSignature::Unreadable, fingerprint },
                () if expired => Verdict::Bad { reason: BadSignature::Expired, fingerprint },
                () => Verdict::Good { fingerprint: known.fingerprint(), future: created > timestamp(self.now + 86_400) },
            });
        }
        let key_id = ids.first().map(|id| super::hexadecimal(id.as_ref())).or_else(|| prints.first().map(|print| format!("{print:X}")));
        Verdict::best(verdicts).unwrap_or(Verdict::Unknown { key_id })
    }

    /// Judges detached signatures (armoured or binary) over `content`.
    pub(crate) fn detached(&self, signature: &[u8], content: &[u8]) -> Verdict {
        let unreadable = Verdict::Bad { reason: BadSignature::Unreadable, fingerprint: None };
        let Some(binary) = armor::binary(signature) else {
            return unreadable;
        };
        if !matches!(packets::survey(&binary), Ok(packets::Shape::Signatures)) {
            return unreadable;
        }
        let judged = contained(|| {
            let Ok(signatures) = DetachedSignature::from_bytes_many(binary.as_slice()) else {
                return None;
            };
            let signatures: Vec<_> = signatures.flatten().take(policy::SIGNATURES + 1).collect();
            if signatures.len() > policy::SIGNATURES {
                return Some(Verdict::Bad { reason: BadSignature::TooMany, fingerprint: None });
            }
            let judged =
                signatures.iter().map(|signature| self.judge(&signature.signature, |key| signature.signature.verify(key, content).is_ok()));
            Verdict::best(judged.collect())
        });
        judged.flatten().unwrap_or(unreadable)
    }

    /// Judges a cleartext-signed block, and gives the text it covers. `recoded` turns that text into the bytes the
    /// sender's character set had, if it was not UTF-8.
    pub(crate) fn cleartext(&self, block: &str, recoded: impl Fn(&str) -> Option<Vec<u8>>) -> Option<(String, Verdict)> {
        contained(|| {
            let (message, _) = CleartextSignedMessage::from_string(block.trim_end()).ok()?;
            let text = message.signed_text();
            if message.signatures().len() > policy::SIGNATURES {
                return Some((text, Verdict::Bad { reason: BadSignature::TooMany, fingerprint: None }));
            }
            let other = recoded(&text);
            let matches = |signature: &Signature, key: &ComponentKeyPub| {
                signature.verify(key, text.as_bytes()).is_ok() || other.as_deref().is_some_and(|bytes| signature.verify(key, bytes).is_ok())
            };
            let judged = message.signatures().iter().map(|signature| self.judge(signature, |key| matches(signature, key)));
            let verdict = Verdict::best(judged.collect());
            Some((text.clone(), verdict.unwrap_or(Verdict::Bad { reason: BadSignature::Unreadable, fingerprint: None })))
        })
        .flatten()
    }
}
