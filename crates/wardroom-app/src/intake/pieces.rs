//! A large file that a browser encrypted piece by piece: read back piece by piece, each opened in the parser's child, so that neither
//! side ever holds it whole. Nothing of a piece is released before its integrity is known; a missing, doubled, moved or foreign
//! piece ends the stream with an error.
//!
//! The container (`encrypt.js` writes it): `WRPIECES`, the length of a record and the number of records (four bytes each, big
//! endian), and the records. A record is four bytes of length, an OpenPGP message (RFC 9580) of that length, and zeros. The message
//! holds a MIME entity: the piece, padded, under a subject `wardroom-piece NUMBER OF LENGTH TOTAL ID`.
//! Deliberately opened when somebody asks for it, not when it arrives: nothing is stored twice, and a flood costs no decryption.

use super::payload::MIME_MEDIA_TYPE;
use crate::asked::AskError;
use crate::house::Desk;
use crate::ports::opener::{KnownKeys, OpenTrouble, Opener};
use crate::reading::PlainBytes;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use std::io;
use std::sync::Arc;
use thiserror::Error;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_mail::opened::{Encryption, OpenedMail};

/// Under which media type the report form hands such a file in.
pub const MEDIA_TYPE: &str = "application/vnd.wardroom.pieces";
const MAGIC: &[u8; 8] = b"WRPIECES";
/// Longest record, in bytes: a piece of 8 MiB and what encrypting adds, with room.
const LONGEST_RECORD: usize = 12 << 20;
/// Most records: more than a file may have.
const MOST_RECORDS: u32 = 4096;

/// Why a file does not open.
#[derive(Debug, Error)]
pub enum PiecesError {
    #[error(transparent)]
    Asked(#[from] AskError),
    /// It says that it is one, and is none; or a key is missing, or it was changed.
    #[error("the file does not open: {0}")]
    Unreadable(&'static str),
    #[error(transparent)]
    Parser(#[from] OpenTrouble),
}

impl From<PiecesError> for io::Error {
    fn from(error: PiecesError) -> io::Error {
        io::Error::other(error.to_string())
    }
}

/// A file, opened as far as its first piece.
pub struct OpenedPieces {
    /// As its sender calls it; hostile.
    pub name: String,
    /// Bytes of the whole file, as every piece says.
    pub length: u64,
    pub pieces: PlainBytes,
}

/// Whether an attachment is to be opened by [`Desk::opened_pieces`].
pub fn is_pieces(media_type: &str) -> bool {
    media_type.eq_ignore_ascii_case(MEDIA_TYPE)
}

/// Reads records off the sealed file.
struct Records {
    source: PlainBytes,
    buffer: BytesMut,
    record: usize,
    count: u32,
    /// Records read.
    number: u32,
}

/// One piece, opened.
struct Piece {
    about: About,
    name: String,
    bytes: Vec<u8>,
}

/// What the subject of a piece says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    number: u32,
    of: u32,
    length: usize,
    total: u64,
    id: String,
}

impl About {
    fn parse(subject: &str) -> Option<About> {
        let words: Vec<&str> = subject.split_whitespace().take(7).collect();
        let ["wardroom-piece", number, of, length, total, id] = words.as_slice() else { return None };
        let id = (id.len() <= 64).then(|| (*id).to_owned())?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        Some(About { number, of, length: length.parse().ok()?, total: total.parse().ok()?, id })
    }
}

impl Records {
    async fn begin(source: PlainBytes) -> Result<Records, PiecesError> {
        let mut records = Records { source, buffer: BytesMut::new(), record: 0, count: 0, number: 0 };
        let head = records.take(16).await?;
        let number = |at: usize| head.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes);
        let (record, count) = (usize::try_from(number(8)).unwrap_or(usize::MAX), number(12));
        if !head.starts_with(MAGIC) || record < 5 || record > LONGEST_RECORD || count == 0 || count > MOST_RECORDS {
            return Err(PiecesError::Unreadable("it is not what it says it is"));
        }
        Ok(Records { record, count, ..records })
    }

    async fn take(&mut self, length: usize) -> Result<Bytes, PiecesError> {
        while self.buffer.len() < length {
            match self.source.next().await {
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                Some(Err(_)) => return Err(PiecesError::Unreadable("the sealed file is damaged")),
                None => return Err(PiecesError::Unreadable("it ends too early")),
            }
        }
        Ok(self.buffer.split_to(length).freeze())
    }

    /// The next message; none after the last.
    async fn message(&mut self) -> Result<Option<Bytes>, PiecesError> {
        if self.number == self.count {
            return Ok(None);
        }
        self.number += 1;
        let record = self.take(self.record).await?;
        let length = record.get(..4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes);
        let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4);
        if end > record.len() {
            return Err(PiecesError::Unreadable("a record is longer than it may be"));
        }
        Ok(Some(record.slice(4..end)))
    }

    async fn piece(&mut self, opener: &dyn Opener) -> Result<Option<Piece>, PiecesError> {
        let Some(message) = self.message().await? else { return Ok(None) };
        let raw = super::payload::as_mail(&message, MIME_MEDIA_TYPE).ok_or(PiecesError::Unreadable("a record is no OpenPGP message"))?;
        let piece = piece_of(opener.open(&raw, &KnownKeys::none()).await?)?;
        if piece.about.number != self.number || piece.about.of != self.count {
            return Err(PiecesError::Unreadable("its pieces are not in their order"));
        }
        Ok(Some(piece))
    }
}

fn piece_of(mail: OpenedMail) -> Result<Piece, PiecesError> {
    if !matches!(mail.encryption, Encryption::Opened { .. }) {
        return Err(PiecesError::Unreadable("no key of the team opens it, or it was changed"));
    }
    let about = About::parse(&mail.subject).ok_or(PiecesError::Unreadable("a piece does not say what it is"))?;
    let file = mail.attachments.into_iter().find(|file| file.encrypted).ok_or(PiecesError::Unreadable("a piece is empty"))?;
    let mut bytes = file.bytes;
    if bytes.len() < about.length {
        return Err(PiecesError::Unreadable("a piece is shorter than it says"));
    }
    bytes.truncate(about.length);
    Ok(Piece { about, name: file.name, bytes })
}

impl Desk {
    /// A large file of a report, decrypted while it is read. The first piece is opened before this returns, so that a missing key or a
    /// foreign file is an answer and no broken stream.
    ///
    /// # Errors
    /// See [`PiecesError`].
    pub async fn opened_pieces(
        &self,
        opener: Arc<dyn Opener>,
        viewer: &Viewer,
        report: &StreamId,
        index: usize,
    ) -> Result<OpenedPieces, PiecesError> {
        let (_, _, source) = self.attachment_stream(viewer, report, index).await?;
        opened(opener, source).await
    }
}

async fn opened(opener: Arc<dyn Opener>, source: PlainBytes) -> Result<OpenedPieces, PiecesError> {
    let mut records = Records::begin(source).await?;
    let Piece { about, name, bytes } = records.piece(opener.as_ref()).await?.ok_or(PiecesError::Unreadable("it is empty"))?;
    let length = about.total;
    let rest = Rest { records, opener, about, left: length };
    let pieces = futures_util::stream::unfold((Some(Bytes::from(bytes)), Some(rest)), |(ready, rest)| async move {
        let mut rest = rest?;
        let bytes = match ready {
            Some(bytes) => rest.count(bytes),
            None => rest.next().await.transpose()?,
        };
        // After an error nothing follows.
        let next = bytes.is_ok().then_some(rest);
        Some((bytes.map_err(io::Error::from), (None, next)))
    });
    Ok(OpenedPieces { name, length, pieces: pieces.boxed() })
}

/// What is still to come.
struct Rest {
    records: Records,
    opener: Arc<dyn Opener>,
    /// What the first piece said; the others must agree.
    about: About,
    left: u64,
}

impl Rest {
    fn count(&mut self, bytes: Bytes) -> Result<Bytes, PiecesError> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(PiecesError::Unreadable("it is longer than it says"))?;
        Ok(bytes)
    }

    async fn next(&mut self) -> Result<Option<Bytes>, PiecesError> {
        let Some(piece) = self.records.piece(self.opener.as_ref()).await? else {
            return if self.left == 0 { Ok(None) } else { Err(PiecesError::Unreadable("it is shorter than it says")) };
        };
        if piece.about.id != self.about.id || piece.about.total != self.about.total {
            return Err(PiecesError::Unreadable("a piece belongs to another file"));
        }
        self.count(Bytes::from(piece.bytes)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_says_what_it_is() {
        let about = About::parse("wardroom-piece 2 3 10 30 abc").unwrap();
        assert_eq!(about, About { number: 2, of: 3, length: 10, total: 30, id: "abc".to_owned() });
        for odd in
            ["", "wardroom-piece", "wardroom-piece 1 2 3 4", "piece 1 2 3 4 x", "wardroom-piece a 2 3 4 x", "wardroom-piece -1 2 3 4 x"]
        {
            assert_eq!(About::parse(odd), None, "{odd}");
        }
    }

    #[tokio::test]
    async fn what_is_no_container_is_told_from_its_head() {
        let begin = |bytes: &'static [u8]| Records::begin(futures_util::stream::iter([Ok(Bytes::from_static(bytes))]).boxed());
        assert!(begin(b"").await.is_err());
        assert!(begin(b"WRPIECES").await.is_err());
        assert!(begin(b"WRPIECES\xff\xff\xff\xff\0\0\0\x01").await.is_err(), "a record as long as memory");
        assert!(begin(b"WRPIECES\0\0\0\x20\xff\xff\xff\xff").await.is_err(), "more records than a file has");
        assert!(begin(b"PKPIECES\0\0\0\x20\0\0\0\x01").await.is_err());
        let mut one = begin(b"WRPIECES\0\0\0\x06\0\0\0\x02\0\0\0\x02ab\0\0\0\x03c").await.unwrap();
        assert_eq!(one.message().await.unwrap().unwrap(), "ab");
        assert!(one.message().await.is_err(), "cut off");
        let mut long = begin(b"WRPIECES\0\0\0\x06\0\0\0\x01\0\0\0\x03ab").await.unwrap();
        assert!(long.message().await.is_err(), "longer than its record");
    }

    /// Opens records as if they held what their second byte says, the pieces of `all`.
    struct Fake(Vec<OpenedMail>);

    #[async_trait::async_trait]
    impl Opener for Fake {
        async fn open(&self, raw: &[u8], _known: &KnownKeys) -> Result<OpenedMail, OpenTrouble> {
            use base64::Engine as _;
            let text = String::from_utf8_lossy(raw);
            let body = text.split("base64\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap_or_default();
            let bytes = base64::engine::general_purpose::STANDARD.decode(body).unwrap_or_default();
            let which = usize::from(bytes.get(1).copied().unwrap_or_default());
            self.0.get(which).cloned().ok_or(OpenTrouble::NoParser("no such piece".to_owned()))
        }
    }

    fn piece(number: u32, of: u32, total: u64, id: &str, bytes: &[u8]) -> OpenedMail {
        use wardroom_mail::opened::Attachment;
        let padded = [bytes, &[0; 9]].concat();
        let file = Attachment {
            name: "trace.bin".to_owned(),
            media_type: String::new(),
            len: padded.len() as u64,
            bytes: padded,
            sha256: String::new(),
            encrypted: true,
            signed_by: None,
        };
        OpenedMail {
            subject: format!("wardroom-piece {number} {of} {} {total} {id}", bytes.len()),
            encryption: Encryption::Opened { fingerprint: String::new(), retired: false, layers: 1 },
            attachments: vec![file],
            ..OpenedMail::default()
        }
    }

    /// What comes out of a container whose records are the pieces named, in this order.
    async fn read(pieces: Vec<OpenedMail>, order: &[u8]) -> Result<Vec<u8>, String> {
        let mut file = b"WRPIECES\0\0\0\x08".to_vec();
        file.extend_from_slice(&u32::try_from(order.len()).unwrap().to_be_bytes());
        for which in order {
            file.extend_from_slice(&[0, 0, 0, 2, 0xC1, *which, 0, 0]);
        }
        // As it comes from the disk: in parts that mean nothing.
        let parts: Vec<io::Result<Bytes>> = file.chunks(5).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        let opened = opened(Arc::new(Fake(pieces)), futures_util::stream::iter(parts).boxed()).await.map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        let mut stream = opened.pieces;
        while let Some(part) = stream.next().await {
            all.extend_from_slice(&part.map_err(|error| error.to_string())?);
        }
        assert_eq!((opened.name.as_str(), opened.length), ("trace.bin", all.len() as u64));
        Ok(all)
    }

    #[tokio::test]
    async fn a_file_comes_back_whole_or_with_an_error() {
        let two = || vec![piece(1, 2, 5, "a", b"abc"), piece(2, 2, 5, "a", b"de"), piece(2, 2, 5, "b", b"xy"), piece(2, 2, 5, "a", b"def")];
        assert_eq!(read(two(), &[0, 1]).await.unwrap(), b"abcde");
        assert!(read(two(), &[1, 0]).await.unwrap_err().contains("order"));
        assert!(read(two(), &[0, 0]).await.unwrap_err().contains("order"));
        assert!(read(two(), &[0]).await.unwrap_err().contains("order"), "one is missing");
        assert!(read(two(), &[0, 2]).await.unwrap_err().contains("another file"));
        assert!(read(two(), &[0, 3]).await.unwrap_err().contains("longer"));
        assert!(read(vec![piece(1, 1, 9, "a", b"abc")], &[0]).await.unwrap_err().contains("shorter"));
        let open = OpenedMail { encryption: Encryption::None, ..piece(1, 1, 3, "a", b"abc") };
        assert!(read(vec![open], &[0]).await.unwrap_err().contains("no key"), "what was never encrypted is not taken");
    }
}
