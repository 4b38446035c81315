//! The public tree as it is served: files in memory with everything made beforehand, so that answering is a look-up; of a tree that is too large
//! for that, the newest, the rest from the folder. Nothing in it was ever secret. It is replaced as a whole; a reader sees the old or the new.
//! Not a publisher: who fills it is the binary's business.

pub(crate) mod guarded;
pub(crate) mod listing;
mod pages;
mod served;
mod zip;

pub(crate) use served::Served;

pub use pages::Pages;
pub(crate) use pages::{feed_end, file_name, switch, text_of};

use crate::advisories::filter::Filter;
use crate::advisories::shelf::Shelf;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use wardroom_app::disclosure::tree::{self, PublicWorld, Seen};
use wardroom_app::ports::store::StoreTrouble;
use wardroom_web::{Lang, Tongue};

/// The place where the present tree is kept; clone the `Arc` around it.
pub struct Tree(RwLock<Arc<Snapshot>>);

/// One state of the public tree, and the world it was made from.
pub struct Snapshot {
    /// What the dynamic pages (filter, check, policy's form) are made from.
    pub world: Arc<PublicWorld>,
    /// The same as it is searched.
    pub(crate) shelf: Arc<Shelf>,
    /// Pages and feeds of filters, drawn since this state began.
    drawn: Mutex<HashMap<String, Arc<Served>>>,
    /// Files as they were a while ago, and what became another since: a publication among many costs what it changes.
    base: Arc<HashMap<String, Entry>>,
    over: HashMap<String, Option<Entry>>,
    /// Where files that are not held lie.
    folder: Option<PathBuf>,
    /// Bytes held.
    held: u64,
}

#[derive(Clone)]
enum Entry {
    /// In memory.
    Held(Arc<Served>),
    /// In the folder: read when somebody asks for it.
    Lies([u8; 32]),
}

/// Bytes that are held in memory; of a larger tree, what is newest is.
const HOLD: u64 = 64 << 20;
/// Files that became others before `base` is put together anew.
const OVER: usize = 4_096;
/// Pages of filters that are kept.
const DRAWN: usize = 500;
/// How long an answer waits for a file that is being written.
const WAIT: Duration = Duration::from_millis(50);
const WAITS: u32 = 40;

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

    /// The file as it is answered. One that lies in the folder and was just written anew belongs to a state that is served in a moment.
    async fn open(&self, path: &str) -> Option<Arc<Served>> {
        for wait in 0..WAITS {
            let snapshot = self.now();
            let (hash, file) = match snapshot.entry(path)? {
                Entry::Held(served) => return Some(served.clone()),
                Entry::Lies(hash) => (*hash, snapshot.folder.as_ref()?.join(path)),
            };
            let read =
                tokio::task::spawn_blocking(move || std::fs::read(file).ok().filter(|bytes| Sha256::digest(bytes).as_slice() == hash));
            if let Ok(Some(bytes)) = read.await {
                return Some(Arc::new(Served::once(path, bytes, &hash)));
            }
            if wait + 1 < WAITS {
                tokio::time::sleep(WAIT).await;
            }
        }
        tracing::error!(
            path,
            "a file of the public tree is not what was written there: the worker writes it again within the hour, or at once with `wardroom publish`"
        );
        None
    }
}

impl Snapshot {
    /// From the world and its files by path (`index.html`, `.well-known/security.txt`, …), all in memory.
    #[must_use]
    pub fn new(world: Arc<PublicWorld>, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let held = |(path, bytes): (String, Vec<u8>)| (path.clone(), Entry::Held(Arc::new(Served::new(&path, bytes))));
        let shelf = Arc::new(Shelf::of(&world, &Shelf::default()));
        let base = Arc::new(files.into_iter().map(held).collect());
        Self { world, shelf, drawn: Mutex::default(), base, over: HashMap::new(), folder: None, held: 0 }
    }

    /// Nothing yet: the state before the first.
    #[must_use]
    pub fn empty(world: Arc<PublicWorld>, folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..Self::new(world, Vec::new()) }
    }

    /// The state after this one.
    ///
    /// # Errors
    /// When a file is not what was written.
    pub fn next(&self, world: Arc<PublicWorld>, seen: &Seen, bytes: &tree::Bytes<'_>) -> Result<Self, StoreTrouble> {
        let mut held = if seen.whole { 0 } else { self.held };
        let mut fresh = HashMap::new();
        // What is no advisory's own comes last, and the newest advisories come before that.
        for file in seen.files.iter().rev() {
            let entry = if held + file.size <= if seen.whole { HOLD } else { 2 * HOLD } {
                held += file.size;
                let former = match self.entry(&file.path) {
                    Some(Entry::Held(served)) => Some(served.as_ref()),
                    Some(Entry::Lies(_)) | None => None,
                };
                Entry::Held(Arc::new(Served::after(&file.path, bytes(file)?, &file.hash, former)))
            } else {
                Entry::Lies(file.hash)
            };
            fresh.insert(file.path.clone(), entry);
        }
        let folder = self.folder.clone();
        let (shelf, drawn) = (Arc::new(Shelf::of(&world, &self.shelf)), Mutex::default());
        if seen.whole {
            return Ok(Self { world, shelf, drawn, base: Arc::new(fresh), over: HashMap::new(), folder, held });
        }
        let mut over = self.over.clone();
        over.extend(seen.removed.iter().map(|path| (path.clone(), None)));
        over.extend(fresh.into_iter().map(|(path, entry)| (path, Some(entry))));
        let mut base = Arc::clone(&self.base);
        if over.len() > OVER {
            let whole = Arc::make_mut(&mut base);
            for (path, entry) in over.drain() {
                match entry {
                    Some(entry) => drop(whole.insert(path, entry)),
                    None => drop(whole.remove(&path)),
                }
            }
        }
        Ok(Self { world, shelf, drawn, base, over, folder, held })
    }

    /// What was drawn under this key since this state began.
    pub(crate) fn drawn(&self, key: &str) -> Option<Arc<Served>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Makes a file of what was drawn, and keeps it under this key until something is published. `path` says what it is.
    pub(crate) fn draw(&self, key: String, path: &str, bytes: Vec<u8>) -> Arc<Served> {
        let served = Arc::new(Served::new(path, bytes));
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever asks for ever other things pays for drawing them; what most people ask for is drawn again at once.
        if drawn.len() >= DRAWN {
            drawn.clear();
        }
        drawn.insert(key, Arc::clone(&served));
        served
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        match self.over.get(path) {
            Some(entry) => entry.as_ref(),
            None => self.base.get(path),
        }
    }

    /// Paths of all files, in no order.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let base = self.base.keys().filter(|path| !self.over.contains_key(*path));
        let over = self.over.iter().filter(|(_, entry)| entry.is_some()).map(|(path, _)| path);
        base.chain(over).map(String::as_str)
    }

    /// The bytes of one file that is in memory.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&Bytes> {
        match self.entry(path)? {
            Entry::Held(served) => Some(&served.plain.1),
            Entry::Lies(_) => None,
        }
    }

    /// The file an address means, in the visitor's language when there are two.
    /// `NUMBER/v2`, `NUMBER/v2.html` and `NUMBER/v2.json` mean that version for ever: while it is in force, the advisory's own files.
    fn version(&self, id: &str) -> Option<String> {
        let (number, version) = id.split_once("/v")?;
        let (version, end) = version.split_once('.').map_or((version, ".html"), |(version, _)| (version, version_end(id)));
        let wanted: u32 = version.parse().ok()?;
        let file = format!("advisories/{number}/v{version}{end}");
        if self.entry(&file).is_some() {
            return Some(file);
        }
        let card = self.shelf.entries().iter().map(|entry| &entry.card).find(|card| card.number == number && card.version == wanted)?;
        match end.split_once(".json") {
            Some((_, beside)) => Some(format!(".well-known/csaf/white/{}{}", card.document, beside.replace(".json", ""))),
            None => Some(format!("advisories/{number}{end}")),
        }
    }

    pub(crate) fn find(&self, uri: &Uri, wish: impl FnOnce() -> Lang) -> Option<String> {
        let path = uri.path().trim_start_matches('/');
        let path = match path {
            "" => "index.html",
            "policy" => "policy.html",
            "thanks" => "thanks.html",
            "pgp" => "pgp.html",
            other => other,
        };
        let name = match path.strip_prefix("advisories/") {
            Some(id) if !id.contains('.') && !id.contains('/') => format!("{path}.html"),
            Some(id) => self.version(id).unwrap_or_else(|| path.to_owned()),
            None => path.to_owned(),
        };
        let zh = name.strip_suffix(".html").filter(|stem| !stem.ends_with(".zh")).map(|stem| format!("{stem}.zh.html"));
        let zh = zh.filter(|zh| self.entry(zh).is_some() && wish() == Lang::Zh);
        zh.or_else(|| self.entry(&name).is_some().then_some(name))
    }
}

/// Middleware, outermost: answers what is in the tree, hands on the rest. A list with a filter is not in the tree.
pub async fn first(State(tree): State<Arc<Tree>>, request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading || is_wish(request.uri()) {
        return next.run(request).await;
    }
    let snapshot = tree.now();
    let wish = || Tongue::of(request.uri(), request.headers()).lang;
    let Some(path) = snapshot.find(request.uri(), wish) else { return next.run(request).await };
    let held = match snapshot.entry(&path) {
        Some(Entry::Held(served)) => Some(served.clone()),
        Some(Entry::Lies(_)) | None => tree.open(&path).await,
    };
    match held {
        Some(file) => {
            let mut response = answer(&file, request.method(), request.headers());
            remember(&mut response, request.uri());
            response
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
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

/// What stands behind the number of a version: `.html`, `.json.asc`.
fn version_end(id: &str) -> &str {
    id.rsplit('/').next().and_then(|name| name.find('.').and_then(|at| name.get(at..))).unwrap_or_default()
}

/// The feed of a filter has the address of the feed of everything, with the filter behind it.
fn is_wish(uri: &Uri) -> bool {
    uri.path().starts_with("/feeds/advisories.") && uri.query().is_some_and(|query| !Filter::read(query).is_empty())
}

pub(crate) fn answer(file: &Served, method: &Method, asked: &HeaderMap) -> Response {
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

#[cfg(test)]
mod tests {
    use super::served::media;
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
            ("/feeds/advisories.atom", false),
            ("/feeds/advisories.atom?q=", false),
            ("/feeds/advisories.zh.atom?q=radar&lang=zh", true),
            ("/feeds/advisories.json?severity=high", true),
            ("/feeds/products/a.json?severity=high", false),
            ("/policy?q=x", false),
        ] {
            assert_eq!(is_wish(&uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
