//! `wardroom inbox decline ID… [--like ID]` and `wardroom inbox reopen ID…`: a pile of look-alikes, and the way back.

use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use std::process::ExitCode;
use wardroom_app::triage::pile::{Closed, UNDO_WINDOW};
use wardroom_app::triage::pile_order::PileOrder;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::Disposition;
use wardroom_domain::triage::likeness::Likeness;

/// Declines all of them; with `preview` only prints who is in the pile, why, and what each language would read.
pub async fn decline(opened: &Opened, viewer: &Viewer, order: &PileOrder, preview: bool) -> Done {
    if Disposition::parse(&order.reason).is_none_or(|one| !Disposition::DECLINE.contains(&one)) {
        let known: Vec<&str> = Disposition::DECLINE.iter().map(|one| one.as_str()).collect();
        return Err(Exit::new(2, format!("no reason is called {:?}: use one of {}", order.reason, known.join(", "))));
    }
    if order.reports.is_empty() && order.like.is_empty() {
        return Err(Exit::new(2, "name reports, or one that others look like with --like"));
    }
    let pile = opened.desk.pile_ordered(viewer, order).await?;
    for one in &pile.chosen {
        let why = match one.likeness {
            None => "named".to_owned(),
            Some(Likeness::SameFile) => "the same file".to_owned(),
            Some(Likeness::SameWords(shared)) => format!("{:.0} % of the words", shared * 100.0),
            Some(Likeness::SameSender) => "the same sender".to_owned(),
        };
        eprintln!("{}  {why}", one.number);
    }
    for (language, text) in &pile.wordings {
        println!("[{language}] {}", if text.is_empty() { "(no message goes to the sender of spam)" } else { text });
    }
    if preview {
        return Ok(OK);
    }
    let closed = opened.desk.decline_pile(viewer, &pile.reports(), pile.disposition, &pile.wordings).await?;
    let numbers: Vec<&str> = closed.iter().filter(|one| one.refused.is_none()).map(|one| one.number.as_str()).collect();
    eprintln!(
        "{} declined; mails go out after {} minutes. To take it back: wardroom inbox reopen {}",
        numbers.len(),
        UNDO_WINDOW.as_mins(),
        numbers.join(" ")
    );
    Ok(told(&closed))
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
