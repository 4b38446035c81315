//! The circumstances under which a page is looked at: size of the window, colours, print, with or without JavaScript.
//!
//! Not other browsers: everything here is Chromium pretending.

use anyhow::Result;
use serde_json::json;

use super::Browser;

/// What the page is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// A screen.
    Screen,
    /// Paper.
    Print,
}

/// How the person likes to see pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guise {
    /// `prefers-color-scheme: light`.
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
    /// `forced-colors: active`, the high contrast of the operating system.
    ForcedColours,
    /// `prefers-reduced-motion: reduce`.
    ReducedMotion,
}

impl Browser {
    /// Gives the page a window of this many CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Shows pages in this guise from now on; it replaces the guise before.
    pub async fn dress(&self, guise: Guise) -> Result<()> {
        let (name, value) = match guise {
            Guise::Light => ("prefers-color-scheme", "light"),
            Guise::Dark => ("prefers-color-scheme", "dark"),
            Guise::ForcedColours => ("forced-colors", "active"),
            Guise::ReducedMotion => ("prefers-reduced-motion", "reduce"),
        };
        let features = json!({ "features": [{ "name": name, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Shows pages as on a screen or as on paper.
    pub async fn show_on(&self, media: Media) -> Result<()> {
        let name = match media {
            Media::Screen => "",
            Media::Print => "print",
        };
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": name })).await?;
        Ok(())
    }

    /// Lets no page run JavaScript from the next one on. Reading, filling and clicking still work. The driver cannot tell then when the page
    /// after a click is there, so from now on what is looked for is waited for.
    pub async fn without_javascript(&self) -> Result<()> {
        self.post("timeouts", json!({ "implicit": 10_000 })).await?;
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
        Ok(())
    }

    /// Lets pages run JavaScript again from the next one on.
    pub async fn with_javascript(&self) -> Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await?;
        Ok(())
    }
}
