//! The outside world, one file each: clock, key files, key directories, SMTP, IMAP, the child process that parses hostile mail.
//! Deliberately no rules: what is sent, kept or refused is decided in the use cases; chance comes from `wardroom_seal::SystemChance`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fall"))]

pub mod bearer;
pub mod cve_services;
pub mod imap;
mod imap_line;
pub mod key_directory;
pub mod key_files;
mod key_folder;
pub mod lmtp;
pub mod mail_server;
pub mod parse_child;
pub mod resolver;
pub mod smtp;
pub mod system_clock;

pub use bearer::{RefreshedToken, TokenFile, TokenSource};
pub use cve_services::{CveServices, CveServicesFault};
pub use imap::{ImapMailbox, Settled};
pub use key_directory::WebKeyDirectory;
pub use key_files::{KeyFiles, KeyFilesFault, MasterPlace, PublicKeys};
pub use lmtp::LmtpServer;
pub use mail_server::{Login, MailServer, MailServerFault, Protection};
pub use parse_child::{FixedKeys, ParsePool, WorkerProgram, run_parse_worker};
pub use resolver::NamedResolver;
pub use smtp::{NoMailer, SmtpMailer};
pub use system_clock::SystemClock;
