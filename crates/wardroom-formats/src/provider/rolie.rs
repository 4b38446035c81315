//! ROLIE feeds and the service document (7.1.15, 7.1.16; RFC 8322 as JSON).
//!
//! A category document (7.1.17) names the values entries may be found by; ours are the products.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::Serialize;

use super::{ProviderError, https};
use crate::csaf::document::instant;
use crate::csaf::model::TlpLabel;
use crate::json;

/// Which documents a feed lists; all with one label are in one feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FeedLabel {
    /// Documents without a label.
    Unlabeled,
    /// Documents with this label.
    #[serde(untagged)]
    Tlp(TlpLabel),
}

impl FeedLabel {
    /// In lower case, like `white`; names the folder and the feed.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Unlabeled => "unlabeled",
            Self::Tlp(label) => label.folder(),
        }
    }
}

/// The name of the feed's file, like `feed-tlp-white.json`.
#[must_use]
pub fn feed_file_name(label: FeedLabel) -> String {
    match label {
        FeedLabel::Unlabeled => "feed-unlabeled.json".into(),
        FeedLabel::Tlp(label) => format!("feed-tlp-{}.json", label.folder()),
    }
}

/// A feed. One without entries is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieFeed {
    /// Like `example-csaf-feed-tlp-white`.
    pub id: String,
    /// One line.
    pub title: String,
    /// The https address of the feed itself.
    pub url: String,
    /// The address of the service document, if there is one.
    pub service_url: Option<String>,
    /// When the feed last changed.
    pub updated: Timestamp,
    /// In any order; the newest comes first in the file.
    pub entries: Vec<RolieEntry>,
}

/// A document in a feed. Its hash and signature files lie beside it: `.sha256`, `.sha512`, `.asc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolieEntry {
    /// The tracking id.
    pub id: String,
    /// The document's title.
    pub title: String,
    /// The https address of the document.
    pub url: String,
    /// When it came into the feed.
    pub published: Timestamp,
    /// When it last changed in the feed.
    pub updated: Timestamp,
    /// The document's summary.
    pub summary: Option<String>,
}

/// The text of a feed, its entries one a line.
///
/// # Errors
/// When an address is not https or does not end with `.json`, or an id or title is empty or malformed.
pub fn rolie_feed(feed: &RolieFeed) -> Result<String, ProviderError> {
    let mut sorted: Vec<&RolieEntry> = feed.entries.iter().collect();
    sorted.sort_by_key(|entry| (Reverse(entry.updated), &entry.id));
    let entries: Vec<String> = sorted.into_iter().map(|entry| rolie_entry(entry, DocumentVersion::V20)).collect::<Result<_, _>>()?;
    rolie_feed_of(feed, entries.iter().map(String::as_str))
}

/// The text of a feed whose entries were made before by [`rolie_entry`], in this order; those of `feed` itself are not looked at. So a feed of
/// many thousand documents costs one entry and the copying of the others.
///
/// # Errors
/// When an address is not https or does not end with `.json`, or the id or title is empty or malformed.
pub fn rolie_feed_of<'a>(feed: &RolieFeed, entries: impl Iterator<Item = &'a str> + Clone) -> Result<String, ProviderError> {
    if feed.id.is_empty() || !feed.id.chars().all(|c| c.is_ascii_alphanumeric() || "+-_.".contains(c)) {
        return Err(ProviderError::FeedId);
    }
    filled("title of a feed", &feed.title)?;
    https("ROLIE feed", &feed.url, ".json")?;
    let mut link = vec![Link { rel: "self", href: feed.url.clone() }];
    if let Some(url) = &feed.service_url {
        https("ROLIE service document", url, ".json")?;
        link.push(Link { rel: "service", href: url.clone() });
    }
    let head = json::pretty(&File {
        feed: Feed { id: &feed.id, title: &feed.title, link, category: [CSAF], updated: instant(feed.updated), entry: [] },
    });
    // `entry` comes last: its empty list is the last one of the text.
    let Some((before, after)) = head.rsplit_once("[]") else { return Err(ProviderError::Empty("feed")) };
    // A feed of many thousand documents has megabytes: it is not moved while it grows.
    let mut text = String::with_capacity(head.len() + 64 + entries.clone().map(|entry| entry.len() + 8).sum::<usize>());
    text.push_str(before);
    text.push('[');
    let mut any = false;
    for entry in entries {
        text.push_str(if any { ",\n      " } else { "\n      " });
        text.push_str(entry);
        any = true;
    }
    text.push_str(if any { "\n    ]" } else { "]" });
    text.push_str(after);
    Ok(text)
}

/// Which standard a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentVersion {
    /// CSAF 2.0.
    V20,
    /// CSAF 2.1.
    V21,
}

/// One document's entry in a feed, as JSON on one line.
///
/// # Errors
/// When the address is not https or does not end with `.json`, or id or title is empty.
pub fn rolie_entry(input: &RolieEntry, version: DocumentVersion) -> Result<String, ProviderError> {
    filled("id of a document", input.id.trim())?;
    filled("title of a document", &input.title)?;
    https("document", &input.url, ".json")?;
    let beside = |rel, end: &str| Link { rel, href: format!("{}{end}", input.url) };
    Ok(json::line(&Entry {
        id: input.id.trim(),
        title: &input.title,
        link: vec![beside("self", ""), beside("hash", ".sha256"), beside("hash", ".sha512"), beside("signature", ".asc")],
        published: instant(input.published),
        updated: instant(input.updated),
        summary: input.summary.as_deref().filter(|text| !text.is_empty()).map(|content| Summary { content }),
        content: Content { kind: "application/json", src: &input.url },
        format: match version {
            DocumentVersion::V20 => Format { schema: "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", version: "2.0" },
            DocumentVersion::V21 => Format { schema: "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json", version: "2.1" },
        },
    }))
}

/// The text of a service document that lists these feeds: (title, address).
///
/// # Errors
/// When an address is not https or does not end with `.json`.
pub fn service(title: &str, feeds: &[(String, String)]) -> Result<String, ProviderError> {
    filled("title of a workspace", title)?;
    let mut collection = Vec::new();
    for (title, href) in feeds {
        https("ROLIE feed", href, ".json")?;
        collection.push(Collection { title, href, categories: Categories { category: [CSAF] } });
    }
    Ok(json::pretty(&ServiceFile { service: Service { workspace: [Workspace { title, collection }] } }))
}

/// The text of a category document: what all entries of our feeds are filed under.
#[must_use]
pub fn category() -> String {
    json::pretty(&CategoryFile { categories: Categories { category: [CSAF] } })
}

fn filled(what: &'static str, text: &str) -> Result<(), ProviderError> {
    if text.is_empty() { Err(ProviderError::Empty(what)) } else { Ok(()) }
}

const CSAF: Category = Category { scheme: "urn:ietf:params:rolie:category:information-type", term: "csaf" };

#[derive(Serialize)]
struct File<'a> {
    feed: Feed<'a>,
}

#[derive(Serialize)]
struct Feed<'a> {
    id: &'a str,
    title: &'a str,
    link: Vec<Link>,
    category: [Category; 1],
    updated: String,
    /// Filled in afterwards, entry by entry.
    entry: [(); 0],
}

#[derive(Serialize)]
struct Link {
    rel: &'static str,
    href: String,
}

#[derive(Serialize)]
struct Category {
    scheme: &'static str,
    term: &'static str,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    link: Vec<Link>,
    published: String,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary<'a>>,
    content: Content<'a>,
    format: Format,
}

#[derive(Serialize)]
struct Summary<'a> {
    content: &'a str,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    src: &'a str,
}

#[derive(Serialize)]
struct Format {
    schema: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct CategoryFile {
    categories: Categories,
}

#[derive(Serialize)]
struct ServiceFile<'a> {
    service: Service<'a>,
}

#[derive(Serialize)]
struct Service<'a> {
    workspace: [Workspace<'a>; 1],
}

#[derive(Serialize)]
struct Workspace<'a> {
    title: &'a str,
    collection: Vec<Collection<'a>>,
}

#[derive(Serialize)]
struct Collection<'a> {
    title: &'a str,
    href: &'a str,
    categories: Categories,
}

#[derive(Serialize)]
struct Categories {
    category: [Category; 1],
}
