//! `wardroom csaf validate` as a person and a program use it: files, directories, standard input, and what it says about each.

use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn validate(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    command.args(["csaf", "validate"]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn document() -> Value {
    json!({"document": {
        "category": "csaf_base", "csaf_version": "2.0", "title": "Title",
        "publisher": {"category": "vendor", "name": "Maker", "namespace": "https://example.com"},
        "tracking": {
            "id": "WR-1", "status": "final", "version": "1",
            "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": "2026-01-01T00:00:00Z",
            "revision_history": [{"number": "1", "date": "2026-01-01T00:00:00Z", "summary": "First"}],
        },
    }})
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn files_and_directories_are_judged_one_line_each() {
    let place = tempfile::tempdir().unwrap();
    let put = |name: &str, value: &Value| {
        let path = place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value.to_string()).unwrap();
    };
    let mut wrong = document();
    wrong["document"]["tracking"]["version"] = json!("2");
    put("2026/a.json", &document());
    put("2026/b.json", &wrong);
    put("provider-metadata.json", &json!({"role": "csaf_publisher"}));
    put("note.txt", &json!("no document"));
    let folder = place.path().to_str().unwrap();
    let all = validate(&[folder, "--json", "--preset", "full"], b"");
    assert_eq!(all.status.code(), Some(3), "{all:?}");
    let judged = lines(&all);
    assert_eq!(judged.len(), 2);
    let is = |line: &Value, name: &str| Path::new(line["file"].as_str().unwrap()).ends_with(name);
    assert!(is(&judged[0], "2026/a.json") && is(&judged[1], "2026/b.json"));
    assert_eq!((&judged[0]["valid"], &judged[0]["version"], &judged[0]["errors"]), (&json!(true), &json!("2.0"), &json!([])));
    assert_eq!(judged[0]["not_checked"][0], json!({"test": "6.3.6", "reason": "asks_the_network"}));
    assert!(
        judged[1]["errors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|error| error["test"] == "6.1.16" && error["path"].is_string() && error["message"].is_string())
    );
    assert!(String::from_utf8_lossy(&all.stderr).contains("provider-metadata.json: passed over"));
}

#[test]
fn standard_input_and_what_is_no_document() {
    let good = validate(&["-"], document().to_string().as_bytes());
    assert_eq!((good.status.code(), String::from_utf8_lossy(&good.stdout).into_owned()), (Some(0), "-: valid (CSAF 2.0)\n".to_owned()));
    let broken = validate(&["-", "--json"], b"{\"document\":");
    assert_eq!(broken.status.code(), Some(3));
    assert_eq!((&lines(&broken)[0]["valid"], &lines(&broken)[0]["errors"][0]["test"]), (&json!(false), &json!("schema")));
    assert_eq!(validate(&["/nowhere/at/all.json"], b"").status.code(), Some(1));
    assert_eq!(validate(&["-", "--preset", "none"], b"").status.code(), Some(2));
}
