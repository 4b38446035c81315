//! `wardroom receipt verify FILE`: whether a signed receipt holds, on any machine, without a server or a data directory.

use crate::exits::{Done, Exit, INTEGRITY, OK};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wardroom_adapters::SystemClock;
use wardroom_app::intake::receipt_file::{self, Kept, LARGEST, Proven};
use wardroom_app::ports::clock::Clock;

/// Files a receipt is compared with.
#[derive(Debug, Default)]
pub struct Beside {
    /// The team's OpenPGP key.
    pub key: Option<PathBuf>,
    /// A checkpoint of the log.
    pub checkpoint: Option<PathBuf>,
    /// The proof between it and the receipt's own.
    pub consistency: Option<PathBuf>,
}

/// Exit 0 with what is proved, or 10 with what failed.
pub fn verify(file: &Path, beside: &Beside, json: bool) -> Done {
    let read_some = |path: &Option<PathBuf>| path.as_deref().map(read).transpose();
    let (bytes, key) = (read(file)?, read_some(&beside.key)?);
    let checkpoint = read_some(&beside.checkpoint)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let consistency = read_some(&beside.consistency)?;
    let kept = checkpoint.as_deref().map(|checkpoint| Kept { checkpoint, consistency: consistency.as_deref() });
    match receipt_file::verify(&bytes, key.as_deref(), kept, SystemClock.now()) {
        Ok(proven) => {
            if json {
                print_json(&proven)
            } else {
                print(&proven)
            }
            Ok(OK)
        }
        Err(fault) => {
            if json {
                println!("{}", serde_json::json!({"valid": false, "what": fault.to_string()}));
            } else {
                println!("NOT VALID: {fault}");
            }
            Ok(ExitCode::from(INTEGRITY))
        }
    }
}

fn print(proven: &Proven) {
    println!("valid: bytes with SHA-256 {}\nwere received at {}", proven.sha256, proven.received_at);
    println!("as shown by the log {} ({} facts)", proven.log, proven.size);
    if let Some(size) = proven.agrees_with {
        println!("the checkpoint kept elsewhere ({size} facts) is of the same history");
    }
    match (proven.team_key.as_str(), proven.key_was_given) {
        ("", _) => println!("no OpenPGP key signed it: ask for the receipt again"),
        (key, true) => println!("signed by the given OpenPGP key {key}"),
        (key, false) => println!("signed by the OpenPGP key {key}: compare it with what the team publishes, or give the key with --key"),
    }
}

fn print_json(proven: &Proven) {
    let object = serde_json::json!({
        "valid": true, "received_at": proven.received_at, "sha256": proven.sha256, "log": proven.log, "size": proven.size,
        "team_key": proven.team_key, "key_was_given": proven.key_was_given, "agrees_with": proven.agrees_with,
    });
    println!("{object}");
}

fn read(path: &Path) -> Result<Vec<u8>, Exit> {
    let open = std::fs::File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(LARGEST as u64 * 8).read_to_end(&mut bytes).map(|_| bytes)
    });
    open.map_err(|error| Exit::new(1, format!("cannot read {}: {error}", path.display())))
}
