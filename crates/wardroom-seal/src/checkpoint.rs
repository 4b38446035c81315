//! Signed checkpoints of the log: the c2sp `tlog-checkpoint` text in a c2sp `signed-note` with an Ed25519 signature.
//! Whoever keeps one can later show that the log was changed. Deliberately not a witness: it signs what it is told.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::chance::{Chance, draw};
use crate::keys::hex;
use crate::merkle::Hash;

/// The signature type byte of Ed25519 in signed notes.
const ED25519: u8 = 1;
const TEXT_LIMIT_BYTES: usize = 64 * 1024;

/// The state of a log: its name, how many leaves, and the root over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Unique name of the log, without a scheme: `psirt.example.org/log`.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Merkle root over them.
    pub root: Hash,
}

/// Signs checkpoints under a name.
pub struct LogSigner {
    name: String,
    key: SigningKey,
}

/// Verifies what [`LogSigner`] signed. Not confidential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVerifier {
    name: String,
    key: VerifyingKey,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// Not the text of a signed checkpoint.
    #[error("not a signed checkpoint: {0}")]
    Format(&'static str),
    /// No signature by the key asked for.
    #[error("checkpoint is not signed by {0}: check that it belongs to this log")]
    NotSigned(String),
    /// There is one, and it is wrong.
    #[error("signature of {0} on the checkpoint is wrong: the text was changed")]
    BadSignature(String),
    /// Not a verifier key or a key name.
    #[error("not a key for checkpoints: {0}")]
    Key(&'static str),
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    fn parse(body: &str) -> Result<Checkpoint, CheckpointFault> {
        let mut lines = body.lines();
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointFault::Format("it has no origin"))?;
        let size = lines.next().ok_or(CheckpointFault::Format("it has no size"))?;
        let plain = size == "0" || (!size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit()));
        let size = size.parse().ok().filter(|_| plain).ok_or(CheckpointFault::Format("its size is not a number"))?;
        let root = lines.next().and_then(|line| BASE64.decode(line).ok()).and_then(|bytes| Hash::try_from(bytes).ok());
        let root = root.ok_or(CheckpointFault::Format("its root is not a SHA-256 hash in base64"))?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }
}

impl LogSigner {
    /// A fresh signing key under `name` (no spaces, no plus sign).
    pub fn make(name: &str, chance: &mut dyn Chance) -> Result<LogSigner, CheckpointFault> {
        LogSigner::from_seed(name, draw(chance))
    }

    /// The key of a stored seed.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<LogSigner, CheckpointFault> {
        Ok(LogSigner { name: checked_name(name)?, key: SigningKey::from_bytes(&seed) })
    }

    /// The secret seed, for sealing it.
    pub fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.key.to_bytes())
    }

    /// What others verify with.
    pub fn verifier(&self) -> LogVerifier {
        LogVerifier { name: self.name.clone(), key: self.key.verifying_key() }
    }
}

impl fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogSigner({}, …)", self.name)
    }
}

impl LogVerifier {
    /// Reads the text form `name+keyid+base64(type|key)`.
    pub fn parse(text: &str) -> Result<LogVerifier, CheckpointFault> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CheckpointFault::Key("it is not name+id+key"));
        };
        let bytes = BASE64.decode(key).map_err(|_| CheckpointFault::Key("it is not base64"))?;
        let Some((&ED25519, bytes)) = bytes.split_first() else { return Err(CheckpointFault::Key("it is not an ed25519 key")) };
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| CheckpointFault::Key("it has not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| CheckpointFault::Key("it is not an ed25519 key"))?;
        let verifier = LogVerifier { name: checked_name(name)?, key };
        if hex(&verifier.id()) != id {
            return Err(CheckpointFault::Key("its id does not fit"));
        }
        Ok(verifier)
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 over name, newline, type and key, cut to four bytes (signed-note, "Signatures").
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new().chain_update(&self.name).chain_update([b'\n', ED25519]).chain_update(self.key.as_bytes()).finalize();
        let [a, b, c, d, ..]: [u8; 32] = digest.into();
        [a, b, c, d]
    }
}

impl fmt::Display for LogVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64.encode([&[ED25519], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{}+{key}", self.name, hex(&self.id()))
    }
}

/// The whole text of a signed checkpoint.
pub fn sign_checkpoint(checkpoint: &Checkpoint, signer: &LogSigner) -> Result<String, CheckpointFault> {
    if checkpoint.origin.is_empty() || checkpoint.origin.chars().any(char::is_control) {
        return Err(CheckpointFault::Format("an origin is one line and not empty"));
    }
    let body = checkpoint.body();
    let signature = signer.key.sign(body.as_bytes()).to_bytes();
    let line = BASE64.encode([signer.verifier().id().as_slice(), &signature].concat());
    Ok(format!("{body}\n— {} {line}\n", signer.name))
}

/// Reads a signed checkpoint and believes it only when `verifier` signed it; signatures by others are passed over.
pub fn verify_checkpoint(text: &str, verifier: &LogVerifier) -> Result<Checkpoint, CheckpointFault> {
    if text.len() > TEXT_LIMIT_BYTES {
        return Err(CheckpointFault::Format("it is too long"));
    }
    let cut = text.rfind("\n\n").ok_or(CheckpointFault::Format("there is no empty line before the signatures"))?;
    let (body, signatures) = (text.get(..=cut).unwrap_or_default(), text.get(cut + 2..).unwrap_or_default());
    if body.chars().any(|c| c.is_control() && c != '\n') || !signatures.ends_with('\n') {
        return Err(CheckpointFault::Format("its lines are not whole"));
    }
    let mut wrong = false;
    for line in signatures.lines() {
        let signed = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '));
        let (name, encoded) = signed.ok_or(CheckpointFault::Format("a signature line does not begin with a dash and a name"))?;
        let bytes = BASE64.decode(encoded).map_err(|_| CheckpointFault::Format("a signature is not base64"))?;
        let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
            return Err(CheckpointFault::Format("a signature is too short"));
        };
        if name != verifier.name || *id != verifier.id() {
            continue;
        }
        let believed = Signature::from_slice(signature).is_ok_and(|s| verifier.key.verify_strict(body.as_bytes(), &s).is_ok());
        if believed {
            return Checkpoint::parse(body);
        }
        wrong = true;
    }
    let name = verifier.name.clone();
    Err(if wrong { CheckpointFault::BadSignature(name) } else { CheckpointFault::NotSigned(name) })
}

fn checked_name(name: &str) -> Result<String, CheckpointFault> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(CheckpointFault::Key("a name is not empty and has no spaces and no plus sign"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    fn signer(seed: u64) -> LogSigner {
        LogSigner::make("psirt.example.org/log", &mut SeededChance::new(seed)).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "psirt.example.org/log".into(), size: 1_234, root: [7; 32] }
    }

    #[test]
    fn the_text_is_as_the_format_says_and_verifies() {
        let text = sign_checkpoint(&checkpoint(), &signer(1)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..4], ["psirt.example.org/log", "1234", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", ""]);
        assert!(lines[4].starts_with("— psirt.example.org/log ") && lines.len() == 5);
        assert_eq!(verify_checkpoint(&text, &signer(1).verifier()).unwrap(), checkpoint());
    }

    #[test]
    fn the_key_id_agrees_with_the_published_example() {
        // golang.org/x/mod/sumdb/note, package example.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(LogVerifier::parse(text).unwrap().to_string(), text);
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let verifier = LogVerifier::parse(text).unwrap();
        // The signature is right; what it signs is no checkpoint.
        assert_eq!(verify_checkpoint(note, &verifier).unwrap_err(), CheckpointFault::Format("its size is not a number"));
        let bent = note.replace("problem is", "problem was");
        assert!(matches!(verify_checkpoint(&bent, &verifier).unwrap_err(), CheckpointFault::BadSignature(_)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let text = sign_checkpoint(&checkpoint(), &signer(1)).unwrap();
        let verifier = signer(1).verifier();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(verify_checkpoint(&changed, &verifier).is_err(), "byte {at}");
            }
        }
        assert!(matches!(verify_checkpoint(&text, &signer(2).verifier()), Err(CheckpointFault::NotSigned(_))));
    }

    #[test]
    fn signatures_of_others_are_passed_over() {
        let one = sign_checkpoint(&checkpoint(), &signer(1)).unwrap();
        let other = sign_checkpoint(&checkpoint(), &signer(2)).unwrap();
        let both = format!("{other}{}\n", one.lines().last().unwrap());
        for seed in [1, 2] {
            assert_eq!(verify_checkpoint(&both, &signer(seed).verifier()).unwrap(), checkpoint());
        }
    }

    #[test]
    fn names_and_texts_out_of_form_are_refused() {
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(LogSigner::make(name, &mut SeededChance::new(1)).is_err(), "{name:?}");
        }
        let verifier = signer(1).verifier();
        for text in ["", "\n\n", "a\n1\n", "a\n\n— x\n", "a\n\nx y\n", &"a".repeat(70_000)] {
            assert!(verify_checkpoint(text, &verifier).is_err(), "{text:?}");
        }
        let odd = Checkpoint { origin: "two\nlines".into(), ..checkpoint() };
        assert!(sign_checkpoint(&odd, &signer(1)).is_err());
        assert_eq!(LogSigner::from_seed("x", *signer(1).seed()).unwrap().key, signer(1).key);
    }
}
