//! The sample team: one person per role that matters, ready to be signed in.

use super::house;
use crate::data::Opened;
use crate::exits::Exit;
use wardroom_domain::people::{Role, Viewer};
use wardroom_seal::{SystemChance, draw, hex};

/// Name, roles, what they are good for in the demo.
const TEAM: [(&str, &[Role], &str); 7] = [
    ("Mei Tan", &[Role::Intake, Role::Analyst], "duty officer: answers reports"),
    ("Jonas Weber", &[Role::Coordinator], "case manager: owns cases, embargo, plan"),
    ("Ada Okafor", &[Role::Author], "writes advisories"),
    ("Paul Renaud", &[Role::Approver], "approves what others wrote"),
    ("Li Na", &[Role::Publisher, Role::Communications], "publishes"),
    ("Sam Ortiz", &[Role::Engineer], "product engineer: sees only own cases"),
    ("Vera Lind", &[Role::Auditor], "reads everything, changes nothing"),
];

/// Adds the team. Each gets an account that is ready (a random password and second factor nobody knows), so that a link leads to the desk.
pub async fn add(world: &Opened) -> Result<(), Exit> {
    for (name, roles, _) in TEAM {
        let person = world.desk.add_person(&house(), name, roles.to_vec()).await?;
        ready(world, &person).await?;
    }
    let administrator = world.desk.person("Administrator").await?;
    ready(world, &administrator.person).await
}

async fn ready(world: &Opened, person: &str) -> Result<(), Exit> {
    let viewer = world.desk.viewer_named(person).await?;
    let nobody_knows = hex(&draw::<24>(&mut SystemChance));
    world.desk.set_password(&viewer, &nobody_knows).await?;
    let offer = world.desk.offer_totp(&viewer).await?;
    let code = current_code(world, &offer.base32)?;
    world.desk.confirm_totp(&viewer, &code).await?;
    Ok(())
}

/// The code an authenticator would show now.
fn current_code(world: &Opened, base32: &str) -> Result<String, Exit> {
    let wrong = || Exit::new(1, "the demo could not set up a second factor");
    let secret = wardroom_seal::TotpSecret::from_base32(base32).map_err(|_| wrong())?;
    let now = u64::try_from(world.desk.now().as_second()).map_err(|_| wrong())?;
    Ok(secret.code_at(now).to_string())
}

/// Who the demo acts as.
pub async fn viewer(world: &Opened, name: &str) -> Result<Viewer, Exit> {
    Ok(world.desk.viewer_named(name).await?)
}

/// (name, what for, link)
pub async fn links(opened: &Opened) -> Result<Vec<(String, String, String)>, Exit> {
    let mut links = Vec::new();
    for (name, _, what) in TEAM {
        links.push((name.to_owned(), what.to_owned(), opened.desk.sign_in_link(&house(), name).await?));
    }
    let link = opened.desk.sign_in_link(&house(), "Administrator").await?;
    links.push(("Administrator".to_owned(), "every role: the whole walk alone, but two-person acts".to_owned(), link));
    Ok(links)
}
