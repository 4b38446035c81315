//! What parent and child say to each other: frames of a four-byte length (big endian) and as many bytes. JSON, and raw bytes where there are many.
//!
//! Parent: [`Greeting`] once; then for every mail [`Ask`] and the raw bytes. Child: [`Ready`] once; then for every mail [`Answer`] and the bytes of
//! each attachment. Deliberately without versions: both sides are the same program.

use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use wardroom_app::intake::document::Found;
use wardroom_app::ports::opener::checking::Refused;
use wardroom_formats::affected::sbom::{NotRead, Sbom};
use wardroom_mail::archive::Listing;
use wardroom_mail::keys::HeldSecret;
use wardroom_mail::{Limits, OpenedMail};

/// Most bytes of JSON in one frame.
pub(super) const WORDS_BYTES: usize = 64 << 20;
/// Most bytes of raw mail, or of attachments together. Above what [`Limits`] lets through: a mail with attachments in the clear and encrypted.
pub(super) const RAW_BYTES: usize = 256 << 20;

#[derive(Serialize, Deserialize)]
pub(super) struct Greeting {
    pub(super) keys: Vec<HeldSecret>,
    pub(super) limits: Limits,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Ready {
    pub(super) shield: super::Shield,
    /// Keys that could not be unlocked; mail to them will not open.
    pub(super) locked_keys: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Ask {
    /// Unix seconds.
    pub(super) now: i64,
    /// Armored certificates of reporters; none: the same as before.
    pub(super) known: Option<Vec<String>>,
    /// What the bytes are.
    pub(super) what: What,
}

/// What is asked about the bytes that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
    /// A mail to be opened; the answer is an [`Answer`].
    Mail,
    /// An attachment of which only the contents are to be listed; the answer is a [`Listed`].
    List,
    /// A file that may be a report; the answer is a [`Reported`].
    Report,
    /// An SBOM; the answer is [`Parts`].
    Sbom,
    /// A request to check a CSAF document; the answer is [`Checked`], and the bytes of what was found, if it was read.
    Csaf,
}

/// The parts an SBOM lists, or why it was not read.
#[derive(Serialize, Deserialize)]
pub(super) struct Parts {
    pub(super) parts: Result<Sbom, NotRead>,
}

/// Why a request to check a document was refused; none when the answer follows.
#[derive(Serialize, Deserialize)]
pub(super) struct Checked {
    pub(super) refused: Option<Refused>,
}

/// The report in a file; none when there is none.
#[derive(Serialize, Deserialize)]
pub(super) struct Reported {
    pub(super) found: Option<Found>,
}

/// What lies in an archive; none when it is none.
#[derive(Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) listing: Option<Listing>,
}

/// The mail without the bytes of its attachments: those follow, a frame each.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) mail: OpenedMail,
}

/// Reads a frame; none: the other side has closed properly.
pub(super) fn read_frame(from: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut bytes = vec![0; checked(length, most)?];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

pub(super) fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&length_of(bytes)?)?;
    to.write_all(bytes)
}

pub(super) async fn receive_frame(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Vec<u8>> {
    let length = receive_length(from, most).await?;
    receive_bytes(from, length).await
}

/// How many bytes the next frame has.
pub(super) async fn receive_length(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<usize> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    checked(length, most)
}

pub(super) async fn receive_bytes(from: &mut (impl AsyncRead + Unpin), length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

pub(super) async fn send_frame(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(&length_of(bytes)?).await?;
    to.write_all(bytes).await
}

fn checked(length: [u8; 4], most: usize) -> io::Result<usize> {
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "frame too long"));
    }
    Ok(length)
}

fn length_of(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "frame too long"))?;
    Ok(length.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_too_long_ones_are_refused_before_they_are_read() {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, b"abc").unwrap();
        write_frame(&mut pipe, b"").unwrap();
        let mut reader = pipe.as_slice();
        assert_eq!(read_frame(&mut reader, 3).unwrap().unwrap(), b"abc");
        assert_eq!(read_frame(&mut reader, 3).unwrap().unwrap(), b"");
        assert!(read_frame(&mut reader, 3).unwrap().is_none());
        assert!(read_frame(&mut pipe.as_slice(), 2).is_err());
        assert!(read_frame(&mut [0xff, 0xff, 0xff, 0xff].as_slice(), WORDS_BYTES).is_err());
        assert!(read_frame(&mut [0, 0, 0, 2, 1].as_slice(), 9).is_err());
    }
}
