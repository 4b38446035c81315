//! S/MIME parts: opened where a key of ours fits, kept as files in any case where not. Deliberately without a verdict on signatures.

use super::walk::Walk;
use crate::mime::head::Head;
use crate::opened::Warning;
use crate::pgp::Fault;
use crate::pgp::decrypt::OurKey;
use crate::smime::cms::{self, Kind};

/// Whether a part is a CMS structure by its type or its name.
pub(super) fn is_cms(media_type: &str, name: Option<&str>) -> bool {
    let named = || name.is_some_and(|name| name.to_ascii_lowercase().ends_with(".p7m"));
    matches!(media_type, "application/pkcs7-mime" | "application/x-pkcs7-mime") || media_type == "application/octet-stream" && named()
}

impl Walk<'_, '_> {
    /// Reads a part that is a CMS structure; what it holds is walked like any other part.
    pub(super) fn cms(&mut self, head: &Head, bytes: Vec<u8>) {
        let limits = self.room.limits;
        let left = limits.opened_bytes.saturating_sub(self.out.opened_bytes);
        self.out.messages += 1;
        let beyond = self.out.messages > limits.openpgp_messages || self.cover.depth >= limits.nesting || bytes.len() > left;
        let before = self.cover.clone();
        match cms::kind(&bytes) {
            Some(_) if beyond => self.closed(head, bytes, Fault::Limit),
            Some(Kind::Encrypted) => match cms::open(&bytes, self.room.keys.smime()) {
                Ok(opened) => {
                    self.out.opened_bytes += opened.content.len();
                    if !opened.authenticated {
                        self.out.warn(Warning::NotAuthenticated);
                    }
                    if opened.legacy_cipher {
                        self.out.warn(Warning::LegacyCipher);
                    }
                    self.cover.depth += 1;
                    self.cover.encrypted = true;
                    self.cover.keys.push(OurKey { fingerprint: opened.fingerprint, retired: false });
                    let keys = self.cover.keys.clone();
                    self.out.opened_with(&keys);
                    self.entity(&opened.content);
                }
                Err(fault) => self.closed(head, bytes, fault),
            },
            Some(Kind::Signed) => match cms::signed_content(&bytes) {
                Some(content) => {
                    self.out.opened_bytes += content.len();
                    self.out.warn(Warning::SmimeSignatureNotChecked);
                    self.cover.depth += 1;
                    self.entity(&content);
                }
                None => self.closed(head, bytes, Fault::Damaged),
            },
            None => self.closed(head, bytes, Fault::Damaged),
        }
        self.cover = before;
    }

    /// It stays a file, and its sender will be told that it could not be read.
    fn closed(&mut self, head: &Head, bytes: Vec<u8>, fault: Fault) {
        self.out.warn(Warning::SmimeNotRead);
        self.out.failed(fault, Vec::new());
        let cover = self.cover.clone();
        self.out.attach(head.name.as_deref().unwrap_or("smime.p7m"), &head.media_type, bytes, &cover);
    }
}
