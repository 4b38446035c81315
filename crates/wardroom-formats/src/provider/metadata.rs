//! `provider-metadata.json` (7.1.7): who publishes, where the feeds are, which keys sign.

use jiff::Timestamp;
use serde::Serialize;

use super::rolie::FeedLabel;
use super::{ProviderError, https};
use crate::csaf::document::instant;
use crate::csaf::input::PublisherInput;
use crate::csaf::model::Publisher;
use crate::json;

/// What the provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its part in the distribution of CSAF.
    pub role: Role,
    /// Who it is; should match the publisher of its documents.
    pub publisher: PublisherInput,
    /// The https address of this very file.
    pub canonical_url: String,
    /// When any of this last changed.
    pub last_updated: Timestamp,
    /// The keys documents are signed with, old ones included.
    pub keys: Vec<KeyAt>,
    /// The ROLIE feeds.
    pub feeds: Vec<FeedAt>,
    /// ROLIE service documents, if any.
    pub services: Vec<String>,
    /// ROLIE category documents, if any.
    pub categories: Vec<String>,
    /// Folders with `index.txt` and `changes.csv`.
    pub directories: Vec<String>,
    /// Whether aggregators may list this provider.
    pub list_on_aggregators: bool,
    /// Whether aggregators may mirror its documents.
    pub mirror_on_aggregators: bool,
}

/// A role of section 7.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Role {
    /// Documents only.
    #[serde(rename = "csaf_publisher")]
    Publisher,
    /// Documents that machines find.
    #[serde(rename = "csaf_provider")]
    Provider,
    /// The same, hashed and signed.
    #[serde(rename = "csaf_trusted_provider")]
    TrustedProvider,
}

/// A public OpenPGP key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAt {
    /// Hexadecimal; spaces are taken out.
    pub fingerprint: String,
    /// Where to get it.
    pub url: String,
}

/// A ROLIE feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedAt {
    /// Which documents it lists.
    pub label: FeedLabel,
    /// Where it is.
    pub url: String,
    /// One line about it.
    pub summary: Option<String>,
}

/// The text of `provider-metadata.json`.
///
/// # Errors
/// When an address is not https, a fingerprint is none, or the role demands more than there is.
pub fn metadata(provider: &Provider) -> Result<String, ProviderError> {
    https("canonical_url", &provider.canonical_url, "/provider-metadata.json")?;
    if provider.publisher.name.trim().is_empty() {
        return Err(ProviderError::Empty("publisher name"));
    }
    https("publisher namespace", &provider.publisher.namespace, "")?;
    if provider.role != Role::Publisher && provider.feeds.is_empty() && provider.directories.is_empty() {
        return Err(ProviderError::NoDistribution);
    }
    if provider.role == Role::TrustedProvider && provider.keys.is_empty() {
        return Err(ProviderError::NoKey);
    }
    Ok(json::pretty(&File {
        canonical_url: &provider.canonical_url,
        distributions: distributions(provider)?,
        last_updated: instant(provider.last_updated),
        list_on_csaf_aggregators: provider.list_on_aggregators,
        metadata_version: "2.0",
        mirror_on_csaf_aggregators: provider.mirror_on_aggregators,
        public_openpgp_keys: provider.keys.iter().map(key).collect::<Result<_, _>>()?,
        publisher: Publisher {
            category: provider.publisher.category,
            contact_details: provider.publisher.contact.clone(),
            issuing_authority: provider.publisher.issuing_authority.clone(),
            name: provider.publisher.name.clone(),
            namespace: provider.publisher.namespace.clone(),
        },
        role: provider.role,
    }))
}

fn distributions(provider: &Provider) -> Result<Vec<Distribution<'_>>, ProviderError> {
    let mut out = Vec::new();
    if !provider.feeds.is_empty() {
        for url in provider.services.iter().chain(&provider.categories) {
            https("ROLIE service or category document", url, ".json")?;
        }
        let mut feeds = Vec::new();
        for feed in &provider.feeds {
            https("ROLIE feed", &feed.url, ".json")?;
            feeds.push(Feed { summary: feed.summary.as_deref(), tlp_label: feed.label, url: &feed.url });
        }
        out.push(Distribution {
            directory_url: None,
            rolie: Some(Rolie { categories: &provider.categories, feeds, services: &provider.services }),
        });
    }
    for url in &provider.directories {
        https("directory", url, "")?;
        out.push(Distribution { directory_url: Some(url), rolie: None });
    }
    Ok(out)
}

fn key(key: &KeyAt) -> Result<Key<'_>, ProviderError> {
    let fingerprint: String = key.fingerprint.split_whitespace().collect::<String>().to_ascii_uppercase();
    if fingerprint.len() < 40 || !fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ProviderError::Fingerprint);
    }
    https("OpenPGP key", &key.url, "")?;
    Ok(Key { fingerprint, url: &key.url })
}

/// What CSAF 2.1 says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider21 {
    /// The https address of the 2.1 file.
    pub canonical_url: String,
    /// The ROLIE feed of TLP:CLEAR, and when it last changed.
    pub feed: String,
    /// When a document in it last changed.
    pub feed_updated: Timestamp,
    /// The folder of TLP:CLEAR.
    pub directory: String,
    /// The service document.
    pub service: String,
    /// Since when the provider is looked after, where that is known.
    pub maintained_from: Option<Timestamp>,
}

/// The text of `provider-metadata.json` of CSAF 2.1 (draft of July 2026): the same provider, with what the draft says otherwise.
///
/// # Errors
/// As [`metadata`].
pub fn metadata21(provider: &Provider, newer: &Provider21) -> Result<String, ProviderError> {
    metadata(provider)?;
    https("canonical_url", &newer.canonical_url, "/provider-metadata.json")?;
    https("ROLIE feed", &newer.feed, ".json")?;
    https("ROLIE service document", &newer.service, ".json")?;
    https("directory", &newer.directory, "/")?;
    let keys: Vec<Key<'_>> = provider.keys.iter().map(key).collect::<Result<_, _>>()?;
    let publisher = &provider.publisher;
    let feed = json::object([
        ("last_updated", instant(newer.feed_updated).into()),
        ("summary", "All advisories (TLP:CLEAR)".into()),
        ("tlp_label", "CLEAR".into()),
        ("url", newer.feed.as_str().into()),
    ]);
    let value = json::object([
        ("$schema", "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json".into()),
        ("canonical_url", newer.canonical_url.as_str().into()),
        (
            "distributions",
            serde_json::json!([
                {"rolie": {"feeds": [feed], "services": [newer.service]}},
                {"directory": {"tlp_label": "CLEAR", "url": newer.directory}},
            ]),
        ),
        ("last_updated", instant(provider.last_updated).into()),
        ("list_on_CSAF_aggregators", provider.list_on_aggregators.into()),
        ("maintained_from", newer.maintained_from.map(instant).into()),
        ("metadata_version", "2.1".into()),
        ("mirror_on_CSAF_aggregators", provider.mirror_on_aggregators.into()),
        ("public_openpgp_keys", serde_json::to_value(&keys).unwrap_or_default()),
        (
            "publisher",
            json::object([
                ("category", serde_json::to_value(publisher.category).unwrap_or_default()),
                ("contact_details", publisher.contact.clone().into()),
                ("issuing_authority", publisher.issuing_authority.clone().into()),
                ("name", publisher.name.as_str().into()),
                ("namespace", publisher.namespace.as_str().into()),
            ]),
        ),
        ("role", serde_json::to_value(provider.role).unwrap_or_default()),
    ]);
    Ok(json::sorted(&value))
}

/// The file, its fields in the order of the schema.
#[derive(Serialize)]
struct File<'a> {
    canonical_url: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    distributions: Vec<Distribution<'a>>,
    last_updated: String,
    #[serde(rename = "list_on_CSAF_aggregators")]
    list_on_csaf_aggregators: bool,
    metadata_version: &'static str,
    #[serde(rename = "mirror_on_CSAF_aggregators")]
    mirror_on_csaf_aggregators: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    public_openpgp_keys: Vec<Key<'a>>,
    publisher: Publisher,
    role: Role,
}

#[derive(Serialize)]
struct Distribution<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    directory_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rolie: Option<Rolie<'a>>,
}

#[derive(Serialize)]
struct Rolie<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    categories: &'a [String],
    feeds: Vec<Feed<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    services: &'a [String],
}

#[derive(Serialize)]
struct Feed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    tlp_label: FeedLabel,
    url: &'a str,
}

#[derive(Serialize)]
struct Key<'a> {
    fingerprint: String,
    url: &'a str,
}
