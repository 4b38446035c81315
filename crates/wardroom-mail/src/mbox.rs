//! Cutting an mbox file into mails (RFC 4155, and the `mboxrd` way of quoting). Deliberately no judgement of the mails.

/// The mails in an mbox file, each without its `From ` line and with quoted `>From ` lines restored.
///
/// A separator is a line that begins with `From ` at the start of the file or after an empty line. What stands before
/// the first separator is a mail, too, if it is not blank: nothing is dropped.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut mails = Vec::new();
    let mut current: Vec<u8> = Vec::new();
    let mut after_empty = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if after_empty && line.starts_with(b"From ") {
            keep(&mut mails, std::mem::take(&mut current));
            after_empty = false;
            continue;
        }
        let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
        let restored = match line.get(quoted..) {
            Some(rest) if quoted > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or(line),
            _ => line,
        };
        current.extend_from_slice(restored);
        after_empty = matches!(line, b"\n" | b"\r\n");
    }
    keep(&mut mails, current);
    mails
}

fn keep(mails: &mut Vec<Vec<u8>>, mut mail: Vec<u8>) {
    if mail.trim_ascii().is_empty() {
        return;
    }
    // the empty line before the next separator belongs to the separator
    for ending in [&b"\r\n\r\n"[..], b"\n\n"] {
        if mail.ends_with(ending) {
            mail.truncate(mail.len() - ending.len() / 2);
            break;
        }
    }
    mails.push(mail);
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn mails_come_apart_and_quoting_goes() {
        let mbox = b"From a@b Mon Nov 16\nSubject: 1\n\n>From the start\n>>From two\nFrom inside\n\nFrom c@d Tue\nSubject: 2\n\nx\n";
        let mails = split(mbox);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0], b"Subject: 1\n\nFrom the start\n>From two\nFrom inside\n");
        assert_eq!(mails[1], b"Subject: 2\n\nx\n");
        assert_eq!(split(b"Subject: bare\n\nx"), [b"Subject: bare\n\nx"]);
        assert!(split(b"\n\n").is_empty());
    }
}
