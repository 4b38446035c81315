//! Starting Chromium: chromedriver in a process group of its own, the browser in the same group, everything they write in one directory.
//!
//! Not a browser pool: each journey has its own, as each person has.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::Browser;
use super::wire::Wire;
use crate::servers::{Watch, absent, am_root, find_program, places};

const REMEDY: &str = "install the Debian packages chromium and chromium-driver";

impl Browser {
    /// Starts a browser in English. `None`: Chromium is not installed.
    pub async fn start() -> Result<Option<Self>> {
        Self::start_in("en").await
    }

    /// Starts a browser whose user prefers `language`, as in `zh-CN`.
    pub async fn start_in(language: &str) -> Result<Option<Self>> {
        let (Some(chromium), Some(driver)) = (find_program("chromium"), find_program("chromedriver")) else {
            return absent("Chromium", REMEDY);
        };
        let home = places::new_home("browser")?;
        let (watch, wire) = start_driver(&driver, &home).await?;
        let wanted = wishes(&chromium, &home, language);
        let answer = wire.post("/session", &wanted).await.context("cannot start Chromium")?;
        let session = answer.get("sessionId").and_then(Value::as_str).context("chromedriver named no session")?.to_owned();
        let browser = Self { wire, session, _watch: watch };
        browser.resize(1280, 900).await?;
        Ok(Some(browser))
    }
}

/// Starts chromedriver on a port it chooses and waits until it says which.
async fn start_driver(driver: &Path, home: &Path) -> Result<(Watch, Wire)> {
    let log = home.join("chromedriver.log");
    let mut command = Command::new(driver);
    // What Chromium puts into its home and into temporary files goes with everything else.
    command.arg("--port=0").current_dir(home).env("HOME", home).env("TMPDIR", home);
    let mut watch = Watch::over(home, "", &[], None)?;
    // Chromium stays in the group of its driver.
    watch.start(&mut command, &log)?;
    let started = Instant::now();
    loop {
        let said = fs::read_to_string(&log).unwrap_or_default();
        if let Some(port) = port_in(&said) {
            return Ok((watch, Wire { port }));
        }
        if started.elapsed() > Duration::from_secs(30) {
            bail!("chromedriver did not start: {}", said.trim());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Reads `ChromeDriver was started successfully on port 45281.`
fn port_in(said: &str) -> Option<u16> {
    let (_, after) = said.split_once("started successfully on port ")?;
    after.split_once('.')?.0.parse().ok()
}

fn wishes(chromium: &Path, home: &Path, language: &str) -> Value {
    let mut flags = vec![
        "--headless".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--no-proxy-server".to_owned(),
        // Nothing that would look for hosts outside this machine.
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--hide-scrollbars".to_owned(),
        "--force-color-profile=srgb".to_owned(),
        format!("--user-data-dir={}", home.join("profile").display()),
        format!("--lang={language}"),
    ];
    if am_root() {
        // Chromium's sandbox does not start under root.
        flags.push("--no-sandbox".to_owned());
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "acceptInsecureCerts": true,
        "unhandledPromptBehavior": "ignore",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "binary": chromium, "args": flags, "prefs": { "intl.accept_languages": language } },
    } } })
}
