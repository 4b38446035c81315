//! The public house gives a signed receipt to whoever has the code: the fact's line, its audit path, the newest signed head.
//! Everything it reads is public or the reporter's own.

use super::continuity::Continuity;
use super::receipt_file::{FactLine, NoReceipt, ReceiptFile, SIGNED_HEAD, SignedHead};
use crate::house::House;
use crate::ports::store::{StoreTrouble, Stored};
use std::sync::{Mutex, PoisonError};
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_seal::attest::{attest_nonce, mask};
use wardroom_seal::merkle::{Chunked, Hash, leaf_hash, root};
use wardroom_seal::{ReceiptCode, hex};

/// Leaves whose root is remembered.
const CHUNK: usize = 1024;

/// Roots of the log's full chunks, as far as they were asked for: 32 bytes for a thousand facts.
#[derive(Default)]
pub(crate) struct ChunkRoots(Mutex<Vec<Hash>>);

/// The receipt of the report whose facts these are.
pub(crate) async fn give(
    house: &House,
    roots: &ChunkRoots,
    code: &ReceiptCode,
    stored: &[Stored],
) -> Result<(String, ReceiptFile), NoReceipt> {
    let attested = stored.iter().find_map(|one| match &one.recorded.fact {
        Fact::Report(ReportFact::Attested { masked, .. }) => Some((one, masked)),
        _ => None,
    });
    let number = stored.iter().find_map(|one| match &one.recorded.fact {
        Fact::Report(ReportFact::Received(received)) => Some(received.number.clone()),
        _ => None,
    });
    let (Some((attested, masked)), Some(number)) = (attested, number) else { return Err(NoReceipt::TooOld) };
    let recorded = &attested.recorded;
    let signed = house.store.setting(SIGNED_HEAD).await?.and_then(|bytes| serde_json::from_slice::<SignedHead>(&bytes).ok());
    let Some(signed) = signed.filter(|signed| signed.size >= recorded.seq) else { return Err(NoReceipt::NotYet) };
    let (kind, head) = recorded.fact.written();
    let around = match recorded.seq {
        1 => vec![[0; 32], only(house.store.hashes(1, 1).await?)?],
        seq => house.store.hashes(seq - 1, 2).await?,
    };
    let [prev, own] = around.as_slice() else { return Err(StoreTrouble::new("the log ends before a fact it holds").into()) };
    let fact = FactLine {
        seq: recorded.seq,
        stream: recorded.stream.as_str().to_owned(),
        stream_seq: recorded.stream_seq,
        kind,
        at: recorded.at.as_microsecond(),
        actor: String::from(recorded.actor.clone()),
        head,
        prev: hex(prev),
    };
    if fact.hash().as_ref() != Some(own) {
        return Err(StoreTrouble::new("an attested fact does not have its hash: run `wardroom audit verify`").into());
    }
    let proof = proof(house, roots, recorded.seq - 1, signed.size).await?;
    let sha256 = mask(code, masked);
    Ok((number, ReceiptFile::issue(&sha256, &attest_nonce(code), fact, &proof, signed)))
}

fn only(hashes: Vec<Hash>) -> Result<Hash, StoreTrouble> {
    hashes.into_iter().next().ok_or_else(|| StoreTrouble::new("the log is empty"))
}

/// The proof that the log of `second` facts continues the log of `first`; only as far as the log's head is signed.
pub(crate) async fn continuity(house: &House, roots: &ChunkRoots, first: u64, second: u64) -> Result<Continuity, NoReceipt> {
    let signed = house.store.setting(SIGNED_HEAD).await?.and_then(|bytes| serde_json::from_slice::<SignedHead>(&bytes).ok());
    let signed = signed.map_or(0, |signed| signed.size);
    let (first, second) = (first.min(second), first.max(second));
    if second > signed {
        return Err(NoReceipt::Shorter { size: signed });
    }
    let pieces = Pieces::load(house, roots, second, first).await?;
    let proof = usize::try_from(first).ok().and_then(|first| pieces.chunked().consistency_proof(first)).ok_or_else(broken)?;
    Ok(Continuity::new(first, second, &proof))
}

fn broken() -> StoreTrouble {
    StoreTrouble::new("the log ends before its signed head: run `wardroom audit verify`")
}

/// The audit path of leaf `index` in the tree of `size` leaves.
async fn proof(house: &House, roots: &ChunkRoots, index: u64, size: u64) -> Result<Vec<Hash>, StoreTrouble> {
    let pieces = Pieces::load(house, roots, size, index).await?;
    usize::try_from(index).ok().and_then(|index| pieces.chunked().inclusion_proof(index)).ok_or_else(broken)
}

/// What one proof needs of the log.
struct Pieces {
    full: Vec<Hash>,
    tail: Vec<Hash>,
    own: Vec<Hash>,
}

impl Pieces {
    /// Of the first `size` leaves; whole is the chunk that holds leaf `place`.
    async fn load(house: &House, roots: &ChunkRoots, size: u64, place: u64) -> Result<Pieces, StoreTrouble> {
        let (place, size) = (usize::try_from(place).map_err(|_| broken())?, usize::try_from(size).map_err(|_| broken())?);
        let full = size / CHUNK;
        let known = roots.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        let mut fresh = Vec::new();
        for chunk in known..full {
            fresh.push(root(&leaves(house, chunk * CHUNK, CHUNK).await?));
        }
        let full_roots: Vec<Hash> = {
            let mut all = roots.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Somebody else may have filled some in meanwhile: the log only grows, so what is there is the same.
            let meanwhile = all.len().saturating_sub(known);
            all.extend(fresh.into_iter().skip(meanwhile));
            all.iter().take(full).copied().collect()
        };
        let tail = leaves(house, full * CHUNK, size % CHUNK).await?;
        let own = if place / CHUNK < full { leaves(house, place / CHUNK * CHUNK, CHUNK).await? } else { Vec::new() };
        Ok(Pieces { full: full_roots, tail, own })
    }

    fn chunked(&self) -> Chunked<'_> {
        Chunked { chunk: CHUNK, full: &self.full, tail: &self.tail, own: &self.own }
    }
}

/// Leaf hashes from a place on (from 0).
async fn leaves(house: &House, from: usize, count: usize) -> Result<Vec<Hash>, StoreTrouble> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let hashes = house.store.hashes(from as u64 + 1, u32::try_from(count).unwrap_or(u32::MAX)).await?;
    match hashes.len() == count {
        true => Ok(hashes.iter().map(|hash| leaf_hash(hash)).collect()),
        false => Err(broken()),
    }
}
