//! Real servers for journeys: each is started privately on loopback from its Debian package, with its own directory, and is gone when dropped.
//!
//! Deliberately not here: anything that touches the machine's own servers, their configuration, their ports or their data.
//!
//! `start` answers `Ok(None)` when the package is absent; it has then printed a line `skipped: …` that `cargo xtask test` counts. A journey begins:
//! ```no_run
//! # fn journey() -> anyhow::Result<()> {
//! use wardroom_testkit::servers::Postgres;
//! let Some(postgres) = Postgres::start()? else { return Ok(()) };
//! let url = postgres.fresh_database()?;
//! # drop(url); Ok(())
//! # }
//! ```

mod account;
mod certificate;
mod dovecot;
pub(crate) mod places;
mod postfix;
mod postgres;
mod presence;
#[cfg(test)]
mod smoke;
mod smtp_sink;
mod watch;

pub use certificate::Certificate;
pub use dovecot::{Dovecot, StoredMail};
pub use postfix::{DeliveredMail, Postfix};
pub use postgres::Postgres;
pub use presence::{absent, corpora, skipped};
pub use smtp_sink::{CapturedMail, SmtpMood, SmtpSink};

pub(crate) use account::{Account, am_root};
pub(crate) use places::free_port;
pub(crate) use presence::find_program;
pub(crate) use watch::Watch;
