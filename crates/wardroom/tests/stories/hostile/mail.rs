//! The channel `mail`: each message through `wardroom inbox import` while the server runs.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::gauge::{Cost, Gauge};
use super::house::House;
use super::items::{self, Expect, Item};
use crate::program::{json_lines, text};

/// Mail is taken in within this time (O3).
const LIMIT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn mails_end_as_they_should() {
    if super::alone::told_alone("hostile::mail::mails_end_as_they_should") {
        return;
    }
    let mut house = House::open().await;
    // What the importer itself needs is not the message's fault.
    let ordinary = import(&house, "ordinary.eml", b"From: Rin <rin@research.example>\r\nSubject: Ordinary\r\n\r\nAn ordinary mail.\r\n");
    let mut files = vec!["ordinary.eml".to_owned()];
    for item in items::all(&["mail"]) {
        let name = format!("{}.eml", item.id.replace('/', "_"));
        let mut taken = import(&house, &name, &item.bytes);
        taken.cost.grown_kib = taken.cost.grown_kib.saturating_sub(ordinary.cost.grown_kib);
        house.check_cost(&item.id, taken.cost, LIMIT);
        judge(&mut house, &item, &taken);
        files.push(name);
    }
    house.honest("after hostile mails");
    foreign(&mut house, &mut files);
    house.finish(&files);
}

/// What the program said about one message.
struct Taken {
    code: Option<i32>,
    lines: Vec<Value>,
    errors: String,
    cost: Cost,
}

/// Runs the import and watches what it needs.
fn import(house: &House, name: &str, bytes: &[u8]) -> Taken {
    let path = house.program.file(name, bytes).display().to_string();
    let begun = Instant::now();
    let mut child = house.program.command(&["inbox", "import", "--json", &path]).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut errors = child.stderr.take().unwrap();
    let said = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes).map(|_| bytes)
    });
    let complained = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        errors.read_to_end(&mut bytes).map(|_| bytes)
    });
    let gauge = Gauge(child.id());
    let mut peak = 0;
    let ended = loop {
        peak = peak.max(gauge.peak_kib());
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let cost = Cost { grown_kib: peak, processor: begun.elapsed(), clock: begun.elapsed() };
    let lines = json_lines(&text(&said.join().unwrap().unwrap()));
    Taken { code: ended.code(), lines, errors: text(&complained.join().unwrap().unwrap()), cost }
}

fn judge(house: &mut House, item: &Item, taken: &Taken) {
    let line = taken.lines.first().cloned().unwrap_or_default();
    let outcome = line["outcome"].as_str().unwrap_or("refused");
    let fits = match item.expect {
        Expect::Accept | Expect::AcceptSafe => outcome == "received",
        Expect::AcceptNoAck => outcome == "auto_reply",
        Expect::Quarantine => outcome == "quarantined",
        Expect::Reject => outcome == "refused" && taken.code != Some(0),
        Expect::Ignore => outcome == "ignored",
        Expect::Either => true,
    };
    if !fits {
        house.fault(&item.id, format!("O4 expected {:?}, was {outcome} ({:?}) {}", item.expect, taken.code, taken.errors.trim()));
    }
    if taken.errors.contains("panicked") || taken.errors.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        house.fault(&item.id, format!("O7 what it says: {:?}", taken.errors));
    }
    let Some(number) = line["report"].as_str().filter(|_| line["report"].is_string()) else {
        if taken.errors.trim().is_empty() {
            house.fault(&item.id, "refused without a word");
        }
        return;
    };
    if number.is_empty() {
        // Dropped: only what is to be ignored, and only what this house wrote itself.
        return house.fault(&item.id, "O4 nothing of it was kept");
    }
    kept(house, &item.id, number, &item.bytes);
    let report = house.report(number);
    if item.expect == Expect::Ignore && report["state"] != "declined" {
        house.fault(&item.id, format!("it waits for somebody: {}", report["state"]));
    }
    // RFC 3834: a machine is never answered, and a forged bounce says nothing of a reporter's address.
    let withheld = house.api("GET", &format!("/api/v1/inbox/{number}/events"), &Value::Null).text().contains("receipt_withheld");
    if matches!(item.expect, Expect::AcceptNoAck | Expect::Ignore) && !withheld {
        house.fault(&item.id, "an automatic answer would go out");
    }
    if item.class() == "B-thread-spoof" && !report["case"].is_null() {
        house.fault(&item.id, "joined a case by what anybody could write");
    }
}

/// The raw bytes are kept, and the hash the desk states is theirs (O4).
fn kept(house: &mut House, item: &str, number: &str, bytes: &[u8]) {
    // In an mbox the line before a mail, the one after it and the quoting of `From ` are no part of it.
    let out_of_mbox = bytes.starts_with(b"From ").then(|| house.page(&format!("/reports/{number}/original")).body);
    if let Some(one) = &out_of_mbox
        && !text(bytes).replace("\n>From ", "\nFrom ").contains(text(one).trim())
    {
        house.fault(item, "O4 what was kept is not in the mbox");
    }
    let bytes = out_of_mbox.as_deref().unwrap_or(bytes);
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if house.report(number)["sha256"] != sha256 {
        house.fault(item, "O4 another hash than that of the raw bytes");
    }
    if house.page(&format!("/reports/{number}/original")).body != bytes {
        house.fault(item, "O4 the raw bytes were not kept");
    }
    let page = house.page(&format!("/reports/{number}"));
    if page.status != 200 {
        house.fault(item, format!("O4 the desk shows {} for it", page.status));
    }
}

/// Mails of other parsers' test suites, in batches: none is lost, each has its row and its bytes.
fn foreign(house: &mut House, files: &mut Vec<String>) {
    let mails = items::foreign_mails();
    for batch in mails.chunks(40) {
        let names: Vec<String> = batch.iter().map(|(name, _)| format!("foreign_{}", name.replace('/', "_"))).collect();
        let paths: Vec<String> =
            batch.iter().zip(&names).map(|((_, bytes), name)| house.program.file(name, bytes).display().to_string()).collect();
        files.extend(names);
        let begun = Instant::now();
        let arguments: Vec<&str> = ["inbox", "import", "--json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
        let output = house.program.run(&arguments);
        let lines = json_lines(&text(&output.stdout));
        if lines.len() != batch.len() || begun.elapsed() > LIMIT * u32::try_from(batch.len()).unwrap() {
            house.fault(
                "mime",
                format!("{} of {} mails answered in {:?}: {}", lines.len(), batch.len(), begun.elapsed(), text(&output.stderr)),
            );
            continue;
        }
        for ((name, bytes), line) in batch.iter().zip(&lines) {
            match line["report"].as_str() {
                Some(_) if line["outcome"] == "duplicate_delivery" => {}
                Some(number) => kept(house, name, number, bytes),
                None if bytes.iter().all(u8::is_ascii_whitespace) => {}
                None => house.fault(name, format!("O4 lost: {line}")),
            }
        }
    }
    println!("{} mails of other suites", mails.len());
}
