//! The documents and what lists them (1, 2, 5, 11 to 19).

use super::Findings;
use super::metadata::Provider;
use super::place::Place;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use wardroom_check::Preset;
use wardroom_formats::csaf;
use wardroom_formats::provider::digests;
use wardroom_mail::sign;

/// Documents looked at; a larger provider is judged by its newest.
const MOST: usize = 20_000;

/// What a feed says of a document.
#[derive(Default)]
struct Entry {
    hashes: Vec<String>,
    signatures: Vec<String>,
}

pub async fn look(place: &Place, provider: &Provider, findings: &mut Findings) {
    let mut fed: BTreeMap<String, Entry> = BTreeMap::new();
    for (label, url) in &provider.feeds {
        feed(place, label, url, &mut fed, findings).await;
    }
    let public = |label: &str| matches!(label, "WHITE" | "CLEAR" | "GREEN" | "UNLABELED");
    if !provider.feeds.is_empty() && !provider.feeds.iter().any(|(label, _)| public(label)) {
        findings.wrong(15, "provider-metadata.json", "no feed is for everybody");
    }
    if provider.feeds.is_empty() {
        findings.open(15, "no ROLIE feed is named; 11 to 14 are enough");
    }
    for (requirement, urls, root) in [(16, &provider.services, "service"), (17, &provider.categories, "categories")] {
        for url in urls {
            match place.url(url).await.map(|bytes| serde_json::from_slice::<Value>(&bytes)) {
                Ok(Ok(json)) => findings.judge(requirement, json.get(root).is_some(), url, "is none"),
                Ok(Err(_)) => findings.wrong(requirement, url, "is no JSON"),
                Err(why) => findings.wrong(requirement, url, why),
            }
        }
        findings.open(requirement, "it is optional, and none is named");
    }
    let mut listed = BTreeSet::new();
    for folder in &provider.folders {
        self::folder(place, folder, &mut listed, findings).await;
    }
    if provider.folders.is_empty() {
        (11..=14).for_each(|requirement| findings.open(requirement, "no folder is named; 15 is enough"));
    } else if !provider.feeds.is_empty() {
        let fed: BTreeSet<&String> = fed.keys().collect();
        for url in listed.iter().filter(|url| !fed.contains(url)) {
            findings.wrong(15, url, "is in no feed");
        }
        for url in fed.into_iter().filter(|url| !listed.contains(*url)) {
            findings.wrong(12, url, "is in no index.txt");
        }
    }
    let all: BTreeSet<String> = fed.keys().cloned().chain(listed).collect();
    let nobody = Entry::default();
    for url in all.iter().rev().take(MOST) {
        document(place, url, fed.get(url).unwrap_or(&nobody), provider, findings).await;
    }
    if all.is_empty() {
        [1, 2, 11, 18, 19].into_iter().for_each(|requirement| findings.open(requirement, "there is no document yet"));
    }
}

async fn feed(place: &Place, label: &str, url: &str, fed: &mut BTreeMap<String, Entry>, findings: &mut Findings) {
    let json = match place.url(url).await.map(|bytes| serde_json::from_slice::<Value>(&bytes)) {
        Ok(Ok(json)) => json,
        Ok(Err(_)) => return findings.wrong(15, url, "is no JSON"),
        // What is for some people only is not shown to us, as it should be.
        Err(_) if !matches!(label, "WHITE" | "CLEAR" | "UNLABELED") => return findings.good(5),
        Err(why) => return findings.wrong(15, url, why),
    };
    let Some(feed) = json.get("feed") else { return findings.wrong(15, url, "is no ROLIE feed") };
    for name in ["id", "title", "updated"] {
        findings.judge(15, feed.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty()), url, &format!("has no {name}"));
    }
    let category = |one: &Value| {
        one.get("scheme").and_then(Value::as_str) == Some("urn:ietf:params:rolie:category:information-type")
            && one.get("term").and_then(Value::as_str) == Some("csaf")
    };
    let is_csaf = feed.get("category").and_then(Value::as_array).is_some_and(|all| all.iter().any(category));
    findings.judge(15, is_csaf, url, "does not have the category csaf");
    for entry in feed.get("entry").and_then(Value::as_array).into_iter().flatten() {
        let Some(document) = entry.pointer("/content/src").and_then(Value::as_str) else {
            findings.wrong(15, url, "an entry has no content");
            continue;
        };
        let links = |rel: &str| -> Vec<String> {
            let all = entry.get("link").and_then(Value::as_array).into_iter().flatten();
            let of = all.filter(|one| one.get("rel").and_then(Value::as_str) == Some(rel));
            of.filter_map(|one| one.get("href").and_then(Value::as_str).map(str::to_owned)).collect()
        };
        let entry = Entry { hashes: links("hash"), signatures: links("signature") };
        findings.judge(15, links("self").iter().any(|one| one == document), document, "the entry's self link leads elsewhere");
        if fed.insert(document.to_owned(), entry).is_some() {
            findings.wrong(15, document, "is in the feeds twice");
        }
    }
}

/// `index.txt`, `changes.csv` and the listing of a folder.
async fn folder(place: &Place, folder: &str, listed: &mut BTreeSet<String>, findings: &mut Findings) {
    let base = folder.trim_end_matches('/');
    let (index, changes) = (format!("{base}/index.txt"), format!("{base}/changes.csv"));
    let paths: BTreeSet<String> = match place.url(&index).await {
        Ok(bytes) => {
            findings.good(12);
            String::from_utf8_lossy(&bytes).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        }
        Err(why) => {
            findings.wrong(12, &index, why);
            BTreeSet::new()
        }
    };
    match place.url(&changes).await {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let line = |line: &str| {
                let (path, at) = line.trim().split_once(',')?;
                Some((path.trim_matches('"').to_owned(), at.trim_matches('"').parse::<jiff::Timestamp>().ok()?))
            };
            let lines: Vec<Option<(String, jiff::Timestamp)>> = text.lines().filter(|line| !line.trim().is_empty()).map(line).collect();
            findings.judge(13, lines.iter().all(Option::is_some), &changes, "a line is no path and instant");
            let lines: Vec<(String, jiff::Timestamp)> = lines.into_iter().flatten().collect();
            findings.judge(13, lines.is_sorted_by(|a, b| a.1 >= b.1), &changes, "the latest is not first");
            let named: BTreeSet<String> = lines.into_iter().map(|(path, _)| path).collect();
            findings.judge(13, named == paths, &changes, "does not name what index.txt names");
        }
        Err(why) => findings.wrong(13, &changes, why),
    }
    for path in &paths {
        let year = path
            .split_once('/')
            .is_some_and(|(year, rest)| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) && !rest.contains('/'));
        findings.judge(11, year, path, "is not in a folder of a year");
        listed.insert(format!("{base}/{path}"));
    }
    if place.lists() {
        match place.url(&format!("{base}/")).await {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let missing = paths.iter().filter_map(|path| path.split('/').next()).find(|year| !text.contains(*year));
                findings.judge(14, missing.is_none(), folder, "the listing does not name every folder");
            }
            Err(why) => findings.wrong(14, folder, why),
        }
    }
}

async fn document(place: &Place, url: &str, entry: &Entry, provider: &Provider, findings: &mut Findings) {
    let bytes = match place.url(url).await {
        Ok(bytes) => bytes,
        Err(why) => return findings.wrong(4, url, why),
    };
    let Ok(json) = serde_json::from_slice::<Value>(&bytes) else { return findings.wrong(1, url, "is no JSON") };
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let label = text("/document/distribution/tlp/label");
    if matches!(label.as_str(), "AMBER" | "AMBER+STRICT" | "RED") {
        findings.wrong(5, url, format!("is TLP:{label} and shown to everybody"));
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    findings.judge(2, name == csaf::file_name(&text("/document/tracking/id")), url, "is not named after its tracking id");
    let year =
        text("/document/tracking/initial_release_date").parse::<jiff::Timestamp>().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).year());
    let folder = url.rsplit('/').nth(1).and_then(|year| year.parse::<i16>().ok());
    if !provider.folders.is_empty() {
        findings.judge(11, year.is_ok_and(|year| Some(year) == folder), url, "is not in the folder of the year of its first release");
    }
    if text("/document/publisher/name") != provider.publisher {
        findings.wrong(7, url, "names another publisher than provider-metadata.json");
    }
    let report = wardroom_check::check(json, Preset::Basic);
    match report.errors.first() {
        None => findings.good(1),
        Some(one) => findings.wrong(1, url, format!("{} {}: {}", one.test, one.path, one.message)),
    }
    hashes(place, url, &bytes, entry, provider, findings).await;
    signature(place, url, &bytes, entry, provider, findings).await;
}

async fn hashes(place: &Place, url: &str, bytes: &[u8], entry: &Entry, provider: &Provider, findings: &mut Findings) {
    let digests = digests(bytes);
    let named = if entry.hashes.is_empty() { vec![format!("{url}.sha256"), format!("{url}.sha512")] } else { entry.hashes.clone() };
    let mut any = false;
    for hash in named {
        let Ok(found) = place.url(&hash).await else {
            if !entry.hashes.is_empty() {
                findings.wrong(18, hash, "is not there");
            }
            continue;
        };
        let wanted = if hash.ends_with(".sha512") { &digests.sha512 } else { &digests.sha256 };
        let found = String::from_utf8_lossy(&found).split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        findings.judge(18, found == *wanted, &hash, "is not the hash of the document");
        any = true;
    }
    if !any && provider.trusted {
        findings.wrong(18, url, "has no hash");
    }
}

async fn signature(place: &Place, url: &str, bytes: &[u8], entry: &Entry, provider: &Provider, findings: &mut Findings) {
    let named = entry.signatures.first().cloned().unwrap_or_else(|| format!("{url}.asc"));
    match place.url(&named).await {
        Ok(signature) => {
            let now = jiff::Timestamp::now().as_second();
            let good = provider.keys.iter().any(|key| sign::verified(key, &signature, bytes, now));
            findings.judge(19, good, &named, "is no good signature by a key of the provider");
        }
        Err(why) if provider.trusted => findings.wrong(19, named, why),
        Err(_) => findings.open(19, "only a trusted provider has to sign"),
    }
}
