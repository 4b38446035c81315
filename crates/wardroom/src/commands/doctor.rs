//! `wardroom doctor`: how each door and each promise-bearing thing is doing; exit 3 when one is at risk. With `--self-test` a synthetic report
//! goes through every door first.

use crate::cli::DataArgs;
use crate::data::{self, Opened};
use crate::exits::{Done, Exit, FINDINGS, OK};
use crate::self_test::Knocker;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wardroom_app::doors::DoorState;

/// How long synthetic reports may take to come to their ends.
const PATIENCE: Duration = Duration::from_secs(45);

/// One line: name, whether all is well, and what there is to say.
type Light = (String, bool, String);

pub async fn run(args: &DataArgs, json: bool, self_test: bool) -> Done {
    let opened = data::open(args).await?;
    if self_test {
        test_doors(&opened, args).await?;
    }
    let health = opened.desk.health().await?;
    let mut lights: Vec<Light> = vec![
        ("log".into(), true, format!("{} facts", health.facts)),
        ("promises".into(), health.overdue == 0, format!("{} running past their due instant", health.overdue)),
        ("team key".into(), !health.active_keys.is_empty() && health.key_alarms.is_empty(), team_key(&health)),
    ];
    lights.push(parser(&opened).await);
    let ids = health.identifiers_in_trouble;
    lights.push(("identifiers".into(), ids == 0, format!("{ids} need a person: `wardroom cve list`")));
    let held = health.releases_held;
    lights.push((
        "planned releases".into(),
        held == 0,
        format!("{held} did not take place and wait for a person: `wardroom advisory list`"),
    ));
    if opened.config.mail.smtp.is_none() {
        lights.push(("mail server".into(), true, "no [mail.smtp] is configured: receipts wait in the outbox".into()));
    }
    lights.extend(health.doors.iter().map(|door| (format!("door {}", door.name), door.at_risk.is_none(), says(door))));
    let at_risk = lights.iter().any(|(_, fine, _)| !fine);
    if json {
        let list: Vec<_> = lights.iter().map(|(name, fine, says)| serde_json::json!({"name": name, "ok": fine, "says": says})).collect();
        println!("{}", serde_json::json!({"ok": !at_risk, "lights": list, "doors": health.doors}));
    } else {
        lights.iter().for_each(|(name, fine, says)| println!("{:<4} {name:<20} {says}", if *fine { "ok" } else { "RISK" }));
    }
    Ok(if at_risk { ExitCode::from(FINDINGS) } else { OK })
}

async fn parser(opened: &Opened) -> Light {
    match opened.pool.check().await {
        Ok(shield) if shield.gaps().is_empty() => ("parser".into(), true, "runs with all its limits".into()),
        Ok(shield) => ("parser".into(), true, format!("runs; not available on this machine: {}", shield.gaps().join(", "))),
        Err(trouble) => ("parser".into(), false, trouble.to_string()),
    }
}

/// Everything there is to say of a door, in one line.
fn says(door: &DoorState) -> String {
    let mut parts = Vec::new();
    if let Some(why) = door.at_risk {
        parts.push(why.as_str().replace('_', " "));
    }
    parts.push(door.success_at.map_or_else(|| "no success yet".to_owned(), |at| format!("last success {at}")));
    if let Some(at) = door.failure_at {
        parts.push(format!("last failure {at} ({})", door.reason));
    }
    parts.push(format!("{} taken", door.taken));
    if door.ignored > 0 {
        parts.push(format!("{} of them our own, come back", door.ignored));
    }
    if let Some(backlog) = door.backlog {
        parts.push(format!("{backlog} waiting"));
    }
    if let Some(test) = &door.test {
        parts.push(match (&test.passed_at, &test.failed) {
            (Some(at), _) => format!("self-test passed {at}"),
            (None, Some(why)) => format!("self-test of {} failed: {why}", test.sent_at),
            (None, None) => format!("self-test sent {}, not back yet", test.sent_at),
        });
    }
    parts.join("; ")
}

/// Sends a synthetic report through every door and waits a while for them. Works beside a running `serve`, and fetches by itself without one.
async fn test_doors(opened: &Opened, args: &DataArgs) -> Result<(), Exit> {
    let mut worker = opened.worker()?;
    let knocker = Arc::new(Knocker::new(opened, None, worker.mailer.clone(), args.config.clone())?);
    worker.prober = Some(knocker.clone());
    let begun = opened.desk.now();
    worker.self_test(knocker.as_ref()).await?;
    let until = Instant::now() + PATIENCE;
    loop {
        for mailbox in knocker.mailboxes() {
            if let Err(why) = worker.mailbox_once(mailbox.as_ref()).await {
                tracing::warn!(mailbox = mailbox.name(), why, "the mailbox could not be read");
            }
        }
        let states = opened.desk.door_states().await?;
        let on_the_way = |door: &&DoorState| {
            door.test.as_ref().is_some_and(|test| test.sent_at >= begun && test.passed_at.is_none() && test.failed.is_none())
        };
        if !states.iter().any(|door| on_the_way(&door)) || Instant::now() > until {
            return Ok(());
        }
        worker.outbox_once().await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The keys in front, or what is wrong with them.
fn team_key(health: &wardroom_app::operate::Health) -> String {
    let ends = health.key_alarms.iter().map(|alarm| {
        let day = alarm.ends_at.strftime("%Y-%m-%d");
        let how = if alarm.days == 0 { format!("ended on {day}") } else { format!("ends on {day}, within {} days", alarm.days) };
        format!("{} {how}: `wardroom keys rotate`", alarm.fingerprint)
    });
    let alarms: Vec<String> = ends.collect();
    if alarms.is_empty() { health.active_keys.join(", ") } else { alarms.join("; ") }
}
