//! What is in the tree, and what is not.

use super::*;

const DOCUMENT: &str = ".well-known/csaf/white/2026/example-sa-2026-0001.json";

#[test]
fn every_file_of_the_tree_is_there() {
    let key = signer().fingerprint();
    let old = super::key(8, "2025-03-01T00:00:00Z").fingerprint();
    let hu = wardroom_mail::keys::wkd::local_hash("psirt");
    let mut expected = vec![
        ".well-known/csaf/provider-metadata.json".to_owned(),
        ".well-known/csaf/white/changes.csv".into(),
        ".well-known/csaf/white/feed-tlp-white.json".into(),
        ".well-known/csaf/white/index.txt".into(),
        ".well-known/openpgpkey/example.com/policy".into(),
        ".well-known/openpgpkey/policy".into(),
        ".well-known/security.txt".into(),
        ".well-known/csaf/category.json".into(),
        ".well-known/csaf/service.json".into(),
        "advisories/index.html".into(),
        "policy.html".into(),
        "thanks.html".into(),
        "cve/CVE-2026-12345.json".into(),
        "cve/CVE-2026-12346.json".into(),
        "cyclonedx/EXAMPLE-SA-2026-0001.json".into(),
        "cyclonedx/EXAMPLE-SA-2026-0003.json".into(),
        "feeds/advisories.atom".into(),
        "feeds/advisories.json".into(),
        "feeds/advisories.zh.atom".into(),
        "feeds/advisories.zh.json".into(),
        "index.html".into(),
        "openvex/EXAMPLE-SA-2026-0001.json".into(),
        "openvex/EXAMPLE-SA-2026-0003.json".into(),
        "pgp-key.asc".into(),
        format!(".well-known/openpgpkey/hu/{hu}"),
        format!(".well-known/openpgpkey/example.com/hu/{hu}"),
        format!(".well-known/csaf/openpgp/{key}.asc"),
        format!(".well-known/csaf/openpgp/{old}.asc"),
    ];
    for product in ["vx-100", "vx-200", "vx-300"] {
        expected.extend(["atom", "json", "zh.atom", "zh.json"].map(|end| format!("feeds/products/{product}.{end}")));
    }
    for number in ["0001", "0002", "0003"] {
        let document = format!(".well-known/csaf/white/2026/example-sa-2026-{number}.json");
        expected.extend(["", ".asc", ".sha256", ".sha512"].map(|end| format!("{document}{end}")));
        expected.push(format!("osv/EXAMPLE-SA-2026-{number}.json"));
        expected.extend(["html", "txt", "zh.txt"].map(|end| format!("advisories/EXAMPLE-SA-2026-{number}.{end}")));
    }
    // Former versions keep their documents.
    for number in ["0001", "0002"] {
        expected.extend(["", ".asc", ".sha256", ".sha512"].map(|end| format!("advisories/EXAMPLE-SA-2026-{number}/v1.json{end}")));
    }
    expected.sort();
    let built = built(&full());
    assert_eq!(built.files.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(text(&built, "pgp-key.asc").starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----"));
}

#[test]
fn the_same_world_gives_the_same_bytes() {
    let first = built(&full()).files;
    let paths = |now: &str| {
        let again = build(&full(), Some(&signer()), &Plain, at(now)).unwrap();
        assert_eq!(again.len(), first.len());
        changes(&first, &again)
    };
    assert_eq!(paths("2026-11-21T12:00:00Z"), Vec::<String>::new());
    // Also days later: no file tells when it was made.
    assert_eq!(paths("2026-12-02T23:59:59Z"), Vec::<String>::new());
    // A new period gives `security.txt` a new end.
    assert_eq!(paths("2026-12-03T00:00:00Z"), [".well-known/security.txt"]);
}

#[test]
fn nothing_but_the_content_is_in_any_file() {
    // The canary is the case, the actors, the approver and the submitted hash of every advisory.
    let facts = all_facts();
    assert!(format!("{facts:?}").contains(CANARY));
    for (path, bytes) in &built(&full()).files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!path.contains(CANARY) && !text.contains(CANARY), "{path}");
        assert!(!text.contains("EXAMPLE-SA-2026-0004"), "{path} tells of a draft");
    }
}

#[test]
fn texts_are_in_their_language() {
    let built = built(&full());
    assert!(text(&built, "advisories/EXAMPLE-SA-2026-0001.txt").starts_with("VX-200: <frames> & overflow\n"));
    assert!(text(&built, "advisories/EXAMPLE-SA-2026-0001.zh.txt").starts_with("VX-200：帧处理溢出\n"));
    let chinese = text(&built, ".well-known/csaf/white/2026/example-sa-2026-0003.json");
    assert!(chinese.contains("\"lang\": \"zh-CN\"") && chinese.contains("示例公司"));
    // The publisher is the one of the provider metadata.
    assert!(chinese.contains("\"name\": \"Example Works PSIRT\""));
}

#[test]
fn a_withdrawn_advisory_says_so_everywhere() {
    let built = built(&full());
    for path in
        [".well-known/csaf/white/2026/example-sa-2026-0002.json", "feeds/advisories.atom", ".well-known/csaf/white/feed-tlp-white.json"]
    {
        assert!(text(&built, path).contains("Withdrawn: VX-200"), "{path}");
    }
    let document = text(&built, ".well-known/csaf/white/2026/example-sa-2026-0002.json");
    assert!(document.contains("Reasoning for Withdrawal") && document.contains("It was another product."), "{document}");
    assert!(!built.files.contains_key("openvex/EXAMPLE-SA-2026-0002.json"), "nothing is stated about products any more");
    let listed = text(&built, ".well-known/csaf/white/changes.csv");
    assert!(listed.contains("\"2026/example-sa-2026-0002.json\",\"2026-06-01T08:00:00Z\"\r\n"), "{listed}");
}

#[test]
fn machines_read_https_addresses_only() {
    let mut world = full();
    world.base_url = "http://127.0.0.1:8080".into();
    let built = built(&world);
    for path in
        [DOCUMENT, ".well-known/csaf/provider-metadata.json", ".well-known/security.txt", ".well-known/csaf/white/feed-tlp-white.json"]
    {
        let text = text(&built, path);
        assert!(text.contains("https://127.0.0.1:8080/") && !text.contains("http://"), "{path}");
    }
    // People's readers follow the address as it is.
    assert!(text(&built, "feeds/advisories.atom").contains("http://127.0.0.1:8080/advisories/EXAMPLE-SA-2026-0001.html"));
    world.base_url = String::new();
    assert!(build(&world, None, &Plain, now()).is_err());
}

#[test]
fn without_advisories_or_keys_the_tree_is_valid_and_claims_no_more() {
    let mut world = world_of(Vec::new());
    let empty = built(&world);
    assert_eq!(text(&empty, ".well-known/csaf/white/index.txt"), "");
    assert_eq!(text(&empty, ".well-known/csaf/white/changes.csv"), "");
    assert!(text(&empty, ".well-known/csaf/white/feed-tlp-white.json").contains("\"entry\": []"));
    assert!(text(&empty, "feeds/advisories.json").contains("\"items\": []"));
    assert!(text(&empty, ".well-known/csaf/provider-metadata.json").contains("\"csaf_trusted_provider\""));

    world.keys.clear();
    let bare = build(&world, None, &Plain, now()).unwrap();
    let of = |path: &str| String::from_utf8(bare[path].clone()).unwrap();
    assert!(of(".well-known/csaf/provider-metadata.json").contains("\"csaf_provider\""));
    assert!(of(".well-known/security.txt").starts_with("Contact: https://psirt.example.com/report\n"));
    assert!(!of(".well-known/security.txt").contains("Encryption"));
    assert!(!bare.keys().any(|path| path.ends_with(".asc") || path.contains("openpgpkey")));
}

#[test]
fn security_txt_always_has_ninety_to_hundred_eighty_days_left() {
    let mut different = std::collections::BTreeSet::new();
    let (site, key) = (world_of(Vec::new()), signer());
    for day in 0..400_i64 {
        let now = now().checked_add(jiff::SignedDuration::from_hours(24 * day + 7)).unwrap();
        let voice = Voice::new(site.profile.clone(), &site.base_url, &site.address);
        let mut tree = making::Making::new(making::Pen { signer: Some(&key), now, former: &|_, _| None });
        wellknown::security_txt(&site, &voice, false, &mut tree);
        let text = String::from_utf8(tree.files[".well-known/security.txt"].bytes.clone()).unwrap();
        let expires: Timestamp = text.lines().find_map(|line| line.strip_prefix("Expires: ")).unwrap().parse().unwrap();
        let left = expires.duration_since(now).as_hours();
        assert!((24 * 90..=24 * 180).contains(&left), "{now}: {left}");
        different.insert(text);
    }
    assert!((4..=6).contains(&different.len()), "{}", different.len());
}

#[test]
fn kept_signatures_are_used_while_content_and_key_are_the_same() {
    let world = full();
    let path = format!("{DOCUMENT}.asc");
    let stood = || {
        let mut first = built(&world);
        first.files.insert(path.clone(), b"kept".to_vec());
        first
    };
    let with = |world: &PublicWorld, signer: &TeamSecret| built_on(stood(), world, signer, &whole(world)).files;
    assert_eq!(with(&world, &signer())[&path], b"kept");
    assert_ne!(with(&world, &key(9, "2026-03-01T00:00:00Z"))[&path], b"kept");
    // Every page is another, the documents are not: no need to sign them again.
    let mut moved = world.clone();
    moved.address = "other@example.com".into();
    let mut other = moved.clone();
    other.base_url = "https://other.example".into();
    assert_ne!(with(&other, &signer())[&path], b"kept");
}

#[test]
fn a_dry_run_tells_the_files_that_would_change() {
    let mut facts = facts("EXAMPLE-SA-2026-0001", &["2026-02-01T08:00:00Z"], None, |_| {});
    let before = world_of(published(&facts));
    let mut next = content("EXAMPLE-SA-2026-0001", 2);
    next.texts.summary.en.push_str(" Further products.");
    next.revisions = vec![Revision { version: 1, released_at: at("2026-02-01T08:00:00Z"), change: Bilingual::default() }];
    let hash = content_hash(&next);
    for fact in [
        AdvisoryFact::RevisionBegun { version: 2 },
        AdvisoryFact::Submitted { hash: hash.clone() },
        AdvisoryFact::Approved { hash: hash.clone() },
    ] {
        let last = facts.last().unwrap().clone();
        facts.push(Recorded { stream_seq: last.stream_seq + 1, fact: Fact::Advisory(fact), ..last });
    }
    let file = AdvisoryFile::fold(&facts).unwrap();
    let publication = Publication { version: 2, hash, released_at: now(), content: next };
    let cleared = clear(&file, publication, wardroom_domain::communication::EmbargoState::None, "").unwrap();
    let stood = built(&before);
    let fresh = preview::with(before.advisories.first().map(Arc::as_ref), cleared);
    let order = Order { advisories: vec![Arc::new(fresh)], whole: false, through: 0 };
    let (files, key) = (stood.files.clone(), signer());
    let stands = move |file: &standing::Line| files.get(&file.path).cloned();
    let changes =
        preview::would_change(&update(&before, &key), &update(&before, &key).shape().unwrap(), &stood.standing, &order, &stands).unwrap();
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            ".well-known/csaf/provider-metadata.json",
            ".well-known/csaf/white/2026/example-sa-2026-0001.json",
            ".well-known/csaf/white/2026/example-sa-2026-0001.json.asc",
            ".well-known/csaf/white/2026/example-sa-2026-0001.json.sha256",
            ".well-known/csaf/white/2026/example-sa-2026-0001.json.sha512",
            ".well-known/csaf/white/changes.csv",
            ".well-known/csaf/white/feed-tlp-white.json",
            "advisories/EXAMPLE-SA-2026-0001.html",
            "advisories/EXAMPLE-SA-2026-0001.txt",
            "advisories/EXAMPLE-SA-2026-0001.zh.txt",
            "advisories/EXAMPLE-SA-2026-0001/v1.json",
            "advisories/EXAMPLE-SA-2026-0001/v1.json.asc",
            "advisories/EXAMPLE-SA-2026-0001/v1.json.sha256",
            "advisories/EXAMPLE-SA-2026-0001/v1.json.sha512",
            "cve/CVE-2026-12345.json",
            "cyclonedx/EXAMPLE-SA-2026-0001.json",
            "feeds/advisories.atom",
            "feeds/advisories.json",
            "feeds/advisories.zh.atom",
            "feeds/advisories.zh.json",
            "feeds/products/vx-100.atom",
            "feeds/products/vx-100.json",
            "feeds/products/vx-100.zh.atom",
            "feeds/products/vx-100.zh.json",
            "feeds/products/vx-200.atom",
            "feeds/products/vx-200.json",
            "feeds/products/vx-200.zh.atom",
            "feeds/products/vx-200.zh.json",
            "feeds/products/vx-300.atom",
            "feeds/products/vx-300.json",
            "feeds/products/vx-300.zh.atom",
            "feeds/products/vx-300.zh.json",
            "openvex/EXAMPLE-SA-2026-0001.json",
            "osv/EXAMPLE-SA-2026-0001.json",
        ]
    );
    let is_former = |path: &str| path.contains("/v1.json");
    assert!(changes.iter().all(|change| change.is_new == is_former(&change.path) && change.size() > 0 && change.sha256().len() == 64));
}
