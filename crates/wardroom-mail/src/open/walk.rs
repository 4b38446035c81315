//! Walking the parts of a mail within the limits. Deliberately does not enter mails that are attached: those are other
//! people's words, and stay files.

use super::gather::{Cover, Gathered};
use super::{Room, armored};
use crate::mime::{charset, head::Head, html, split, transfer};
use crate::opened::{KeySource, Warning};
use crate::pgp::verify::Verdict;
use crate::pgp::{Fault, armor, packets};

/// One walk; nested content is walked with another cover.
pub(crate) struct Walk<'w, 'r> {
    pub(crate) room: &'w Room<'r>,
    pub(crate) out: &'w mut Gathered,
    pub(crate) cover: Cover,
}

/// A part, cut into what is needed again and again.
struct Part<'p> {
    head: Head,
    body: &'p [u8],
    raw: &'p [u8],
}

impl Walk<'_, '_> {
    /// The whole mail.
    pub(crate) fn mail(&mut self, raw: &[u8]) {
        let part = self.read(raw, "text/plain");
        self.part(&part, true);
    }

    /// A MIME entity that came out of a layer of OpenPGP; its header fields replace those outside.
    pub(crate) fn entity(&mut self, raw: &[u8]) {
        let part = self.read(raw, "text/plain");
        self.inner_fields(&part);
        self.part(&part, true);
    }

    /// Header fields that a layer of OpenPGP protects (RFC 9788 section 4; before it draft-autocrypt-lamps-protected-headers).
    fn inner_fields(&mut self, part: &Part<'_>) {
        if let Some(subject) = &part.head.subject {
            self.out.protected_subject(subject);
        }
        let (block, _) = split::head_and_body(part.raw);
        let envelope = crate::mime::envelope::read(block, self.room.limits.header_bytes, usize::MAX);
        if let Some(from) = envelope.from
            && self.out.inner_from.is_none()
        {
            self.out.inner_from = Some(from.address);
        }
        if self.cover.encrypted {
            let own = envelope.autocrypt.into_iter().map(|(address, data)| (KeySource::Autocrypt, address, data));
            let others = envelope.gossip.into_iter().map(|(address, data)| (KeySource::Gossip, address, data));
            self.out.key_fields.extend(own.chain(others));
        }
    }

    fn read<'p>(&self, raw: &'p [u8], default_type: &str) -> Part<'p> {
        let (block, body) = split::head_and_body(raw);
        Part { head: Head::read(block, self.room.limits.header_bytes, default_type), body, raw }
    }

    fn part(&mut self, part: &Part<'_>, root: bool) {
        self.out.parts += 1;
        if self.out.parts > self.room.limits.parts {
            return self.out.warn(Warning::TooManyParts);
        }
        if part.head.is_multipart() {
            return self.multipart(part);
        }
        let bytes = transfer::decode(&part.head.transfer_encoding, part.body);
        match part.head.media_type.as_str() {
            "text/rfc822-headers" if part.head.protected_headers => self.protected_fields(&bytes),
            // the last is what mutt calls inline OpenPGP
            "text/plain" | "text" | "application/pgp" if !is_file(&part.head, root) => self.text(&part.head, &bytes),
            "text/html" if !is_file(&part.head, root) => self.html(&part.head, &bytes),
            media if media.starts_with("message/") => {
                let name = part.head.name.clone().unwrap_or_else(|| "message.eml".to_owned());
                self.out.attach(&name, media, bytes.into_owned(), &self.cover.clone());
            }
            media if super::smime::is_cms(media, part.head.name.as_deref()) => self.cms(&part.head, bytes.into_owned()),
            _ => self.file(&part.head, bytes.into_owned(), root),
        }
    }

    fn multipart(&mut self, part: &Part<'_>) {
        if self.cover.depth >= self.room.limits.nesting {
            return self.out.warn(Warning::TooDeep);
        }
        let left = self.room.limits.parts.saturating_sub(self.out.parts);
        let found = part.head.boundary.as_deref().map(|boundary| split::parts(part.body, boundary, left));
        let Some(found) = found.filter(|found| !found.parts.is_empty()) else {
            self.out.warn(Warning::BrokenStructure);
            return self.text(&Head::default(), part.body);
        };
        if found.more {
            self.out.warn(Warning::TooManyParts);
        }
        let default_type = if part.head.media_type == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let children: Vec<Part<'_>> = found.parts.iter().map(|raw| self.read(raw, default_type)).collect();
        let before = self.cover.clone();
        self.cover.depth += 1;
        let protocol = part.head.protocol.as_deref().unwrap_or_default();
        let has = |media: &str| children.iter().any(|child| child.head.media_type == media);
        match part.head.media_type.as_str() {
            "multipart/signed" if protocol == "application/pgp-signature" || has("application/pgp-signature") => {
                self.signed(&children);
            }
            "multipart/signed" => {
                self.out.warn(Warning::SmimeSignatureNotChecked);
                self.each(&children);
            }
            _ if has("application/pgp-encrypted") => self.encrypted(&children),
            "multipart/encrypted" => self.encrypted(&children),
            "multipart/alternative" => self.alternative(&children),
            "multipart/report" => {
                self.delivery_report(&children);
                self.each(&children);
            }
            _ => self.each(&children),
        }
        self.cover = before;
    }

    fn delivery_report(&mut self, children: &[Part<'_>]) {
        let decoded = |part: &Part<'_>| transfer::decode(&part.head.transfer_encoding, part.body).into_owned();
        let of = |kinds: &[&str]| children.iter().find(|child| kinds.contains(&child.head.media_type.as_str())).map(decoded);
        let mail = of(&["message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"]);
        if let Some(status) = of(&["message/delivery-status", "message/global-delivery-status"]) {
            self.out.returned = super::returned::read(&status, mail.as_deref());
        }
    }

    fn each(&mut self, children: &[Part<'_>]) {
        for child in children {
            self.part(child, false);
        }
    }

    /// RFC 3156 section 5: the signature covers the first part, byte by byte, with CR LF.
    fn signed(&mut self, children: &[Part<'_>]) {
        let Some((content, others)) = children.split_first() else {
            return;
        };
        let signature = others.iter().find(|child| child.head.media_type == "application/pgp-signature");
        let verdict = signature.filter(|_| !self.too_many()).map(|part| {
            let bytes = transfer::decode(&part.head.transfer_encoding, part.body);
            self.room.judges.detached(&bytes, &split::canonical(content.raw))
        });
        if let Some(verdict) = verdict {
            let before = self.cover.clone();
            let vouched = matches!(verdict, Verdict::Good { .. });
            self.signed_by(Some(verdict));
            // the fields of the mail itself, not of a mail within it
            if vouched && content.head.protected_headers && self.cover.depth == 1 {
                self.inner_fields(content);
            }
            self.part(content, false);
            self.cover = before;
        } else {
            self.part(content, false);
        }
        for other in others.iter().filter(|child| child.head.media_type != "application/pgp-signature") {
            self.part(other, false);
        }
    }

    /// Notes a verdict and, if it is good, covers what follows with it.
    pub(crate) fn signed_by(&mut self, verdict: Option<Verdict>) {
        if let Some(Verdict::Good { fingerprint, .. }) = &verdict {
            self.cover.signed_by = Some(fingerprint.clone());
        }
        self.out.verdicts.extend(verdict);
    }

    /// RFC 3156 section 4, and the forms that mail servers make of it.
    fn encrypted(&mut self, children: &[Part<'_>]) {
        let mut found = false;
        for child in children.iter().filter(|child| child.head.media_type != "application/pgp-encrypted" || looks_armored(child.body)) {
            let bytes = transfer::decode(&child.head.transfer_encoding, child.body);
            let message = armor::binary(&bytes).filter(|message| is_message(message));
            match message {
                Some(message) if !found => {
                    found = true;
                    self.container(&message);
                }
                _ if child.head.is_multipart() || child.head.media_type.starts_with("text/") => self.part(child, false),
                _ if found || !armored::claims_to_be_message(&bytes) => {
                    self.out.attach(
                        child.head.name.as_deref().unwrap_or("encrypted"),
                        &child.head.media_type,
                        bytes.into_owned(),
                        &self.cover.clone(),
                    );
                }
                _ => {
                    found = true;
                    self.out.failed(Fault::Damaged, Vec::new());
                }
            }
        }
        if !found {
            self.out.failed(Fault::Damaged, Vec::new());
        }
    }

    /// Opens a PGP/MIME container; what comes out is a MIME entity.
    fn container(&mut self, message: &[u8]) {
        let Ok((opened, cover)) = self.unlock(message) else {
            return;
        };
        let before = std::mem::replace(&mut self.cover, cover);
        if super::looks_like_mime(&opened.content) {
            self.signed_by(opened.verdict);
            self.entity(&opened.content);
        } else {
            self.inner_content(opened, None);
        }
        self.cover = before;
    }

    /// Of several forms of the same, plain text is read; what is neither text nor HTML stays a file.
    fn alternative(&mut self, children: &[Part<'_>]) {
        let is_text = |child: &&Part<'_>| child.head.media_type == "text/plain" && !child.head.attachment;
        let says_something = |child: &&Part<'_>| {
            let bytes = transfer::decode(&child.head.transfer_encoding, child.body);
            !bytes.trim_ascii().is_empty()
        };
        let plain = children.iter().any(|child| is_text(&child) && says_something(&child));
        for child in children {
            let html = child.head.media_type == "text/html" || child.head.media_type == "multipart/related";
            if !(plain && html) {
                self.part(child, false);
            }
        }
    }

    fn text(&mut self, head: &Head, bytes: &[u8]) {
        let decoded = charset::decode(bytes, head.charset.as_deref());
        if decoded.guessed {
            self.out.warn(Warning::CharsetGuessed);
        }
        let copied = head.legacy_display && self.cover.encrypted;
        self.armored_text(if copied { without_copied_fields(&decoded.text) } else { &decoded.text }, decoded.encoding);
    }

    fn html(&mut self, head: &Head, bytes: &[u8]) {
        let max = self.room.limits.text_bytes;
        if bytes.len() > max {
            self.out.warn(Warning::TextCut);
        }
        let decoded = charset::decode(bytes.get(..max).unwrap_or(bytes), head.charset.as_deref());
        self.out.warn(Warning::HtmlOnly);
        self.armored_text(&html::to_text(&decoded.text), decoded.encoding);
    }

    fn protected_fields(&mut self, bytes: &[u8]) {
        let head = Head::read(bytes, self.room.limits.header_bytes, "text/plain");
        if let Some(subject) = head.subject {
            self.out.protected_subject(&subject);
        }
    }

    /// A file: opened if it is an OpenPGP message, else kept.
    fn file(&mut self, head: &Head, bytes: Vec<u8>, root: bool) {
        let name = head.name.clone().unwrap_or_default();
        let short = bytes.len() <= crate::pgp::policy::CERTIFICATE_BYTES;
        if short && armored::holds_secret_key(&bytes) {
            self.out.warn(Warning::SecretKeyReceived);
        } else if short && (head.media_type == "application/pgp-keys" || armored::claims_to_be_key(&bytes)) {
            self.out.public_key(&bytes, KeySource::Attached, &self.cover.clone());
        }
        if armored::may_be_message(&name, &head.media_type, &bytes)
            && let Some(message) = armor::binary(&bytes).filter(|message| is_message(message))
            && let Ok((opened, cover)) = self.unlock(&message)
        {
            let before = std::mem::replace(&mut self.cover, cover);
            let known_as = (!root).then_some(name.as_str());
            self.inner_content(opened, known_as);
            self.cover = before;
            return;
        }
        self.out.attach(&name, &head.media_type, bytes, &self.cover.clone());
    }
}

/// The text after the copy of its own protected fields; all of it when it does not begin with such a copy (RFC 9788 section 4.5.3.2).
fn without_copied_fields(text: &str) -> &str {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        offset += line.len();
        if line.trim().is_empty() {
            return text.get(offset..).unwrap_or(text);
        }
        let field = line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()));
        if !field && !line.starts_with([' ', '\t']) {
            return text;
        }
    }
    text
}

/// A part with a file name or marked as an attachment is a file; the body of the mail itself is not.
fn is_file(head: &Head, root: bool) -> bool {
    head.attachment || (head.name.is_some() && !root)
}

fn looks_armored(bytes: &[u8]) -> bool {
    bytes.windows(27).take(2_000).any(|window| window == b"-----BEGIN PGP MESSAGE-----")
}

pub(crate) fn is_message(bytes: &[u8]) -> bool {
    !matches!(packets::survey(bytes), Ok(packets::Shape::PublicKey | packets::Shape::SecretKey | packets::Shape::Signatures))
}
