//! The feeds people subscribe to: Atom 1.0 (RFC 4287) and JSON Feed 1.1. Equal input gives equal bytes.
//!
//! Not here: which advisories belong in, and HTML; all texts are plain.

use std::cmp::Reverse;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::csaf::document::instant;
use crate::{json, uri};

/// A feed. One without items is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// An absolute URI that never changes, also when the feed moves.
    pub id: String,
    /// One line.
    pub title: String,
    /// BCP 47 tag of its language.
    pub lang: String,
    /// Who publishes.
    pub author: String,
    /// The page the feed belongs to.
    pub home_url: String,
    /// The address of the Atom form.
    pub atom_url: String,
    /// The address of the JSON form.
    pub json_url: String,
    /// When anything in it last changed.
    pub updated: Timestamp,
    /// Where older and newer items are.
    pub shelf: Shelf,
    /// In any order; the latest change comes first.
    pub items: Vec<FeedItem>,
}

/// A feed that does not hold everything, and the pages that do (RFC 5005, section 4). Addresses are (Atom, JSON).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// This is such a page, not the feed to subscribe to.
    pub archive: bool,
    /// The feed to subscribe to.
    pub current: Option<(String, String)>,
    /// The page before this.
    pub older: Option<(String, String)>,
    /// The page after this.
    pub newer: Option<(String, String)>,
}

/// An advisory in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// An absolute URI that never changes.
    pub id: String,
    /// The advisory's page.
    pub url: String,
    /// The CSAF document, if there is one.
    pub csaf_url: Option<String>,
    /// The advisory's title.
    pub title: String,
    /// Its summary, plain text.
    pub summary: String,
    /// When it was first released.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// CVE ids, severity, product names.
    pub tags: Vec<String>,
}

/// Why a feed cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be an absolute URL")]
pub struct FeedError {
    /// Which one.
    pub field: &'static str,
}

/// The feed as Atom 1.0.
///
/// # Errors
/// When an id or address is no absolute URI.
pub fn atom(feed: &Feed) -> Result<String, FeedError> {
    check(feed)?;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let history = if feed.shelf.archive { " xmlns:fh=\"http://purl.org/syndication/history/1.0\"" } else { "" };
    let _ = writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\"{history} xml:lang=\"{}\">", escape(&feed.lang));
    element(&mut out, "  ", "id", &feed.id);
    element(&mut out, "  ", "title", &feed.title);
    element(&mut out, "  ", "updated", &instant(feed.updated));
    let _ = writeln!(out, "  <author><name>{}</name></author>", escape(&feed.author));
    link(&mut out, "  ", "self", "application/atom+xml", &feed.atom_url);
    link(&mut out, "  ", "alternate", "text/html", &feed.home_url);
    let Shelf { archive, current, older, newer } = &feed.shelf;
    if *archive {
        out.push_str("  <fh:archive/>\n");
    }
    for (rel, address) in [("current", current), ("prev-archive", older), ("next-archive", newer)] {
        if let Some((atom, _)) = address {
            link(&mut out, "  ", rel, "application/atom+xml", atom);
        }
    }
    for item in sorted(feed) {
        out.push_str("  <entry>\n");
        element(&mut out, "    ", "id", &item.id);
        element(&mut out, "    ", "title", &item.title);
        element(&mut out, "    ", "published", &instant(item.published));
        element(&mut out, "    ", "updated", &instant(item.updated));
        link(&mut out, "    ", "alternate", "text/html", &item.url);
        if let Some(url) = &item.csaf_url {
            link(&mut out, "    ", "related", "application/json", url);
        }
        for tag in &item.tags {
            let _ = writeln!(out, "    <category term=\"{}\"/>", escape(tag));
        }
        element(&mut out, "    ", "summary", &item.summary);
        out.push_str("  </entry>\n");
    }
    out.push_str("</feed>\n");
    Ok(out)
}

/// The feed as JSON Feed 1.1.
///
/// # Errors
/// When an id or address is no absolute URI.
pub fn json_feed(feed: &Feed) -> Result<String, FeedError> {
    check(feed)?;
    let item = |item: &'_ FeedItem| JsonItem {
        id: item.id.clone(),
        url: item.url.clone(),
        title: visible(&item.title),
        content_text: visible(&item.summary),
        date_published: instant(item.published),
        date_modified: instant(item.updated),
        tags: item.tags.iter().map(|tag| visible(tag)).collect(),
        attachments: item.csaf_url.iter().map(|url| Attachment { url: url.clone(), mime_type: "application/json" }).collect(),
    };
    Ok(json::pretty(&JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: visible(&feed.title),
        home_page_url: &feed.home_url,
        feed_url: &feed.json_url,
        next_url: feed.shelf.older.as_ref().map(|(_, json)| json.as_str()),
        authors: [Author { name: visible(&feed.author) }],
        language: &feed.lang,
        items: sorted(feed).into_iter().map(item).collect(),
    }))
}

/// Text for XML: what has a meaning there is escaped, what XML 1.0 forbids is left out.
#[must_use]
pub fn escape(text: &str) -> String {
    escaped(visible(text).chars())
}

/// These characters as text of XML or HTML.
pub(crate) fn escaped(text: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in text {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Without control characters other than line end and tab, and without the two non-characters that XML 1.0 forbids.
fn visible(text: &str) -> String {
    let keep = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.replace("\r\n", "\n").chars().filter(keep).collect()
}

fn check(feed: &Feed) -> Result<(), FeedError> {
    let mut all = vec![
        ("id of the feed", &feed.id),
        ("home page of the feed", &feed.home_url),
        ("address of the Atom feed", &feed.atom_url),
        ("address of the JSON feed", &feed.json_url),
    ];
    for (atom, json) in [&feed.shelf.current, &feed.shelf.older, &feed.shelf.newer].into_iter().flatten() {
        all.extend([("page of a feed", atom), ("page of a feed", json)]);
    }
    for item in &feed.items {
        all.extend([("id of an item", &item.id), ("page of an item", &item.url)]);
        all.extend(item.csaf_url.iter().map(|url| ("CSAF document of an item", url)));
    }
    match all.into_iter().find(|(_, text)| !uri::is_absolute(text)) {
        Some((field, _)) => Err(FeedError { field }),
        None => Ok(()),
    }
}

fn sorted(feed: &Feed) -> Vec<&FeedItem> {
    let mut items: Vec<&FeedItem> = feed.items.iter().collect();
    items.sort_by_key(|item| (Reverse(item.updated), &item.id));
    items
}

fn element(out: &mut String, indent: &str, name: &str, text: &str) {
    let _ = writeln!(out, "{indent}<{name}>{}</{name}>", escape(text));
}

fn link(out: &mut String, indent: &str, rel: &str, kind: &str, href: &str) {
    let _ = writeln!(out, "{indent}<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\"/>", escape(href));
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    authors: [Author; 1],
    language: &'a str,
    items: Vec<JsonItem>,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct JsonItem {
    id: String,
    url: String,
    title: String,
    content_text: String,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::at;

    fn item(id: &str, updated: &str) -> FeedItem {
        FeedItem {
            id: format!("https://psirt.example.com/advisories/{id}"),
            url: format!("https://psirt.example.com/advisories/{id}.html?a=1&b=2"),
            csaf_url: Some(format!("https://psirt.example.com/{id}.json")),
            title: "A < B & \"C\" \u{1b}[31m\u{0}'漏洞'".into(),
            summary: "one\r\ntwo ]]> \u{ffff}".into(),
            published: at("2026-03-01T08:00:00Z"),
            updated: at(updated),
            tags: vec!["CVE-2026-1".into()],
        }
    }

    fn feed(items: Vec<FeedItem>) -> Feed {
        Feed {
            id: "https://psirt.example.com/feeds/advisories".into(),
            title: "Advisories".into(),
            lang: "en".into(),
            author: "Example Works PSIRT".into(),
            home_url: "https://psirt.example.com/advisories".into(),
            atom_url: "https://psirt.example.com/feeds/advisories.atom".into(),
            json_url: "https://psirt.example.com/feeds/advisories.json".into(),
            updated: at("2026-03-05T00:00:00Z"),
            shelf: Shelf::default(),
            items,
        }
    }

    #[test]
    fn atom_is_escaped_and_sorted() {
        let text = atom(&feed(vec![item("EX-1", "2026-03-01T08:00:00Z"), item("EX-2", "2026-03-02T08:00:00Z")])).unwrap();
        let expected = "  <entry>
    <id>https://psirt.example.com/advisories/EX-2</id>
    <title>A &lt; B &amp; &quot;C&quot; [31m&#39;漏洞&#39;</title>
    <published>2026-03-01T08:00:00Z</published>
    <updated>2026-03-02T08:00:00Z</updated>
    <link rel=\"alternate\" type=\"text/html\" href=\"https://psirt.example.com/advisories/EX-2.html?a=1&amp;b=2\"/>
    <link rel=\"related\" type=\"application/json\" href=\"https://psirt.example.com/EX-2.json\"/>
    <category term=\"CVE-2026-1\"/>
    <summary>one\ntwo ]]&gt; </summary>
  </entry>
";
        assert!(text.contains(expected), "{text}");
        assert!(text.find("EX-2") < text.find("EX-1"));
    }

    #[test]
    fn a_page_of_a_feed_leads_to_its_neighbours() {
        let both = |stem: &str| Some((format!("https://psirt.example.com/{stem}.atom"), format!("https://psirt.example.com/{stem}.json")));
        let page = Feed {
            shelf: Shelf { archive: true, current: both("feed"), older: both("feed-1"), newer: both("feed-3") },
            ..feed(Vec::new())
        };
        let text = atom(&page).unwrap();
        assert!(text.contains("xmlns:fh=\"http://purl.org/syndication/history/1.0\"") && text.contains("<fh:archive/>"), "{text}");
        for (rel, stem) in [("current", "feed"), ("prev-archive", "feed-1"), ("next-archive", "feed-3")] {
            let link = format!("<link rel=\"{rel}\" type=\"application/atom+xml\" href=\"https://psirt.example.com/{stem}.atom\"/>");
            assert!(text.contains(&link), "{text}");
        }
        assert!(json_feed(&page).unwrap().contains("\"next_url\": \"https://psirt.example.com/feed-1.json\""));
    }

    #[test]
    fn empty_feeds_are_feeds() {
        assert!(atom(&feed(Vec::new())).unwrap().ends_with("href=\"https://psirt.example.com/advisories\"/>\n</feed>\n"));
        assert!(json_feed(&feed(Vec::new())).unwrap().contains("\"items\": []"));
    }

    #[test]
    fn json_feed_has_what_1_1_demands() {
        let text = json_feed(&feed(vec![item("EX-1", "2026-03-01T08:00:00Z")])).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["items"][0]["content_text"], "one\ntwo ]]> ");
        assert_eq!(json["items"][0]["attachments"][0]["mime_type"], "application/json");
    }

    #[test]
    fn a_real_parser_reads_what_we_wrote() {
        const SCRIPT: &str = "import sys, xml.etree.ElementTree as e\nn = '{http://www.w3.org/2005/Atom}'\n\
             t = e.fromstring(sys.stdin.buffer.read())\nsys.stdout.write(t.find(n + 'entry/' + n + 'title').text)";
        let mut command = std::process::Command::new("python3");
        command.args(["-c", SCRIPT]).env("PYTHONIOENCODING", "utf-8");
        let piped = std::process::Stdio::piped;
        let Ok(mut child) = command.stdin(piped()).stdout(piped()).spawn() else {
            println!("skipped: python3 is absent, so no other parser read the Atom feed");
            return;
        };
        let text = atom(&feed(vec![item("EX-1", "2026-03-01T08:00:00Z")])).unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "A < B & \"C\" [31m'漏洞'");
    }

    #[test]
    fn addresses_must_be_addresses() {
        for bad in ["", "advisories/1", "https://x y", "java\nscript:x", "https://x/\"><script>"] {
            let mut spoiled = feed(vec![item("EX-1", "2026-03-01T08:00:00Z")]);
            spoiled.items[0].url = bad.into();
            assert_eq!(atom(&spoiled), Err(FeedError { field: "page of an item" }), "{bad}");
            assert_eq!(json_feed(&spoiled), Err(FeedError { field: "page of an item" }), "{bad}");
        }
    }
}
