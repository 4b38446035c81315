//! That the log only grew: a small file with the consistency proof between two lengths of it (RFC 9162 §2.1.4). With it a receipt is
//! compared with a checkpoint that covers more facts, or fewer, than the receipt's own.
//!
//! The file proves nothing alone and is not signed: both ends of the proof are the roots of signed checkpoints, which the one who
//! checks has already. It tells nothing about any report. Not here: how the proof is made (`give_receipt`).

use crate::reading::from_hex;
use serde::{Deserialize, Serialize};
use wardroom_seal::hex;
use wardroom_seal::merkle::{Hash, verify_consistency};

/// What the file says it is.
pub const SCHEMA: &str = "wardroom.log-consistency/1";
/// The largest file read as one, in bytes.
const LARGEST: usize = 64 * 1024;
/// A tree of 2^63 leaves needs no more steps.
const LONGEST_PROOF: usize = 128;

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continuity {
    pub schema: String,
    /// Facts in the shorter log.
    pub first: u64,
    /// Facts in the longer one.
    pub second: u64,
    /// Hashes, hexadecimal, in the order of RFC 9162.
    pub proof: Vec<String>,
}

/// One end of the proof: how many facts, and the root over them.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    pub size: u64,
    pub root: &'a Hash,
}

impl Continuity {
    /// A file from its parts.
    pub fn new(first: u64, second: u64, proof: &[Hash]) -> Continuity {
        Continuity { schema: SCHEMA.to_owned(), first, second, proof: proof.iter().map(|step| hex(step)).collect() }
    }

    /// Reads the file; `None` when it is something else.
    pub fn parse(bytes: &[u8]) -> Option<Continuity> {
        let read = (bytes.len() <= LARGEST).then(|| serde_json::from_slice::<Continuity>(bytes).ok())?;
        read.filter(|read| read.schema == SCHEMA && read.proof.len() <= LONGEST_PROOF)
    }

    /// Whether it shows that the longer log begins with the shorter one.
    pub fn holds(&self, shorter: End<'_>, longer: End<'_>) -> bool {
        let steps: Option<Vec<Hash>> = self.proof.iter().map(|step| from_hex(step)?.try_into().ok()).collect();
        let of_these = self.first == shorter.size && self.second == longer.size;
        of_these && steps.is_some_and(|steps| verify_consistency(shorter.size, shorter.root, longer.size, longer.root, &steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_seal::merkle::{consistency_proof, leaf_hash, root};

    #[test]
    fn a_proof_is_read_and_holds_for_its_two_ends_only() {
        let leaves: Vec<Hash> = (0..13_u8).map(|n| leaf_hash(&[n])).collect();
        let (old, new) = (root(&leaves[..9]), root(&leaves));
        let made = Continuity::new(9, 13, &consistency_proof(&leaves, 9).unwrap());
        let read = Continuity::parse(&serde_json::to_vec(&made).unwrap()).unwrap();
        let end = |size, root| End { size, root };
        assert!(read.holds(end(9, &old), end(13, &new)));
        assert!(!read.holds(end(8, &old), end(13, &new)) && !read.holds(end(9, &new), end(13, &old)));
        let mut bent = read;
        bent.proof[0].replace_range(..2, "zz");
        assert!(!bent.holds(end(9, &old), end(13, &new)));
        for bad in ["", "[]", "{}", r#"{"schema":"x","first":1,"second":2,"proof":[]}"#] {
            assert_eq!(Continuity::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
