//! Configuration, read once at start: flags over environment over file. What is not known is refused with its place.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use wardroom_app::public_house::UploadLimits;

/// `wardroom.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub public: FaceConfig,
    pub desk: FaceConfig,
    /// Profile file, `FILE` or `FILE#ID`; relative to the configuration file.
    pub profile: Option<String>,
    /// `postgres://…`; absent: SQLite in the data directory.
    pub database_url: Option<String>,
    /// Where the master key lies; absent: `keys/master.key` in the data directory.
    pub master_key_file: Option<PathBuf>,
    pub mail: MailConfig,
    pub uploads: UploadsConfig,
    pub keys: KeysConfig,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    pub lmtp: Option<LmtpConfig>,
    pub self_test: SelfTestConfig,
    pub cve: Option<CveConfig>,
    pub gcve: Option<GcveConfig>,
}

/// Our place in the CVE program: we are a CNA. The key of the user is no setting: `wardroom cve key` keeps it, sealed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CveConfig {
    /// Short name of the organisation.
    pub org: String,
    /// A user of the organisation that nobody else uses.
    pub user: String,
    /// `production`, `test`, or the address of another service of the same kind. There is no usual one: who means it says so.
    pub environment: String,
    /// Certificate (PEM) trusted besides the usual authorities.
    pub trusted_pem_file: Option<PathBuf>,
}

/// We are a GCVE numbering authority.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GcveConfig {
    /// Our number in the GCVE directory; 65535 is for tests, 0 stands for CVE.
    pub gna: u32,
}

/// Direct delivery by the mail server (RFC 2033).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LmtpConfig {
    /// `127.0.0.1:24`, or the path of a socket.
    pub listen: String,
    /// Addresses mail is taken for; empty: the team's.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Mail servers on other machines that may connect.
    #[serde(default)]
    pub peers: Vec<std::net::IpAddr>,
    /// Mode of the socket, octal.
    #[serde(default = "socket_mode")]
    pub mode: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelfTestConfig {
    /// A synthetic report goes through every door each day.
    pub daily: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaceConfig {
    pub listen: Option<String>,
    /// The address people use, `https://…`, when a proxy stands in front.
    pub url: Option<String>,
    /// The report form offers the names of the product catalogue; else only those of published advisories. Public face only.
    pub offer_products: bool,
}

/// How much reporters may send. Numbers in mebibytes, because nobody counts bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UploadsConfig {
    /// Largest file; 2048 when absent.
    pub file_mib: Option<u64>,
    /// All files together that belong to no report yet; 51200 when absent.
    pub waiting_mib: Option<u64>,
    /// What stays free on the disk whatever arrives; 1024 when absent.
    pub spare_mib: Option<u64>,
    /// What one network may send in a day; 20480 when absent.
    pub network_mib: Option<u64>,
    /// Files one report may have; 50 when absent.
    pub files: Option<usize>,
    /// Hours after which an upload or draft that nobody touches is removed; 168 when absent.
    pub keep_hours: Option<u32>,
}

impl UploadsConfig {
    /// The limits, where nothing is said the usual ones.
    pub fn limits(&self) -> UploadLimits {
        let usual = UploadLimits::default();
        let bytes = |mib: Option<u64>, usual| mib.map_or(usual, |mib| mib.saturating_mul(1 << 20));
        UploadLimits {
            file_bytes: bytes(self.file_mib, usual.file_bytes),
            waiting_bytes: bytes(self.waiting_mib, usual.waiting_bytes),
            spare_bytes: bytes(self.spare_mib, usual.spare_bytes),
            network_bytes: bytes(self.network_mib, usual.network_bytes),
            files: self.files.unwrap_or(usual.files),
            keep_hours: self.keep_hours.unwrap_or(usual.keep_hours),
        }
    }
}

/// Reporters' keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// Whether the team may ask the key directory (WKD) of a reporter's domain: the domain learns that we ask.
    pub wkd: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// The team's address.
    pub address: Option<String>,
    pub smtp: Option<SmtpConfig>,
    pub imap: Vec<ImapConfig>,
    /// Mail to `psirt+anything@vendor.example` reaches the same mailbox: our mails then ask for answers to an address that holds the report's
    /// token.
    pub plus_addresses: bool,
    /// Seconds between two looks into the mailboxes.
    pub poll_seconds: Option<u64>,
    /// `127.0.0.1:53`: the DNS resolver asked about senders (DKIM, SPF, DMARC). Absent: nobody is asked, and no packet leaves for it.
    pub resolver: Option<std::net::SocketAddr>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    /// `none`, `starttls` or `implicit`.
    #[serde(default = "starttls")]
    pub tls: String,
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    /// Certificate (PEM) trusted besides the usual authorities.
    pub trusted_pem_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImapConfig {
    pub host: String,
    pub port: u16,
    /// `implicit`, `starttls` or `none`.
    #[serde(default = "implicit")]
    pub tls: String,
    pub user: String,
    /// Either this or `oauth2`.
    pub password_file: Option<PathBuf>,
    pub oauth2: Option<OauthConfig>,
    #[serde(default = "inbox")]
    pub folder: String,
    /// The server tells when something new lies there; false: look every `poll_seconds`.
    #[serde(default = "yes")]
    pub idle: bool,
    /// Folder a message is moved to once it is ours; absent: it is marked as seen.
    pub processed: Option<String>,
    /// Certificate (PEM) trusted besides the usual authorities.
    pub trusted_pem_file: Option<PathBuf>,
}

/// Login with a token instead of a password: one kept fresh in a file by another program, or got with a refresh token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthConfig {
    /// The access token, in the first line.
    pub token_file: Option<PathBuf>,
    pub client_id: Option<String>,
    pub client_secret_file: Option<PathBuf>,
    /// Written anew when the provider gives another one.
    pub refresh_token_file: Option<PathBuf>,
    /// `https://…/token`
    pub token_endpoint: Option<String>,
    #[serde(default)]
    pub scope: String,
}

fn yes() -> bool {
    true
}

fn socket_mode() -> String {
    "0660".to_owned()
}

fn starttls() -> String {
    "starttls".to_owned()
}

fn implicit() -> String {
    "implicit".to_owned()
}

fn inbox() -> String {
    "INBOX".to_owned()
}

impl Config {
    /// Reads the file named, else `wardroom.toml` in the data directory, else nothing.
    pub fn read(named: Option<&Path>, data: &Path) -> Result<Config> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => {
                let usual = data.join("wardroom.toml");
                if !usual.exists() {
                    return Ok(Config::default());
                }
                usual
            }
        };
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read configuration {}", path.display()))?;
        let mut config: Config = toml::from_str(&text).with_context(|| format!("configuration {} is not usable", path.display()))?;
        let base = path.parent().unwrap_or(Path::new("."));
        config.profile = config.profile.map(|profile| base.join(profile).to_string_lossy().into_owned());
        config.master_key_file = config.master_key_file.map(|file| base.join(file));
        if let Some(smtp) = &mut config.mail.smtp {
            smtp.password_file = smtp.password_file.take().map(|file| base.join(file));
            smtp.trusted_pem_file = smtp.trusted_pem_file.take().map(|file| base.join(file));
        }
        for imap in &mut config.mail.imap {
            imap.password_file = imap.password_file.take().map(|file| base.join(file));
            if let Some(oauth) = &mut imap.oauth2 {
                for file in [&mut oauth.token_file, &mut oauth.client_secret_file, &mut oauth.refresh_token_file] {
                    *file = file.take().map(|file| base.join(file));
                }
            }
            imap.trusted_pem_file = imap.trusted_pem_file.take().map(|file| base.join(file));
        }
        if let Some(cve) = &mut config.cve {
            cve.trusted_pem_file = cve.trusted_pem_file.take().map(|file| base.join(file));
        }
        if let Some(lmtp) = &mut config.lmtp
            && lmtp.listen.parse::<std::net::SocketAddr>().is_err()
        {
            lmtp.listen = base.join(&lmtp.listen).to_string_lossy().into_owned();
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        for (name, face) in [("public", &self.public), ("desk", &self.desk)] {
            if let Some(url) = &face.url
                && !(url.starts_with("https://") || url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost"))
            {
                bail!("[{name}] url must begin with https:// (http:// only for 127.0.0.1 and localhost)");
            }
        }
        if !(self.mail.imap.is_empty() && self.mail.smtp.is_none() && self.lmtp.is_none()) && self.mail.address.is_none() {
            bail!("[mail] address is needed when mail is used");
        }
        if self.gcve.as_ref().is_some_and(|gcve| gcve.gna == 0 || gcve.gna > 65_535) {
            bail!("[gcve] gna is the number the GCVE directory gave you, from 1 to 65535 (0 stands for CVE)");
        }
        Ok(())
    }
}

/// The first line of a file that holds a password.
pub fn password(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read password file {}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
