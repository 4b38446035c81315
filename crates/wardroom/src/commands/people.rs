//! `wardroom user …` and `wardroom token …` against a data directory.

use crate::cli::UserCommand;
use crate::data::Opened;
use crate::exits::{Done, Exit, OK};
use wardroom_domain::people::{Role, Viewer};

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
