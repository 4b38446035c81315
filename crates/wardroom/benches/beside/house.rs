//! A house as the program makes it: `wardroom init`, then the same store, keys and use cases opened in this process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use wardroom_adapters::{KeyFiles, MasterPlace, SystemClock};
use wardroom_app::ports::clock::Clock;
use wardroom_app::public_house::{HandIn, PublicHouse};
use wardroom_app::{Addresses, Desk, House};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_seal::SystemChance;
use wardroom_store::{BLOBS_FOLDER, DATABASE_FILE, Place, SqlStore};

/// An opened data directory.
pub struct Opened {
    pub directory: PathBuf,
    pub store: Arc<SqlStore>,
    pub house: Arc<House>,
    pub desk: Desk,
    pub public: PublicHouse,
}

/// Makes a data directory with the program itself and opens it.
pub async fn found(directory: &Path) -> Result<Opened> {
    let said = Command::new(super::WARDROOM).arg("init").arg("--data").arg(directory).output().context("cannot start wardroom")?;
    if !said.status.success() {
        bail!("wardroom init: {}", String::from_utf8_lossy(&said.stderr));
    }
    open(directory).await
}

/// Opens a data directory that is there.
pub async fn open(directory: &Path) -> Result<Opened> {
    let keys = KeyFiles::open(directory, &MasterPlace::DataDirectory)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = SqlStore::open(&Place::Sqlite(directory.join(DATABASE_FILE)), &directory.join(BLOBS_FOLDER), clock.now()).await?;
    let store = Arc::new(store);
    let addresses = Addresses {
        public_url: "http://127.0.0.1:8080".to_owned(),
        desk_url: "http://127.0.0.1:8081".to_owned(),
        mail: "psirt@vendor.example".to_owned(),
        plus_addresses: false,
        gna: None,
    };
    let house = House::open(store.clone(), clock, Box::new(SystemChance::probe()?), keys.desk.public(), addresses).await?;
    let house = Arc::new(house);
    let desk = Desk::new(house.clone(), keys.desk.clone(), keys.master.clone());
    let public = PublicHouse::new(house.clone());
    Ok(Opened { directory: directory.to_owned(), store, house, desk, public })
}

/// A text of `bytes` bytes, different for every `number`.
pub fn text(number: u64, bytes: usize) -> String {
    let mut text = format!("Report {number}. The update service on TCP port 8443 of the VX-200 takes unsigned firmware. ");
    while text.len() < bytes {
        text.push_str("It answers whoever asks, checks the length of the image only, and writes what it was given. ");
    }
    text.truncate(bytes);
    text
}

/// A report as the form hands it in, answered by mail later.
pub fn report(number: u64, bytes: usize) -> HandIn {
    HandIn {
        door: Door::Form,
        kind: ReportKind::ProductVulnerability,
        language: "en".to_owned(),
        title: "Unsigned firmware is taken over the network".to_owned(),
        text: text(number, bytes),
        fields: vec![("product".to_owned(), "VX-200".to_owned())],
        sender_name: "Mara Lindqvist".to_owned(),
        sender_address: "mara@research.example".to_owned(),
        reporter_key: String::new(),
        credit: String::new(),
        attachments: Vec::new(),
        uploads: Vec::new(),
        payload: Vec::new(),
        code: None,
        idempotency: Some(format!("bench-{}-{number}", std::process::id())),
        original: None,
    }
}
