//! Words that must not be found where they do not belong, in every form they could hide in, and the search for them.
//!
//! Deliberately not a decompressor: what is compressed on its way is searched before it is compressed.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The forms of some words.
#[derive(Clone, Debug, Default)]
pub struct Needles {
    /// (what it is, form, bytes)
    forms: Vec<(String, &'static str, Vec<u8>)>,
}

impl Needles {
    /// Adds a word: plain, UTF-16 in both orders, hexadecimal in both cases, base64 at its three positions.
    pub fn add(&mut self, what: &str, word: &str) {
        assert!(word.len() >= 10, "{word} is too short to be looked for");
        let mut hex = String::new();
        for byte in word.bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        let mut forms: Vec<(&'static str, Vec<u8>)> = vec![
            ("plain", word.as_bytes().to_vec()),
            ("UTF-16LE", word.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("UTF-16BE", word.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            ("hex", hex.to_uppercase().into_bytes()),
            ("hex", hex.into_bytes()),
        ];
        for before in 0..3 {
            let mut shifted = vec![0; before];
            shifted.extend_from_slice(word.as_bytes());
            let encoded = STANDARD_NO_PAD.encode(&shifted);
            // The first characters depend on what stands before the word, the last on what follows.
            let from = [0, 2, 3][before];
            let to = shifted.len() / 3 * 4;
            forms.push(("base64", encoded.as_bytes()[from..to].to_vec()));
        }
        self.forms.extend(forms.into_iter().map(|(form, bytes)| (what.to_owned(), form, bytes)));
    }

    /// What is found in `hay`: one sentence per form.
    pub fn found_in(&self, hay: &[u8]) -> Vec<String> {
        // Whether a form begins with these two bytes: most places of a large file are passed over with one look.
        let mut begins = vec![false; 1 << 16];
        for (_, _, bytes) in &self.forms {
            begins[usize::from(bytes[0]) << 8 | usize::from(bytes[1])] = true;
        }
        let mut hits = vec![None; self.forms.len()];
        let (mut place, mut pair) = (0, 0);
        for byte in hay {
            pair = (pair << 8 | usize::from(*byte)) & 0xffff;
            if place > 0 && begins[pair] {
                for (hit, (_, _, form)) in hits.iter_mut().zip(&self.forms) {
                    if hit.is_none() && hay[place - 1..].starts_with(form) {
                        *hit = Some(place - 1);
                    }
                }
            }
            place += 1;
        }
        let said = |(index, hit): (usize, &Option<usize>)| {
            let (what, form, _) = &self.forms[index];
            hit.map(|place| format!("{what} ({form}) at byte {place}"))
        };
        hits.iter().enumerate().filter_map(said).collect()
    }

    /// Like `found_in`, also across the line ends of folded base64 and quoted-printable.
    pub fn found_in_mail(&self, raw: &[u8]) -> Vec<String> {
        let mut found = self.found_in(raw);
        let soft: Vec<u8> = String::from_utf8_lossy(raw).replace("=\r\n", "").replace("\r\n", "").into_bytes();
        found.extend(self.found_in(&soft));
        found
    }

    /// Fails when something is found.
    pub fn must_be_absent(&self, place: &str, hay: &[u8]) {
        let found = self.found_in(hay);
        assert!(found.is_empty(), "{place} holds {}", found.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hide: impl Fn(&str) -> Vec<u8>, form: &str) {
        let mut needles = Needles::default();
        needles.add("the word", "canaryword7f3a");
        for before in ["", "x", "xy", "xyz"] {
            let hay = hide(&format!("{before}canaryword7f3a, and after"));
            let found = needles.found_in(&hay);
            assert!(found.iter().any(|one| one.contains(form)), "{form} after {before:?}: {found:?}");
        }
        assert!(needles.found_in(&hide("xyz nothing of that kind is here")).is_empty());
    }

    #[test]
    fn a_word_is_found_in_every_form() {
        check(|text| text.as_bytes().to_vec(), "plain");
        check(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16LE");
        check(|text| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes(), "hex");
        check(|text| STANDARD_NO_PAD.encode(text).into_bytes(), "base64");
    }

    #[test]
    fn a_fold_hides_nothing_in_a_mail() {
        let mut needles = Needles::default();
        needles.add("the word", "canaryword7f3a");
        let encoded = STANDARD_NO_PAD.encode("some canaryword7f3a here");
        let folded = format!("{}\r\n{}", &encoded[..14], &encoded[14..]);
        assert!(needles.found_in(folded.as_bytes()).is_empty());
        assert!(!needles.found_in_mail(folded.as_bytes()).is_empty());
        assert!(!needles.found_in_mail(b"canary=\r\nword7f3a").is_empty());
    }
}
