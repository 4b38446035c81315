//! Files that arrive in pieces: begun, taken up again after a broken line or a crash, whole; each piece sealed before it
//! touches the disk. The key follows from the upload's token, which only the reporter's device has: at rest an upload opens
//! for nobody, and when a report names it, its key is sealed to that report's stream.
//! Deliberately without counting who sends how much: the public face does that, it knows networks.

use crate::house::House;
use crate::ports::store::{Arrival, StoreTrouble};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;
use wardroom_domain::intake::{AttachmentWords, BlobRef};
use wardroom_seal::{
    BLOB_HEADER, BlobKey, BlobMap, PIECE_BYTES, Piece, PublicKey, Sealed, Token, TokenKind, hex, open_with, place, seal_with,
    sealed_offset, whole_pieces,
};

/// How much may arrive. All in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// Largest file.
    pub file_bytes: u64,
    /// All files together that belong to no report yet.
    pub waiting_bytes: u64,
    /// What stays free on the disk whatever arrives.
    pub spare_bytes: u64,
    /// What one network may send in a day.
    pub network_bytes: u64,
    /// Files one report may name.
    pub files: usize,
    /// How long an upload or draft that nobody touches is kept.
    pub keep_hours: u32,
}

impl Default for UploadLimits {
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self { file_bytes: 2 * GIB, waiting_bytes: 50 * GIB, spare_bytes: GIB, network_bytes: 20 * GIB, files: 50, keep_hours: 7 * 24 }
    }
}

/// A file about to arrive.
#[derive(Clone, Debug, Default)]
pub struct NewFile {
    /// As the sender calls it; hostile.
    pub name: String,
    pub media_type: String,
    /// Its length, when it is known; else the file ends where its first request ends, and cannot be taken up again.
    pub length: Option<u64>,
}

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    pub name: String,
    pub media_type: String,
    pub length: u64,
    /// Of the plain bytes as they arrived here, lower-case hex.
    pub sha256: String,
}

/// How far an upload has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub length: Option<u64>,
    /// Bytes that are here and stay: go on from there.
    pub offset: u64,
    /// Once everything is here.
    pub whole: Option<Uploaded>,
}

#[derive(Debug, Error)]
pub enum UploadError {
    #[error("no upload answers to this token: it was never begun, was removed, or nobody went on with it for too long")]
    Unknown,
    #[error("a file may have {limit} bytes at most")]
    TooLarge { limit: u64 },
    #[error("there is no room for it now ({limit} bytes for all uploads together): try again later, or send it by another way")]
    NoRoom { limit: u64 },
    #[error("go on from byte {at}")]
    Offset { at: u64 },
    #[error("another request is writing this file")]
    Busy,
    /// The line broke; what arrived in whole pieces stays.
    #[error("the request ended early")]
    Interrupted,
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

/// A request body broke off.
#[derive(Clone, Copy, Debug)]
pub struct BrokeOff;

/// Bytes as they come in.
pub type Source<'a> = dyn Stream<Item = Result<Bytes, BrokeOff>> + Send + Unpin + 'a;

/// What every upload shares, in memory; all of it can be found again on disk.
#[derive(Default)]
pub struct Arrivals {
    pub limits: UploadLimits,
    busy: Mutex<HashSet<String>>,
    sums: Mutex<HashMap<String, Sums>>,
}

/// Hashes over a file as far as it has come, so that going on does not mean reading it again.
#[derive(Clone, Default)]
struct Sums {
    pieces: u32,
    plain: Sha256,
    sealed: Sha256,
}

/// So many hashes are remembered at most; who is forgotten is read again.
const MOST_SUMS: usize = 2_000;

/// Beside the pieces, sealed with the upload's own key.
#[derive(Serialize, Deserialize)]
struct Note {
    name: String,
    media_type: String,
    whole: Option<Whole>,
}

#[derive(Serialize, Deserialize)]
struct Whole {
    length: u64,
    sha256: String,
    sealed_sha256: String,
}

/// Nobody else writes this file while it lives.
struct Writing<'a> {
    arrivals: &'a Arrivals,
    name: String,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.arrivals.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

impl Arrivals {
    fn write(&self, name: &str) -> Result<Writing<'_>, UploadError> {
        let fresh = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        if fresh { Ok(Writing { arrivals: self, name: name.to_owned() }) } else { Err(UploadError::Busy) }
    }

    fn remembered(&self, name: &str, pieces: u32) -> Option<Sums> {
        let sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        sums.get(name).filter(|sums| sums.pieces == pieces).cloned()
    }

    fn remember(&self, name: &str, sums: &Sums) {
        let mut all = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_SUMS && !all.contains_key(name) {
            all.clear();
        }
        all.insert(name.to_owned(), sums.clone());
    }

    fn forget(&self, name: &str) {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// Under which name an upload lies.
fn name_of(token: &Token) -> String {
    token.derived("upload name").chars().take(32).collect()
}

fn note_place(name: &str) -> Vec<u8> {
    place(&["upload note", name])
}

/// The last part of a path, whatever system it comes from, at most 200 characters, without control characters.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

impl House {
    /// Begins an upload. Its token is the only way to it.
    pub async fn begin_upload(&self, file: NewFile) -> Result<Token, UploadError> {
        let limits = self.arrivals.limits;
        if file.length.is_some_and(|length| length > limits.file_bytes) {
            return Err(UploadError::TooLarge { limit: limits.file_bytes });
        }
        self.room_for(file.length.unwrap_or_default()).await?;
        let token = self.by_chance(|chance| Token::make(TokenKind::Upload, chance));
        let (name, key) = (name_of(&token), BlobKey::of_upload(&token));
        let note = Note { name: plain_name(&file.name), media_type: file.media_type.chars().take(100).collect(), whole: None };
        let sealed = self.seal_note(&key, &name, &note);
        self.store.begin_arrival(&name, file.length, sealed, &BLOB_HEADER).await?;
        if file.length == Some(0) {
            self.receive(&token, 0, &mut futures_util::stream::empty()).await?;
        }
        Ok(token)
    }

    /// How far an upload has come.
    pub async fn upload(&self, token: &Token) -> Result<Progress, UploadError> {
        let (arrival, note) = self.look(token).await?;
        Ok(progress(&arrival, note))
    }

    /// Takes bytes in, from `offset` on, until the source ends. What arrived in whole pieces stays, whatever happens.
    pub async fn receive(&self, token: &Token, offset: u64, source: &mut Source<'_>) -> Result<Progress, UploadError> {
        let name = name_of(token);
        let _writing = self.arrivals.write(&name)?;
        let (arrival, note) = self.look(token).await?;
        let known = progress(&arrival, note);
        if known.whole.is_some() {
            return if known.offset == offset { Ok(known) } else { Err(UploadError::Offset { at: known.offset }) };
        }
        if known.offset != offset {
            return Err(UploadError::Offset { at: known.offset });
        }
        let key = BlobKey::of_upload(token);
        let sums = self.sums_at(&name, &key, whole_pieces(arrival.sealed_len)).await?;
        if u64::from(sums.pieces) * PIECE_BYTES as u64 != offset {
            return Err(UploadError::Offset { at: u64::from(sums.pieces) * PIECE_BYTES as u64 });
        }
        let limit = arrival.declared.unwrap_or(self.arrivals.limits.file_bytes);
        let mut writer = Writer { house: self, name: &name, key: &key, declared: arrival.declared, sums, buffer: Vec::new() };
        let mut since_room = 0_u64;
        while let Some(bytes) = source.next().await {
            let Ok(bytes) = bytes else { return Err(UploadError::Interrupted) };
            if writer.at() + bytes.len() as u64 > limit {
                return Err(UploadError::TooLarge { limit });
            }
            since_room += bytes.len() as u64;
            if since_room > ROOM_EVERY {
                since_room = 0;
                self.room_for(0).await?;
            }
            writer.take(&bytes).await?;
        }
        let complete = arrival.declared.is_none_or(|length| writer.at() == length);
        if !complete {
            // The tail that fills no piece is sent again.
            return Ok(Progress { length: arrival.declared, offset: u64::from(writer.sums.pieces) * PIECE_BYTES as u64, whole: None });
        }
        let whole = writer.finish().await?;
        let length = whole.length;
        let (_, mut note) = self.look(token).await?;
        note.whole = Some(whole);
        self.store.finish_arrival(&name, length, self.seal_note(&key, &name, &note)).await?;
        self.arrivals.forget(&name);
        let (arrival, note) = self.look(token).await?;
        Ok(progress(&arrival, note))
    }

    /// Removes an upload. A report that named it keeps its file.
    pub async fn drop_upload(&self, token: &Token) -> Result<(), UploadError> {
        let name = name_of(token);
        let _writing = self.arrivals.write(&name)?;
        self.arrivals.forget(&name);
        Ok(self.store.drop_arrival(&name).await?)
    }

    /// A small file whole, as if it had been uploaded.
    pub async fn upload_bytes(&self, file: NewFile, bytes: Bytes) -> Result<Token, UploadError> {
        let token = self.begin_upload(NewFile { length: Some(bytes.len() as u64), ..file }).await?;
        if !bytes.is_empty() {
            self.receive(&token, 0, &mut futures_util::stream::iter([Ok(bytes)])).await?;
        }
        Ok(token)
    }

    /// Makes whole uploads files of a report: durable, their keys sealed to the stream, in the order of the tokens.
    pub(crate) async fn adopt_uploads(&self, stream: &PublicKey, tokens: &[Token]) -> Result<Vec<(BlobRef, AttachmentWords)>, UploadError> {
        let mut files = Vec::new();
        for token in tokens {
            let (_, note) = self.look(token).await?;
            let Some(whole) = note.whole else { return Err(UploadError::Unknown) };
            let blob = self.random_name();
            self.store.adopt_arrival(&name_of(token), &blob).await?;
            let key = self.by_chance(|chance| BlobKey::of_upload(token).seal_to(stream, &place(&["blob key", &blob]), chance));
            let head = BlobRef {
                name: blob,
                sealed_len: BlobMap { plain_len: whole.length }.sealed_len(),
                sealed_sha256: whole.sealed_sha256,
                key: Some(hex(key.as_bytes())),
            };
            files.push((head, AttachmentWords { name: note.name, media_type: note.media_type, len: whole.length, sha256: whole.sha256 }));
        }
        Ok(files)
    }

    /// What the tokens stand for; one that is not whole is unknown.
    pub(crate) async fn uploaded(&self, tokens: &[Token]) -> Result<Vec<Uploaded>, UploadError> {
        let mut files = Vec::new();
        for token in tokens {
            files.push(self.upload(token).await?.whole.ok_or(UploadError::Unknown)?);
        }
        Ok(files)
    }

    /// Removes what nobody went on with, and answers kept for repetitions. Returns how many files went.
    pub async fn sweep_arrivals(&self) -> Result<u64, StoreTrouble> {
        let hours = |hours: i64| self.now().checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap_or(self.now());
        self.store.forget_answers(hours(ANSWERS_HOURS)).await?;
        // A file made durable for a report that was then not recorded: two days are longer than any request.
        self.store.sweep_blobs(hours(48)).await?;
        self.store.sweep_arrivals(hours(i64::from(self.arrivals.limits.keep_hours))).await
    }

    async fn room_for(&self, bytes: u64) -> Result<(), UploadError> {
        let limits = self.arrivals.limits;
        let room = self.store.arrival_room().await?;
        let fits =
            room.used_bytes.saturating_add(bytes) <= limits.waiting_bytes && room.free_bytes >= bytes.saturating_add(limits.spare_bytes);
        if fits { Ok(()) } else { Err(UploadError::NoRoom { limit: limits.waiting_bytes }) }
    }

    async fn look(&self, token: &Token) -> Result<(Arrival, Note), UploadError> {
        let (name, key) = (name_of(token), BlobKey::of_upload(token));
        let arrival = self.store.arrival(&name).await?.ok_or(UploadError::Unknown)?;
        let plain = open_with(&key.expose(), &note_place(&name), &arrival.note).map_err(|_| UploadError::Unknown)?;
        let note = serde_json::from_slice(&plain).map_err(|_| UploadError::Unknown)?;
        Ok((arrival, note))
    }

    fn seal_note(&self, key: &BlobKey, name: &str, note: &Note) -> Sealed {
        let plain = serde_json::to_vec(note).unwrap_or_default();
        self.by_chance(|chance| seal_with(&key.expose(), &note_place(name), &plain, chance))
    }

    /// The hashes at a number of pieces: remembered, or made anew from the disk. A piece that does not open (a power cut) is the
    /// end of what is here.
    async fn sums_at(&self, name: &str, key: &BlobKey, pieces: u32) -> Result<Sums, UploadError> {
        if let Some(sums) = self.arrivals.remembered(name, pieces) {
            return Ok(sums);
        }
        let mut sums = Sums::default();
        sums.sealed.update(BLOB_HEADER);
        while sums.pieces < pieces {
            let sealed =
                self.store.blob_part(name, sealed_offset(sums.pieces), wardroom_seal::SEALED_PIECE_BYTES).await?.unwrap_or_default();
            let Ok(plain) = key.open_piece(Piece::Inner(sums.pieces), &sealed) else { break };
            sums.plain.update(plain.as_slice());
            sums.sealed.update(&sealed);
            sums.pieces += 1;
        }
        Ok(sums)
    }
}

/// How often the room on the disk is asked for while a file arrives.
const ROOM_EVERY: u64 = 64 << 20;
/// How long the answer to a request is kept for its repetition.
const ANSWERS_HOURS: i64 = 48;

fn progress(arrival: &Arrival, note: Note) -> Progress {
    let whole =
        note.whole.map(|whole| Uploaded { name: note.name, media_type: note.media_type, length: whole.length, sha256: whole.sha256 });
    let offset = match &whole {
        Some(whole) => whole.length,
        None => u64::from(whole_pieces(arrival.sealed_len)) * PIECE_BYTES as u64,
    };
    Progress { length: arrival.declared, offset, whole }
}

struct Writer<'a> {
    house: &'a House,
    name: &'a str,
    key: &'a BlobKey,
    declared: Option<u64>,
    sums: Sums,
    buffer: Vec<u8>,
}

impl Writer<'_> {
    fn at(&self) -> u64 {
        u64::from(self.sums.pieces) * PIECE_BYTES as u64 + self.buffer.len() as u64
    }

    async fn take(&mut self, mut bytes: &[u8]) -> Result<(), UploadError> {
        while !bytes.is_empty() {
            // A full buffer is an inner piece as soon as something comes after it.
            if self.buffer.len() == PIECE_BYTES {
                self.write(Piece::Inner(self.sums.pieces)).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        // Where more is announced, what is full is written at once.
        let more = self.declared.is_some_and(|length| length > self.at());
        if self.buffer.len() == PIECE_BYTES && more {
            self.write(Piece::Inner(self.sums.pieces)).await?;
        }
        Ok(())
    }

    async fn write(&mut self, piece: Piece) -> Result<(), UploadError> {
        let plain = std::mem::take(&mut self.buffer);
        let sealed = self.house.by_chance(|chance| self.key.seal_piece(piece, &plain, chance));
        let sealed = sealed.map_err(|fault| StoreTrouble::new(fault.to_string()))?;
        self.sums.plain.update(&plain);
        self.sums.sealed.update(&sealed);
        self.house.store.append_arrival(self.name, sealed_offset(self.sums.pieces), sealed).await?;
        self.sums.pieces += 1;
        self.house.arrivals.remember(self.name, &self.sums);
        Ok(())
    }

    async fn finish(mut self) -> Result<Whole, UploadError> {
        let length = self.at();
        self.write(Piece::Last(self.sums.pieces)).await?;
        let (sha256, sealed_sha256) = (hex(&self.sums.plain.finalize()), hex(&self.sums.sealed.finalize()));
        Ok(Whole { length, sha256, sealed_sha256 })
    }
}
