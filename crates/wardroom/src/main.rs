//! The binary: command line, configuration, wiring. The only place that names everybody; deliberately without rules of its own.

mod cli;
mod commands;
mod config;
mod data;
mod demo;
mod exits;
mod follow;
mod listen;
mod mail;
mod profile_file;
mod public_only;
mod remote;
mod self_test;
mod serve;

use clap::Parser;
use cli::{
    ActArgs, AuditCommand, Cli, ClockCommand, Command, CsafCommand, CveCommand, CvssCommand, DataArgs, DupCommand, InboxCommand,
    ProfileCommand, ReceiptCommand, SsvcCommand, TokenCommand,
};
use data::Opened;
use exits::{Done, Exit, OK};
use std::process::ExitCode;
use wardroom_domain::people::Viewer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
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
    match runtime.block_on(run(cli.act, cli.command)) {
        Ok(code) => code,
        Err(exit) => exit.report(),
    }
}

/// Tells how the program is used. At the end of a mail server's pipe a slip in its configuration must not bounce a report: it is to be kept until
/// somebody mended the line.
fn usage(error: &clap::Error) -> ExitCode {
    if error.print().is_err() {
        return ExitCode::FAILURE;
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let piped = words.iter().any(|word| word == "import") && words.iter().any(|word| word == "-");
    match (piped && error.use_stderr(), u8::try_from(error.exit_code())) {
        (true, _) => ExitCode::from(commands::pipe::EX_TEMPFAIL),
        (false, Ok(code)) => ExitCode::from(code),
        (false, Err(_)) => ExitCode::FAILURE,
    }
}

/// Lines on standard error; what is logged never holds words of a report. `WARDROOM_LOG` chooses the level, `WARDROOM_LOG_FORMAT=json` the shape.
fn start_logging() {
    use tracing_subscriber::EnvFilter;
    let mut filter = EnvFilter::try_from_env("WARDROOM_LOG").unwrap_or_else(|_| EnvFilter::new("warn,wardroom=info,wardroom_app=info"));
    for directive in wardroom_mail::QUOTING_LIBRARIES.iter().filter_map(|name| format!("{name}=off").parse().ok()) {
        filter = filter.add_directive(directive);
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    if std::env::var("WARDROOM_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().init();
    } else {
        lines.init();
    }
}

async fn run(act: ActArgs, command: Command) -> Done {
    let data = &act.data;
    match command {
        Command::Serve(args) => serve::run(data, args).await,
        Command::Demo(args) => demo::run(data, args).await,
        Command::Init { profile } => init(data, profile).await,
        Command::Keys(command) => {
            let (opened, viewer) = enter(&act).await?;
            commands::keys::run(&opened, &viewer, command, act.json).await
        }
        Command::User(command) => {
            let (opened, viewer) = enter(&act).await?;
            commands::people::user(&opened, &viewer, command, act.json).await
        }
        Command::Token(TokenCommand::New { user, scope, days }) => {
            let (opened, viewer) = enter(&act).await?;
            commands::people::token(&opened, &viewer, &user, &scope, days, act.json).await
        }
        Command::Inbox(InboxCommand::Import { files, sender, recipient }) if act.server.is_none() && files == ["-"] => {
            commands::pipe::run(act, sender, recipient).await
        }
        Command::Inbox(command) => match remote::inbox(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::inbox::run(&opened, &viewer, command, act.json).await
            }
        },
        Command::Case(command) => match remote::case(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::case::run(&opened, &viewer, command, act.json).await
            }
        },
        Command::Advisory(command) => match remote::advisory(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::advisory::run(&opened, &viewer, command, act.json).await
            }
        },
        Command::Plan(command) => match remote::plan(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::plan::run(&opened, &viewer, command, act.json).await
            }
        },
        Command::Recipient(command) => match remote::recipient(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::plan::recipients(&opened, &viewer, command, act.json).await
            }
        },
        Command::Cve(CveCommand::Check { advisory_or_file: file }) if commands::cve::is_file(&file) => {
            commands::cve::check_file(&file, act.json)
        }
        Command::Cve(command) => match remote::cve(&act, &command).await {
            Some(done) => done,
            None => {
                let (opened, viewer) = enter(&act).await?;
                commands::cve::run(&opened, &viewer, command, act.json).await
            }
        },
        Command::Product(command) => {
            let (opened, viewer) = enter(&act).await?;
            commands::case::product(&opened, &viewer, command, act.json).await
        }
        Command::Dup(DupCommand::Find { id_or_file, top }) => {
            let (opened, viewer) = enter(&act).await?;
            commands::dup_find::find(&opened, &viewer, &id_or_file, top, act.json).await
        }
        Command::Dup(DupCommand::Judge { id, with, relation }) => {
            let (opened, viewer) = enter(&act).await?;
            commands::dup_find::judge(&opened, &viewer, &id, &with, &relation).await
        }
        Command::Dup(DupCommand::Import { path, name }) => {
            let (opened, viewer) = enter(&act).await?;
            commands::dup_import::import(&opened, &viewer, &path, name.as_deref(), act.json).await
        }
        Command::Dup(DupCommand::Corpora) => {
            let (opened, viewer) = enter(&act).await?;
            commands::dup_import::corpora(&opened, &viewer, act.json).await
        }
        Command::Dup(DupCommand::Forget { name }) => {
            let (opened, viewer) = enter(&act).await?;
            commands::dup_import::forget(&opened, &viewer, &name).await
        }
        Command::Dup(DupCommand::Eval(what)) => commands::duplicates::eval(&what),
        Command::Cvss(CvssCommand::Score { vectors }) => commands::formats::score(&vectors),
        Command::Cvss(CvssCommand::Explain { vector, zh }) => commands::scoring::explain(&vector, zh, act.json),
        Command::Cvss(CvssCommand::Diff { one, other }) => commands::scoring::diff(&one, &other, act.json),
        Command::Cvss(CvssCommand::Convert { vector, to }) => commands::scoring::convert(&vector, &to, act.json),
        Command::Ssvc(SsvcCommand::Decide { answers, table }) => commands::scoring::decide(&answers, table.as_deref(), act.json),
        Command::Ssvc(command) => {
            let (opened, viewer) = enter(&act).await?;
            commands::scoring::tables(&opened, &viewer, command, act.json).await
        }
        Command::Csaf(CsafCommand::Validate { paths, preset }) => commands::csaf::validate(&paths, preset, act.json),
        Command::Csaf(CsafCommand::ProviderCheck { target, through }) => {
            commands::provider_check::check(&target, through.as_deref(), act.json).await
        }
        Command::Csaf(CsafCommand::Convert { file, to, lang, page }) => commands::convert::run(&file, &to, &lang, page),
        Command::Check(args) => commands::check::run(&args, &data.directory(), act.json).await,
        Command::Clock(ClockCommand::Due { calendars }) => commands::formats::clock_due(&calendars),
        Command::Profile(ProfileCommand::Check { file }) => commands::formats::profile_check(&file, act.json),
        Command::Publish { out, base_url, guarded } => {
            commands::operate::publish(data, &out, base_url.as_deref(), guarded.as_deref()).await
        }
        Command::Audit(AuditCommand::Verify { checkpoint }) => commands::operate::audit_verify(data, checkpoint.as_deref(), act.json).await,
        Command::Audit(AuditCommand::Checkpoint) => commands::operate::checkpoint(data).await,
        Command::Receipt(ReceiptCommand::Verify { file, key, checkpoint, consistency }) => {
            let beside = commands::receipt::Beside { key, checkpoint, consistency };
            commands::receipt::verify(&file, &beside, act.json)
        }
        Command::Migrate => commands::operate::migrate(data).await,
        Command::Doctor { self_test } => commands::doctor::run(data, act.json, self_test).await,
        Command::Backup { to } => commands::operate::backup(data, &to).await,
        Command::Restore { from, master_key } => commands::operate::restore(data, &from, &master_key).await,
        Command::Rebuild => commands::operate::rebuild(data).await,
        Command::Verify => commands::operate::verify(data, act.json).await,
        Command::Api { method, path, body } => remote::api(&act, &method, &path, body.as_deref()).await,
        Command::ExitCodes => {
            print!("{}", exits::TABLE);
            Ok(OK)
        }
        // Handled before the runtime starts.
        Command::ParseWorker => Ok(OK),
    }
}

/// The data directory, and who acts on it.
async fn enter(act: &ActArgs) -> Result<(Opened, Viewer), Exit> {
    if act.server.is_some() {
        return Err(Exit::new(2, "this command works on a data directory only (--data)"));
    }
    let opened = data::open(&act.data).await?;
    let viewer = opened.viewer(act.person.as_deref()).await?;
    Ok((opened, viewer))
}

async fn init(data: &DataArgs, profile: Option<String>) -> Done {
    let opened = data::open_with(data, data::Wish { make: true, profile, ..data::Wish::default() }).await?;
    opened.write_tree_now().await?;
    opened.write_checkpoint().await?;
    println!("{} is ready", opened.directory.display());
    if let Some(link) = &opened.first_link {
        println!("administrator: sign in once, within a day, with\n{link}");
    }
    Ok(OK)
}
