//! Mail as configured: SMTP out, IMAP in.

use crate::config::{ImapConfig, SmtpConfig, password};
use crate::exits::Exit;
use std::path::Path;
use wardroom_adapters::{ImapMailbox, Login, MailServer, Protection, Settled, SmtpMailer};

/// Sends through the server named.
pub fn mailer(smtp: &SmtpConfig, team_address: &str) -> Result<SmtpMailer, Exit> {
    let place = "[mail.smtp]";
    let login = match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(file)) => Some(Login { user: user.clone(), password: password(file)?.into() }),
        (None, None) => None,
        _ => return Err(Exit::new(1, format!("{place} user and password_file belong together"))),
    };
    let server = MailServer {
        host: smtp.host.clone(),
        port: smtp.port,
        protection: protection(place, &smtp.tls)?,
        login,
        trusted_pem: pem(smtp.trusted_pem_file.as_deref())?,
        allow_plain_login: false,
    };
    let hello = team_address.rsplit('@').next().unwrap_or_default();
    SmtpMailer::new(server, hello).map_err(|fault| Exit::new(1, format!("{place} {fault}")))
}

/// Reads the mailbox named.
pub fn mailbox(imap: &ImapConfig) -> Result<ImapMailbox, Exit> {
    let place = "[[mail.imap]]";
    let server = MailServer {
        host: imap.host.clone(),
        port: imap.port,
        protection: protection(place, &imap.tls)?,
        login: Some(Login { user: imap.user.clone(), password: password(&imap.password_file)?.into() }),
        trusted_pem: pem(imap.trusted_pem_file.as_deref())?,
        allow_plain_login: false,
    };
    let settled = imap.processed.clone().map_or(Settled::Seen, Settled::MovedTo);
    ImapMailbox::new(server, &imap.folder, settled).map_err(|fault| Exit::new(1, format!("{place} {fault}")))
}

fn protection(place: &str, word: &str) -> Result<Protection, Exit> {
    match word {
        "implicit" => Ok(Protection::Implicit),
        "starttls" => Ok(Protection::StartTls),
        "none" => Ok(Protection::None),
        other => Err(Exit::new(1, format!("{place} tls must be implicit, starttls or none, not {other:?}"))),
    }
}

fn pem(file: Option<&Path>) -> Result<Option<Vec<u8>>, Exit> {
    let Some(file) = file else { return Ok(None) };
    let read = std::fs::read(file).map_err(|error| Exit::new(1, format!("cannot read certificate {}: {error}", file.display())))?;
    Ok(Some(read))
}
