//! A glance at a mail from the outside: one bounded pass over at most 64 KiB of header lines, no parser, nothing decoded.
//!
//! It serves the process that must not parse: who to answer when the parser did not survive the mail, and by what the same mail is known
//! again when it comes through another door. Deliberately stricter and poorer than reading the mail: what is not plain is not there.

use crate::mime::envelope::{is_list_robot, is_no_reply};
use sha2::{Digest, Sha256};

/// Header bytes looked at.
const HEADER: usize = 64 * 1024;
/// Longest field value kept while looking, in bytes; longer ones are cut.
const VALUE: usize = 4 * 1024;

/// What can be seen without opening a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The one sender, where the only From field holds one plain ASCII addr-spec (RFC 5322 section 3.4.1) and nothing that can be read
    /// in two ways.
    pub sender: Option<String>,
    /// A program wrote it, or it asks not to be answered by one (RFC 3834 section 2): send nothing.
    pub automatic: bool,
    /// The only Message-ID, without brackets.
    pub message_id: Option<String>,
    /// SHA-256 over what its author wrote: the author's fields and the body, whatever the way added on top and whatever its line breaks are.
    pub content: [u8; 32],
}

/// Fields an author writes, and no server on the way: these make two deliveries the same mail.
const AUTHORED: [&str; 13] = [
    "from",
    "sender",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "autocrypt",
    "openpgp",
    "keywords",
    "comments",
];

/// Looks at the header lines of `raw`.
#[must_use]
pub fn glance(raw: &[u8]) -> Glance {
    let (fields, body) = fields(raw);
    let of = |name: &str| fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    let sender = match of("from").as_slice() {
        [one] => sender(one),
        _ => None,
    };
    let message_id = match of("message-id").as_slice() {
        [one] => Some(one.trim().trim_start_matches('<').trim_end_matches('>').to_owned()).filter(|id| !id.is_empty() && id.len() <= 998),
        _ => None,
    };
    let automatic = automatic(&fields, sender.as_deref());
    // Where there is no header, or nothing behind it, all bytes are what was written: two heaps of garbage are not one mail.
    let whole = body.is_empty() || !fields.iter().any(|(name, _)| AUTHORED.contains(&name.as_str()));
    let content = if whole { Sha256::digest(raw).into() } else { content(&fields, body) };
    Glance { sender, automatic, message_id, content }
}

/// Names in lower case with unfolded values, and the rest.
pub(crate) fn fields(raw: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    while at < raw.len() && at < HEADER {
        let rest = raw.get(at..).unwrap_or_default();
        let len = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..len).unwrap_or_default();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.is_empty() {
            return (fields, raw.get(at + len..).unwrap_or_default());
        }
        let shown = String::from_utf8_lossy(text.get(..VALUE).unwrap_or(text));
        if text.starts_with(b" ") || text.starts_with(b"\t") {
            if let Some((_, value)) = fields.last_mut()
                && value.len() < VALUE
            {
                value.push(' ');
                value.push_str(shown.trim());
            }
        } else if let Some((name, value)) = shown.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        at += len;
    }
    (fields, raw.get(at..).unwrap_or_default())
}

/// The address in a From field that can be read in one way only.
fn sender(written: &str) -> Option<String> {
    let bare = without_quotes_and_comments(written)?;
    let inside = match (bare.matches('<').count(), bare.matches('>').count()) {
        (0, 0) => bare.trim(),
        (1, 1) => {
            let (before, rest) = bare.split_once('<')?;
            let (inside, after) = rest.split_once('>')?;
            let plain_name = !before.contains(['@', ',', ';', ':', '\\', '[', ']']);
            if !plain_name || !after.trim().is_empty() {
                return None;
            }
            inside.trim()
        }
        _ => return None,
    };
    is_addr_spec(inside).then(|| inside.to_owned())
}

/// Outside of quoted strings and comments; nothing where one is not closed.
fn without_quotes_and_comments(written: &str) -> Option<String> {
    let (mut out, mut quoted, mut depth, mut escaped) = (String::new(), false, 0_usize, false);
    for character in written.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.checked_sub(1)?,
            control if control.is_control() && control != '\t' => return None,
            other if !quoted && depth == 0 => out.push(other),
            _ => {}
        }
    }
    (!quoted && depth == 0 && !escaped).then_some(out)
}

/// `dot-atom@domain`: ASCII, at most 64 and 255 octets (RFC 5321 section 4.5.3.1), a host name with at least two labels, no address literal.
#[must_use]
pub fn is_addr_spec(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte));
    let label = |text: &str| {
        !text.is_empty()
            && text.len() <= 63
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let named = domain.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()));
    local.len() <= 64 && domain.len() <= 255 && local.split('.').all(atom) && domain.contains('.') && domain.split('.').all(label) && named
}

/// RFC 3834 section 2, RFC 2919, RFC 3464, and what programs write in their stead.
fn automatic(fields: &[(String, String)], sender: Option<&str>) -> bool {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.to_ascii_lowercase());
    let word = |name: &str| value(name).map(|text| text.split([';', '(', ' ', '\t']).next().unwrap_or_default().to_owned());
    let local = sender.and_then(|sender| sender.split('@').next()).unwrap_or_default().to_ascii_lowercase();
    let marks = [
        "list-id",
        "list-post",
        "list-unsubscribe",
        "mailing-list",
        "x-mailing-list",
        "x-loop",
        "x-failed-recipients",
        "x-autoreply",
        "x-autorespond",
        "x-autoreply-from",
        "x-autoresponder",
        "x-mail-autoreply",
    ];
    word("auto-submitted").is_some_and(|word| word != "no" && !word.is_empty())
        || value("return-path").is_some_and(|path| path.replace(' ', "") == "<>")
        || word("precedence").is_some_and(|word| matches!(word.as_str(), "bulk" | "junk" | "list" | "auto_reply"))
        || value("content-type").is_some_and(|kind| kind.trim_start().starts_with("multipart/report"))
        || value("x-auto-response-suppress").is_some_and(|suppress| suppress != "none")
        || marks.iter().any(|name| value(name).is_some_and(|value| value != "no"))
        || matches!(local.as_str(), "mailer-daemon" | "postmaster")
        || is_list_robot(&local)
        || is_no_reply(&local)
}

fn content(fields: &[(String, String)], body: &[u8]) -> [u8; 32] {
    let mut lines: Vec<String> = fields
        .iter()
        .filter(|(name, _)| AUTHORED.contains(&name.as_str()) || name.starts_with("content-") && name != "content-length")
        .map(|(name, value)| format!("{name}:{}\n", value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    lines.sort_unstable();
    let mut digest = Sha256::new();
    digest.update(b"wardroom mail content/1\n");
    lines.iter().for_each(|line| digest.update(line.as_bytes()));
    digest.update(b"\n");
    let whole = body.trim_ascii_end();
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                digest.update(text);
                digest.update(b"\n");
            }
            None => digest.update(line),
        }
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender_of(from: &str) -> Option<String> {
        glance(format!("{from}\r\nSubject: x\r\n\r\nbody\r\n").as_bytes()).sender
    }

    #[test]
    fn heaps_of_garbage_are_not_one_mail() {
        let heaps: [&[u8]; 4] = [
            b"\0\0\0",
            b"plain words\nof somebody\n",
            b"From: a@b.example\nSubject: x\nno empty line, one\n",
            b"From: a@b.example\nSubject: x\nno empty line, two\n",
        ];
        for (index, one) in heaps.iter().enumerate() {
            assert!(heaps.iter().skip(index + 1).all(|other| glance(one).content != glance(other).content), "{index}");
        }
    }

    #[test]
    fn only_a_plain_sender_is_one() {
        for good in [
            "From: ada@researcher.example",
            "From: Ada <ada@researcher.example>",
            "From: \"psirt@vendor.example, <x>\" <ada@researcher.example>",
            "From: =?utf-8?q?T=C3=A9a?= <ada@researcher.example>",
            "From: 王 <ada@researcher.example>",
            "From: ada@researcher.example (Ada (the first))",
            "from:\r\n <ada@researcher.example>",
        ] {
            assert_eq!(sender_of(good).as_deref(), Some("ada@researcher.example"), "{good}");
        }
        for bad in [
            "From: <ada@researcher.example> x@evil.example",
            "From: group: ada@researcher.example, x@evil.example;",
            "From: @a,@b:ada@researcher.example",
            "From: ",
            "From: ada@localhost",
            "From: ada@[127.0.0.1]",
            "From: ada@127.0.0.1",
            "From: a..da@researcher.example",
            "From: \"ada\"@researcher.example <",
            "From: \"ada <ada@researcher.example>",
            "From: (ada <ada@researcher.example>",
            "From: vic@victim.example <ada@researcher.example>",
            "From: \u{430}da@researcher.example",
            "From: ada@researcher.example\0",
            "From: a@evil.example\r\nFrom: ada@researcher.example",
            "From: ada@researcher.example, x@evil.example",
            "X-From: ada@researcher.example",
        ] {
            assert_eq!(sender_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn programs_are_not_answered() {
        let automatic = |field: &str| glance(format!("From: a@b.example\r\n{field}\r\n\r\nx").as_bytes()).automatic;
        for field in [
            "Auto-Submitted: auto-replied; owner=x",
            "Return-Path: <>",
            "Precedence: bulk",
            "List-Id: <x.example>",
            "Content-Type: multipart/report;\r\n report-type=delivery-status",
            "X-Auto-Response-Suppress: All",
        ] {
            assert!(automatic(field), "{field}");
        }
        for field in ["Auto-Submitted: no", "Subject: Precedence: bulk", "Return-Path: <a@b.example>", "Content-Type: multipart/mixed"] {
            assert!(!automatic(field), "{field}");
        }
        assert!(glance(b"From: MAILER-DAEMON@mx.example\r\n\r\n").automatic);
        assert!(!glance(b"From: a@b.example\r\n\r\nAuto-Submitted: auto-replied\r\n").automatic, "the body says nothing");
    }

    #[test]
    fn the_same_mail_by_another_way_is_the_same_content() {
        let one = glance(b"From: a@b.example\r\nSubject: a\r\n b\r\nMessage-ID: <1@b.example>\r\n\r\nText\r\n\r\nmore\r\n");
        let two = b"Return-Path: <a@b.example>\nDelivered-To: psirt@v.example\nReceived: by mx;\n\tnow\nFrom: a@b.example\nSubject: a b\n\
                    Message-ID: <1@b.example>\nX-Spam-Score: 1\n\nText\n\nmore\n\n";
        assert_eq!(one, glance(two));
        assert_eq!(one.message_id.as_deref(), Some("1@b.example"));
        for other in [
            &b"From: a@b.example\nSubject: a b\nMessage-ID: <1@b.example>\n\nText\n\nmore.\n"[..],
            b"From: a@b.example\nSubject: a c\nMessage-ID: <1@b.example>\n\nText\n\nmore\n",
            b"From: a@b.example\nSubject: a b\nMessage-ID: <1@b.example>\nContent-Type: text/html\n\nText\n\nmore\n",
        ] {
            assert_ne!(one.content, glance(other).content, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn it_ends_soon_whatever_comes() {
        let mut long = b"From: a@b.example\r\n".to_vec();
        long.extend(std::iter::repeat_n(b'x', 10 << 20));
        assert_eq!(glance(&long).sender.as_deref(), Some("a@b.example"));
        let folded = [&b"From: a@b.example\r\nSubject: x\r\n"[..], &b" y\r\n".repeat(1 << 20)].concat();
        assert_eq!(glance(&folded).sender.as_deref(), Some("a@b.example"));
        for odd in [&b""[..], b"\n", b":", b" \n \n", b"\r\n\r\n", b"From", b"\xff\xfe:\xff"] {
            assert_eq!(glance(odd).sender, None);
        }
    }
}
