//! `wardroom user …`, `wardroom token …`, `wardroom keys …` against a data directory.

use crate::cli::{KeysCommand, UserCommand};
use crate::data::Opened;
use crate::exits::{Done, Exit, OK};
use std::path::Path;
use wardroom_domain::people::{Role, Viewer};
use wardroom_mail::keys::TeamSecret;

pub async fn user(opened: &Opened, viewer: &Viewer, command: UserCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        UserCommand::Add { name, role } => {
            let roles = parse_roles(&role)?;
            let person = desk.add_person(viewer, &name, roles).await?;
            let link = desk.sign_in_link(viewer, &person).await?;
            if json {
                println!("{}", serde_json::json!({"person": person, "name": name, "sign_in_link": link}));
            } else {
                println!("{name} may sign in once, within a day, with\n{link}");
            }
        }
        UserCommand::List => {
            for one in desk.people().await? {
                let roles: Vec<&str> = one.roles.iter().map(|role| role.as_str()).collect();
                if json {
                    println!("{}", serde_json::to_string(&one).unwrap_or_default());
                } else {
                    println!("{}  {:<20} {}{}", one.person, one.name, roles.join(","), if one.disabled { "  (disabled)" } else { "" });
                }
            }
        }
        UserCommand::Link { name, reset } => {
            if reset {
                desk.forget_credentials(viewer, &name).await?;
            }
            println!("{}", desk.sign_in_link(viewer, &name).await?);
        }
        UserCommand::Disable { name } => {
            desk.disable_person(viewer, &name).await?;
            println!("{name} is disabled; every session and token ended");
        }
    }
    Ok(OK)
}

/// Roles by word; an unknown one is named with what there is.
pub fn parse_roles(words: &[String]) -> Result<Vec<Role>, Exit> {
    let mut roles = Vec::new();
    for word in words {
        let role = Role::parse(word.trim()).ok_or_else(|| {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            Exit::new(2, format!("no role is called {word:?}: use {}", known.join(", ")))
        })?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(roles)
}

pub async fn token(opened: &Opened, viewer: &Viewer, user: &str, scope: &str, days: u16, json: bool) -> Done {
    let token = opened.desk.make_token(viewer, user, scope, days).await?;
    if json {
        println!("{}", serde_json::json!({"token": token.to_string()}));
    } else {
        println!("{token}");
        eprintln!("shown once; good for {days} days");
    }
    Ok(OK)
}

pub async fn keys(opened: &Opened, viewer: &Viewer, command: KeysCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        KeysCommand::List => {
            for key in desk.maker().keys {
                let state = if key.retired { "retired" } else { "active" };
                if json {
                    println!("{}", serde_json::json!({"fingerprint": key.fingerprint, "state": state}));
                } else {
                    println!("{}  {state}", key.fingerprint);
                }
            }
        }
        KeysCommand::Import { file, retired, passphrase_file } => {
            let armored =
                std::fs::read(&file).map_err(|error| Exit::new(1, format!("cannot read key file {}: {error}", file.display())))?;
            let passphrase = passphrase(&armored, passphrase_file.as_deref())?;
            let taken = desk.import_keys(viewer, &armored, passphrase.as_deref(), retired).await?;
            for (fingerprint, what) in taken {
                if json {
                    println!("{}", serde_json::json!({"fingerprint": fingerprint, "taken_as": what}));
                } else {
                    println!("{fingerprint}  taken as {what} key");
                }
            }
            opened.write_tree_now().await?;
        }
        KeysCommand::Export => {
            let maker = desk.maker();
            let key = maker
                .keys
                .iter()
                .find(|key| !key.retired)
                .ok_or_else(|| Exit::new(crate::exits::NOT_FOUND, "there is no active key: `wardroom keys rotate` makes one"))?;
            println!("{}", key.public);
        }
        KeysCommand::Rotate => {
            let user_id = opened.key_user_id();
            let fingerprint = desk.rotate_team_key(viewer, &user_id).await?;
            opened.write_tree_now().await?;
            println!("{fingerprint}  is the key from now on; former keys keep decrypting");
        }
    }
    Ok(OK)
}

/// The passphrase for a locked key: from the file, else asked for on the terminal when it is needed.
fn passphrase(armored: &[u8], file: Option<&Path>) -> Result<Option<String>, Exit> {
    if let Some(file) = file {
        return Ok(Some(crate::config::password(file)?));
    }
    let locked = String::from_utf8_lossy(armored).contains("PRIVATE KEY") && TeamSecret::import_all(armored, None).is_err();
    if !locked {
        return Ok(None);
    }
    eprint!("passphrase of the key (it is shown while you type; or use --passphrase-file): ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}
