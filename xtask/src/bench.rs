//! `cargo xtask bench`: the benchmarks, in the release profile.
//!
//! Not part of `test`: numbers from a busy machine prove nothing.

use std::process::ExitCode;

use anyhow::Result;

use crate::steps;

/// Hands `filters` to the benchmarks.
pub fn run(filters: &[String]) -> Result<ExitCode> {
    let mut command = steps::cargo();
    command
        .args(["bench", "--workspace", "--benches", "--"])
        .args(filters);
    let status = steps::run("benchmarks", &mut command)?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
