//! Finding things on a page by CSS selector and doing with them what a person does.
//!
//! Not forgiving: a selector that fits nothing is an error that names it. Where several things fit, the first is meant.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Browser, text_of};

/// The key under which WebDriver passes an element about.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longer than a page of ours may take to show something.
const PATIENCE: Duration = Duration::from_secs(10);

const A_MOMENT: Duration = Duration::from_millis(100);

impl Browser {
    /// How many things fit the selector.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.find_all(css).await?.len())
    }

    /// The visible text of the first thing that fits.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.read(css, "text").await
    }

    async fn read(&self, css: &str, what: &str) -> Result<String> {
        text_of(self.ask(css, what).await?)
    }

    /// Something of the first thing that fits.
    async fn ask(&self, css: &str, what: &str) -> Result<Value> {
        self.on(css, what, None).await
    }

    /// Does something with the first thing that fits.
    async fn act(&self, css: &str, what: &str, with: Value) -> Result<()> {
        self.on(css, what, Some(with)).await.map(drop)
    }

    /// Asks (without a body) or does something; again when the page it stood on went before it was done.
    async fn on(&self, css: &str, what: &str, with: Option<Value>) -> Result<Value> {
        let mut tries = 0;
        loop {
            let path = format!("element/{}/{what}", self.find(css).await?);
            let answer = match &with {
                Some(body) => self.post(&path, body.clone()).await,
                None => self.get(&path).await,
            };
            match answer {
                Err(gone) if tries < 20 && is_stale(&gone) => tries += 1,
                answer => return answer,
            }
            tokio::time::sleep(A_MOMENT).await;
        }
    }

    /// The visible texts of everything that fits.
    pub async fn texts(&self, css: &str) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.find_all(css).await? {
            texts.push(text_of(self.get(&format!("element/{element}/text")).await?)?);
        }
        Ok(texts)
    }

    /// An attribute as it stands in the HTML; `None` where there is none.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<Option<String>> {
        let value = self.ask(css, &format!("attribute/{name}")).await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// What a field holds now.
    pub async fn value(&self, css: &str) -> Result<String> {
        self.read(css, "property/value").await
    }

    /// Whether a person would see it.
    pub async fn is_visible(&self, css: &str) -> Result<bool> {
        let shown = self.ask(css, "displayed").await?;
        shown.as_bool().context("the browser did not say whether it is visible")
    }

    /// Empties a field and types into it.
    pub async fn fill(&self, css: &str, words: &str) -> Result<()> {
        self.act(css, "clear", json!({})).await.with_context(|| format!("cannot clear {css}"))?;
        self.type_into(css, words).await.with_context(|| format!("cannot fill {css}"))
    }

    /// Chooses the option with this `value` of a `select`.
    pub async fn choose(&self, css: &str, value: &str) -> Result<()> {
        self.click(&format!("{css} option[value=\"{value}\"]")).await
    }

    /// Hands a file to a file field.
    pub async fn attach(&self, css: &str, path: &Path) -> Result<()> {
        let path = path.to_str().context("a file name that is not UTF-8")?;
        self.type_into(css, path).await.with_context(|| format!("cannot attach to {css}"))
    }

    /// Clicks, and waits for the page it leads to, if it leads to one.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.act(css, "click", json!({})).await.with_context(|| format!("cannot click {css}"))
    }

    /// Presses a key on whatever has the focus: a character, or `Enter`, `Tab`, `Shift+Tab`, `Escape`, `ArrowDown`, `ArrowUp`.
    pub async fn press(&self, key: &str) -> Result<()> {
        let (shift, key) = key.strip_prefix("Shift+").map_or((false, key), |rest| (true, rest));
        let code = key_code(key)?;
        let stroke = [json!({ "type": "keyDown", "value": code }), json!({ "type": "keyUp", "value": code })];
        let mut actions = stroke.to_vec();
        if shift {
            actions.insert(0, json!({ "type": "keyDown", "value": SHIFT }));
            actions.push(json!({ "type": "keyUp", "value": SHIFT }));
        }
        self.post("actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] })).await?;
        Ok(())
    }

    /// The `id` of what has the focus, or its tag name where it has none.
    pub async fn focus(&self) -> Result<String> {
        let script = "const it = document.activeElement; return it.id || it.tagName.toLowerCase();";
        text_of(self.script(script, &[]).await?)
    }

    /// Waits until something fits the selector.
    pub async fn wait_for(&self, css: &str) -> Result<()> {
        let appeared = async {
            while self.count(css).await? == 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        };
        let waited = tokio::time::timeout(PATIENCE, appeared).await;
        waited.with_context(|| format!("nothing on the page fits {css} after {PATIENCE:?}"))?
    }

    pub(super) async fn find(&self, css: &str) -> Result<String> {
        let wanted = json!({ "using": "css selector", "value": css });
        let found = self.post("element", wanted).await.with_context(|| format!("nothing on the page fits {css}"))?;
        id_of(&found)
    }

    async fn find_all(&self, css: &str) -> Result<Vec<String>> {
        let found = self.post("elements", json!({ "using": "css selector", "value": css })).await?;
        found.as_array().context("the browser gave no list")?.iter().map(id_of).collect()
    }

    async fn type_into(&self, css: &str, words: &str) -> Result<()> {
        self.act(css, "value", json!({ "text": words })).await
    }
}

/// The element's page was replaced by another between finding it and using it.
fn is_stale(trouble: &anyhow::Error) -> bool {
    format!("{trouble:#}").contains("stale element")
}

fn id_of(element: &Value) -> Result<String> {
    element.get(ELEMENT).and_then(Value::as_str).map(str::to_owned).context("the browser gave no element")
}

const SHIFT: &str = "\u{e008}";

/// The code points WebDriver gives to keys that write nothing.
fn key_code(name: &str) -> Result<String> {
    let code = match name {
        "Enter" => "\u{e007}",
        "Tab" => "\u{e004}",
        "Escape" => "\u{e00c}",
        "ArrowDown" => "\u{e015}",
        "ArrowUp" => "\u{e013}",
        character if character.chars().count() == 1 => character,
        _ => bail!("there is no key {name}"),
    };
    Ok(code.to_owned())
}
