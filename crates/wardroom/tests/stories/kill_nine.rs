//! kill -9 at more than two hundred moments: while reports come in over HTTP, while mail is taken in, while advisories are published. What
//! was acknowledged is there, what was not is there or comes again without doubling, and after every kill `wardroom verify` finds nothing.
//! `WARDROOM_KILLS` multiplies the number of kills.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::program::{Dice, Program, ask, files, json_lines, text};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardroom_adapters::key_files::{KeyFiles, MasterPlace};
use wardroom_adapters::system_clock::SystemClock;
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_app::{Addresses, Desk, House};
use wardroom_domain::disclosure::{AdvisoryTexts, Bilingual};
use wardroom_domain::people::Viewer;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_seal::SystemChance;
use wardroom_store::{DATABASE_FILE, Place, SqlStore};

/// So many kills, or that many times more.
fn kills(usual: u64) -> u64 {
    usual * std::env::var("WARDROOM_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// What a client of the API knows: by idempotency key, the body it sent and the receipt it got.
#[derive(Default)]
struct Ledger(Mutex<BTreeMap<String, (String, Option<Value>)>>);

impl Ledger {
    /// Sends a report, new or again, and notes the answer. A second answer must be the first one.
    fn send(&self, address: &str, key: &str, body: &str) -> bool {
        self.0.lock().unwrap().entry(key.to_owned()).or_insert_with(|| (body.to_owned(), None));
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        let Some(answer) = ask(address, "POST", "/api/v1/reports", &headers, body.as_bytes()) else { return false };
        if answer.status != 201 {
            assert!(matches!(answer.status, 429 | 503), "{key}: {} {}", answer.status, answer.text());
            return false;
        }
        let receipt = answer.json();
        let mut ledger = self.0.lock().unwrap();
        let known = &mut ledger.get_mut(key).unwrap().1;
        if let Some(known) = known {
            for field in ["report", "receipt_code", "received_at", "sha256"] {
                assert_eq!(known[field], receipt[field], "{key}: another receipt the second time");
            }
        }
        *known = Some(receipt);
        true
    }

    fn open(&self) -> Vec<(String, String)> {
        let ledger = self.0.lock().unwrap();
        ledger.iter().filter(|(_, (_, receipt))| receipt.is_none()).map(|(key, (body, _))| (key.clone(), body.clone())).collect()
    }

    fn acknowledged(&self) -> Vec<Value> {
        self.0.lock().unwrap().values().filter_map(|(_, receipt)| receipt.clone()).collect()
    }
}

/// A report with small and large attachments, so that every way of writing is hit.
fn body(dice: &mut Dice, number: u64) -> String {
    let size = [0, 500, 30_000, 150_000][usize::try_from(dice.roll(4)).unwrap()];
    let mut report = json!({"title": format!("Report {number}"), "description": format!("The flaw number {number}."), "language": "en"});
    if size > 0 {
        report["attachments"] = json!([{"name": "poc.txt", "media_type": "text/plain", "content": "QUJD".repeat(size / 3)}]);
    }
    report.to_string()
}

#[test]
fn reports_over_http() {
    let program = Program::founded();
    let ledger = Arc::new(Ledger::default());
    let mut dice = Dice(9);
    let mut numbers = 0;
    let mut slowest = Duration::ZERO;
    let rounds = kills(60);
    for round in 0..rounds {
        let mut server = program.serve();
        slowest = slowest.max(server.ready_after);
        // First what was left open, then new ones, from two connections at once, until the server is no more.
        let dead = Arc::new(AtomicBool::new(false));
        let again = ledger.open();
        let fresh: Vec<(String, String)> = (0..16)
            .map(|_| {
                numbers += 1;
                (format!("client-key-{numbers:08}"), body(&mut dice, numbers))
            })
            .collect();
        let work: Vec<(String, String)> = again.into_iter().chain(fresh).collect();
        let clients: Vec<_> = (0..2)
            .map(|client| {
                let (ledger, dead, address) = (ledger.clone(), dead.clone(), server.public.clone());
                let mine: Vec<_> = work.iter().skip(client).step_by(2).cloned().collect();
                std::thread::spawn(move || {
                    for (key, body) in mine {
                        if dead.load(Ordering::SeqCst) {
                            break;
                        }
                        ledger.send(&address, &key, &body);
                    }
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(dice.roll(300)));
        server.kill();
        dead.store(true, Ordering::SeqCst);
        clients.into_iter().for_each(|client| client.join().unwrap());
        program.verify(&format!("after kill {round}"));
    }

    // Back for good: everything open is sent again, everything acknowledged is there under its code and number, and nothing is doubled.
    let mut patient = program.serve();
    while let Some((key, body)) = ledger.open().into_iter().next() {
        if !ledger.send(&patient.public, &key, &body) {
            // Too many from one place: a fresh server has not counted yet.
            patient.stop();
            patient = program.serve();
        }
    }
    let acknowledged = ledger.acknowledged();
    for receipt in &acknowledged {
        let authorization = format!("Receipt {}", receipt["receipt_code"].as_str().unwrap());
        let mut answer = patient.ask("GET", "/api/v1/reports/self", &[("Authorization", &authorization)], b"").unwrap();
        if answer.status == 429 {
            patient.stop();
            patient = program.serve();
            answer = patient.ask("GET", "/api/v1/reports/self", &[("Authorization", &authorization)], b"").unwrap();
        }
        assert_eq!(answer.status, 200, "{receipt}: {}", answer.text());
        assert_eq!(answer.json()["report"], receipt["report"]);
    }
    patient.stop();
    assert_eq!(program.reports(), acknowledged.len(), "as many reports as receipts");
    program.verify("at the end");
    println!("{rounds} kills, {} reports acknowledged, 0 lost, 0 doubled; slowest start {slowest:?}", acknowledged.len());
    assert!(u64::try_from(acknowledged.len()).unwrap() > rounds, "the kills came too early to prove anything");
}

/// A mail of its own, some with attachments that need a file.
fn mail(number: u64) -> Vec<u8> {
    let large = if number.is_multiple_of(3) { "QUJD\r\n".repeat(20_000) } else { "QUJD\r\n".to_owned() };
    format!(
        "From: Rin <rin{number}@research.example>\r\nTo: psirt@vendor.example\r\nSubject: Mail {number}\r\nMessage-ID: <m{number}@research.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe flaw number {number}.\r\n\
         --b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=poc.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{large}\r\n--b--\r\n"
    )
    .into_bytes()
}

/// Moments spread evenly over the time a command takes, however busy the machine is.
struct Moments {
    whole: Duration,
    place: f64,
}

impl Moments {
    fn within(whole: Duration) -> Moments {
        Moments { whole, place: 0.0 }
    }

    /// The next moment. Steps of the golden ratio leave no part of the time out, whenever one stops.
    fn next(&mut self) -> Duration {
        self.place = (self.place + 0.618_033_988_75).fract();
        self.whole.mul_f64(self.place)
    }

    /// A command that had ended before its kill was quicker than thought; one that had not may be slower.
    fn learn(&mut self, ended: bool) {
        self.whole = self.whole.mul_f64(if ended { 0.85 } else { 1.01 });
    }
}

/// Starts a command, kills it after `delay`, and gives what it had printed, and whether it ended by itself.
fn killed(program: &Program, arguments: &[&str], delay: Duration) -> (String, bool) {
    let mut child = program.command(arguments).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let mut errors = child.stderr.take().unwrap();
    let drain = std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
    std::thread::sleep(delay);
    let ended = child.try_wait().unwrap().is_some();
    let _ = child.kill();
    child.wait().unwrap();
    // The parsing child holds the pipe until it has noticed that its parent is gone.
    let printed = text(&reader.join().unwrap());
    drain.join().unwrap().unwrap();
    (printed, ended)
}

#[test]
fn mail_taken_in() {
    let program = Program::founded();
    let batch = 6;
    let names = |round: u64| -> Vec<String> {
        (0..batch).map(|n| program.file(&format!("{}.eml", round * batch + n), &mail(round * batch + n)).display().to_string()).collect()
    };
    let arguments = |files: &[String]| -> Vec<String> {
        ["inbox", "import", "--json"].into_iter().map(str::to_owned).chain(files.iter().cloned()).collect()
    };
    // How long it takes undisturbed: kills are spread evenly over that, so that each step is hit.
    let first = arguments(&names(0));
    let borrowed: Vec<&str> = first.iter().map(String::as_str).collect();
    let begun = Instant::now();
    let done = program.lines(&borrowed);
    let mut moments = Moments::within(begun.elapsed());
    assert_eq!(done.len() as u64, batch);

    let rounds = kills(90);
    let (mut acknowledged, mut undisturbed) = (done.len(), 0);
    for round in 1..=rounds {
        let files = names(round);
        let line = arguments(&files);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let delay = moments.next();
        let (printed, ended) = killed(&program, &line, delay);
        moments.learn(ended);
        undisturbed += u64::from(ended);
        let before: Vec<Value> = json_lines(&printed);
        program.verify(&format!("after kill {round}, at {delay:?}"));
        // The mail server tries again: what was acknowledged is known, under the same number; the rest comes in now.
        let after = program.lines(&line);
        assert_eq!(after.len() as u64, batch, "round {round}");
        for (index, acked) in before.iter().enumerate() {
            assert_eq!(after[index]["report"], acked["report"], "round {round}: {acked}");
            assert_eq!(after[index]["outcome"], "duplicate_delivery", "round {round}: acknowledged, and not there");
        }
        acknowledged += before.len();
    }
    assert_eq!(program.reports() as u64, (rounds + 1) * batch, "every mail is one report");
    println!("{} of {rounds} kills hit; {acknowledged} acknowledged before, 0 lost, 0 doubled", rounds - undisturbed);
    assert!(undisturbed * 3 < rounds, "most kills must come while it works: {undisturbed} of {rounds} came too late");
}

/// The desk over the program's own data directory, to prepare many advisories quickly.
pub async fn desk(program: &Program) -> Desk {
    let data = program.data();
    let keys = KeyFiles::open(&data, &MasterPlace::DataDirectory).unwrap();
    let clock = Arc::new(SystemClock);
    let now = wardroom_app::ports::clock::Clock::now(clock.as_ref());
    let store = Arc::new(SqlStore::open(&Place::Sqlite(data.join(DATABASE_FILE)), &data.join("blobs"), now).await.unwrap());
    let addresses = Addresses { public_url: "https://psirt.vendor.example".to_owned(), ..Addresses::default() };
    let house = House::open(store, clock, Box::new(SystemChance), keys.desk.public(), addresses).await.unwrap();
    Desk::new(Arc::new(house), keys.desk, keys.master)
}

/// Approved advisories, ready to be published: their numbers.
async fn approved(program: &Program, count: u64) -> Vec<String> {
    let texts = |n| AdvisoryTexts {
        title: Bilingual::new(&format!("Flaw {n}"), ""),
        summary: Bilingual::new(&format!("Summary {n}"), ""),
        ..AdvisoryTexts::default()
    };
    approved_with(program, (0..count).map(texts).collect()).await
}

/// The same with these texts, by Ada; Paul approved them and Pia may publish them.
pub async fn approved_with(program: &Program, all_texts: Vec<AdvisoryTexts>) -> Vec<String> {
    let desk = desk(program).await;
    let house = Viewer::house();
    let product = wardroom_domain::products::Product { id: "vx-200".to_owned(), name: "VX-200".to_owned(), ..Default::default() };
    desk.keep_product(&house, product).await.unwrap();
    for (name, role) in [("Ada", "author"), ("Paul", "approver"), ("Pia", "publisher")] {
        desk.add_person(&house, name, vec![wardroom_domain::people::Role::parse(role).unwrap()]).await.unwrap();
    }
    let (ada, paul) = (desk.viewer_named("Ada").await.unwrap(), desk.viewer_named("Paul").await.unwrap());
    let mut numbers = Vec::new();
    for (n, texts) in all_texts.into_iter().enumerate() {
        let report: wardroom_app::intake::json_report::JsonReport =
            serde_json::from_value(json!({"title": format!("Flaw {n}"), "text": format!("Number {n}.")})).unwrap();
        let receipt = desk.import_json(report).await.unwrap();
        let report = desk.find(&house, &receipt.number).await.unwrap();
        let (case, _) = desk.accept(&house, &report, "").await.unwrap();
        let flaw = VulnerabilityForm {
            id: "V1".to_owned(),
            title: format!("Flaw {n}"),
            description: format!("What is wrong {n}"),
            ..VulnerabilityForm::default()
        };
        desk.keep_vulnerability(&house, &case, flaw).await.unwrap();
        desk.score(&house, &case, "V1", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "").await.unwrap();
        let impact = ImpactForm {
            vulnerability: "V1".to_owned(),
            product: "vx-200".to_owned(),
            status: ImpactStatus::Affected,
            versions: "< 2.5.0".to_owned(),
            fixed_in: "2.5.0".to_owned(),
            justification: String::new(),
            note: String::new(),
            hardware: Vec::new(),
        };
        desk.set_impact(&house, &case, impact).await.unwrap();
        let plan = PlanForm {
            id: String::new(),
            vulnerability: "V1".to_owned(),
            plan: PlanKind::Fix,
            state: PlanState::Released,
            due: None,
            products: Vec::new(),
            words: PlanWords { text: "Update to 2.5.0.".to_owned(), owner: "Firmware".to_owned(), ..PlanWords::default() },
        };
        desk.keep_remediation(&house, &case, plan).await.unwrap();
        let (advisory, number) = desk.draft_advisory(&ada, &case).await.unwrap();
        desk.edit_advisory(&ada, &advisory, texts).await.unwrap();
        let hash = desk.submit_advisory(&ada, &advisory).await.unwrap();
        desk.approve_advisory(&paul, &advisory, &hash).await.unwrap();
        numbers.push(number);
    }
    numbers
}

/// Numbers of the advisories that are published according to the log.
fn published(program: &Program) -> Vec<String> {
    let all = program.lines(&["advisory", "list", "--json"]);
    all.into_iter().filter(|one| one["state"] == "published").map(|one| one["number"].as_str().unwrap().to_owned()).collect()
}

/// What a reader finds in the public folder at this moment fits together, and shows nothing that is not published.
fn check_tree(program: &Program, published: &[String], when: &str) -> usize {
    let found: BTreeMap<String, Vec<u8>> =
        files(&program.data().join("public")).into_iter().filter(|(name, _)| !name.starts_with(".new")).collect();
    for name in found.keys() {
        if let Some(number) =
            name.strip_prefix("advisories/").and_then(|name| name.strip_suffix(".html")).filter(|name| name.contains("-SA-"))
        {
            let number = number.trim_end_matches(".zh");
            assert!(published.iter().any(|one| one == number), "{when}: {name} is public and {number} is not published");
        }
    }
    let mut listed = 0;
    // What is listed is whole; a document that is not listed yet may still lack what belongs to it.
    for (name, bytes) in found.iter().filter(|(name, _)| name.ends_with("/index.txt")) {
        let folder = name.trim_end_matches("index.txt");
        for line in text(bytes).lines().filter(|line| !line.is_empty()) {
            listed += 1;
            let document =
                found.get(&format!("{folder}{line}")).unwrap_or_else(|| panic!("{when}: {name} lists {line}, which is not there"));
            let sums = found.get(&format!("{folder}{line}.sha256")).unwrap_or_else(|| panic!("{when}: {line} has no checksum beside it"));
            let digest: String = Sha256::digest(document).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(text(sums).starts_with(&digest), "{when}: {line} is not what its checksum says");
            assert!(found.contains_key(&format!("{folder}{line}.asc")), "{when}: {line} has no signature beside it");
        }
    }
    listed
}

#[tokio::test]
async fn advisories_published() {
    let program = Program::founded();
    let rounds = kills(60);
    let numbers = approved(&program, rounds + 1).await;
    let line = |number: &str| -> Vec<String> {
        ["advisory", "publish", number, "--confirm", number, "--as", "Pia"].into_iter().map(str::to_owned).collect()
    };
    let first = line(&numbers[0]);
    let begun = Instant::now();
    program.must(&first.iter().map(String::as_str).collect::<Vec<_>>());
    let mut moments = Moments::within(begun.elapsed());

    let (mut before_commit, mut after_commit, mut undisturbed) = (0, 0, 0);
    for (round, number) in numbers.iter().enumerate().skip(1) {
        let arguments = line(number);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let delay = moments.next();
        let (printed, ended) = killed(&program, &arguments, delay);
        moments.learn(ended);
        let when = format!("kill {round} at {delay:?}");
        program.verify(&when);
        let known = published(&program);
        check_tree(&program, &known, &when);
        let is_out = known.contains(number);
        let acknowledged = printed.contains("published at");
        assert!(is_out || !acknowledged, "{when}: {number} was acknowledged and is not published");
        undisturbed += u64::from(ended);
        // The publisher tries again: published exactly once, whoever did it.
        let again = program.run(&arguments);
        match is_out {
            true => {
                after_commit += 1;
                assert_eq!(again.status.code(), Some(9), "{when}: published twice? {}", text(&again.stdout));
            }
            false => {
                before_commit += 1;
                assert_eq!(again.status.code(), Some(0), "{when}: {}", text(&again.stderr));
            }
        }
    }
    // Whoever starts the house next finishes what was left half.
    let server = program.serve();
    for number in &numbers {
        let answer = server.ask("GET", &format!("/advisories/{number}"), &[], b"").unwrap();
        assert_eq!(answer.status, 200, "{number} is published and has a page");
    }
    server.stop();
    let known = published(&program);
    assert_eq!(known.len(), numbers.len());
    assert_eq!(check_tree(&program, &known, "at the end"), numbers.len(), "all are listed");
    program.verify("at the end");
    println!("{rounds} kills: {before_commit} before it was published, {after_commit} after, {undisturbed} too late");
    assert!(before_commit > 5 && after_commit > 5, "the kills must fall on both sides: {before_commit} and {after_commit}");
}
