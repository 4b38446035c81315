//! Mail as configured: SMTP out, IMAP and LMTP in.

use crate::config::{Config, ImapConfig, OauthConfig, SmtpConfig, password};
use crate::exits::Exit;
use jiff::SignedDuration;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use wardroom_adapters::bearer::Refresh;
use wardroom_adapters::lmtp::{Listen, Rules};
use wardroom_adapters::{ImapMailbox, Login, MailServer, Protection, RefreshedToken, Settled, SmtpMailer, TokenFile, TokenSource};
use wardroom_app::doors::Configured;
use wardroom_mail::Limits;

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
    let (login, bearer) = match (&imap.password_file, &imap.oauth2) {
        (Some(file), None) => (password(file)?, None),
        (None, Some(oauth)) => (String::new(), Some(bearer(oauth)?)),
        _ => return Err(Exit::new(1, format!("{place} needs either password_file or oauth2"))),
    };
    let server = MailServer {
        host: imap.host.clone(),
        port: imap.port,
        protection: protection(place, &imap.tls)?,
        login: Some(Login { user: imap.user.clone(), password: login.into() }),
        trusted_pem: pem(imap.trusted_pem_file.as_deref())?,
        allow_plain_login: false,
    };
    let settled = imap.processed.clone().map_or(Settled::Seen, Settled::MovedTo);
    let mailbox = ImapMailbox::new(server, &imap.folder, settled).map_err(|fault| Exit::new(1, format!("{place} {fault}")))?;
    let mailbox = if imap.idle { mailbox } else { mailbox.without_idle() };
    Ok(match bearer {
        Some(bearer) => mailbox.with_bearer(bearer),
        None => mailbox,
    })
}

fn bearer(oauth: &OauthConfig) -> Result<Arc<dyn TokenSource>, Exit> {
    let place = "[mail.imap.oauth2]";
    match (&oauth.token_file, &oauth.refresh_token_file, &oauth.client_id, &oauth.token_endpoint) {
        (Some(file), None, None, None) => Ok(Arc::new(TokenFile(file.clone()))),
        (None, Some(refresh), Some(client), Some(endpoint)) => {
            let how = Refresh {
                client_id: client.clone(),
                client_secret_file: oauth.client_secret_file.clone(),
                refresh_token_file: refresh.clone(),
                endpoint: endpoint.clone(),
                scope: oauth.scope.clone(),
            };
            let source = RefreshedToken::new(how).map_err(|why| Exit::new(1, format!("{place} {why}")))?;
            Ok(Arc::new(source))
        }
        _ => Err(Exit::new(1, format!("{place} needs either token_file, or client_id, refresh_token_file and token_endpoint"))),
    }
}

/// Where mail is handed over directly, for whom, and by which machines besides this one; `None` where it is not configured.
pub fn lmtp(config: &Config) -> Result<Option<(Listen, Rules, Vec<IpAddr>)>, Exit> {
    let place = "[lmtp]";
    let Some(lmtp) = &config.lmtp else { return Ok(None) };
    let team = config.mail.address.clone().unwrap_or_default();
    let recipients = if lmtp.recipients.is_empty() { vec![team.clone()] } else { lmtp.recipients.clone() };
    if let Some(odd) = recipients.iter().find(|one| !one.contains('@')) {
        return Err(Exit::new(1, format!("{place} recipients must be addresses, not {odd:?}")));
    }
    let mode = u32::from_str_radix(&lmtp.mode, 8).ok().filter(|mode| *mode <= 0o777);
    let mode = mode.ok_or_else(|| Exit::new(1, format!("{place} mode must be octal like 0660, not {:?}", lmtp.mode)))?;
    let listen = match lmtp.listen.parse() {
        Ok(at) => Listen::Tcp(at),
        Err(_) => Listen::Unix(lmtp.listen.clone().into(), mode),
    };
    let host = team.rsplit('@').next().filter(|host| !host.is_empty()).unwrap_or("localhost").to_owned();
    let rules = Rules { host, recipients, largest: Limits::default().mail_bytes, most_recipients: 100 };
    Ok(Some((listen, rules, lmtp.peers.clone())))
}

/// The doors the configuration opens, by the names `doctor` shows.
pub fn doors(config: &Config) -> Configured {
    let mailbox = |imap: &ImapConfig| format!("{}{}/{}", wardroom_app::doors::MAILBOX, imap.host, imap.folder);
    let mut doors: Vec<String> = config.mail.imap.iter().map(mailbox).collect();
    doors.extend(config.lmtp.is_some().then(|| wardroom_app::doors::LMTP.to_owned()));
    doors.extend(config.mail.smtp.is_some().then(|| wardroom_app::doors::OUTGOING.to_owned()));
    doors.extend(config.cve.is_some().then(|| wardroom_app::doors::CVE.to_owned()));
    doors.extend([wardroom_app::doors::FORM, wardroom_app::doors::API].map(str::to_owned));
    // The connection that waits to be told (IDLE) is begun anew every four minutes, and each time the folder is looked into.
    let pace = config.mail.poll_seconds.unwrap_or_default().max(240);
    let pace = SignedDuration::from_secs(i64::try_from(pace).unwrap_or(i64::MAX));
    let paces = config.mail.imap.iter().map(|imap| (mailbox(imap), pace)).collect();
    Configured { doors, paces, daily_test: config.self_test.daily }
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
