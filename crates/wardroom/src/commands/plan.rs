//! `wardroom plan …` and `wardroom recipient …` against a data directory: the disclosure plan and the recipient book.

use crate::cli::{PlanCommand, RecipientCommand};
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use std::process::ExitCode;
use wardroom_app::disclosure::plan::{BrokenOrder, ConfirmOrder, PlanView, ScheduleOrder};
use wardroom_domain::communication::Recipient;
use wardroom_domain::disclosure::{DisclosurePlan, GateState, Level, PlanAudience, told_offset};
use wardroom_domain::people::Viewer;

/// Runs one plan command as `viewer`.
pub async fn run(opened: &Opened, viewer: &Viewer, command: PlanCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        PlanCommand::Show { id } => {
            let advisory = desk.find(viewer, &id).await?;
            let view = desk.disclosure_plan(viewer, &advisory).await?;
            if json {
                println!("{}", wardroom_desk::plan_shape(&view));
            } else {
                print(&view);
            }
            Ok(if view.gates.iter().all(wardroom_app::disclosure::plan::GateLine::is_closed) { OK } else { ExitCode::from(FINDINGS) })
        }
        PlanCommand::Keep { id, file } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.keep_disclosure_plan(viewer, &advisory, read(&file)?).await?;
            said(&format!("kept.  Next: wardroom plan show {id}"))
        }
        PlanCommand::Gate { id, gate, to, note } => {
            let advisory = desk.find(viewer, &id).await?;
            let to = GateState::parse(&to).unwrap_or(GateState::Done);
            desk.move_gate(viewer, &advisory, &gate, to, &note).await?;
            said(&format!("{gate}: {}", to.as_str()))
        }
        PlanCommand::Schedule { id, plan, content } => {
            let advisory = desk.find(viewer, &id).await?;
            let view = desk.disclosure_plan(viewer, &advisory).await?;
            let order = ScheduleOrder { plan: plan.unwrap_or(view.plan_hash), content: content.unwrap_or(view.content_hash) };
            desk.schedule_release(viewer, &advisory, &order).await?;
            said(&format!(
                "scheduled for {}.  Next, by a second person: wardroom plan confirm {id} --plan {} --content {} --confirm {id}",
                view.plan.release_at, order.plan, order.content
            ))
        }
        PlanCommand::Confirm { id, plan, content, confirm } => {
            let advisory = desk.find(viewer, &id).await?;
            let view = desk.disclosure_plan(viewer, &advisory).await?;
            let order = ConfirmOrder { plan: plan.unwrap_or(view.plan_hash), content: content.unwrap_or(view.content_hash), confirm };
            desk.confirm_release(viewer, &advisory, &order).await?;
            said(&format!("confirmed: a running worker releases it at {} ({})", view.plan.release_at, view.plan.zone))
        }
        PlanCommand::CallOff { id, reason } => {
            let advisory = desk.find(viewer, &id).await?;
            desk.abort_release(viewer, &advisory, &reason).await?;
            said("called off; whoever was told of the instant is told so")
        }
        PlanCommand::Broken { id, evidence, confirm } => {
            let advisory = desk.find(viewer, &id).await?;
            let at = desk.embargo_broken(viewer, &advisory, &BrokenOrder { evidence, confirm }).await?;
            opened.write_tree_now().await?;
            said(&format!("published at {at}: {}/advisories/{id}", desk.addresses.public_url))
        }
    }
}

/// Runs one command about the book as `viewer`.
pub async fn recipients(opened: &Opened, viewer: &Viewer, command: RecipientCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        RecipientCommand::List => {
            for line in desk.recipients(viewer).await? {
                let one = &line.recipient;
                if json {
                    println!(
                        "{}",
                        serde_json::json!({"id": one.id, "audience": one.audience, "name": one.name, "address": one.address, "language": one.language, "advance": one.advance, "fingerprint": line.fingerprint, "encryptable": line.encryptable})
                    );
                } else {
                    let key = if line.encryptable { line.fingerprint.as_str() } else { "no usable key" };
                    let ahead = if one.advance { "in advance" } else { "" };
                    println!("{}  {:<11} {}  {} <{}>  {key}  {ahead}", one.id, one.audience.as_str(), one.language, one.name, one.address);
                }
            }
            Ok(OK)
        }
        RecipientCommand::Keep { id, audience, name, address, language, advance, key } => {
            let audience = PlanAudience::parse(&audience).unwrap_or(PlanAudience::Customers);
            let key = match key {
                Some(file) => String::from_utf8_lossy(&super::keys::read(&file)?).into_owned(),
                None => String::new(),
            };
            let id = desk.keep_recipient(viewer, Recipient { id, audience, name, address, language, advance, key }).await?;
            said(&id)
        }
        RecipientCommand::HandOut { id, level } => {
            let levels: Vec<Level> = level.iter().filter_map(|level| Level::parse(level)).collect();
            let access = desk.hand_out_access(viewer, &id, &levels).await?;
            eprintln!("access {}: the token is shown only now", access.id);
            said(&access.token.to_string())
        }
        RecipientCommand::Accesses => {
            for one in desk.accesses(viewer).await? {
                if json {
                    println!(
                        "{}",
                        serde_json::json!({"id": one.id, "recipient": one.recipient, "levels": one.levels, "handed_out_at": one.handed_out_at})
                    );
                } else {
                    let levels: Vec<&str> = one.levels.iter().map(|level| level.name()).collect();
                    println!("{}  {}  {}  {}", one.id, one.recipient, one.handed_out_at, levels.join(", "));
                }
            }
            Ok(OK)
        }
        RecipientCommand::Withdraw { access } => {
            desk.withdraw_access(viewer, &access).await?;
            said("withdrawn")
        }
        RecipientCommand::Remove { id } => {
            desk.remove_recipient(viewer, &id).await?;
            said("taken out of the book")
        }
    }
}

/// The plan in a file.
pub fn read(file: &str) -> Result<DisclosurePlan, Exit> {
    let text = std::fs::read_to_string(file).map_err(|error| Exit::new(1, format!("{file}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Exit::new(FINDINGS, format!("{file}: not a disclosure plan: {error}")))
}

fn said(text: &str) -> Done {
    println!("{text}");
    Ok(OK)
}

fn print(view: &PlanView) {
    let file = &view.record.file.plan;
    let zone = jiff::tz::TimeZone::get(&view.plan.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let kept = if view.kept { "" } else { " (a proposal, not kept)" };
    println!("{} version {}{kept}", view.record.file.number, view.version);
    println!(
        "publication {} = {} {}",
        view.plan.release_at,
        view.plan.release_at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z"),
        view.plan.zone
    );
    println!("plan        {}\ncontent     {}", view.plan_hash, view.content_hash);
    if !view.scheduled_by.is_empty() {
        println!("scheduled by {}", view.scheduled_by);
    }
    if !view.confirmed_by.is_empty() {
        println!("confirmed by {}", view.confirmed_by);
    }
    if let Some((why, at)) = &file.held {
        println!("not released at {at}: {why}");
    }
    for row in view.rows.iter().chain(&view.correction) {
        let people: Vec<String> =
            row.people.iter().map(|(name, encrypted)| format!("{name}{}", if *encrypted { "" } else { " (no key)" })).collect();
        let (audience, channel) = (row.entry.audience.as_str(), row.entry.channel.as_str());
        println!("{:<8} {audience:<11} {channel:<5} {}  {}", told_offset(row.entry.offset_minutes), row.at, people.join(", "));
    }
    for line in &view.gates {
        let mark = if line.is_closed() { "ok  " } else { "open" };
        let name = if line.own.is_empty() { line.id.clone() } else { format!("{} {}", line.id, line.own) };
        println!("{mark} {name}  {}", line.found.join("; "));
    }
}
