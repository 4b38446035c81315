//! A scanner's log with its proof of concept, too large for a request, inside an archive, or inside an encrypted message: nobody wrote a
//! word beside it, and the team reads product, place and weakness all the same. The bytes stay as they came.

use crate::told::record;
use bytes::Bytes;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use wardroom_app::intake::document;
use wardroom_app::public_house::{HandIn, HandInError, NewFile, Upload};
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::intake::Reading;
use wardroom_domain::log::StreamId;
use wardroom_testkit::world::{Parser, Policy, World};

use crate::program::Program;

fn log(canary: &str, results: usize) -> String {
    let results: Vec<Value> = (0..results)
        .map(|n| {
            json!({"ruleId": "cpp/overflow", "message": {"text": format!("Unbounded copy {n} {canary}")},
                   "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/update.c"}}}]})
        })
        .collect();
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan"}}, "results": results}]}).to_string()
}

/// An archive of stored files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let two = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    for (name, bytes) in files {
        let at = four(out.len());
        let about = [&[0_u8; 12][..], &four(bytes.len()), &four(bytes.len()), &two(name.len()), &[0, 0]].concat();
        out.extend([b"PK\x03\x04\x14\0", &about[..], name.as_bytes(), bytes].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &about[..], &[0; 10], &at, name.as_bytes()].concat());
    }
    let (start, count) = (four(out.len()), two(files.len()));
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &four(directory.len()), &start, &[0, 0]].concat();
    [out, directory, end].concat()
}

fn field(words: &wardroom_domain::intake::ReportWords, id: &str) -> String {
    words.fields.iter().find(|(known, _)| known == id).map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn silent(world: &World, files: Vec<(&str, &str, Vec<u8>)>) -> StreamId {
    let attachments = files.into_iter().map(|(name, media, bytes)| Upload { name: name.into(), media_type: media.into(), bytes }).collect();
    let nothing = HandIn { text: String::new(), title: String::new(), fields: Vec::new(), ..world.anonymous_report() };
    let receipt = world.hand_in(HandIn { attachments, ..nothing }).await;
    world.stream(&receipt.number).await
}

#[tokio::test]
async fn a_log_is_read_out_of_an_archive_and_the_archive_stays() {
    let world = World::new(Policy::OneDay).await;
    let canary = world.words.canary.clone();
    let archive = zip(&[("poc/run.py", b"print(1)"), ("poc/scan.sarif", log(&canary, 3).as_bytes())]);
    let report = silent(&world, vec![("all.zip", "application/zip", archive.clone())]).await;
    assert!(record(&world, &report).await.words().text.is_empty(), "the public face does not look into archives");
    world.work().await;
    world.work().await;
    let read = record(&world, &report).await;
    let words = read.words();
    assert!(words.text.contains("Unbounded copy 0") && !words.title.is_empty(), "{}", words.text);
    assert_eq!(
        (field(&words, "shape"), field(&words, "component"), field(&words, "read_from")),
        ("sarif".to_owned(), "src/update.c".to_owned(), "all.zip: poc/scan.sarif".to_owned())
    );
    assert_eq!((read.file.received.reading, words.attachments.len(), read.file.received.attachments.len()), (Reading::Clear, 1, 1));
    assert_eq!(world.desk.attachment(&world.team.ming, &report, 0).await.unwrap().2, archive);
    let times = read.entries.iter().filter(|entry| matches!(entry.recorded.fact, Fact::Report(ReportFact::PayloadRead { .. }))).count();
    assert_eq!(times, 1);
    let rows = world.desk.inbox(&world.team.ming, &Default::default()).await.unwrap();
    assert!(rows.iter().any(|row| row.words.text.contains("Unbounded copy 0")), "the inbox shows it");
    world.finish().await;
}

#[tokio::test]
async fn a_large_log_that_came_in_pieces_is_read_too() {
    let world = World::new(Policy::OneDay).await;
    let log = log(&world.words.canary, 2_000).into_bytes();
    assert!(log.len() > 300_000);
    let file = NewFile { name: "scan.sarif".into(), media_type: "application/sarif+json".into(), length: Some(log.len() as u64) };
    let token = world.public.begin_upload(file).await.unwrap();
    let mut source = futures_util::stream::iter([Ok(Bytes::from(log))]);
    world.public.receive(&token, 0, &mut source).await.unwrap();
    let nothing = HandIn { text: String::new(), title: String::new(), uploads: vec![token], ..world.anonymous_report() };
    let receipt = world.hand_in(nothing).await;
    let report = world.stream(&receipt.number).await;
    world.work().await;
    world.work().await;
    let words = record(&world, &report).await.words();
    assert_eq!((field(&words, "shape"), field(&words, "read_from")), ("sarif".to_owned(), "scan.sarif".to_owned()));
    assert!(words.text.contains("Unbounded copy"), "{}", words.text);
    world.finish().await;
}

#[tokio::test]
async fn a_document_inside_an_encrypted_message_is_mapped() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let log = log(&world.words.canary, 1);
    assert!(document::report_in(log.as_bytes()).is_some());
    let mail = rin.writes_encrypted(&world.team_key().armored(), "doc-1", "", &log);
    let text = String::from_utf8_lossy(&mail);
    let (from, end) = (text.find("-----BEGIN PGP MESSAGE-----").unwrap(), "-----END PGP MESSAGE-----");
    let payload = format!("{}\n", &text[from..text.find(end).unwrap() + end.len()]).into_bytes();
    let nothing =
        HandIn { text: String::new(), title: String::new(), fields: Vec::new(), attachments: Vec::new(), ..world.anonymous_report() };
    let receipt = world.hand_in(HandIn { payload, ..nothing }).await;
    let report = world.stream(&receipt.number).await;
    world.work().await;
    world.work().await;
    let read = record(&world, &report).await;
    let words = read.words();
    assert_eq!(read.file.received.reading, Reading::Decrypted, "{:?}", words.remarks);
    assert_eq!((field(&words, "shape"), field(&words, "component")), ("sarif".to_owned(), "src/update.c".to_owned()), "{}", words.text);
    assert!(words.text.contains("Unbounded copy") && !words.text.starts_with('{') && !words.title.starts_with('{'), "{}", words.title);
    world.finish().await;
}

#[tokio::test]
async fn a_file_that_is_no_report_or_kills_the_parser_waits_for_a_person() {
    let world = World::new(Policy::OneDay).await;
    let empty = HandIn { text: String::new(), title: String::new(), attachments: Vec::new(), ..world.anonymous_report() };
    assert!(matches!(world.public.hand_in(empty).await, Err(HandInError::Empty)), "nothing at all is refused");
    let photos = silent(&world, vec![("photos.zip", "", zip(&[("a.jpg", b"\xff\xd8")]))]).await;
    world.work().await;
    world.work().await;
    let read = record(&world, &photos).await;
    assert!(read.words().text.is_empty() && read.words().attachments.len() == 1);
    world.opener.parser(Parser::Dies);
    let deadly = silent(&world, vec![("scan.sarif", "", b"{".to_vec())]).await;
    world.work().await;
    world.work().await;
    let read = record(&world, &deadly).await;
    assert!(read.words().remarks.iter().any(|remark| remark.contains("parser stopped")), "{:?}", read.words().remarks);
    world.opener.parser(Parser::Works);
    world.finish().await;
}

/// Files as a browser or curl sends them.
fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!("--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend_from_slice(b"--X--\r\n");
    body
}

#[test]
fn the_real_program_reads_it_in_its_child() {
    let program = Program::founded();
    let served = program.serve();
    let send = |files: &[(&str, &[u8])]| -> String {
        let multipart = [("Content-Type", "multipart/form-data; boundary=X")];
        let answer = served.ask("POST", "/api/v1/reports", &multipart, &form(files)).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["report"].as_str().unwrap().to_owned()
    };
    // Deeper than anything may be, and so long that reading it whole would take a gigabyte: the child says no, and lives or is replaced.
    let deep = format!("{{\"runs\":{}", "[".repeat(2_000_000));
    let long = format!("{{\"version\":\"2.1.0\",\"runs\":[{}0]}}", "{},".repeat(8_000_000));
    send(&[("deep.sarif", deep.as_bytes())]);
    send(&[("long.sarif", long.as_bytes())]);
    let large = log("in the real program", 3_000);
    assert!(large.len() > 400_000);
    let plain = send(&[("scan.sarif", large.as_bytes()), ("poc.py", b"print(1)")]);
    let packed = send(&[("all.zip", &zip(&[("poc/run.py", b"print(1)"), ("poc/scan.sarif", large.as_bytes())]))]);
    let begun = Instant::now();
    for (number, read_from) in [(plain, "scan.sarif"), (packed, "all.zip: poc/scan.sarif")] {
        loop {
            let shown = program.must(&["inbox", "show", &number, "--json"]);
            if shown.contains("Unbounded copy 0 in the real program") && shown.contains("src/update.c") && shown.contains(read_from) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{number}: {shown}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }
    served.stop();
    program.verify("after documents in files");
}
