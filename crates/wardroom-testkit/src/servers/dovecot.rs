//! A private Dovecot: one mailbox over IMAP, in the clear and over TLS, on loopback.
//!
//! Not a mail server for several people, and no LMTP: [`deliver`](Dovecot::deliver) puts mail into the maildir as a delivery agent would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use super::{Account, Certificate, Watch, absent, am_root, find_program, free_port, places};

const REMEDY: &str = "install the Debian package dovecot-imapd";

/// A running server; stopped and removed on drop.
#[derive(Debug)]
pub struct Dovecot {
    home: PathBuf,
    port: u16,
    tls: Option<(u16, Certificate)>,
    keeper: Account,
    delivered: AtomicU32,
    watch: Watch,
}

/// A mail as it lies in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMail {
    /// The raw bytes.
    pub bytes: Vec<u8>,
    /// The maildir flag letters: `S` seen, `R` answered, `F` flagged, `T` deleted, `D` draft.
    pub flags: String,
}

impl Dovecot {
    /// Starts a server with one mailbox. `None`: Dovecot is not installed.
    pub fn start(user: &str, password: &str) -> Result<Option<Self>> {
        Self::start_with(user, password, "")
    }

    /// The same for a server that takes tokens (XOAUTH2): it asks `tokeninfo`, a URL the token is put behind, whose answer names the user.
    pub fn start_with_tokens(user: &str, password: &str, tokeninfo: &str) -> Result<Option<Self>> {
        let settings = format!("tokeninfo_url = {tokeninfo}\nusername_attribute = user\n");
        let file = tempfile::Builder::new().prefix("wardroom-oauth2-").tempfile().context("cannot make a temporary file")?;
        places::write_config(file.path(), &settings)?;
        let (_, path) = file.keep().context("cannot keep a temporary file")?;
        let passdb = format!("passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n", path.display());
        Self::start_with(user, password, &format!("auth_mechanisms = plain login xoauth2\n{passdb}"))
    }

    /// The same with further settings, after ours.
    pub fn start_with(user: &str, password: &str, further: &str) -> Result<Option<Self>> {
        let Some(program) = find_program("dovecot") else {
            return absent("Dovecot", REMEDY);
        };
        let keeper = if am_root() { Account::named("nobody")? } else { Account::own()? };
        let home = places::new_home("dovecot")?;
        let watch = Watch::over(&home, "", &[], None)?;
        let certificate = Certificate::make(&home)?;
        let tls = match certificate {
            Some(certificate) => Some((free_port()?, certificate)),
            None => None,
        };
        let mut dovecot = Self { home, port: free_port()?, tls, keeper, delivered: AtomicU32::new(0), watch };
        for folder in ["mail", "mail/new", "mail/cur", "mail/tmp", "keeper"] {
            let path = dovecot.home.join(folder);
            fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
            dovecot.keeper.take(&path)?;
        }
        places::write_config(&dovecot.home.join("people"), &format!("{user}:{{PLAIN}}{password}\n"))?;
        places::write_config(&dovecot.configuration(), &format!("{}{further}", dovecot.settings()))?;
        let mut command = Command::new(program);
        command.arg("-F").arg("-c").arg(dovecot.configuration());
        let log = dovecot.home.join("start.log");
        dovecot.watch.start(&mut command, &log)?;
        places::wait_for_port(dovecot.port).with_context(|| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            format!("Dovecot did not start: {}", said.trim())
        })?;
        Ok(Some(dovecot))
    }

    /// The loopback port for IMAP without TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The loopback port for IMAP inside TLS and the certificate to trust; `None` where `openssl` is absent. The server's name is `localhost`.
    pub fn tls(&self) -> Option<(u16, &Certificate)> {
        self.tls.as_ref().map(|(port, certificate)| (*port, certificate))
    }

    /// Puts a mail into the inbox, unseen.
    pub fn deliver(&self, raw: &[u8]) -> Result<()> {
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let name = format!("1700000000.M{number}P{}.wardroom", std::process::id());
        let arriving = self.mailbox("INBOX").join("tmp").join(&name);
        fs::write(&arriving, raw).with_context(|| format!("cannot write {}", arriving.display()))?;
        self.keeper.take(&arriving)?;
        let arrived = self.mailbox("INBOX").join("new").join(&name);
        fs::rename(&arriving, &arrived).context("cannot move a mail into the inbox")
    }

    /// What lies in a mailbox (`INBOX`, `Archive`, …), in no promised order; empty where there is no such mailbox.
    pub fn mails(&self, mailbox: &str) -> Result<Vec<StoredMail>> {
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let folder = self.mailbox(mailbox).join(part);
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries {
                let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
                let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                found.push(StoredMail { bytes, flags: flags_of(&path) });
            }
        }
        Ok(found)
    }

    /// Gives the inbox a new UIDVALIDITY, as a restored mail server does: every UID a client remembers is void. Only between sessions of the client.
    pub fn forget_uids(&self) -> Result<()> {
        let inbox = self.mailbox("INBOX");
        let list = inbox.join("dovecot-uidlist");
        let text = fs::read_to_string(&list).context("the inbox has no UIDs yet: let a client select it first")?;
        let validity = validity_in(&text).context("cannot find the UIDVALIDITY of the inbox")?;
        for entry in fs::read_dir(&inbox).with_context(|| format!("cannot list {}", inbox.display()))? {
            let path = entry.with_context(|| format!("cannot list {}", inbox.display()))?.path();
            let index = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dovecot"));
            if index {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        places::write_config(&list, &format!("3 V{} N1\n", validity + 1))?;
        self.keeper.take(&list)
    }

    fn configuration(&self) -> PathBuf {
        self.home.join("dovecot.conf")
    }

    fn mailbox(&self, name: &str) -> PathBuf {
        let mail = self.home.join("mail");
        if name.eq_ignore_ascii_case("INBOX") { mail } else { mail.join(format!(".{name}")) }
    }

    fn settings(&self) -> String {
        let home = self.home.display();
        let tls = match &self.tls {
            None => "ssl = no\n".to_owned(),
            Some((_, made)) => {
                format!("ssl = yes\nssl_cert = <{}\nssl_key = <{}\n", made.certificate.display(), made.key.display())
            }
        };
        let tls_port = self.tls.as_ref().map_or(0, |(port, _)| *port);
        // As root the package's own accounts serve the login; otherwise everything is ours.
        let accounts =
            if am_root() { String::new() } else { format!("default_internal_user = {0}\ndefault_login_user = {0}\n", self.keeper.name) };
        format!(
            "base_dir = {home}/run\nstate_dir = {home}/state\nlog_path = {home}/dovecot.log\nprotocols = imap\nlisten = 127.0.0.1\n\
             disable_plaintext_auth = no\nauth_mechanisms = plain login\nfirst_valid_uid = 1\nmail_location = maildir:{home}/mail\n\
             mail_max_userip_connections = 50\nauth_failure_delay = 0\n{tls}{accounts}\
             passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN {home}/people\n}}\n\
             userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={home}/keeper\n}}\n\
             service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {port}\n  }}\n  inet_listener imaps {{\n    port = {tls_port}\n    ssl = yes\n  }}\n}}\n\
             service anvil {{\n  chroot =\n  unix_listener anvil-auth-penalty {{\n    mode = 0\n  }}\n}}\n",
            uid = self.keeper.uid,
            gid = self.keeper.gid,
            port = self.port,
        )
    }
}

/// The number after `V` in the first line of Dovecot's list of UIDs.
fn validity_in(uidlist: &str) -> Option<u32> {
    uidlist.lines().next()?.split(' ').find_map(|word| word.strip_prefix('V'))?.parse().ok()
}

/// The letters after `:2,` in a maildir file name.
fn flags_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split_once(":2,").map(|(_, flags)| flags.to_owned()).unwrap_or_default()
}
