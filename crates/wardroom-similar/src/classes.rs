//! Classes of weakness by their names: "cross-site scripting", "XSS", CWE-79 and 跨站脚本 are one. Deliberately coarse: a class agrees
//! or contradicts, it never decides. The table `data/weaknesses.tsv` is written by hand.

use crate::print::hash;
use crate::stem::stem;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The classes, by bit.
pub struct Classes {
    names: Vec<&'static str>,
    /// Hash of the stems of a phrase in a row, to bit.
    phrases: HashMap<u32, u8>,
    numbers: HashMap<u32, Vec<u8>>,
    chinese: Vec<(&'static str, u8)>,
}

pub static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    let mut classes = Classes { names: Vec::new(), phrases: HashMap::new(), numbers: HashMap::new(), chinese: Vec::new() };
    for line in include_str!("../data/weaknesses.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(name), Some(numbers), Some(english), Some(chinese)) = (columns.next(), columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let Ok(bit) = u8::try_from(classes.names.len()) else { break };
        classes.names.push(name);
        for number in numbers.split(' ').filter_map(|number| number.parse().ok()) {
            classes.numbers.entry(number).or_default().push(bit);
        }
        for phrase in english.split('|') {
            let row = phrase.split(' ').fold(0, |row, word| step(row, &stem(word)));
            classes.phrases.entry(row).or_insert(bit);
        }
        classes.chinese.extend(chinese.split('|').map(|phrase| (phrase, bit)));
    }
    classes
});

fn step(row: u32, word: &str) -> u32 {
    (row.rotate_left(7) ^ hash(word)).wrapping_mul(0x9e37_79b1)
}

impl Classes {
    /// The word that stands for a class in an index.
    pub fn name(&self, bit: u8) -> String {
        format!("#{}", self.names.get(usize::from(bit)).copied().unwrap_or_default())
    }

    /// The bit of a name as [`Classes::name`] gives it; none for another word.
    pub fn bit(&self, name: &str) -> u64 {
        let known = name.strip_prefix('#').and_then(|name| self.names.iter().position(|one| *one == name));
        known.map_or(0, |bit| 1 << bit)
    }

    pub fn chinese(&self) -> &[(&'static str, u8)] {
        &self.chinese
    }

    /// The classes an English text names, as bits.
    pub fn of_text(&self, text: &str) -> u64 {
        let mut rows: [u32; 4] = [0; 4];
        let mut have = 0;
        let mut bits = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(8_000) {
            if word.len() > 24 {
                have = 0;
                continue;
            }
            let stem = stem(&word.to_lowercase());
            // rows[k]: the last k words and this one.
            for k in (0..4).rev() {
                rows[k] = step(if k == 0 { 0 } else { rows[k - 1] }, &stem);
            }
            have = (have + 1).min(4);
            for row in &rows[..have] {
                if let Some(bit) = self.phrases.get(row) {
                    bits |= 1 << bit;
                }
            }
        }
        bits
    }

    /// The classes that stand in a list of weaknesses: `CWE-79` by its number, words by their phrases.
    pub fn of_weakness(&self, weakness: &str) -> u64 {
        let number = weakness.trim().to_ascii_lowercase().strip_prefix("cwe-").and_then(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse::<u32>().ok()
        });
        let mut bits = self.of_text(weakness);
        for bit in number.and_then(|number| self.numbers.get(&number)).into_iter().flatten() {
            bits |= 1 << bit;
        }
        bits
    }

    /// The names of the bits.
    pub fn told(&self, bits: u64) -> Vec<&'static str> {
        self.names.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, name)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::CLASSES;

    #[test]
    fn names_of_one_class_are_one() {
        for text in ["Stored XSS in", "a cross-site scripting vulnerability", "Cross Site Scripting"] {
            assert!(CLASSES.told(CLASSES.of_text(text)).contains(&"xss"), "{text}");
        }
        assert_eq!(CLASSES.of_weakness("CWE-79") & CLASSES.of_text("XSS"), CLASSES.of_text("XSS"));
        assert_eq!(CLASSES.of_text("the printer prints"), 0);
        assert!(CLASSES.names.len() <= 64);
    }
}
