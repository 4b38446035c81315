//! The same commands on another machine: several reports at once and a reporter's keys, with `--server` and a token; what makes no sense
//! from afar is refused with a sentence that says where it does.

use crate::program::{Program, text};
use serde_json::{Value, json};
use std::process::Output;
use wardroom_testkit::world::{Policy, World};

#[test]
fn piles_and_keys_work_from_afar() {
    let program = Program::founded();
    let served = program.serve();
    program.must(&["user", "add", "Ming", "--role", "intake,analyst,author"]);
    let token = program.must(&["token", "new", "--user", "Ming"]);
    let token = token.split_whitespace().find(|word| word.starts_with("wr_pat_")).unwrap();
    let token_file = program.file("token", token.as_bytes());
    let server = format!("http://{}", served.desk);
    let remote = |arguments: &[&str]| -> Output {
        let usual = ["--server", &server, "--token-file", token_file.to_str().unwrap()];
        program.run(&[arguments, &usual].concat())
    };
    let answer = |output: &Output| -> Value {
        assert!(output.stderr.is_empty() && output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let key = reporters_key();
    let numbers: Vec<String> = ["Buy our service now", "Buy our service now", "The updater takes any image", "A last one"]
        .iter()
        .map(|said| {
            let body = json!({"description": said, "email": "ada@example.org", "pgp_key": key}).to_string();
            let made = served.ask("POST", "/api/v1/reports", &[("content-type", "application/json")], body.as_bytes()).unwrap();
            made.json()["report"].as_str().unwrap_or_else(|| panic!("{}", made.text())).to_owned()
        })
        .collect();

    let looked = answer(&remote(&["inbox", "decline", "--like", &numbers[0], "--reason", "spam", "--preview"]));
    assert_eq!((looked["declined"].as_bool(), looked["data"].as_array().unwrap().len()), (Some(false), 2), "{looked}");
    let done = answer(&remote(&["inbox", "decline", &numbers[0], &numbers[1], "--reason", "spam"]));
    assert_eq!(done["data"].as_array().unwrap().len(), 2, "{done}");
    let again = remote(&["inbox", "decline", &numbers[0], &numbers[2], "--reason", "out_of_scope"]);
    assert_eq!(again.status.code(), Some(3), "one is declined already, and it says so: {}", text(&again.stdout));
    assert_eq!(answer(&remote(&["inbox", "show", &numbers[2]]))["state"], "declined");
    let back = answer(&remote(&["inbox", "reopen", &numbers[0], &numbers[1], &numbers[2]]));
    assert!(back["data"].as_array().unwrap().iter().all(|one| one["refused"].is_null()), "{back}");
    assert_eq!(remote(&["inbox", "decline", "R-1999-0001", "--like", &numbers[0], "--reason", "spam"]).status.code(), Some(5));

    let ring = answer(&remote(&["case", "key", &numbers[3], "list"]));
    let fingerprint = ring["keys"][0]["fingerprint"].as_str().unwrap().to_owned();
    answer(&remote(&["case", "key", &numbers[3], "pin", &fingerprint]));
    assert_eq!(answer(&remote(&["case", "key", &numbers[3], "list"]))["keys"][0]["standing"], "pinned");
    let other = program.file("other.asc", reporters_key().as_bytes());
    answer(&remote(&["case", "key", &numbers[3], "add", other.to_str().unwrap()]));
    assert_eq!(remote(&["case", "key", &numbers[3], "lookup"]).status.code(), Some(3), "look-ups are off");

    // A draft printed from afar is what is printed where the data is.
    let case = answer(&remote(&["inbox", "accept", &numbers[3], "--title", "A last one"]))["case"].as_str().unwrap().to_owned();
    let draft = answer(&remote(&["api", "POST", &format!("/api/v1/cases/{case}/advisory")]))["advisory"].as_str().unwrap().to_owned();
    for format in ["json", "txt"] {
        let printed = remote(&["advisory", "render", &draft, "--format", format]);
        assert!(printed.status.success() && printed.stderr.is_empty(), "{}", text(&printed.stderr));
        assert_eq!(text(&printed.stdout), program.must(&["advisory", "render", &draft, "--format", format]));
    }
    let nothing = remote(&["advisory", "render", &draft, "--format", "openvex"]);
    assert!(nothing.status.code() == Some(3) && text(&nothing.stderr).contains("OpenVEX has nothing to say"), "{}", text(&nothing.stderr));
    assert_eq!(remote(&["advisory", "render", "A-1999-001"]).status.code(), Some(5));

    for (command, place) in [(&["inbox", "import", "x.eml"][..], "--data"), (&["inbox", "original", &numbers[3]], "--data")] {
        let refused = remote(command);
        assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains(place), "{}", text(&refused.stderr));
    }
    served.stop();
    program.verify("after commands from afar");
}

/// An armored public key of somebody.
fn reporters_key() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new(Policy::OneDay).await;
        let key = world.reporter("Ada").public_key();
        world.finish().await;
        key
    })
}
