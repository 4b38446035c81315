//! The public tree in memory: every file with its headers, its ETag and its compressed form made beforehand, so that
//! answering is a look-up. Nothing in it was ever secret. It is replaced as a whole; a reader sees the old or the new.
//! Not a publisher: who fills it is the binary's business.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_web::{Lang, Tongue, headers};

/// The place where the present tree is kept; clone the `Arc` around it.
pub struct Tree(RwLock<Arc<Snapshot>>);

/// One state of the public tree, and the world it was made from.
pub struct Snapshot {
    /// What the dynamic pages (filter, check, policy's form) are made from.
    pub world: Arc<PublicWorld>,
    files: HashMap<String, Served>,
}

struct Served {
    plain: (HeaderMap, Bytes),
    gzip: Option<(HeaderMap, Bytes)>,
    tag: String,
}

impl Tree {
    /// A tree that serves `snapshot`.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(snapshot))))
    }

    /// Serves `snapshot` from now on; requests under way finish with what they have.
    pub fn replace(&self, snapshot: Snapshot) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// What is served now.
    #[must_use]
    pub fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Snapshot {
    /// From the world and its files by path (`index.html`, `.well-known/security.txt`, …).
    #[must_use]
    pub fn new(world: Arc<PublicWorld>, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.clone(), served(&path, bytes))).collect();
        Self { world, files }
    }

    /// The bytes of one file.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&Bytes> {
        self.files.get(path).map(|file| &file.plain.1)
    }

    /// The file an address means, in the visitor's language when there are two.
    fn find(&self, uri: &Uri, wish: impl FnOnce() -> Lang) -> Option<&Served> {
        let path = uri.path().trim_start_matches('/');
        let path = match path {
            "" => "index.html",
            "policy" => "policy.html",
            "thanks" => "thanks.html",
            "pgp" => "pgp.html",
            "advisories" | "advisories/" => "advisories/index.html",
            other => other,
        };
        let name = match path.strip_prefix("advisories/") {
            Some(id) if !id.contains('.') && !id.contains('/') => format!("{path}.html"),
            _ => path.to_owned(),
        };
        let zh = name.strip_suffix(".html").filter(|stem| !stem.ends_with(".zh")).map(|stem| format!("{stem}.zh.html"));
        zh.and_then(|zh| self.files.get(&zh).filter(|_| wish() == Lang::Zh)).or_else(|| self.files.get(&name))
    }
}

fn served(path: &str, bytes: Vec<u8>) -> Served {
    let digest = Sha256::digest(&bytes);
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
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
    let gzip = (bytes.len() > 512).then(|| compress(&bytes)).flatten().filter(|small| small.len() < bytes.len());
    let finish = |mut headers: HeaderMap, body: Vec<u8>, tag: String| {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Ok(value) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, value);
        }
        (headers, Bytes::from(body))
    };
    let gzip = gzip.map(|small| {
        let mut headers = common.clone();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        finish(headers, small, format!("\"{tag}-gz\""))
    });
    Served { plain: finish(common, bytes, format!("\"{tag}\"")), gzip, tag }
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn media(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.contains(".well-known/openpgpkey/") {
        return if name == "policy" { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    }
    match (name, name.rsplit('.').next().unwrap_or_default()) {
        ("pgp-key.asc", _) => "application/pgp-keys",
        (name, _) if name.starts_with("feed-tlp-") => "application/json",
        ("advisories.json", _) => "application/feed+json",
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

/// Middleware, outermost: answers what is in the tree, hands on the rest. A list with a filter is not in the tree.
pub async fn first(State(tree): State<Arc<Tree>>, request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading || is_filtered(request.uri()) {
        return next.run(request).await;
    }
    let snapshot = tree.now();
    let wish = || Tongue::of(request.uri(), request.headers()).lang;
    match snapshot.find(request.uri(), wish) {
        Some(file) => {
            let mut response = answer(file, request.method(), request.headers());
            remember(&mut response, request.uri());
            response
        }
        None => next.run(request).await,
    }
}

/// A language named in the address is remembered here as on every other page.
fn remember(response: &mut Response, uri: &Uri) {
    let Some(query) = uri.query() else { return };
    let named = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::from_tag);
    if let Some(lang) = named {
        wardroom_web::tongue::set_cookie(response, &format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code()));
    }
}

fn is_filtered(uri: &Uri) -> bool {
    let filter = |pair: &str| pair.split_once('=').is_some_and(|(key, value)| matches!(key, "q" | "severity") && !value.is_empty());
    uri.path().trim_end_matches('/') == "/advisories" && uri.query().is_some_and(|query| query.split('&').any(filter))
}

fn answer(file: &Served, method: &Method, asked: &HeaderMap) -> Response {
    let text = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let zipped = text(header::ACCEPT_ENCODING).is_some_and(accepts_gzip);
    let (headers, body) = file.gzip.as_ref().filter(|_| zipped).unwrap_or(&file.plain);
    let mut response = Response::new(Body::empty());
    *response.headers_mut() = headers.clone();
    if text(header::IF_NONE_MATCH).is_some_and(|known| known == "*" || known.contains(&file.tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().remove(header::CONTENT_ENCODING);
    } else if method != Method::HEAD {
        *response.body_mut() = Body::from(body.clone());
    }
    response
}

fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "*")) && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The HTML files of the public tree, both languages: `index.html`, `index.zh.html`, … and the assets they use.
#[must_use]
pub fn pages(world: &PublicWorld) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for lang in Lang::ALL {
        let mut put = |stem: &str, text: String| files.push((file_name(stem, lang), text.into_bytes()));
        put("index", crate::home::render_index(world, lang));
        put("policy", crate::policy::render_policy(world, lang));
        put("advisories/index", crate::advisories::render_list(world, lang));
        put("thanks", crate::thanks::render_thanks(world, lang));
        put("pgp", crate::pgp::render_pgp(world, lang));
        for advisory in &world.advisories {
            if let Some(text) = crate::advisories::render_advisory(world, advisory, lang) {
                put(&format!("advisories/{}", advisory.number), text);
            }
        }
    }
    for asset in wardroom_web::assets::all() {
        files.push((asset.url.trim_start_matches('/').to_owned(), asset.bytes.to_vec()));
    }
    files
}

fn file_name(stem: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{stem}.html"),
        Lang::Zh => format!("{stem}.zh.html"),
    }
}

/// The address of the other language's file, with the wish in it, so that a server of ours remembers it.
pub(crate) fn switch(stem: &str, lang: Lang) -> String {
    format!("/{}?lang={}", file_name(stem, lang.other()), lang.other().code())
}

/// A page as text. Our templates hold only values whose `Display` cannot fail, so an error here is a bug of ours; it
/// is logged, and the file says so rather than being half a page.
pub(crate) fn text_of<T: Template>(page: &T) -> String {
    page.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page of the public tree could not be rendered");
        String::from("<!doctype html><title>500</title>")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_read_as_they_are_meant() {
        for (text, expected) in
            [("gzip, br", true), ("br;q=1.0, gzip;q=0.8", true), ("*", true), ("gzip;q=0", false), ("br", false), ("", false)]
        {
            assert_eq!(accepts_gzip(text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_has_its_media_type() {
        assert_eq!(media("pgp-key.asc"), "application/pgp-keys");
        assert_eq!(media(".well-known/csaf/white/2026/x.json.asc"), "application/pgp-signature");
        assert_eq!(media(".well-known/security.txt"), "text/plain; charset=utf-8");
        assert_eq!(media("feeds/advisories.json"), "application/feed+json");
        assert_eq!(media(".well-known/openpgpkey/hu/abc"), "application/octet-stream");
    }

    #[test]
    fn only_a_filled_filter_leaves_the_tree() {
        for (uri, expected) in [
            ("/advisories", false),
            ("/advisories?q=", false),
            ("/advisories?q=radar&lang=zh", true),
            ("/advisories/?severity=high", true),
            ("/policy?q=x", false),
        ] {
            assert_eq!(is_filtered(&uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
