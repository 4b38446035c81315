//! The binary: command line, configuration, wiring. The only place that names everybody; deliberately without rules of its own.

mod cli;
mod commands;
mod config;
mod data;
mod demo;
mod exits;
mod mail;
mod profile_file;
mod public_only;
mod remote;
mod serve;

use clap::Parser;
use cli::{
    AdvisoryCommand, AuditCommand, CaseCommand, Cli, ClockCommand, Command, CvssCommand, DupCommand, InboxCommand,
    KeysCommand, ProductCommand, ProfileCommand, TokenCommand, UserCommand,
};
use exits::{Done, OK};
use std::process::ExitCode;
use wardroom_domain::products::Product;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The child that reads hostile bytes comes before everything: no logger, no runtime, no environment.
    if let Command::ParseWorker = cli.command {
        return wardroom_adapters::run_parse_worker();
    }
    start_logging();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed before");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program's threads could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(exit) => exit.report(),
    }
}

/// Lines on standard error; what is logged never holds words of a report. `WARDROOM_LOG` chooses the level, `WARDROOM_LOG_FORMAT=json` the shape.
fn start_logging() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("WARDROOM_LOG").unwrap_or_else(|_| EnvFilter::new("warn,wardroom=info,wardroom_app=info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    if std::env::var("WARDROOM_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().init();
    } else {
        lines.init();
    }
}

async fn run(command: Command) -> Done {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Init { data, profile } => {
            let opened = data::open_with(&data, data::Wish { make: true, profile, ..data::Wish::default() }).await?;
            opened.write_tree_now().await?;
            opened.write_checkpoint().await?;
            println!("{} is ready", data.data.display());
            if let Some(link) = &opened.first_link {
                println!("administrator: sign in once, within a day, with\n{link}");
            }
            Ok(OK)
        }
        Command::Keys(command) => keys(command).await,
        Command::User(command) => user(command).await,
        Command::Token(TokenCommand::New { user, scope, days, act }) => {
            let opened = data::open(&act.data).await?;
            let viewer = opened.viewer(act.person.as_deref()).await?;
            commands::people::token(&opened, &viewer, &user, &scope, days, act.json).await
        }
        Command::Inbox(command) => inbox(command).await,
        Command::Case(command) => case(command).await,
        Command::Advisory(command) => advisory(command).await,
        Command::Product(command) => product(command).await,
        Command::Dup(DupCommand::Find { id_or_file, top, act }) => {
            let opened = data::open(&act.data).await?;
            let viewer = opened.viewer(act.person.as_deref()).await?;
            commands::inbox::dup_find(&opened, &viewer, &id_or_file, top, act.json).await
        }
        Command::Cvss(CvssCommand::Score { vectors }) => commands::formats::score(&vectors),
        Command::Clock(ClockCommand::Due { calendars }) => commands::formats::clock_due(&calendars),
        Command::Profile(ProfileCommand::Check { file, json }) => commands::formats::profile_check(&file, json),
        Command::Publish { data, out, base_url } => commands::operate::publish(&data, &out, base_url.as_deref()).await,
        Command::Audit(AuditCommand::Verify { data, checkpoint, json }) => {
            commands::operate::audit_verify(&data, checkpoint.as_deref(), json).await
        }
        Command::Audit(AuditCommand::Checkpoint { data }) => commands::operate::checkpoint(&data).await,
        Command::Migrate { data } => commands::operate::migrate(&data).await,
        Command::Doctor { data, json } => commands::operate::doctor(&data, json).await,
        Command::Backup { data, to } => commands::operate::backup(&data, &to).await,
        Command::Restore { data, from, master_key } => commands::operate::restore(&data, &from, &master_key).await,
        Command::Rebuild { data } => commands::operate::rebuild(&data).await,
        Command::Verify { data, json } => commands::operate::verify(&data, json).await,
        Command::Api { method, path, body, server, token_file } => api(&method, &path, body, &server, token_file).await,
        Command::ExitCodes => {
            print!("{}", exits::TABLE);
            Ok(OK)
        }
        Command::ParseWorker => Ok(OK),
    }
}

async fn api(method: &str, path: &str, body: Option<String>, server: &str, token_file: Option<std::path::PathBuf>) -> Done {
    let text = match body.as_deref() {
        Some("-") => Some(std::io::read_to_string(std::io::stdin())?),
        other => other.map(str::to_owned),
    };
    let body = match text {
        Some(text) => Some(
            serde_json::from_str(&text).map_err(|error| exits::Exit::new(2, format!("the body is not JSON: {error}")))?,
        ),
        None => None,
    };
    remote::call(server, token_file.as_deref(), method, path, body).await
}

async fn keys(command: KeysCommand) -> Done {
    let act = match &command {
        KeysCommand::List { act } | KeysCommand::Import { act, .. } | KeysCommand::Export { act } | KeysCommand::Rotate { act } => act.clone(),
    };
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    commands::people::keys(&opened, &viewer, command, act.json).await
}

async fn user(command: UserCommand) -> Done {
    let act = match &command {
        UserCommand::Add { act, .. } | UserCommand::List { act } | UserCommand::Link { act, .. } | UserCommand::Disable { act, .. } => act.clone(),
    };
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    commands::people::user(&opened, &viewer, command, act.json).await
}

async fn inbox(command: InboxCommand) -> Done {
    let act = match &command {
        InboxCommand::Import { act, .. }
        | InboxCommand::List { act, .. }
        | InboxCommand::Show { act, .. }
        | InboxCommand::Accept { act, .. }
        | InboxCommand::Duplicate { act, .. }
        | InboxCommand::Decline { act, .. }
        | InboxCommand::Ask { act, .. }
        | InboxCommand::Original { act, .. }
        | InboxCommand::Breach { act, .. } => act.clone(),
    };
    if let Some(done) = remote::inbox(&act, &command).await {
        return done;
    }
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    match command {
        InboxCommand::Import { files, .. } => commands::inbox::import(&opened, &files, act.json).await,
        InboxCommand::List { view, limit, .. } => commands::inbox::list(&opened, &viewer, &view, limit, act.json).await,
        InboxCommand::Show { id, .. } => commands::inbox::show_one(&opened, &viewer, &id, act.json).await,
        InboxCommand::Accept { id, title, .. } => commands::inbox::accept(&opened, &viewer, &id, &title, act.json).await,
        InboxCommand::Duplicate { id, of, message, .. } => commands::inbox::duplicate(&opened, &viewer, &id, &of, &message).await,
        InboxCommand::Decline { id, reason, message, preview, .. } => {
            commands::inbox::decline(&opened, &viewer, &id, &reason, message.as_deref(), preview).await
        }
        InboxCommand::Ask { id, message, .. } => commands::inbox::ask(&opened, &viewer, &id, &message).await,
        InboxCommand::Original { id, .. } => commands::inbox::original(&opened, &viewer, &id).await,
        InboxCommand::Breach { id, clock, reason, .. } => commands::inbox::breach(&opened, &viewer, &id, &clock, &reason).await,
    }
}

async fn case(command: CaseCommand) -> Done {
    let act = match &command {
        CaseCommand::List { act, .. }
        | CaseCommand::Show { act, .. }
        | CaseCommand::Timeline { act, .. }
        | CaseCommand::Message { act, .. }
        | CaseCommand::Note { act, .. }
        | CaseCommand::Move { act, .. }
        | CaseCommand::Assign { act, .. }
        | CaseCommand::Vulnerability { act, .. }
        | CaseCommand::Score { act, .. }
        | CaseCommand::Unique { act, .. }
        | CaseCommand::Impact { act, .. }
        | CaseCommand::Remediation { act, .. }
        | CaseCommand::Embargo { act, .. }
        | CaseCommand::Plan { act, .. }
        | CaseCommand::NotDisclosed { act, .. } => act.clone(),
    };
    if let Some(done) = remote::case(&act, &command).await {
        return done;
    }
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    commands::case::run(&opened, &viewer, command, act.json).await
}

async fn advisory(command: AdvisoryCommand) -> Done {
    let act = match &command {
        AdvisoryCommand::List { act }
        | AdvisoryCommand::New { act, .. }
        | AdvisoryCommand::Show { act, .. }
        | AdvisoryCommand::Edit { act, .. }
        | AdvisoryCommand::Lint { act, .. }
        | AdvisoryCommand::Render { act, .. }
        | AdvisoryCommand::Submit { act, .. }
        | AdvisoryCommand::SendBack { act, .. }
        | AdvisoryCommand::Approve { act, .. }
        | AdvisoryCommand::Publish { act, .. }
        | AdvisoryCommand::Revise { act, .. }
        | AdvisoryCommand::Withdraw { act, .. } => act.clone(),
    };
    if let Some(done) = remote::advisory(&act, &command).await {
        return done;
    }
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    commands::advisory::run(&opened, &viewer, command, act.json).await
}

async fn product(command: ProductCommand) -> Done {
    match command {
        ProductCommand::List { act } => commands::case::products(&data::open(&act.data).await?, act.json),
        ProductCommand::Add { id, name, family, cpe, purl, versions, supported_until, act } => {
            let opened = data::open(&act.data).await?;
            let viewer = opened.viewer(act.person.as_deref()).await?;
            let product = Product { id, name, family, cpe, purl, versions, supported_until };
            commands::case::keep_product(&opened, &viewer, product).await
        }
        ProductCommand::Retire { id, act } => {
            let opened = data::open(&act.data).await?;
            let viewer = opened.viewer(act.person.as_deref()).await?;
            commands::case::retire_product(&opened, &viewer, &id).await
        }
    }
}
