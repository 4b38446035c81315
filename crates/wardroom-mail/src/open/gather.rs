//! What was found while walking a mail, and what it comes to for the mail as a whole.

use crate::keys::{KnownCert, survey_certificate};
use crate::limits::ATTACHMENTS;
use crate::mime;
use crate::mime::envelope::Envelope;
use crate::opened::{Address, Attachment, Automatic, Encryption, FoundKey, KeySource, Piece, Signature, Warning};
use crate::pgp::decrypt::OurKey;
use crate::pgp::verify::Verdict;
use crate::pgp::{Fault, armor};
use base64::Engine;
use sha2::{Digest, Sha256};

/// Most public keys taken from one mail.
const KEYS: usize = 10;
/// Longest key data of an Autocrypt field, in characters; the format's authors advise ten thousand.
const AUTOCRYPT_BYTES: usize = 64 << 10;

/// What protects the place that is being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cover {
    pub(crate) encrypted: bool,
    /// Fingerprint of a good signature that covers the place.
    pub(crate) signed_by: Option<String>,
    /// Depth of multiparts and messages.
    pub(crate) depth: usize,
    /// The keys of ours that opened the layers around the place, outermost first.
    pub(crate) keys: Vec<OurKey>,
}

/// Everything found so far.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) keys: Vec<FoundKey>,
    /// Autocrypt and Autocrypt-Gossip fields from inside the encryption: kind, address, key data.
    pub(crate) key_fields: Vec<(KeySource, String, String)>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) inner_subject: Option<String>,
    pub(crate) inner_from: Option<String>,
    pub(crate) verdicts: Vec<Verdict>,
    /// The longest chain of our keys that opened something.
    pub(crate) opened: Option<Vec<OurKey>>,
    pub(crate) failed: Option<(Fault, Vec<String>)>,
    pub(crate) parts: usize,
    pub(crate) returned: Option<crate::opened::Returned>,
    pub(crate) messages: usize,
    pub(crate) opened_bytes: usize,
}

impl Gathered {
    pub(crate) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(crate) fn text(&mut self, text: &str, cover: &Cover) {
        let text = mime::plain_text(text).trim_matches('\n').to_owned();
        if !text.trim().is_empty() {
            self.pieces.push(Piece { text, encrypted: cover.encrypted, signed_by: cover.signed_by.clone() });
        }
    }

    /// A subject from inside the encryption or the signature: the outermost one that says something.
    pub(crate) fn protected_subject(&mut self, subject: &str) {
        let subject = mime::plain_line(subject, 1_000);
        if self.inner_subject.as_deref().is_none_or(says_nothing) {
            self.inner_subject = Some(subject);
        }
    }

    pub(crate) fn attach(&mut self, name: &str, media_type: &str, bytes: Vec<u8>, cover: &Cover) {
        if self.attachments.len() >= ATTACHMENTS {
            return self.warn(Warning::TooManyParts);
        }
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.attachments.push(Attachment {
            name: mime::file_name(name, self.attachments.len() + 1),
            media_type: mime::plain_line(media_type, 100),
            len: bytes.len() as u64,
            bytes,
            sha256,
            encrypted: cover.encrypted,
            signed_by: cover.signed_by.clone(),
        });
    }

    pub(crate) fn opened_with(&mut self, keys: &[OurKey]) {
        if self.opened.as_ref().is_none_or(|longest| longest.len() < keys.len()) {
            self.opened = Some(keys.to_vec());
        }
    }

    pub(crate) fn failed(&mut self, fault: Fault, recipients: Vec<String>) {
        if self.failed.is_none() {
            self.failed = Some((fault, recipients));
        }
    }

    /// Keeps a certificate that is well-formed; whether it is any good is asked when somebody wants to use it.
    pub(crate) fn public_key(&mut self, bytes: &[u8], source: KeySource, cover: &Cover) {
        self.keep_key(bytes, source, "", cover.encrypted);
    }

    /// The same for the key data of an Autocrypt field.
    pub(crate) fn base64_key(&mut self, data: &str, source: KeySource, address: &str, encrypted: bool) {
        if data.len() <= AUTOCRYPT_BYTES
            && let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(data)
        {
            self.keep_key(&bytes, source, address, encrypted);
        }
    }

    fn keep_key(&mut self, bytes: &[u8], source: KeySource, address: &str, encrypted: bool) {
        let Ok(binary) = survey_certificate(bytes) else {
            return;
        };
        let armored = armor::encode("PUBLIC KEY BLOCK", &binary);
        if let Some(known) = self.keys.iter_mut().find(|key| key.armored == armored && key.source != KeySource::Gossip) {
            // the same key twice, and once where nobody could have put it
            known.encrypted |= encrypted;
        } else if self.keys.len() < KEYS {
            self.keys.push(FoundKey { armored, source, address: address.to_lowercase(), encrypted });
        }
    }

    /// Autocrypt level 1, sections 2.3 and 5.2: the sender's one field, and what is said inside the encryption of other recipients.
    pub(crate) fn autocrypt(&mut self, envelope: &Envelope) {
        let fields = std::mem::take(&mut self.key_fields);
        let Some(from) = envelope.from.as_ref().filter(|_| envelope.automatic != Automatic::Bounce) else {
            return;
        };
        let own = |address: &str| from.address.eq_ignore_ascii_case(address);
        let outside: Vec<_> = envelope.autocrypt.iter().filter(|(address, _)| own(address)).collect();
        let inside: Vec<_> = fields.iter().filter(|(source, address, _)| *source == KeySource::Autocrypt && own(address)).collect();
        // two that contradict each other say nothing
        if let [(_, address, data)] = inside.as_slice() {
            self.base64_key(data, KeySource::Autocrypt, address, true);
        } else if let [(address, data)] = outside.as_slice() {
            self.base64_key(data, KeySource::Autocrypt, address, false);
        }
        let recipients = || envelope.to.iter().chain(&envelope.cc).chain(&envelope.reply_to);
        for (_, address, data) in fields.iter().filter(|(source, ..)| *source == KeySource::Gossip) {
            if !own(address) && recipients().any(|one| one.address.eq_ignore_ascii_case(address)) {
                self.base64_key(data, KeySource::Gossip, address, true);
            }
        }
        // what came without a word about its owner is the sender's
        for key in self.keys.iter_mut().filter(|key| key.address.is_empty()) {
            key.address = from.address.to_lowercase();
        }
    }

    pub(crate) fn encryption(&mut self) -> Encryption {
        match (self.opened.take(), self.failed.take()) {
            (Some(keys), failed) => {
                if let Some((reason, _)) = failed {
                    self.warn(Warning::NotAllOpened { reason });
                }
                let layers = keys.len();
                let retired = keys.iter().any(|key| key.retired);
                match keys.into_iter().next() {
                    Some(key) => Encryption::Opened { fingerprint: key.fingerprint, retired, layers },
                    None => Encryption::None,
                }
            }
            (None, Some((reason, recipients))) => Encryption::Failed { reason, recipients },
            (None, None) => Encryption::None,
        }
    }

    /// Good only when the same certificate covers everything a person will read or open.
    pub(crate) fn signature(&mut self, encryption: &Encryption) -> Signature {
        let signed = |by: &Option<String>, fingerprint: &str| by.as_deref() == Some(fingerprint);
        for verdict in &self.verdicts {
            if let Verdict::Bad { reason, .. } = verdict {
                return Signature::Bad { reason: *reason };
            }
        }
        let good = self.verdicts.iter().find_map(|verdict| match verdict {
            Verdict::Good { fingerprint, future } => Some((fingerprint.clone(), *future)),
            _ => None,
        });
        if let Some((fingerprint, future)) = good {
            if future {
                self.warn(Warning::SignedInTheFuture);
            }
            let files = self.attachments.iter().filter(|file| !is_only_openpgp(&file.media_type));
            let all = self.pieces.iter().all(|piece| signed(&piece.signed_by, &fingerprint))
                && files.map(|file| &file.signed_by).all(|by| signed(by, &fingerprint));
            return if all { Signature::Good { fingerprint } } else { Signature::Partly { fingerprint } };
        }
        let unknown = self.verdicts.iter().find_map(|verdict| match verdict {
            Verdict::Unknown { key_id } => Some(key_id.clone()),
            _ => None,
        });
        match (unknown, encryption) {
            (Some(key_id), _) => Signature::Unknown { key_id },
            (None, Encryption::Failed { .. }) => Signature::Unknown { key_id: None },
            (None, _) => Signature::None,
        }
    }

    pub(crate) fn warn_about_protection(
        &mut self,
        encryption: &Encryption,
        signature: &Signature,
        from: Option<&Address>,
        known: &[KnownCert],
    ) {
        let files = self.attachments.iter().filter(|file| !is_only_openpgp(&file.media_type));
        let bare = self.pieces.iter().any(|piece| !piece.encrypted) || files.into_iter().any(|file| !file.encrypted);
        if matches!(encryption, Encryption::Opened { .. }) && bare {
            self.warn(Warning::PartlyEncrypted);
        }
        if let Signature::Good { fingerprint } | Signature::Partly { fingerprint } = signature {
            let signer = known.iter().find(|known| known.fingerprint() == *fingerprint);
            let addresses = signer.map(KnownCert::addresses).unwrap_or_default();
            let sender = from.map(|from| from.address.to_lowercase()).unwrap_or_default();
            if !addresses.contains(&sender) {
                self.warn(Warning::SignerIsNotSender);
            }
        }
    }

    pub(crate) fn take_text(&mut self, max: usize) -> (String, Vec<Piece>) {
        let mut left = max;
        for piece in &mut self.pieces {
            if piece.text.len() > left {
                let cut = piece.text.floor_char_boundary(left);
                piece.text.truncate(cut);
                left = 0;
                if !self.warnings.contains(&Warning::TextCut) {
                    self.warnings.push(Warning::TextCut);
                }
            } else {
                left -= piece.text.len();
            }
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.retain(|piece| !piece.text.is_empty());
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        (texts.join("\n\n"), pieces)
    }
}

/// What programs put in the place of a subject they hide (RFC 9788 section 3.2.2).
fn says_nothing(subject: &str) -> bool {
    matches!(subject.trim(), "" | "..." | "[...]" | "Encrypted Message")
}

/// Keys and signatures are no content of their own: they may travel unsigned.
fn is_only_openpgp(media_type: &str) -> bool {
    matches!(media_type, "application/pgp-keys" | "application/pgp-signature" | "application/pgp-encrypted")
}
