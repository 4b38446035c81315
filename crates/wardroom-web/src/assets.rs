//! The style sheet, scripts and icons, inside the binary, under names that contain the hash of their content; so a
//! browser may keep them for ever. The one third-party library (OpenPGP, for encrypting in the browser) is taken from npm by
//! lock file when the program is built, and absent when it was not there.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// One file as it is served.
#[derive(Debug)]
pub struct Asset {
    /// The name in the source tree, e.g. `app.css`.
    pub name: &'static str,
    /// The address, e.g. `/assets/app.1f2e3d4c5b6a.css`.
    pub url: String,
    /// The media type.
    pub media: &'static str,
    /// The bytes.
    pub bytes: &'static [u8],
    /// `sha256-…`, for the attribute `integrity` (W3C Subresource Integrity).
    pub integrity: String,
}

const SOURCES: &[(&str, &str, &[u8])] = &[
    ("app.css", "text/css; charset=utf-8", include_bytes!("../assets/app.css")),
    ("desk.css", "text/css; charset=utf-8", include_bytes!("../assets/desk.css")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js")),
    ("form.css", "text/css; charset=utf-8", include_bytes!("../assets/form.css")),
    ("beside.css", "text/css; charset=utf-8", include_bytes!("../assets/beside.css")),
    ("reader.css", "text/css; charset=utf-8", include_bytes!("../assets/reader.css")),
    ("upload.js", "text/javascript; charset=utf-8", include_bytes!("../assets/upload.js")),
    ("encrypt.js", "text/javascript; charset=utf-8", include_bytes!("../assets/encrypt.js")),
    ("form.js", "text/javascript; charset=utf-8", include_bytes!("../assets/form.js")),
    ("alike.js", "text/javascript; charset=utf-8", include_bytes!("../assets/alike.js")),
    ("steps.js", "text/javascript; charset=utf-8", include_bytes!("../assets/steps.js")),
    ("offline.js", "text/javascript; charset=utf-8", include_bytes!("../assets/offline.js")),
    ("images.js", "text/javascript; charset=utf-8", include_bytes!("../assets/images.js")),
    ("draft.js", "text/javascript; charset=utf-8", include_bytes!("../assets/draft.js")),
    ("receipt.js", "text/javascript; charset=utf-8", include_bytes!("../assets/receipt.js")),
    ("welcome.js", "text/javascript; charset=utf-8", include_bytes!("../assets/welcome.js")),
    ("work.js", "text/javascript; charset=utf-8", include_bytes!("../assets/work.js")),
    ("passkey.js", "text/javascript; charset=utf-8", include_bytes!("../assets/passkey.js")),
    ("desk.js", "text/javascript; charset=utf-8", include_bytes!("../assets/desk.js")),
    ("editor.js", "text/javascript; charset=utf-8", include_bytes!("../assets/editor.js")),
    ("icons.svg", "image/svg+xml", include_bytes!("../assets/icons.svg")),
    ("favicon.svg", "image/svg+xml", include_bytes!("../assets/favicon.svg")),
];

/// Every asset, hashed once.
pub fn all() -> &'static [Asset] {
    static ALL: OnceLock<Vec<Asset>> = OnceLock::new();
    ALL.get_or_init(|| SOURCES.iter().map(|(name, media, bytes)| hashed(name, media, bytes)).collect())
}

fn hashed(name: &'static str, media: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = Sha256::digest(bytes);
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let integrity = format!("sha256-{}", STANDARD.encode(digest));
    Asset { name, url: format!("/assets/{stem}.{hash}.{ending}"), media, bytes, integrity }
}

/// The address of an asset by its source name. An unknown name gives an empty address, which a test forbids.
#[must_use]
pub fn url(name: &str) -> &'static str {
    all().iter().find(|asset| asset.name == name).map_or("", |asset| asset.url.as_str())
}

/// What a page says of an asset, so that a browser refuses other bytes under its name.
#[must_use]
pub fn integrity(name: &str) -> &'static str {
    all().iter().find(|asset| asset.name == name).map_or("", |asset| asset.integrity.as_str())
}

/// Handler for `GET /assets/{name}`.
pub async fn serve(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    match all().iter().find(|asset| asset.url == wanted) {
        Some(asset) => ([(header::CONTENT_TYPE, asset.media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], asset.bytes)
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

include!(concat!(env!("OUT_DIR"), "/openpgp.rs"));

/// Where the OpenPGP library is: a folder named by the hash of its main file, so that its parts find each other.
/// Empty when this program was built without it.
#[must_use]
pub fn openpgp() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let main = OPENPGP.iter().find(|(name, _)| *name == "openpgp.min.mjs");
        main.map_or_else(String::new, |(name, bytes)| {
            let hash: String = Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            format!("/assets/openpgp-{hash}/{name}")
        })
    })
}

/// Handler for `GET /assets/{folder}/{name}`: the parts of the OpenPGP library, unchanged, and its licence.
pub async fn serve_library(Path((folder, name)): Path<(String, String)>) -> Response {
    let ours = openpgp().strip_prefix("/assets/").and_then(|url| url.split('/').next()).is_some_and(|ours| ours == folder);
    let Some((name, bytes)) = OPENPGP.iter().find(|(known, _)| ours && *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media = if name.ends_with(".mjs") { "text/javascript; charset=utf-8" } else { "text/plain; charset=utf-8" };
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], *bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_content_and_the_style_sheet_keeps_its_budget() {
        for asset in all() {
            assert!(asset.url.starts_with("/assets/") && asset.url.len() > asset.name.len() + 20, "{}", asset.url);
            assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
        }
        let css = all().iter().find(|asset| asset.name == "app.css").map_or(0, |asset| asset.bytes.len());
        assert!(css <= 18 * 1024, "app.css has {css} bytes, the budget is 18 KiB");
    }

    #[test]
    fn no_style_sheet_or_script_reaches_for_another_origin() {
        for asset in all() {
            let text = String::from_utf8_lossy(asset.bytes);
            for bad in ["https://", "@import", "eval(", "innerHTML", "document.write"] {
                assert!(!text.contains(bad), "{} contains {bad}", asset.name);
            }
        }
    }
}
