//! `wardroom inbox import -` at the end of a mail server's pipe. It answers with sysexits(3), of which only three are used on purpose:
//! mail servers bounce everything but 75, and a report must not be bounced because something of ours is out of order.
//!
//! ```text
//! 0   kept (or known already)
//! 65  EX_DATAERR: there is nothing to keep, or more than we take; it will not be better the next time
//! 75  EX_TEMPFAIL: configuration, keys, store, parser, disk: keep the message and try again
//! ```

use super::inbox::{report_error, show};
use crate::cli::ActArgs;
use crate::data::{self, Opened};
use crate::exits::Done;
use std::io::Read;
use std::process::ExitCode;
use wardroom_app::intake::arrival::{Arrival, MailDoor};
use wardroom_app::intake::import_mail::ImportError;

/// Largest mail taken in, in bytes: what the parser reads whole.
const LARGEST: u64 = wardroom_mail::limits::MAIL_BYTES as u64;
pub(super) const EX_DATAERR: u8 = 65;
pub const EX_TEMPFAIL: u8 = 75;

/// What the flags say of the envelope.
pub fn arrival(sender: Option<String>, recipient: Vec<String>) -> Arrival {
    Arrival { envelope_from: sender.map(|sender| envelope(&sender)), recipients: recipient, ..Arrival::by(MailDoor::Import) }
}

/// What Postfix and mbox files write for nobody is nobody.
fn envelope(sender: &str) -> String {
    let bare = sender.trim().trim_start_matches('<').trim_end_matches('>');
    if bare.eq_ignore_ascii_case("MAILER-DAEMON") { String::new() } else { bare.to_owned() }
}

/// Takes one mail from standard input.
pub async fn run(act: ActArgs, sender: Option<String>, recipient: Vec<String>) -> Done {
    // Read first, all of it: a mail server whose pipe breaks may take that for our answer.
    // Room for the largest at once: a buffer that grows is held twice, and room that is not used costs nothing.
    let mut bytes = Vec::with_capacity(wardroom_mail::limits::MAIL_BYTES + 1);
    if let Err(error) = std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes) {
        eprintln!("error: standard input cannot be read: {error}");
        return Ok(ExitCode::from(EX_TEMPFAIL));
    }
    let taking = tokio::spawn(async move {
        let opened = match data::open(&act.data).await {
            Ok(opened) => opened,
            Err(exit) => {
                eprintln!("error: {:#}: the mail server keeps the message and tries again", exit.error);
                return EX_TEMPFAIL;
            }
        };
        take(&opened, bytes, &arrival(sender, recipient), act.json).await
    });
    // Even a fault of the program itself must not bounce a report.
    Ok(ExitCode::from(taking.await.unwrap_or(EX_TEMPFAIL)))
}

/// Takes one mail in and gives the exit code.
pub async fn take(opened: &Opened, mut bytes: Vec<u8>, arrival: &Arrival, json: bool) -> u8 {
    if bytes.len() as u64 > LARGEST {
        report_error("-", &format!("larger than the {} MiB a mail may have: send large files through the form", LARGEST >> 20), json);
        return EX_DATAERR;
    }
    let (raw, line) = without_from_line(&bytes);
    let on_top = bytes.len() - raw.len();
    let mut arrival = arrival.clone();
    if arrival.envelope_from.is_none() {
        arrival.envelope_from = line;
    }
    bytes.drain(..on_top);
    match opened.desk.take_mail(opened.opener.as_ref(), bytes, &arrival).await {
        Ok(imported) => {
            show("-", &imported, json);
            0
        }
        Err(error) => {
            report_error("-", &error.to_string(), json);
            match error {
                ImportError::Empty => EX_DATAERR,
                ImportError::NoParser(_) | ImportError::Trouble(_) => EX_TEMPFAIL,
            }
        }
    }
}

/// The mail without the `From ` line that delivery agents put on top, and the envelope sender in it. It is one mail, whatever lines in it
/// begin with `From `.
fn without_from_line(bytes: &[u8]) -> (&[u8], Option<String>) {
    let Some(rest) = bytes.strip_prefix(b"From ") else { return (bytes, None) };
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
    let (line, mail) = rest.split_at(end);
    let sender = line.split(|byte| byte.is_ascii_whitespace()).next().and_then(|word| std::str::from_utf8(word).ok());
    (mail, sender.filter(|word| !word.is_empty()).map(envelope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_on_top_is_taken_off_and_nothing_else() {
        let mail = b"From ana@research.example  Sat Nov 21 23:00:00 2026\nSubject: x\n\nOne\n\nFrom eve@evil.example Sat\nSubject: y\n";
        let (raw, sender) = without_from_line(mail);
        assert!(raw.starts_with(b"Subject: x\n") && raw.ends_with(b"Subject: y\n"));
        assert_eq!(sender.as_deref(), Some("ana@research.example"));
        assert_eq!(without_from_line(b"From MAILER-DAEMON Sat\nx"), (&b"x"[..], Some(String::new())));
        assert_eq!(without_from_line(b"From: a@b.example\n\nx"), (&b"From: a@b.example\n\nx"[..], None));
        assert_eq!(without_from_line(b"From "), (&b""[..], None));
    }

    #[test]
    fn nobody_has_several_names() {
        for nobody in ["", "<>", "MAILER-DAEMON", "mailer-daemon"] {
            assert!(arrival(Some(nobody.to_owned()), Vec::new()).is_from_nobody(), "{nobody}");
        }
        assert!(!arrival(None, Vec::new()).is_from_nobody());
        assert!(!arrival(Some("ana@research.example".to_owned()), Vec::new()).is_from_nobody());
    }
}
