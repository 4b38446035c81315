//! MIME, read part by part within bounds. Header fields are parsed by `mail-parser`; splitting is our own, because it
//! must give the exact bytes a signature covers and must not recurse into what a stranger nested.

pub(crate) mod charset;
pub(crate) mod encode;
pub(crate) mod envelope;
pub(crate) mod head;
pub(crate) mod html;
pub(crate) mod language;
pub(crate) mod split;
pub(crate) mod transfer;
pub(crate) mod words;

/// Line feeds only, no control or direction-changing characters, no byte order mark; tabs stay.
pub(crate) fn plain_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(character),
            '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// One line: as [`plain_text`], with line breaks and tabs as blanks, at most `max` characters.
pub(crate) fn plain_line(text: &str, max: usize) -> String {
    let line: String = plain_text(text).chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c }).take(max).collect();
    line.trim().to_owned()
}

/// A file name without folders, controls or tricks; never empty.
pub(crate) fn file_name(name: &str, number: usize) -> String {
    let line = plain_line(name, 4096);
    let last = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last.chars().filter(|c| !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')).take(150).collect();
    let safe = safe.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if safe.is_empty() { format!("attachment-{number}") } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_folders_and_tricks() {
        assert_eq!(file_name("../../etc/passwd", 1), "passwd");
        assert_eq!(file_name("C:\\temp\\x.exe", 1), "x.exe");
        assert_eq!(file_name("a\u{202e}gpj.exe", 1), "agpj.exe");
        assert_eq!(file_name("..", 3), "attachment-3");
        assert_eq!(file_name("固件 分析.pdf", 1), "固件 分析.pdf");
    }

    #[test]
    fn text_loses_controls_and_keeps_lines() {
        assert_eq!(plain_text("a\r\nb\rc\u{0}\u{1b}[2Jd\te"), "a\nb\nc[2Jd\te");
        assert_eq!(plain_line("a\r\n\tb ", 100), "a  b");
    }
}
