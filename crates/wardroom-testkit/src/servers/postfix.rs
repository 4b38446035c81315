//! A private Postfix: takes mail for everybody over SMTP and lays it into one maildir. It relays nothing and looks up no names.
//!
//! Not for faults: [`SmtpSink`](super::SmtpSink) plays the difficult servers. This one shows that a real one understands us.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Account, Certificate, Watch, absent, am_root, find_program, free_port, places, watch};

const REMEDY: &str = "install the Debian package postfix (configuration type: No configuration) and run as root";
const DAEMONS: &str = "/usr/lib/postfix/sbin";

/// A running server; stopped and removed on drop.
#[derive(Debug)]
pub struct Postfix {
    home: PathBuf,
    port: u16,
    certificate: Option<Certificate>,
    _watch: Watch,
}

/// A mail as Postfix delivered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredMail {
    /// Envelope recipient.
    pub recipient: String,
    /// Header and body, with the trace headers Postfix put on top and lines ending in LF.
    pub bytes: Vec<u8>,
}

impl Postfix {
    /// Starts a server. `None`: Postfix is not installed, or the tests do not run as root, without which it cannot run.
    pub fn start() -> Result<Option<Self>> {
        Self::handing_over("", "")
    }

    /// The same, handing every mail to another program instead of a maildir: further lines of `main.cf` and of `master.cf`.
    pub fn handing_over(main: &str, services: &str) -> Result<Option<Self>> {
        let Some(program) = find_program("postfix") else {
            return absent("Postfix", REMEDY);
        };
        if !am_root() || !PathBuf::from(DAEMONS).is_dir() {
            return absent("Postfix", REMEDY);
        }
        let home = places::new_home("postfix")?;
        let watch = Watch::over(&home, "\"$2\" -c \"$1/etc\" stop", &[program.as_os_str()], None)?;
        let certificate = Certificate::make(&home)?;
        let postfix = Self { home, port: free_port()?, certificate, _watch: watch };
        postfix.lay_out(main, services)?;
        let mut command = Command::new(program);
        command.arg("-c").arg(postfix.home.join("etc")).arg("start");
        watch::run(&mut command, &postfix.home.join("start.log")).context("cannot start Postfix")?;
        Ok(Some(postfix))
    }

    /// The loopback port for SMTP. With [`certificate`](Self::certificate) it offers STARTTLS and does not insist on it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust for STARTTLS, for the name `localhost`; `None` where `openssl` is absent.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Everything delivered so far, in no promised order.
    pub fn delivered(&self) -> Result<Vec<DeliveredMail>> {
        let folder = self.home.join("mail/all/new");
        let Ok(entries) = fs::read_dir(&folder) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            found.push(DeliveredMail { recipient: recipient_of(&bytes), bytes });
        }
        Ok(found)
    }

    /// Waits until at least `count` mails have been delivered: Postfix says 250 before it delivers.
    pub fn wait_for(&self, count: usize, at_most: Duration) -> Result<Vec<DeliveredMail>> {
        let started = Instant::now();
        loop {
            let delivered = self.delivered()?;
            if delivered.len() >= count {
                return Ok(delivered);
            }
            if started.elapsed() > at_most {
                let log = fs::read_to_string(self.home.join("log/postfix.log")).unwrap_or_default();
                bail!("{} of {count} mails were delivered; Postfix said:\n{log}", delivered.len());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Tries at once what was deferred.
    pub fn flush(&self) -> Result<()> {
        let mut command = Command::new("postqueue");
        command.arg("-c").arg(self.home.join("etc")).arg("-f");
        watch::run(&mut command, &self.home.join("flush.log")).context("cannot flush the queue")
    }

    /// What Postfix wrote into its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home.join("log/postfix.log")).unwrap_or_default()
    }

    fn lay_out(&self, main: &str, services: &str) -> Result<()> {
        for folder in ["etc", "queue", "data", "mail", "log"] {
            let path = self.home.join(folder);
            fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        }
        Account::named("postfix")?.take(&self.home.join("data"))?;
        let keeper = Account::named("nobody")?;
        keeper.take(&self.home.join("mail"))?;
        places::write_config(&self.home.join("etc/main.cf"), &format!("{}{main}", self.main_settings(&keeper)))?;
        places::write_config(&self.home.join("etc/master.cf"), &format!("{}{services}", self.services()))
    }

    fn main_settings(&self, keeper: &Account) -> String {
        let home = self.home.display();
        let tls = self.certificate.as_ref().map(|made| {
            format!(
                "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {}\nsmtpd_tls_key_file = {}\n",
                made.certificate.display(),
                made.key.display()
            )
        });
        format!(
            "compatibility_level = 3.6\nqueue_directory = {home}/queue\ndata_directory = {home}/data\ncommand_directory = /usr/sbin\n\
             daemon_directory = {DAEMONS}\nmail_owner = postfix\nsetgid_group = postdrop\nmaillog_file = {home}/log/postfix.log\n\
             maillog_file_prefixes = {home}\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mx.example.test\n\
             mydestination =\nmynetworks = 127.0.0.0/8\nalias_maps =\nalias_database =\nrelay_domains =\nsmtp_dns_support_level = disabled\n\
             virtual_transport = virtual\nvirtual_mailbox_domains = static:all\nvirtual_mailbox_base = {home}/mail\n\
             virtual_mailbox_maps = static:all/\nvirtual_uid_maps = static:{uid}\nvirtual_gid_maps = static:{gid}\n\
             smtpd_relay_restrictions = permit_mynetworks, reject\nsmtpd_peername_lookup = no\n{tls}",
            uid = keeper.uid,
            gid = keeper.gid,
            tls = tls.unwrap_or_default(),
        )
    }

    /// The services of `master.cf` that taking and delivering mail needs, none of them in a chroot.
    fn services(&self) -> String {
        let inner = [
            ("pickup", "unix", "n", "60", "1", "pickup"),
            ("cleanup", "unix", "n", "-", "0", "cleanup"),
            ("qmgr", "unix", "n", "300", "1", "qmgr"),
            ("tlsmgr", "unix", "-", "1000?", "1", "tlsmgr"),
            ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
            ("bounce", "unix", "-", "-", "0", "bounce"),
            ("defer", "unix", "-", "-", "0", "bounce"),
            ("trace", "unix", "-", "-", "0", "bounce"),
            ("flush", "unix", "n", "1000?", "0", "flush"),
            ("proxymap", "unix", "-", "-", "-", "proxymap"),
            ("showq", "unix", "n", "-", "-", "showq"),
            ("error", "unix", "-", "-", "-", "error"),
            ("retry", "unix", "-", "-", "-", "error"),
            ("anvil", "unix", "-", "-", "1", "anvil"),
            ("postlog", "unix-dgram", "n", "-", "1", "postlogd"),
        ];
        let mut text = format!("127.0.0.1:{} inet n - n - - smtpd\n", self.port);
        for (name, kind, private, wakeup, most, command) in inner {
            text.push_str(&format!("{name} {kind} {private} - n {wakeup} {most} {command}\n"));
        }
        // The delivery agent starts as root and becomes the mailbox's owner.
        text.push_str("virtual unix - n n - - virtual\n");
        text
    }
}

/// The envelope recipient, which the delivery agent writes into `Delivered-To`.
fn recipient_of(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let header = text.lines().take_while(|line| !line.is_empty());
    header.filter_map(|line| line.strip_prefix("Delivered-To: ")).map(str::to_owned).next().unwrap_or_default()
}
