//! Not shipped: the parsing child with traps, for tests of what happens when a mail brings it down or it tries to get out.

#![allow(clippy::panic, clippy::unwrap_used, reason = "it is here to fail")]

use std::process::ExitCode;
use wardroom_adapters::parse_child::run_parse_worker_with;
use wardroom_mail::OpenedMail;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("never-ready") {
        return ExitCode::FAILURE;
    }
    run_parse_worker_with(|raw| {
        let text = String::from_utf8_lossy(raw);
        let trap = text.lines().find_map(|line| line.strip_prefix("X-Trap: "))?;
        spring(trap.trim())
    })
}

fn spring(trap: &str) -> Option<OpenedMail> {
    match trap {
        "abort" => std::process::abort(),
        "exit" => std::process::exit(0),
        "panic" => panic!("trapped"),
        "hang" => loop {
            std::hint::spin_loop();
        },
        "sleep" => std::thread::sleep(std::time::Duration::from_secs(600)),
        "memory" => {
            let hoard: Vec<Vec<u8>> = (0..4096).map(|n| vec![1; (1 << 20) + n]).collect();
            std::hint::black_box(hoard);
        }
        "stack" => {
            deeper(u64::MAX);
        }
        "chatter" => {
            use std::io::Write;
            std::io::stdout().write_all(&[0xff; 1 << 20]).unwrap();
        }
        "escape" => return Some(OpenedMail { text: ways_out().join("\n"), ..OpenedMail::default() }),
        "pid" => return Some(OpenedMail { text: std::process::id().to_string(), ..OpenedMail::default() }),
        _ => {}
    }
    None
}

#[expect(unconditional_recursion, reason = "to overflow the stack")]
fn deeper(depth: u64) -> u64 {
    let page = std::hint::black_box([depth; 512]);
    deeper(depth - 1) + page[7]
}

/// Every way out that is open; none when the shield holds.
fn ways_out() -> Vec<&'static str> {
    let scratch = std::env::temp_dir().join("wardroom-parse-worker-got-out");
    let tried: [(&str, bool); 8] = [
        (
            "it can connect",
            std::net::TcpStream::connect(("127.0.0.1", 9)).err().is_none_or(|error| error.kind() != std::io::ErrorKind::PermissionDenied),
        ),
        ("it can listen", std::net::TcpListener::bind(("127.0.0.1", 0)).is_ok()),
        ("it can send", std::net::UdpSocket::bind(("127.0.0.1", 0)).is_ok()),
        ("it can write a file", std::fs::write(scratch, b"out").is_ok()),
        ("it can read a file", std::fs::read("/etc/passwd").is_ok()),
        ("it can list a folder", std::fs::read_dir("/").is_ok()),
        ("it can start a program", std::process::Command::new("/bin/true").spawn().is_ok()),
        ("it has an environment", std::env::vars_os().next().is_some()),
    ];
    let mut open: Vec<_> = tried.into_iter().filter(|(_, open)| *open).map(|(what, _)| what).collect();
    if std::thread::spawn(|| 7).join().ok() != Some(7) {
        open.push("not a way out, but it cannot even have threads");
    }
    open
}
