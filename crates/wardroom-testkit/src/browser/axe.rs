//! Accessibility checks by axe-core, against WCAG 2.2 A and AA.
//!
//! Not a verdict: axe sees a minority of the criteria; the journeys check the rest. axe-core is taken from npm by the lock file in `browser-tools`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Browser;
use crate::servers::absent;

/// A rule a page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxeFinding {
    /// axe's name of the rule, such as `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule wants.
    pub help: String,
    /// CSS selectors of the places.
    pub places: Vec<String>,
}

const RUN: &str = "
    return axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then(results => results.violations.map(rule => ({
            rule: rule.id, impact: rule.impact || '', help: rule.help, places: rule.nodes.map(node => node.target.join(' ')) })));";

impl Browser {
    /// Checks the page as it stands. `None`: axe-core is not installed. The page must run JavaScript.
    pub async fn axe(&self) -> Result<Option<Vec<AxeFinding>>> {
        let tool = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("browser-tools/node_modules/axe-core/axe.min.js");
        let Ok(source) = std::fs::read_to_string(&tool) else {
            return absent("axe-core", "run npm ci in crates/wardroom-testkit/browser-tools");
        };
        self.script(&source, &[]).await.context("cannot load axe-core into the page")?;
        let found = self.script(RUN, &[]).await.context("cannot run axe-core")?;
        let findings = found.as_array().context("axe-core gave no list")?;
        Ok(Some(findings.iter().map(read).collect()))
    }
}

fn read(finding: &Value) -> AxeFinding {
    let word = |name: &str| finding.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let places = finding.get("places").and_then(Value::as_array).into_iter().flatten();
    AxeFinding {
        rule: word("rule"),
        impact: word("impact"),
        help: word("help"),
        places: places.filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}
