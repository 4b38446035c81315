//! One file of the tree with its headers, its ETag and its compressed form made beforehand, so that answering is a look-up.

use super::zip::{self, Pieces};
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use wardroom_web::headers;

/// A file as it is answered: plain and compressed, each with its header.
pub(crate) struct Served {
    pub(super) plain: (HeaderMap, Bytes),
    pub(super) gzip: Option<(HeaderMap, Bytes)>,
    pub(super) tag: String,
    /// The pieces the compressed form was put together from, of a large file.
    pieces: Pieces,
}

impl Served {
    pub(super) fn new(path: &str, bytes: Vec<u8>) -> Served {
        let digest = Sha256::digest(&bytes).into();
        Served::after(path, bytes, &digest, None)
    }

    /// The same of a file whose hash is known. Of a large file only what is not in the `former` one is compressed.
    pub(super) fn after(path: &str, bytes: Vec<u8>, hash: &[u8; 32], former: Option<&Served>) -> Served {
        let plain = Bytes::from(bytes);
        if plain.len() <= zip::LARGE {
            let small = (plain.len() > 512).then(|| compress(&plain)).flatten();
            return Served::of(path, plain, hash, small.map(Bytes::from), Pieces::default());
        }
        let pieces = Pieces::of(&plain, former.map(|former| (&former.plain.1, &former.pieces)));
        let whole = pieces.whole();
        Served::of(path, plain, hash, Some(whole), pieces)
    }

    /// A file that is read for this one answer.
    pub(super) fn once(path: &str, bytes: Vec<u8>, hash: &[u8; 32]) -> Served {
        Served::of(path, Bytes::from(bytes), hash, None, Pieces::default())
    }

    fn of(path: &str, bytes: Bytes, hash: &[u8; 32], small: Option<Bytes>, pieces: Pieces) -> Served {
        let tag: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let mut common = HeaderMap::new();
        common.insert(header::CONTENT_TYPE, HeaderValue::from_static(media(path)));
        common.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
        if path.ends_with(".html") {
            common.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
        } else {
            common.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            // Documents for machines may be read from anywhere, also by scripts of other sites.
            common.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            common.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        }
        headers::put(&mut common);
        let gzip = small.filter(|small| small.len() < bytes.len());
        let finish = |mut headers: HeaderMap, body: Bytes, tag: String| {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            if let Ok(value) = HeaderValue::from_str(&tag) {
                headers.insert(header::ETAG, value);
            }
            (headers, body)
        };
        let gzip = gzip.map(|small| {
            let mut headers = common.clone();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            finish(headers, small, format!("\"{tag}-gz\""))
        });
        Served { plain: finish(common, bytes, format!("\"{tag}\"")), gzip, tag, pieces }
    }
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

pub(super) fn media(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.contains(".well-known/openpgpkey/") {
        return if name == "policy" { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    }
    match (name, name.rsplit('.').next().unwrap_or_default()) {
        ("pgp-key.asc", _) => "application/pgp-keys",
        (name, _) if name.starts_with("feed-tlp-") => "application/json",
        (_, "json") if path.starts_with("feeds/") => "application/feed+json",
        (_, "html") => "text/html; charset=utf-8",
        (_, "json") => "application/json",
        (_, "atom") => "application/atom+xml; charset=utf-8",
        (_, "xml") => "application/xml; charset=utf-8",
        (_, "csv") => "text/csv; charset=utf-8",
        (_, "asc" | "sig") => "application/pgp-signature",
        (_, "css") => "text/css; charset=utf-8",
        (_, "js") => "text/javascript; charset=utf-8",
        (_, "svg") => "image/svg+xml",
        (_, "txt" | "sha256" | "sha512") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
