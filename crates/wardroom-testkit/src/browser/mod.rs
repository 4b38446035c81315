//! A real browser for journeys: headless Chromium, driven over WebDriver, with a fresh profile each time.
//!
//! Deliberately small: what our pages need and no more. Not for scraping, and not for pages of other people: it reaches nothing but this machine.
//!
//! ```no_run
//! # async fn journey() -> anyhow::Result<()> {
//! use wardroom_testkit::browser::Browser;
//! let Some(browser) = Browser::start().await? else { return Ok(()) };
//! browser.open("http://127.0.0.1:8080/report").await?;
//! browser.fill("#title", "Overflow in the parser").await?;
//! browser.click("button[type=submit]").await?;
//! assert!(browser.text("main").await?.contains("R-2026-0001"));
//! # Ok(())
//! # }
//! ```

mod axe;
mod elements;
mod guise;
mod passkey;
#[cfg(test)]
mod smoke;
mod start;
mod wire;

pub use axe::AxeFinding;
pub use guise::{Guise, Media};
pub use passkey::Passkeys;

use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::servers::Watch;
use wire::Wire;

/// A running browser with one page; it ends when dropped.
#[derive(Debug)]
pub struct Browser {
    wire: Wire,
    session: String,
    _watch: Watch,
}

impl Browser {
    /// Goes to an address and waits until the page is loaded.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.post("url", json!({ "url": url })).await.with_context(|| format!("cannot open {url}"))?;
        Ok(())
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        self.post("refresh", json!({})).await?;
        Ok(())
    }

    /// Goes back one page.
    pub async fn back(&self) -> Result<()> {
        self.post("back", json!({})).await?;
        Ok(())
    }

    /// The address of the page.
    pub async fn url(&self) -> Result<String> {
        text_of(self.get("url").await?)
    }

    /// The title of the page.
    pub async fn title(&self) -> Result<String> {
        text_of(self.get("title").await?)
    }

    /// The page as HTML, as it stands now.
    pub async fn html(&self) -> Result<String> {
        text_of(self.get("source").await?)
    }

    /// Runs JavaScript as the body of a function in the page; `arguments[0]…` are the arguments. The page's own policy does not bind it.
    pub async fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.post("execute/sync", json!({ "script": body, "args": arguments })).await
    }

    /// What the page has printed on its console since the last call, such as violations of its content security policy.
    pub async fn console(&self) -> Result<Vec<String>> {
        let log = self.post("se/log", json!({ "type": "browser" })).await?;
        let entries = log.as_array().context("the browser gave no log")?;
        let line = |entry: &Value| {
            let word = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{} {}", word("level"), word("message"))
        };
        Ok(entries.iter().map(line).collect())
    }

    /// Forgets all cookies of the page's site.
    pub async fn forget_cookies(&self) -> Result<()> {
        self.wire.delete(&self.path("cookie")).await?;
        Ok(())
    }

    /// A cookie of the page's site, also one that scripts cannot see.
    pub async fn cookie(&self, name: &str) -> Result<Option<String>> {
        let all = self.get("cookie").await?;
        let cookies = all.as_array().context("the browser gave no cookies")?;
        let wanted = cookies.iter().find(|cookie| cookie.get("name").and_then(Value::as_str) == Some(name));
        Ok(wanted.and_then(|cookie| cookie.get("value")).and_then(Value::as_str).map(str::to_owned))
    }

    /// Answers an open alert or confirmation with OK and returns its words.
    pub async fn accept_dialog(&self) -> Result<String> {
        let words = text_of(self.get("alert/text").await?)?;
        self.post("alert/accept", json!({})).await?;
        Ok(words)
    }

    /// Saves the whole page, not only the part in sight, as a PNG file `width` CSS pixels wide and at least `height` high. The browser keeps that size.
    pub async fn screenshot(&self, path: &Path, width: u32, height: u32) -> Result<()> {
        self.resize(width, height).await?;
        let parameters = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.devtools("Page.captureScreenshot", parameters).await?;
        let encoded = picture.get("data").and_then(Value::as_str).context("the browser gave no picture")?;
        let bytes = STANDARD.decode(encoded).context("cannot decode the picture")?;
        std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Saves the page as it would be printed, as a PDF file.
    pub async fn print(&self, path: &Path) -> Result<()> {
        let encoded = text_of(self.post("print", json!({ "background": true })).await?)?;
        let bytes = STANDARD.decode(encoded).context("cannot decode the print")?;
        std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    /// A command of the DevTools protocol, for what WebDriver has no word for.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn get(&self, command: &str) -> Result<Value> {
        self.wire.get(&self.path(command)).await
    }

    async fn post(&self, command: &str, body: Value) -> Result<Value> {
        self.wire.post(&self.path(command), &body).await
    }

    fn path(&self, command: &str) -> String {
        format!("/session/{}/{command}", self.session)
    }
}

fn text_of(value: Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("the browser answered {value} where words were expected"))
}
