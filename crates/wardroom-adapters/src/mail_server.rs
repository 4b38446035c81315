//! How a mail server is reached: host, port, protection, login. Shared by SMTP and IMAP.
//! Deliberately strict about one thing: a password does not cross a network in the clear unless somebody wrote down that it may.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use std::net::IpAddr;
use std::sync::Arc;
use thiserror::Error;
use zeroize::Zeroizing;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// TLS from the first byte.
    #[default]
    Implicit,
    /// TLS after the command STARTTLS; without it nothing is said.
    StartTls,
    /// In the clear.
    None,
}

/// A user and their password.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// A server for mail.
#[derive(Clone, Debug, Default)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub login: Option<Login>,
    /// Certificates (PEM) trusted besides the usual authorities: for a server with one of its own.
    pub trusted_pem: Option<Vec<u8>>,
    /// The operator accepts that the password crosses the network in the clear.
    pub allow_plain_login: bool,
}

/// What is wrong with the set-up of a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MailServerFault {
    #[error("the mail server has no host: set it")]
    NoHost,
    #[error("the login to {0} would cross the network in the clear: use implicit TLS or STARTTLS")]
    PlainLogin(String),
    #[error("IMAP needs a user and a password: set them")]
    NoLogin,
    #[error("a name of the mail server's set-up holds control characters: write it anew")]
    ControlCharacters,
    #[error("{0} is not the name of a host: a certificate could not be checked against it")]
    HostName(String),
    #[error("the trusted certificates cannot be read: they must be PEM, with BEGIN CERTIFICATE")]
    Trusted,
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl MailServer {
    /// What cannot work, or must not, is refused at start.
    pub(crate) fn checked(&self) -> Result<(), MailServerFault> {
        if self.host.trim().is_empty() {
            return Err(MailServerFault::NoHost);
        }
        let login = self.login.iter().flat_map(|login| [login.user.as_str(), login.password.as_str()]);
        if login.chain([self.host.as_str()]).any(|text| text.chars().any(char::is_control)) {
            return Err(MailServerFault::ControlCharacters);
        }
        let exposed = self.protection == Protection::None && self.login.is_some() && !self.is_here();
        if exposed && !self.allow_plain_login {
            return Err(MailServerFault::PlainLogin(self.host.clone()));
        }
        if let Some(pem) = &self.trusted_pem {
            trusted(pem)?;
        }
        Ok(())
    }

    /// On this machine: nothing crosses a network.
    fn is_here(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    pub(crate) fn tls_client(&self) -> Result<Arc<ClientConfig>, MailServerFault> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = &self.trusted_pem {
            for certificate in trusted(pem)? {
                roots.add(certificate).map_err(|_| MailServerFault::Trusted)?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|fault| MailServerFault::Tls(fault.to_string()))?;
        Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

fn trusted(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, MailServerFault> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    certificates.ok().filter(|found| !found.is_empty()).ok_or(MailServerFault::Trusted)
}

/// What a server said, fit for a log: one line, not long, no addresses.
pub(crate) fn without_addresses(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(|word| if word.contains('@') { "(address)" } else { word }).collect();
    words.join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str, protection: Protection) -> MailServer {
        let login = Some(Login { user: "psirt".into(), password: Zeroizing::new("secret".into()) });
        MailServer { host: host.into(), port: 1, protection, login, ..MailServer::default() }
    }

    #[test]
    fn a_password_crosses_no_network_in_the_clear_unless_it_is_said_so() {
        for here in ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert_eq!(server(here, Protection::None).checked(), Ok(()), "{here}");
        }
        let there = server("mail.example.org", Protection::None);
        assert_eq!(there.checked(), Err(MailServerFault::PlainLogin("mail.example.org".into())));
        assert_eq!(MailServer { allow_plain_login: true, ..there.clone() }.checked(), Ok(()));
        assert_eq!(MailServer { login: None, ..there }.checked(), Ok(()));
        assert_eq!(server("mail.example.org", Protection::StartTls).checked(), Ok(()));
    }

    #[test]
    fn nonsense_is_refused_at_start_and_passwords_are_not_printed() {
        assert_eq!(server(" ", Protection::Implicit).checked(), Err(MailServerFault::NoHost));
        assert_eq!(server("a\r\nb", Protection::Implicit).checked(), Err(MailServerFault::ControlCharacters));
        let trusting = MailServer { trusted_pem: Some(b"nothing".to_vec()), ..server("a", Protection::Implicit) };
        assert_eq!(trusting.checked(), Err(MailServerFault::Trusted));
        assert!(!format!("{:?}", server("a", Protection::Implicit)).contains("secret"));
    }

    #[test]
    fn words_of_servers_lose_addresses_and_line_breaks() {
        assert_eq!(without_addresses("5.1.1 <ana@example.org>:\r\n no such\tuser"), "5.1.1 (address) no such user");
        assert_eq!(without_addresses(&"x".repeat(1000)).len(), 300);
    }
}
