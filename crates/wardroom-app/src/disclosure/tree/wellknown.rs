//! What programs look for at fixed places: keys (also as a Web Key Directory), `security.txt`, CSAF provider metadata.

use super::guarded;
use super::input::Voice;
use super::lists::{FEED21, LABEL};
use super::making::Making;
use super::part::{CLEAR21, WHITE};
use super::world::{PublicKeyCard, PublicWorld};
use jiff::{SignedDuration, Timestamp};
use wardroom_formats::provider::{self, FeedAt, KeyAt, Provider, Role};
use wardroom_formats::security_txt::{self, SecurityTxt};
use wardroom_mail::keys::{KnownCert, wkd};

/// `security.txt` is made anew at the turn of a period of so many days, and expires two periods later: there are always 90 to 180 days left.
const PERIOD_DAYS: i64 = 90;

/// What stands in the policy file of a key directory: no flags. The line is a comment, since some servers serve no empty file.
const NO_FLAGS: &str = "# no policy flags\n";

/// Where the key with this fingerprint is, for those who check signatures. Former keys stay, since old signatures do.
fn key_path(key: &PublicKeyCard) -> String {
    format!(".well-known/csaf/openpgp/{}.asc", key.fingerprint)
}

pub(super) fn keys(world: &PublicWorld, tree: &mut Making<'_>) {
    for key in &world.keys {
        tree.put(key_path(key), key.armored.as_str());
    }
    let mut active = world.keys.iter().filter(|key| !key.retired);
    if let Some(first) = active.next() {
        tree.put("pgp-key.asc", first.armored.as_str());
        directory(first, tree);
        // An address that only a further key certifies is found, too.
        active.for_each(|key| directory(key, tree));
    }
}

/// The key under each address it certifies, in both layouts. The first key of an address stays.
fn directory(key: &PublicKeyCard, tree: &mut Making<'_>) {
    let addresses = KnownCert::parse(&key.binary).map(|cert| cert.addresses()).unwrap_or_default();
    for address in addresses {
        let Some((local, domain)) = address.rsplit_once('@') else { continue };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if domain.is_empty() || domain.starts_with('.') || !domain.chars().all(plain) {
            continue;
        }
        tree.put_new(wkd::direct_path(local).trim_start_matches('/'), &key.binary);
        tree.put_new(wkd::advanced_path(local, domain).trim_start_matches('/'), &key.binary);
        tree.put_new(".well-known/openpgpkey/policy", NO_FLAGS.as_bytes());
        tree.put_new(&format!(".well-known/openpgpkey/{}/policy", domain.to_ascii_lowercase()), NO_FLAGS.as_bytes());
    }
}

pub(super) fn security_txt(world: &PublicWorld, voice: &Voice, newer: bool, tree: &mut Making<'_>) {
    let now = tree.now();
    let base = &voice.base;
    let one = |path: &str| vec![format!("{base}/{path}")];
    let mut contact = one("report");
    if !world.address.is_empty() {
        contact.push(format!("mailto:{}", world.address));
    }
    let active = world.keys.iter().any(|key| !key.retired);
    // The one at the fixed place comes first (7.1.8); with 2.1 both versions are named (7.4 of the draft).
    let mut csaf = one(".well-known/csaf/provider-metadata.json");
    if newer {
        csaf.extend([PROVIDER20, PROVIDER21].map(|path| format!("{base}/{path}")));
    }
    let languages = &world.profile.intake.languages;
    let (begun, expires) = period(now);
    let fields = SecurityTxt {
        contact,
        expires,
        encryption: if active { one("pgp-key.asc") } else { Vec::new() },
        acknowledgments: one("thanks.html"),
        preferred_languages: if languages.is_empty() { vec!["en".to_owned(), "zh".to_owned()] } else { languages.clone() },
        canonical: one(".well-known/security.txt"),
        policy: one("policy.html"),
        csaf,
        gcve: super::gcve::address(world, voice).into_iter().collect(),
    };
    match security_txt::render(&fields, now) {
        Ok(text) => tree.put_signed(".well-known/security.txt", &text, begun),
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            tree.trouble(format!("security.txt: {}", faults.join("; ")));
        }
    }
}

/// When the period of `now` began, and when what is made in it expires.
fn period(now: Timestamp) -> (Timestamp, Timestamp) {
    let length = SignedDuration::from_hours(24 * PERIOD_DAYS).as_secs();
    let begun = now.as_second().div_euclid(length) * length;
    let at = |seconds| Timestamp::from_second(seconds).unwrap_or(now);
    (at(begun), at(begun + 2 * length))
}

const PROVIDER: &str = ".well-known/csaf/provider-metadata.json";
const PROVIDER20: &str = ".well-known/csaf/v2.0/provider-metadata.json";
const PROVIDER21: &str = ".well-known/csaf/v2.1/provider-metadata.json";

/// After everything else: it claims to be a trusted provider only when all there is has been signed. With it the service and category
/// documents, which lead to the same feeds (7.1.16, 7.1.17).
pub(super) fn metadata(world: &PublicWorld, voice: &Voice, newer: bool, tree: &mut Making<'_>) {
    let own = |path: &str| format!("{}/{path}", voice.base);
    let keys: Vec<KeyAt> = world.keys.iter().map(|key| KeyAt { fingerprint: key.fingerprint.clone(), url: own(&key_path(key)) }).collect();
    let trusted = tree.all_signed && !keys.is_empty();
    let feed = own(&format!("{WHITE}/{}", provider::feed_file_name(LABEL)));
    let mut feeds = vec![FeedAt { label: LABEL, url: feed.clone(), summary: Some("All advisories (TLP:WHITE)".to_owned()) }];
    // What is in them is for those who hold an access; that they are there is told as 7.1.15 wants it.
    feeds.extend(world.levels.iter().map(|level| FeedAt {
        label: guarded::label(*level),
        url: own(&guarded::feed_path(*level)),
        summary: Some(format!("What is shared as {}, for those who hold an access", level.name())),
    }));
    let collections: Vec<(String, String)> = std::iter::once(("TLP:WHITE".to_owned(), feed))
        .chain(world.levels.iter().map(|level| (level.name().to_owned(), own(&guarded::feed_path(*level)))))
        .collect();
    let provider = Provider {
        role: if trusted { Role::TrustedProvider } else { Role::Provider },
        publisher: voice.publisher("en"),
        canonical_url: own(PROVIDER),
        last_updated: world.updated_at,
        keys,
        feeds,
        services: vec![own(".well-known/csaf/service.json")],
        categories: vec![own(".well-known/csaf/category.json")],
        directories: vec![own(&format!("{WHITE}/"))],
        list_on_aggregators: true,
        mirror_on_aggregators: true,
    };
    let team = world.profile.team_name("en");
    put(tree, ".well-known/csaf/service.json", provider::service(&team, &collections));
    put(tree, ".well-known/csaf/category.json", Ok(provider::category()));
    put(tree, PROVIDER, provider::metadata(&provider));
    if newer {
        put(tree, PROVIDER20, provider::metadata(&provider));
        let feed = own(&format!("{CLEAR21}/{FEED21}"));
        let newest = world.updated_at;
        let since = world.keys.iter().map(|key| key.created_at).min();
        put(tree, ".well-known/csaf/v2.1/service.json", provider::service(&team, &[("TLP:CLEAR".to_owned(), feed.clone())]));
        let newer = provider::Provider21 {
            canonical_url: own(PROVIDER21),
            feed,
            feed_updated: newest,
            directory: own(&format!("{CLEAR21}/")),
            service: own(".well-known/csaf/v2.1/service.json"),
            maintained_from: since,
        };
        put(tree, PROVIDER21, provider::metadata21(&provider, &newer));
    }
}

fn put(tree: &mut Making<'_>, path: &str, text: Result<String, provider::ProviderError>) {
    match text {
        Ok(text) => tree.put(path, text),
        Err(error) => tree.trouble(format!("{path}: {error}")),
    }
}
