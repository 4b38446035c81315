//! `wardroom inbox decline ID… [--like ID]` and `wardroom inbox reopen ID…`: a pile of look-alikes, and the way back.

use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use std::collections::BTreeMap;
use std::process::ExitCode;
use wardroom_app::triage::pile::{Closed, UNDO_WINDOW};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::Disposition;
use wardroom_domain::triage::likeness::Likeness;

/// What was typed.
pub struct Order {
    pub ids: Vec<String>,
    pub like: Option<String>,
    pub reason: String,
    pub message: Option<String>,
    pub preview: bool,
}

/// Declines all of them; with `--preview` prints who is in the pile, why, and what each language would read.
pub async fn decline(opened: &Opened, viewer: &Viewer, order: Order) -> Done {
    let Some(disposition) = Disposition::parse(&order.reason).filter(|one| Disposition::DECLINE.contains(one)) else {
        let known: Vec<&str> = Disposition::DECLINE.iter().map(|one| one.as_str()).collect();
        return Err(Exit::new(2, format!("no reason is called {:?}: use one of {}", order.reason, known.join(", "))));
    };
    let reports = chosen(opened, viewer, &order).await?;
    if reports.is_empty() {
        return Err(Exit::new(2, "name reports, or one that others look like with --like"));
    }
    let mut wordings = BTreeMap::new();
    for report in &reports {
        let language = opened.desk.report_page(viewer, report).await?.record.file.received.language.clone();
        let proposed =
            || if disposition == Disposition::Spam { String::new() } else { opened.desk.decline_wording(disposition, &language) };
        let text = order.message.clone().unwrap_or_else(proposed);
        wordings.insert(language, text);
    }
    for (language, text) in &wordings {
        println!("[{language}] {}", if text.is_empty() { "(no message goes to the sender of spam)" } else { text });
    }
    if order.preview {
        return Ok(OK);
    }
    let closed = opened.desk.decline_pile(viewer, &reports, disposition, &wordings).await?;
    let numbers: Vec<&str> = closed.iter().filter(|one| one.refused.is_none()).map(|one| one.number.as_str()).collect();
    eprintln!(
        "{} declined; mails go out after {} minutes. To take it back: wardroom inbox reopen {}",
        numbers.len(),
        UNDO_WINDOW.as_mins(),
        numbers.join(" ")
    );
    Ok(told(&closed))
}

/// The reports named and those that look like the one named, each once.
async fn chosen(opened: &Opened, viewer: &Viewer, order: &Order) -> Result<Vec<StreamId>, Exit> {
    let mut reports = Vec::new();
    for id in &order.ids {
        reports.push(opened.desk.find(viewer, id).await?);
    }
    if let Some(like) = &order.like {
        let report = opened.desk.find(viewer, like).await?;
        for one in opened.desk.pile_like(viewer, &report).await? {
            let why = match one.likeness {
                None => "itself".to_owned(),
                Some(Likeness::SameFile) => "the same file".to_owned(),
                Some(Likeness::SameWords(shared)) => format!("{:.0} % of the words", shared * 100.0),
                // The same sender alone is no reason to decline somebody's other report.
                Some(Likeness::SameSender) => continue,
            };
            eprintln!("{}  {why}", one.row.row.number);
            if !reports.contains(&one.row.row.id) {
                reports.push(one.row.row.id);
            }
        }
    }
    Ok(reports)
}

/// Reopens all of them.
pub async fn reopen(opened: &Opened, viewer: &Viewer, ids: &[String]) -> Done {
    let mut reports = Vec::new();
    for id in ids {
        reports.push(opened.desk.find(viewer, id).await?);
    }
    Ok(told(&opened.desk.reopen_pile(viewer, &reports).await?))
}

/// Names what was left as it was.
fn told(all: &[Closed]) -> ExitCode {
    let mut code = OK;
    for one in all {
        if let Some(why) = &one.refused {
            eprintln!("{}: {why}", one.number);
            code = ExitCode::from(FINDINGS);
        }
    }
    code
}
