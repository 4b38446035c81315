//! `wardroom cve …` against a data directory. Asks are recorded; the worker of a running `serve` carries them to the service.

use crate::cli::CveCommand;
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK, TEMPORARY};
use serde_json::{Value, json};
use std::io::Read;
use std::process::ExitCode;
use wardroom_adapters::SystemClock;
use wardroom_app::disclosure::identifiers::{AskForId, RecordCheck};
use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::cve_service::ApiKey;
use wardroom_domain::disclosure::{IdAsk, IdState, Scheme};
use wardroom_domain::people::Viewer;
use wardroom_formats::cna::{self, Beside};
use wardroom_words::{Lang, say};

/// Largest record read, in bytes: the service takes 3.8 MB.
const LARGEST: u64 = 4 << 20;
/// Largest key file, in bytes.
const LARGEST_KEY: u64 = 4 << 10;

/// Runs one command as `viewer`.
pub async fn run(opened: &Opened, viewer: &Viewer, command: CveCommand, json: bool) -> Done {
    let asking = Asking { opened, viewer, json };
    match command {
        CveCommand::Reserve { case, vulnerability } => {
            asking.ask(&case, Scheme::Cve, IdAsk::Reserve, AskForId { vulnerability, ..AskForId::default() }).await
        }
        CveCommand::Assign { case, id, vulnerability, gcve } => {
            asking.ask(&case, scheme(gcve), IdAsk::Assign, AskForId { vulnerability, id, ..AskForId::default() }).await
        }
        CveCommand::Publish { case, vulnerability } => {
            asking.ask(&case, Scheme::Cve, IdAsk::Retry, AskForId { vulnerability, ..AskForId::default() }).await
        }
        CveCommand::Abort { case, vulnerability } => {
            asking.ask(&case, Scheme::Cve, IdAsk::Abort, AskForId { vulnerability, ..AskForId::default() }).await
        }
        CveCommand::Agree { case, vulnerability } => {
            asking.ask(&case, Scheme::Cve, IdAsk::Agree, AskForId { vulnerability, ..AskForId::default() }).await
        }
        CveCommand::Reject { case, reason, vulnerability, gcve } => asking.reject(&case, scheme(gcve), reason, vulnerability).await,
        CveCommand::List { service: false } => list(opened, viewer, json).await,
        CveCommand::List { service: true } => list_service(opened, viewer, json).await,
        CveCommand::Quota => quota(opened, viewer, json).await,
        CveCommand::Check { advisory_or_file } => check(opened, viewer, &advisory_or_file, json).await,
        CveCommand::Key { file } => keep_key(opened, viewer, &file).await,
    }
}

fn scheme(gcve: bool) -> Scheme {
    if gcve { Scheme::Gcve } else { Scheme::Cve }
}

struct Asking<'a> {
    opened: &'a Opened,
    viewer: &'a Viewer,
    json: bool,
}

impl Asking<'_> {
    async fn ask(&self, case: &str, scheme: Scheme, ask: IdAsk, form: AskForId) -> Done {
        let desk = &self.opened.desk;
        let stream = desk.find(self.viewer, case).await?;
        let (vulnerability, to) = desk.ask_for_id(self.viewer, &stream, scheme, ask, form).await?;
        let record = desk.must_case(self.viewer, &stream).await?;
        let views = desk.identifier_views(self.viewer, &record);
        let id = views.into_iter().find(|view| view.vulnerability == vulnerability && view.scheme == scheme).map(|view| view.words.id);
        let id = id.unwrap_or_default();
        if self.json {
            println!(
                "{}",
                json!({"case": case, "vulnerability": vulnerability, "scheme": scheme.as_str(), "state": to.as_str(), "id": id})
            );
            return Ok(OK);
        }
        println!("{vulnerability} {}  {}", say(Lang::En, &format!("cna-state-{}", to.as_str())), id);
        if to == IdState::RejectionProposed {
            println!("Next, by another person: wardroom cve agree {case} --as NAME");
        }
        if to.is_pending() {
            println!("the worker of a running `wardroom serve` carries it to the service.  Next: wardroom cve list");
        }
        Ok(OK)
    }

    /// Whichever of the two fits: a published record is to be rejected, an unused id is given back.
    async fn reject(&self, case: &str, scheme: Scheme, reason: String, vulnerability: String) -> Done {
        let desk = &self.opened.desk;
        let stream = desk.find(self.viewer, case).await?;
        let file = desk.must_case(self.viewer, &stream).await?.file;
        let meant = if vulnerability.is_empty() {
            file.vulnerabilities.first().map(|one| one.id.clone()).unwrap_or_default()
        } else {
            vulnerability.clone()
        };
        let ask = if file.id_state(&meant, scheme) == IdState::Reserved { IdAsk::Return } else { IdAsk::Reject };
        self.ask(case, scheme, ask, AskForId { vulnerability, reason, ..AskForId::default() }).await
    }
}

async fn list(opened: &Opened, viewer: &Viewer, json: bool) -> Done {
    let lines = opened.desk.identifiers(viewer).await?;
    let stuck = lines.iter().any(|line| line.row.stuck);
    for line in lines {
        let (row, words) = (&line.row, &line.words);
        if json {
            println!(
                "{}",
                json!({"case": line.case_number, "vulnerability": row.vulnerability, "scheme": row.scheme.as_str(), "state": row.state.as_str(),
                    "id": words.id, "environment": words.environment, "stuck": row.stuck, "trouble": words.trouble, "detail": words.detail, "since": row.since})
            );
            continue;
        }
        let id = if words.id.is_empty() { "-" } else { &words.id };
        println!(
            "{:<24} {:<22} {} {}  {}",
            id,
            say(Lang::En, &format!("cna-state-{}", row.state.as_str())),
            line.case_number,
            row.vulnerability,
            line.title
        );
        if row.stuck {
            println!("    refused: {} {}", words.trouble, words.detail.replace('\n', " "));
        }
    }
    Ok(if stuck { ExitCode::from(FINDINGS) } else { OK })
}

async fn list_service(opened: &Opened, viewer: &Viewer, json: bool) -> Done {
    let ids = opened.desk.ids_at_service(viewer, None).await.map_err(unreached)?.ok_or_else(not_set_up)?;
    for (one, taken) in ids {
        if json {
            println!(
                "{}",
                json!({"id": one.id, "state": one.state, "requested_by": one.requested_by, "reserved_at": one.reserved_at, "ours": taken})
            );
        } else {
            let whose = if taken { "" } else { "  no case has it" };
            println!("{:<20} {:<10} {}{whose}", one.id, one.state, one.requested_by);
        }
    }
    Ok(OK)
}

async fn quota(opened: &Opened, viewer: &Viewer, json: bool) -> Done {
    let quota = opened.desk.ask_quota(viewer).await.map_err(unreached)?.ok_or_else(not_set_up)?;
    if json {
        println!("{}", serde_json::to_string(&quota).unwrap_or_default());
    } else {
        println!("{} of {} may still be reserved; {} are", quota.available, quota.limit, quota.reserved);
    }
    Ok(OK)
}

/// The service's refusal or silence is something to try again, not a fault of ours.
fn unreached(error: wardroom_app::AskError) -> Exit {
    match error {
        wardroom_app::AskError::Trouble(trouble) => Exit::new(TEMPORARY, trouble.to_string()),
        other => other.into(),
    }
}

fn not_set_up() -> Exit {
    Exit::new(1, "no CVE service is set up: fill in [cve] in the configuration and keep the key with `wardroom cve key FILE`")
}

async fn check(opened: &Opened, viewer: &Viewer, named: &str, json: bool) -> Done {
    let advisory = opened.desk.find(viewer, named).await?;
    let checks = opened.desk.check_records(viewer, &advisory).await?;
    Ok(if show(&checks, json) { OK } else { ExitCode::from(FINDINGS) })
}

/// Whether a file is meant, and not an advisory.
pub fn is_file(named: &str) -> bool {
    named == "-" || std::path::Path::new(named).is_file()
}

/// Holds the rules against the record, or list of records, in a file; needs no data directory.
pub fn check_file(file: &str, json: bool) -> Done {
    let record: Value =
        serde_json::from_slice(&read(file, LARGEST)?).map_err(|error| Exit::new(FINDINGS, format!("{file}: no JSON: {error}")))?;
    let records = match record {
        Value::Array(records) => records,
        one => vec![one],
    };
    let now = SystemClock.now();
    let checked = |record: &Value| {
        let cve = record.pointer("/cveMetadata/cveId").and_then(Value::as_str).unwrap_or_default();
        let breaches = cna::check(record, &Beside { cve, now: Some(now), ..Beside::default() });
        RecordCheck { vulnerability: String::new(), cve: cve.to_owned(), breaches }
    };
    let checks: Vec<RecordCheck> = records.iter().map(checked).collect();
    Ok(if show(&checks, json) { OK } else { ExitCode::from(FINDINGS) })
}

/// Prints what was found; true when nothing must be mended.
pub fn show(checks: &[RecordCheck], json: bool) -> bool {
    if json {
        println!("{}", serde_json::to_string(checks).unwrap_or_default());
    } else if checks.is_empty() {
        println!("{}", say(Lang::En, "cna-rules-none"));
    } else {
        for check in checks {
            println!("{}", if check.cve.is_empty() { "the record" } else { &check.cve });
            if check.breaches.is_empty() {
                println!("  {}", say(Lang::En, "cna-rules-clean"));
            }
            for one in &check.breaches {
                let (what, how) = (format!("cna-{}", one.rule.code), format!("cna-{}-do", one.rule.code));
                println!("  {:<5} {:<9} {} {}", one.rule.level.as_str(), one.rule.number, say(Lang::En, &what), say(Lang::En, &how));
                if !one.found.is_empty() {
                    println!("        at {}: {}", one.place, one.found);
                }
            }
        }
    }
    checks.iter().all(|check| check.blocks().next().is_none())
}

async fn keep_key(opened: &Opened, viewer: &Viewer, file: &str) -> Done {
    let bytes = zeroize::Zeroizing::new(read(file, LARGEST_KEY)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| Exit::new(2, format!("{file} holds no key: it is one line of text")))?;
    let key: ApiKey = text.lines().next().unwrap_or_default().trim().to_owned().into();
    opened.desk.keep_cve_key(viewer, &key).await?;
    let register = opened.desk.cve_register().unwrap_or_default();
    println!("the key of {} at {} is kept, sealed.  Next: wardroom cve quota", register.user, register.environment);
    Ok(OK)
}

fn read(file: &str, largest: u64) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    let unread = |error: std::io::Error| Exit::new(1, format!("cannot read {file}: {error}"));
    match file {
        "-" => std::io::stdin().lock().take(largest + 1).read_to_end(&mut bytes),
        path => std::fs::File::open(path).map_err(unread)?.take(largest + 1).read_to_end(&mut bytes),
    }
    .map_err(unread)?;
    if bytes.len() as u64 > largest {
        return Err(Exit::new(1, format!("{file} is larger than {largest} bytes")));
    }
    Ok(bytes)
}
