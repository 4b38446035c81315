//! Where a provider's files are fetched from: a site, or a folder that holds what a site would serve.

use super::{Findings, cannot};
use crate::exits::Exit;
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

/// The most that is taken of one file: the soft limit of CSAF 2.0 (section 2) is 15 MB for a document; lists may be longer.
const MOST: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(30);
const WELL_KNOWN: &str = "/.well-known/csaf/provider-metadata.json";

/// Fetches files by their address.
pub struct Place {
    at: At,
    /// `https://psirt.example.com` of the files' own addresses, once the metadata said it.
    origin: RefCell<String>,
    seen: RefCell<Seen>,
}

enum At {
    Folder(PathBuf),
    Site { client: reqwest::Client, origin: String, start: String, through: bool },
}

#[derive(Default)]
struct Seen {
    answers: usize,
    redirects: Vec<String>,
    closed: Vec<String>,
    without_cors: Vec<String>,
}

impl Place {
    /// `target`: a folder, the address of a site, or of its `provider-metadata.json`. With `through`, everything that has the provider's own
    /// origin is fetched from there instead: a server that stands behind a proxy, or on this machine.
    pub fn of(target: &str, through: Option<&str>) -> Result<Place, Exit> {
        let at = if target.starts_with("https://") || target.starts_with("http://") {
            let client =
                reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).user_agent("provider-check");
            let client = client.build().map_err(cannot)?;
            let (origin, path) = split(target).ok_or_else(|| cannot(format!("{target} is no web address")))?;
            let start = if path.ends_with("/provider-metadata.json") { path.to_owned() } else { WELL_KNOWN.to_owned() };
            let from = through.unwrap_or(origin).trim_end_matches('/').to_owned();
            At::Site { client, through: from != origin, origin: from, start }
        } else {
            let folder = PathBuf::from(target);
            if !folder.is_dir() {
                return Err(cannot(format!("{target} is neither a folder nor a web address")));
            }
            At::Folder(folder)
        };
        Ok(Place { at, origin: RefCell::default(), seen: RefCell::default() })
    }

    /// The metadata where it should be, and whether that is the well-known place.
    pub async fn start(&self) -> Result<(Vec<u8>, bool), String> {
        let path = match &self.at {
            At::Folder(_) => WELL_KNOWN,
            At::Site { start, .. } => start,
        };
        Ok((self.path(path).await?, path == WELL_KNOWN))
    }

    /// From now on addresses of this file's origin are ours.
    pub fn call_home(&self, canonical: &str) {
        *self.origin.borrow_mut() = split(canonical).map(|(origin, _)| origin.to_owned()).unwrap_or_default();
    }

    /// The provider's own origin.
    pub fn home(&self) -> String {
        self.origin.borrow().clone()
    }

    /// The file at an address.
    pub async fn url(&self, url: &str) -> Result<Vec<u8>, String> {
        let home = self.home();
        match url.strip_prefix(home.as_str()).filter(|rest| !home.is_empty() && rest.starts_with('/')) {
            Some(path) => self.path(path).await,
            None => match &self.at {
                At::Folder(_) => Err("lies at another site, which a folder cannot show".to_owned()),
                At::Site { client, .. } => self.fetch(client, url).await,
            },
        }
    }

    /// The file at a path of the provider's own site.
    pub async fn path(&self, path: &str) -> Result<Vec<u8>, String> {
        match &self.at {
            At::Folder(folder) => {
                let below = path.trim_start_matches('/');
                if below.split('/').any(|part| part == "..") {
                    return Err("leads out of the folder".to_owned());
                }
                std::fs::read(folder.join(below)).map_err(|error| error.to_string())
            }
            At::Site { client, origin, .. } => self.fetch(client, &format!("{origin}{path}")).await,
        }
    }

    async fn fetch(&self, client: &reqwest::Client, url: &str) -> Result<Vec<u8>, String> {
        let mut response = client.get(url).send().await.map_err(|error| error.without_url().to_string())?;
        let status = response.status();
        {
            let mut seen = self.seen.borrow_mut();
            seen.answers += 1;
            if status.is_redirection() {
                seen.redirects.push(url.to_owned());
            }
            if matches!(status.as_u16(), 401 | 403) {
                seen.closed.push(url.to_owned());
            }
            let open = response.headers().get("access-control-allow-origin").is_some_and(|value| value == "*");
            if status.is_success() && !open && url.ends_with(".json") {
                seen.without_cors.push(url.to_owned());
            }
        }
        if !status.is_success() {
            return Err(format!("answers {}", status.as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MOST {
                return Err(format!("is longer than {} MiB", MOST >> 20));
            }
        }
        Ok(bytes)
    }

    /// What the answers themselves tell, when all were seen.
    pub fn judge(&self, findings: &mut Findings) {
        let seen = self.seen.borrow();
        match &self.at {
            At::Folder(_) => {
                for (requirement, why) in [
                    (3, "a folder is no website"),
                    (4, "a folder is no website"),
                    (6, "a folder does not redirect"),
                    (14, "the web server of this folder must list it"),
                    (24, "a folder is no website"),
                    (25, "a folder is no website"),
                ] {
                    findings.open(requirement, why);
                }
            }
            At::Site { origin, through, .. } => {
                if origin.starts_with("https://") {
                    findings.good(3);
                } else if *through
                    || origin.starts_with("http://127.0.0.1")
                    || origin.starts_with("http://localhost")
                    || origin.starts_with("http://[::1]")
                {
                    findings.open(3, "it was looked at behind its proxy");
                } else {
                    findings.wrong(3, origin, "answers without TLS");
                }
                seen.redirects.iter().for_each(|url| findings.wrong(6, url, "redirects"));
                seen.closed.iter().for_each(|url| findings.wrong(4, url, "is not for everybody"));
                seen.without_cors.iter().for_each(|url| findings.wrong(25, url, "has no Access-Control-Allow-Origin: *"));
                if seen.answers > 0 {
                    [4, 6, 24, 25].into_iter().for_each(|requirement| findings.good(requirement));
                }
            }
        }
        findings.open(5, "nothing protected was seen, and what is not shown cannot be judged");
        findings.open(10, "one of 8, 9 and 10 is enough");
    }

    /// Whether folders can be listed here.
    pub fn lists(&self) -> bool {
        matches!(self.at, At::Site { .. })
    }
}

/// (`https://host:port`, `/path`)
fn split(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    let path = url.get(host..)?.find('/').map_or(url.len(), |at| host + at);
    (path > host).then(|| url.split_at(path))
}
