//! `wardroom advisory …` against a data directory.

use super::print;
use crate::cli::AdvisoryCommand;
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK, REFUSED};
use std::path::Path;
use std::process::ExitCode;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::editor::{Gravity, Sheet};
use wardroom_app::disclosure::tree::Change;
use wardroom_domain::disclosure::{AdvisoryTexts, Ending, EndingKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_formats::rendering::Format;

/// Runs one advisory command as `viewer`.
pub async fn run(opened: &Opened, viewer: &Viewer, command: AdvisoryCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        AdvisoryCommand::List => list(opened, viewer, json).await,
        AdvisoryCommand::New { case } => {
            let case = desk.find(viewer, &case).await?;
            let (_, number) = desk.draft_advisory(viewer, &case).await?;
            said(&format!("{number} begun.  Next: wardroom advisory edit {number} TEXTS.json"))
        }
        AdvisoryCommand::Show { id } => {
            let advisory = desk.find(viewer, &id).await?;
            print::show(&print::advisory(&desk.advisory_page(viewer, &advisory).await?));
            Ok(OK)
        }
        AdvisoryCommand::Edit { id, file, set, seen } => {
            let advisory = desk.find(viewer, &id).await?;
            match file {
                Some(file) => desk.edit_advisory(viewer, &advisory, texts(&file)?).await?,
                None => desk.change_fields(viewer, &advisory, &set.into_iter().collect(), seen.as_deref()).await?,
            }
            said("kept; review starts anew")
        }
        AdvisoryCommand::Lint { id } => lint(opened, viewer, &id, json).await,
        AdvisoryCommand::Render { id, format, lang } => render(opened, viewer, &id, &format, &lang).await,
        AdvisoryCommand::Submit { id } => {
            let advisory = desk.find(viewer, &id).await?;
            let hash = desk.submit_advisory(viewer, &advisory).await?;
            said(&format!("in review: {hash}"))
        }
        AdvisoryCommand::SendBack { id, reason } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.send_back_advisory(viewer, &advisory, &reason).await?;
            said("sent back to its writers")
        }
        AdvisoryCommand::Approve { id, hash } => {
            let advisory = desk.find(viewer, &id).await?;
            let hash = match hash {
                Some(hash) => hash,
                None => desk.advisory_page(viewer, &advisory).await?.hash,
            };
            desk.approve_advisory(viewer, &advisory, &hash).await?;
            said(&format!("approved: {hash}"))
        }
        AdvisoryCommand::Publish { id, dry_run, confirm, end_embargo, write_to } => {
            let advisory = desk.find(viewer, &id).await?;
            if dry_run {
                return show_dry_run(opened, viewer, &advisory, write_to.as_deref(), json).await;
            }
            let order = PublishOrder { confirm, end_embargo };
            let at = desk.publish_advisory(viewer, &advisory, &order).await?;
            opened.write_tree_now().await?;
            said(&format!("published at {at}: {}/advisories/{id}", desk.addresses.public_url))
        }
        AdvisoryCommand::Share { id, confirm } => {
            let advisory = desk.find(viewer, &id).await?;
            let at = desk.share_advisory(viewer, &advisory, &confirm).await?;
            said(&format!("shared at {at} with those who hold an access; a running worker lays it into their feed"))
        }
        AdvisoryCommand::EndShare { id } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.end_share(viewer, &advisory).await?;
            said("taken out of the feed by a running worker")
        }
        AdvisoryCommand::Revise { id } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.revise_advisory(viewer, &advisory).await?;
            said("the next version is begun")
        }
        AdvisoryCommand::Discard { id } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.discard_revision(viewer, &advisory).await?;
            said("dropped; what is published stays as it is")
        }
        AdvisoryCommand::Withdraw { id, reason } => {
            take_back(opened, viewer, &id, Ending { kind: EndingKind::Withdrawn, reason: reason.both(), by: Vec::new() }).await
        }
        AdvisoryCommand::Supersede { id, by, reason } => {
            take_back(opened, viewer, &id, Ending { kind: EndingKind::Superseded, reason: reason.both(), by }).await
        }
    }
}

async fn take_back(opened: &Opened, viewer: &Viewer, id: &str, ending: Ending) -> Done {
    let advisory = opened.desk.find(viewer, id).await?;
    let hash = opened.desk.end_advisory(viewer, &advisory, ending).await?;
    said(&format!(
        "in review: {hash}\nNext, by a second person: wardroom advisory approve {id}; then wardroom advisory publish {id} --confirm {id}"
    ))
}

/// The texts in a file.
pub fn texts(file: &str) -> Result<AdvisoryTexts, Exit> {
    let text = std::fs::read_to_string(file).map_err(|error| Exit::new(1, format!("{file}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Exit::new(FINDINGS, format!("{file}: not advisory texts: {error}")))
}

fn said(text: &str) -> Done {
    println!("{text}");
    Ok(OK)
}

async fn list(opened: &Opened, viewer: &Viewer, json: bool) -> Done {
    for one in opened.desk.advisories(viewer).await? {
        if json {
            let line = serde_json::json!({"id": one.row.id, "number": one.row.number, "state": one.row.state.as_str(), "version": one.row.version, "title": one.title, "case": one.case_number, "released_at": one.row.released_at});
            println!("{line}");
        } else {
            println!("{}  {:<9} v{}  {}", one.row.number, one.row.state.as_str(), one.row.version, one.title.text("en"));
        }
    }
    Ok(OK)
}

async fn lint(opened: &Opened, viewer: &Viewer, id: &str, json: bool) -> Done {
    let advisory = opened.desk.find(viewer, id).await?;
    let page = opened.desk.advisory_page(viewer, &advisory).await?;
    let report = opened.desk.csaf_report(&page.content, opened.desk.now());
    let records = opened.desk.check_records(viewer, &advisory).await?;
    let (_, problems) = opened.desk.check_fields(viewer, &advisory, &Sheet::new()).await?;
    let fine = problems.iter().all(|one| one.gravity != Gravity::Must) && records.iter().all(|one| one.blocks().next().is_none());
    if json {
        let problems: Vec<_> = problems.iter().map(print::problem).collect();
        println!("{}", serde_json::json!({"lacks": page.lacks, "problems": problems, "csaf": report, "cve": records}));
    } else {
        page.lacks.iter().for_each(|code| println!("missing: {code}"));
        if page.lacks.is_empty() {
            println!("nothing is missing");
        }
        // What the validator found is told below, with its own words.
        for one in problems.iter().filter(|one| one.test.is_empty() && !one.code.starts_with("lacks-")) {
            let words = wardroom_words::say(wardroom_words::Lang::En, &format!("disclosure-problem-{}", one.code));
            println!("{}: {words} ({})", one.gravity.as_str(), print::place(&one.place));
        }
        super::csaf::print_text(&mut std::io::stdout().lock(), "the CSAF document", &report)?;
        super::cve::show(&records, false);
    }
    Ok(if fine { OK } else { ExitCode::from(FINDINGS) })
}

async fn render(opened: &Opened, viewer: &Viewer, id: &str, format: &str, lang: &str) -> Done {
    let advisory = opened.desk.find(viewer, id).await?;
    let text = match Format::parse(format) {
        Some(format) => opened.desk.render_advisory(viewer, &advisory, format, lang).await?.text,
        // The content itself, as it is hashed and approved.
        None => {
            let page = opened.desk.advisory_page(viewer, &advisory).await?;
            serde_json::to_string_pretty(&page.content).unwrap_or_default()
        }
    };
    println!("{}", text.trim_end());
    Ok(OK)
}

async fn show_dry_run(opened: &Opened, viewer: &Viewer, advisory: &StreamId, write_to: Option<&Path>, json: bool) -> Done {
    let dry = opened.desk.publish_dry_run(viewer, advisory).await?;
    let in_the_way: Vec<String> = dry.in_the_way.iter().map(ToString::to_string).collect();
    // What is not cleared has no public files, not even in a preview.
    let files = match in_the_way.is_empty() {
        true => opened.desk.publication_changes(viewer, advisory, &opened.tree).await?,
        false => Vec::new(),
    };
    if let Some(folder) = write_to {
        write_out(folder, &files).map_err(|error| Exit::new(1, format!("{}: {error}", folder.display())))?;
    }
    if json {
        let line = |one: &Change| serde_json::json!({"path": one.path, "change": kind(one), "bytes": one.size(), "sha256": one.sha256()});
        let files: Vec<_> = files.iter().map(line).collect();
        let line = serde_json::json!({"number": dry.number, "version": dry.version, "hash": dry.hash, "reporters_told": dry.reporters_told, "in_the_way": in_the_way, "cve": dry.records, "files": files});
        println!("{line}");
    } else {
        println!("{} version {}\ncontent {}\n{} reporters will be told", dry.number, dry.version, dry.hash, dry.reporters_told);
        files
            .iter()
            .for_each(|one| println!("{:<8} {:>9}  {}  {}", kind(one), one.size(), one.sha256().get(..16).unwrap_or_default(), one.path));
        if !files.is_empty() {
            println!("{} files of the public tree, as of a release at this instant", files.len());
        }
        in_the_way.iter().for_each(|why| println!("in the way: {why}"));
    }
    Ok(if in_the_way.is_empty() { OK } else { ExitCode::from(REFUSED) })
}

fn kind(change: &Change) -> &'static str {
    match (&change.bytes, change.is_new) {
        (None, _) => "removed",
        (Some(_), true) => "new",
        (Some(_), false) => "changed",
    }
}

fn write_out(folder: &Path, files: &[Change]) -> std::io::Result<()> {
    for (path, bytes) in files.iter().filter_map(|one| Some((&one.path, one.bytes.as_ref()?))) {
        let place = folder.join(path);
        std::fs::create_dir_all(place.parent().unwrap_or(folder))?;
        std::fs::write(place, bytes)?;
    }
    Ok(())
}
