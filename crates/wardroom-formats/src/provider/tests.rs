use super::*;
use crate::csaf::model::TlpLabel;
use crate::sample::{self, at};

const BASE: &str = "https://psirt.example.com/.well-known/csaf";

pub(crate) fn provider() -> Provider {
    Provider {
        role: Role::TrustedProvider,
        publisher: sample::advisory().publisher,
        canonical_url: format!("{BASE}/provider-metadata.json"),
        last_updated: at("2026-03-05T10:30:00Z"),
        keys: vec![KeyAt {
            fingerprint: "8F5F 2679 07B2 C455 9DB3  60DB 2294 BA7D 2B22 98B1".into(),
            url: "https://psirt.example.com/pgp-key.asc".into(),
        }],
        feeds: vec![FeedAt {
            label: FeedLabel::Tlp(TlpLabel::White),
            url: format!("{BASE}/white/feed-tlp-white.json"),
            summary: Some("All public advisories".into()),
        }],
        services: Vec::new(),
        categories: Vec::new(),
        directories: vec![format!("{BASE}/white/")],
        list_on_aggregators: true,
        mirror_on_aggregators: true,
    }
}

pub(crate) fn feed(entries: Vec<RolieEntry>) -> RolieFeed {
    RolieFeed {
        id: "example-csaf-feed-tlp-white".into(),
        title: "Advisories of Example Works (TLP:WHITE)".into(),
        url: format!("{BASE}/white/feed-tlp-white.json"),
        service_url: None,
        updated: at("2026-03-05T10:30:00Z"),
        entries,
    }
}

pub(crate) fn entry(id: &str, updated: &str) -> RolieEntry {
    RolieEntry {
        id: id.into(),
        title: format!("Advisory {id}"),
        url: format!("{BASE}/white/2026/{}", crate::csaf::file_name(id)),
        published: at("2026-03-01T08:00:00Z"),
        updated: at(updated),
        summary: None,
    }
}

#[test]
fn metadata_is_checked_before_it_is_written() {
    assert!(metadata(&provider()).unwrap().contains("\"fingerprint\": \"8F5F267907B2C4559DB360DB2294BA7D2B2298B1\""));
    type Spoil = fn(&mut Provider);
    let spoilers: [(Spoil, ProviderError); 7] = [
        (
            |p| p.canonical_url = p.canonical_url.replace("https", "http"),
            ProviderError::Address { field: "canonical_url", must_end: "/provider-metadata.json" },
        ),
        (
            |p| p.canonical_url = "https://psirt.example.com/".into(),
            ProviderError::Address { field: "canonical_url", must_end: "/provider-metadata.json" },
        ),
        (|p| p.publisher.name = " ".into(), ProviderError::Empty("publisher name")),
        (|p| p.keys.clear(), ProviderError::NoKey),
        (|p| p.keys[0].fingerprint = "1234".into(), ProviderError::Fingerprint),
        (
            |p| {
                p.feeds.clear();
                p.directories.clear();
            },
            ProviderError::NoDistribution,
        ),
        (|p| p.feeds[0].url = "https://x.example/feed".into(), ProviderError::Address { field: "ROLIE feed", must_end: ".json" }),
    ];
    for (spoil, expected) in spoilers {
        let mut spoiled = provider();
        spoil(&mut spoiled);
        assert_eq!(metadata(&spoiled), Err(expected));
    }
}

#[test]
fn feeds_list_the_newest_first() {
    let text = rolie_feed(&feed(vec![entry("EX-1", "2026-03-01T08:00:00Z"), entry("EX-2", "2026-03-05T08:00:00Z")])).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entries = json["feed"]["entry"].as_array().unwrap();
    assert_eq!(entries[0]["id"], "EX-2");
    assert_eq!(entries[1]["link"][2]["href"], "https://psirt.example.com/.well-known/csaf/white/2026/ex-1.json.sha512");
    assert_eq!(entries[1]["link"][3]["rel"], "signature");
    let mut bad = feed(Vec::new());
    bad.id = "a b".into();
    assert_eq!(rolie_feed(&bad), Err(ProviderError::FeedId));
}

#[test]
fn labels_name_folders_and_files() {
    for (label, folder, file, word) in [
        (FeedLabel::Unlabeled, "unlabeled", "feed-unlabeled.json", "\"UNLABELED\""),
        (FeedLabel::Tlp(TlpLabel::White), "white", "feed-tlp-white.json", "\"WHITE\""),
        (FeedLabel::Tlp(TlpLabel::Red), "red", "feed-tlp-red.json", "\"RED\""),
    ] {
        assert_eq!((label.folder(), feed_file_name(label).as_str()), (folder, file));
        assert_eq!(serde_json::to_string(&label).unwrap(), word);
    }
}

#[test]
fn listings_are_sorted_each_in_its_way() {
    fn listed<'a>(path: &'a str, date: &str) -> Listed<'a> {
        Listed { path, current_release: at(date) }
    }
    let documents = [
        listed("2026/b.json", "2026-01-01T00:00:00Z"),
        listed("2025/c.json", "2026-05-01T00:00:00Z"),
        listed("2026/a.json", "2026-01-01T00:00:00Z"),
    ];
    assert_eq!(index_txt(&documents), "2025/c.json\n2026/a.json\n2026/b.json\n");
    assert_eq!(
        changes_csv(&documents),
        "\"2025/c.json\",\"2026-05-01T00:00:00Z\"\r\n\"2026/a.json\",\"2026-01-01T00:00:00Z\"\r\n\"2026/b.json\",\"2026-01-01T00:00:00Z\"\r\n"
    );
    assert_eq!((index_txt(&[]), changes_csv(&[])), (String::new(), String::new()));
}

#[test]
fn the_year_is_that_of_the_initial_release_in_utc() {
    assert_eq!(document_path(at("2025-12-31T23:30:00-02:00"), "EX-SN-2026/002"), "2026/ex-sn-2026_002.json");
}

#[test]
fn hashes_are_those_of_the_bytes() {
    let found = digests(b"abc");
    assert_eq!(found.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert!(found.sha512.starts_with("ddaf35a193617aba") && found.sha512.len() == 128);
    assert_eq!(sidecar("ab", "x.json"), "ab  x.json\n");
}

#[test]
fn the_service_document_lists_the_feeds() {
    let text = service("Example Works", &[("Public advisories".into(), format!("{BASE}/white/feed-tlp-white.json"))]).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let collection = &json["service"]["workspace"][0]["collection"][0];
    assert_eq!(collection["href"], format!("{BASE}/white/feed-tlp-white.json"));
    assert_eq!(collection["categories"]["category"][0]["term"], "csaf");
    assert_eq!(service("", &[]), Err(ProviderError::Empty("title of a workspace")));
}
