//! What the public face does not read of a report by form or API: what its sender encrypted to the team (a pasted message, a self-made
//! `.asc`, what the form encrypted in the browser), and files that are the report themselves (`document`). The public face keeps it as a file it cannot read; here the worker opens it, in the
//! parser's child and by the same rules as mail, and records the report as it was meant.
//! Deliberately recorded once: what could not be opened stays a file, and the team is told why.

use super::document;
use super::hand_in::title_of;
use super::import_mail::{remark, signature_of, signer_of};
use crate::ports::opener::{KnownKeys, OpenTrouble};
use crate::ports::store::Leased;
use crate::reading::ReportRecord;
use crate::record::Said;
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::{AttachmentWords, BlobRef, Reading, ReportWords, Signature};
use wardroom_domain::people::Viewer;
use wardroom_mail::opened::{Encryption, KeySource, OpenedMail};

/// The kind of the job.
pub(crate) const JOB: &str = "payload";
/// What a pasted message is called among the files.
pub(crate) const NAME: &str = "report.asc";
/// The media type of an OpenPGP message (RFC 3156 section 2 names the type; here the message itself).
pub const MEDIA_TYPE: &str = "application/pgp-encrypted";
/// The media type under which the report form hands in a MIME message it encrypted (RFC 3156 section 4).
pub const MIME_MEDIA_TYPE: &str = "multipart/encrypted";
/// The largest message opened; a larger one stays a file.
pub const LARGEST: u64 = 40 * 1024 * 1024;

/// Whether a file is to be opened: by what its sender says of it. What it is indeed, the parser finds out.
pub fn is_payload(name: &str, media_type: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case(MEDIA_TYPE)
        || media_type.eq_ignore_ascii_case(MIME_MEDIA_TYPE)
        || [".asc", ".gpg", ".pgp"].iter().any(|ending| name.ends_with(ending))
}

/// What came out of all messages and documents of one report.
struct Found {
    reading: Reading,
    signature: Signature,
    words: ReportWords,
    files: Vec<(String, String, String, Vec<u8>)>,
}

impl Worker {
    /// Opens what a report brought encrypted.
    pub(crate) async fn open_payload(&self, row: &Leased) -> Result<(), Undone> {
        let viewer = Viewer::house();
        let Some(report) = self.desk.report_record(&viewer, &row.stream).await? else { return Ok(()) };
        let done = |fact: &Fact| matches!(fact, Fact::Report(ReportFact::PayloadRead { .. }));
        if report.entries.iter().any(|entry| done(&entry.recorded.fact)) {
            return Ok(());
        }
        let mut found =
            Found { reading: report.file.received.reading, signature: Signature::None, words: report.words(), files: Vec::new() };
        let known = self.desk.known_reporter_keys().await?;
        let all = std::mem::take(&mut found.words.attachments);
        for (blob, about) in report.file.received.attachments.iter().zip(&all) {
            if is_payload(&about.name, &about.media_type) && about.len <= LARGEST {
                let bytes = self.desk.open_blob(&report, blob).await?;
                if let Some(raw) = as_mail(&bytes, &about.media_type) {
                    self.open_one(&mut found, &raw, &known).await?;
                }
            }
        }
        self.read_documents(&report, &all, &mut found).await?;
        if found.reading == Reading::Sealed {
            // Nothing in it was an OpenPGP message: then it is a report with a file.
            found.reading = Reading::Clear;
        }
        self.record_payload(&viewer, &report, found).await
    }

    async fn open_one(&self, found: &mut Found, raw: &[u8], known: &KnownKeys) -> Result<(), Undone> {
        match survived(self.opener.open(raw, known).await, found)? {
            Some(mail) => merge(found, mail),
            None => found.reading = Reading::Unreadable,
        }
        Ok(())
    }

    /// Where nobody wrote what was found, or wrote it as a tool's document: the first file that is one says it. What was decrypted is
    /// looked at first.
    async fn read_documents(&self, report: &ReportRecord, all: &[AttachmentWords], found: &mut Found) -> Result<(), Undone> {
        if document::starts_as_object(found.words.text.as_bytes()) {
            let text = std::mem::take(&mut found.words.text);
            match self.document(found, text.as_bytes()).await? {
                Some(one) => {
                    if found.words.title == title_of("", &text) {
                        // It was made from the document's first line.
                        found.words.title.clear();
                    }
                    document::merge(&mut found.words, one, NAME);
                }
                None => found.words.text = text,
            }
        }
        if !found.words.text.trim().is_empty() {
            return Ok(());
        }
        let decrypted = std::mem::take(&mut found.files);
        for (name, media_type, _, bytes) in &decrypted {
            if found.words.text.trim().is_empty()
                && document::is_candidate(name, media_type)
                && let Some(one) = self.document(found, bytes).await?
            {
                document::merge(&mut found.words, one, name);
            }
        }
        found.files = decrypted;
        for (blob, about) in report.file.received.attachments.iter().zip(all) {
            let fits = about.len <= LARGEST && document::is_candidate(&about.name, &about.media_type);
            if found.words.text.trim().is_empty() && fits {
                let bytes = self.desk.open_blob(report, blob).await?;
                if let Some(one) = self.document(found, &bytes).await? {
                    document::merge(&mut found.words, one, &about.name);
                }
            }
        }
        found.words.title = title_of(&found.words.title, &found.words.text);
        Ok(())
    }

    async fn document(&self, found: &mut Found, bytes: &[u8]) -> Result<Option<document::Found>, Undone> {
        Ok(survived(self.opener.report_in(bytes).await, found)?.flatten())
    }

    async fn record_payload(&self, viewer: &Viewer, report: &ReportRecord, found: Found) -> Result<(), Undone> {
        let Found { reading, signature, mut words, files } = found;
        let mut heads: Vec<BlobRef> = Vec::new();
        let mut kept = Vec::new();
        for (name, media_type, sha256, bytes) in files {
            words.attachments.push(AttachmentWords { name, media_type, len: bytes.len() as u64, sha256 });
            let one = self.desk.keep(&report.key.public, &bytes).await?;
            heads.push(one.blob.clone());
            kept.push(one);
        }
        let small_blobs = self.desk.settle_blobs(kept).await?;
        let has_key = !words.reporter_key.is_empty();
        let fact = Fact::Report(ReportFact::PayloadRead { reading, signature, has_key, files: heads });
        let said = vec![Said::with(fact, Words::Report(Box::new(words)))];
        let at = self.desk.now();
        let append = self.desk.following(&report.standing(), &viewer.actor(), said, at);
        let commit = crate::ports::store::Commit { at, appends: vec![append], small_blobs, ..Default::default() };
        self.desk.store.commit(commit).await.map(|_| ()).map_err(|error| Undone::Later(error.to_string()))
    }
}

/// What the parser's child gave. `None`, with a remark, where it did not survive; whatever else kept it is for later.
fn survived<T>(given: Result<T, OpenTrouble>, found: &mut Found) -> Result<Option<T>, Undone> {
    match given {
        Ok(given) => Ok(Some(given)),
        Err(OpenTrouble::Poison(why)) => {
            found.words.remarks.push(format!("parser stopped: {why}"));
            Ok(None)
        }
        Err(OpenTrouble::NoParser(why)) => Err(Undone::Later(why)),
        Err(OpenTrouble::Shelf(trouble)) => Err(trouble.into()),
    }
}

fn merge(found: &mut Found, mail: OpenedMail) {
    found.words.remarks.extend(mail.warnings.iter().map(remark));
    match &mail.encryption {
        Encryption::Opened { .. } if found.reading == Reading::Sealed => found.reading = Reading::Decrypted,
        Encryption::Opened { .. } | Encryption::None => {}
        Encryption::Failed { reason, .. } => {
            found.reading = Reading::DecryptionFailed;
            let reason = serde_json::to_value(reason).unwrap_or_default();
            found.words.remarks.push(format!("decryption failed: {}", reason.as_str().unwrap_or("unsupported")));
            return;
        }
    }
    if found.signature == Signature::None {
        found.signature = signature_of(&mail.signature);
        found.words.signed_by = signer_of(&mail.signature);
    }
    let said = mail.text.trim();
    if !said.is_empty() {
        let before = std::mem::take(&mut found.words.text);
        found.words.text = if before.trim().is_empty() { said.to_owned() } else { format!("{}\n\n{said}", before.trim_end()) };
    }
    if found.words.title.trim().is_empty() {
        found.words.title = title_of(&mail.subject, &found.words.text);
    }
    if found.words.reporter_key.is_empty() {
        // A key somebody put beside their own words; what a mail says of other people's keys is not it.
        let own = mail.keys.iter().find(|key| key.source != KeySource::Gossip);
        found.words.reporter_key = own.map(|key| key.armored.clone()).unwrap_or_default();
    }
    found.files.extend(mail.attachments.into_iter().map(|file| (file.name, file.media_type, file.sha256, file.bytes)));
}

/// The message as the mail parser takes it; `None` when it does not look like one at all.
pub(super) fn as_mail(bytes: &[u8], media_type: &str) -> Option<Vec<u8>> {
    const ARMOR: &[u8] = b"-----BEGIN PGP MESSAGE-----";
    let head = bytes.get(..bytes.len().min(8 * 1024)).unwrap_or_default();
    let armored = head.windows(ARMOR.len()).any(|window| window == ARMOR);
    // A binary message begins with an encrypted session key or encrypted data (RFC 9580 section 4.2: tags 1, 3, 9, 18).
    let binary = bytes.first().is_some_and(|first| match first {
        0xC0..=0xFF => matches!(first & 0x3F, 1 | 3 | 9 | 18),
        0x80..=0xBF => matches!((first >> 2) & 0x0F, 1 | 3 | 9),
        _ => false,
    });
    if !armored && !binary {
        return None;
    }
    let mut mail = b"MIME-Version: 1.0\r\n".to_vec();
    if media_type.to_ascii_lowercase().starts_with(MIME_MEDIA_TYPE) {
        mail.extend_from_slice(b"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"wr\"\r\n\r\n");
        mail.extend_from_slice(b"--wr\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n");
        mail.extend_from_slice(b"--wr\r\nContent-Type: application/octet-stream\r\n");
        mail.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
        mail.extend_from_slice(lines(bytes).as_bytes());
        mail.extend_from_slice(b"--wr--\r\n");
        return Some(mail);
    }
    mail.extend_from_slice(b"Content-Type: text/plain; charset=utf-8\r\n\r\n");
    if armored {
        mail.extend_from_slice(bytes);
    } else {
        mail.extend_from_slice(ARMOR);
        mail.extend_from_slice(b"\r\n\r\n");
        mail.extend_from_slice(lines(bytes).as_bytes());
        mail.extend_from_slice(b"-----END PGP MESSAGE-----\r\n");
    }
    Some(mail)
}

/// Base64 in lines of 76.
fn lines(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 38 + 2);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(76));
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_message_is_told_by_its_first_bytes() {
        let text = |bytes: &[u8], media: &str| as_mail(bytes, media).map(|mail| String::from_utf8_lossy(&mail).into_owned());
        assert!(text(b"just a text", MEDIA_TYPE).is_none());
        assert!(text(b"", MEDIA_TYPE).is_none());
        let armored = b"Comment\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n";
        assert!(text(armored, MEDIA_TYPE).unwrap().contains("text/plain"));
        assert!(text(armored, MIME_MEDIA_TYPE).unwrap().contains("multipart/encrypted"));
        assert!(text(&[0xC1, 2, 3], "").unwrap().contains("BEGIN PGP MESSAGE-----\r\n\r\nwQID\r\n-----END"));
        assert!(text(&[0x85, 2, 3], "").is_some() && text(&[0x95, 2], "").is_none());
    }

    #[test]
    fn files_are_chosen_by_name_or_type() {
        for (name, media, expected) in [
            ("a.asc", "", true),
            ("A.GPG", "text/plain", true),
            ("x", "application/pgp-encrypted", true),
            ("x", "multipart/encrypted; x=y", true),
            ("a.asc.txt", "text/plain", false),
            ("", "", false),
        ] {
            assert_eq!(is_payload(name, media), expected, "{name} {media}");
        }
    }
}
