//! stand-in until the adapters have theirs
use anyhow::{Context, Result, bail};
use std::path::Path;
use wardroom_seal::{Chance, LogSigner, MasterKey, PublicKey, Sealed, SecretKey, draw, hex};

pub struct KeyFiles {
    pub master: MasterKey,
    pub desk: SecretKey,
    pub log: LogSigner,
}

impl KeyFiles {
    pub fn open_or_make(dir: &Path, master: Option<&Path>, chance: &mut dyn Chance) -> Result<KeyFiles> {
        std::fs::create_dir_all(dir)?;
        let master_path = master.map_or_else(|| dir.join("master.key"), Path::to_owned);
        if !master_path.exists() {
            if dir.join("desk.sealed").exists() {
                bail!("the master key {} is missing", master_path.display());
            }
            std::fs::write(&master_path, MasterKey::make(chance).to_text().as_bytes())?;
        }
        let key = MasterKey::parse(&std::fs::read(&master_path)?)?;
        if !dir.join("desk.sealed").exists() {
            let desk = SecretKey::make(chance);
            std::fs::write(dir.join("desk.sealed"), key.seal("desk", desk.expose().as_ref(), chance).as_bytes())?;
            std::fs::write(dir.join("desk.pub"), hex(&desk.public().to_bytes()))?;
            let seed = draw::<32>(chance);
            std::fs::write(dir.join("log.sealed"), key.seal("log", &seed, chance).as_bytes())?;
        }
        KeyFiles::open(dir, master)
    }

    pub fn open(dir: &Path, master: Option<&Path>) -> Result<KeyFiles> {
        let master_path = master.map_or_else(|| dir.join("master.key"), Path::to_owned);
        let master = MasterKey::parse(&std::fs::read(&master_path).context("master key")?)?;
        let desk = master.open("desk", &Sealed::from_stored(std::fs::read(dir.join("desk.sealed"))?))?;
        let desk = SecretKey::from_bytes(&desk)?;
        let seed = master.open("log", &Sealed::from_stored(std::fs::read(dir.join("log.sealed"))?))?;
        let seed: [u8; 32] = seed.as_slice().try_into()?;
        let log = LogSigner::from_seed("wardroom", seed)?;
        Ok(KeyFiles { master, desk, log })
    }

    pub fn public_only(dir: &Path) -> Result<PublicKey> {
        let text = std::fs::read_to_string(dir.join("desk.pub"))?;
        let bytes: Vec<u8> = (0..text.trim().len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16)).collect::<Result<_, _>>()?;
        Ok(PublicKey::from_bytes(&bytes)?)
    }
}
