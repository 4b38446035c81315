//! The signed receipt: a file that proves, far from this house and without it, that these bytes were received at this instant.
//!
//! How it holds together: with every report a small fact `report.attested` goes into the log in the same commit; its head has a
//! commitment to the SHA-256 of what was received, which only the receipt code opens. The facts' hashes are leaves of the log's
//! Merkle tree (RFC 6962 §2.1, RFC 9162); the house signs the tree's root as a c2sp checkpoint, with the log's Ed25519 key and
//! with the team's OpenPGP key. So one signature a second covers every receipt, the public face signs nothing and holds no
//! secret, and a receipt is whole as soon as the next checkpoint is (about a second after handing in).
//!
//! The file tells nothing about the report: a hash, an instant, a random stream name, a place in the log. Every byte of it
//! counts: it is written in one way only, and read back in no other.
//!
//! Not here: signing (`worker::checkpoint`), and where the file is downloaded.

use super::continuity::{Continuity, End};
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use wardroom_mail::keys::KnownCert;
use wardroom_mail::sign;
use wardroom_seal::attest::{FactColumns, commitment};
use wardroom_seal::merkle::{Hash, leaf_hash, verify_inclusion};
use wardroom_seal::{Checkpoint, LogVerifier, hex, verify_checkpoint};

/// What the file says it is.
pub const SCHEMA: &str = "wardroom.receipt/1";
/// The kind of fact it is about.
pub const KIND: &str = "report.attested";
/// Name of the setting that holds the newest signed head of the log.
pub const SIGNED_HEAD: &str = "log_checkpoint";
const ABOUT: &str = "Proves that bytes with this SHA-256 were received at this instant, and nothing else. Check it with: wardroom receipt verify FILE --key pgp-key.asc";
/// The largest file read as a receipt, in bytes.
pub const LARGEST: usize = 256 * 1024;
const LONGEST_PROOF: usize = 64;

/// The newest checkpoint with both signatures: public, kept beside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// How many facts.
    pub size: u64,
    /// The c2sp note.
    pub checkpoint: String,
    /// The log's verifier key, `name+id+key`.
    pub log_key: String,
    /// Fingerprint of the team's key; empty when there was none that could sign.
    pub team_key: String,
    /// The team's public key, armored.
    pub team_certificate: String,
    /// Armored detached OpenPGP signature over [`signed_text`].
    pub signature: String,
}

/// What the team's key signs: the checkpoint and the key of the log that signed it.
pub fn signed_text(checkpoint: &str, log_key: &str) -> String {
    format!("{checkpoint}{log_key}\n")
}

/// The columns of the fact that has no words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactLine {
    pub seq: u64,
    pub stream: String,
    pub stream_seq: u64,
    pub kind: String,
    /// Microseconds since 1970.
    pub at: i64,
    pub actor: String,
    pub head: String,
    /// Hash of the fact before, hexadecimal.
    pub prev: String,
}

impl FactLine {
    /// The fact's hash; `None` when a number or the hash before is out of form.
    pub fn hash(&self) -> Option<Hash> {
        let prev = unhex(&self.prev)?;
        let columns = FactColumns {
            seq: i64::try_from(self.seq).ok()?,
            stream: &self.stream,
            stream_seq: i64::try_from(self.stream_seq).ok()?,
            kind: &self.kind,
            at: self.at,
            actor: &self.actor,
            head: &self.head,
            body: None,
            reporter_body: None,
            stream_public: None,
            prev: &prev,
        };
        Some(columns.hash())
    }
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptFile {
    pub schema: String,
    pub about: String,
    pub received_at: Timestamp,
    /// SHA-256 of what was received, hexadecimal.
    pub sha256: String,
    /// Opens the commitment.
    pub nonce: String,
    pub fact: FactLine,
    /// The audit path, hexadecimal.
    pub proof: Vec<String>,
    pub checkpoint: String,
    pub log_key: String,
    pub team_key: String,
    pub team_certificate: String,
    pub signature: String,
    /// SHA-256 of the file with this field empty: a slip of a copy is named before anything else.
    pub check: String,
}

/// What a receipt that holds proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub received_at: Timestamp,
    pub sha256: String,
    /// The log, as its checkpoints call it.
    pub log: String,
    /// Facts the checkpoint covers.
    pub size: u64,
    /// Fingerprint of the OpenPGP key that signed; empty: none did.
    pub team_key: String,
    /// The key was given by the caller, not taken from the file.
    pub key_was_given: bool,
    /// Facts the checkpoint covers that was kept elsewhere and agrees.
    pub agrees_with: Option<u64>,
}

/// What the caller kept of the same log, to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// A checkpoint, or another receipt that holds one.
    pub checkpoint: &'a str,
    /// The proof that leads from one length of the log to the other ([`Continuity`]), when they differ.
    pub consistency: Option<&'a [u8]>,
}

/// Why a receipt does not hold. Each says what failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiptFault {
    #[error("this is not a receipt file of {SCHEMA}: {0}")]
    Form(String),
    #[error("a byte of the file was changed: its own check does not fit")]
    Changed,
    #[error("the file is not written as it was issued")]
    Rewritten,
    #[error("the SHA-256 in the file is not the one that was put into the log")]
    OtherContent,
    #[error("the instant in the file is not the one in the log")]
    OtherInstant,
    #[error("the checkpoint: {0}")]
    Checkpoint(String),
    #[error("the fact is not in the log that the checkpoint describes: the proof does not lead to its root")]
    NotIncluded,
    #[error("the team's key: {0}")]
    Key(String),
    #[error("the OpenPGP signature is not by the key {0}, or the checkpoint was changed after it was signed")]
    Signature(String),
    #[error("the file has no OpenPGP signature, and a key was given to check one with")]
    NotSigned,
    #[error("the checkpoint kept elsewhere: {0}")]
    Kept(String),
}

impl ReceiptFile {
    /// A receipt from its parts.
    pub fn issue(sha256: &str, nonce: &str, fact: FactLine, proof: &[Hash], head: SignedHead) -> ReceiptFile {
        let mut file = ReceiptFile {
            schema: SCHEMA.to_owned(),
            about: ABOUT.to_owned(),
            received_at: Timestamp::from_microsecond(fact.at).unwrap_or(Timestamp::UNIX_EPOCH),
            sha256: sha256.to_owned(),
            nonce: nonce.to_owned(),
            fact,
            proof: proof.iter().map(|step| hex(step)).collect(),
            checkpoint: head.checkpoint,
            log_key: head.log_key,
            team_key: head.team_key,
            team_certificate: head.team_certificate,
            signature: head.signature,
            check: String::new(),
        };
        file.check = file.own_check();
        file
    }

    /// The one way it is written.
    pub fn to_text(&self) -> String {
        // Plain structs of strings and numbers always serialise.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    fn own_check(&self) -> String {
        let open = ReceiptFile { check: String::new(), ..self.clone() };
        hex(&Sha256::digest(open.to_text().as_bytes()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestedHead {
    commitment: String,
    #[serde(rename = "masked")]
    _masked: String,
}

/// Checks a receipt, offline. `key`: the team's OpenPGP key as the caller has it from elsewhere; without it the one in the file is
/// used, and the caller should compare its fingerprint. `kept`: what the caller has of the same log from elsewhere.
pub fn verify(bytes: &[u8], key: Option<&[u8]>, kept: Option<Kept<'_>>, now: Timestamp) -> Result<Proven, ReceiptFault> {
    if bytes.len() > LARGEST {
        return Err(ReceiptFault::Form("it is too large".to_owned()));
    }
    let file: ReceiptFile = serde_json::from_slice(bytes).map_err(|error| ReceiptFault::Form(format!("line {}", error.line())))?;
    if file.schema != SCHEMA || file.about != ABOUT || file.fact.kind != KIND || file.proof.len() > LONGEST_PROOF {
        return Err(ReceiptFault::Form("it says it is something else".to_owned()));
    }
    if file.check != file.own_check() {
        return Err(ReceiptFault::Changed);
    }
    if file.to_text().as_bytes() != bytes {
        return Err(ReceiptFault::Rewritten);
    }
    let head: AttestedHead =
        serde_json::from_str(&file.fact.head).map_err(|_| ReceiptFault::Form("the fact's head is not readable".to_owned()))?;
    if head.commitment != commitment(&file.nonce, &file.sha256) {
        return Err(ReceiptFault::OtherContent);
    }
    if file.received_at.as_microsecond() != file.fact.at {
        return Err(ReceiptFault::OtherInstant);
    }
    let log = LogVerifier::parse(&file.log_key).map_err(|fault| ReceiptFault::Checkpoint(fault.to_string()))?;
    let checkpoint = verify_checkpoint(&file.checkpoint, &log).map_err(|fault| ReceiptFault::Checkpoint(fault.to_string()))?;
    check_inclusion(&file, &checkpoint)?;
    let agrees_with = kept.map(|kept| check_kept(&kept, &log, &checkpoint)).transpose()?;
    let team_key = check_signature(&file, key, now)?;
    Ok(Proven {
        received_at: file.received_at,
        sha256: file.sha256,
        log: checkpoint.origin,
        size: checkpoint.size,
        team_key,
        key_was_given: key.is_some(),
        agrees_with,
    })
}

fn check_inclusion(file: &ReceiptFile, checkpoint: &Checkpoint) -> Result<(), ReceiptFault> {
    let proof: Option<Vec<Hash>> = file.proof.iter().map(|step| unhex(step)).collect();
    let leaf = file.fact.hash().map(|hash| leaf_hash(&hash));
    let (Some(proof), Some(leaf), Some(index)) = (proof, leaf, file.fact.seq.checked_sub(1)) else {
        return Err(ReceiptFault::NotIncluded);
    };
    match verify_inclusion(&leaf, index, checkpoint.size, &proof, &checkpoint.root) {
        true => Ok(()),
        false => Err(ReceiptFault::NotIncluded),
    }
}

/// The number of facts the kept checkpoint covers, when it and the receipt's are of one history.
fn check_kept(kept: &Kept<'_>, log: &LogVerifier, own: &Checkpoint) -> Result<u64, ReceiptFault> {
    let fault = |what: String| Err(ReceiptFault::Kept(what));
    let receipt = serde_json::from_str::<ReceiptFile>(kept.checkpoint).ok();
    let note = receipt.as_ref().map_or(kept.checkpoint, |receipt| receipt.checkpoint.as_str());
    let kept_one = verify_checkpoint(note, log).map_err(|fault| ReceiptFault::Kept(fault.to_string()))?;
    if kept_one.origin != own.origin {
        return fault("it is of another log".to_owned());
    }
    let (shorter, longer) = if kept_one.size < own.size { (&kept_one, own) } else { (own, &kept_one) };
    if shorter.size == longer.size {
        return match shorter.root == longer.root {
            true => Ok(kept_one.size),
            false => fault("it describes another history of the same length: the log was rewritten".to_owned()),
        };
    }
    let (first, second) = (shorter.size, longer.size);
    let Some(bytes) = kept.consistency else {
        return fault(format!(
            "it covers {} facts and the receipt {}: get the proof between them with your receipt code from \
             /api/v1/reports/self/receipt/consistency?first={first}&second={second} and give it with --consistency",
            kept_one.size, own.size
        ));
    };
    let Some(proof) = Continuity::parse(bytes) else { return fault("the proof beside it is no file of a consistency proof".to_owned()) };
    if (proof.first, proof.second) != (first, second) {
        return fault(format!("the proof is between {} and {} facts, {first} and {second} are needed", proof.first, proof.second));
    }
    match proof.holds(End { size: first, root: &shorter.root }, End { size: second, root: &longer.root }) {
        true => Ok(kept_one.size),
        false => fault("the proof does not lead from one to the other: the log was rewritten, or the proof was changed".to_owned()),
    }
}

/// The fingerprint of the key that signed; empty when nobody did and nobody asked.
fn check_signature(file: &ReceiptFile, key: Option<&[u8]>, now: Timestamp) -> Result<String, ReceiptFault> {
    if file.signature.is_empty() {
        return if key.is_some() { Err(ReceiptFault::NotSigned) } else { Ok(String::new()) };
    }
    let parsed = KnownCert::parse(key.unwrap_or(file.team_certificate.as_bytes()));
    let cert = parsed.map_err(|fault| ReceiptFault::Key(fault.to_string()))?;
    let text = signed_text(&file.checkpoint, &file.log_key);
    let fingerprint = cert.fingerprint();
    let good = sign::verified(&cert, file.signature.as_bytes(), text.as_bytes(), now.as_second());
    match good && fingerprint.eq_ignore_ascii_case(&file.team_key) {
        true => Ok(fingerprint),
        false => Err(ReceiptFault::Signature(fingerprint)),
    }
}

/// Why no receipt can be given now.
#[derive(Debug, Error)]
pub enum NoReceipt {
    /// No report has this code.
    #[error("no report answers to this code")]
    Unknown,
    /// The next checkpoint is not made yet.
    #[error("the receipt is being made: ask again in a few seconds")]
    NotYet,
    /// The log's signed head covers fewer facts than were asked about.
    #[error("the log has {size} facts so far")]
    Shorter { size: u64 },
    /// It came in before receipts were attested in the log.
    #[error("this report came in before signed receipts were made")]
    TooOld,
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

fn unhex(text: &str) -> Option<Hash> {
    if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let bytes = crate::reading::from_hex(text)?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_mail::keys::TeamSecret;
    use wardroom_seal::attest::attest_nonce;
    use wardroom_seal::merkle::{consistency_proof, inclusion_proof, root};
    use wardroom_seal::{LogSigner, ReceiptCode, SeededChance, sign_checkpoint};

    const NOW: &str = "2026-11-21T10:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn team(seed: u8) -> TeamSecret {
        TeamSecret::generate("Team <psirt@lamp.example>", now().as_second() - 100, Some(now().as_second() + 90_000_000), &[seed; 32])
            .unwrap()
    }

    fn made(team: &TeamSecret) -> (ReceiptFile, String) {
        let code = ReceiptCode::make(&mut SeededChance::new(1));
        let (nonce, sha256) = (attest_nonce(&code), "ab".repeat(32));
        let fact = FactLine {
            seq: 4,
            stream: "rep_0123".into(),
            stream_seq: 2,
            kind: KIND.into(),
            at: now().as_microsecond(),
            actor: "reporter".into(),
            head: format!("{{\"commitment\":\"{}\",\"masked\":\"00\"}}", commitment(&nonce, &sha256)),
            prev: "cd".repeat(32),
        };
        let mut leaves: Vec<Hash> = (0..9_u8).map(|n| leaf_hash(&[n])).collect();
        leaves[3] = leaf_hash(&fact.hash().unwrap());
        let signer = LogSigner::from_seed("psirt.lamp.example/log", [7; 32]).unwrap();
        let checkpoint =
            sign_checkpoint(&Checkpoint { origin: "psirt.lamp.example/log".into(), size: 9, root: root(&leaves) }, &signer).unwrap();
        let log_key = signer.verifier().to_string();
        let signature = sign::detached(team, signed_text(&checkpoint, &log_key).as_bytes(), now().as_second()).unwrap();
        let head = SignedHead {
            size: 9,
            checkpoint: checkpoint.clone(),
            log_key,
            team_key: team.fingerprint(),
            team_certificate: team.armored_public(),
            signature,
        };
        (ReceiptFile::issue(&sha256, &nonce, fact, &inclusion_proof(&leaves, 3).unwrap(), head), checkpoint)
    }

    #[test]
    fn a_receipt_holds_with_and_without_the_key_and_a_checkpoint() {
        let team = team(3);
        let (file, checkpoint) = made(&team);
        let text = file.to_text();
        let proven = verify(text.as_bytes(), None, None, now()).unwrap();
        assert_eq!((proven.size, proven.key_was_given, proven.sha256), (9, false, "ab".repeat(32)));
        let key = team.armored_public();
        let proven =
            verify(text.as_bytes(), Some(key.as_bytes()), Some(Kept { checkpoint: &checkpoint, consistency: None }), now()).unwrap();
        assert_eq!((proven.team_key, proven.key_was_given, proven.agrees_with), (team.fingerprint(), true, Some(9)));
        let other = super::tests::team(4).armored_public();
        assert!(matches!(verify(text.as_bytes(), Some(other.as_bytes()), None, now()), Err(ReceiptFault::Signature(_))));
    }

    #[test]
    fn any_changed_byte_is_refused() {
        let (file, _) = made(&team(3));
        let bytes = file.to_text().into_bytes();
        for at in 0..bytes.len() {
            for bit in [1_u8, 32] {
                let mut bent = bytes.clone();
                bent[at] ^= bit;
                assert!(verify(&bent, None, None, now()).is_err(), "byte {at}");
            }
        }
        let mut longer = bytes.clone();
        longer.push(b'\n');
        assert_eq!(verify(&longer, None, None, now()), Err(ReceiptFault::Rewritten));
    }

    #[test]
    fn a_forger_who_mends_the_check_is_refused_all_the_same() {
        let team = team(3);
        let key = team.armored_public();
        let (file, _) = made(&team);
        let forge = |change: &dyn Fn(&mut ReceiptFile)| {
            let mut forged = file.clone();
            change(&mut forged);
            forged.check = forged.own_check();
            verify(forged.to_text().as_bytes(), Some(key.as_bytes()), None, now()).unwrap_err()
        };
        assert_eq!(forge(&|file| file.sha256 = "cc".repeat(32)), ReceiptFault::OtherContent);
        assert_eq!(forge(&|file| file.received_at = "2026-11-20T10:00:00Z".parse().unwrap()), ReceiptFault::OtherInstant);
        let earlier = |file: &mut ReceiptFile| {
            file.received_at = "2026-11-20T10:00:00Z".parse().unwrap();
            file.fact.at = file.received_at.as_microsecond();
        };
        assert_eq!(forge(&earlier), ReceiptFault::NotIncluded);
        assert_eq!(forge(&|file| file.fact.seq = 5), ReceiptFault::NotIncluded);
        assert_eq!(forge(&|file| file.proof[0] = "00".repeat(32)), ReceiptFault::NotIncluded);
        // Another log, whole in itself: the team's key did not sign its checkpoint.
        let own_log = |file: &mut ReceiptFile| {
            let signer = LogSigner::from_seed("psirt.lamp.example/log", [8; 32]).unwrap();
            let leaf = leaf_hash(&file.fact.hash().unwrap());
            file.fact.seq = 1;
            let leaf_of_one = leaf_hash(&file.fact.hash().unwrap());
            assert_ne!(leaf, leaf_of_one);
            file.proof.clear();
            file.checkpoint =
                sign_checkpoint(&Checkpoint { origin: "psirt.lamp.example/log".into(), size: 1, root: leaf_of_one }, &signer).unwrap();
            file.log_key = signer.verifier().to_string();
        };
        assert!(matches!(forge(&own_log), ReceiptFault::Signature(_)));
        assert_eq!(forge(&|file| file.signature.clear()), ReceiptFault::NotSigned);
    }

    #[test]
    fn a_longer_log_needs_the_proof_and_a_rewritten_one_has_none() {
        let (file, own) = made(&team(3));
        let text = file.to_text();
        let leaf = leaf_hash(&file.fact.hash().unwrap());
        // The log of the receipt, grown to 12 facts, and one whose sixth fact was exchanged.
        let mut leaves: Vec<Hash> = (0..12_u8).map(|n| leaf_hash(&[n])).collect();
        leaves[3] = leaf;
        let mut forked = leaves.clone();
        forked[5] = leaf_hash(b"another history");
        let signer = LogSigner::from_seed("psirt.lamp.example/log", [7; 32]).unwrap();
        let signed = |leaves: &[Hash]| {
            let (origin, size) = ("psirt.lamp.example/log".to_owned(), leaves.len() as u64);
            sign_checkpoint(&Checkpoint { origin, size, root: root(leaves) }, &signer).unwrap()
        };
        let against = |checkpoint: &str, consistency: Option<&Continuity>| {
            let bytes = consistency.map(|proof| serde_json::to_vec(proof).unwrap());
            let kept = Kept { checkpoint, consistency: bytes.as_deref() };
            verify(text.as_bytes(), None, Some(kept), now()).map(|proven| proven.agrees_with).map_err(|fault| fault.to_string())
        };
        let proof =
            |leaves: &[Hash], first: usize| Continuity::new(first as u64, leaves.len() as u64, &consistency_proof(leaves, first).unwrap());
        assert_eq!(against(&signed(&leaves), Some(&proof(&leaves, 9))), Ok(Some(12)));
        assert_eq!(against(&signed(&leaves[..5]), Some(&proof(&leaves[..9], 5))), Ok(Some(5)));
        assert_eq!(against(&text, None), Ok(Some(9)), "another receipt serves as well");
        assert_eq!(against(&own, None), Ok(Some(9)));
        let missing = against(&signed(&leaves), None).unwrap_err();
        assert!(missing.contains("consistency?first=9&second=12"), "{missing}");
        assert!(against(&signed(&leaves), Some(&proof(&leaves, 8))).unwrap_err().contains("9 and 12 are needed"));
        assert!(against(&signed(&forked), Some(&proof(&forked, 9))).unwrap_err().contains("rewritten"));
        assert!(against(&signed(&forked[..9]), None).unwrap_err().contains("rewritten"));
        let other = LogSigner::from_seed("other.example/log", [7; 32]).unwrap();
        let other = sign_checkpoint(&Checkpoint { origin: "other.example/log".into(), size: 9, root: [1; 32] }, &other).unwrap();
        assert!(against(&other, None).is_err());
    }
}
