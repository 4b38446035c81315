//! Encoded words (RFC 2047) that belong together. The RFC forbids to split a character between two words; many programs do it all the same, and
//! each half alone decodes to nothing readable.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Joins neighbouring encoded words of one character set and one encoding, so that they are decoded as one text.
pub(crate) fn join(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    let mut rest = header;
    while let Some((before, from)) = rest.find("=?").and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let Some((word, after)) = word(from) else {
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        let (joined, after) = neighbours(word, after);
        out.push_str(&joined);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[derive(Clone, Copy)]
struct Word<'h> {
    whole: &'h str,
    charset: &'h str,
    encoding: char,
    text: &'h str,
}

fn word(from: &str) -> Option<(Word<'_>, &str)> {
    let inside = from.strip_prefix("=?")?;
    let (charset, inside) = inside.split_once('?')?;
    let (encoding, inside) = inside.split_once('?')?;
    let end = inside.find("?=")?;
    let (text, after) = inside.split_at_checked(end)?;
    let after = after.get(2..)?;
    let plain = |part: &str| !part.is_empty() && part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_graphic());
    let encoding = encoding.chars().next().filter(|_| encoding.len() == 1)?.to_ascii_uppercase();
    if !plain(charset) || !matches!(encoding, 'B' | 'Q') || text.contains(['\r', '\n']) {
        return None;
    }
    let whole = from.get(..from.len() - after.len())?;
    Some((Word { whole, charset, encoding, text }, after))
}

fn neighbours<'h>(first: Word<'h>, mut after: &'h str) -> (String, &'h str) {
    let mut texts = vec![first.text];
    loop {
        let next = after.trim_start_matches([' ', '\t', '\r', '\n']);
        // Only white space that folds may lie between them, not the end of the field.
        let gap = after.get(..after.len() - next.len()).unwrap_or_default();
        let folds = !gap.is_empty() && !gap.ends_with('\n') && !gap.contains("\n\n") && !gap.contains("\n\r\n");
        let Some((word, rest)) = word(next).filter(|(word, _)| {
            folds && word.encoding == first.encoding && word.charset.eq_ignore_ascii_case(first.charset) && texts.len() < 500
        }) else {
            break;
        };
        texts.push(word.text);
        after = rest;
    }
    if texts.len() == 1 {
        return (first.whole.to_owned(), after);
    }
    let text = match first.encoding {
        'Q' => texts.concat(),
        _ => {
            let pieces: Option<Vec<Vec<u8>>> = texts.iter().map(|text| STANDARD.decode(padded(text)).ok()).collect();
            match pieces {
                Some(pieces) => STANDARD.encode(pieces.concat()),
                // One of them is no base64: they stay as they are.
                None => {
                    let (charset, encoding) = (first.charset, first.encoding);
                    let words: Vec<String> = texts.iter().map(|text| format!("=?{charset}?{encoding}?{text}?=")).collect();
                    return (words.join(" "), after);
                }
            }
        }
    };
    (format!("=?{}?{}?{text}?=", first.charset, first.encoding), after)
}

/// Base64 with the padding that some leave out.
fn padded(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    format!("{bare}{}", "=".repeat((4 - bare.len() % 4) % 4))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn halves_are_put_together() {
        // 固件 in UTF-8, cut inside of the first character.
        assert_eq!(join("Subject: =?utf-8?B?5Zs=?= =?UTF-8?B?uuS7tg==?=\r\n"), "Subject: =?utf-8?B?5Zu65Lu2?=\r\n");
        assert_eq!(join("=?utf-8?Q?=E5=9B?=\r\n =?utf-8?Q?=BA?= x"), "=?utf-8?Q?=E5=9B=BA?= x");
        for same in
            ["=?utf-8?B?5Zs=?= and =?utf-8?B?5Zs=?=", "=?utf-8?B?YQ==?= =?gbk?B?YQ==?=", "=?utf-8?X?a?=", "=?", "=?a?b", "a=?b?=c", ""]
        {
            assert_eq!(join(same), same);
        }
        assert_eq!(join("A: =?utf-8?B?YQ==?=\r\nB: =?utf-8?B?YQ==?="), "A: =?utf-8?B?YQ==?=\r\nB: =?utf-8?B?YQ==?=", "two fields stay two");
    }
}
