//! Running one command after another, saying what runs and how long it took.
//!
//! Not a build system: no dependencies between steps, no cache; cargo has those.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root());
    command
}

/// What cargo knows of the workspace and of everything it depends on.
pub fn metadata() -> Result<Value> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--locked", "--all-features"]).stderr(Stdio::inherit());
    let output = command.output().context("cannot start cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata ended with {}", output.status);
    serde_json::from_slice(&output.stdout).context("cannot read cargo metadata")
}

/// The product's binary of the development profile, as the last build left it.
pub fn binary() -> Result<PathBuf> {
    // Cargo put us beside it.
    let here = std::env::current_exe().context("cannot tell where we are")?;
    let folder = here.parent().context("cannot tell where we are")?;
    Ok(folder.join("wardroom"))
}

/// Announces and runs a command, its output going where ours goes.
pub fn run(what: &str, command: &mut Command) -> Result<ExitStatus> {
    say(what);
    let started = Instant::now();
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    let verdict = if status.success() { "ok" } else { "FAILED" };
    println!("== {what}: {verdict} after {} s", started.elapsed().as_secs());
    Ok(status)
}

/// Like [`run`], for what nothing after it can do without.
pub fn must_run(what: &str, command: &mut Command) -> Result<()> {
    let status = run(what, command)?;
    if !status.success() {
        bail!("{what} failed with {status}");
    }
    Ok(())
}

/// A line that stands out between the outputs of the commands.
pub fn say(line: &str) {
    println!("== {line}");
}

/// Finds a program on `PATH` or in the folders an ordinary user's `PATH` leaves out.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/bin"].into_iter().map(PathBuf::from);
    std::env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|program| program.is_file())
}
