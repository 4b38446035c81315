//! The provider's metadata, security.txt and keys (7, 8, 9, 20).

use super::Findings;
use super::place::Place;
use serde_json::Value;
use wardroom_formats::uri;
use wardroom_mail::keys::KnownCert;

/// What the metadata says.
pub struct Provider {
    pub feeds: Vec<(String, String)>,
    pub folders: Vec<String>,
    pub services: Vec<String>,
    pub categories: Vec<String>,
    pub keys: Vec<KnownCert>,
    pub publisher: String,
    pub trusted: bool,
}

/// Reads and judges it; `None` when there is none.
pub async fn look(place: &Place, findings: &mut Findings) -> Option<Provider> {
    const FILE: &str = "provider-metadata.json";
    let (bytes, well_known) = match place.start().await {
        Ok(found) => found,
        Err(why) => {
            findings.wrong(7, FILE, why);
            return None;
        }
    };
    let Ok(json) = serde_json::from_slice::<Value>(&bytes) else {
        findings.wrong(7, FILE, "is no JSON");
        return None;
    };
    if well_known {
        findings.good(9);
    } else {
        findings.open(9, "another address was named");
    }
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let canonical = text("canonical_url");
    place.call_home(&canonical);
    findings.judge(
        7,
        uri::is_https(&canonical) && canonical.ends_with("/provider-metadata.json"),
        FILE,
        "canonical_url is no https address of such a file",
    );
    findings.judge(7, matches!(text("metadata_version").as_str(), "2.0" | "2.1"), FILE, "metadata_version is neither 2.0 nor 2.1");
    findings.judge(7, text("last_updated").parse::<jiff::Timestamp>().is_ok(), FILE, "last_updated is no instant");
    let role = text("role");
    findings.judge(
        7,
        ["csaf_publisher", "csaf_provider", "csaf_trusted_provider"].contains(&role.as_str()),
        FILE,
        "role is none of the standard",
    );
    for name in ["list_on_CSAF_aggregators", "mirror_on_CSAF_aggregators"] {
        findings.judge(7, json.get(name).is_some_and(Value::is_boolean), FILE, &format!("{name} is missing"));
    }
    let publisher = json.get("publisher").cloned().unwrap_or_default();
    for name in ["category", "name", "namespace"] {
        findings.judge(
            7,
            publisher.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty()),
            FILE,
            &format!("publisher has no {name}"),
        );
    }
    let mut provider = distributions(&json);
    findings.judge(7, !(provider.feeds.is_empty() && provider.folders.is_empty()), FILE, "nothing is distributed");
    provider.publisher = publisher.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    provider.trusted = role == "csaf_trusted_provider";
    keys(place, &json, &mut provider, findings).await;
    security_txt(place, &canonical, findings).await;
    Some(provider)
}

fn distributions(json: &Value) -> Provider {
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let words = |values: Vec<Value>| values.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let mut provider = Provider {
        feeds: Vec::new(),
        folders: Vec::new(),
        services: Vec::new(),
        categories: Vec::new(),
        keys: Vec::new(),
        publisher: String::new(),
        trusted: false,
    };
    for one in list(json, "distributions") {
        let folder = one.get("directory_url").or_else(|| one.pointer("/directory/url")).and_then(Value::as_str);
        provider.folders.extend(folder.map(str::to_owned));
        let Some(rolie) = one.get("rolie") else { continue };
        for feed in list(rolie, "feeds") {
            let text = |name: &str| feed.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            provider.feeds.push((text("tlp_label"), text("url")));
        }
        provider.services.extend(words(list(rolie, "services")));
        provider.categories.extend(words(list(rolie, "categories")));
    }
    provider
}

async fn keys(place: &Place, json: &Value, provider: &mut Provider, findings: &mut Findings) {
    let listed = json.get("public_openpgp_keys").and_then(Value::as_array).cloned().unwrap_or_default();
    for key in &listed {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let (fingerprint, url) = (text("fingerprint"), text("url"));
        match place.url(url).await.map(|bytes| KnownCert::parse(&bytes)) {
            Ok(Ok(cert)) if cert.fingerprint().eq_ignore_ascii_case(fingerprint) => {
                provider.keys.push(cert);
                findings.good(20);
            }
            Ok(Ok(_)) => findings.wrong(20, url, format!("is not the key with the fingerprint {fingerprint}")),
            Ok(Err(_)) => findings.wrong(20, url, "is no OpenPGP key"),
            Err(why) => findings.wrong(20, url, why),
        }
    }
    if listed.is_empty() {
        if provider.trusted {
            findings.wrong(20, "provider-metadata.json", "a trusted provider names its keys");
        } else {
            findings.open(20, "no key is named");
        }
    }
}

async fn security_txt(place: &Place, canonical: &str, findings: &mut Findings) {
    const PATH: &str = "/.well-known/security.txt";
    let Ok(bytes) = place.path(PATH).await else {
        return findings.open(8, "there is no security.txt; one of 8, 9 and 10 is enough");
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("CSAF:")).map(str::trim).collect();
    findings.judge(8, !lines.is_empty(), PATH, "has no CSAF line");
    findings.judge(8, lines.iter().all(|url| uri::is_https(url)), PATH, "a CSAF line is no https address");
    findings.judge(8, lines.contains(&canonical), PATH, "no CSAF line leads to this provider-metadata.json");
}
