//! The token in the Message-ID of every mail about a report: answers bring it back in In-Reply-To and References. Where the mailbox takes plus
//! addresses it stands in the Reply-To as well (`psirt+TOKEN@…`), because many mail programs and ticket systems keep none of those fields.
//! Never in a subject: subjects are quoted, forwarded and shown in lists.
//!
//! It holds the report's name, hidden, and 128 bits of a keyed hash, so nothing needs to be stored and nobody can make one. It is no password:
//! servers on the way see it; together with a proved sender it joins a mail to a report, alone it only claims.

use crate::house::Desk;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_seal::{hex, same_secret};

/// RFC 4648 section 6, in lower case: Message-IDs and addresses survive with it.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Two times 128 bits.
const CHARACTERS: usize = 52;
/// Most octets before the `@` of an address (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;

impl Desk {
    /// The token of a report; `None` for a report whose name is not of our making.
    pub(crate) fn thread_token(&self, report: &StreamId) -> Option<String> {
        let name = name_of(report)?;
        let tag = first16(&self.master().mac("thread tag", &name));
        let mask = self.master().mac("thread mask", &tag);
        let hidden: Vec<u8> = name.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        Some(to_text(&[tag.as_slice(), &hidden].concat()))
    }

    /// The report a token is of; `None` when we did not make it.
    pub(crate) fn report_of_token(&self, token: &str) -> Option<StreamId> {
        let bytes = from_text(token)?;
        let (tag, hidden) = bytes.split_at_checked(16)?;
        let mask = self.master().mac("thread mask", tag);
        let name: Vec<u8> = hidden.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        let right = first16(&self.master().mac("thread tag", &name));
        same_secret(&right, tag).then(|| StreamId::new(StreamKind::Report, &hex(&name)))
    }

    /// Where answers about a report are to be sent; `None` where the mailbox takes no plus addresses, or the address would be longer than
    /// one may be (RFC 5321 section 4.5.3.1.1).
    pub(crate) fn answer_address(&self, report: &StreamId) -> Option<String> {
        let (local, domain) = self.addresses.mail.rsplit_once('@').filter(|_| self.addresses.plus_addresses)?;
        let local = format!("{local}+{}", self.thread_token(report)?);
        (local.len() <= LOCAL_PART).then(|| format!("{local}@{domain}"))
    }

    /// The report whose token stands behind the plus sign of our address. It is read whether or not we write such addresses now.
    pub(crate) fn report_of_address(&self, address: &str) -> Option<StreamId> {
        let own = |address: &str| address.trim().rsplit_once('@').map(|(local, domain)| (local.to_lowercase(), domain.to_lowercase()));
        let ((local, domain), (own_local, own_domain)) = (own(address)?, own(&self.addresses.mail)?);
        let token = local.strip_prefix(&own_local)?.strip_prefix('+')?;
        if domain == own_domain { self.report_of_token(token) } else { None }
    }

    /// The Message-ID of a mail of ours that is about no report, without angle brackets: the same job has the same one, and nobody else can
    /// make one.
    pub(crate) fn house_message_id(&self, job: &str) -> String {
        let domain = self.addresses.mail.rsplit('@').next().unwrap_or("localhost");
        let unique = hex(&first16(&self.master().mac("message id", job.as_bytes())));
        format!("{unique}.{}@{domain}", self.house_mark(&unique))
    }

    fn house_mark(&self, unique: &str) -> String {
        hex(&first16(&self.master().mac("house mail", unique.as_bytes())))
    }

    /// Whether a message id is of our making: every one of them holds a keyed hash.
    pub(crate) fn is_our_message_id(&self, id: &str) -> bool {
        let of_house = || {
            let (unique, mark) = self.local_part(id)?.split_once('.')?;
            Some(same_secret(self.house_mark(&unique.to_ascii_lowercase()).as_bytes(), mark.to_ascii_lowercase().as_bytes()))
        };
        self.report_of_message_id(id).is_some() || of_house().unwrap_or_default()
    }

    /// What stands before our domain in a message id.
    fn local_part<'i>(&self, id: &'i str) -> Option<&'i str> {
        let (local, domain) = id.trim().trim_matches(['<', '>']).rsplit_once('@')?;
        let own = self.addresses.mail.rsplit('@').next().unwrap_or_default();
        (!own.is_empty() && domain.eq_ignore_ascii_case(own)).then_some(local)
    }

    /// The report a message id of ours is about.
    pub(crate) fn report_of_message_id(&self, id: &str) -> Option<StreamId> {
        self.report_of_token(self.local_part(id)?.split('.').next()?)
    }
}

fn first16(mac: &[u8; 32]) -> [u8; 16] {
    let mut first = [0; 16];
    first.iter_mut().zip(mac).for_each(|(to, from)| *to = *from);
    first
}

fn name_of(report: &StreamId) -> Option<Vec<u8>> {
    let name = report.as_str().strip_prefix("rep_")?;
    let bytes = crate::reading::from_hex(name)?;
    // Names are written in lower case: only those come back as they went.
    (bytes.len() == 16 && hex(&bytes) == name).then_some(bytes)
}

fn to_text(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(value: u32) -> char {
    usize::try_from(value & 31).ok().and_then(|at| ALPHABET.get(at)).copied().map_or('a', char::from)
}

fn from_text(text: &str) -> Option<Vec<u8>> {
    if text.len() != CHARACTERS {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(32), 0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == character.to_ascii_lowercase())?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).ok()?);
        }
    }
    (bytes.len() == 32).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes() {
        let bytes: Vec<u8> = (0..32).map(|n: u8| n.wrapping_mul(37)).collect();
        assert_eq!(to_text(&bytes).len(), CHARACTERS);
        assert_eq!(from_text(&to_text(&bytes)).unwrap(), bytes);
        assert_eq!(from_text(&to_text(&bytes).to_uppercase()).unwrap(), bytes);
        assert!(from_text("short").is_none() && from_text(&"1".repeat(CHARACTERS)).is_none());
        assert!(name_of(&StreamId::new(StreamKind::Report, "x")).is_none());
        assert_eq!(name_of(&StreamId::new(StreamKind::Report, &"0a".repeat(16))).unwrap(), [10; 16]);
    }
}
