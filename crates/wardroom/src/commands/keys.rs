//! `wardroom keys …` (the team's) and `wardroom case key …` (a reporter's) against a data directory.

use crate::cli::{KeyAct, KeysCommand};
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, NOT_FOUND, OK};
use serde_json::json;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use wardroom_app::disclosure::tree::key_card;
use wardroom_app::intake::readable;
use wardroom_app::keys::look_up::LookUp;
use wardroom_app::keys::ring::{Ring, RingLine, Standing};
use wardroom_domain::people::Viewer;
use wardroom_mail::keys::{KeyFault, Revocation, TeamSecret};

/// Largest key file, in bytes.
const LARGEST: u64 = 2 << 20;

/// Runs one `keys` command.
pub async fn run(opened: &Opened, viewer: &Viewer, command: KeysCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        KeysCommand::List => {
            for fingerprint in desk.smime_keys().await? {
                if json {
                    println!("{}", json!({"fingerprint": fingerprint, "state": "S/MIME"}));
                } else {
                    println!("{fingerprint}  S/MIME");
                }
            }
            list(opened, json)
        }
        KeysCommand::Import { file, retired, passphrase_file } => {
            let armored = read(&file.to_string_lossy())?;
            let passphrase = passphrase(&armored, passphrase_file.as_deref())?;
            let taken = desk.import_keys(viewer, &armored, passphrase.as_deref(), retired).await?;
            for (fingerprint, what) in taken {
                match (json, what) {
                    (true, _) => println!("{}", json!({"fingerprint": fingerprint, "taken_as": what})),
                    (false, "known") => println!("{fingerprint}  known already, and no longer in front: nothing changed"),
                    (false, _) => println!("{fingerprint}  taken as {what} key"),
                }
            }
            opened.write_tree_now().await?;
            Ok(OK)
        }
        KeysCommand::Export { fingerprint } => {
            let found = match &fingerprint {
                Some(named) => Some(desk.team_key(named)?),
                None => desk.maker().keys.into_iter().find(|key| !key.retired),
            };
            let key = found.ok_or_else(|| Exit::new(NOT_FOUND, "there is no active key: `wardroom keys rotate` makes one"))?;
            println!("{}", key.public);
            Ok(OK)
        }
        KeysCommand::Rotate { overlap } => {
            let fingerprint = desk.rotate_team_key(viewer, &opened.key_user_id(), overlap).await?;
            opened.write_tree_now().await?;
            println!("{fingerprint}  is the key from now on; former keys are offered for {overlap} days more and keep decrypting");
            Ok(OK)
        }
        KeysCommand::Retire { fingerprint } => {
            desk.retire_team_key(viewer, &fingerprint).await?;
            opened.write_tree_now().await?;
            println!("retired: it is offered no more and keeps decrypting");
            Ok(OK)
        }
        KeysCommand::Revoke { fingerprint, reason, yes } => revoke(opened, viewer, &fingerprint, &reason, yes).await,
        KeysCommand::Test { file } => {
            let bytes = read(&file)?;
            let text = String::from_utf8_lossy(&bytes);
            if !readable::is_a_message(&text) {
                return Err(Exit::new(2, format!("{file} holds no block that begins with BEGIN PGP MESSAGE, or is larger than 64 KiB")));
            }
            let found = desk.test_message(opened.opener.as_ref(), &text).await;
            if json {
                println!("{}", serde_json::to_string(&found).unwrap_or_default());
            } else {
                match &found.fingerprint {
                    Some(fingerprint) => println!("readable with {fingerprint}"),
                    None => println!("not readable"),
                }
            }
            Ok(if found.readable { OK } else { ExitCode::from(FINDINGS) })
        }
    }
}

fn list(opened: &Opened, json: bool) -> Done {
    let now = opened.desk.now();
    for key in opened.desk.maker().keys {
        let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
        let state = match (&key.retires_at, key.retired, key.revoked) {
            (_, _, true) => "revoked".to_owned(),
            (_, true, false) => "retired".to_owned(),
            (Some(at), false, false) => format!("until {}", day(*at)),
            (None, false, false) => "active".to_owned(),
        };
        let card = key_card(&key, now);
        let expires = card.as_ref().and_then(|card| card.expires_at).map(day);
        let user = card.map(|card| card.user_id).unwrap_or_default();
        if json {
            let line = json!({"fingerprint": key.fingerprint, "state": state, "user_id": user, "expires": expires});
            println!("{line}");
        } else {
            println!("{}  {state:<16} ends {:<10}  {user}", key.fingerprint, expires.unwrap_or_else(|| "never".to_owned()));
        }
    }
    for alarm in opened.desk.key_alarms() {
        let what = if alarm.days == 0 { "has ended" } else { "ends soon" };
        eprintln!("{} {what}: make another with `wardroom keys rotate`", alarm.fingerprint);
    }
    Ok(OK)
}

async fn revoke(opened: &Opened, viewer: &Viewer, fingerprint: &str, reason: &str, yes: bool) -> Done {
    let known = Revocation::ALL.map(Revocation::as_str).join(", ");
    let why = Revocation::parse(reason).ok_or_else(|| Exit::new(2, format!("no reason is called {reason:?}: use one of {known}")))?;
    let key = opened.desk.team_key(fingerprint)?;
    if !yes {
        return Err(Exit::new(2, format!("{} would be taken back for good; say so with --yes", key.fingerprint)));
    }
    opened.desk.revoke_team_key(viewer, &key.fingerprint, why).await?;
    opened.write_tree_now().await?;
    println!("revoked: the certificate is published with its revocation; the key keeps decrypting");
    if !opened.desk.maker().keys.iter().any(|key| !key.retired) {
        eprintln!("There is no key in use now: make one with `wardroom keys rotate`.");
    }
    Ok(OK)
}

/// Reads a key file, or standard input for `-`.
pub fn read(file: &str) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    let unread = |error: std::io::Error| Exit::new(1, format!("cannot read {file}: {error}"));
    match file {
        "-" => std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes),
        path => std::fs::File::open(path).map_err(unread)?.take(LARGEST + 1).read_to_end(&mut bytes),
    }
    .map_err(unread)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Exit::new(1, format!("{file} is larger than {LARGEST} bytes: no key is")));
    }
    Ok(bytes)
}

/// The passphrase for a locked key: from the file, else asked for when it is needed. Never from a flag: those stand in process lists and
/// histories.
fn passphrase(armored: &[u8], file: Option<&Path>) -> Result<Option<String>, Exit> {
    if let Some(file) = file {
        return Ok(Some(crate::config::password(file)?));
    }
    if !matches!(TeamSecret::import_all(armored, None), Err(KeyFault::WrongPassphrase)) {
        return Ok(None);
    }
    let hidden = std::io::stdin().is_terminal() && echo(false);
    eprint!("passphrase of the key{}: ", if hidden { "" } else { " (it is shown while you type; or use --passphrase-file)" });
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    if hidden {
        echo(true);
        eprintln!();
    }
    read?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Switches the terminal's echo; false when that cannot be done here.
fn echo(on: bool) -> bool {
    let word = if on { "echo" } else { "-echo" };
    Command::new("stty")
        .arg(word)
        .stdin(Stdio::inherit())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs one `case key` command.
pub async fn of_reporter(opened: &Opened, viewer: &Viewer, id: &str, act: KeyAct, json: bool) -> Done {
    let desk = &opened.desk;
    let report = desk.report_meant(viewer, id).await?;
    match act {
        KeyAct::List => {
            show(&desk.ring_of(viewer, &report).await?, json);
            Ok(OK)
        }
        KeyAct::Pin { fingerprint } => {
            desk.decide_key(viewer, &report, &fingerprint, Standing::Pinned).await?;
            println!("pinned: answers are encrypted to it, and its signatures count");
            Ok(OK)
        }
        KeyAct::Reject { fingerprint } => {
            desk.decide_key(viewer, &report, &fingerprint, Standing::Rejected).await?;
            println!("rejected: it is never used");
            Ok(OK)
        }
        KeyAct::Add { file } => {
            let armored = read(&file)?;
            let fingerprint = desk.add_key(viewer, &report, &String::from_utf8_lossy(&armored)).await?;
            println!("{fingerprint}  added and pinned");
            Ok(OK)
        }
        KeyAct::Lookup { consent } => {
            let Some(directory) = opened.key_directory()? else {
                return Err(Exit::new(1, "look-ups are off: the operator allows them with `wkd = true` under [keys] in the configuration"));
            };
            let by = LookUp { directory: directory.as_ref(), opener: opened.opener.as_ref() };
            match desk.look_up_key(viewer, &report, &consent, by).await? {
                Some(fingerprint) => {
                    println!("{fingerprint}  found; compare it with the reporter by another way, then pin it");
                    Ok(OK)
                }
                None => {
                    println!("the domain has no key for this address");
                    Ok(ExitCode::from(FINDINGS))
                }
            }
        }
    }
}

fn show(ring: &Ring, json: bool) {
    if json {
        println!("{}", serde_json::to_string(ring).unwrap_or_default());
        return;
    }
    println!(
        "{}",
        match (ring.address.as_str(), ring.choice) {
            ("", _) => "no mail address: nothing is sent, so no key is needed".to_owned(),
            (address, "use") => format!("answers to {address} are encrypted"),
            (address, "changed") => format!("answers to {address} carry no content: another key came than the one known; pin one of them"),
            (address, "unusable") => format!("answers to {address} carry no content: the key cannot be encrypted to"),
            (address, _) => format!("answers to {address} carry no content: no key is known"),
        }
    );
    ring.keys.iter().for_each(show_key);
}

fn show_key(key: &RingLine) {
    let mark = if key.in_use { "*" } else { " " };
    let protected = if key.encrypted { ", inside the encryption" } else { "" };
    println!("{mark} {}  {}  {}", key.fingerprint, key.standing.as_str(), key.user_ids.first().map_or("", String::as_str));
    println!("    {}{protected}, first seen {} {}", key.source.as_str(), key.first_seen.strftime("%Y-%m-%d %H:%M"), key.report);
    if !key.names_address {
        println!("    the key does not name this address");
    }
    if let Some(at) = key.decided_at {
        println!("    decided by {} on {}", key.decided_by, at.strftime("%Y-%m-%d"));
    }
    if let Some(fault) = &key.fault {
        println!("    {fault}");
    }
}
