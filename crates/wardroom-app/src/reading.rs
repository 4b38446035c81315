//! Reading: a stream's facts folded, its words opened for a `Viewer`. What a viewer may not see is not there.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{StoreTrouble, Stored};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use std::io;
use wardroom_domain::case::{CaseFile, ReportFile};
use wardroom_domain::disclosure::AdvisoryFile;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::{BlobRef, ReportWords};
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_seal::{
    BLOB_HEADER, BlobKey, BlobMap, PIECE_OVERHEAD, PublicKey, SEALED_PIECE_BYTES, Sealed, SecretKey, StreamKey, Unopened, open, place,
};

/// Plain bytes of a file, piece by piece.
pub type PlainBytes = futures_util::stream::BoxStream<'static, io::Result<Bytes>>;

/// A recorded fact with its words, opened.
#[derive(Clone, Debug)]
pub struct Entry {
    pub recorded: Recorded<Fact>,
    /// `None`: the fact has no words, or its stream's key was destroyed.
    pub words: Option<Words>,
}

/// A report: folded, and its history opened.
pub struct ReportRecord {
    pub file: ReportFile,
    pub entries: Vec<Entry>,
    pub key: StreamKey,
    /// Public half of the key derived from the receipt code.
    pub reporter_key: Option<PublicKey>,
    secret: SecretKey,
}

impl ReportRecord {
    /// The words it came with, as they stand after an encrypted payload was read, with all its files in the order of
    /// `Received::attachments`; empty ones when they can no longer be opened.
    pub fn words(&self) -> ReportWords {
        let mut words = ReportWords::default();
        let mut files = Vec::new();
        for entry in &self.entries {
            match &entry.words {
                Some(Words::Report(said)) => {
                    let mut said = (**said).clone();
                    files.append(&mut said.attachments);
                    // A follow-up brings files; what it says stands in the conversation.
                    if !matches!(entry.recorded.fact, Fact::Report(ReportFact::FollowedUp(_))) {
                        words = said;
                    }
                }
                Some(Words::Files(more)) => files.extend(more.iter().cloned()),
                _ => {}
            }
        }
        words.attachments = files;
        words
    }

    pub fn number(&self) -> &str {
        &self.file.received.number
    }
}

/// A case: folded, and its history opened.
pub struct CaseRecord {
    pub file: CaseFile,
    pub entries: Vec<Entry>,
    pub key: StreamKey,
}

impl CaseRecord {
    /// The words recorded at a place of this stream.
    pub fn words_at(&self, stream_seq: u64) -> Option<&Words> {
        let entry = self.entries.iter().find(|entry| entry.recorded.stream_seq == stream_seq)?;
        entry.words.as_ref()
    }

    /// The working title.
    pub fn title(&self) -> String {
        match self.entries.first().and_then(|entry| entry.words.as_ref()) {
            Some(Words::Vulnerability(words)) => words.title.clone(),
            _ => String::new(),
        }
    }
}

/// An advisory: folded, and its history opened.
pub struct AdvisoryRecord {
    pub file: AdvisoryFile,
    pub entries: Vec<Entry>,
    pub key: StreamKey,
}

impl Desk {
    async fn load(&self, viewer: &Viewer, stream: &StreamId) -> Result<Option<(Vec<Stored>, StreamKey, SecretKey)>, StoreTrouble> {
        let stored = self.store.stream(viewer, stream).await?;
        if stored.is_empty() {
            return Ok(None);
        }
        let Some(key) = self.store.stream_key(stream).await? else {
            return Err(StoreTrouble::new(format!("stream {stream} has facts but no key: run `wardroom verify`")));
        };
        let secret = key
            .open(self.desk_secret(), stream.as_str())
            .map_err(|_| StoreTrouble::new(format!("the key of {stream} does not open with this desk's key: wrong keys directory?")))?;
        Ok(Some((stored, key, secret)))
    }

    pub async fn report_record(&self, viewer: &Viewer, stream: &StreamId) -> Result<Option<ReportRecord>, StoreTrouble> {
        let Some((stored, key, secret)) = self.load(viewer, stream).await? else { return Ok(None) };
        let entries = open_all(stream, &secret, stored);
        let facts: Vec<Recorded<Fact>> = entries.iter().map(|entry| entry.recorded.clone()).collect();
        let Some(file) = ReportFile::fold(&facts) else { return Ok(None) };
        let reporter_key = from_hex(&file.received.reporter_public).and_then(|bytes| PublicKey::from_bytes(&bytes).ok());
        Ok(Some(ReportRecord { file, entries, key, reporter_key, secret }))
    }

    pub async fn case_record(&self, viewer: &Viewer, stream: &StreamId) -> Result<Option<CaseRecord>, StoreTrouble> {
        let Some((stored, key, secret)) = self.load(viewer, stream).await? else { return Ok(None) };
        let entries = open_all(stream, &secret, stored);
        let facts: Vec<Recorded<Fact>> = entries.iter().map(|entry| entry.recorded.clone()).collect();
        Ok(CaseFile::fold(&facts).map(|file| CaseRecord { file, entries, key }))
    }

    pub async fn advisory_record(&self, viewer: &Viewer, stream: &StreamId) -> Result<Option<AdvisoryRecord>, StoreTrouble> {
        let Some((stored, key, secret)) = self.load(viewer, stream).await? else { return Ok(None) };
        let entries = open_all(stream, &secret, stored);
        let facts: Vec<Recorded<Fact>> = entries.iter().map(|entry| entry.recorded.clone()).collect();
        Ok(AdvisoryFile::fold(&facts).map(|file| AdvisoryRecord { file, entries, key }))
    }

    /// The report, or the uniform "not found".
    pub async fn must_report(&self, viewer: &Viewer, stream: &StreamId) -> Asked<ReportRecord> {
        self.report_record(viewer, stream).await?.ok_or(AskError::NotFound)
    }

    pub async fn must_case(&self, viewer: &Viewer, stream: &StreamId) -> Asked<CaseRecord> {
        self.case_record(viewer, stream).await?.ok_or(AskError::NotFound)
    }

    pub async fn must_advisory(&self, viewer: &Viewer, stream: &StreamId) -> Asked<AdvisoryRecord> {
        self.advisory_record(viewer, stream).await?.ok_or(AskError::NotFound)
    }

    /// A stream by id (`rep_…`) or by the number people read (`R-2026-0001`).
    pub async fn find(&self, viewer: &Viewer, id_or_number: &str) -> Asked<StreamId> {
        let id_or_number = wardroom_domain::text::half_width(id_or_number.trim());
        if let Some(id) = StreamId::parse(&id_or_number) {
            return Ok(id);
        }
        self.store.by_number(viewer, id_or_number.trim()).await?.ok_or(AskError::NotFound)
    }

    /// The original bytes or an attachment of a report, opened for somebody who may see the report.
    pub async fn open_blob(&self, report: &ReportRecord, blob: &BlobRef) -> Asked<Vec<u8>> {
        if blob.key.is_some() {
            let length = plain_len(blob.sealed_len);
            let mut stream = self.blob_stream(report, blob, length).await?;
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            while let Some(part) = stream.next().await {
                bytes.extend_from_slice(&part.map_err(|error| StoreTrouble::new(error.to_string()))?);
            }
            return Ok(bytes);
        }
        self.open_box(report, blob).await
    }

    /// A file whose length is not written beside it, as a stream; with its length.
    pub async fn blob_whole(&self, report: &ReportRecord, blob: &BlobRef) -> Asked<(u64, PlainBytes)> {
        if blob.key.is_some() {
            let length = plain_len(blob.sealed_len);
            return Ok((length, self.blob_stream(report, blob, length).await?));
        }
        let bytes = self.open_box(report, blob).await?;
        Ok((bytes.len() as u64, futures_util::stream::iter([Ok(Bytes::from(bytes))]).boxed()))
    }

    /// Small bytes, sealed in one box.
    async fn open_box(&self, report: &ReportRecord, blob: &BlobRef) -> Asked<Vec<u8>> {
        let sealed = self.store.get_blob(&blob.name).await?.ok_or(AskError::NotFound)?;
        let aad = place(&["blob", &blob.name]);
        let plain = open(&report.secret, &aad, &sealed)
            .map_err(|_| StoreTrouble::new(format!("sealed bytes {} are damaged: run `wardroom verify`", blob.name)))?;
        Ok(plain.to_vec())
    }

    /// A file as a stream of its plain pieces. Whoever reads it to the end without an error has the whole file: a missing or
    /// changed piece ends it with one.
    pub async fn blob_stream(&self, report: &ReportRecord, blob: &BlobRef, length: u64) -> Asked<PlainBytes> {
        let Some(sealed_key) = &blob.key else {
            let bytes = self.open_box(report, blob).await?;
            return Ok(futures_util::stream::iter([Ok(Bytes::from(bytes))]).boxed());
        };
        let damaged = || StoreTrouble::new(format!("the key of the sealed file {} does not open: run `wardroom verify`", blob.name));
        let sealed_key = Sealed::from_stored(from_hex(sealed_key).ok_or_else(damaged)?);
        let key = BlobKey::open(&report.secret, &place(&["blob key", &blob.name]), &sealed_key).map_err(|_| damaged())?;
        let (store, name, map) = (self.store.clone(), blob.name.clone(), BlobMap { plain_len: length });
        let pieces = futures_util::stream::unfold((store, key, 0_u32), move |(store, key, number)| {
            let name = name.clone();
            async move {
                if number >= map.pieces() {
                    return None;
                }
                let (from, sealed_len) = map.span(number);
                let opened = match store.blob_part(&name, from, sealed_len).await {
                    Ok(Some(sealed)) => key.open_piece(map.piece(number), &sealed).map_err(|why| io::Error::other(why.to_string())),
                    Ok(None) => Err(io::Error::other(format!("sealed file {name} is missing: restore it from a backup"))),
                    Err(trouble) => Err(io::Error::other(trouble.to_string())),
                };
                // After an error nothing follows.
                let next = if opened.is_ok() { number + 1 } else { u32::MAX };
                Some((opened.map(|plain| Bytes::copy_from_slice(&plain)), (store, key, next)))
            }
        });
        Ok(pieces.boxed())
    }

    /// Opens the words of a list row. `None` when there are none or they cannot be opened.
    pub(crate) async fn open_row(&self, stream: &StreamId, kind: &str, sealed: Option<&Sealed>) -> Option<Words> {
        let sealed = sealed?;
        let key = self.store.stream_key(stream).await.ok().flatten()?;
        let secret = key.open(self.desk_secret(), stream.as_str()).ok()?;
        open_words(stream, kind, "body", &secret, sealed).ok()
    }

    /// Opens an effect's payload.
    pub(crate) fn open_effect<T: DeserializeOwned>(&self, key: &str, payload: Option<&Sealed>) -> Option<T> {
        let plain = open(self.desk_secret(), &place(&["effect", key]), payload?).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The plain length of a file sealed in pieces.
fn plain_len(sealed_len: u64) -> u64 {
    let body = sealed_len.saturating_sub(BLOB_HEADER.len() as u64);
    let pieces = body.div_ceil(SEALED_PIECE_BYTES as u64).max(1);
    body.saturating_sub(pieces * PIECE_OVERHEAD as u64)
}

fn open_all(stream: &StreamId, secret: &SecretKey, stored: Vec<Stored>) -> Vec<Entry> {
    let open_one = |stored: Stored| {
        let kind = stored.recorded.fact.kind();
        let words = stored.body.as_ref().and_then(|body| open_words(stream, &kind, "body", secret, body).ok());
        Entry { recorded: stored.recorded, words }
    };
    stored.into_iter().map(open_one).collect()
}

/// Opens sealed words for their place in the log.
pub(crate) fn open_words(stream: &StreamId, kind: &str, part: &str, secret: &SecretKey, sealed: &Sealed) -> Result<Words, Unopened> {
    let plain = open(secret, &place(&["fact", stream.as_str(), kind, part]), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| Unopened::Format)
}

/// Reads lower- or upper-case hex; `None` when it is none.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let nibble = |c: u8| (c as char).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(nibble(*high)? * 16 + nibble(*low)?).ok(),
            _ => None,
        })
        .collect()
}
