//! A claim of [`super::dkim`] against the key that DNS gave for it (RFC 6376 sections 3.6.1 and 6.1.2, RFC 8301, RFC 8463).

use super::dkim::{Algorithm, DkimClaim};
use super::tags;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPublicKey};

/// How long after its end a signature is still looked at kindly, and how far in the future one may be made, in seconds.
const CLOCKS_DIFFER: i64 = 3_600;
/// DigestInfo of SHA-256 (RFC 8017 section 9.2).
pub(super) const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// What the key says of the claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    Pass,
    /// The signature or the body is not the key's.
    Fail(&'static str),
    /// The signature is right, and not to be believed all the same.
    Policy(&'static str),
    /// The claim or the key record cannot be used.
    Permanent(&'static str),
}

/// The name a claim's key is asked for.
#[must_use]
pub fn name(claim: &DkimClaim) -> String {
    format!("{}._domainkey.{}", claim.selector, claim.domain)
}

/// Judges a claim that has no fault of its own. `records` are the TXT records of [`name`]; `now` is in unix seconds.
#[must_use]
pub fn check(claim: &DkimClaim, records: &[String], now: i64) -> Judged {
    let mut verdict = Judged::Permanent("no key");
    for record in records.iter().take(5) {
        verdict = with_record(claim, record, now);
        if matches!(verdict, Judged::Pass | Judged::Policy(_)) {
            break;
        }
    }
    verdict
}

fn with_record(claim: &DkimClaim, record: &str, now: i64) -> Judged {
    let Some(tags) = tags::read(record) else { return Judged::Permanent("the key record cannot be read") };
    let find = |name: &str| tags::find(&tags, name);
    let lists = |name: &str, wanted: &[&str]| {
        find(name).is_none_or(|list| list.split(':').any(|one| wanted.iter().any(|word| one.trim().eq_ignore_ascii_case(word))))
    };
    if find("v").is_some_and(|version| version != "DKIM1") {
        return Judged::Permanent("the key record is of another version");
    }
    if !lists("h", &["sha256"]) || !lists("s", &["*", "email"]) {
        return Judged::Permanent("the key is not for this");
    }
    let strict = find("t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "s"));
    if strict && claim.identity != claim.domain {
        return Judged::Permanent("the key is for its own domain only");
    }
    let Some(key) = find("p").and_then(tags::base64) else { return Judged::Permanent("the key record holds no key") };
    if key.is_empty() {
        return Judged::Permanent("the key was revoked");
    }
    let (Some(digest), Some(signature)) = (from_hex(&claim.digest), tags::base64(&claim.signature)) else {
        return Judged::Permanent("the signature cannot be read");
    };
    let kind = find("k").unwrap_or("rsa");
    let (right, weak) = match (claim.algorithm, kind) {
        (Algorithm::RsaSha256, "rsa") => match rsa(&key, &digest, &signature) {
            Some(judged) => judged,
            None => return Judged::Permanent("the key cannot be read"),
        },
        (Algorithm::Ed25519Sha256, "ed25519") => match ed25519(&key, &digest, &signature) {
            Some(right) => (right, false),
            None => return Judged::Permanent("the key cannot be read"),
        },
        _ => return Judged::Permanent("the key is of another kind than the signature"),
    };
    match () {
        () if !right => Judged::Fail("the signature does not fit the fields"),
        () if !claim.body_matches => Judged::Fail("the body is not the one that was signed"),
        () if weak => Judged::Policy("the key is shorter than 1024 bits"),
        () if claim.body_partly => Judged::Policy("the end of the body is not signed"),
        () if claim.expires_at.is_some_and(|until| until.saturating_add(CLOCKS_DIFFER) < now) => {
            Judged::Policy("the signature has expired")
        }
        () if claim.signed_at.is_some_and(|at| at > now.saturating_add(CLOCKS_DIFFER)) => {
            Judged::Policy("the signature is from the future")
        }
        () => Judged::Pass,
    }
}

/// Whether the signature is the key's, and whether the key is too short to be believed.
fn rsa(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<(bool, bool)> {
    if key.len() > 2_048 {
        return None;
    }
    let key = RsaPublicKey::from_public_key_der(key).ok().or_else(|| RsaPublicKey::from_pkcs1_der(key).ok())?;
    let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(SHA256_PREFIX) };
    Some((key.verify(scheme, digest, signature).is_ok(), key.n().bits() < 1_024))
}

fn ed25519(key: &[u8], digest: &[u8], signature: &[u8]) -> Option<bool> {
    let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    Some(key.verify(digest, &signature).is_ok())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::try_from(nibble(pair.first()?)? * 16 + nibble(pair.get(1)?)?).ok()).collect()
}
