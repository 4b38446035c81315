//! `wardroom demo`: `serve` on a fresh sample world. Everything in it is made by the real use cases: mails are encrypted, opened in the child
//! process and answered; cases are walked through their steps by people with roles. Only the clock is moved: the world's days are past.

mod cases;
mod past;
mod people;
mod post;
mod reports;

use crate::cli::{DataArgs, DemoArgs};
use crate::data::{self, Opened, Wish};
use crate::exits::{Done, Exit, OK};
use crate::serve::{self, Doors};
use past::PastClock;
use post::Folder;
use std::path::PathBuf;
use std::sync::Arc;
use wardroom_domain::people::Viewer;

/// The sample maker's profile.
const PROFILE: &str = include_str!("../../profiles/demo.yaml");
/// The sample maker's configuration: a mail address, so that keys and receipts look as they do in earnest; no server, so nothing is sent.
const CONFIG: &str = "[mail]\naddress = \"psirt@halcyon.example\"\n";

/// Makes the world and serves it.
pub async fn run(data: &DataArgs, args: DemoArgs) -> Done {
    let doors = Doors::bind(args.listen.as_deref(), args.desk_listen.as_deref()).await?;
    let directory = directory(data)?;
    let (public_url, desk_url) = doors.urls();
    println!("making a sample world in {} …", directory.display());
    let data = DataArgs { named: Some(directory.clone()), config: None };
    let wish = |clock| Wish {
        make: true,
        profile: Some(directory.join("profile.yaml").to_string_lossy().into_owned()),
        public_url: Some(public_url.clone()),
        desk_url: Some(desk_url.clone()),
        clock,
    };
    let post = Arc::new(Folder::make(&directory.join("sent-mail"))?);
    let clock = Arc::new(PastClock::hours_ago(cases::HOURS + 2));
    let mut world = data::open_with(&data, wish(Some(clock.clone()))).await?;
    world.mailer = Some(post.clone());
    make(&world, &clock).await?;
    drop(world);

    let mut opened = data::open_with(&data, wish(None)).await?;
    opened.mailer = Some(post);
    println!("\nHalcyon Controls is open for business.\n");
    println!("  public pages   {public_url}/            中文  {public_url}/?lang=zh");
    println!("  the desk       {desk_url}/\n");
    println!("  one-time sign-in links, good for a day (open each person in a private window of its own):");
    for (name, what, link) in people::links(&opened).await? {
        println!("  {name:<14} {what:<44} {link}");
    }
    println!("\n  mail that goes out lies in {}/sent-mail instead of being sent", directory.display());
    println!("  more links: wardroom user link NAME --data {}", directory.display());
    println!("  stop with Ctrl-C\n");
    if args.only_make {
        return Ok(OK);
    }
    serve::run_opened(opened, doors).await
}

fn directory(args: &DataArgs) -> Result<PathBuf, Exit> {
    let directory = match &args.named {
        Some(directory) => directory.clone(),
        None => {
            let name = wardroom_seal::hex(&wardroom_seal::draw::<6>(&mut wardroom_seal::SystemChance));
            std::env::temp_dir().join(format!("wardroom-demo-{name}"))
        }
    };
    if directory.exists() && std::fs::read_dir(&directory)?.next().is_some() {
        return Err(Exit::new(
            1,
            format!("{} is not empty: the demo wants a fresh directory (serve runs an existing one)", directory.display()),
        ));
    }
    std::fs::create_dir_all(&directory)
        .map_err(|error| Exit::new(1, format!("cannot make {}: {error}: choose another with --data", directory.display())))?;
    std::fs::write(directory.join("profile.yaml"), PROFILE)?;
    std::fs::write(directory.join("wardroom.toml"), CONFIG)?;
    Ok(directory)
}

/// Lets the sample days pass.
async fn make(world: &Opened, clock: &PastClock) -> Result<(), Exit> {
    people::add(world).await?;
    cases::keep_products(world).await?;
    cases::let_days_pass(world, clock).await?;
    clock.to_now();
    let worker = world.worker()?;
    worker.deadlines_once().await?;
    world.desk.refresh().await?;
    world.write_tree_now().await?;
    world.write_checkpoint().await?;
    let findings = world.desk.verify().await?;
    if let Some((check, sentence)) = findings.broken.first() {
        return Err(Exit::new(crate::exits::INTEGRITY, format!("the sample world is not sound: {check}: {sentence}")));
    }
    Ok(())
}

/// The house's own eyes: for what the machine's owner may do anyway.
fn house() -> Viewer {
    Viewer::house()
}
