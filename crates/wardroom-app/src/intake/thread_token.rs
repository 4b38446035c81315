//! The token in the Message-ID of every mail about a report: answers bring it back in In-Reply-To and References.
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

    /// The report a message id of ours is about.
    pub(crate) fn report_of_message_id(&self, id: &str) -> Option<StreamId> {
        let (local, domain) = id.trim().trim_matches(['<', '>']).rsplit_once('@')?;
        let own = self.addresses.mail.rsplit('@').next().unwrap_or_default();
        if own.is_empty() || !domain.eq_ignore_ascii_case(own) {
            return None;
        }
        self.report_of_token(local.split('.').next()?)
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
