use super::*;

fn things(text: &str) -> Vec<(String, String, String, String, usize)> {
    let sbom = read(text.as_bytes()).unwrap();
    sbom.things
        .into_iter()
        .map(|one| (one.vendor, one.name, one.version, if one.purl.is_empty() { one.cpe } else { one.purl }, one.hashes.len()))
        .collect()
}

fn owned(list: &[(&str, &str, &str, &str, usize)]) -> Vec<(String, String, String, String, usize)> {
    list.iter().map(|(a, b, c, d, e)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned(), (*d).to_owned(), *e)).collect()
}

const JSON: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "device", "name": "Gate", "version": "7"}},
  "components": [
    {"type": "library", "name": "vx-200", "version": "2.4", "supplier": {"name": "Example"}, "purl": "pkg:generic/example/vx-200@2.4",
     "hashes": [{"alg": "SHA-256", "content": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}],
     "components": [{"name": "inner", "version": "1", "cpe": "cpe:2.3:a:example:inner:1:*:*:*:*:*:*:*"}]},
    {"type": "file"}]}"#;

#[test]
fn cyclonedx_json() {
    assert_eq!(
        things(JSON),
        owned(&[
            ("", "Gate", "7", "", 0),
            ("Example", "vx-200", "2.4", "pkg:generic/example/vx-200@2.4", 1),
            ("", "inner", "1", "cpe:2.3:a:example:inner:1:*:*:*:*:*:*:*", 0),
        ])
    );
}

#[test]
fn cyclonedx_xml() {
    let xml = r#"<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
  <metadata><component type="device"><name>Gate</name><version>7</version></component><tools><tool><name>scan</name></tool></tools></metadata>
  <components>
    <component type="library"><supplier><name>Exam &amp; ple</name><contact><name>Ada</name></contact></supplier><name>vx-200</name><version>2.4</version>
      <hashes><hash alg="SHA-256">00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff</hash></hashes>
      <licenses><license><name>MIT</name></license></licenses><purl>pkg:generic/example/vx-200@2.4</purl>
      <components><component type="library"><name>inner</name><version><![CDATA[1]]></version></component></components>
    </component><component/></components></bom>"#;
    assert_eq!(
        things(xml),
        owned(&[("", "Gate", "7", "", 0), ("", "inner", "1", "", 0), ("Exam & ple", "vx-200", "2.4", "pkg:generic/example/vx-200@2.4", 1)])
    );
    for (text, expected) in [
        ("<html></html>", NotRead::Unknown),
        ("<bom xmlns=\"http://other\"/>", NotRead::Unknown),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"/>", NotRead::Unknown),
        ("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">\n<components></bom>", NotRead::Broken { line: 2 }),
        ("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">\n", NotRead::Broken { line: 2 }),
    ] {
        assert_eq!(read(text.as_bytes()), Err(expected), "{text}");
    }
    let deep = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">{}", "<components>".repeat(200));
    assert_eq!(read(deep.as_bytes()), Err(NotRead::TooLarge));
}

#[test]
fn spdx() {
    let json = r#"{"spdxVersion": "SPDX-2.3", "packages": [
      {"name": "vx-200", "versionInfo": "2.4", "supplier": "Organization: Example (psirt@example.com)",
       "checksums": [{"algorithm": "SHA256", "checksumValue": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}],
       "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:generic/example/vx-200@2.4"}]},
      {"name": "other", "versionInfo": "NOASSERTION", "supplier": "NOASSERTION"}]}"#;
    let expected = owned(&[("Example", "vx-200", "2.4", "pkg:generic/example/vx-200@2.4", 1), ("", "other", "", "", 0)]);
    assert_eq!(things(json), expected);
    let text = "SPDXVersion: SPDX-2.3\nDocumentName: x\n\nPackageName: vx-200\nPackageVersion: 2.4\nPackageSupplier: Organization: Example\n\
        PackageComment: <text>over\nPackageName: not this one\nlines</text>\nPackageChecksum: SHA256: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n\
        ExternalRef: PACKAGE-MANAGER purl pkg:generic/example/vx-200@2.4\n\nPackageName: other\nPackageVersion: NOASSERTION\nFileName: ./x\nPackageVersion: 9\n";
    assert_eq!(things(text), expected);
}

#[test]
fn what_is_no_sbom_is_told_without_its_words() {
    for (text, expected) in [
        ("", NotRead::Unknown),
        ("  \n", NotRead::Unknown),
        ("{}", NotRead::Unknown),
        ("{\"a\":\n", NotRead::Broken { line: 2 }),
        ("{\"spdxVersion\": \"SPDX-3.0\"}", NotRead::Unknown),
        ("{\"spdxVersion\": \"SPDX-2.3\", \"bomFormat\": \"CycloneDX\"}", NotRead::Unknown),
        ("[]", NotRead::Unknown),
        ("PackageName: x", NotRead::Unknown),
        ("hello", NotRead::Unknown),
    ] {
        assert_eq!(read(text.as_bytes()), Err(expected), "{text}");
    }
    assert_eq!(read(b"\xff\xfe{"), Err(NotRead::Broken { line: 1 }));
    let many = format!("{{\"bomFormat\":\"CycloneDX\",\"components\":[{}]}}", vec!["{\"name\":\"x\"}"; MOST + 1].join(","));
    assert_eq!(read(many.as_bytes()), Err(NotRead::TooMany));
    let deep = format!("{{\"bomFormat\":\"CycloneDX\",\"components\":{}", "[{\"components\":".repeat(80));
    assert_eq!(read(deep.as_bytes()), Err(NotRead::TooLarge));
    let long = format!("{{\"bomFormat\":\"CycloneDX\",\"components\":[{{\"name\":\"{}\",\"version\":\"1\"}}]}}", "x".repeat(2_000));
    assert_eq!(read(long.as_bytes()).unwrap().things, []);
}

/// No cut of a sound document, and no change of one byte, does anything but answer.
#[test]
fn damaged_documents_are_survived() {
    let bytes = JSON.as_bytes();
    for end in 0..bytes.len() {
        drop(read(&bytes[..end]));
        let mut other = bytes.to_vec();
        other[end] ^= 0x15;
        drop(read(&other));
    }
}
