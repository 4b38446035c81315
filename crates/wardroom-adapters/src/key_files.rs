//! The key files of a data directory, in its folder `keys`: made once, read at every start.
//!
//! | file | holds | secret |
//! |---|---|---|
//! | `master.key` | the master key, 64 hexadecimal digits; may lie elsewhere | yes: keep a copy apart from the data |
//! | `desk.sealed`, `log.sealed` | the desk's key and the log's signing key, sealed by the master key | no use without it |
//! | `desk.pub`, `log.pub` | their public halves, as text | no |
//!
//! Deliberately no environment: whoever calls says where the master key lies. Deliberately no overwriting: what exists is never replaced.

use crate::key_folder::{KeyFolder, read};
use std::path::{Path, PathBuf};
use thiserror::Error;
use wardroom_seal::{Chance, LogSigner, LogVerifier, MasterKey, PublicKey, Sealed, SecretKey, Zeroizing, hex};

pub(crate) const MASTER: &str = "master.key";
const DESK_SEALED: &str = "desk.sealed";
const DESK_PUBLIC: &str = "desk.pub";
const LOG_SEALED: &str = "log.sealed";
const LOG_PUBLIC: &str = "log.pub";

/// Where the master key lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MasterPlace {
    /// In the data directory, as `keys/master.key`: made if there is none.
    #[default]
    DataDirectory,
    /// In a file that somebody else keeps: a systemd credential, a mounted secret. Never made here.
    File(PathBuf),
}

/// All keys of a data directory, opened.
#[derive(Debug)]
pub struct KeyFiles {
    pub master: MasterKey,
    pub desk: SecretKey,
    pub log: LogSigner,
    /// What should be put right, in words, such as a key file that others can read.
    pub warnings: Vec<String>,
    /// The keys were made by this call: the operator should be told to keep a copy of the master key.
    pub made: bool,
}

/// What the public face needs: it can seal, and cannot open.
#[derive(Clone, Debug)]
pub struct PublicKeys {
    pub desk: PublicKey,
    pub log: LogVerifier,
}

/// Why there are no keys.
#[derive(Debug, Error)]
pub enum KeyFilesFault {
    #[error("cannot {what} {path}: {cause}")]
    Files { what: &'static str, path: PathBuf, cause: std::io::Error },
    #[error(
        "{path} is missing: bring the master key back from where its copy is kept; without it nothing that was sealed can be opened again"
    )]
    MasterMissing { path: PathBuf },
    #[error("{path} holds no master key: {cause}")]
    NotAMasterKey { path: PathBuf, cause: wardroom_seal::NotAMasterKey },
    #[error("{path} does not open with this master key: bring back the master key that belongs to this data directory")]
    OtherMaster { path: PathBuf },
    #[error(
        "{path} is missing although {witness} is there: bring it back from a backup; a new one could not open what was sealed to the old one"
    )]
    SealedMissing { path: PathBuf, witness: &'static str },
    #[error(
        "{path} does not belong to the secret key beside it: it was changed; bring it back from a backup, or remove it to have it written anew"
    )]
    PublicDiffers { path: PathBuf },
    #[error("{path} is damaged ({why}): bring it back from a backup")]
    Damaged { path: PathBuf, why: String },
    #[error("there are no keys in {path}: run `wardroom init` first")]
    NoKeys { path: PathBuf },
}

impl KeyFiles {
    /// Opens the keys of `data`, and makes them where there are none at all. `log_name` names a log made now: `psirt.example.org/log`.
    pub fn open_or_make(data: &Path, place: &MasterPlace, log_name: &str, chance: &mut dyn Chance) -> Result<KeyFiles, KeyFilesFault> {
        let folder = KeyFolder::make(data)?;
        let (master, made_master) = master(&folder, place, Some(chance))?;
        let (desk, made_desk) = desk_key(&folder, &master, Some(chance))?;
        let (log, made_log) = log_key(&folder, &master, Some((log_name, chance)))?;
        let warnings = warnings(&folder, place);
        Ok(KeyFiles { master, desk, log, warnings, made: made_master || made_desk || made_log })
    }

    /// Opens the keys of `data`; makes nothing.
    pub fn open(data: &Path, place: &MasterPlace) -> Result<KeyFiles, KeyFilesFault> {
        let folder = KeyFolder::at(data);
        if !folder.has(DESK_SEALED) && !folder.has(DESK_PUBLIC) {
            return Err(KeyFilesFault::NoKeys { path: folder.path().to_owned() });
        }
        let (master, _) = master(&folder, place, None)?;
        let (desk, _) = desk_key(&folder, &master, None)?;
        let (log, _) = log_key(&folder, &master, None)?;
        let warnings = warnings(&folder, place);
        Ok(KeyFiles { master, desk, log, warnings, made: false })
    }

    /// The public halves only: no secret file is read, so that they may be kept from this process.
    pub fn public_only(data: &Path) -> Result<PublicKeys, KeyFilesFault> {
        let folder = KeyFolder::at(data);
        match (public_desk(&folder)?, public_log(&folder)?) {
            (Some(desk), Some(log)) => Ok(PublicKeys { desk, log }),
            (None, _) | (_, None) => Err(KeyFilesFault::NoKeys { path: folder.path().to_owned() }),
        }
    }

    /// The public halves.
    pub fn public(&self) -> PublicKeys {
        PublicKeys { desk: self.desk.public(), log: self.log.verifier() }
    }
}

type MaybeChance<'c> = Option<&'c mut dyn Chance>;

fn master(folder: &KeyFolder, place: &MasterPlace, chance: Option<&mut dyn Chance>) -> Result<(MasterKey, bool), KeyFilesFault> {
    let path = place.path(folder);
    if let Some(bytes) = read(&path)? {
        let key = MasterKey::parse(&bytes).map_err(|cause| KeyFilesFault::NotAMasterKey { path, cause })?;
        return Ok((key, false));
    }
    let sealed = [DESK_SEALED, LOG_SEALED, DESK_PUBLIC].iter().any(|name| folder.has(name));
    match (place, chance) {
        (MasterPlace::DataDirectory, Some(chance)) if !sealed => {
            let key = MasterKey::make(chance);
            let text = Zeroizing::new(format!("{}\n", key.to_text().as_str()));
            folder.add(MASTER, text.as_bytes())?;
            // Somebody else may have been quicker: what lies there counts.
            let kept = read(&path)?.unwrap_or_default();
            let key = MasterKey::parse(&kept).map_err(|cause| KeyFilesFault::NotAMasterKey { path, cause })?;
            Ok((key, true))
        }
        _ => Err(KeyFilesFault::MasterMissing { path }),
    }
}

fn desk_key(folder: &KeyFolder, master: &MasterKey, chance: MaybeChance<'_>) -> Result<(SecretKey, bool), KeyFilesFault> {
    let made = make_sealed(folder, master, DESK_SEALED, DESK_PUBLIC, chance, |chance| SecretKey::make(chance).expose())?;
    let plain = open_sealed(folder, master, DESK_SEALED, DESK_PUBLIC)?;
    let desk = SecretKey::from_bytes(&plain).map_err(|fault| folder.damaged(DESK_SEALED, &fault))?;
    match public_desk(folder)? {
        Some(public) if public != desk.public() => return Err(KeyFilesFault::PublicDiffers { path: folder.file(DESK_PUBLIC) }),
        Some(_) => {}
        None => folder.add(DESK_PUBLIC, format!("{}\n", hex(&desk.public().to_bytes())).as_bytes())?,
    }
    Ok((desk, made))
}

fn log_key(folder: &KeyFolder, master: &MasterKey, naming: Option<(&str, &mut dyn Chance)>) -> Result<(LogSigner, bool), KeyFilesFault> {
    let (name, chance) = match naming {
        Some((name, chance)) => (name, Some(chance)),
        None => ("", None),
    };
    let made = make_sealed(folder, master, LOG_SEALED, LOG_PUBLIC, chance, |chance| Zeroizing::new(wardroom_seal::draw(chance)))?;
    let plain = open_sealed(folder, master, LOG_SEALED, LOG_PUBLIC)?;
    let seed = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| folder.damaged(LOG_SEALED, &"it has not 32 bytes"))?;
    let public = public_log(folder)?;
    let name = public.as_ref().map_or(name, LogVerifier::name);
    let log = LogSigner::from_seed(name, seed).map_err(|fault| folder.damaged(LOG_PUBLIC, &fault))?;
    match public {
        Some(public) if public != log.verifier() => return Err(KeyFilesFault::PublicDiffers { path: folder.file(LOG_PUBLIC) }),
        Some(_) => {}
        None => folder.add(LOG_PUBLIC, format!("{}\n", log.verifier()).as_bytes())?,
    }
    Ok((log, made))
}

/// Makes and seals a fresh secret where there is neither it nor its public half. Says whether it did.
fn make_sealed(
    folder: &KeyFolder,
    master: &MasterKey,
    name: &str,
    witness: &'static str,
    chance: MaybeChance<'_>,
    make: impl FnOnce(&mut dyn Chance) -> Zeroizing<[u8; 32]>,
) -> Result<bool, KeyFilesFault> {
    let Some(chance) = chance.filter(|_| !folder.has(name)) else { return Ok(false) };
    if folder.has(witness) {
        return Err(KeyFilesFault::SealedMissing { path: folder.file(name), witness });
    }
    let secret = make(chance);
    folder.add(name, master.seal(name, secret.as_slice(), chance).as_bytes())?;
    Ok(true)
}

fn open_sealed(folder: &KeyFolder, master: &MasterKey, name: &str, witness: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyFilesFault> {
    let path = folder.file(name);
    let Some(bytes) = read(&path)? else { return Err(KeyFilesFault::SealedMissing { path, witness }) };
    master.open(name, &Sealed::from_stored(bytes.to_vec())).map_err(|_| KeyFilesFault::OtherMaster { path })
}

fn public_desk(folder: &KeyFolder) -> Result<Option<PublicKey>, KeyFilesFault> {
    let Some(text) = read(&folder.file(DESK_PUBLIC))? else { return Ok(None) };
    let bytes = unhex(text.trim_ascii()).ok_or_else(|| folder.damaged(DESK_PUBLIC, &"it is not hexadecimal"))?;
    PublicKey::from_bytes(&bytes).map(Some).map_err(|fault| folder.damaged(DESK_PUBLIC, &fault))
}

fn public_log(folder: &KeyFolder) -> Result<Option<LogVerifier>, KeyFilesFault> {
    let Some(text) = read(&folder.file(LOG_PUBLIC))? else { return Ok(None) };
    let text = String::from_utf8_lossy(&text);
    LogVerifier::parse(&text).map(Some).map_err(|fault| folder.damaged(LOG_PUBLIC, &fault))
}

fn warnings(folder: &KeyFolder, place: &MasterPlace) -> Vec<String> {
    let path = place.path(folder);
    // Credentials that systemd lends are readable for a group: that is how it lets the service have them.
    let (forbidden, remedy) = match place {
        MasterPlace::DataDirectory => (0o077, "chmod 600"),
        MasterPlace::File(_) => (0o027, "let only wardroom read it"),
    };
    let exposed = crate::key_folder::permits(&path, forbidden);
    exposed.then(|| format!("{} can be read or changed by other users: {remedy}", path.display())).into_iter().collect()
}

impl MasterPlace {
    fn path(&self, folder: &KeyFolder) -> PathBuf {
        match self {
            MasterPlace::DataDirectory => folder.file(MASTER),
            MasterPlace::File(path) => path.clone(),
        }
    }
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let pairs = digits.chunks(2).map(|pair| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u8::from_str_radix(text, 16).ok()
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use wardroom_seal::SeededChance;

    const LOG: &str = "psirt.example.org/log";

    fn make(data: &Path, seed: u64) -> Result<KeyFiles, KeyFilesFault> {
        KeyFiles::open_or_make(data, &MasterPlace::DataDirectory, LOG, &mut SeededChance::new(seed))
    }

    fn facts(keys: &KeyFiles) -> (String, [u8; 32], String) {
        (keys.master.fingerprint(), keys.desk.public().to_bytes(), keys.log.verifier().to_string())
    }

    #[test]
    fn keys_are_made_once_and_found_again() {
        let data = tempfile::tempdir().unwrap();
        assert!(matches!(KeyFiles::open(data.path(), &MasterPlace::DataDirectory), Err(KeyFilesFault::NoKeys { .. })));
        assert!(matches!(KeyFiles::public_only(data.path()), Err(KeyFilesFault::NoKeys { .. })));
        let first = make(data.path(), 1).unwrap();
        let again = make(data.path(), 2).unwrap();
        assert_eq!((first.made, again.made), (true, false));
        assert_eq!(facts(&first), facts(&again));
        assert_eq!(facts(&first), facts(&KeyFiles::open(data.path(), &MasterPlace::DataDirectory).unwrap()));
        let public = KeyFiles::public_only(data.path()).unwrap();
        assert_eq!((public.desk, public.log), (first.desk.public(), first.log.verifier()));
        for entry in fs::read_dir(data.path().join("keys")).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
            assert!(!entry.file_name().to_string_lossy().ends_with(".new"));
        }
        assert_eq!(fs::metadata(data.path().join("keys")).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn no_secret_lies_in_the_clear_but_the_master_key() {
        let data = tempfile::tempdir().unwrap();
        let keys = make(data.path(), 1).unwrap();
        let secrets = [keys.desk.expose(), keys.log.seed()];
        for name in [DESK_SEALED, DESK_PUBLIC, LOG_SEALED, LOG_PUBLIC] {
            let bytes = fs::read(data.path().join("keys").join(name)).unwrap();
            for secret in &secrets {
                assert!(!bytes.windows(32).any(|window| window == secret.as_slice()), "{name}");
                assert!(!String::from_utf8_lossy(&bytes).contains(&hex(secret.as_slice())), "{name}");
            }
        }
    }

    #[test]
    fn what_is_missing_or_changed_is_named_and_never_made_anew_over_what_it_sealed() {
        type Expected = fn(&KeyFilesFault) -> bool;
        let cases: [(&str, Option<&[u8]>, Expected); 8] = [
            (MASTER, None, |fault| matches!(fault, KeyFilesFault::MasterMissing { .. })),
            (MASTER, Some(b"abc"), |fault| matches!(fault, KeyFilesFault::NotAMasterKey { .. })),
            (MASTER, Some(&[b'a'; 64]), |fault| matches!(fault, KeyFilesFault::OtherMaster { .. })),
            (DESK_SEALED, None, |fault| matches!(fault, KeyFilesFault::SealedMissing { .. })),
            (DESK_SEALED, Some(b"abc"), |fault| matches!(fault, KeyFilesFault::OtherMaster { .. })),
            (LOG_SEALED, None, |fault| matches!(fault, KeyFilesFault::SealedMissing { .. })),
            (DESK_PUBLIC, Some(b"zz"), |fault| matches!(fault, KeyFilesFault::Damaged { .. })),
            (DESK_PUBLIC, Some(&[b'7'; 64]), |fault| matches!(fault, KeyFilesFault::PublicDiffers { .. })),
        ];
        for (name, content, expected) in cases {
            let data = tempfile::tempdir().unwrap();
            make(data.path(), 1).unwrap();
            let path = data.path().join("keys").join(name);
            match content {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            for fault in [make(data.path(), 2).unwrap_err(), KeyFiles::open(data.path(), &MasterPlace::DataDirectory).unwrap_err()] {
                assert!(expected(&fault), "{name}: {fault}");
            }
            assert_eq!(fs::read(&path).ok().as_deref(), content, "{name} was touched");
        }
    }

    #[test]
    fn a_first_start_that_was_cut_short_is_finished_by_the_next() {
        let whole = tempfile::tempdir().unwrap();
        make(whole.path(), 1).unwrap();
        let order = [MASTER, DESK_SEALED, DESK_PUBLIC, LOG_SEALED, LOG_PUBLIC];
        for written in 0..=order.len() {
            let data = tempfile::tempdir().unwrap();
            fs::create_dir(data.path().join("keys")).unwrap();
            for name in order.iter().take(written) {
                fs::copy(whole.path().join("keys").join(name), data.path().join("keys").join(name)).unwrap();
            }
            fs::write(data.path().join("keys/desk.pub.new"), b"half").unwrap();
            let keys = make(data.path(), 2).unwrap();
            assert_eq!(facts(&keys), facts(&make(data.path(), 3).unwrap()), "after {written}");
            for name in order.iter().take(written) {
                assert_eq!(fs::read(whole.path().join("keys").join(name)).unwrap(), fs::read(data.path().join("keys").join(name)).unwrap());
            }
        }
    }

    #[test]
    fn a_master_key_kept_elsewhere_is_read_and_never_made() {
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = elsewhere.path().join("credential");
        let place = MasterPlace::File(path.clone());
        let missing = KeyFiles::open_or_make(data.path(), &place, LOG, &mut SeededChance::new(1));
        assert!(matches!(missing, Err(KeyFilesFault::MasterMissing { .. })));
        fs::write(&path, "0f".repeat(32)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        let keys = KeyFiles::open_or_make(data.path(), &place, LOG, &mut SeededChance::new(1)).unwrap();
        assert!(keys.warnings.is_empty(), "{:?}", keys.warnings);
        assert!(!data.path().join("keys").join(MASTER).exists());
        assert_eq!(facts(&keys), facts(&KeyFiles::open(data.path(), &place).unwrap()));
    }

    #[test]
    fn a_key_file_others_can_read_is_warned_of() {
        let data = tempfile::tempdir().unwrap();
        assert!(make(data.path(), 1).unwrap().warnings.is_empty());
        fs::set_permissions(data.path().join("keys").join(MASTER), fs::Permissions::from_mode(0o644)).unwrap();
        let warnings = make(data.path(), 1).unwrap().warnings;
        assert!(warnings.len() == 1 && warnings[0].contains("chmod 600"), "{warnings:?}");
    }
}
