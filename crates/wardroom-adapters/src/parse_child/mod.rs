//! Opening hostile mail in a child process: what it breaks, it breaks there. [`ParsePool`] is the parent's side, [`run_parse_worker`] the child's.
//!
//! The child has the team's OpenPGP keys and the bytes of one mail at a time; it has no network, no files, no environment and no way to start
//! anything. Deliberately not here: what is done with a mail that could not be opened; the caller keeps its raw bytes and shows them to a person.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter;
mod keys;
mod limits_unix;
mod pool;
mod protocol;
mod running;
mod shield;
mod worker;

pub use keys::{FixedKeys, KeySource, Stamp};
pub use pool::{ParsePool, WorkerProgram};
pub use shield::Shield;
pub use worker::run_parse_worker;
#[doc(hidden)]
pub use worker::run_parse_worker_with;
