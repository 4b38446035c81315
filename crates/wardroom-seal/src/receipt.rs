//! The receipt code: how somebody without an account follows up on a report. 120 random bits as six groups of five
//! characters, four of data and one check character each; what it opens is derived from it, and it is stored nowhere.
//! Deliberately not a password: it is too long to guess, so no slow hash stands between.
//!
//! The check: let x0..x3 be the values of a group's data characters and x4 its check character, as elements of GF(32)
//! (polynomial t^5 + t^2 + 1, a = t). A group number g (1 to 6) is right when a^4·x0 + a^3·x1 + a^2·x2 + a·x3 + x4 = g.
//! All weights differ and none is zero, so every single wrong character and every exchange of two characters in a group
//! is noticed; the g on the right notices groups in the wrong order. One wrong group in 32 passes any check of this length.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::{Chance, draw};
use crate::crockford::{from_values, letter, to_values, value};
use crate::keys::{SecretKey, derive, hex};

const GROUPS: usize = 6;
const GROUP_LETTERS: usize = 5;
const DATA_LETTERS: usize = 4;
/// More than any way to write a code needs, and little to normalise.
const INPUT_LIMIT_BYTES: usize = 1024;
const SALT: &[u8] = b"wardroom receipt 1";

/// 120 secret bits. `Display` writes the code itself, for the one page that shows it; `Debug` does not.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ReceiptCode([u8; 15]);

/// What is wrong with a typed code. It is found without asking the store, so it tells nothing about which codes exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}", .group.map(|group| format!(" in group {group}")).unwrap_or_default())]
pub struct CodeFault {
    /// The first wrong group, 1 to 6, when it can be told.
    pub group: Option<usize>,
    /// What is wrong there.
    pub kind: CodeFaultKind,
}

/// The kinds of wrong codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFaultKind {
    /// Nothing was typed.
    #[error("no receipt code was given")]
    Empty,
    /// Too few or too many characters.
    #[error("a receipt code has 30 letters and digits, this has {found}")]
    Length {
        /// How many there were.
        found: usize,
    },
    /// A character that no code contains.
    #[error("a character that no receipt code contains")]
    Letter,
    /// The check character does not fit: a typing mistake.
    #[error("a typing mistake")]
    Check,
}

impl ReceiptCode {
    /// A fresh code.
    pub fn make(chance: &mut dyn Chance) -> ReceiptCode {
        ReceiptCode(draw(chance))
    }

    /// Reads what a person typed or pasted: full-width characters, either case, O for 0, I and L for 1, spaces, dashes and
    /// any other punctuation; of a link, what stands behind the `#`.
    pub fn parse(input: &str) -> Result<ReceiptCode, CodeFault> {
        let (values, lengths) = read(input)?;
        let faulty = values.chunks(GROUP_LETTERS).zip(1u8..).find(|(group, number)| syndrome(group) != *number);
        if values.len() != GROUPS * GROUP_LETTERS {
            let kind = if values.is_empty() { CodeFaultKind::Empty } else { CodeFaultKind::Length { found: values.len() } };
            return Err(CodeFault { group: odd_length(&lengths).or_else(|| lost_in(&values)), kind });
        }
        if let Some((_, number)) = faulty {
            return Err(CodeFault { group: Some(usize::from(number)), kind: CodeFaultKind::Check });
        }
        let data: Vec<u8> = values.chunks(GROUP_LETTERS).flat_map(|group| group.iter().take(DATA_LETTERS).copied()).collect();
        let bytes = from_values(&data).and_then(|bytes| <[u8; 15]>::try_from(bytes).ok());
        bytes.map(ReceiptCode).ok_or(CodeFault { group: None, kind: CodeFaultKind::Check })
    }

    /// Under which name the store finds the report: 128 bits in hexadecimal that do not lead back to the code.
    pub fn lookup_id(&self) -> String {
        hex(derive::<16>(SALT, &self.0, b"lookup").as_ref())
    }

    /// Under which name a draft written under this code lies, before there is a report. It leads neither to the code nor to
    /// [`ReceiptCode::lookup_id`].
    pub fn draft_id(&self) -> String {
        hex(derive::<16>(SALT, &self.0, b"draft lookup").as_ref())
    }

    /// The key a draft is sealed with: only whoever brings the code can open it.
    pub fn draft_key(&self) -> Zeroizing<[u8; 32]> {
        derive::<32>(SALT, &self.0, b"draft key")
    }

    /// The bits themselves, for deriving more inside this crate.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.0
    }

    /// The key pair to whose public half messages for the reporter are sealed.
    pub fn reporter_keypair(&self) -> SecretKey {
        #[expect(clippy::expect_used, reason = "32 bytes are always a secret key")]
        SecretKey::from_bytes(derive::<32>(SALT, &self.0, b"reporter x25519").as_ref()).expect("32 bytes")
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in to_values(&self.0).chunks(DATA_LETTERS).enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            for &value in group {
                write!(f, "{}", letter(value))?;
            }
            let number = u8::try_from(index + 1).unwrap_or_default();
            write!(f, "{}", letter(syndrome(group) ^ number))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

/// The values of all letters and digits, and how many stood between two separators each time.
fn read(input: &str) -> Result<(Vec<u8>, Vec<usize>), CodeFault> {
    let input = input.rsplit_once(['#', '＃']).map_or(input, |(_, code)| code);
    if input.len() > INPUT_LIMIT_BYTES {
        return Err(CodeFault { group: None, kind: CodeFaultKind::Length { found: input.chars().count() } });
    }
    let (mut values, mut lengths, mut run) = (Vec::new(), Vec::new(), 0);
    for typed in input.nfkc() {
        if !typed.is_alphanumeric() {
            lengths.extend((run > 0).then_some(run));
            run = 0;
            continue;
        }
        let group = values.len() / GROUP_LETTERS + 1;
        let fault = CodeFault { group: (group <= GROUPS).then_some(group), kind: CodeFaultKind::Letter };
        values.push(value(typed).ok_or(fault)?);
        run += 1;
    }
    lengths.extend((run > 0).then_some(run));
    Ok((values, lengths))
}

/// When the person typed six groups: the first that has not five characters.
fn odd_length(lengths: &[usize]) -> Option<usize> {
    if lengths.len() != GROUPS {
        return None;
    }
    lengths.iter().position(|&length| length != GROUP_LETTERS).map(|at| at + 1)
}

/// Where a character was most likely lost or added: the first group that does not check.
fn lost_in(values: &[u8]) -> Option<usize> {
    let near = values.len().abs_diff(GROUPS * GROUP_LETTERS) < GROUP_LETTERS;
    let first = values.chunks(GROUP_LETTERS).zip(1u8..).find(|(group, number)| group.len() < GROUP_LETTERS || syndrome(group) != *number);
    first.map(|(_, number)| usize::from(number)).filter(|&number| near && number <= GROUPS)
}

/// The weighted sum of the file's header, over four data values (then without check character) or five.
fn syndrome(group: &[u8]) -> u8 {
    let mut sum = 0;
    for place in 0..GROUP_LETTERS {
        sum = times_t(sum) ^ group.get(place).copied().unwrap_or_default();
    }
    sum
}

/// Multiplication by t in GF(32).
fn times_t(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled & 31 } else { (doubled ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    fn code(seed: u64) -> ReceiptCode {
        ReceiptCode::make(&mut SeededChance::new(seed))
    }

    #[test]
    fn reads_what_it_writes_and_looks_as_promised() {
        for seed in 0..2_000 {
            let text = code(seed).to_string();
            assert_eq!(text.len(), 35);
            assert!(text.split('-').all(|group| group.len() == 5), "{text}");
            assert_eq!(ReceiptCode::parse(&text).unwrap(), code(seed));
        }
    }

    #[test]
    fn forgives_every_usual_way_to_write_it() {
        let text = code(1).to_string();
        let bare = text.replace('-', "");
        let wide: String = text.chars().map(|c| if c == '-' { '－' } else { char::from_u32(c as u32 + 0xfee0).unwrap() }).collect();
        let ways = [
            text.to_lowercase(),
            bare.clone(),
            wide,
            format!("  {} \r\n", text.replace('-', " ")),
            text.replace('-', "—"),
            text.replace('-', "、"),
            text.replace('-', "\u{200b}-\u{a0}"),
            text.replace('0', "O").replace('1', "l"),
            text.replace('0', "o").replace('1', "I"),
            format!("https://example.org/track#{text}"),
            bare.chars().map(|c| format!("{c}.")).collect(),
        ];
        for way in ways {
            assert_eq!(ReceiptCode::parse(&way).as_ref(), Ok(&code(1)), "{way}");
        }
    }

    #[test]
    fn every_wrong_character_and_every_exchange_names_its_group() {
        for seed in 0..40 {
            let right: Vec<char> = code(seed).to_string().chars().collect();
            for at in (0..right.len()).filter(|&at| right[at] != '-') {
                for wrong in (0..32).map(letter).filter(|&wrong| wrong != right[at]) {
                    let mut typed = right.clone();
                    typed[at] = wrong;
                    expect_check(&typed, at / 6 + 1);
                }
                for other in (at + 1..right.len()).filter(|&other| other / 6 == at / 6 && right[other] != '-' && right[other] != right[at])
                {
                    let mut typed = right.clone();
                    typed.swap(at, other);
                    expect_check(&typed, at / 6 + 1);
                }
            }
        }
    }

    fn expect_check(typed: &[char], group: usize) {
        let text: String = typed.iter().collect();
        assert_eq!(ReceiptCode::parse(&text), Err(CodeFault { group: Some(group), kind: CodeFaultKind::Check }), "{text}");
    }

    #[test]
    fn ten_thousand_random_slips_are_never_taken_for_another_code() {
        let mut chance = SeededChance::new(99);
        let mut passed = 0;
        for round in 0..10_000u64 {
            let mut typed: Vec<char> = code(round).to_string().chars().collect();
            let [kind, at, with, again] = draw::<4>(&mut chance);
            let at = usize::from(at) % typed.len();
            match kind % 5 {
                0 => typed[at] = letter(with),
                1 => drop(typed.remove(at)),
                2 => typed.insert(at, letter(with)),
                3 => typed.swap(at, (at + 1) % 35),
                _ => {
                    // Two slips in two different groups.
                    typed[at] = letter(with);
                    let other = (at + 7) % 35;
                    typed[other] = letter(again);
                }
            }
            let text: String = typed.iter().collect();
            match ReceiptCode::parse(&text) {
                Ok(read) => {
                    assert_eq!(read, code(round), "{text}");
                    passed += 1;
                }
                Err(fault) => assert!(fault.group.is_none_or(|group| (1..=6).contains(&group))),
            }
        }
        // Slips that change nothing (a dash moved, the same letter again) are right to pass.
        assert!(passed < 2_000, "{passed}");
    }

    #[test]
    fn lengths_letters_and_order_are_told_apart() {
        let text = code(3).to_string();
        let groups: Vec<&str> = text.split('-').collect();
        let swapped = [groups[1], groups[0], groups[2], groups[3], groups[4], groups[5]].join("-");
        assert_eq!(ReceiptCode::parse(&swapped).unwrap_err(), CodeFault { group: Some(1), kind: CodeFaultKind::Check });
        let short = [groups[0], groups[1], &groups[2][..4], groups[3], groups[4], groups[5]].join("-");
        assert_eq!(ReceiptCode::parse(&short).unwrap_err(), CodeFault { group: Some(3), kind: CodeFaultKind::Length { found: 29 } });
        assert_eq!(ReceiptCode::parse(&short.replace('-', "")).unwrap_err().group, Some(3));
        let odd = text.replacen(groups[4], "U2345", 1);
        assert_eq!(ReceiptCode::parse(&odd).unwrap_err(), CodeFault { group: Some(5), kind: CodeFaultKind::Letter });
        assert_eq!(ReceiptCode::parse(" - ").unwrap_err(), CodeFault { group: None, kind: CodeFaultKind::Empty });
        assert_eq!(ReceiptCode::parse(&text[..17]).unwrap_err(), CodeFault { group: None, kind: CodeFaultKind::Length { found: 15 } });
        assert!(ReceiptCode::parse(&"A".repeat(100_000)).is_err());
        assert!(ReceiptCode::parse(&"ﷺ".repeat(300)).is_err());
        assert_eq!(CodeFault { group: Some(3), kind: CodeFaultKind::Check }.to_string(), "a typing mistake in group 3");
    }

    #[test]
    fn what_is_stored_does_not_contain_the_code() {
        let code = code(5);
        assert_eq!(code.lookup_id().len(), 32);
        assert_eq!(code.lookup_id(), code.clone().lookup_id());
        assert_ne!(code.lookup_id(), super::tests::code(6).lookup_id());
        assert!(!code.lookup_id().contains(&hex(&code.0[..4])));
        assert_eq!(code.reporter_keypair().public(), code.reporter_keypair().public());
        assert_eq!(format!("{code:?}"), "ReceiptCode(…)");
    }
}
