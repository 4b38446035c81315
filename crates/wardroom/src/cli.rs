//! The command line: names and flags (interfaces A1-A3). Deliberately no logic: each command is a function in `commands/`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Wardroom: the desk of a product security incident response team.
#[derive(Debug, Parser)]
#[command(name = "wardroom", version, about, propagate_version = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data is, and as whom one acts on it.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// The data directory.
    #[arg(long, value_name = "DIR", env = "WARDROOM_DATA", default_value = "wardroom-data")]
    pub data: PathBuf,
    /// Configuration file (default: wardroom.toml in the data directory, if there is one).
    #[arg(long, value_name = "FILE", env = "WARDROOM_CONFIG")]
    pub config: Option<PathBuf>,
}

/// Commands that act in somebody's name.
#[derive(Clone, Debug, Args)]
pub struct ActArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Act as this person (name or id). Whoever holds the data directory may act as anybody; without it the house itself acts,
    /// which is never a human answer and never a second person.
    #[arg(long = "as", value_name = "NAME", env = "WARDROOM_AS")]
    pub person: Option<String>,
    /// Talk to a running desk at this address instead of a data directory; needs a token.
    #[arg(long, value_name = "URL", env = "WARDROOM_SERVER")]
    pub server: Option<String>,
    /// File that holds the API token, or - for standard input (or set WARDROOM_TOKEN).
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Address of the public face [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Address of the desk [default: 127.0.0.1:8081].
    #[arg(long, value_name = "ADDR")]
    pub desk_listen: Option<String>,
    /// The maker's profile (YAML, TOML or JSON); FILE#ID picks one of several in a file.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<String>,
    /// Which faces to run.
    #[arg(long, value_enum, default_value_t = Face::All)]
    pub face: Face,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Face {
    All,
    Public,
    Desk,
    Worker,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the product; makes everything it needs on an absent data directory.
    Serve(ServeArgs),
    /// Run on a fresh sample world: people, reports, cases in every step, published advisories.
    Demo(DemoArgs),
    /// Only make what `serve` would make.
    Init {
        #[command(flatten)]
        data: DataArgs,
        #[arg(long, value_name = "FILE")]
        profile: Option<String>,
    },
    /// The team's OpenPGP keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// People of the team.
    #[command(subcommand)]
    User(UserCommand),
    /// API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Reports: take in, list, decide.
    #[command(subcommand)]
    Inbox(InboxCommand),
    /// Cases.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Advisories.
    #[command(subcommand)]
    Advisory(AdvisoryCommand),
    /// The product catalogue.
    #[command(subcommand)]
    Product(ProductCommand),
    /// Find earlier cases that look like something.
    #[command(subcommand)]
    Dup(DupCommand),
    /// CVSS.
    #[command(subcommand)]
    Cvss(CvssCommand),
    /// Promise clocks.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Profiles.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Write the whole public tree as static files.
    Publish {
        #[command(flatten)]
        data: DataArgs,
        /// Directory to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Address under which the files will be served.
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
    },
    /// The log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Bring the database schema up to this version (serve does it too).
    Migrate {
        #[command(flatten)]
        data: DataArgs,
    },
    /// How each door and each promise-bearing thing is doing.
    Doctor {
        #[command(flatten)]
        data: DataArgs,
        #[arg(long)]
        json: bool,
    },
    /// Copy database and sealed files to an empty directory, while running. Without the master key, which is kept apart.
    Backup {
        #[command(flatten)]
        data: DataArgs,
        /// Directory to write to.
        to: PathBuf,
    },
    /// Make a data directory from a backup and the master key.
    Restore {
        #[command(flatten)]
        data: DataArgs,
        /// The backup.
        from: PathBuf,
        /// The master key file kept apart.
        #[arg(long, value_name = "FILE")]
        master_key: PathBuf,
    },
    /// Compute every projection again from the log.
    Rebuild {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Check every invariant of the stored data; exit 10 when one is broken.
    Verify {
        #[command(flatten)]
        data: DataArgs,
        #[arg(long)]
        json: bool,
    },
    /// Call the API of a running desk.
    Api {
        /// GET, POST, PUT, PATCH or DELETE.
        method: String,
        /// Path, like /api/v1/inbox.
        path: String,
        /// JSON body, or - for standard input.
        body: Option<String>,
        #[arg(long, value_name = "URL", env = "WARDROOM_SERVER")]
        server: String,
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
    /// Print the list of exit codes.
    ExitCodes,
    /// Reads hostile bytes for its parent, with limits. Not for people.
    #[command(name = "parse-worker", hide = true)]
    ParseWorker,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Data directory of the sample world; a fresh temporary one when absent.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    #[arg(long, value_name = "ADDR")]
    pub desk_listen: Option<String>,
    /// Make the world and stop.
    #[arg(long, hide = true)]
    pub only_make: bool,
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the team's keys.
    List {
        #[command(flatten)]
        act: ActArgs,
    },
    /// Import secret keys of the team's, or pin a reporter's public key.
    Import {
        file: PathBuf,
        /// The key only decrypts from now on; it is not offered any more.
        #[arg(long)]
        retired: bool,
        /// File that holds the passphrase (first line); without it, it is asked for when needed.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Print the active public key, armored.
    Export {
        #[command(flatten)]
        act: ActArgs,
    },
    /// Make a fresh key; former ones keep decrypting.
    Rotate {
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person and print a one-time sign-in link.
    Add {
        name: String,
        /// Roles, separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    List {
        #[command(flatten)]
        act: ActArgs,
    },
    /// Print a new one-time sign-in link for a person.
    Link {
        name: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Disable a person: all sessions and tokens end now.
    Disable {
        name: String,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make an API token for a person; it is printed once.
    New {
        #[arg(long)]
        user: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        scope: String,
        #[arg(long, default_value_t = 90)]
        days: u16,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// Take mails (.eml, mbox) or JSON reports in; - reads one mail from standard input.
    Import {
        #[arg(required = true)]
        files: Vec<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    List {
        /// waiting (default), asked, quarantined, linked, declined, withdrawn, all
        #[arg(long, default_value = "waiting")]
        view: String,
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        act: ActArgs,
    },
    Show {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Open a case for the report.
    Accept {
        id: String,
        /// Working title of the case.
        #[arg(long, default_value = "")]
        title: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Link the report to an earlier case.
    Duplicate {
        id: String,
        #[arg(long)]
        of: String,
        /// What the reporter reads.
        #[arg(long, default_value = "")]
        message: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Decline with a reason, worded for the reporter.
    Decline {
        id: String,
        /// not_a_vulnerability, not_reproducible, out_of_scope, third_party, obsolete_product, works_as_designed, info_never_received, spam, transferred
        #[arg(long)]
        reason: String,
        /// Own wording instead of the proposed one.
        #[arg(long)]
        message: Option<String>,
        /// Only print what the reporter would read.
        #[arg(long)]
        preview: bool,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Ask the reporter something.
    Ask {
        id: String,
        #[arg(long)]
        message: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Write the original bytes to standard output.
    Original {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Give the reason of a missed deadline.
    Breach {
        id: String,
        #[arg(long)]
        clock: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        act: ActArgs,
    },
    Show {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    Timeline {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Write to the reporter of a case or report.
    Message {
        id: String,
        #[arg(long)]
        text: String,
        /// It is a question: we wait for the answer.
        #[arg(long)]
        question: bool,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Write an internal note.
    Note {
        id: String,
        #[arg(long)]
        text: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Move the case: validate, invalidate, accept, defer, close, reopen.
    Move {
        id: String,
        to: String,
        #[arg(long, default_value = "")]
        reason: String,
        #[arg(long)]
        disposition: Option<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Give the case an owner.
    Assign {
        id: String,
        person: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Add or reword a vulnerability.
    Vulnerability {
        id: String,
        /// V1 …; absent: a new one.
        #[arg(long, default_value = "")]
        vulnerability: String,
        #[arg(long)]
        title: String,
        #[arg(long, default_value = "")]
        description: String,
        #[arg(long, default_value = "")]
        cwe: String,
        #[arg(long, default_value = "")]
        cve: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Score a vulnerability with a CVSS vector.
    Score {
        id: String,
        vector: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        #[arg(long, default_value = "")]
        why: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Record the uniqueness check.
    Unique {
        id: String,
        /// It is a duplicate of this case.
        #[arg(long)]
        duplicate_of: Option<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Say whether a product is affected.
    Impact {
        id: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        #[arg(long)]
        product: String,
        /// under_investigation, affected, not_affected, fixed
        #[arg(long)]
        status: String,
        #[arg(long, default_value = "")]
        versions: String,
        #[arg(long, default_value = "")]
        fixed_in: String,
        #[arg(long, default_value = "")]
        justification: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Plan or move on a remediation.
    Remediation {
        id: String,
        /// M1 …; absent: a new one.
        #[arg(long, default_value = "")]
        remediation: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        /// fix, mitigation, workaround, none_planned
        #[arg(long)]
        kind: String,
        /// planned, in_progress, ready, verified, released
        #[arg(long, default_value = "planned")]
        state: String,
        #[arg(long, default_value = "")]
        owner: String,
        /// YYYY-MM-DD
        #[arg(long)]
        due: Option<String>,
        #[arg(long)]
        text: String,
        #[arg(long, default_value = "")]
        text_zh: String,
        #[arg(long, default_value = "")]
        url: String,
        #[arg(long, value_delimiter = ',')]
        product: Vec<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    /// The embargo: propose, accept, reject, propose_revision, accept_revision, reject_revision, terminate.
    Embargo {
        id: String,
        step: String,
        /// RFC 3339 instant at which it ends.
        #[arg(long)]
        until: Option<String>,
        /// Zone in which the instant was agreed.
        #[arg(long, default_value = "UTC")]
        zone: String,
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// The communication plan: lines of audience:channel:language:when.
    Plan {
        id: String,
        #[arg(required = true)]
        lines: Vec<String>,
        #[arg(long)]
        approve: bool,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Record that there will be no advisory, and why.
    NotDisclosed {
        id: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdvisoryCommand {
    List {
        #[command(flatten)]
        act: ActArgs,
    },
    /// Begin the advisory of a case.
    New {
        case: String,
        #[command(flatten)]
        act: ActArgs,
    },
    Show {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Change the written texts from a JSON file ({"title":{"en":…,"zh":…},"summary":…,"action":…,"credits":[…],"references":[[…]],"change":…}).
    Edit {
        id: String,
        file: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// What is missing, and what the CSAF checks say.
    Lint {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Render what would be published now.
    Render {
        id: String,
        #[arg(long, default_value = "csaf2.0", value_parser = ["csaf2.0", "txt", "json"])]
        format: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Hand to review.
    Submit {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    SendBack {
        id: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Approve exactly this content; refused for anybody who wrote it.
    Approve {
        id: String,
        /// The hash that was reviewed; absent: the content as it stands.
        #[arg(long)]
        hash: Option<String>,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Publish an approved advisory.
    Publish {
        id: String,
        /// Only show what would be published and what stands in the way.
        #[arg(long)]
        dry_run: bool,
        /// The advisory's number, typed again.
        #[arg(long, default_value = "")]
        confirm: String,
        /// End a standing embargo with this reason.
        #[arg(long, default_value = "")]
        end_embargo: String,
        #[command(flatten)]
        act: ActArgs,
    },
    /// Begin the next version of a published advisory.
    Revise {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
    Withdraw {
        id: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum ProductCommand {
    List {
        #[command(flatten)]
        act: ActArgs,
    },
    /// Add or change a product.
    Add {
        id: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "")]
        family: String,
        #[arg(long, default_value = "")]
        cpe: String,
        #[arg(long, default_value = "")]
        purl: String,
        #[arg(long, value_delimiter = ',')]
        versions: Vec<String>,
        #[arg(long, default_value = "")]
        supported_until: String,
        #[command(flatten)]
        act: ActArgs,
    },
    Retire {
        id: String,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum DupCommand {
    /// Candidates for a report, a case, or a JSON report in a file.
    Find {
        id_or_file: String,
        #[arg(long, default_value_t = 10)]
        top: usize,
        #[command(flatten)]
        act: ActArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum CvssCommand {
    /// Score vectors; - reads them from standard input, one per line.
    Score {
        #[arg(required = true)]
        vectors: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Due instants for JSON lines on standard input.
    Due {
        #[arg(long, value_name = "FILE")]
        calendars: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Validate a profile file; exit 0, or 3 with place and reason.
    Check {
        /// FILE, or FILE#ID for one of several.
        file: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find any changed, removed or reordered fact; exit 0 or 10.
    Verify {
        #[command(flatten)]
        data: DataArgs,
        /// A signed checkpoint kept elsewhere; absent: the one in the data directory.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Print the log's newest signed checkpoint, to be kept elsewhere.
    Checkpoint {
        #[command(flatten)]
        data: DataArgs,
    },
}
