//! Cutting an mbox file into mails (RFC 4155, and the `mboxrd` way of quoting), one after the other, so that an archive of any size costs no more
//! memory than its largest mail. Deliberately no judgement of the mails.

use std::io::{self, BufRead, Read};

/// Bytes of a line looked at at once; a longer line comes in pieces.
const PIECE: u64 = 64 << 10;

/// The mails in an mbox file, each without its `From ` line and with quoted `>From ` lines restored.
///
/// A separator is a line that begins with `From ` at the start of the file or after an empty line. What stands before
/// the first separator is a mail, too, if it is not blank: nothing is dropped.
#[derive(Debug)]
pub struct Mails<R> {
    input: R,
    most: usize,
    line_start: bool,
    after_empty: bool,
    ended: bool,
}

/// One mail of an mbox file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum One {
    Mail(Vec<u8>),
    /// It has more bytes than are taken; those that follow it are not touched by that.
    TooLarge,
}

impl<R: BufRead> Mails<R> {
    /// Mails of at most `most` bytes.
    pub fn of(input: R, most: usize) -> Mails<R> {
        Mails { input, most, line_start: true, after_empty: true, ended: false }
    }

    /// The bytes up to the next separator or the end.
    fn stretch(&mut self) -> io::Result<One> {
        let (mut mail, mut too_large, mut piece) = (Vec::new(), false, Vec::new());
        loop {
            piece.clear();
            self.input.by_ref().take(PIECE).read_until(b'\n', &mut piece)?;
            if piece.is_empty() {
                self.ended = true;
                break;
            }
            let begins = std::mem::replace(&mut self.line_start, piece.ends_with(b"\n"));
            if begins && self.after_empty && piece.starts_with(b"From ") {
                self.after_empty = false;
                self.rest_of_line()?;
                break;
            }
            let text = if begins { restored(&piece) } else { &piece };
            too_large |= mail.len() + text.len() > self.most;
            if too_large {
                mail = Vec::new();
            } else {
                mail.extend_from_slice(text);
            }
            self.after_empty = begins && matches!(piece.as_slice(), b"\n" | b"\r\n");
        }
        Ok(if too_large { One::TooLarge } else { One::Mail(trimmed(mail)) })
    }

    /// What a long line still has.
    fn rest_of_line(&mut self) -> io::Result<()> {
        let mut piece = Vec::new();
        while !self.line_start {
            piece.clear();
            self.input.by_ref().take(PIECE).read_until(b'\n', &mut piece)?;
            self.line_start = piece.is_empty() || piece.ends_with(b"\n");
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for Mails<R> {
    type Item = io::Result<One>;

    fn next(&mut self) -> Option<io::Result<One>> {
        while !self.ended {
            match self.stretch() {
                Ok(One::Mail(mail)) if mail.trim_ascii().is_empty() => {}
                Ok(one) => return Some(Ok(one)),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

/// The line without the mark that keeps it from being a separator.
fn restored(line: &[u8]) -> &[u8] {
    let marks = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or(line),
        _ => line,
    }
}

/// Without the empty line before the next separator, which belongs to the separator.
fn trimmed(mut mail: Vec<u8>) -> Vec<u8> {
    for ending in [&b"\r\n\r\n"[..], b"\n\n"] {
        if mail.ends_with(ending) {
            mail.truncate(mail.len() - ending.len() / 2);
            break;
        }
    }
    mail
}

#[cfg(test)]
mod tests {
    use super::{Mails, One};

    /// All mails, however large.
    fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mail = |one: std::io::Result<One>| if let One::Mail(mail) = one.unwrap() { mail } else { panic!("too large") };
        Mails::of(bytes, usize::MAX).map(mail).collect()
    }

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

    #[test]
    fn a_large_one_hides_no_other_and_long_lines_are_no_separators() {
        let long = "x".repeat(100_000);
        let mbox = format!("From a@b\nSubject: 1\n\n{long}From here\n\nFrom {long}\nSubject: 2\n\ny\n\nFrom c\nSubject: 3\n\nz\n");
        let mails: Vec<One> = Mails::of(mbox.as_bytes(), 1_000).map(Result::unwrap).collect();
        let mail = |text: &str| One::Mail(text.as_bytes().to_vec());
        assert_eq!(mails, [One::TooLarge, mail("Subject: 2\n\ny\n"), mail("Subject: 3\n\nz\n")]);
        let whole = split(mbox.as_bytes());
        assert_eq!((whole.len(), whole[0].len()), (3, "Subject: 1\n\n".len() + long.len() + "From here\n".len()));
    }
}
