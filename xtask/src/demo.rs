//! `cargo xtask demo`: a desk with a sample world, a minute after the checkout.
//!
//! Not how the product is installed: it builds the development profile, in which the ciphers and the password hash are optimised and the rest is not.

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{front_end, steps};

/// Builds and runs `wardroom demo` with `options`.
pub fn run(options: &[String]) -> Result<ExitCode> {
    if !front_end::ensure_libraries()? {
        steps::say("without the browser libraries: every page works, without its enhancements");
    }
    let mut demo = steps::cargo();
    demo.args(["run", "--quiet", "--package", "wardroom", "--bin", "wardroom", "--", "demo"]).args(options);
    steps::say("building and starting the demo; the first build takes some minutes");
    // Becomes the product, so that Ctrl-C and the exit code are its own.
    let trouble = demo.exec();
    Err(trouble).context("cannot start cargo")
}
