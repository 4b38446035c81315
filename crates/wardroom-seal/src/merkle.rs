//! The Merkle tree of the log (RFC 6962 §2.1; the same tree as RFC 9162): leaves and nodes, a compact range that grows by
//! one leaf in O(log n), inclusion and consistency proofs. Deliberately knows nothing of facts: a leaf is bytes.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The root of the empty tree.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The hash of two neighbouring subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Size and the roots of the full subtrees, largest first: all that is needed to append and to say the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactRange {
    size: u64,
    peaks: Vec<Hash>,
}

/// Stored bytes that are no compact range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stored frontier of the log does not fit its size: restore the database from a backup")]
pub struct BadFrontier;

impl CompactRange {
    /// The empty log.
    pub fn new() -> CompactRange {
        CompactRange::default()
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf hash at the end.
    pub fn append(&mut self, leaf: Hash) {
        let mut carried = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                carried = node_hash(&left, &carried);
            }
        }
        self.peaks.push(carried);
        self.size += 1;
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else { return empty_root() };
        peaks.fold(*smallest, |right, left| node_hash(left, &right))
    }

    /// Size (8 bytes, big-endian) and peaks, for storing.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.size.to_be_bytes().to_vec();
        self.peaks.iter().for_each(|peak| out.extend_from_slice(peak));
        out
    }

    /// Reads what [`CompactRange::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<CompactRange, BadFrontier> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(BadFrontier)?;
        let size = u64::from_be_bytes(*size);
        let peaks: Vec<Hash> = rest.chunks(32).map(|peak| Hash::try_from(peak).map_err(|_| BadFrontier)).collect::<Result<_, _>>()?;
        if peaks.len() != size.count_ones() as usize {
            return Err(BadFrontier);
        }
        Ok(CompactRange { size, peaks })
    }
}

/// The root over `leaves` (leaf hashes).
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = halves(leaves);
            node_hash(&root(left), &root(right))
        }
    }
}

/// The audit path of leaf `index` (RFC 6962 §2.1.1), or `None` when there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let (left, right) = halves(leaves);
    let (mut path, neighbour) = match index.checked_sub(left.len()) {
        None => (inclusion_proof(left, index)?, root(right)),
        Some(inner) => (inclusion_proof(right, inner)?, root(left)),
    };
    path.push(neighbour);
    Some(path)
}

/// Whether `proof` shows that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for neighbour in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(neighbour, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, neighbour);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Proof that the tree over `leaves` begins with its first `old` leaves (RFC 6962 §2.1.2); `None` when it has fewer.
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    if old == 0 || old == leaves.len() {
        return Some(Vec::new());
    }
    Some(subproof(leaves, old, Seen::Whole))
}

/// Whether the subtree at hand is one the verifier already knows as the whole old tree.
#[derive(Clone, Copy)]
enum Seen {
    Whole,
    Part,
}

fn subproof(leaves: &[Hash], old: usize, seen: Seen) -> Vec<Hash> {
    if old == leaves.len() {
        return match seen {
            Seen::Whole => Vec::new(),
            Seen::Part => vec![root(leaves)],
        };
    }
    let (left, right) = halves(leaves);
    let (mut path, neighbour) = match old.checked_sub(left.len()) {
        None | Some(0) => (subproof(left, old, seen), root(right)),
        Some(rest) => (subproof(right, rest, Seen::Part), root(left)),
    };
    path.push(neighbour);
    path
}

/// Whether `proof` shows that the tree of `size` and `root` continues the one of `old_size` and `old_root`
/// (RFC 9162 §2.1.4.2).
pub fn verify_consistency(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old_size > size {
        return false;
    }
    if old_size == size {
        return proof.is_empty() && old_root == root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut at, mut last) = (old_size - 1, size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let mut steps = proof.iter();
    let start = if old_size.is_power_of_two() { Some(old_root) } else { steps.next() };
    let Some(start) = start else { return false };
    let (mut old_hash, mut new_hash) = (*start, *start);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(step, &old_hash);
            new_hash = node_hash(step, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *root
}

/// Leaves of a long log as far as one proof needs them: the roots of its whole chunks, the leaves after them, and the leaves of
/// the chunk that holds the one in question. A proof then costs one chunk and not the log.
#[derive(Clone, Copy, Debug)]
pub struct Chunked<'a> {
    /// Leaves in a chunk: a power of two.
    pub chunk: usize,
    /// Roots of the chunks that are full, in order.
    pub full: &'a [Hash],
    /// Leaf hashes after the last full chunk.
    pub tail: &'a [Hash],
    /// Leaf hashes of the chunk the proof is about; empty when that is the tail.
    pub own: &'a [Hash],
}

impl Chunked<'_> {
    /// How many leaves.
    pub fn size(&self) -> usize {
        self.full.len() * self.chunk + self.tail.len()
    }

    /// The audit path of leaf `index`, the same as [`inclusion_proof`] over all leaves.
    pub fn inclusion_proof(&self, index: usize) -> Option<Vec<Hash>> {
        if index >= self.size() || !self.chunk.is_power_of_two() || self.tail.len() >= self.chunk {
            return None;
        }
        let home = index / self.chunk;
        let mut path = match home < self.full.len() {
            true => inclusion_proof(self.own, index % self.chunk).filter(|_| self.own.len() == self.chunk)?,
            false => inclusion_proof(self.tail, index % self.chunk)?,
        };
        // Above a chunk the tree is the tree over chunks: the last one may be smaller, which changes its root and nothing else.
        let mut roots = self.full.to_vec();
        if !self.tail.is_empty() {
            roots.push(root(self.tail));
        }
        path.extend(inclusion_proof(&roots, home)?);
        Some(path)
    }

    /// Proof that these leaves continue the first `old` ones, the same as [`consistency_proof`] over all leaves. `own` is the chunk in
    /// which the first `old` leaves end; it may be empty when they end with a chunk or in the tail.
    pub fn consistency_proof(&self, old: usize) -> Option<Vec<Hash>> {
        if old > self.size() || !self.chunk.is_power_of_two() || self.tail.len() >= self.chunk {
            return None;
        }
        if old == 0 || old == self.size() {
            return Some(Vec::new());
        }
        let mut roots = self.full.to_vec();
        if !self.tail.is_empty() {
            roots.push(root(self.tail));
        }
        let (home, within) = (old / self.chunk, old % self.chunk);
        if within == 0 {
            return consistency_proof(&roots, home);
        }
        let leaves = match home < self.full.len() {
            true => Some(self.own).filter(|own| own.len() == self.chunk)?,
            false => self.tail,
        };
        Some(down_to(&roots, home, Seen::Whole, &|seen| subproof(leaves, within, seen)))
    }
}

/// The consistency proof above one chunk: the way from all chunks down to number `home`, where `inside` goes on.
fn down_to(roots: &[Hash], home: usize, seen: Seen, inside: &dyn Fn(Seen) -> Vec<Hash>) -> Vec<Hash> {
    if roots.len() <= 1 {
        return inside(seen);
    }
    let (left, right) = halves(roots);
    let (mut path, neighbour) = match home.checked_sub(left.len()) {
        None => (down_to(left, home, seen, inside), root(right)),
        Some(rest) => (down_to(right, rest, Seen::Part, inside), root(left)),
    };
    path.push(neighbour);
    path
}

/// Splits more than one leaf where the tree does: at the largest power of two below their number.
fn halves(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    let middle = leaves.len().next_power_of_two() / 2;
    leaves.split_at(middle.min(leaves.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::hex;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|index| leaf_hash(format!("fact {index}").as_bytes())).collect()
    }

    #[test]
    fn agrees_with_the_known_roots_of_certificate_transparency() {
        // The test vectors of RFC 6962's reference implementation.
        let inputs: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let hashes: Vec<Hash> = inputs.iter().map(|input| leaf_hash(input)).collect();
        assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&root(&hashes[..1])), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hex(&root(&hashes[..2])), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assert_eq!(hex(&root(&hashes)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    #[test]
    fn the_compact_range_has_the_root_of_the_whole_tree_at_every_size() {
        let all = leaves(130);
        let mut range = CompactRange::new();
        for size in 0..=all.len() {
            assert_eq!(range.root(), root(&all[..size]), "{size}");
            assert_eq!(CompactRange::from_bytes(&range.to_bytes()).unwrap(), range);
            if let Some(leaf) = all.get(size) {
                range.append(*leaf);
            }
        }
    }

    #[test]
    fn every_inclusion_proof_verifies_and_nothing_else_does() {
        let all = leaves(40);
        for size in 1..=all.len() {
            let tree = root(&all[..size]);
            for index in 0..size {
                let proof = inclusion_proof(&all[..size], index).unwrap();
                let (at, of) = (index as u64, size as u64);
                assert!(verify_inclusion(&all[index], at, of, &proof, &tree), "{index} of {size}");
                assert!(!verify_inclusion(&leaf_hash(b"other"), at, of, &proof, &tree));
                assert!(!verify_inclusion(&all[index], at + 1, of, &proof, &tree) || size == 1);
                assert!(!verify_inclusion(&all[index], of, of, &proof, &tree));
                for step in 0..proof.len() {
                    let mut bent = proof.clone();
                    bent[step][0] ^= 1;
                    assert!(!verify_inclusion(&all[index], at, of, &bent, &tree));
                    assert!(!verify_inclusion(&all[index], at, of, &proof[..step], &tree));
                }
                let mut long = proof.clone();
                long.push(tree);
                assert!(!verify_inclusion(&all[index], at, of, &long, &tree));
            }
            assert_eq!(inclusion_proof(&all[..size], size), None);
        }
    }

    #[test]
    fn a_proof_from_chunks_is_the_proof() {
        let all = leaves(45);
        for chunk in [1, 2, 4, 8, 16] {
            for size in 1..=all.len() {
                let chunks: Vec<&[Hash]> = all[..size].chunks(chunk).collect();
                let full: Vec<Hash> = chunks.iter().filter(|part| part.len() == chunk).map(|part| root(part)).collect();
                for index in 0..size {
                    let own = chunks[index / chunk];
                    let tail = chunks.last().filter(|part| part.len() < chunk).copied().unwrap_or_default();
                    let log = Chunked { chunk, full: &full, tail, own: if own.len() == chunk { own } else { &[] } };
                    assert_eq!(log.inclusion_proof(index), inclusion_proof(&all[..size], index), "{index} of {size} by {chunk}");
                }
                let log = Chunked { chunk, full: &full, tail: &[], own: &[] };
                assert_eq!(log.inclusion_proof(size), None);
            }
        }
    }

    #[test]
    fn a_consistency_proof_from_chunks_is_the_proof() {
        let all = leaves(45);
        for chunk in [1, 2, 4, 8, 16] {
            for size in 1..=all.len() {
                let chunks: Vec<&[Hash]> = all[..size].chunks(chunk).collect();
                let full: Vec<Hash> = chunks.iter().filter(|part| part.len() == chunk).map(|part| root(part)).collect();
                let tail = chunks.last().filter(|part| part.len() < chunk).copied().unwrap_or_default();
                for old in 0..=size {
                    let own = chunks.get(old / chunk).filter(|part| part.len() == chunk).copied().unwrap_or_default();
                    let log = Chunked { chunk, full: &full, tail, own };
                    assert_eq!(log.consistency_proof(old), consistency_proof(&all[..size], old), "{old} of {size} by {chunk}");
                }
                assert_eq!(Chunked { chunk, full: &full, tail, own: &[] }.consistency_proof(size + 1), None);
            }
        }
    }

    #[test]
    fn every_consistency_proof_verifies_and_a_forked_history_does_not() {
        let all = leaves(33);
        let mut forked = all.clone();
        forked[3] = leaf_hash(b"another history");
        for size in 1..=all.len() {
            let tree = root(&all[..size]);
            for old in 0..=size {
                let old_tree = root(&all[..old]);
                let proof = consistency_proof(&all[..size], old).unwrap();
                assert!(verify_consistency(old as u64, &old_tree, size as u64, &tree, &proof), "{old} in {size}");
                if old > 3 {
                    assert!(!verify_consistency(old as u64, &root(&forked[..old]), size as u64, &tree, &proof));
                    let false_proof = consistency_proof(&forked[..size], old).unwrap();
                    assert!(!verify_consistency(old as u64, &old_tree, size as u64, &root(&forked[..size]), &false_proof));
                }
                for step in 0..proof.len() {
                    let mut bent = proof.clone();
                    bent[step][9] ^= 1;
                    assert!(!verify_consistency(old as u64, &old_tree, size as u64, &tree, &bent));
                }
            }
            assert_eq!(consistency_proof(&all[..size], size + 1), None);
        }
    }

    #[test]
    fn frontiers_that_do_not_fit_are_refused() {
        let mut range = CompactRange::new();
        leaves(5).into_iter().for_each(|leaf| range.append(leaf));
        let bytes = range.to_bytes();
        for bad in [&bytes[..7], &bytes[..bytes.len() - 1], &bytes[..bytes.len() - 32], &[][..]] {
            assert_eq!(CompactRange::from_bytes(bad), Err(BadFrontier));
        }
        let mut bigger = bytes;
        bigger[7] = 7;
        assert_eq!(CompactRange::from_bytes(&bigger), Err(BadFrontier));
    }
}
