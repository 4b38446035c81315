//! Cutting a mail into header block and body, and a multipart body into its parts: exact bytes, no copies, no recursion.

/// A header block, and the body after the empty line.
pub(crate) fn head_and_body(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut offset = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if matches!(line, b"\n" | b"\r\n") {
            let head = raw.get(..offset).unwrap_or_default();
            return (head, raw.get(offset + line.len()..).unwrap_or_default());
        }
        offset += line.len();
    }
    (raw, &[])
}

/// The parts of a multipart body, and whether a delimiter was found and the last part was closed.
pub(crate) struct Parts<'b> {
    pub(crate) parts: Vec<&'b [u8]>,
    pub(crate) closed: bool,
    /// More parts than allowed; the rest is left out.
    pub(crate) more: bool,
}

/// Splits at `boundary` (RFC 2046 section 5.1.1). The line break before a delimiter belongs to the delimiter.
pub(crate) fn parts<'b>(body: &'b [u8], boundary: &str, max: usize) -> Parts<'b> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut found = Parts { parts: Vec::new(), closed: false, more: false };
    let (mut offset, mut start) = (0, None);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if let Some(rest) = line.strip_prefix(delimiter.as_slice()) {
            let rest = rest.trim_ascii_end();
            if rest.is_empty() || rest == b"--" {
                if let Some(start) = start {
                    found.parts.push(without_last_break(body.get(start..offset).unwrap_or_default()));
                }
                start = Some(offset + line.len());
                if rest == b"--" {
                    found.closed = true;
                    return found;
                }
                if found.parts.len() >= max {
                    found.more = true;
                    return found;
                }
            }
        }
        offset += line.len();
    }
    if let Some(start) = start {
        found.parts.push(body.get(start..).unwrap_or_default());
    }
    found
}

fn without_last_break(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The bytes a PGP/MIME signature covers: every line ends with CR LF (RFC 3156 section 5).
pub(crate) fn canonical(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(content) => {
                out.extend_from_slice(content.strip_suffix(b"\r").unwrap_or(content));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_exact_bytes() {
        let body = b"preamble\r\n--b\r\nA: 1\r\n\r\none\r\n\r\n--b  \r\n\r\ntwo\n--b--\r\nepilogue";
        let split = parts(body, "b", 10);
        assert_eq!(split.parts, [&b"A: 1\r\n\r\none\r\n"[..], b"\r\ntwo"]);
        assert!(split.closed && !split.more);
        assert!(parts(b"no delimiter", "b", 10).parts.is_empty());
        let open = parts(b"--b\nx\n--bb\ny", "b", 10);
        assert_eq!(open.parts, [&b"x\n--bb\ny"[..]]);
        assert!(!open.closed);
        assert!(parts(b"--b\n\n--b\n\n--b\n\n", "b", 2).more);
    }

    #[test]
    fn heads_end_at_the_empty_line() {
        assert_eq!(head_and_body(b"A: 1\r\n\r\nbody"), (&b"A: 1\r\n"[..], &b"body"[..]));
        assert_eq!(head_and_body(b"\nbody"), (&b""[..], &b"body"[..]));
        assert_eq!(head_and_body(b"A: 1"), (&b"A: 1"[..], &b""[..]));
        assert_eq!(canonical(b"a\nb\r\nc"), b"a\r\nb\r\nc");
    }
}
