//! A private PostgreSQL cluster with `fsync` on, in a directory of its own.
//!
//! Not tuned: the product must live with the defaults. Not the machine's cluster: that one is never touched.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use super::{Account, Watch, absent, am_root, find_program, free_port, places, watch};

const REMEDY: &str = "install the Debian package postgresql";

/// A running cluster; stopped and removed on drop. Connections over loopback need no password.
#[derive(Debug)]
pub struct Postgres {
    binaries: PathBuf,
    home: PathBuf,
    port: u16,
    account: Option<Account>,
    databases_made: AtomicU32,
    _watch: Watch,
}

impl Postgres {
    /// Makes a cluster and starts it (about two seconds). `None`: PostgreSQL is not installed.
    pub fn start() -> Result<Option<Self>> {
        let Some(binaries) = find_binaries() else {
            return absent("PostgreSQL", REMEDY);
        };
        // The server refuses to run as root.
        let account = if am_root() { Some(Account::named("postgres")?) } else { None };
        let home = places::new_home("postgres")?;
        if let Some(account) = &account {
            account.take(&home)?;
        }
        let farewell = "\"$2/pg_ctl\" -D \"$1/data\" -m immediate stop";
        let watch = Watch::over(&home, farewell, &[binaries.as_os_str()], account.as_ref())?;
        let port = free_port()?;
        let postgres = Self { binaries, home, port, account, databases_made: AtomicU32::new(0), _watch: watch };
        postgres.make_cluster()?;
        postgres.come_up()?;
        Ok(Some(postgres))
    }

    /// The address of a new, empty database, as a `postgres://` URL.
    pub fn fresh_database(&self) -> Result<String> {
        let name = format!("story_{}", self.databases_made.fetch_add(1, Ordering::Relaxed));
        let mut command = self.command("createdb");
        command.args(["--host", "127.0.0.1", "--username", "postgres", "--port"]).arg(self.port.to_string()).arg(&name);
        watch::run(&mut command, &self.log("createdb")).context("cannot make a database")?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}?sslmode=disable", self.port))
    }

    /// The loopback port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its directory, which is gone when it is dropped.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// One of PostgreSQL's own programs, such as `psql`, of the same version as the server.
    pub fn program(&self, name: &str) -> PathBuf {
        self.binaries.join(name)
    }

    /// Stops it the hard way, as a power cut of the process: nothing is flushed that was not flushed before.
    pub fn crash(&self) -> Result<()> {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data()).args(["-m", "immediate", "stop"]);
        watch::run(&mut command, &self.log("crash")).context("cannot stop the cluster")
    }

    /// Starts it again after [`crash`](Self::crash), on the same port, and waits for its recovery.
    pub fn come_up(&self) -> Result<()> {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data()).arg("-l").arg(self.home.join("server.log")).args(["-w", "-t", "60", "start"]);
        watch::run(&mut command, &self.log("start")).context("cannot start the cluster")
    }

    fn make_cluster(&self) -> Result<()> {
        let mut command = self.command("initdb");
        command.arg("-D").arg(self.data());
        command.args(["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]);
        watch::run(&mut command, &self.log("initdb")).context("cannot make a cluster")?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nfsync = on\nsynchronous_commit = on\n",
            self.port,
            self.home.display()
        );
        let file = self.data().join("wardroom.conf");
        places::write_config(&file, &settings)?;
        let main = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&main).context("cannot read the cluster's configuration")?;
        text.push_str("\ninclude 'wardroom.conf'\n");
        places::write_config(&main, &text)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        command.current_dir(&self.home);
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn log(&self, of: &str) -> PathBuf {
        self.home.join(format!("{of}.log"))
    }
}

/// Debian keeps each major version's programs in a folder of its own, off the `PATH`; the newest is taken.
fn find_binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok().map(|version| (version, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    if let Some((_, folder)) = newest {
        return Some(folder);
    }
    find_program("initdb").as_deref().and_then(Path::parent).map(Path::to_path_buf)
}
