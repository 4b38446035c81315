//! Operating a data directory: verify, audit, rebuild, backup, restore, doctor, publish.

use crate::cli::DataArgs;
use crate::data::{self, Opened};
use crate::exits::{Done, Exit, FINDINGS, INTEGRITY, OK};
use std::path::Path;
use std::process::ExitCode;
use wardroom_app::disclosure::tree;
use wardroom_app::ports::store::Store;
use wardroom_domain::disclosure::Level;
use wardroom_seal::verify_checkpoint;
use wardroom_store::BLOBS_FOLDER;

/// Every invariant of stored data; exit 10 when one is broken.
pub async fn verify(args: &DataArgs, json: bool) -> Done {
    let opened = data::open(args).await?;
    let mut findings = opened.desk.verify().await?;
    let audit = audit(&opened, None).await?;
    if let Some(broken) = audit.broken {
        findings.broken.push(("audit".to_owned(), format!("fact {}: {}", broken.seq, broken.what)));
    }
    if json {
        println!("{}", serde_json::to_string(&findings).unwrap_or_default());
    } else {
        findings.looked_at.iter().for_each(|(what, count)| println!("{what}: {count} looked at"));
        findings.broken.iter().for_each(|(check, sentence)| println!("BROKEN {check}: {sentence}"));
        println!(
            "{}",
            if findings.broken.is_empty() { "ok" } else { "broken: restore from a backup and keep this directory for the investigation" }
        );
    }
    Ok(if findings.broken.is_empty() { OK } else { ExitCode::from(INTEGRITY) })
}

async fn audit(opened: &Opened, kept: Option<&Path>) -> Result<wardroom_store::Audit, Exit> {
    let usual = opened.directory.join("audit").join("checkpoint");
    let mut checkpoints = Vec::new();
    let file = match kept {
        Some(file) => Some(file.to_owned()),
        None => usual.exists().then_some(usual),
    };
    if let Some(file) = file {
        let text =
            std::fs::read_to_string(&file).map_err(|error| Exit::new(1, format!("cannot read checkpoint {}: {error}", file.display())))?;
        let checkpoint = verify_checkpoint(&text, &opened.verifier())
            .map_err(|fault| Exit::new(INTEGRITY, format!("checkpoint {}: {fault}", file.display())))?;
        checkpoints.push(checkpoint);
    }
    opened.store.audit_verify(&checkpoints).await.map_err(|trouble| Exit::new(1, trouble.to_string()))
}

/// Exit 0, or 10 with the first bad fact.
pub async fn audit_verify(args: &DataArgs, checkpoint: Option<&Path>, json: bool) -> Done {
    let opened = data::open(args).await?;
    let audit = audit(&opened, checkpoint).await?;
    let root = wardroom_seal::hex(&audit.root);
    match &audit.broken {
        None if json => println!("{}", serde_json::json!({"valid": true, "size": audit.size, "root": root})),
        None => println!("ok: {} facts, root {root}", audit.size),
        Some(broken) if json => {
            println!("{}", serde_json::json!({"valid": false, "first_bad": broken.seq, "what": broken.what}));
        }
        Some(broken) => println!("BROKEN at fact {}: {}", broken.seq, broken.what),
    }
    Ok(if audit.broken.is_none() { OK } else { ExitCode::from(INTEGRITY) })
}

pub async fn checkpoint(args: &DataArgs) -> Done {
    let opened = data::open(args).await?;
    print!("{}", opened.write_checkpoint().await?);
    Ok(OK)
}

pub async fn rebuild(args: &DataArgs) -> Done {
    let opened = data::open(args).await?;
    let facts = opened.store.rebuild().await?;
    println!("every projection computed again from {facts} facts");
    Ok(OK)
}

pub async fn migrate(args: &DataArgs) -> Done {
    data::open(args).await?;
    println!("the schema is up to date");
    Ok(OK)
}

/// Database, blobs and sealed key files; not the master key, without which none of it opens.
pub async fn backup(args: &DataArgs, to: &Path) -> Done {
    let opened = data::open(args).await?;
    opened.store.backup(to).await?;
    let keys = to.join("keys");
    std::fs::create_dir_all(&keys)?;
    for entry in std::fs::read_dir(opened.directory.join("keys"))? {
        let entry = entry?;
        if entry.file_name() != "master.key" && entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), keys.join(entry.file_name()))?;
        }
    }
    let text = opened.write_checkpoint().await?;
    std::fs::create_dir_all(to.join("audit"))?;
    std::fs::write(to.join("audit").join("checkpoint"), text)?;
    let config = opened.directory.join("wardroom.toml");
    if config.exists() {
        std::fs::copy(&config, to.join("wardroom.toml"))?;
    }
    println!("backed up to {}", to.display());
    eprintln!(
        "The master key is NOT in the backup: keep a copy of keys/master.key in another place. Without it the backup cannot be read."
    );
    Ok(OK)
}

/// A data directory from a backup and the master key. Refuses to touch a directory that holds something.
pub async fn restore(args: &DataArgs, from: &Path, master_key: &Path) -> Done {
    let to = &args.directory();
    if to.exists() && std::fs::read_dir(to)?.next().is_some() {
        return Err(Exit::new(1, format!("{} is not empty: restore into an absent or empty directory", to.display())));
    }
    if !from.join("keys").is_dir() {
        return Err(Exit::new(1, format!("{} is no backup of Wardroom: it has no keys folder", from.display())));
    }
    copy_tree(from, to)?;
    let key = to.join("keys").join("master.key");
    std::fs::copy(master_key, &key)
        .map_err(|error| Exit::new(1, format!("cannot read the master key {}: {error}", master_key.display())))?;
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    std::fs::create_dir_all(to.join(BLOBS_FOLDER))?;
    let opened = data::open(args).await?;
    let audit = audit(&opened, None).await?;
    if let Some(broken) = audit.broken {
        return Err(Exit::new(INTEGRITY, format!("the restored log is broken at fact {}: {}", broken.seq, broken.what)));
    }
    println!("restored {} facts to {}; check it with `wardroom verify` before serving", audit.size, to.display());
    Ok(OK)
}

fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The whole public tree as static files.
pub async fn publish(args: &DataArgs, out: &Path, base_url: Option<&str>, guarded: Option<&Path>) -> Done {
    if let Some(folder) = guarded {
        apart(out, folder)?;
    }
    let opened = data::open(args).await?;
    let laid = tree::export(&opened.desk, &data::pages(), out, base_url).await?;
    println!("{}: {} files written, {} removed", out.display(), laid.written.len(), laid.removed.len());
    laid.troubles.iter().for_each(|trouble| eprintln!("not made: {trouble}"));
    if let Some(folder) = guarded {
        let count = write_guarded(&opened, folder).await?;
        println!(
            "{}: {count} files that are not for everybody: serve them to those who may read them, and to nobody else",
            folder.display()
        );
    }
    Ok(if laid.troubles.is_empty() { OK } else { ExitCode::from(FINDINGS) })
}

/// What is not for everybody never lies inside of what is, nor around it.
fn apart(out: &Path, guarded: &Path) -> Result<(), Exit> {
    let whole = |path: &Path| std::path::absolute(path).map(|path| std::fs::canonicalize(&path).unwrap_or(path));
    let (out, guarded) = (whole(out), whole(guarded));
    match (out, guarded) {
        (Ok(out), Ok(guarded)) if !guarded.starts_with(&out) && !out.starts_with(&guarded) => Ok(()),
        _ => Err(Exit::new(2, "--guarded must be another folder than --out, neither inside of the other")),
    }
}

/// The files of the guarded levels as they are now; folders are for their owner alone, and what is shared no longer is removed.
async fn write_guarded(opened: &data::Opened, folder: &Path) -> Result<usize, Exit> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let failed = |what: &Path, error: std::io::Error| Exit::new(1, format!("{}: {error}", what.display()));
    let mut count = 0;
    for level in Level::GUARDED {
        let below = folder.join(".well-known/csaf").join(level.folder());
        match std::fs::remove_dir_all(&below) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&below, error)),
            _ => {}
        }
        for (path, bytes) in opened.desk.shared_files(level).await? {
            let file = folder.join(path);
            if let Some(parent) = file.parent() {
                std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(|error| failed(parent, error))?;
            }
            let mut options = std::fs::OpenOptions::new();
            let opened = options.write(true).create(true).truncate(true).mode(0o600).open(&file);
            opened.and_then(|mut opened| std::io::Write::write_all(&mut opened, &bytes)).map_err(|error| failed(&file, error))?;
            count += 1;
        }
    }
    Ok(count)
}
