//! OpenPGP inside text and files: blocks in a body, encrypted attachments, keys sent along.

use super::gather::Cover;
use super::walk::{Walk, is_message};
use crate::mime::charset;
use crate::opened::{KeySource, Warning};
use crate::pgp::armor::{self, Kind, Stretch};
use crate::pgp::decrypt::{self, Opened, Opening};
use crate::pgp::verify::{BadSignature, Verdict};
use crate::pgp::{Fault, packets, policy};
use encoding_rs::Encoding;

impl Walk<'_, '_> {
    /// Text that may hold armoured blocks; each is opened or checked in its place.
    pub(crate) fn armored_text(&mut self, text: &str, encoding: Option<&'static Encoding>) {
        for stretch in armor::cut(text) {
            let cover = self.cover.clone();
            match stretch {
                Stretch::Text(text) => {
                    // the rest is not even copied; it is said here, for without its CRs the start may be short enough to seem whole
                    let end = text.ceil_char_boundary(self.room.limits.text_bytes.saturating_add(1));
                    if text.len() > end {
                        self.out.warn(Warning::TextCut);
                    }
                    self.out.text(text.get(..end).unwrap_or(text), &cover);
                }
                Stretch::Block(Kind::Message, block) => self.message_block(block),
                Stretch::Block(Kind::SignedText, block) => self.signed_block(block, encoding),
                Stretch::Block(Kind::PublicKey, block) => self.out.public_key(block.as_bytes(), KeySource::Pasted, &cover),
                Stretch::Block(Kind::SecretKey, _) => self.out.warn(Warning::SecretKeyReceived),
                Stretch::Block(Kind::Signature, block) => self.out.text(block, &cover),
            }
        }
    }

    fn message_block(&mut self, block: &str) {
        let Some((message, charset)) = armor::decode(block) else {
            return self.out.failed(Fault::Damaged, Vec::new());
        };
        let Ok((opened, cover)) = self.unlock(&message) else {
            return;
        };
        let before = std::mem::replace(&mut self.cover, cover);
        match charset {
            Some(charset) => {
                self.signed_by(opened.verdict);
                let decoded = charset::decode(&opened.content, Some(&charset));
                self.deeper(|walk| walk.armored_text(&decoded.text, decoded.encoding));
            }
            None => self.inner_content(opened, None),
        }
        self.cover = before;
    }

    fn signed_block(&mut self, block: &str, encoding: Option<&'static Encoding>) {
        if self.too_many() {
            let cover = self.cover.clone();
            return self.out.text(block, &cover);
        }
        let recode = |text: &str| encoding.map(|encoding| encoding.encode(text).0.into_owned());
        let Some((text, verdict)) = self.room.judges.cleartext(block, recode) else {
            let cover = self.cover.clone();
            self.out.verdicts.push(Verdict::Bad { reason: BadSignature::Unreadable, fingerprint: None });
            return self.out.text(block, &cover);
        };
        let before = self.cover.clone();
        self.signed_by(Some(verdict));
        self.deeper(|walk| walk.armored_text(&text, None));
        self.cover = before;
    }

    /// Counts one more piece of OpenPGP; beyond the limit, signatures are not even computed.
    pub(crate) fn too_many(&mut self) -> bool {
        self.out.messages += 1;
        let beyond = self.out.messages > self.room.limits.openpgp_messages;
        if beyond {
            let (reason, fingerprint) = (BadSignature::TooMany, None);
            self.out.verdicts.push(Verdict::Bad { reason, fingerprint });
        }
        beyond
    }

    /// Opens a message and notes what became of it. With it comes the cover for what was inside.
    pub(crate) fn unlock(&mut self, message: &[u8]) -> Result<(Opened, Cover), Fault> {
        let limits = self.room.limits;
        self.out.messages += 1;
        let left = limits.opened_bytes.saturating_sub(self.out.opened_bytes);
        let layers = limits.nesting.saturating_sub(self.cover.keys.len());
        let most = left.min(policy::UNPACKED_ALWAYS.max(message.len().saturating_mul(policy::UNPACKED_RATIO)));
        let opening = Opening { keys: self.room.keys, judges: self.room.judges, max_bytes: most, max_layers: layers };
        let opened = if self.out.messages > limits.openpgp_messages || left == 0 || layers == 0 {
            Err(Fault::Limit)
        } else {
            decrypt::open(message, &opening)
        };
        match opened {
            Ok(opened) => {
                self.out.opened_bytes += opened.content.len();
                if opened.legacy_cipher {
                    self.out.warn(Warning::LegacyCipher);
                }
                let mut cover = self.cover.clone();
                // what lies in a new layer is signed by its own signature or not at all, except inside a signed layer
                cover.depth += 1;
                if !opened.keys.is_empty() {
                    cover.encrypted = true;
                    cover.keys.extend(opened.keys.iter().cloned());
                    self.out.opened_with(&cover.keys);
                }
                Ok((opened, cover))
            }
            Err(fault) => {
                if fault == Fault::Limit {
                    // what it cost is not known, so it cost all there was: bombs do not come cheaper by the dozen
                    self.out.opened_bytes = limits.opened_bytes;
                }
                self.out.failed(fault, decrypt::recipients(message));
                Err(fault)
            }
        }
    }

    /// Content of a message that is not PGP/MIME: text, another message, a MIME entity after all, or a file.
    pub(crate) fn inner_content(&mut self, opened: Opened, file: Option<&str>) {
        self.signed_by(opened.verdict);
        let content = opened.content;
        if self.cover.depth > self.room.limits.nesting {
            return self.out.warn(Warning::TooDeep);
        }
        if file.is_none() && super::looks_like_mime(&content) {
            return self.entity(&content);
        }
        if matches!(packets::survey(&content), Ok(packets::Shape::Encrypted)) {
            if let Ok((inner, cover)) = self.unlock(&content) {
                let before = std::mem::replace(&mut self.cover, cover);
                self.inner_content(inner, file);
                self.cover = before;
            }
            return;
        }
        let text = (!content.contains(&0)).then(|| charset::decode(&content, None));
        match (file, text) {
            (None, Some(decoded)) => self.armored_text(&decoded.text, decoded.encoding),
            (outer, _) => {
                let name = inner_name(outer.unwrap_or_default(), opened.file_name.as_deref());
                let cover = self.cover.clone();
                self.out.attach(&name, "application/octet-stream", content, &cover);
            }
        }
    }

    fn deeper(&mut self, walk: impl FnOnce(&mut Self)) {
        if self.cover.depth >= self.room.limits.nesting {
            return self.out.warn(Warning::TooDeep);
        }
        self.cover.depth += 1;
        walk(self);
    }
}

/// The name of a file that was encrypted: as its sender called it, else without the ending that encryption gave it.
fn inner_name(outer: &str, inner: Option<&str>) -> String {
    if let Some(inner) = inner.filter(|inner| !inner.is_empty() && *inner != "_CONSOLE") {
        return inner.to_owned();
    }
    let ending = [".asc", ".gpg", ".pgp"].iter().find(|ending| outer.to_ascii_lowercase().ends_with(**ending));
    let stem = ending.and_then(|ending| outer.get(..outer.len() - ending.len()));
    stem.unwrap_or(outer).to_owned()
}

/// Whether a file should be tried as an OpenPGP message.
pub(crate) fn may_be_message(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let named = [".asc", ".gpg", ".pgp"].iter().any(|ending| name.ends_with(ending));
    let claimed = claims_to_be_message(bytes);
    let encrypted = || packets::begins_encrypted(bytes) || matches!(packets::survey(bytes), Ok(packets::Shape::Encrypted));
    let readable = || matches!(packets::survey(bytes), Ok(packets::Shape::Readable));
    claimed
        || media_type == "application/pgp-encrypted" && is_message(bytes)
        || named && (encrypted() || readable())
        || name.is_empty() && media_type == "application/octet-stream" && encrypted()
}

pub(crate) fn claims_to_be_message(bytes: &[u8]) -> bool {
    begins(bytes, b"-----BEGIN PGP MESSAGE")
}

pub(crate) fn claims_to_be_key(bytes: &[u8]) -> bool {
    begins(bytes, b"-----BEGIN PGP PUBLIC KEY BLOCK-----")
}

pub(crate) fn holds_secret_key(bytes: &[u8]) -> bool {
    begins(bytes, b"-----BEGIN PGP PRIVATE KEY BLOCK-----")
}

fn begins(bytes: &[u8], start: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(start)
}
