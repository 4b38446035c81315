//! What programs look for at fixed places: keys (also as a Web Key Directory), `security.txt`, CSAF provider metadata.

use super::build::Making;
use super::documents::WHITE;
use super::input::Voice;
use super::listing::{LABEL, white_url};
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

pub(super) fn security_txt(world: &PublicWorld, voice: &Voice, now: Timestamp, tree: &mut Making<'_>) {
    let base = &voice.base;
    let one = |path: &str| vec![format!("{base}/{path}")];
    let mut contact = one("report");
    if !world.address.is_empty() {
        contact.push(format!("mailto:{}", world.address));
    }
    let active = world.keys.iter().any(|key| !key.retired);
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
        csaf: one(".well-known/csaf/provider-metadata.json"),
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

/// After everything else: it claims to be a trusted provider only when all there is has been signed.
pub(super) fn provider_metadata(world: &PublicWorld, voice: &Voice, tree: &mut Making<'_>) {
    let keys: Vec<KeyAt> = world
        .keys
        .iter()
        .map(|key| KeyAt { fingerprint: key.fingerprint.clone(), url: format!("{}/{}", voice.base, key_path(key)) })
        .collect();
    let trusted = tree.all_signed && !keys.is_empty();
    let provider = Provider {
        role: if trusted { Role::TrustedProvider } else { Role::Provider },
        publisher: voice.publisher("en"),
        canonical_url: format!("{}/.well-known/csaf/provider-metadata.json", voice.base),
        last_updated: world.updated_at,
        keys,
        feeds: vec![FeedAt {
            label: LABEL,
            url: white_url(voice, &provider::feed_file_name(LABEL)),
            summary: Some("All advisories (TLP:WHITE)".to_owned()),
        }],
        services: Vec::new(),
        directories: vec![format!("{}/{WHITE}/", voice.base)],
        list_on_aggregators: true,
        mirror_on_aggregators: true,
    };
    match provider::metadata(&provider) {
        Ok(text) => tree.put(".well-known/csaf/provider-metadata.json", text),
        Err(error) => tree.trouble(format!("provider-metadata.json: {error}")),
    }
}
