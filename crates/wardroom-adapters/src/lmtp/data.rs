//! The content after `DATA` (RFC 5321 section 4.1.1.4 and 4.5.2): dots unstuffed, one end and only one.
//!
//! The end is `CRLF . CRLF` and nothing else. Whatever another program might take for an end or a line break (a bare LF, `CR . CR`, `LF . CRLF`, …)
//! makes the message malformed: it is read to its true end and refused, so that nothing inside it is ever taken for a command.

/// A content that grows beyond this gets all the room it may need at once: memory that is not written to costs nothing, and a buffer that grows
/// by doubling is held twice.
const SMALL: usize = 1 << 20;

/// Reads content piece by piece.
#[derive(Debug)]
pub struct Content {
    bytes: Vec<u8>,
    seen: u64,
    largest: usize,
    state: State,
    malformed: bool,
    too_large: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    LineStart,
    Text,
    /// After a CR that is not written yet.
    Return,
    /// After CR and a dot, without a line feed between.
    ReturnDot,
    /// After a dot at the start of a line.
    Dot,
    /// After a dot at the start of a line, and a CR.
    DotReturn,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Whole(Vec<u8>),
    /// It holds line breaks that are none.
    Malformed,
    TooLarge,
}

impl Content {
    /// At most `largest` bytes are kept.
    pub fn new(largest: usize) -> Content {
        Content { bytes: Vec::new(), seen: 0, largest, state: State::LineStart, malformed: false, too_large: false }
    }

    /// Bytes of content read so far, kept or not.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Takes what has arrived. `Some(n)`: the content ended after the first `n` bytes of it.
    pub fn feed(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = chunk.get(at).copied() {
            if self.state == State::Text {
                let rest = chunk.get(at..).unwrap_or_default();
                let plain = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
                if plain > 0 {
                    self.keep(rest.get(..plain).unwrap_or_default());
                    at += plain;
                    continue;
                }
            }
            at += 1;
            if self.step(byte) {
                self.seen += at as u64;
                return Some(at);
            }
        }
        self.seen += chunk.len() as u64;
        None
    }

    /// One byte; true at the end.
    fn step(&mut self, byte: u8) -> bool {
        self.state = match (self.state, byte) {
            (State::Return, b'\n') => {
                self.keep(b"\r\n");
                State::LineStart
            }
            (State::Return, b'.') => {
                self.keep(b"\r.");
                State::ReturnDot
            }
            (State::Return, b'\r') => {
                self.keep(b"\r");
                State::Return
            }
            (State::Return, other) => {
                self.keep(&[b'\r', other]);
                State::Text
            }
            (State::ReturnDot, b'\r') => {
                self.malformed = true;
                State::Return
            }
            (State::Dot, b'\r') => State::DotReturn,
            (State::DotReturn, b'\n') => return true,
            (State::DotReturn, other) => {
                self.malformed = true;
                self.keep(&[b'\r', other]);
                State::Text
            }
            (State::LineStart, b'.') => State::Dot,
            (State::LineStart | State::Text, b'\r') => State::Return,
            (_, b'\n') => {
                self.malformed = true;
                self.keep(b"\n");
                State::Text
            }
            (State::LineStart | State::Text | State::ReturnDot | State::Dot, other) => {
                self.keep(&[other]);
                State::Text
            }
        };
        false
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.too_large || self.malformed {
            return;
        }
        if self.bytes.len() + bytes.len() > self.largest {
            self.too_large = true;
            self.bytes = Vec::new();
            return;
        }
        if self.bytes.len() + bytes.len() > SMALL {
            self.bytes.reserve_exact(self.largest - self.bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// After the end.
    pub fn finish(self) -> Outcome {
        match (self.malformed, self.too_large) {
            (true, _) => Outcome::Malformed,
            (false, true) => Outcome::TooLarge,
            (false, false) => Outcome::Whole(self.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes` in pieces of `step`; the content and what is left.
    fn read(bytes: &[u8], step: usize) -> (Option<Outcome>, usize) {
        let mut content = Content::new(1_000);
        let mut consumed = 0;
        for piece in bytes.chunks(step) {
            match content.feed(piece) {
                Some(end) => return (Some(content.finish()), consumed + end),
                None => consumed += piece.len(),
            }
        }
        (None, consumed)
    }

    fn whole(bytes: &[u8]) -> Option<Outcome> {
        Some(Outcome::Whole(bytes.to_vec()))
    }

    #[test]
    fn dots_are_unstuffed_and_what_follows_is_left() {
        for (sent, expected) in [
            (&b"Subject: x\r\n\r\none\r\n..\r\n...two\r\n.three\r\n.\r\n"[..], &b"Subject: x\r\n\r\none\r\n.\r\n..two\r\nthree\r\n"[..]),
            (b".\r\n", b""),
            (b"\r\n.\r\n", b"\r\n"),
            (b"a\rb\r\n.\r\n", b"a\rb\r\n"),
            (b"a\r\r\n.\r\n", b"a\r\r\n"),
            (b"a.\r\n.\r\n", b"a.\r\n"),
            (b"a\r.b\r\n.\r\n", b"a\r.b\r\n"),
        ] {
            let sent_on = [sent, b"QUIT\r\n"].concat();
            for step in 1..=sent_on.len() {
                assert_eq!(read(&sent_on, step), (whole(expected), sent.len()), "{sent:?} by {step}");
            }
        }
    }

    #[test]
    fn nothing_but_the_end_ends_it() {
        let smuggled = b"MAIL FROM:<eve@evil.example>";
        for end in [&b"\n.\n"[..], b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n.\r", b"\r\n\x00.\r\n\n"] {
            let sent = [&b"Subject: x\r\n\r\none"[..], end, smuggled, b"\r\n.\r\n"].concat();
            for step in 1..=sent.len() {
                let (content, consumed) = read(&sent, step);
                assert_eq!((content, consumed), (Some(Outcome::Malformed), sent.len()), "{end:?} by {step}");
            }
        }
    }

    #[test]
    fn however_it_is_cut_the_same_comes_of_it() {
        let mut dice = 7_u64;
        let mut roll = |below: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) % below
        };
        let mut ended = 0;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..roll(24)).map(|_| b"\r\r\n\n..ax"[roll(8) as usize]).collect();
            let whole = read(&bytes, bytes.len().max(1));
            let step = 1 + roll(5) as usize;
            assert_eq!(whole, read(&bytes, step), "{bytes:?} by {step}");
            if whole.0.is_some() {
                ended += 1;
                let before = &bytes[..whole.1];
                assert!(before == b".\r\n" || before.ends_with(b"\r\n.\r\n"), "{bytes:?}");
            }
        }
        assert!(ended > 50, "{ended}");
    }

    #[test]
    fn a_bare_line_feed_is_refused_and_too_much_is_not_kept() {
        assert_eq!(read(b"a\nb\r\n.\r\n", 3).0, Some(Outcome::Malformed));
        let much = [&b"x".repeat(2_000)[..], b"\r\n.\r\n"].concat();
        assert_eq!(read(&much, 64), (Some(Outcome::TooLarge), much.len()));
        assert_eq!(read(b"no end\r\n", 2).0, None);
    }
}
