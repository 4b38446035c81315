//! Crockford's base32: digits and letters without I, L, O and U, kind to people who read aloud and type by hand.
//! Deliberately only the alphabet and the packing; check characters are the business of `receipt` and `token`.

/// The 32 characters in the order of their values.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The character of a value; only the low five bits count.
pub(crate) fn letter(value: u8) -> char {
    ALPHABET.get(usize::from(value & 31)).copied().map_or('0', char::from)
}

/// The value of a character, forgiving case, O for 0, and I or L for 1. U is nothing.
pub(crate) fn value(letter: char) -> Option<u8> {
    let upper = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|&known| char::from(known) == upper).and_then(|at| u8::try_from(at).ok())
}

/// Packs bytes into five-bit values, the last one filled with zero bits.
pub(crate) fn to_values(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u32, 0u32);
    for &byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(((held >> bits) & 31) as u8);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(((held << (5 - bits)) & 31) as u8);
    }
    out
}

/// Unpacks five-bit values into whole bytes, or `None` when the bits left over are not zero.
pub(crate) fn from_values(values: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(values.len() * 5 / 8);
    let (mut held, mut bits) = (0u32, 0u32);
    for &value in values {
        held = (held << 5) | u32::from(value & 31);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(((held >> bits) & 255) as u8);
        }
        held &= (1 << bits) - 1;
    }
    (held == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_comes_back() {
        for length in 0..40usize {
            let bytes: Vec<u8> = (0..length).map(|index| (index * 73 + 5) as u8).collect();
            assert_eq!(from_values(&to_values(&bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn letters_and_values_agree() {
        for at in 0..32 {
            assert_eq!(value(letter(at)), Some(at));
        }
        for (typed, meant) in [('o', 0), ('O', 0), ('i', 1), ('l', 1), ('L', 1), ('a', 10)] {
            assert_eq!(value(typed), Some(meant));
        }
        for odd in ['U', 'u', '-', 'ß', '漢'] {
            assert_eq!(value(odd), None);
        }
    }
}
