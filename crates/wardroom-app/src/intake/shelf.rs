//! Where the large bytes of a mail lie while nobody knows yet what becomes of it: on disk, sealed piece by piece, each file with a fresh key
//! that is held in memory only. When a report takes a file, its key is sealed to that report's stream; what nobody takes opens for nobody
//! and is removed. So a mail costs the server its own bytes once and a piece of 256 KiB, whatever comes out of it.
//!
//! Deliberately not for what is small: that is sealed in one box and lives in the database.

use super::hand_in::Kept;
use crate::house::House;
use crate::ports::opener::{SHELVED, Shelf};
use crate::ports::store::StoreTrouble;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use wardroom_domain::intake::BlobRef;
use wardroom_seal::{BLOB_HEADER, BlobKey, BlobMap, PIECE_BYTES, Piece, PublicKey, hex, place, sealed_offset};

/// A file on disk that belongs to no stream yet.
pub(crate) struct Laid {
    name: String,
    key: BlobKey,
    length: u64,
    sealed_sha256: String,
}

impl Laid {
    /// The file as one of a stream's; whoever holds the stream's secret opens it.
    pub(crate) fn of_stream(&self, house: &House, stream: &PublicKey) -> Kept {
        let key = house.by_chance(|chance| self.key.seal_to(stream, &place(&["blob key", &self.name]), chance));
        let blob = BlobRef {
            name: self.name.clone(),
            sealed_len: BlobMap { plain_len: self.length }.sealed_len(),
            sealed_sha256: self.sealed_sha256.clone(),
            key: Some(hex(key.as_bytes())),
        };
        Kept { blob, sealed: None }
    }
}

/// A file that is being written.
struct Laying {
    name: String,
    key: BlobKey,
    pieces: u32,
    length: u64,
    sealed: Sha256,
    buffer: Vec<u8>,
}

impl Laying {
    fn begin(house: &House) -> Laying {
        let key = house.by_chance(|chance| BlobKey::make(chance));
        let mut sealed = Sha256::new();
        sealed.update(BLOB_HEADER);
        Laying { name: house.random_name(), key, pieces: 0, length: 0, sealed, buffer: Vec::new() }
    }

    async fn take(&mut self, house: &House, mut bytes: &[u8]) -> Result<(), StoreTrouble> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            // A full buffer is an inner piece as soon as something comes after it.
            if self.buffer.len() == PIECE_BYTES {
                self.write(house, Piece::Inner(self.pieces)).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    async fn write(&mut self, house: &House, piece: Piece) -> Result<(), StoreTrouble> {
        let sealed = house.by_chance(|chance| self.key.seal_piece(piece, &self.buffer, chance));
        let sealed = sealed.map_err(|fault| StoreTrouble::new(fault.to_string()))?;
        self.buffer.clear();
        self.sealed.update(&sealed);
        let (at, bytes) = match self.pieces {
            0 => (0, [&BLOB_HEADER[..], &sealed].concat()),
            number => (sealed_offset(number), sealed),
        };
        house.store.put_blob_part(&self.name, at, bytes).await?;
        self.pieces += 1;
        Ok(())
    }

    /// All of it is written; durable it is not yet.
    async fn written(mut self, house: &House) -> Result<Laid, StoreTrouble> {
        self.write(house, Piece::Last(self.pieces)).await?;
        Ok(Laid { name: self.name, key: self.key, length: self.length, sealed_sha256: hex(&self.sealed.finalize()) })
    }

    async fn finish(self, house: &House) -> Result<Laid, StoreTrouble> {
        let laid = self.written(house).await?;
        house.store.finish_blob(&laid.name).await?;
        Ok(laid)
    }
}

impl House {
    /// Lays bytes down in pieces: durable, and nobody's so far.
    pub(crate) async fn lay(&self, bytes: &[u8]) -> Result<Laid, StoreTrouble> {
        let mut laying = Laying::begin(self);
        laying.take(self, bytes).await?;
        laying.finish(self).await
    }

    /// Keeps bytes for a stream: in pieces when they are large, in one box when they are small.
    pub(crate) async fn keep(&self, stream: &PublicKey, bytes: &[u8]) -> Result<Kept, StoreTrouble> {
        if bytes.len() > SHELVED { Ok(self.lay(bytes).await?.of_stream(self, stream)) } else { Ok(self.keep_bytes(stream, bytes)) }
    }
}

/// The shelf of one mail.
pub(crate) struct MailShelf<'h> {
    house: &'h House,
    laying: Option<(usize, Laying)>,
    files: BTreeMap<usize, Laid>,
    /// Files that are being made durable, while more of them come.
    syncing: JoinSet<Result<(), StoreTrouble>>,
    /// The mail's own bytes.
    whole: Option<Laid>,
}

/// Files made durable at the same time: the disk does many in hardly more time than one.
const SYNCED_AT_ONCE: usize = 16;

impl<'h> MailShelf<'h> {
    pub(crate) fn new(house: &'h House) -> MailShelf<'h> {
        MailShelf { house, laying: None, files: BTreeMap::new(), syncing: JoinSet::new(), whole: None }
    }

    /// Returns when all of it is durable.
    pub(crate) async fn settled(&mut self) -> Result<(), StoreTrouble> {
        self.wait_below(1).await
    }

    async fn wait_below(&mut self, most: usize) -> Result<(), StoreTrouble> {
        while self.syncing.len() >= most {
            let Some(synced) = self.syncing.join_next().await else { break };
            synced.map_err(|_| StoreTrouble::new("a file of the mail was not kept to its end"))??;
        }
        Ok(())
    }

    /// The attachment at this place, when it lies here.
    pub(crate) fn file(&self, index: usize) -> Option<&Laid> {
        self.files.get(&index)
    }

    /// The mail's own bytes, laid down once however often they are asked for; `None` when they are small. Bytes that are ours are let go then.
    pub(crate) async fn whole(&mut self, raw: &mut Cow<'_, [u8]>) -> Result<Option<&Laid>, StoreTrouble> {
        if self.whole.is_none() && raw.len() > SHELVED {
            self.whole = Some(self.house.lay(raw).await?);
            if let Cow::Owned(bytes) = raw {
                *bytes = Vec::new();
            }
        }
        Ok(self.whole.as_ref())
    }

    /// A report has taken everything.
    pub(crate) fn taken(&mut self) {
        self.files.clear();
        self.whole = None;
    }

    /// Removes what nobody took. What cannot be removed now is swept with other orphans.
    pub(crate) async fn forget(&mut self) {
        // What is being made durable would appear again after it was removed.
        while self.syncing.join_next().await.is_some() {}
        let laying = self.laying.take().map(|(_, laying)| laying.name);
        let laid = std::mem::take(&mut self.files).into_values().chain(self.whole.take()).map(|laid| laid.name);
        for name in laying.into_iter().chain(laid) {
            if let Err(trouble) = self.house.store.drop_blob(&name).await {
                tracing::debug!(%trouble, "sealed bytes that nobody took stay until they are swept");
            }
        }
    }
}

#[async_trait]
impl Shelf for MailShelf<'_> {
    async fn clear(&mut self) {
        let whole = self.whole.take();
        self.forget().await;
        self.whole = whole;
    }

    async fn take(&mut self, index: usize, bytes: &[u8]) -> Result<(), StoreTrouble> {
        let house = self.house;
        let (_, laying) = self.laying.get_or_insert_with(|| (index, Laying::begin(house)));
        laying.take(house, bytes).await
    }

    async fn close(&mut self) -> Result<(), StoreTrouble> {
        if let Some((index, laying)) = self.laying.take() {
            let laid = laying.written(self.house).await?;
            let (store, name) = (self.house.store.clone(), laid.name.clone());
            self.files.insert(index, laid);
            self.wait_below(SYNCED_AT_ONCE).await?;
            self.syncing.spawn(async move { store.finish_blob(&name).await });
        }
        Ok(())
    }
}
