//! What other programs make of the tree: our CSAF tests, the hash files, GnuPG.

use super::*;
use std::path::Path;
use std::process::Command;
use wardroom_domain::products::{FileHash, Marks};
use wardroom_formats::csaf::CsafDocument;
use wardroom_formats::rendering::Format;

fn documents(built: &Built) -> Vec<(String, CsafDocument)> {
    let is_document = |path: &&String| path.starts_with(".well-known/csaf/white/2026/") && path.ends_with(".json");
    built.files.keys().filter(is_document).map(|path| (path.clone(), serde_json::from_str(text(built, path)).unwrap())).collect()
}

#[test]
fn documents_pass_the_mandatory_tests() {
    let documents = documents(&built(&full()));
    assert_eq!(documents.len(), 3);
    for (path, document) in documents {
        let report = wardroom_check::check(serde_json::to_value(&document).unwrap(), wardroom_check::Preset::Full);
        assert_eq!(report.errors, [], "{path}");
    }
}

#[test]
fn a_document_says_what_the_advisory_says() {
    let built = built(&full());
    let json: serde_json::Value = serde_json::from_str(text(&built, ".well-known/csaf/white/2026/example-sa-2026-0001.json")).unwrap();
    let tracking = &json["document"]["tracking"];
    assert_eq!(tracking["version"], "2");
    assert_eq!(tracking["initial_release_date"], "2026-02-01T08:00:00Z");
    assert_eq!(tracking["current_release_date"], "2026-04-01T08:00:00Z");
    assert_eq!(tracking["generator"]["engine"]["name"], "Wardroom");
    assert_eq!(tracking["revision_history"][0]["summary"], "Version 1");
    let one = &json["vulnerabilities"][0];
    assert_eq!(one["product_status"]["known_affected"], json!(["vx-200:< 2.5.0"]));
    assert_eq!(one["product_status"]["fixed"], json!(["vx-200:2.5.0"]));
    assert_eq!(one["product_status"]["under_investigation"], json!(["vx-300"]));
    assert_eq!(one["product_status"]["known_not_affected"], json!(["vx-100"]));
    assert_eq!(one["flags"], json!([{"label": "vulnerable_code_not_present", "product_ids": ["vx-100"]}]));
    assert_eq!(one["remediations"][0]["category"], "vendor_fix");
    assert_eq!(one["remediations"][1]["product_ids"], json!(["vx-200:< 2.5.0"]));
    assert_eq!(one["scores"][0]["cvss_v3"]["baseScore"], 8.8);
    assert_eq!(one["cwe"]["id"], "CWE-787");
    assert!(one["notes"].as_array().unwrap().iter().any(|note| note["title"] == "CVSS v4.0"));
    assert_eq!(json["product_tree"]["branches"][0]["name"], "Example Works");
    assert_eq!(json["document"]["references"][0]["url"], "https://psirt.example.com/.well-known/csaf/white/2026/example-sa-2026-0001.json");
    assert_eq!(json["document"]["acknowledgments"][0]["names"][0], "Lin Xiao, Example Labs");
}

#[test]
fn openvex_states_the_same_as_csaf_and_no_range_as_a_package() {
    let built = built(&full());
    let json: serde_json::Value = serde_json::from_str(text(&built, "openvex/EXAMPLE-SA-2026-0001.json")).unwrap();
    let page = "https://psirt.example.com/advisories/EXAMPLE-SA-2026-0001.html";
    let cve = json!({"name": "CVE-2026-12345", "description": "Overflow in the frame parser"});
    let purl = |purl: &str, version: &str| {
        let cpe = format!("cpe:2.3:o:example:vx_200:{version}:*:*:*:*:*:*:*");
        json!([{"@id": purl, "identifiers": {"purl": purl, "cpe23": cpe}}])
    };
    assert_eq!(json["version"], 2);
    let expected = json!([
        {"vulnerability": cve, "products": [{"@id": format!("{page}#vx-200:%3C%202.5.0")}], "status": "affected",
         "action_statement": "Update to 2.5.0.\nFilter."},
        {"vulnerability": cve, "products": purl("pkg:generic/example/vx-200@2.5.0", "2.5.0"), "status": "fixed"},
        {"vulnerability": cve, "products": purl("pkg:generic/example/vx-200", "*"), "status": "under_investigation"},
        {"vulnerability": cve, "products": purl("pkg:generic/example/vx-200", "*"), "status": "not_affected",
         "justification": "vulnerable_code_not_present"},
    ]);
    assert_eq!(json["statements"], expected);
}

#[test]
fn hardware_revisions_and_marks_reach_the_formats() {
    let mut content = content("EXAMPLE-SA-2026-0009", 1);
    let one = &mut content.vulnerabilities[0];
    one.impacts =
        vec![AdvisoryImpact { hardware: vec!["A".into(), "B".into()], ..impact("vx-200", ImpactStatus::Affected, "< 2.5.0", "2.5.0") }];
    one.remediations.truncate(1);
    one.remediations[0].planned = true;
    one.remediations[0].since = Some(at("2026-03-01T08:00:00Z"));
    let hash =
        |version: &str| FileHash { version: version.into(), file: "vx.bin".into(), algorithm: "sha256".into(), value: "ab".repeat(32) };
    let product = &mut content.products[0];
    product.vendor = "Other Works".into();
    product.marks = Marks { skus: vec!["VX-EU".into()], hashes: vec![hash("2.5.0"), hash("2.4.0")], ..Marks::default() };
    content.products.truncate(1);
    let voice = Voice::new(profile(), "https://psirt.example.com", "psirt@example.com");
    assert!(csaf_report(&content, now(), &voice).errors.is_empty());
    let release = Release { content: &content, released_at: now(), shared: &[] };
    let editions = editions(release, &voice);
    let read = |format| serde_json::from_str::<serde_json::Value>(&editions.render(format, "").unwrap()).unwrap();
    let csaf = read(Format::Csaf20);
    let status = &csaf["vulnerabilities"][0]["product_status"];
    assert_eq!(status["known_affected"], json!(["vx-200:< 2.5.0@A", "vx-200:< 2.5.0@B"]));
    assert_eq!(status["fixed"], json!(["vx-200:2.5.0@A", "vx-200:2.5.0@B"]));
    assert_eq!(csaf["product_tree"]["relationships"].as_array().unwrap().len(), 4);
    let first = &csaf["product_tree"]["relationships"][0];
    assert_eq!(first["category"], "installed_on");
    assert_eq!((&first["product_reference"], &first["relates_to_product_reference"]), (&json!("vx-200:< 2.5.0"), &json!("vx-200@A")));
    assert_eq!(first["full_product_name"]["name"], "Other Works VX-200 < 2.5.0 (hardware A)");
    let tree = csaf["product_tree"]["branches"].to_string();
    assert_eq!((tree.matches("vx.bin").count(), tree.matches("VX-EU").count(), tree.matches("Other Works").count() > 3), (1, 4, true));
    let remedy = |json: &serde_json::Value| {
        let one = &json["vulnerabilities"][0]["remediations"][0];
        (one["category"].as_str().unwrap().to_owned(), one["date"].as_str().unwrap().to_owned())
    };
    assert_eq!(remedy(&csaf), ("none_available".into(), "2026-03-01T08:00:00Z".into()));
    let newer = read(Format::Csaf21);
    assert_eq!(remedy(&newer).0, "fix_planned");
    assert_eq!(newer["product_tree"]["product_paths"][0]["subpaths"][0]["next_product_reference"], "vx-200@A");
    assert_eq!(
        read(Format::Cve)["containers"]["cna"]["affected"][0]["platforms"],
        json!(["Other Works VX-200 hardware A", "Other Works VX-200 hardware B"])
    );
    assert_eq!(read(Format::OpenVex)["statements"][0]["products"][0]["subcomponents"].as_array().unwrap().len(), 1);
    // An advisory without them has the hash it had before there were any.
    let plain = super::content("EXAMPLE-SA-2026-0009", 1);
    let json = serde_json::to_string(&plain).unwrap();
    assert!(!["hardware", "marks", "vendor", "planned", "since"].iter().any(|name| json.contains(&format!("\"{name}\""))), "{json}");
}

#[test]
fn cve_osv_and_cyclonedx_state_the_same() {
    let built = built(&full());
    let read = |path: &str| serde_json::from_str::<serde_json::Value>(text(&built, path)).unwrap();
    let record = read("cve/CVE-2026-12345.json");
    let cna = &record["containers"]["cna"];
    assert_eq!(record["cveMetadata"]["cveId"], "CVE-2026-12345");
    let named: Vec<(&str, &str)> = cna["affected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["product"].as_str().unwrap(), one["defaultStatus"].as_str().unwrap()))
        .collect();
    assert_eq!(named, [("VX-200", "unknown"), ("VX-300", "unknown"), ("VX-100", "unaffected")]);
    assert_eq!(
        cna["affected"][0]["versions"],
        json!([
            {"version": "0", "lessThan": "2.5.0", "versionType": "semver", "status": "affected"},
            {"version": "2.5.0", "status": "unaffected"},
        ])
    );
    assert_eq!(cna["affected"][0]["packageURL"], "pkg:generic/example/vx-200");
    assert_eq!(cna["credits"], json!([{"lang": "en", "type": "finder", "value": "Lin Xiao, Example Labs"}]));
    let urls: Vec<&str> = cna["references"].as_array().unwrap().iter().map(|one| one["url"].as_str().unwrap()).collect();
    assert!(urls.contains(&"https://psirt.example.com/advisories/EXAMPLE-SA-2026-0001.html"));
    assert_eq!(cna["providerMetadata"]["orgId"], "00000000-0000-4000-8000-000000000000");

    let record = read("osv/EXAMPLE-SA-2026-0001.json");
    assert_eq!(record["id"], "x_EXAMPLE-SA-2026-0001");
    assert_eq!(record["aliases"], json!(["CVE-2026-12345"]));
    assert_eq!(record["affected"].as_array().unwrap().len(), 1);
    assert_eq!(record["affected"][0]["ranges"], json!([{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.5.0"}]}]));
    assert_eq!(record["affected"][0]["database_specific"]["product"], "VX-200");
    assert_eq!(record["affected"][0].get("package"), None, "no ecosystem of OSV has it");

    let bom = read("cyclonedx/EXAMPLE-SA-2026-0001.json");
    let states: Vec<(&str, &serde_json::Value)> = bom["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["analysis"]["state"].as_str().unwrap(), &one["affects"][0]["versions"]))
        .collect();
    assert_eq!(states[0], ("exploitable", &json!([{"range": "vers:intdot/<2.5.0", "status": "affected"}])));
    assert_eq!(states[1], ("resolved", &json!([{"version": "2.5.0", "status": "unaffected"}])));
    assert_eq!((states[2].0, states[3].0, states.len()), ("not_affected", "in_triage", 4));
    assert_eq!(bom["serialNumber"], read("cyclonedx/EXAMPLE-SA-2026-0001.json")["serialNumber"]);
    assert_ne!(bom["serialNumber"], read("cyclonedx/EXAMPLE-SA-2026-0003.json")["serialNumber"]);

    // What was taken back says so where a format can, and is not there where it cannot.
    assert_eq!(read("osv/EXAMPLE-SA-2026-0002.json")["withdrawn"], "2026-06-01T08:00:00Z");
    assert!(!built.files.keys().any(|path| path == "openvex/EXAMPLE-SA-2026-0002.json" || path == "cyclonedx/EXAMPLE-SA-2026-0002.json"));
}

#[test]
fn files_fit_the_published_schemas() {
    let Some(corpora) = std::env::var_os("WARDROOM_CORPORA").map(std::path::PathBuf::from) else {
        println!("skipped: WARDROOM_CORPORA is not set, so OpenVEX and ROLIE were not checked by their schemas");
        return;
    };
    const SCRIPT: &str = "import sys, json, jsonschema\n\
         for schema, path in zip(sys.argv[1::2], sys.argv[2::2]):\n\
         \x20   schema = json.load(open(schema)); jsonschema.validators.validator_for(schema)(schema).validate(json.load(open(path)))\n";
    let place = tempfile::tempdir().unwrap();
    folder::write_out(place.path(), &built(&full()).files);
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT]);
    for (schema, path) in [
        ("openvex-0.2.0.schema.json", "openvex/EXAMPLE-SA-2026-0001.json"),
        ("openvex-0.2.0.schema.json", "openvex/EXAMPLE-SA-2026-0003.json"),
        ("osv-1.7.5.schema.json", "osv/EXAMPLE-SA-2026-0001.json"),
        ("osv-1.7.5.schema.json", "osv/EXAMPLE-SA-2026-0002.json"),
        ("CVE_JSON_bundled_5.1.1.json", "cve/CVE-2026-12345.json"),
        ("ROLIE_feed_json_schema.json", ".well-known/csaf/white/feed-tlp-white.json"),
    ] {
        command.arg(corpora.join("schemas").join(schema)).arg(place.path().join(path));
    }
    let output = match command.output() {
        Ok(output) if !String::from_utf8_lossy(&output.stderr).contains("ModuleNotFoundError") => output,
        Ok(_) | Err(_) => {
            println!("skipped: python3 with jsonschema is absent, so OpenVEX and ROLIE were not checked by their schemas");
            return;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn versions_become_products_with_one_state_each() {
    use ImpactStatus::{Affected, Fixed, UnderInvestigation};
    type Ids = &'static [&'static str];
    let table: [(AdvisoryImpact, Ids, Ids, Ids); 7] = [
        (impact("p", Affected, "", ""), &["p"], &[], &[]),
        (impact("p", Affected, "all versions", "3"), &["p"], &["p:3"], &[]),
        (impact("p", Affected, "2.0 - 2.4", " 2.5 "), &["p:2.0 - 2.4"], &["p:2.5"], &[]),
        (impact("p", Fixed, "< 3", "3"), &["p:< 3"], &["p:3"], &[]),
        (impact("p", Fixed, "", "3"), &[], &["p:3"], &[]),
        (impact("p", Fixed, "3", "3"), &[], &["p:3"], &[]),
        (impact("p", UnderInvestigation, "1.x", "2"), &[], &[], &["p:1.x"]),
    ];
    for (impact, affected, fixed, open) in table {
        let mut content = content("EXAMPLE-SA-2026-0009", 1);
        content.vulnerabilities[0].impacts = vec![impact.clone()];
        let release = Release { content: &content, released_at: now(), shared: &[] };
        let voice = Voice::new(profile(), "https://psirt.example.com", "");
        let status = to_input(release, &voice, "en").vulnerabilities.remove(0).status;
        assert_eq!(
            (&*status.known_affected, &*status.fixed, &*status.under_investigation),
            (&*owned(affected), &*owned(fixed), &*owned(open)),
            "{impact:?}"
        );
    }
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

#[test]
fn the_gate_names_what_a_machine_would_refuse() {
    let voice = Voice::new(profile(), "https://psirt.example.com", "psirt@example.com");
    let found = |change: fn(&mut AdvisoryContent)| {
        let mut content = content("EXAMPLE-SA-2026-0009", 1);
        change(&mut content);
        let report = csaf_report(&content, now(), &voice);
        report.errors.into_iter().map(|one| (one.test, one.path)).collect::<Vec<_>>()
    };
    assert_eq!(found(|_| {}), []);
    assert_eq!(
        found(|one| one.vulnerabilities[0].scores[0].vector = "CVSS:3.1/AV:X".into()),
        [("schema".to_owned(), "/vulnerabilities/0/scores/0".to_owned())]
    );
    let tests = |found: Vec<(String, String)>| found.into_iter().map(|(test, _)| test).collect::<Vec<_>>();
    assert_eq!(tests(found(|one| one.vulnerabilities[0].remediations[0].products = vec!["nowhere".into()])), ["6.1.1"]);
    assert!(tests(found(|one| one.products[0].purl = "pkg:nothing".into())).contains(&"schema".to_owned()));
    assert!(tests(found(|one| one.vulnerabilities.push(one.vulnerabilities[0].clone()))).contains(&"6.1.23".to_owned()));
    assert!(tests(found(|one| one.vulnerabilities[0].impacts.clear())).contains(&"6.1.27.6".to_owned()));
}

#[test]
fn hash_files_and_listings_fit_the_documents() {
    let built = built(&full());
    for (path, _) in documents(&built) {
        let digests = wardroom_formats::provider::digests(&built.files[&path]);
        let name = path.rsplit('/').next().unwrap();
        assert_eq!(text(&built, &format!("{path}.sha256")), format!("{}  {name}\n", digests.sha256));
        assert_eq!(text(&built, &format!("{path}.sha512")), format!("{}  {name}\n", digests.sha512));
        let below = path.strip_prefix(".well-known/csaf/white/").unwrap();
        assert!(text(&built, ".well-known/csaf/white/index.txt").lines().any(|line| line == below));
    }
    // Every address of ours in a feed or in the metadata leads to a file.
    for path in [".well-known/csaf/white/feed-tlp-white.json", "feeds/advisories.json", ".well-known/csaf/provider-metadata.json"] {
        let mut seen = 0;
        for part in text(&built, path).split('"').filter_map(|part| part.strip_prefix("https://psirt.example.com/")) {
            let known = built.files.contains_key(part) || part.ends_with('/');
            // Ids of items have no end.
            let is_id = path.ends_with("advisories.json") && part.starts_with("advisories/") && !part.contains('.');
            assert!(known || is_id, "{path}: {part}");
            seen += 1;
        }
        assert!(seen > 3, "{path}: {seen}");
    }
}

fn gpg(home: &Path, args: &[&str], file: &Path, more: Option<&Path>) -> Option<(bool, String)> {
    let mut command = Command::new("gpg");
    command.arg("--homedir").arg(home).args(["--batch", "--no-autostart", "--no-auto-check-trustdb"]).args(args).arg(file);
    let output = command.args(more).env("LC_ALL", "C").output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn gnupg_believes_every_signature() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("gnupg");
    std::fs::create_dir(&home).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let built = built(&full());
    let tree = place.path().join("tree");
    folder::write_out(&tree, &built.files);
    let Some((imported, said)) = gpg(&home, &["--import"], &tree.join("pgp-key.asc"), None) else {
        println!("skipped: gpg is absent, so no other program checked the signatures");
        return;
    };
    assert!(imported, "{said}");
    let mut checked = 0;
    for path in built.marks.keys() {
        let signed = path.strip_suffix(".asc").map(|path| tree.join(path));
        let (good, said) = gpg(&home, &["--verify"], &tree.join(path), signed.as_deref()).unwrap();
        assert!(good && said.contains("Good signature from \"Example PSIRT"), "{path}: {said}");
        checked += 1;
    }
    assert_eq!(checked, 6, "three documents, two former ones and security.txt");
    // A key as the directory serves it is the same key.
    let hu = wardroom_mail::keys::wkd::direct_path("psirt");
    let (imported, said) = gpg(&home, &["--import"], &tree.join(hu.trim_start_matches('/')), None).unwrap();
    assert!(imported && said.contains("not changed"), "{said}");
    // And a changed document is found out.
    let document = tree.join(".well-known/csaf/white/2026/example-sa-2026-0001.json");
    std::fs::write(&document, std::fs::read_to_string(&document).unwrap().replace("2.5.0", "2.5.1")).unwrap();
    let (good, _) =
        gpg(&home, &["--verify"], &tree.join(".well-known/csaf/white/2026/example-sa-2026-0001.json.asc"), Some(&document)).unwrap();
    assert!(!good);
}
