//! The command line: names and flags (interfaces A1-A3). Deliberately no logic: each command is a function in `commands/`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Wardroom: the desk of a product security incident response team.
#[derive(Debug, Parser)]
#[command(name = "wardroom", version, propagate_version = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub act: ActArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// `title_en=Text` taken apart.
fn field(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or("write it like title_en=Text")?;
    Ok((pair.0.trim().to_owned(), pair.1.to_owned()))
}

/// Where the data is, and as whom one acts on it: understood by every command.
#[derive(Clone, Debug, Args)]
pub struct ActArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// Act as this person (name or id). Whoever holds the data directory may act as anybody; without it the house itself acts,
    /// which is never a human answer and never a second person.
    #[arg(long = "as", value_name = "NAME", env = "WARDROOM_AS", global = true)]
    pub person: Option<String>,
    /// Talk to a running desk at this address instead of a data directory; needs a token.
    #[arg(long, value_name = "URL", env = "WARDROOM_SERVER", global = true)]
    pub server: Option<String>,
    /// File that holds the API token, or - for standard input (or set WARDROOM_TOKEN).
    #[arg(long, value_name = "FILE", global = true)]
    pub token_file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The data directory and its configuration.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// The data directory [default: wardroom-data; for demo a fresh temporary one].
    #[arg(long = "data", value_name = "DIR", env = "WARDROOM_DATA", global = true)]
    pub named: Option<PathBuf>,
    /// Configuration file [default: wardroom.toml in the data directory, if there is one].
    #[arg(long, value_name = "FILE", env = "WARDROOM_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

impl DataArgs {
    /// The directory, named or usual.
    pub fn directory(&self) -> PathBuf {
        self.named.clone().unwrap_or_else(|| PathBuf::from("wardroom-data"))
    }
}

#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
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
    /// The disclosure plan of an advisory: who hears what and when, the checklist, and the release that two people order.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// The recipient book: suppliers, customers and authorities who are told of advisories.
    #[command(subcommand)]
    Recipient(RecipientCommand),
    /// CVE and GCVE ids: reserve, assign, publish, reject; the CNA rules.
    #[command(subcommand)]
    Cve(CveCommand),
    /// The product catalogue.
    #[command(subcommand)]
    Product(ProductCommand),
    /// Find earlier cases that look like something.
    #[command(subcommand)]
    Dup(DupCommand),
    /// CVSS.
    #[command(subcommand)]
    Cvss(CvssCommand),
    /// SSVC: how soon, by decision tables.
    #[command(subcommand)]
    Ssvc(SsvcCommand),
    /// CSAF documents, anybody's.
    #[command(subcommand)]
    Csaf(CsafCommand),
    /// Am I affected? A product and its version, or an SBOM, against published advisories. Exit 3 when something is affected or cannot be told.
    #[command(visible_alias = "affected")]
    Check(CheckArgs),
    /// Promise clocks.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Profiles.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Write the whole public tree as static files.
    Publish {
        /// Directory to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Address under which the files will be served.
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Write what is shared and not public (TLP:GREEN, AMBER, AMBER+STRICT) to this folder, readable, for a web server that guards it.
        /// Without this, nothing of it is written.
        #[arg(long, value_name = "DIR")]
        guarded: Option<PathBuf>,
    },
    /// A reporter's signed receipt, checked offline.
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// The log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Bring the database schema up to this version (serve does it too).
    Migrate,
    /// How each door and each promise-bearing thing is doing; exit 3 when something is at risk.
    Doctor {
        /// Send a synthetic report through every door first. It closes itself, is in no list and no figure, and nobody gets a mail for it.
        #[arg(long)]
        self_test: bool,
    },
    /// Copy database and sealed files to an empty directory, while running. Without the master key, which is kept apart.
    Backup {
        /// Directory to write to.
        to: PathBuf,
    },
    /// Make a data directory from a backup and the master key.
    Restore {
        /// The backup.
        from: PathBuf,
        /// The master key file kept apart.
        #[arg(long, value_name = "FILE")]
        master_key: PathBuf,
    },
    /// Compute every projection again from the log.
    Rebuild,
    /// Check every invariant of the stored data; exit 10 when one is broken.
    Verify,
    /// Call the API of a running desk.
    Api {
        /// GET, POST, PUT, PATCH or DELETE.
        method: String,
        /// Path, like /api/v1/inbox.
        path: String,
        /// JSON body, or - for standard input.
        body: Option<String>,
    },
    /// Print the list of exit codes.
    ExitCodes,
    /// Reads hostile bytes for its parent, with limits. Not for people.
    #[command(name = "parse-worker", hide = true)]
    ParseWorker,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Its name, a package URL or a CPE name.
    pub product: Option<String>,
    /// Its version, as the device or its label shows it.
    #[arg(id = "product-version", value_name = "VERSION")]
    pub version: Option<String>,
    /// Check every part of this SBOM instead: CycloneDX (JSON or XML) or SPDX 2.x (JSON or tag-value); - reads standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["product", "product-version"])]
    pub sbom: Option<PathBuf>,
    /// Where the advisories are: a site (asked by its API), a public tree or folder of CSAF documents, or files
    /// [default: the public tree of the data directory].
    #[arg(long, value_name = "URL|DIR|FILE")]
    pub of: Vec<String>,
    /// Answer in Chinese.
    #[arg(long)]
    pub zh: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
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
    List,
    /// Import secret keys of the team's (OpenPGP, or S/MIME as PEM), or pin a reporter's public key.
    Import {
        file: PathBuf,
        /// The key only decrypts from now on; it is not offered any more.
        #[arg(long)]
        retired: bool,
        /// File that holds the passphrase (first line); without it, it is asked for when needed.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Print a public key, armored: the active one, or the one named.
    Export { fingerprint: Option<String> },
    /// Make a fresh key and put it in front; the former one is offered after it for a while, and decrypts for ever.
    Rotate {
        /// Days for which the former key is still offered.
        #[arg(long, default_value_t = wardroom_app::keys::life::OVERLAP_DAYS, value_name = "DAYS")]
        overlap: u16,
    },
    /// Offer a key no more; it still decrypts.
    Retire { fingerprint: String },
    /// Take a key back for good: its revocation is published. It still decrypts.
    Revoke {
        fingerprint: String,
        /// compromised, superseded, retired
        #[arg(long)]
        reason: String,
        /// Really: a revocation cannot be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Say whether an armored message (file, or - for standard input) opens, and with which key. Nothing is kept.
    Test { file: String },
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person and print a one-time sign-in link.
    Add {
        name: String,
        /// Roles, separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<String>,
    },
    List,
    /// Print a new one-time sign-in link for a person.
    Link {
        name: String,
        /// Lost phone: forget password, second factor and passkeys, and end all sessions and tokens.
        #[arg(long)]
        reset: bool,
    },
    /// Disable a person: all sessions and tokens end now.
    Disable {
        name: String,
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
    },
}

#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// Take mails (.eml, mbox) or JSON reports in; - reads one mail from standard input, and speaks sysexits to the mail server at the
    /// other end of the pipe: 0 kept, 65 refused as it is, 75 keep it and try again.
    Import {
        /// Sender of the envelope, where a mail server says it: Postfix' ${sender}. Empty or MAILER-DAEMON is nobody.
        #[arg(long, value_name = "ADDRESS")]
        sender: Option<String>,
        /// Recipient of the envelope: Postfix' ${recipient}.
        #[arg(long, value_name = "ADDRESS")]
        recipient: Vec<String>,
        #[arg(required = true)]
        files: Vec<String>,
    },
    List {
        /// waiting (default), asked, quarantined, linked, declined, withdrawn, all
        #[arg(long, default_value = "waiting")]
        view: String,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    Show {
        id: String,
    },
    /// Open a case for the report.
    Accept {
        id: String,
        /// Working title of the case.
        #[arg(long, default_value = "")]
        title: String,
    },
    /// Unconfirmed mail: it is the reporter's, join it to the report it claims.
    Attach {
        id: String,
    },
    /// Unconfirmed or unreadable mail: somebody has looked, treat it as a report of its own.
    Release {
        id: String,
    },
    /// Unconfirmed mail: put it away; its sender hears nothing.
    Discard {
        id: String,
        /// Why, for the team.
        #[arg(long)]
        reason: String,
    },
    /// Link the report to an earlier case.
    Duplicate {
        id: String,
        #[arg(long)]
        of: String,
        /// What the reporter reads.
        #[arg(long, default_value = "")]
        message: String,
    },
    /// Decline with a reason, worded for the reporter; several at once, or one and all that look like it.
    Decline {
        ids: Vec<String>,
        /// Also all waiting reports that look like this one (the same file or mostly the same words).
        #[arg(long, value_name = "ID")]
        like: Option<String>,
        /// not_a_vulnerability, not_reproducible, out_of_scope, third_party, obsolete_product, works_as_designed, info_never_received, spam, transferred
        #[arg(long)]
        reason: String,
        /// Own wording instead of the proposed one.
        #[arg(long)]
        message: Option<String>,
        /// Only print what the reporter would read.
        #[arg(long)]
        preview: bool,
    },
    /// Reopen declined or withdrawn reports; takes a declined pile back.
    Reopen {
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Ask the reporter something.
    Ask {
        id: String,
        #[arg(long)]
        message: String,
    },
    /// Answer the date of disclosure the reporter proposed, or propose one: accept, decline, propose.
    Date {
        id: String,
        answer: String,
        /// RFC 3339 instant, to propose.
        #[arg(long)]
        until: Option<String>,
        /// Zone the instant is meant in.
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// What the reporter reads.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Write the original bytes to standard output.
    Original {
        id: String,
    },
    /// Write one file of a report to standard output, as a stream.
    File {
        id: String,
        /// Its place among the report's files, from 1.
        place: usize,
        /// Decrypt a large file that was encrypted in the reporter's browser.
        #[arg(long)]
        decrypt: bool,
    },
    /// Give the reason of a missed deadline.
    Breach {
        id: String,
        #[arg(long)]
        clock: String,
        #[arg(long)]
        reason: String,
    },
}

/// What can be done about a reporter's keys.
#[derive(Debug, Subcommand)]
pub enum KeyAct {
    /// Where each key came from, since when it is known, and which is used.
    List,
    /// Use this key for answers, and let its signatures count.
    Pin { fingerprint: String },
    /// Never use this key.
    Reject { fingerprint: String },
    /// Pin a key you got another way (file, or - for standard input).
    Add { file: String },
    /// Ask the key directory (WKD) of the reporter's domain; needs [keys] wkd = true.
    Lookup {
        /// Under an embargo: whose consent, and when it was given.
        #[arg(long, default_value = "")]
        consent: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// The keys of the reporter (of a report, or of a case with one).
    Key {
        id: String,
        #[command(subcommand)]
        act: KeyAct,
    },
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    Show {
        id: String,
    },
    Timeline {
        id: String,
    },
    /// Write to the reporter of a case or report.
    Message {
        id: String,
        #[arg(long)]
        text: String,
        /// It is a question: we wait for the answer.
        #[arg(long)]
        question: bool,
    },
    /// Write an internal note.
    Note {
        id: String,
        #[arg(long)]
        text: String,
    },
    /// Move the case: validate, invalidate, accept, defer, close, reopen.
    Move {
        id: String,
        to: String,
        #[arg(long, default_value = "")]
        reason: String,
        #[arg(long)]
        disposition: Option<String>,
    },
    /// Let a running clock of a case or report stand still while we wait for somebody.
    Pause {
        id: String,
        #[arg(long)]
        clock: String,
        /// What we wait for: awaiting_reporter, awaiting_upstream, awaiting_legal; the clock's definition says which it allows.
        #[arg(long)]
        cause: String,
        #[arg(long)]
        reason: String,
    },
    /// Let a paused clock run again.
    Resume {
        id: String,
        #[arg(long)]
        clock: String,
    },
    /// Give the case an owner.
    Assign {
        id: String,
        person: String,
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
    },
    /// Score a vulnerability with a CVSS vector.
    Score {
        id: String,
        vector: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        #[arg(long, default_value = "")]
        why: String,
    },
    /// Keep somebody else's CVSS vector beside ours.
    Heard {
        id: String,
        vector: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        /// Whose it is, like NVD; without it the reporter's.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
    },
    /// Decide how soon, by an SSVC table: answers like E=A U=S TI=T PSI=M.
    Priority {
        id: String,
        #[arg(required = true)]
        answers: Vec<String>,
        /// Id or key of the table; without it the team's first.
        #[arg(long, default_value = "")]
        table: String,
        #[arg(long, default_value = "V1")]
        vulnerability: String,
        #[arg(long, default_value = "")]
        why: String,
    },
    /// Record the uniqueness check.
    Unique {
        id: String,
        /// It is a duplicate of this case.
        #[arg(long)]
        duplicate_of: Option<String>,
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
        /// Only these revisions of the hardware, separated by commas.
        #[arg(long, value_delimiter = ',')]
        hardware: Vec<String>,
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
    },
    /// Record what the world shows: public_knows, exploit_public, attacks_seen. An embargo ends with the first two.
    Observe {
        id: String,
        what: String,
        /// Where, since when, who says so.
        #[arg(long)]
        evidence: String,
    },
    /// The communication plan: lines of audience:channel:language:when.
    Plan {
        id: String,
        #[arg(required = true)]
        lines: Vec<String>,
        #[arg(long)]
        approve: bool,
    },
    /// Record that there will be no advisory, and why.
    NotDisclosed {
        id: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdvisoryCommand {
    List,
    /// Begin the advisory of a case.
    New {
        case: String,
    },
    Show {
        id: String,
    },
    /// Change what is written: single fields, or all texts from a JSON file.
    Edit {
        id: String,
        /// All texts at once: {"kind":"advisory","title":{"en":…,"zh":…},"summary":…,"action":…,"credits":[…],"references":[[…]],"change":…}.
        #[arg(required_unless_present = "set", conflicts_with = "set")]
        file: Option<String>,
        /// One field, by the name it has in the editor, as often as needed: title_en="…", references="Notes | https://…",
        /// over_V1_title_zh="…" (what the case says, otherwise or translated; over_V1_title_why gives the reason).
        #[arg(long, value_name = "FIELD=TEXT", value_parser = field)]
        set: Vec<(String, String)>,
        /// Refuse when the content is no longer the one with this hash.
        #[arg(long, value_name = "HASH")]
        seen: Option<String>,
    },
    /// What is missing, and what the CSAF checks say.
    Lint {
        id: String,
    },
    /// Render it as it was published; a draft as it would be published now.
    Render {
        id: String,
        /// json is the content as it is hashed and approved.
        #[arg(long, default_value = "csaf2.0", value_parser = ["csaf2.0", "csaf2.1", "cve", "osv", "openvex", "cyclonedx", "cyclonedx1.6", "html", "txt", "json"])]
        format: String,
        /// en or zh; absent: the language of the machine document.
        #[arg(long, default_value = "", value_parser = ["", "en", "zh"], hide_possible_values = true)]
        lang: String,
    },
    /// Hand to review.
    Submit {
        id: String,
    },
    SendBack {
        id: String,
        #[arg(long)]
        reason: String,
    },
    /// Approve exactly this content; refused for anybody who wrote it.
    Approve {
        id: String,
        /// The hash that was reviewed; absent: the content as it stands.
        #[arg(long)]
        hash: Option<String>,
    },
    /// Publish an approved advisory.
    Publish {
        id: String,
        /// Only show what would be published, every file that would change, and what stands in the way.
        #[arg(long)]
        dry_run: bool,
        /// With --dry-run: write the files that would change to this folder, byte for byte, to look at them.
        #[arg(long, value_name = "DIR", requires = "dry_run")]
        write_to: Option<PathBuf>,
        /// The advisory's number, typed again.
        #[arg(long, default_value = "")]
        confirm: String,
        /// End a standing embargo with this reason.
        #[arg(long, default_value = "")]
        end_embargo: String,
    },
    /// Hand an approved advisory that is not for everybody (TLP) to those who hold an access for its level.
    Share {
        id: String,
        /// The advisory's number, typed again.
        #[arg(long, default_value = "")]
        confirm: String,
    },
    /// Take what is shared out of its feed.
    EndShare {
        id: String,
    },
    /// Begin the next version of a published advisory.
    Revise {
        id: String,
    },
    /// Drop the version in work; what is published stays.
    Discard {
        id: String,
    },
    /// Write the version that takes a published advisory back and hand it to review.
    Withdraw {
        id: String,
        #[command(flatten)]
        reason: Reason,
    },
    /// The same for one that others replace.
    Supersede {
        id: String,
        /// Number of a published advisory that says it now.
        #[arg(long, required = true)]
        by: Vec<String>,
        #[command(flatten)]
        reason: Reason,
    },
}

/// Why, for its readers: in one language at least.
#[derive(Debug, clap::Args)]
pub struct Reason {
    /// Why, in English. Public.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Why, in Chinese. Public.
    #[arg(long, default_value = "")]
    pub reason_zh: String,
}

impl Reason {
    pub fn both(self) -> wardroom_domain::disclosure::Bilingual {
        wardroom_domain::disclosure::Bilingual { en: self.reason, zh: self.reason_zh }
    }
}

#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Rows, recipients, checklist, hashes. Exit 3 while the checklist is open.
    Show { id: String },
    /// Keep the plan in a JSON file: {"release_at":"2026-12-04T02:00:00Z","zone":"Asia/Shanghai","entries":[{"audience":"customers",
    /// "channel":"mail","language":"own","offset_minutes":-4320}],"own_gates":[]}.
    Keep { id: String, file: String },
    /// Say something of a gate of the checklist.
    Gate {
        id: String,
        gate: String,
        #[arg(long, default_value = "done", value_parser = ["done", "waived", "open"])]
        to: String,
        /// A note; the reason where it is waived or opened again.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// The first of two people orders the release.
    Schedule {
        id: String,
        /// Hash of the plan that was looked at; absent: the plan as it stands.
        #[arg(long)]
        plan: Option<String>,
        /// Hash of the content that was looked at; absent: the content as it stands.
        #[arg(long)]
        content: Option<String>,
    },
    /// The second confirms it. From then on a running worker acts by itself.
    Confirm {
        id: String,
        #[arg(long)]
        plan: Option<String>,
        #[arg(long)]
        content: Option<String>,
        /// The advisory's number, typed again.
        #[arg(long, default_value = "")]
        confirm: String,
    },
    /// Take the release back; whoever was told of the instant is told so.
    CallOff {
        id: String,
        #[arg(long)]
        reason: String,
    },
    /// The embargo is broken: publish now what a second person approved, and tell everybody of the plan.
    Broken {
        id: String,
        /// Where it is to be seen, since when, who says so.
        #[arg(long)]
        evidence: String,
        /// The advisory's number, typed again.
        #[arg(long, default_value = "")]
        confirm: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum RecipientCommand {
    List,
    /// Write somebody in, or change what stands there. Prints the id.
    Keep {
        /// Of one who stands in the book; absent: somebody new.
        #[arg(long, default_value = "")]
        id: String,
        #[arg(long, value_parser = ["suppliers", "customers", "authorities"])]
        audience: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        address: String,
        #[arg(long, default_value = "en", value_parser = ["en", "zh"])]
        language: String,
        /// Agreed to secrecy: may be told before the publication.
        #[arg(long)]
        advance: bool,
        /// File with their OpenPGP public key.
        #[arg(long, value_name = "FILE")]
        key: Option<String>,
    },
    /// Take somebody out of the book.
    Remove {
        id: String,
    },
    /// Hand an access to what is shared and not public out to somebody of the book. Prints its token, once.
    HandOut {
        id: String,
        /// Level of what they may read; several are possible.
        #[arg(long, required = true, value_parser = ["green", "amber", "amber_strict"])]
        level: Vec<String>,
    },
    /// The accesses that stand.
    Accesses,
    /// Take an access back.
    Withdraw {
        /// Its id, as `accesses` names it.
        access: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum CveCommand {
    /// Reserve a CVE id for a vulnerability of a case. The worker asks the service; `cve list` shows what it gave.
    Reserve {
        case: String,
        /// V1; not needed where there is only one.
        #[arg(long, default_value = "")]
        vulnerability: String,
    },
    /// Take an id that is yours already; of GCVE, make one.
    Assign {
        case: String,
        /// CVE-2026-12345; absent: the one in the vulnerability's field.
        #[arg(default_value = "")]
        id: String,
        #[arg(long, default_value = "")]
        vulnerability: String,
        /// A GCVE id instead of a CVE id.
        #[arg(long)]
        gcve: bool,
    },
    /// Send what waits: the records follow published advisories by themselves, this tries again what the service refused.
    Publish {
        case: String,
        #[arg(long, default_value = "")]
        vulnerability: String,
    },
    /// Propose to reject the record of a published id (a second person agrees), or give one back that was never published. The reason becomes
    /// public.
    Reject {
        case: String,
        #[arg(long)]
        reason: String,
        #[arg(long, default_value = "")]
        vulnerability: String,
        #[arg(long)]
        gcve: bool,
    },
    /// Agree that the record is rejected for the reason another person proposed.
    Agree {
        case: String,
        #[arg(long, default_value = "")]
        vulnerability: String,
    },
    /// Give up what is pending or proposed: the id stays as it was before.
    Abort {
        case: String,
        #[arg(long, default_value = "")]
        vulnerability: String,
    },
    /// The identifiers of all cases.
    List {
        /// What the service holds for the organisation, with ids nobody has.
        #[arg(long)]
        service: bool,
    },
    /// How many ids are left.
    Quota,
    /// Hold the CNA rules against an advisory of yours or a CVE record in a file (- for standard input); exit 3 when one must be mended.
    Check { advisory_or_file: String },
    /// Keep the key of your user at the CVE service, sealed: from a file, or - for standard input. It is shown by nothing.
    Key { file: String },
}

#[derive(Debug, Subcommand)]
pub enum ProductCommand {
    List,
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
        /// Who makes it, where that is not you.
        #[arg(long, default_value = "")]
        vendor: String,
        /// Revisions of the hardware, separated by commas.
        #[arg(long, value_delimiter = ',')]
        hardware: Vec<String>,
        /// As on the type plate; * and ? stand for characters.
        #[arg(long)]
        model_number: Vec<String>,
        #[arg(long)]
        serial_number: Vec<String>,
        /// The number it is ordered by.
        #[arg(long)]
        sku: Vec<String>,
        /// The hash of a file of a version: "VERSION FILE ALGORITHM VALUE".
        #[arg(long)]
        hash: Vec<String>,
        /// It exists only as a service that its maker runs.
        #[arg(long)]
        hosted: bool,
    },
    Retire {
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum DupCommand {
    /// Candidates for a report, a case, or a JSON report in a file.
    Find {
        id_or_file: String,
        #[arg(long, default_value_t = 10)]
        top: usize,
    },
    /// Say how a report or case stands to a case that looks alike: different (not proposed again), related, open (taken back).
    Judge { id: String, with: String, relation: String },
    /// Take in published records to compare with: CVE records (JSON 5.x) and OSV documents, a .json or .jsonl file or a folder of them.
    Import {
        path: PathBuf,
        /// The snapshot's name; by default cve and osv, each record under its kind.
        #[arg(long)]
        name: Option<String>,
    },
    /// What reports are compared with beside cases, how much of it, and where it came from.
    Corpora,
    /// Forget an imported snapshot.
    Forget { name: String },
    /// How good the duplicate finder is, over a file of cases and a file of reports with known answers; needs no data directory.
    Eval(DupEval),
}

/// Either files, and a run on standard output (`query_id<TAB>rank<TAB>case_id<TAB>score`), or sets of a benchmark's folder, and a line of measures for each.
#[derive(Debug, Args)]
pub struct DupEval {
    /// Cases, one JSON object a line: `{id,title,text,vendor,product,component,version,cwe}`; `.zst` is unpacked.
    #[arg(long, value_name = "FILE", requires = "queries")]
    pub corpus: Option<PathBuf>,
    /// Reports in the same shape.
    #[arg(long, value_name = "FILE", requires = "corpus")]
    pub queries: Option<PathBuf>,
    /// The right answers (`query_id<TAB>case_id`, `-` is novel): measures on standard error, beside the run.
    #[arg(long, value_name = "FILE", requires = "corpus")]
    pub gold: Option<PathBuf>,
    /// A set of the benchmark's folder, like `en-10k`; `en-100k-zh` for its Chinese queries. All six if none is named.
    #[arg(long, value_name = "NAME", conflicts_with = "corpus")]
    pub set: Vec<String>,
    /// The benchmark's folder; by default `dedupe` in the folder that `WARDROOM_CORPORA` names.
    #[arg(long, value_name = "DIR", conflicts_with = "corpus")]
    pub folder: Option<PathBuf>,
    /// Candidates a query.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
    /// Stop after this stage: 1 candidates, 2 their order, 3 how sure.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub stages: u8,
}

#[derive(Debug, Subcommand)]
pub enum CvssCommand {
    /// Score vectors; - reads them from standard input, one per line.
    Score {
        #[arg(required = true)]
        vectors: Vec<String>,
    },
    /// What a vector says, metric by metric, and what other answers would give.
    Explain {
        vector: String,
        /// In Chinese.
        #[arg(long)]
        zh: bool,
    },
    /// Where two vectors of one version differ; exit 3 when they do.
    Diff { one: String, other: String },
    /// The same in another version; what that version asks and this one does not say is named.
    Convert {
        vector: String,
        /// 2.0, 3.0, 3.1 or 4.0.
        #[arg(long, value_name = "VERSION")]
        to: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum SsvcCommand {
    /// What a table says to these answers, like E=A U=S TI=T PSI=M; nothing is recorded.
    Decide {
        answers: Vec<String>,
        /// A table in SSVC's own JSON; without it the supplier's.
        #[arg(long, value_name = "FILE")]
        table: Option<PathBuf>,
    },
    /// The tables the team decides by.
    Tables,
    /// Keep a table for the team, in SSVC's own JSON.
    Keep { file: PathBuf },
    /// Take a table out of the choice.
    Retire { id: String },
}

#[derive(Debug, Subcommand)]
pub enum CsafCommand {
    /// Run the tests of CSAF 2.0 and 2.1, by the version each document says; exit 0, or 3 when any is invalid.
    Validate {
        /// Files, directories (every .json below them), or - for standard input.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// schema, basic (and the mandatory tests), extended (and the optional ones) or full (and the informative ones).
        #[arg(long, default_value = "basic")]
        preset: wardroom_check::Preset,
    },
    /// Judge a CSAF provider by the standard's requirements 1 to 20, as a program that fetches its documents sees it; exit 0, or 3 when one is not met.
    ProviderCheck {
        /// A site, its provider-metadata.json, or a folder that `wardroom publish --out` wrote.
        #[arg(value_name = "URL|DIR")]
        target: String,
        /// Fetch what has the provider's own address from here: a server behind its proxy, or on this machine.
        #[arg(long, value_name = "URL")]
        through: Option<String>,
    },
    /// Write a document of others (CSAF 2.0 or 2.1, CVE, OSV, OpenVEX) in another format. In its own format nothing is lost.
    Convert {
        /// The document, or what `--to advisory` wrote; - reads standard input.
        file: PathBuf,
        /// advisory is our model of it as JSON, with what the model does not say kept beside it.
        #[arg(long, value_parser = ["csaf2.0", "csaf2.1", "cve", "osv", "openvex", "cyclonedx", "cyclonedx1.6", "html", "txt", "advisory"])]
        to: String,
        /// The language wanted, where the document has several.
        #[arg(long, default_value = "")]
        lang: String,
        /// Web address of the advisory, for the formats that name it; absent: the document's first reference.
        #[arg(long, value_name = "URL")]
        page: Option<String>,
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
    },
}

#[derive(Debug, Subcommand)]
pub enum ReceiptCommand {
    /// Check a signed receipt without any server; exit 0, or 10 with what failed.
    Verify {
        /// The file, as it was downloaded.
        file: PathBuf,
        /// The team's OpenPGP public key from elsewhere; absent: the one in the file, whose fingerprint is printed to be compared.
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// A checkpoint of the same log that was kept elsewhere, or another receipt of it.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The proof that the longer of the two logs continues the shorter one, as downloaded; needed when they differ in length.
        #[arg(long, value_name = "FILE", requires = "checkpoint")]
        consistency: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find any changed, removed or reordered fact; exit 0 or 10.
    Verify {
        /// A signed checkpoint kept elsewhere; absent: the one in the data directory.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Print the log's newest signed checkpoint, to be kept elsewhere.
    Checkpoint,
}
