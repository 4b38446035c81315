//! Trees that grow: what is written one by one is what is written at once, pages of lists stay, records of one CVE have one owner.

use super::folder::write;
use super::*;
use std::fs;

fn one(number: u32, change: impl Fn(&mut AdvisoryContent)) -> Vec<Arc<PublicAdvisory>> {
    let at = format!("2026-{:02}-{:02}T{:02}:00:00Z", 1 + number / 672 % 12, 1 + number / 24 % 28, number % 24);
    published(&facts(&format!("EXAMPLE-SA-2026-{number:04}"), &[at.as_str()], None, change))
}

fn plain(number: u32) -> Vec<Arc<PublicAdvisory>> {
    one(number, |content| {
        content.vulnerabilities[0].cve = format!("CVE-2026-{}", 20_000 + number);
        content.products.truncate(1);
        content.vulnerabilities[0].impacts.truncate(1);
        if number % 7 > 0 {
            content.texts.credits.clear();
        }
    })
}

fn only(advisories: Vec<Arc<PublicAdvisory>>) -> Order {
    Order { advisories, whole: false, through: 1 }
}

#[test]
fn many_one_by_one_are_as_many_at_once() {
    let place = tempfile::tempdir().unwrap();
    let all: Vec<Arc<PublicAdvisory>> = (0..230).flat_map(plain).collect();
    let site = world_of(Vec::new());
    write(place.path(), &site, &whole(&world_of(all[..219].to_vec())), false);
    let mut written = Vec::new();
    for advisory in &all[219..] {
        written = write(place.path(), &site, &only(vec![advisory.clone()]), false).written;
    }
    let at_once = built(&world_of(all.clone()));
    assert_eq!(changes(&at_once.files, &read(place.path()).unwrap().files), Vec::<String>::new());
    // The last one made its own page and those that list the newest others, not the pages of former ones.
    let pages: Vec<&String> = written.iter().filter(|path| path.contains("/page-") || path.contains("feeds/advisories-")).collect();
    assert_eq!(pages.len(), 1 + 4, "{pages:?}");
    assert!(text(&at_once, "advisories/page-1.html").starts_with("EXAMPLE-SA-2026-0099 "));
    assert!(text(&at_once, "advisories/index.html").ends_with("230 3"));
    // Every advisory is in one of the pages of the feed that the feed leads to.
    let mut address = Some("feeds/advisories.json".to_owned());
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = address {
        let feed: serde_json::Value = serde_json::from_str(text(&at_once, &path)).unwrap();
        seen.extend(feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        address = feed["next_url"].as_str().map(|url| url.replace("https://psirt.example.com/", ""));
    }
    assert_eq!(seen.len(), 230);
}

#[test]
fn the_newest_advisory_owns_the_record_of_a_cve() {
    let place = tempfile::tempdir().unwrap();
    let site = world_of(Vec::new());
    let about = |number: u32, cve: &'static str| one(number, move |content| content.vulnerabilities[0].cve = cve.into());
    let url = |place: &std::path::Path| {
        let record = fs::read_to_string(place.join("cve/CVE-2026-7.json")).unwrap();
        (1..=3).find(|number| record.contains(&format!("EXAMPLE-SA-2026-{number:04}.html"))).unwrap()
    };
    let (first, second) = (about(1, "CVE-2026-7"), about(2, "CVE-2026-7"));
    write(place.path(), &site, &whole(&world_of(first.clone())), false);
    assert_eq!(url(place.path()), 1);
    let standing = laying::standing(place.path(), None).unwrap();
    assert_eq!(update::neighbours(&standing, &second), ["EXAMPLE-SA-2026-0001"]);
    write(place.path(), &site, &only([second, first.clone()].concat()), false);
    assert_eq!(url(place.path()), 2);
    // The newer one speaks of another: the record goes back to the older.
    let other = about(2, "CVE-2026-8");
    let standing = laying::standing(place.path(), None).unwrap();
    assert_eq!(update::neighbours(&standing, &other), ["EXAMPLE-SA-2026-0001"]);
    write(place.path(), &site, &only([other.clone(), first.clone()].concat()), false);
    assert_eq!(url(place.path()), 1);
    assert_eq!(read(place.path()).unwrap().files, built(&world_of([other, first].concat())).files);
}

#[test]
fn another_maker_or_key_makes_everything_anew_and_nothing_else_does() {
    let world = full();
    let key = signer();
    let shape = |world: &PublicWorld, key: &TeamSecret| update(world, key).shape().unwrap();
    let first = shape(&world, &key);
    assert_eq!(first, shape(&world_of(Vec::new()), &key), "the advisories are no part of it");
    let mut other = world.clone();
    other.base_url = "https://other.example".into();
    assert_ne!(shape(&other, &key), first);
    assert_ne!(shape(&world, &super::key(9, "2026-03-01T00:00:00Z")), first);
    let mut newer = (*world.profile).clone();
    newer.disclosure.formats = vec![wardroom_domain::profile::Format::Csaf21];
    other = PublicWorld { profile: Arc::new(newer), ..world.clone() };
    assert_ne!(shape(&other, &key).parts, first.parts);
}

#[test]
fn csaf_2_1_is_published_where_the_profile_says_so() {
    let world = full();
    let mut newer = (*world.profile).clone();
    newer.disclosure.formats = vec![wardroom_domain::profile::Format::Csaf20, wardroom_domain::profile::Format::Csaf21];
    let world = PublicWorld { profile: Arc::new(newer), ..world };
    let built = built(&world);
    let read = |path: &str| serde_json::from_str::<serde_json::Value>(text(&built, path)).unwrap();
    let document = ".well-known/csaf/v2.1/clear/2026/example-sa-2026-0001.json";
    assert_eq!(read(document)["document"]["csaf_version"], "2.1");
    let digests = wardroom_formats::provider::digests(&built.files[document]);
    assert!(text(&built, &format!("{document}.sha512")).starts_with(&digests.sha512));
    assert!(built.marks.contains_key(&format!("{document}.asc")));
    assert_eq!(read(".well-known/csaf/v2.1/clear/feed-tlp-clear.json")["feed"]["entry"].as_array().unwrap().len(), 3);
    assert!(text(&built, ".well-known/csaf/v2.1/clear/changes.csv").starts_with("2026/example-sa-2026-0003.json,2026-07-01T08:00:00Z\r\n"));
    let metadata = read(".well-known/csaf/v2.1/provider-metadata.json");
    assert_eq!(metadata["metadata_version"], "2.1");
    assert_eq!(metadata["distributions"][1]["directory"]["tlp_label"], "CLEAR");
    assert_eq!(text(&built, ".well-known/csaf/v2.0/provider-metadata.json"), text(&built, ".well-known/csaf/provider-metadata.json"));
    assert_eq!(text(&built, ".well-known/security.txt").matches("\nCSAF: https://psirt.example.com/.well-known/csaf/").count(), 3);
    // The 2.0 part is what it is without 2.1.
    assert_eq!(built.files[".well-known/csaf/white/index.txt"], super::built(&full()).files[".well-known/csaf/white/index.txt"]);
}
