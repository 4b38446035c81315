//! Wrong keys, huge files, garbage, broken files, occupied ports: every mistake is answered with what is wrong and what to do, and loses
//! nothing.

use std::net::TcpListener;

use crate::program::{Program, Served, text};
use serde_json::json;

/// Runs a command that has to fail with `code` and say `wanted`.
fn check(program: &Program, arguments: &[&str], code: i32, wanted: &[&str]) {
    let output = program.run(arguments);
    let said = text(&output.stderr) + text(&output.stdout).as_str();
    assert_eq!(output.status.code(), Some(code), "wardroom {}: {said}", arguments.join(" "));
    for word in wanted {
        assert!(said.contains(word), "wardroom {} does not say {word:?}: {said}", arguments.join(" "));
    }
    assert!(!said.contains("panicked"), "wardroom {}: {said}", arguments.join(" "));
}

/// The server is still the same and takes an honest report.
fn still_works(server: &Served) {
    let body = json!({"title": "Honest", "description": "An honest report."}).to_string();
    let answer = server.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn what_is_no_key_is_not_taken_for_one() {
    let program = Program::founded();
    let before = program.must(&["keys", "list"]);
    let cases: [(&str, &[u8]); 4] = [
        ("empty", b""),
        ("text", b"this is no key"),
        ("torn", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdGBF/////\n-----END PGP PRIVATE KEY BLOCK-----\n"),
        ("binary", &[0x99, 0x01, 0xff, 0x00, 0x80, 0x7f]),
    ];
    for (name, bytes) in cases {
        let path = program.file(name, bytes).display().to_string();
        let output = program.run(&["keys", "import", &path]);
        assert!(!output.status.success(), "{name} was taken as a key: {}", text(&output.stdout));
        let said = text(&output.stderr);
        assert!(said.contains("error:") && said.contains("key") && !said.contains("panicked"), "{name}: {said}");
    }
    let missing = program.run(&["keys", "import", "/no/such/file.asc"]);
    assert!(!missing.status.success() && text(&missing.stderr).contains("/no/such/file.asc"), "{}", text(&missing.stderr));
    assert_eq!(program.must(&["keys", "list"]), before, "nothing was changed");
    program.verify("after wrong keys");
}

/// A form with one file of so many bytes, sent as a page without JavaScript sends it.
fn sends_a_file(server: &Served, bytes: usize) -> crate::program::Answer {
    let boundary = "wardroom-boundary";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nSee the file.\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"attachments\"; filename=\"huge.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.resize(body.len() + bytes, b'A');
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={boundary}");
    let origin = format!("http://{}", server.public);
    let headers = [("Content-Type", kind.as_str()), ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    server.ask("POST", "/report", &headers, &body).expect("an answer, not a torn connection")
}

#[test]
fn a_file_of_a_hundred_megabytes_is_taken_and_one_over_the_limit_is_refused_with_a_clear_page() {
    let program = Program::new();
    let server = program.serve();
    assert_eq!(sends_a_file(&server, 100 * 1024 * 1024).status, 303, "well below 2 GiB");
    server.stop();
    assert_eq!(program.reports(), 1);
    let config = program.file("limits.toml", b"[uploads]\nfile_mib = 20\n");
    let server = program.serve_with(&["--config", config.to_str().unwrap()]);
    let answer = sends_a_file(&server, 100 * 1024 * 1024);
    assert_eq!(answer.status, 422, "the form again, with all that was typed: {}", answer.text());
    let page = answer.text();
    assert!(
        page.contains("<html") && page.contains("huge.bin is larger than 20 M") && page.contains("See the file."),
        "what is wrong and what to do: {page}"
    );
    still_works(&server);
    server.stop();
    program.verify("after a huge upload");
}

#[test]
fn garbage_over_http_is_answered_and_hurts_nobody() {
    let program = Program::new();
    let server = program.serve();
    let json_type = ("Content-Type", "application/json");
    type Request<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a [u8]);
    let cases: [Request<'_>; 8] = [
        ("POST", "/api/v1/reports", vec![json_type], b"{not json"),
        ("POST", "/api/v1/reports", vec![json_type], b"[]"),
        ("POST", "/api/v1/reports", vec![json_type], b"{\"description\": \" \"}"),
        ("POST", "/api/v1/reports", vec![json_type], br#"{"title":"x","attachments":[{"name":"a","content":"not base64!"}]}"#),
        ("POST", "/api/v1/reports", vec![("Content-Type", "multipart/form-data")], b"no boundary"),
        ("POST", "/api/v1/reports", vec![("Content-Type", "multipart/form-data; boundary=b")], b"--b\r\nContent-Disp"),
        ("GET", "/api/v1/reports/self", vec![("Authorization", "Receipt xxxxx")], b""),
        ("GET", "/advisories/..%2f..%2fkeys%2fmaster.key", vec![], b""),
    ];
    for (method, path, headers, body) in cases {
        let answer = server.ask(method, path, &headers, body).unwrap_or_else(|| panic!("{method} {path}: no answer"));
        assert!((400..500).contains(&answer.status), "{method} {path} {}: {} {}", text(body), answer.status, answer.text());
        assert!(!answer.body.is_empty(), "{method} {path}: no word why");
    }
    // A form without its fields, as a broken program would send it.
    let origin = format!("http://{}", server.public);
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let answer = server.ask("POST", "/report", &headers, b"title=%ff%fe&description=").unwrap();
    assert!(
        (400..500).contains(&answer.status) && answer.text().contains("<form"),
        "the form again, with what is missing: {}",
        answer.status
    );
    still_works(&server);
    server.stop();
    assert_eq!(program.reports(), 1, "only the honest one came in");
    program.verify("after garbage");
}

#[test]
fn garbage_mail_is_kept_and_looked_at_by_a_person() {
    let program = Program::founded();
    let cases: [(&str, Vec<u8>); 5] = [
        ("noise", (0..4_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("nul", vec![0; 2_000]),
        ("endless-line", [b"Subject: ".to_vec(), vec![b'x'; 1_000_000]].concat()),
        ("torn-pgp", b"From: a@b.example\r\nSubject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n".to_vec()),
        ("torn-mime", b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=\"\r\n\r\n--".to_vec()),
    ];
    for (name, bytes) in &cases {
        let path = program.file(&format!("{name}.eml"), bytes).display().to_string();
        let taken = program.lines(&["inbox", "import", "--json", &path]);
        let number = taken[0]["report"].as_str().unwrap_or_else(|| panic!("{name}: {taken:?}")).to_owned();
        let original = program.run(&["inbox", "original", &number]).stdout;
        assert_eq!(&original, bytes, "{name}: the bytes as they came");
    }
    let empty = program.file("empty.eml", b"\r\n").display().to_string();
    check(&program, &["inbox", "import", &empty], 1, &["empty"]);
    assert_eq!(program.reports(), cases.len());
    program.verify("after garbage mail");
}

#[test]
fn an_unknown_field_of_a_profile_is_named_with_its_place() {
    let program = Program::new();
    let good = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/default.yaml")).unwrap();
    let bad = good.replace("  anonymous: allowed", "  anonymus: allowed");
    assert_ne!(good, bad);
    let path = program.file("bad.yaml", bad.as_bytes()).display().to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wardroom")).args(["profile", "check", &path]).output().unwrap();
    let said = text(&output.stdout) + text(&output.stderr).as_str();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("intake") && said.contains("anonymus") && said.contains("anonymous"), "place, word and what was meant: {said}");
    let output = program.run(&["init", "--profile", &path]);
    assert!(!output.status.success(), "a house is not founded on a bad profile");
    assert!(text(&output.stderr).contains("anonymus"), "{}", text(&output.stderr));
    let path = program.file("good.yaml", good.as_bytes()).display().to_string();
    program.must(&["init", "--profile", &path]);
    program.verify("after the second try");
}

#[test]
fn a_port_in_use_is_named_and_nothing_is_made() {
    let program = Program::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check(&program, &["serve", "--listen", &address, "--desk-listen", "127.0.0.1:0"], 1, &[&address, "--listen"]);
    check(&program, &["serve", "--listen", "127.0.0.1:0", "--desk-listen", &address], 1, &[&address, "--desk-listen"]);
    assert!(!program.data().join(wardroom_store::DATABASE_FILE).exists(), "no half of a data directory is left");
    program.serve().stop();
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    // Also root cannot make a directory below a file.
    let program = Program::new();
    let blocked = program.file("a-file", b"x").join("data").display().to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wardroom")).args(["init", "--data", &blocked]).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&blocked) && said.contains("--data"), "{said}");
    check(&program, &["inbox", "list"], 1, &["wardroom init"]);
}

#[test]
fn a_truncated_database_says_what_to_do_and_the_backup_brings_everything_back() {
    let program = Program::founded();
    let mail = program.file("one.eml", b"From: a@b.example\r\nSubject: One\r\n\r\nThe first.\r\n").display().to_string();
    program.must(&["inbox", "import", &mail]);
    let backup = program.data().with_file_name("backup");
    let backup = backup.display().to_string();
    program.must(&["backup", &backup]);
    let database = program.data().join(wardroom_store::DATABASE_FILE);
    let whole = std::fs::metadata(&database).unwrap().len();
    for cut in [0, 50, 4_096, whole / 2] {
        // The file as the backup has it, then cut: no side file may heal it.
        for side in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{side}", database.display()));
        }
        let bytes = std::fs::read(std::path::Path::new(&backup).join(wardroom_store::DATABASE_FILE)).unwrap();
        std::fs::write(&database, &bytes[..usize::try_from(cut).unwrap().min(bytes.len())]).unwrap();
        let output = program.run(&["verify"]);
        let said = text(&output.stderr) + text(&output.stdout).as_str();
        assert!(!output.status.success(), "cut at {cut}: verify finds nothing: {said}");
        assert!(!said.contains("panicked"), "cut at {cut}: {said}");
        assert!(said.contains("restore") || said.contains("backup"), "cut at {cut}: what to do is not said: {said}");
    }
    let restored = Program::new();
    let key = program.data().join("keys").join("master.key").display().to_string();
    restored.must(&["restore", &backup, "--master-key", &key]);
    restored.verify("restored");
    assert_eq!(restored.reports(), 1, "nothing is lost");
}
