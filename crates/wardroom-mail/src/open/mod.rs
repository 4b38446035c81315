//! Opening a mail: from raw bytes to [`OpenedMail`], whatever the bytes are. Deliberately total: there is no error, only
//! less that could be read, and a warning that says so.

mod armored;
mod gather;
mod returned;
mod smime;
mod walk;

use crate::keys::{KnownCert, SecretKeys};
use crate::limits::Limits;
use crate::mime::{envelope, head, language, split};
use crate::opened::{OpenedMail, Warning};
use crate::pgp::contained;
use crate::pgp::verify::Judges;
use gather::{Cover, Gathered};

/// Stack for reading one mail; parsers of nested formats go deep.
pub const STACK_BYTES: usize = 16 << 20;

/// Opens a mail. `now` is in unix seconds; `known` are the certificates that signatures are checked against.
#[must_use]
pub fn open_mail(raw: &[u8], keys: &SecretKeys, known: &[KnownCert], now: i64, limits: &Limits) -> OpenedMail {
    let room = Room { keys, judges: Judges { known, now }, limits };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let opened = thread.spawn_scoped(scope, || room.open(raw)).ok().and_then(|running| running.join().ok());
        opened.unwrap_or_else(|| room.only_header(raw, Warning::Crashed))
    })
}

/// The same for whoever opens mail after mail, on this thread, which must have been given [`STACK_BYTES`] of stack.
#[must_use]
pub fn open_mail_here(raw: &[u8], keys: &SecretKeys, known: &[KnownCert], now: i64, limits: &Limits) -> OpenedMail {
    let room = Room { keys, judges: Judges { known, now }, limits };
    contained(|| room.open(raw)).unwrap_or_else(|| room.only_header(raw, Warning::Crashed))
}

/// Attached mails, inside one another or side by side, that are still nothing strange.
const NESTED_MAILS: usize = 100;

/// What stays the same while one mail is read.
pub(crate) struct Room<'r> {
    pub(crate) keys: &'r SecretKeys,
    pub(crate) judges: Judges<'r>,
    pub(crate) limits: &'r Limits,
}

impl Room<'_> {
    fn open(&self, raw: &[u8]) -> OpenedMail {
        let raw = without_mbox_line(raw);
        if raw.len() > self.limits.mail_bytes {
            return self.only_header(raw, Warning::TooLarge);
        }
        let mut gathered = Gathered::default();
        if nested_mails(raw) > NESTED_MAILS {
            gathered.warn(Warning::TooDeep);
        }
        let mut walk = walk::Walk { room: self, out: &mut gathered, cover: Cover::default() };
        walk.mail(raw);
        let (block, _) = split::head_and_body(raw);
        let envelope = envelope::read(block, self.limits.header_bytes, self.limits.received_fields);
        let mut opened = self.conclude(envelope, gathered);
        opened.dkim = crate::trust::dkim::claims(raw, self.limits.header_bytes);
        opened
    }

    fn only_header(&self, raw: &[u8], warning: Warning) -> OpenedMail {
        let start = raw.get(..self.limits.header_bytes).unwrap_or(raw);
        let (block, _) = split::head_and_body(start);
        let envelope = contained(|| envelope::read(block, self.limits.header_bytes, self.limits.received_fields));
        let mut gathered = Gathered::default();
        gathered.warn(warning);
        self.conclude(envelope.unwrap_or_default(), gathered)
    }

    fn conclude(&self, mut envelope: envelope::Envelope, mut gathered: Gathered) -> OpenedMail {
        for warning in std::mem::take(&mut envelope.warnings) {
            gathered.warn(warning);
        }
        if let (Some(outer), Some(inner)) = (&envelope.from, &gathered.inner_from)
            && !outer.address.eq_ignore_ascii_case(inner)
        {
            gathered.warn(Warning::InnerSenderDiffers);
        }
        let encryption = gathered.encryption();
        let signature = gathered.signature(&encryption);
        gathered.warn_about_protection(&encryption, &signature, envelope.from.as_ref(), self.judges.known);
        gathered.autocrypt(&envelope);
        let (text, pieces) = gathered.take_text(self.limits.text_bytes);
        let subject = gathered.inner_subject.take().filter(|inner| !inner.is_empty());
        let subject = subject.unwrap_or_else(|| envelope.subject.clone());
        let language = language::guess(&format!("{subject}\n{text}")).to_owned();
        OpenedMail {
            from: envelope.from,
            from_as_written: envelope.from_as_written,
            reply_to: envelope.reply_to,
            to: envelope.to,
            cc: envelope.cc,
            delivered_to: envelope.delivered_to,
            subject,
            outer_subject: envelope.subject,
            date: envelope.date,
            message_id: envelope.message_id,
            in_reply_to: envelope.in_reply_to,
            references: envelope.references,
            auto_submitted: envelope.automatic,
            dkim: Vec::new(),
            returned: gathered.returned,
            encryption,
            signature,
            text,
            pieces,
            language,
            attachments: gathered.attachments,
            keys: gathered.keys,
            warnings: gathered.warnings,
        }
    }
}

/// How often the bytes speak of an attached mail. They are not entered, but whoever opens them later should know.
fn nested_mails(raw: &[u8]) -> usize {
    let types = ["rfc822", "global"];
    let slashes = raw.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    let is_mail = |at: usize| {
        let before = at.checked_sub(7).and_then(|from| raw.get(from..at));
        let after = raw.get(at + 1..at + 7);
        before.is_some_and(|word| word.eq_ignore_ascii_case(b"message"))
            && after.is_some_and(|word| types.iter().any(|kind| word.eq_ignore_ascii_case(kind.as_bytes())))
    };
    slashes.filter(|at| is_mail(*at)).count()
}

/// Some stores put a `From ` line before the header.
fn without_mbox_line(raw: &[u8]) -> &[u8] {
    if !raw.starts_with(b"From ") {
        return raw;
    }
    let end = raw.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |at| at + 1);
    raw.get(end..).unwrap_or_default()
}

/// Whether bytes look like a MIME entity: a header block with a content type.
pub(crate) fn looks_like_mime(bytes: &[u8]) -> bool {
    let (block, _) = split::head_and_body(bytes.get(..64 << 10).unwrap_or(bytes));
    let Ok(text) = std::str::from_utf8(block) else {
        return false;
    };
    let fields = head::fields(text);
    let all_fields = text.lines().all(|line| {
        line.starts_with([' ', '\t'])
            || line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()))
    });
    all_fields && fields.iter().any(|(name, _)| name == "content-type")
}
