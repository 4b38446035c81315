//! Large mails: of 25 MB, which is what most mail servers let through, and of 50 MB, through every door mails come by. The server needs its 64 MiB
//! and no more (O2) however large the mail is and whatever lies in it, and what its parsing child needs is said.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use wardroom_testkit::servers::Dovecot;

use super::gauge::{Gauge, MOST_KIB};
use crate::program::{Program, Served, text};

const PASSWORD: &str = "open sesame";
const PATIENCE: Duration = Duration::from_secs(120);
const MEGABYTES: [usize; 2] = [25, 50];

/// A mail of so many megabytes: three files of different sizes. What is the same in none of them cannot be compressed or known again.
fn mail(name: &str, megabytes: usize) -> Vec<u8> {
    let mut out = format!(
        "From: Rin <rin@research.example>\r\nTo: psirt@vendor.example\r\nSubject: {name}\r\nMessage-ID: <{name}@research.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nLarge.\r\n"
    )
    .into_bytes();
    let whole = megabytes * 1_000_000 - 2_000;
    let mut dice = crate::program::Dice(megabytes as u64);
    for share in [1, 3, 6] {
        let end = out.len() + whole * share / 10;
        out.extend_from_slice(
            format!(
                "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=part{share}.bin\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n"
            )
            .as_bytes(),
        );
        let line: Vec<u8> =
            (0..76).map(|_| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[dice.roll(64) as usize]).collect();
        while out.len() < end {
            out.extend_from_slice(&line);
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"--b--\r\n");
    out
}

/// A mail of many files of the same size.
fn crowd(name: &str, files: usize, each: usize) -> Vec<u8> {
    let mut out = format!(
        "From: Rin <rin@research.example>\r\nTo: psirt@vendor.example\r\nSubject: {name}\r\nMessage-ID: <{name}@research.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nMany.\r\n"
    )
    .into_bytes();
    for number in 0..files {
        out.extend_from_slice(format!("--b\r\nContent-Disposition: attachment; filename=f{number}.bin\r\n\r\n{number}").as_bytes());
        (0..each / 78).for_each(|_| out.extend_from_slice(&[&b"x".repeat(76)[..], b"\r\n"].concat()));
    }
    out.extend_from_slice(b"--b--\r\n");
    out
}

/// Hands a mail over as a mail server does.
fn by_lmtp(socket: &std::path::Path, mail: &[u8]) -> String {
    let mut stream = BufReader::new(UnixStream::connect(socket).unwrap());
    let mut say = |words: &[u8]| -> String {
        stream.get_mut().write_all(words).unwrap();
        loop {
            let mut line = String::new();
            assert!(stream.read_line(&mut line).unwrap() > 0, "hung up");
            if line.as_bytes()[3] == b' ' {
                return line;
            }
        }
    };
    for words in ["", "LHLO mx.example\r\n", "MAIL FROM:<rin@research.example>\r\n", "RCPT TO:<psirt@vendor.example>\r\n", "DATA\r\n"] {
        let answer = say(words.as_bytes());
        assert!(answer.starts_with(['2', '3']), "{words}: {answer}");
    }
    say(&[mail, &b".\r\n"[..]].concat())
}

/// The parsing children of a process, and the most memory one of them had.
fn child_peak_kib(parent: u32) -> u64 {
    let all = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let of_parent = all.filter(|pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse::<u32>().ok()) == Some(parent)
    });
    of_parent.map(|pid| Gauge(pid).peak_kib()).max().unwrap_or_default()
}

/// What one mail cost the serving program.
fn cost(served: &Served, program: &Program, what: &str, reports: usize, put_in: impl FnOnce()) {
    let gauge = Gauge(served.pid());
    let before = gauge.begin();
    put_in();
    let begun = Instant::now();
    while program.reports() < reports {
        assert!(begun.elapsed() < PATIENCE, "{what}: {}", text(&served.log()));
        std::thread::sleep(Duration::from_millis(200));
    }
    let cost = gauge.end(&before);
    println!(
        "{what}: the server grew by {} KiB and was busy for {:?}; its parsing child had {} KiB at most",
        cost.grown_kib,
        cost.processor,
        child_peak_kib(served.pid())
    );
    assert!(cost.grown_kib <= MOST_KIB, "{what}: O2 memory grew by {} KiB", cost.grown_kib);
}

#[test]
fn large_mails_cost_no_more_than_their_own_bytes() {
    let program = Program::new();
    let socket = program.data().parent().unwrap().join("lmtp");
    let dovecot = Dovecot::start("psirt", PASSWORD).unwrap();
    let password = program.file("password", PASSWORD.as_bytes());
    let mailbox = dovecot.as_ref().map(|dovecot| {
        format!(
            "[[mail.imap]]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"psirt\"\npassword_file = {:?}\n",
            dovecot.port(),
            password.display()
        )
    });
    let settings = format!(
        "[mail]\naddress = \"psirt@vendor.example\"\npoll_seconds = 1\n{}[lmtp]\nlisten = {:?}\n",
        mailbox.unwrap_or_default(),
        socket.display()
    );
    let config = program.file("wardroom.toml", settings.as_bytes());
    let config = config.to_str().unwrap();
    program.must(&["init", "--config", config]);
    let served = program.serve_with(&["--config", config]);
    // What the first mail wakes up is not the large one's fault.
    let small = |name: &str| {
        format!("From: Rin <rin@research.example>\r\nMessage-ID: <{name}@research.example>\r\nSubject: {name}\r\n\r\nSmall.\r\n")
    };
    assert!(by_lmtp(&socket, small("small").as_bytes()).starts_with("250"));
    let mut reports = 1;
    let mut kept = Vec::new();
    for megabytes in MEGABYTES {
        let name = format!("lmtp-{megabytes}");
        let bytes = mail(&name, megabytes);
        reports += 1;
        cost(&served, &program, &name, reports, || assert!(by_lmtp(&socket, &bytes).starts_with("250"), "{name}"));
        kept.push(hex_of(&bytes));
        let Some(dovecot) = &dovecot else { continue };
        let name = format!("imap-{megabytes}");
        let bytes = mail(&name, megabytes);
        reports += 1;
        cost(&served, &program, &name, reports, || dovecot.deliver(&bytes).unwrap());
        kept.push(hex_of(&bytes));
    }
    // As many files as fit, the smallest and the largest of those that would be held in memory.
    for (files, each) in [(20_000, 1_024), (800, 60_000)] {
        let name = format!("crowd-{files}");
        let bytes = crowd(&name, files, each);
        reports += 1;
        let begun = Instant::now();
        cost(&served, &program, &name, reports, || assert!(by_lmtp(&socket, &bytes).starts_with("250"), "{name}"));
        println!("{name}: {} bytes after {:?}", bytes.len(), begun.elapsed());
        kept.push(hex_of(&bytes));
    }
    for megabytes in MEGABYTES {
        let name = format!("import-{megabytes}");
        let bytes = mail(&name, megabytes);
        let ordinary = import_peak_kib(&program, config, "ordinary.eml", small(&name.replace("import", "ordinary")).as_bytes());
        let grown = import_peak_kib(&program, config, "large.eml", &bytes).saturating_sub(ordinary);
        println!("{name}: the importing program grew by {grown} KiB over what an ordinary mail needs");
        assert!(grown <= MOST_KIB, "{name}: O2 memory grew by {grown} KiB");
        reports += 2;
        kept.push(hex_of(&bytes));
    }
    assert_eq!(program.reports(), reports);
    // Nothing was cut off, and the bytes are the ones that came.
    let listed = program.lines(&["inbox", "list", "--view", "all", "--limit", "100", "--json", "--config", config]);
    let rows = listed[0]["data"].as_array().unwrap().clone();
    for row in rows {
        let number = row["number"].as_str().unwrap().to_owned();
        let original = program.run(&["inbox", "original", &number, "--config", config]).stdout;
        if original.len() > 1_000_000 {
            let hash = hex_of(&original);
            assert!(kept.contains(&hash), "{number}: other bytes than came");
            kept.retain(|one| *one != hash);
        }
    }
    assert!(kept.is_empty(), "{} originals are not there", kept.len());
    served.stop();
    program.verify("after large mails");
}

/// The most memory an import had at once.
fn import_peak_kib(program: &Program, config: &str, name: &str, bytes: &[u8]) -> u64 {
    let path = program.file(name, bytes).display().to_string();
    let mut child = program.command(&["inbox", "import", "--json", &path, "--config", config]).spawn().unwrap();
    let gauge = Gauge(child.id());
    let mut peak = 0;
    loop {
        peak = peak.max(gauge.peak_kib());
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{name}");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn hex_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
