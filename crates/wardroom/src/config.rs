//! Configuration, read once at start: flags over environment over file. What is not known is refused with its place.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};

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
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaceConfig {
    pub listen: Option<String>,
    /// The address people use, `https://…`, when a proxy stands in front.
    pub url: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// The team's address.
    pub address: Option<String>,
    pub smtp: Option<SmtpConfig>,
    pub imap: Vec<ImapConfig>,
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
    pub password_file: PathBuf,
    #[serde(default = "inbox")]
    pub folder: String,
    /// Folder a message is moved to once it is ours; absent: it is marked as seen.
    pub processed: Option<String>,
    /// Certificate (PEM) trusted besides the usual authorities.
    pub trusted_pem_file: Option<PathBuf>,
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
            imap.password_file = base.join(&imap.password_file);
            imap.trusted_pem_file = imap.trusted_pem_file.take().map(|file| base.join(file));
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
        if !(self.mail.imap.is_empty() && self.mail.smtp.is_none()) && self.mail.address.is_none() {
            bail!("[mail] address is needed when mail is used");
        }
        Ok(())
    }
}

/// The first line of a file that holds a password.
pub fn password(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read password file {}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
