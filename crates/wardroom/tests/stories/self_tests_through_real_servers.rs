//! Synthetic reports through every door of the real program with real servers behind them: laid into a Dovecot and fetched, sent through a
//! Postfix that hands them back by LMTP, by pipe, form and API. First by `wardroom doctor --self-test` beside the serving program, then by the
//! program itself, because a day has begun. None becomes a report.

use std::time::{Duration, Instant};

use serde_json::Value;
use wardroom_testkit::servers::{Dovecot, Postfix};

use crate::program::{Program, text};

const PASSWORD: &str = "open sesame";
const PATIENCE: Duration = Duration::from_secs(60);
const DOORS: [&str; 7] = ["mailbox:127.0.0.1/INBOX", "lmtp", "import", "form", "api", "outgoing_mail", "outbox"];

#[test]
fn every_door_proves_itself() {
    let port = free_port();
    let main = format!("virtual_transport = lmtp:inet:127.0.0.1:{port}\n");
    let Some(postfix) = Postfix::handing_over(&main, "lmtp unix - - n - - lmtp\n").unwrap() else { return };
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD).unwrap() else { return };
    let program = Program::new();
    let password = program.file("password", PASSWORD.as_bytes());
    let settings = format!(
        "[mail]\naddress = \"psirt@vendor.example\"\npoll_seconds = 3600\n\
         [mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         [[mail.imap]]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"psirt\"\npassword_file = {:?}\nprocessed = \"Done\"\n\
         [lmtp]\nlisten = \"127.0.0.1:{port}\"\n",
        postfix.port(),
        dovecot.port(),
        password.display()
    );
    let config = program.file("wardroom.toml", settings.as_bytes());
    let config = config.to_str().unwrap();
    program.must(&["init", "--config", config]);

    let served = program.serve_with(&["--config", config]);
    // Where the public face listens is known only now.
    program.file("wardroom.toml", format!("{settings}[public]\nlisten = \"{}\"\n", served.public).as_bytes());
    let doctor = program.run(&["doctor", "--self-test", "--config", config, "--json"]);
    let said: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    for name in DOORS {
        assert!(passed(&said, name).is_some(), "{name}: {said}\n{}\n{}", text(&served.log()), postfix.log());
        assert!(door(&said, name)["at_risk"].is_null(), "{name}: {said}");
    }
    assert_eq!(doctor.status.code(), Some(0), "{said}");
    served.stop();

    // A day begins: the serving program asks for it and sends it.
    program.file("wardroom.toml", format!("{settings}[self_test]\ndaily = true\n").as_bytes());
    let served = program.serve_with(&["--config", config]);
    let begun = Instant::now();
    loop {
        let now: Value = serde_json::from_slice(&program.run(&["doctor", "--config", config, "--json"]).stdout).unwrap();
        if DOORS.iter().all(|name| passed(&now, name).is_some_and(|at| Some(at) != passed(&said, name))) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{now}\n{}", text(&served.log()));
        std::thread::sleep(Duration::from_millis(500));
    }
    served.stop();
    assert_eq!(program.reports(), 0, "a synthetic report is none");
    assert!(dovecot.mails("INBOX").unwrap().is_empty(), "each was settled");
    program.verify("after synthetic reports");
}

fn door(said: &Value, name: &str) -> Value {
    said["doors"].as_array().unwrap().iter().find(|door| door["name"] == name).unwrap_or_else(|| panic!("no door {name}: {said}")).clone()
}

/// When the newest synthetic report of a door came to its end.
fn passed(said: &Value, name: &str) -> Option<String> {
    door(said, name)["test"]["passed_at"].as_str().map(str::to_owned)
}

/// A port nobody listened on a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
