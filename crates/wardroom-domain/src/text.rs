//! Text as people type it with a Chinese or Japanese keyboard: full-width letters, digits and signs for ASCII.
//! Deliberately only that part of NFKC: nothing else of a name, a number or an address may change.

use std::borrow::Cow;

/// Full-width forms (U+FF01 to U+FF5E), the ideographic space and full stop, and the many dashes, in their ASCII form.
/// For numbers, codes and addresses; never for prose.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(half).collect())
}

fn half(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{3000}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        '\u{3002}' | '\u{ff61}' => '.',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff70}' | '\u{30fc}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::half_width;

    #[test]
    fn full_width_is_understood() {
        assert_eq!(half_width("Ｒ－２０２６－０００１"), "R-2026-0001");
        assert_eq!(half_width("ada＠research。example"), "ada@research.example");
        assert_eq!(half_width("7K3M5—Q9XWA"), "7K3M5-Q9XWA");
        assert_eq!(half_width("固件"), "固件");
    }
}
