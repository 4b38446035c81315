//! Text that strangers wrote, made honest before it is shown: characters that hide or reorder are made visible.
//! Escaping for HTML is askama's business and happens after this.

/// The text with bidirectional controls, zero-width and other invisible characters written out as `⟦U+202E⟧`.
/// Tabs and line ends stay. Joiners inside Arabic or Indic words are written out too: a report is evidence.
#[must_use]
pub fn reveal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if is_hidden(c) => out.push_str(&format!("⟦U+{:04X}⟧", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

const GIB: u64 = 1 << 30;

/// A size for people: `812 bytes`, `14 KB`, `3 MB`, `1.5 GiB`.
#[must_use]
pub fn size(lang: crate::Lang, bytes: u64) -> String {
    match bytes {
        0..10_000 => crate::words::common::bytes(lang, bytes),
        10_000..10_000_000 => crate::words::common::kilobytes(lang, bytes / 1_000),
        10_000_000..GIB => crate::words::common::megabytes(lang, bytes / 1_000_000),
        // Files this large come with limits that are powers of two.
        _ => crate::words::common::gibibytes(lang, format!("{:.1}", bytes as f64 / GIB as f64).trim_end_matches(".0")),
    }
}

#[cfg(test)]
mod tests {
    use super::reveal;

    #[test]
    fn what_hides_is_shown_and_what_is_plain_stays() {
        assert_eq!(reveal("a\u{202E}b\u{200B}c"), "a⟦U+202E⟧b⟦U+200B⟧c");
        assert_eq!(reveal("第一行\r\n第二行\t完"), "第一行\n第二行\t完");
        assert_eq!(reveal("bell\u{7}"), "bell⟦U+0007⟧");
    }
}
