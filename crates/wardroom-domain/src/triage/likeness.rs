//! Whether two reports look like pieces of one pile: the same sender, the same file, or mostly the same words. Deliberately simple and explainable:
//! a person sees the reason beside each and decides; the search for earlier cases (`validation`) is another and finer thing.

use crate::intake::ReportWords;
use std::collections::BTreeSet;

/// Texts that share at least this part of their shingles look alike.
pub const LEAST_SHARED: f64 = 0.5;
/// Most characters of a text that are compared.
const COMPARED: usize = 20_000;

/// Why two reports look alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Likeness {
    /// The same address.
    SameSender,
    /// The same bytes came with both.
    SameFile,
    /// So much of the words is shared, from [`LEAST_SHARED`] to 1.
    SameWords(f64),
}

/// A report as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    sender: String,
    files: BTreeSet<String>,
    shingles: BTreeSet<u64>,
}

impl Sketch {
    pub fn of(words: &ReportWords) -> Sketch {
        let text = format!("{} {}", words.title, words.text);
        Sketch {
            sender: words.sender_address.trim().to_lowercase(),
            files: words.attachments.iter().filter(|file| file.len > 0).map(|file| file.sha256.clone()).collect(),
            shingles: shingles(&text),
        }
    }

    /// The strongest reason, or none.
    pub fn likeness(&self, other: &Sketch) -> Option<Likeness> {
        let shared = self.shingles.intersection(&other.shingles).count();
        let all = self.shingles.len() + other.shingles.len() - shared;
        let words = if all == 0 { 0.0 } else { shared as f64 / all as f64 };
        if !self.files.is_disjoint(&other.files) {
            return Some(Likeness::SameFile);
        }
        if words >= LEAST_SHARED {
            return Some(Likeness::SameWords(words));
        }
        (!self.sender.is_empty() && self.sender == other.sender).then_some(Likeness::SameSender)
    }
}

/// Hashes of every three letters in a row, in any script: digits are one digit, case and space say nothing, so that "flaw 17" and "flaw 18" are one.
fn shingles(text: &str) -> BTreeSet<u64> {
    let plain: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c.is_numeric() { '0' } else { c.to_lowercase().next().unwrap_or(c) })
        .take(COMPARED)
        .collect();
    plain.windows(5).map(fnv).collect()
}

/// FNV-1a: the same on every machine; nobody gains anything by a collision.
fn fnv(letters: &[char]) -> u64 {
    letters.iter().fold(0xcbf2_9ce4_8422_2325, |hash, letter| (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::AttachmentWords;

    fn sketch(title: &str, text: &str, sender: &str) -> Sketch {
        Sketch::of(&ReportWords {
            title: title.to_owned(),
            text: text.to_owned(),
            sender_address: sender.to_owned(),
            ..ReportWords::default()
        })
    }

    #[test]
    fn a_pile_is_recognised_and_strangers_are_not() {
        let beg = "Dear team, I found a critical SPF bug in your domain example.com. Please pay the bounty of 500 USD to my account.";
        let one = sketch("Bug 17", beg, "a@x.example");
        let two = sketch("Bug 18", &beg.replace("500", "750").replace("critical", "very critical"), "b@y.example");
        assert!(matches!(one.likeness(&two), Some(Likeness::SameWords(shared)) if shared > 0.7), "{:?}", one.likeness(&two));
        let honest = sketch(
            "Heap overflow in the parser of Widget 3.2",
            "A length field is trusted; a crafted packet writes behind the buffer.",
            "c@z.example",
        );
        assert_eq!(one.likeness(&honest), None);
        assert_eq!(
            one.likeness(&sketch("Other", "Quite another text altogether, on radar firmware.", "A@X.example")),
            Some(Likeness::SameSender)
        );
        let zh = sketch("漏洞", "您好，我在贵公司网站发现一个严重漏洞，请支付赏金五百元。", "");
        assert!(zh.likeness(&sketch("漏洞", "您好，我在贵公司网站发现一个高危漏洞，请支付赏金五百元。", "")).is_some());
        assert_eq!(sketch("", "", "").likeness(&sketch("", "", "")), None);
    }

    #[test]
    fn the_same_file_is_the_strongest_reason_and_an_empty_one_is_none() {
        let file = |sha256: &str, len| vec![AttachmentWords { sha256: sha256.to_owned(), len, ..AttachmentWords::default() }];
        let with = |files| Sketch::of(&ReportWords { attachments: files, ..ReportWords::default() });
        assert_eq!(with(file("aa", 1)).likeness(&with(file("aa", 1))), Some(Likeness::SameFile));
        assert_eq!(with(file("aa", 0)).likeness(&with(file("aa", 0))), None);
    }
}
