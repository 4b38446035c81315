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
    let quiet = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    // It is there and runs: where the folder was moved, it does not.
    if quiet(Command::new(&program).arg("--version")) {
        return Some(program);
    }
    let made = quiet(Command::new("python3").args(["-m", "venv"]).arg(&place))
        && quiet(Command::new(place.join("bin").join("pip")).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]));
    made.then_some(program)
}

fn told(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Asks everything the description promises of one face; `more` narrows it. `numbers`: what is there at the desk.
fn asked(tool: &Path, description: &str, authorization: &str, numbers: &str, more: &[&str]) -> Output {
    let mut command = Command::new(tool);
    let header = format!("Authorization: {authorization}");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    command.arg("--config-file").arg(beside.join("api_contract.toml"));
    command.args(["run", description, "--header", &header, "--seed", "7", "--no-color", "--request-timeout", "30"]);
    // The limits against floods are promised too (429); the checks that would call them a refusal of good data know them.
    command.args(["--rate-limit", "100/s"]);
    command
        .args(more)
        .env("SCHEMATHESIS_HOOKS", beside.join("api_contract.py"))
        .env("WARDROOM_NUMBERS", numbers)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    // It keeps what it found where it is called.
    command.current_dir(tool.parent().unwrap()).output().unwrap()
}

/// Says that there is no schemathesis; a story that needs it ends.
fn tool() -> Option<PathBuf> {
    let tool = schemathesis();
    if tool.is_none() {
        println!("skipped: schemathesis is not here and could not be installed (python3 with pip and a package index are needed)");
    }
    tool
}

#[test]
fn schemathesis_finds_nothing_at_the_public_face() {
    let Some(tool) = tool() else { return };
    let program = Program::founded();
    let served = program.serve();
    let json = [("content-type", "application/json")];
    let made = served.ask("POST", "/api/v1/reports", &json, b"{\"description\":\"x\"}").unwrap();
    let receipt = format!("Receipt {}", made.json()["receipt_code"].as_str().unwrap());
    let begun = served.ask("POST", "/api/v1/uploads", &json, b"{\"length\":100000}").unwrap();
    let upload = format!("Upload {}", begun.json()["upload"].as_str().unwrap());
    let description = format!("http://{}/api/v1/openapi.json", served.public);
    // Uploads have a secret of their own, and a report that was taken back takes nothing any more: each has its turn. No check is left out.
    let (uploads, withdrawal) = ("/uploads/self$", "/self/withdraw$");
    let both = format!("{uploads}|{withdrawal}");
    let rounds: [(&str, &[&str]); 3] = [
        (&receipt, &["--max-examples", "15", "--exclude-path-regex", &both]),
        (&upload, &["--max-examples", "15", "--include-path-regex", uploads]),
        (&receipt, &["--max-examples", "15", "--include-path-regex", withdrawal]),
    ];
    for (authorization, more) in rounds {
        let output = asked(&tool, &description, authorization, "{}", more);
        assert!(output.status.success(), "{}", told(&output));
    }
    served.stop();
    program.verify("after schemathesis");
}

#[test]
fn schemathesis_finds_nothing_at_the_desk() {
    let Some(tool) = tool() else { return };
    let program = Program::new();
    let served = program.demo();
    let roles = wardroom_domain::people::Role::ALL.map(|role| serde_json::to_value(role).unwrap().as_str().unwrap().to_owned()).join(",");
    program.must(&["user", "add", "Omnia", "--role", &roles]);
    let token = program.must(&["token", "new", "--user", "Omnia"]);
    let token = token.split_whitespace().find(|word| word.starts_with("wr_pat_")).unwrap();
    let bearer = format!("Bearer {token}");
    let numbers = |list: &str, view: &str| {
        let path = format!("/api/v1/{list}?limit=200{view}");
        let all = crate::program::ask(&served.desk, "GET", &path, &[("authorization", &bearer)], b"").unwrap().json();
        let numbers: Vec<String> = all["data"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect();
        assert!(!numbers.is_empty(), "{list}");
        numbers
    };
    let there = serde_json::json!({
        "inbox": numbers("inbox", "&view=all"), "cases": numbers("cases", "&view=all"), "advisories": numbers("advisories", ""),
    });
    let description = format!("http://{}/api/v1/openapi.json", served.desk);
    // Bodies at the desk name other things (a person, a product, an earlier case) and obey the rules of the present state, which no
    // schema knows: good data may be refused with 422. Every other check is made, of good and bad data alike.
    let more = ["--max-examples", "5", "--exclude-checks", "positive_data_acceptance"];
    let output = asked(&tool, &description, &bearer, &there.to_string(), &more);
    assert!(output.status.success(), "{}", told(&output));
    served.stop();
    program.verify("after schemathesis at the desk");
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
