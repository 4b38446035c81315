//! The house's own commands: `cargo xtask test` and `cargo xtask demo`, and `bench` beside them.
//!
//! Deliberately not part of the product: nothing here ships, and nothing that ships needs this.

mod bench;
mod commands;
mod demo;
mod documents;
mod front_end;
mod junit;
mod licences;
mod packages;
mod served;
mod steps;
mod test;

use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [FILTER…]  installs or names what the tests need, then checks format, lints and licences and runs every test;
                  FILTER… is handed to `cargo nextest run` and leaves out the checks
  demo [OPTION…]  builds the product and runs `wardroom demo` with these options
  bench [FILTER…] runs the benchmarks; without FILTER also measures the public pages beside nginx
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("xtask: {trouble:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "test" => test::run(&rest),
        "demo" => demo::run(&rest),
        "bench" => bench::run(&rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
