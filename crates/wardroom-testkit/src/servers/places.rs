//! Directories and ports of a private server.
//!
//! Not temporary files for the product: only test servers live here.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Makes a directory of its own for a server. Its [`Watch`](super::Watch) removes it.
pub(crate) fn new_home(of: &str) -> Result<PathBuf> {
    let home = tempfile::Builder::new().prefix(&format!("wardroom-{of}-")).tempdir().context("cannot make a temporary directory")?.keep();
    // Servers drop to accounts of their own and must be able to walk through.
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).with_context(|| format!("cannot open up {}", home.display()))?;
    Ok(home)
}

/// Writes a configuration file that every account may read.
pub(crate) fn write_config(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A loopback port that was free a moment ago. Another process may take it before the server does; the server then fails to start and says so.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot find a free port")?;
    Ok(listener.local_addr().context("cannot read the free port")?.port())
}

/// Waits until a server answers on its port.
pub(crate) fn wait_for_port(port: u16) -> Result<()> {
    let started = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(_) => return Ok(()),
            Err(trouble) if started.elapsed() > Duration::from_secs(30) => {
                return Err(trouble).context("the server does not answer on its port");
            }
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}
