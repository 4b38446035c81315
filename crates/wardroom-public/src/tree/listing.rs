//! Listings of the folders of CSAF documents, for people and programs that walk them (CSAF 2.0, 7.1.14). Of names only: what is not in the tree is
//! in no listing.

use super::{Snapshot, Tree};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use wardroom_web::Problem;

/// The folder below which everything may be listed.
const ROOT: &str = ".well-known/csaf/";

/// `GET /.well-known/csaf/…/`
pub async fn show(tree: Arc<Tree>, below: &str) -> Result<Response, Problem> {
    let below = below.trim_matches('/');
    let folder = if below.is_empty() { ROOT.to_owned() } else { format!("{ROOT}{below}/") };
    let names = tree.now().names(&folder);
    if names.is_empty() {
        return Err(Problem::not_found());
    }
    let mut page =
        format!("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>/{folder}</title>\n<h1>/{folder}</h1>\n<ul>\n");
    if folder != ROOT {
        page.push_str("<li><a href=\"../\">../</a></li>\n");
    }
    for name in names {
        let _ = writeln!(page, "<li><a href=\"/{folder}{name}\">{name}</a></li>");
    }
    page.push_str("</ul>\n");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=60"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, page).into_response())
}

/// The folder itself.
pub async fn root(State(tree): State<Arc<Tree>>) -> Result<Response, Problem> {
    show(tree, "").await
}

/// A folder below.
pub async fn below(State(tree): State<Arc<Tree>>, Path(path): Path<String>) -> Result<Response, Problem> {
    show(tree, &path).await
}

impl Snapshot {
    /// What lies directly in a folder (whose name ends with a slash): files, and folders with a slash. Names of ours need no escaping.
    fn names(&self, folder: &str) -> BTreeSet<String> {
        let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/".contains(&byte));
        self.paths()
            .filter_map(|path| path.strip_prefix(folder))
            .map(|rest| rest.split_once('/').map_or_else(|| rest.to_owned(), |(first, _)| format!("{first}/")))
            .filter(|name| plain(name))
            .collect()
    }
}
