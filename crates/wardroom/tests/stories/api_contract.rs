//! The API as its description says it: schemathesis asks the running program, and every example of the book is run as it stands.
//! Where the tools are not there (no Python, no package index, no curl), the story says so plainly and is passed over.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::Program;

/// The version the figures of this story were seen with.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// A schemathesis in a virtual environment of its own, kept beside the build's other files; `None`: it cannot be had here.
fn schemathesis() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    let program = place.join("bin").join("schemathesis");
    if program.exists() {
        return Some(program);
    }
    let quiet = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let made = quiet(Command::new("python3").args(["-m", "venv"]).arg(&place))
        && quiet(Command::new(place.join("bin").join("pip")).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]));
    made.then_some(program)
}

fn told(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Asks everything the description promises of one face; `more` narrows it.
fn asked(tool: &Path, description: &str, header: &str, more: &[&str]) -> Output {
    let mut command = Command::new(tool);
    command.args(["run", description, "--header", header, "--max-examples", "15", "--seed", "7", "--no-color", "--request-timeout", "30"]);
    // The limits against floods are promised too (429); the checks that would call them a refusal of good data know them.
    command.args(["--rate-limit", "100/s"]);
    // It keeps what it found where it is called.
    command.args(more).env("SCHEMATHESIS_HOOKS", "").current_dir(tool.parent().unwrap()).output().unwrap()
}

#[test]
fn schemathesis_finds_nothing_at_the_public_face() {
    let Some(tool) = schemathesis() else {
        println!("skipped: schemathesis is not here and could not be installed (python3 with pip and a package index are needed)");
        return;
    };
    let program = Program::founded();
    let served = program.serve();
    let made = served.ask("POST", "/api/v1/reports", &[("content-type", "application/json")], b"{\"description\":\"x\"}").unwrap();
    let code = made.json()["receipt_code"].as_str().unwrap().to_owned();
    let description = format!("http://{}/api/v1/openapi.json", served.public);
    // What a schema cannot say (a date must lie ahead, an address must be one, one of three members, a key is
    // for one body) is refused with 422, which the two
    // checks of data cannot know; everything else is asked of these paths too.
    let by_rule = "/self/(dates|credit|news)$|/v1/reports$";
    let data = "positive_data_acceptance,negative_data_rejection";
    for more in [["--exclude-path-regex", by_rule].as_slice(), &["--include-path-regex", by_rule, "--exclude-checks", data]] {
        let output = asked(&tool, &description, &format!("Authorization: Receipt {code}"), more);
        assert!(output.status.success(), "{}", told(&output));
    }
    served.stop();
    program.verify("after schemathesis");
}

/// The shell blocks of the book's page, in order.
fn examples() -> Vec<String> {
    let page = include_str!("../../../../docs/src/reporter/api.md");
    page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn every_example_of_the_book_does_what_it_says() {
    if !Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: curl is not here, so the examples of the book were not run");
        return;
    }
    let blocks = examples();
    assert!(blocks.len() >= 4, "{blocks:?}");
    let program = Program::founded();
    let served = program.serve();
    let folder = tempfile::tempdir().unwrap();
    for block in blocks {
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", &block]).current_dir(folder.path()).env("PSIRT", format!("http://{}", served.public));
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{block}\n{}", told(&output));
    }
    // What the last block downloaded holds, offline.
    let receipt = folder.path().join("receipt.json");
    let verify = |path: &Path| Command::new(env!("CARGO_BIN_EXE_wardroom")).args(["receipt", "verify"]).arg(path).output().unwrap();
    let good = verify(&receipt);
    assert!(good.status.success(), "{}", told(&good));
    let bent = folder.path().join("bent.json");
    std::fs::write(&bent, std::fs::read_to_string(&receipt).unwrap().replacen("\"sha256\": \"", "\"sha256\": \"0", 1)).unwrap();
    assert_eq!(verify(&bent).status.code(), Some(10));
    served.stop();
    program.verify("after the book's examples");
}
