//! Outgoing mail over SMTP (RFC 5321): one connection per mail, the bytes as they were composed, the envelope as it was decided.
//!
//! Deliberately no queue and no second try: the outbox has them. Deliberately no composing: what is in the header is not known here, hence nothing
//! can be put into it here.

use crate::mail_server::{MailServer, MailServerFault, Protection, without_addresses};
use async_trait::async_trait;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::borrow::Cow;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::timeout;
use wardroom_app::ports::mailer::{MailTrouble, Mailer, Outgoing};

/// For the connection, and for one mail altogether. The outbox leases a mail for two minutes.
const CONNECT: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(90);
/// RFC 5321 section 4.5.3.1.
const ADDRESS_BYTES: usize = 254;
const LOCAL_PART_BYTES: usize = 64;

/// Where no outgoing mail is configured: the outbox keeps everything until it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMailer;

#[async_trait]
impl Mailer for NoMailer {
    async fn send(&self, _mail: &Outgoing) -> Result<(), MailTrouble> {
        Err(MailTrouble::NotConfigured)
    }
}

/// Hands mail to one server.
pub struct SmtpMailer {
    server: MailServer,
    tls: Option<TlsParameters>,
    hello: ClientId,
    patience: Duration,
}

impl SmtpMailer {
    /// `hello` is the name this side gives in EHLO; empty: `localhost`. Nothing is connected yet.
    pub fn new(server: MailServer, hello: &str) -> Result<SmtpMailer, MailServerFault> {
        server.checked()?;
        if hello.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(MailServerFault::ControlCharacters);
        }
        let tls = match server.protection {
            Protection::None => None,
            Protection::Implicit | Protection::StartTls => Some(tls_of(&server)?),
        };
        let hello = ClientId::Domain(if hello.is_empty() { "localhost".to_owned() } else { hello.to_owned() });
        Ok(SmtpMailer { server, tls, hello, patience: PATIENCE })
    }

    /// Another time for one mail than 90 seconds.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> SmtpMailer {
        SmtpMailer { patience, ..self }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailTrouble> {
        let at = (self.server.host.as_str(), self.server.port);
        let outer = self.tls.clone().filter(|_| self.server.protection == Protection::Implicit);
        let connecting = AsyncSmtpConnection::connect_tokio1(at, Some(CONNECT.min(self.patience)), &self.hello, outer, None);
        let mut connection = connecting.await.map_err(|error| later("connect", &error))?;
        if let (Protection::StartTls, Some(tls)) = (self.server.protection, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await.map_err(|error| later("STARTTLS", &error))?;
        }
        if let Some(login) = &self.server.login {
            let credentials = Credentials::new(login.user.clone(), login.password.to_string());
            // A refused login says nothing about the mail: it waits until the password is right.
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| later("login", &error))?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, envelope: Envelope, raw: &[u8]) -> Result<(), MailTrouble> {
        let mut connection = self.connect().await?;
        let parameters = parameters(&connection, &envelope, raw)?;
        // Whether we may send at all is a matter of set-up; whether to this recipient and this mail, the receiver's decision.
        connection.command(Mail::new(envelope.from, parameters)).await.map_err(|error| later("MAIL", &error))?;
        connection.command(Rcpt::new(envelope.to, Vec::new())).await.map_err(|error| decided("RCPT", &error))?;
        connection.command(Data).await.map_err(|error| decided("DATA", &error))?;
        // What follows the data is a line break and the dot: the mail's own last line break is that one.
        let raw = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        connection.message(raw).await.map_err(|error| decided("the end of DATA", &error))?;
        // It is theirs now; how the conversation ends changes nothing.
        let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        Ok(())
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Outgoing) -> Result<(), MailTrouble> {
        let from = match mail.from.as_str() {
            "" => None,
            address => Some(strict(address).ok_or_else(|| MailTrouble::Refused("the sender is not a mail address".to_owned()))?),
        };
        let to = strict(&mail.to).ok_or_else(|| MailTrouble::Refused("the recipient is not a mail address".to_owned()))?;
        let raw = with_crlf(&mail.raw);
        match timeout(self.patience, self.hand_over(Envelope { from, to }, &raw)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(MailTrouble::Later(format!("the server did not answer within {} seconds", self.patience.as_secs()))),
        }
    }
}

struct Envelope {
    /// None: the null sender.
    from: Option<Address>,
    to: Address,
}

fn parameters(connection: &AsyncSmtpConnection, envelope: &Envelope, raw: &[u8]) -> Result<Vec<MailParameter>, MailTrouble> {
    let offers = |extension| connection.server_info().supports_feature(extension);
    let mut parameters = Vec::new();
    let addresses = envelope.from.iter().chain([&envelope.to]);
    if addresses.into_iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !offers(Extension::SmtpUtfEight) {
            return Err(MailTrouble::Refused("the server takes no addresses beyond ASCII (SMTPUTF8)".to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !raw.is_ascii() {
        if !offers(Extension::EightBitMime) {
            return Err(MailTrouble::Later("the server takes no mail beyond ASCII (8BITMIME)".to_owned()));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

fn tls_of(server: &MailServer) -> Result<TlsParameters, MailServerFault> {
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.trusted_pem {
        parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(|_| MailServerFault::Trusted)?);
    }
    parameters.build().map_err(|error| MailServerFault::Tls(error.to_string()))
}

/// An address without quoting, comments, routes or anything that could be read as something else.
fn strict(address: &str) -> Option<Address> {
    let (local, domain) = address.split_once('@')?;
    let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let local_is_plain = !local.is_empty() && local.len() <= LOCAL_PART_BYTES && local.chars().all(plain) && !local.starts_with('-');
    let domain_is_plain = !domain.is_empty() && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
    (address.len() <= ADDRESS_BYTES && local_is_plain && domain_is_plain).then(|| address.parse().ok()).flatten()
}

/// Lone CR or LF could end a mail early at one server and not at the next (SMTP smuggling); every line break becomes CRLF.
fn with_crlf(raw: &[u8]) -> Cow<'_, [u8]> {
    let before = |at: usize| at.checked_sub(1).and_then(|at| raw.get(at));
    let lone = |(at, byte): (usize, &u8)| match byte {
        b'\n' => before(at) != Some(&b'\r'),
        b'\r' => raw.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    if !raw.iter().enumerate().any(lone) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 16);
    for (at, &byte) in raw.iter().enumerate() {
        match byte {
            b'\n' if before(at) == Some(&b'\r') => {}
            b'\n' | b'\r' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

fn later(step: &str, error: &lettre::transport::smtp::Error) -> MailTrouble {
    MailTrouble::Later(said(step, error))
}

fn decided(step: &str, error: &lettre::transport::smtp::Error) -> MailTrouble {
    if error.is_permanent() { MailTrouble::Refused(said(step, error)) } else { MailTrouble::Later(said(step, error)) }
}

fn said(step: &str, error: &lettre::transport::smtp::Error) -> String {
    let mut words = error.to_string();
    // lettre names the first cause itself; what the system said of a connection lies deeper.
    let mut cause = error.source().and_then(|first| first.source());
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    without_addresses(&format!("at {step}: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_mailed_to() {
        for good in ["ana@example.org", "a.b+c@x-y.example", "o'neil@example.org", "用户@例子.example"] {
            assert!(strict(good).is_some(), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a b@example.org",
            "ana@example.org\r\nRCPT TO:<eve@example.org>",
            "<ana@example.org>",
            "\"a b\"@example.org",
            "ana@example.org,eve@example.org",
            "a@b@c",
            "-oQ/tmp@example.org",
            "ana@[127.0.0.1]",
            "ana@exa mple.org",
            "ana\0@example.org",
            "@a:b@example.org",
            "a..b@example.org",
            ".a@example.org",
            &long,
        ] {
            assert!(strict(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn lone_line_breaks_become_whole_ones() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (b"a\nb\n", b"a\r\nb\r\n"),
            (b"a\n.\nMAIL", b"a\r\n.\r\nMAIL"),
            (b"a\r.\rb", b"a\r\n.\r\nb"),
            (b"\n\r\r\n", b"\r\n\r\n\r\n"),
        ];
        for (raw, expected) in cases {
            assert_eq!(with_crlf(raw).as_ref(), expected, "{raw:?}");
        }
    }
}
