//! `wardroom inbox …` against a data directory.

use super::{import, pile, pipe, print};
use crate::cli::InboxCommand;
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK, TEMPORARY};
use futures_util::StreamExt as _;
use wardroom_app::Desk;
use wardroom_app::intake::hand_in::HandInError;
use wardroom_app::intake::import_mail::{Imported, Outcome};
use wardroom_app::intake::read_json::read_value;
use wardroom_app::ports::store::InboxQuery;
use wardroom_app::triage::pile_order::PileOrder;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::{Disposition, ReportState};

/// Runs one inbox command as `viewer`.
pub async fn run(opened: &Opened, viewer: &Viewer, command: InboxCommand, json: bool) -> Done {
    match command {
        InboxCommand::Import { files, sender, recipient } => import::run(opened, &files, &pipe::arrival(sender, recipient), json).await,
        InboxCommand::List { view, limit } => list(opened, viewer, &view, limit, json).await,
        InboxCommand::Show { id } => show_one(opened, viewer, &id, json).await,
        InboxCommand::Accept { id, title } => accept(opened, viewer, &id, &title, json).await,
        InboxCommand::Attach { id } => {
            let report = opened.desk.find(viewer, &id).await?;
            let number = opened.desk.attach_claim(viewer, &report).await?;
            println!("{id} is attached to {number}");
            Ok(OK)
        }
        InboxCommand::Release { id } => {
            let report = opened.desk.find(viewer, &id).await?;
            opened.desk.release(viewer, &report).await?;
            println!("{id} is in the inbox");
            Ok(OK)
        }
        InboxCommand::Discard { id, reason } => {
            let report = opened.desk.find(viewer, &id).await?;
            opened.desk.discard_claim(viewer, &report, &reason).await?;
            println!("{id} is put away");
            Ok(OK)
        }
        InboxCommand::Duplicate { id, of, message } => duplicate(opened, viewer, &id, &of, &message).await,
        InboxCommand::Decline { ids, like: None, reason, message, preview } if ids.len() == 1 => {
            decline(opened, viewer, &ids.concat(), &reason, message.as_deref(), preview).await
        }
        InboxCommand::Decline { ids, like, reason, message, preview } => {
            let order = PileOrder { reports: ids, like: like.unwrap_or_default(), reason, message };
            pile::decline(opened, viewer, &order, preview).await
        }
        InboxCommand::Reopen { ids } => pile::reopen(opened, viewer, &ids).await,
        InboxCommand::Ask { id, message } => ask(opened, viewer, &id, &message).await,
        InboxCommand::Date { id, answer, until, zone, reason } => date(opened, viewer, &id, &answer, until.as_deref(), zone, &reason).await,
        InboxCommand::Original { id } => original(opened, viewer, &id).await,
        InboxCommand::File { id, place, decrypt } => file(opened, viewer, &id, place, decrypt).await,
        InboxCommand::Breach { id, clock, reason } => breach(opened, viewer, &id, &clock, &reason).await,
    }
}

pub(super) fn report_error(file: &str, why: &str, json: bool) {
    if json {
        println!("{}", serde_json::json!({"file": file, "error": why}));
    }
    eprintln!("{file}: not taken in: {why}");
}

pub(super) fn show(file: &str, imported: &Imported, json: bool) {
    if json {
        println!("{}", serde_json::to_string(imported).unwrap_or_default());
        return;
    }
    let what = match imported.outcome {
        Outcome::Received => "received",
        Outcome::Threaded => "added to an earlier report",
        Outcome::DuplicateDelivery => "known already",
        Outcome::AutoReply => "automatic mail, kept and not answered",
        Outcome::Tested => return println!("a test of the encryption: answered, nothing kept (readable: {})", imported.decrypted),
        Outcome::Quarantined => "quarantined: a person must look",
        Outcome::SelfTest => "synthetic report, recognised and closed",
        Outcome::Ignored if imported.report.is_empty() => return println!("one of our own mails, come back: dropped, from {file}"),
        Outcome::Ignored => "says to be from our own address: kept and put away",
    };
    println!("{} {what} (signature {}, {}) from {file}", imported.report, imported.signature, imported.language);
}

/// One report, or a list of them: our own fields or a shape tools send. The bytes of a single document are its original.
pub(super) async fn import_json(desk: &Desk, file: &str, bytes: &[u8], json: bool) -> u8 {
    let own = ["description", "technical_description", "brief_description"];
    let profile = desk.profile();
    let own = own.into_iter().find(|id| profile.form_fields().iter().any(|field| field.id == *id)).unwrap_or("description");
    let read = match wardroom_formats::guarded::read(bytes, &wardroom_formats::guarded::REPORT) {
        Ok(serde_json::Value::Array(list)) => list.into_iter().map(|one| read_value(titled(one), own)).collect(),
        Ok(one) => vec![read_value(titled(one), own).map(|mut read| {
            read.report.original = Some(bytes.to_vec());
            read
        })],
        Err(fault) => vec![Err(fault.into())],
    };
    let mut worst = 0;
    for read in read {
        let mut report = match read {
            Ok(read) => read.report,
            Err(why) => {
                report_error(file, &format!("not a JSON report: {why}"), json);
                worst = worst.max(FINDINGS);
                continue;
            }
        };
        if report.language.is_empty() {
            report.language = "en".to_owned();
        }
        let language = report.language.clone();
        match desk.import_report(report).await {
            Ok(receipt) => {
                let imported = Imported {
                    report: receipt.number,
                    case: None,
                    decrypted: false,
                    signature: "none",
                    language,
                    outcome: Outcome::Received,
                };
                show(file, &imported, json);
            }
            Err(error) => {
                worst = if matches!(error, HandInError::Trouble(_)) { TEMPORARY } else { FINDINGS };
                report_error(file, &error.to_string(), json);
            }
        }
    }
    worst
}

/// A note with a title alone is a report too when the team types it in.
fn titled(mut value: serde_json::Value) -> serde_json::Value {
    let said = |name: &str| value.get(name).and_then(serde_json::Value::as_str).is_some_and(|text| !text.trim().is_empty());
    if said("title")
        && !["description", "text", "technical_description", "details", "body", "summary", "payload", "vul_description"]
            .into_iter()
            .any(said)
        && wardroom_formats::shapes::recognise(&value).is_none()
        && let Some(object) = value.as_object_mut()
        && let Some(title) = object.get("title").cloned()
    {
        object.insert("description".to_owned(), title);
    }
    value
}

/// The states a view shows.
fn view_states(view: &str) -> Result<Vec<ReportState>, Exit> {
    match view {
        "waiting" => Ok(Vec::new()),
        "all" => Ok(ReportState::ALL.to_vec()),
        one => ReportState::parse(one).map(|state| vec![state]).ok_or_else(|| {
            Exit::new(2, format!("no view is called {one:?}: use waiting, asked, quarantined, linked, declined, withdrawn or all"))
        }),
    }
}

async fn list(opened: &Opened, viewer: &Viewer, view: &str, limit: u32, json: bool) -> Done {
    let query = InboxQuery { states: view_states(view)?, limit, offset: 0 };
    let rows = opened.desk.inbox(viewer, &query).await?;
    if json {
        let data: Vec<_> = rows.iter().map(print::inbox_row).collect();
        println!("{}", serde_json::json!({"schema": "wardroom.inbox/1", "data": data}));
        return Ok(OK);
    }
    if rows.is_empty() {
        println!("nothing waits here");
    }
    for one in rows {
        let due = one.row.nearest.as_ref().map(|clock| format!("{} by {}", clock.clock, clock.due_at)).unwrap_or_default();
        println!(
            "{}  {:<11} {:<4} {:<12} {}  {}",
            one.row.number,
            one.row.state.as_str(),
            one.row.door.as_str(),
            one.row.signature.as_str(),
            one.words.title,
            due
        );
    }
    Ok(OK)
}

async fn show_one(opened: &Opened, viewer: &Viewer, id: &str, json: bool) -> Done {
    let stream = opened.desk.find(viewer, id).await?;
    let page = opened.desk.report_page(viewer, &stream).await?;
    if json {
        print::show(&print::report(&page));
        return Ok(OK);
    }
    let received = &page.record.file.received;
    println!("{}  {}", received.number, page.words.title);
    println!(
        "state {}   received {}   {} / signature {}",
        page.record.file.state.as_str(),
        received.received_at,
        received.reading.as_str(),
        received.signature.as_str()
    );
    println!("from {} <{}>", page.words.sender_name, page.words.sender_address);
    if !page.words.claims.is_empty() {
        println!("UNCONFIRMED: claims to belong to {}", page.words.claims);
    }
    for one in &page.claims {
        println!("unconfirmed mail claims this report: {} {}", one.number, one.title);
    }
    for one in page.record.file.returned.iter().filter(|one| one.failed) {
        println!("our {} could not be delivered {}", one.what, one.status);
    }
    if let Some(evidence) = page.words.evidence.as_ref().filter(|evidence| evidence.asked) {
        let every = evidence.dkim.iter().map(|one| ("dkim", one)).chain(evidence.spf.iter().map(|one| ("spf", one)));
        for (what, one) in every.chain([("dmarc", &evidence.dmarc)]) {
            let aligned = if one.aligned { "aligned" } else { "not aligned" };
            println!("{what} {} {} ({aligned}) {}", one.result.as_str(), one.domain, one.why);
        }
    }
    for promise in &page.promises {
        println!("{}: due {}{}", promise.kind, promise.due, if promise.late { "  LATE" } else { "" });
    }
    println!("\n{}\n", page.words.text);
    for (index, file) in page.words.attachments.iter().enumerate() {
        println!("attachment {index}: {} ({}, {} bytes)", file.name, file.media_type, file.len);
    }
    for candidate in &page.candidates {
        println!("looks like {} ({:.2})", candidate.number, candidate.score);
    }
    let offered: Vec<&str> = page.offered.iter().map(|ask| ask.as_str()).collect();
    println!("you may: {}", offered.join(", "));
    Ok(OK)
}

async fn accept(opened: &Opened, viewer: &Viewer, id: &str, title: &str, json: bool) -> Done {
    let report = opened.desk.find(viewer, id).await?;
    let (case, number) = opened.desk.accept(viewer, &report, title).await?;
    if json {
        println!("{}", serde_json::json!({"case": number, "id": case}));
    } else {
        println!("{number} opened.  Next: wardroom case show {number}");
    }
    Ok(OK)
}

async fn duplicate(opened: &Opened, viewer: &Viewer, id: &str, of: &str, message: &str) -> Done {
    let report = opened.desk.find(viewer, id).await?;
    let case = opened.desk.find(viewer, of).await?;
    opened.desk.link_duplicate(viewer, &report, &case, message).await?;
    println!("{id} is linked to {of}");
    Ok(OK)
}

async fn decline(opened: &Opened, viewer: &Viewer, id: &str, reason: &str, message: Option<&str>, preview: bool) -> Done {
    let Some(disposition) = Disposition::parse(reason).filter(|one| Disposition::DECLINE.contains(one)) else {
        let known: Vec<&str> = Disposition::DECLINE.iter().map(|one| one.as_str()).collect();
        return Err(Exit::new(2, format!("no reason is called {reason:?}: use one of {}", known.join(", "))));
    };
    let report = opened.desk.find(viewer, id).await?;
    let page = opened.desk.report_page(viewer, &report).await?;
    let proposed = opened.desk.decline_wording(disposition, &page.record.file.received.language);
    let text = match message {
        Some(own) => own.to_owned(),
        None if disposition == Disposition::Spam => String::new(),
        None => proposed,
    };
    println!("{}", if text.is_empty() { "(no message goes to the sender of spam)" } else { &text });
    if !preview {
        opened.desk.decline(viewer, &report, disposition, &text).await?;
        eprintln!("{id} declined; the reporter is told the above");
    }
    Ok(OK)
}

async fn ask(opened: &Opened, viewer: &Viewer, id: &str, message: &str) -> Done {
    let report = opened.desk.find(viewer, id).await?;
    opened.desk.ask(viewer, &report, message).await?;
    println!("asked; {id} waits for the reporter");
    Ok(OK)
}

async fn original(opened: &Opened, viewer: &Viewer, id: &str) -> Done {
    use std::io::Write;
    let report = opened.desk.find(viewer, id).await?;
    let bytes = opened.desk.original(viewer, &report).await?;
    std::io::stdout().write_all(&bytes)?;
    Ok(OK)
}

/// A file of any size is never held whole.
async fn file(opened: &Opened, viewer: &Viewer, id: &str, place: usize, decrypt: bool) -> Done {
    use std::io::Write;
    let report = opened.desk.find(viewer, id).await?;
    let index = place.checked_sub(1).ok_or_else(|| Exit::new(2, "files are counted from 1"))?;
    let mut pieces = if decrypt {
        let found = opened.desk.opened_pieces(opened.opener.clone(), viewer, &report, index).await;
        found.map_err(|error| Exit::new(1, error.to_string()))?.pieces
    } else {
        opened.desk.attachment_stream(viewer, &report, index).await?.2
    };
    let mut out = std::io::stdout().lock();
    while let Some(piece) = pieces.next().await {
        out.write_all(&piece?)?;
    }
    out.flush()?;
    Ok(OK)
}

async fn date(opened: &Opened, viewer: &Viewer, id: &str, answer: &str, until: Option<&str>, zone: String, reason: &str) -> Done {
    let stream = opened.desk.find(viewer, id).await?;
    match (answer, until) {
        ("accept", None) => opened.desk.answer_date(viewer, &stream, true, reason).await?,
        ("decline", None) => opened.desk.answer_date(viewer, &stream, false, reason).await?,
        ("propose", Some(until)) => {
            let ends_at = until.parse().map_err(|_| Exit::new(2, format!("{until:?} is no instant like 2027-01-31T09:00:00+08:00")))?;
            let terms = wardroom_domain::communication::EmbargoTerms { ends_at, zone };
            opened.desk.propose_date(viewer, &stream, terms, reason).await?;
        }
        _ => return Err(Exit::new(2, "say accept, decline, or propose with --until")),
    }
    println!("recorded; the reporter reads it at the track page");
    Ok(OK)
}

async fn breach(opened: &Opened, viewer: &Viewer, id: &str, clock: &str, reason: &str) -> Done {
    let stream = opened.desk.find(viewer, id).await?;
    opened.desk.explain_breach(viewer, &stream, clock, reason).await?;
    println!("the reason is kept with the breach");
    Ok(OK)
}
