//! A real Postfix hands mail to the real program: by LMTP to the one that serves, and by a pipe to one it starts itself, both over the same data
//! directory at the same time. What cannot be kept now stays in Postfix' queue, and what dies is delivered again: one report each.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use wardroom_testkit::servers::Postfix;

use crate::program::Program;

const PATIENCE: Duration = Duration::from_secs(90);
/// Debian's `nobody`, under which Postfix may run a pipe.
const NOBODY: u32 = 65_534;

/// Hands a mail to Postfix.
fn send(port: u16, number: usize, text: &str) {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    let mail = format!(
        "From: Ana <ana@research.example>\r\nTo: psirt@vendor.example\r\nSubject: overflow {number}\r\nMessage-ID: <{number}@research.example>\r\n\r\n{text}\r\n"
    );
    let words = [
        "",
        "EHLO client.example\r\n",
        "MAIL FROM:<ana@research.example>\r\n",
        "RCPT TO:<psirt@vendor.example>\r\n",
        "DATA\r\n",
        &format!("{mail}.\r\n"),
        "QUIT\r\n",
    ];
    for word in words {
        stream.get_mut().write_all(word.as_bytes()).unwrap();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            assert!(line.starts_with('2') || line.starts_with('3'), "{word}: {line}");
            if line.as_bytes()[3] == b' ' {
                break;
            }
        }
    }
}

fn wait_for(postfix: &Postfix, program: &Program, reports: usize) {
    let begun = Instant::now();
    while program.reports() < reports {
        assert!(begun.elapsed() < PATIENCE, "{} of {reports} reports; Postfix said:\n{}", program.reports(), postfix.log());
        std::thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(program.reports(), reports);
}

/// A port nobody listened on a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn postfix_delivers_by_lmtp_and_keeps_what_we_cannot() {
    let port = free_port();
    let main = format!("virtual_transport = lmtp:inet:127.0.0.1:{port}\nlmtp_send_xforward_command = yes\n");
    let Some(postfix) = Postfix::handing_over(&main, "lmtp unix - - n - - lmtp\n").unwrap() else { return };
    let program = Program::new();
    let settings = format!("[mail]\naddress = \"psirt@vendor.example\"\n[lmtp]\nlisten = \"127.0.0.1:{port}\"\n");
    let config = program.file("wardroom.toml", settings.as_bytes());
    let config = config.to_str().unwrap();
    program.must(&["init", "--config", config]);
    // Nobody serves yet: it stays with Postfix.
    send(postfix.port(), 0, "Early.");
    let mut served = program.serve_with(&["--config", config]);
    for number in 1..4 {
        send(postfix.port(), number, "One.\r\n..\r\nN\u{e4}chste.");
    }
    wait_until(&postfix, "three by LMTP", || program.reports() >= 3);
    // kill -9 with mail on its way, again and again: Postfix has what was not acknowledged, and nothing becomes two reports.
    for number in 4..10 {
        send(postfix.port(), number, "Another.");
        std::thread::sleep(Duration::from_millis(40 * (number as u64 - 3)));
        served.kill();
        served = program.serve_with(&["--config", config]);
        postfix.flush().unwrap();
    }
    let begun = Instant::now();
    while program.reports() < 10 && begun.elapsed() < PATIENCE {
        postfix.flush().unwrap();
        std::thread::sleep(Duration::from_secs(2));
    }
    wait_for(&postfix, &program, 10);
    // The whole self-test, beside the serving program.
    program.file("wardroom.toml", format!("{settings}[public]\nlisten = \"{}\"\n", served.public).as_bytes());
    let doctor = program.run(&["doctor", "--self-test", "--config", config, "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let door = |name: &str| said["doors"].as_array().unwrap().iter().find(|door| door["name"] == name).unwrap().clone();
    for name in ["lmtp", "import", "form", "api", "outbox"] {
        assert!(door(name)["test"]["passed_at"].is_string(), "{name}: {said}");
    }
    assert_eq!(program.reports(), 10, "a synthetic report is none");
    served.stop();
    program.verify("after mail by LMTP");
}

fn wait_until(postfix: &Postfix, what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}; Postfix said:\n{}", postfix.log());
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn postfix_pipes_into_the_same_directory_a_server_runs_on() {
    let mut program = Program::new();
    let binary = env!("CARGO_BIN_EXE_wardroom");
    let services = format!(
        "wardroom unix - n n - - pipe flags=DRXhuF user=nobody argv={binary} --data {} inbox import --sender ${{sender}} --recipient ${{recipient}} -\n",
        program.data().display()
    );
    let Some(postfix) =
        Postfix::handing_over("virtual_transport = wardroom\nwardroom_destination_recipient_limit = 1\n", &services).unwrap()
    else {
        return;
    };
    // There is no data directory yet: it stays with Postfix.
    program.hand_to(NOBODY, NOBODY);
    send(postfix.port(), 0, "Early.");
    wait_until(&postfix, "it is deferred", || postfix.log().contains("status=deferred"));
    assert!(!postfix.log().contains("status=bounced"), "{}", postfix.log());
    program.must(&["init"]);
    let served = program.serve();
    postfix.flush().unwrap();
    for number in 1..5 {
        send(postfix.port(), number, "By pipe.\r\n\r\nFrom eve@evil.example Sat\r\nSubject: not a second mail");
    }
    let headers = [("Content-Type", "application/json")];
    for _ in 0..3 {
        let answer = served.ask("POST", "/api/v1/reports", &headers, br#"{"title":"By API","description":"at the same time"}"#).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    wait_for(&postfix, &program, 8);
    served.stop();
    program.verify("after mail by pipe");
}

#[test]
fn the_pipe_answers_with_sysexits() {
    let program = Program::founded();
    let import = |arguments: &[&str], mail: &[u8]| {
        let mut child = program.command(&[&["inbox", "import"], arguments].concat()).stdin(Stdio::piped()).spawn().unwrap();
        // Who ends before reading does not matter here.
        let _ = child.stdin.take().unwrap().write_all(mail);
        child.wait_with_output().unwrap().status.code()
    };
    let mail = b"From ana@research.example Sat Nov 21 2026\nFrom: ana@research.example\nSubject: one\n\nOne.\n\nFrom here on it is still one mail.\n";
    assert_eq!(import(&["-"], mail), Some(0));
    assert_eq!(import(&["-"], mail), Some(0), "known already");
    assert_eq!(program.reports(), 1);
    assert_eq!(
        import(&["--sender", "", "--recipient", "psirt@vendor.example", "-"], b"From: b@c.example\nSubject: two\n\nTwo.\n"),
        Some(0)
    );
    assert_eq!(import(&["-"], b" \r\n"), Some(65));
    assert_eq!(import(&["--sendr", "a@b.example", "-"], mail), Some(75), "a slip in master.cf bounces nothing");
    let nowhere = std::process::Command::new(env!("CARGO_BIN_EXE_wardroom"))
        .args(["inbox", "import", "-", "--data", "/nowhere/at/all"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(nowhere.code(), Some(75));
    let listed = program.lines(&["inbox", "list", "--view", "all", "--json"]);
    assert_eq!(listed[0]["data"].as_array().unwrap().len(), 2);
    program.verify("after sysexits");
}
