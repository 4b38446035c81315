//! Published records in words: what a CVE record (JSON 5.x) or an OSV document says of a vulnerability, for comparing reports with. Deliberately lossy and
//! lenient: it takes what it knows of whatever valid JSON says that it is one of the two; whether a record keeps its format's rules is the business of `import` and the schemas.

use serde_json::Value;

/// Characters kept of one text; public records are short, and nobody compares books.
const LONGEST: usize = 20_000;
/// Values kept of one list.
const MOST: usize = 100;

/// Which format a record came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Cve,
    Osv,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Cve => "cve",
            Kind::Osv => "osv",
        }
    }
}

/// A record as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: Kind,
    /// `CVE-2026-1234`, `RUSTSEC-2026-0001`.
    pub name: String,
    pub title: String,
    pub text: String,
    pub vendor: String,
    pub products: Vec<String>,
    pub versions: Vec<String>,
    /// `CWE-79`.
    pub weaknesses: Vec<String>,
    /// Its own name and its aliases.
    pub identifiers: Vec<String>,
}

/// Why a JSON value gave no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecord {
    #[error("it is neither a CVE record (dataType CVE_RECORD, JSON 5.x) nor an OSV document (id, modified)")]
    Unknown,
    #[error("it was rejected or withdrawn by whoever published it")]
    TakenBack,
    #[error("it says nothing: no title and no description")]
    Silent,
    #[error("its name is longer than 100 characters or has characters that no name has")]
    Name,
}

/// Reads one value.
pub fn read(value: &Value) -> Result<Record, NoRecord> {
    let record = if value.get("dataType").and_then(Value::as_str) == Some("CVE_RECORD") {
        cve(value)?
    } else if value.get("id").is_some_and(Value::is_string) && value.get("modified").is_some_and(Value::is_string) {
        osv(value)?
    } else {
        return Err(NoRecord::Unknown);
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    if record.name.is_empty() || record.name.len() > 100 || !record.name.chars().all(plain) {
        return Err(NoRecord::Name);
    }
    if record.title.trim().is_empty() && record.text.trim().is_empty() {
        return Err(NoRecord::Silent);
    }
    Ok(record)
}

/// CVE record format 5.x: `cveMetadata`, `containers.cna`; what an ADP container adds is not the publisher's.
fn cve(value: &Value) -> Result<Record, NoRecord> {
    let about = &value["cveMetadata"];
    if about["state"].as_str() == Some("REJECTED") {
        return Err(NoRecord::TakenBack);
    }
    let cna = &value["containers"]["cna"];
    let name = text(&about["cveId"]);
    let affected = list(&cna["affected"]);
    let vendor = affected.iter().map(|one| text(&one["vendor"])).find(|one| named(one)).unwrap_or_default();
    let weaknesses = list(&cna["problemTypes"]).iter().flat_map(|one| list(&one["descriptions"])).map(|one| text(&one["cweId"]));
    let versions = affected.iter().flat_map(|one| list(&one["versions"])).flat_map(|one| [text(&one["version"]), text(&one["lessThan"])]);
    Ok(Record {
        kind: Kind::Cve,
        title: text(&cna["title"]),
        text: list(&cna["descriptions"]).iter().map(|one| text(&one["value"])).collect::<Vec<_>>().join("\n"),
        vendor,
        products: few(affected.iter().map(|one| text(&one["product"])).filter(|one| named(one))),
        versions: few(versions.filter(|one| one.chars().any(|c| c.is_ascii_digit()) && one != "0")),
        weaknesses: few(weaknesses.filter(|one| !one.is_empty())),
        identifiers: vec![name.clone()],
        name,
    })
}

/// OSV 1.x: `summary`, `details`, `affected[].package`, `aliases`.
fn osv(value: &Value) -> Result<Record, NoRecord> {
    if value.get("withdrawn").is_some_and(Value::is_string) {
        return Err(NoRecord::TakenBack);
    }
    let name = text(&value["id"]);
    let affected = list(&value["affected"]);
    let events = affected.iter().flat_map(|one| list(&one["ranges"])).flat_map(|one| list(&one["events"]));
    let bounds = events.flat_map(|one| [text(&one["introduced"]), text(&one["fixed"])]);
    let weaknesses = list(&value["database_specific"]["cwe_ids"]).iter().map(text);
    let identifiers = std::iter::once(name.clone()).chain(list(&value["aliases"]).iter().map(text));
    Ok(Record {
        kind: Kind::Osv,
        title: text(&value["summary"]),
        text: text(&value["details"]),
        vendor: String::new(),
        products: few(affected.iter().map(|one| text(&one["package"]["name"])).filter(|one| named(one))),
        // Commits are no versions anybody names.
        versions: few(bounds.filter(|one| one.len() < 30 && one != "0" && one.chars().any(|c| c.is_ascii_digit()))),
        weaknesses: few(weaknesses.filter(|one| !one.is_empty())),
        identifiers: few(identifiers.filter(|one| !one.is_empty())),
        name,
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().chars().take(LONGEST).collect()
}

fn named(text: &str) -> bool {
    !text.is_empty() && !text.eq_ignore_ascii_case("n/a") && text != "*"
}

fn few(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        if out.len() >= MOST {
            break;
        }
        if !value.is_empty() && !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cve_record_in_words() {
        let record = json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2026-1111", "state": "PUBLISHED"},
            "containers": {"cna": {"title": "Overflow", "descriptions": [{"lang": "en", "value": "In login.cgi"}],
                "affected": [{"vendor": "n/a", "product": "n/a"}, {"vendor": "Example", "product": "VX-200", "versions": [{"version": "0", "lessThan": "3.2"}]}],
                "problemTypes": [{"descriptions": [{"cweId": "CWE-787"}]}]}}});
        let read = read(&record).unwrap();
        assert_eq!((read.name.as_str(), read.vendor.as_str(), read.kind), ("CVE-2026-1111", "Example", Kind::Cve));
        assert_eq!(
            (read.products, read.versions, read.weaknesses),
            (vec!["VX-200".to_owned()], vec!["3.2".to_owned()], vec!["CWE-787".to_owned()])
        );
    }

    #[test]
    fn an_osv_document_in_words() {
        let document = json!({"id": "RUSTSEC-2026-0001", "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-2222"], "summary": "Use after free",
            "details": "drop twice", "affected": [{"package": {"ecosystem": "crates.io", "name": "thing"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "1.2.3"}]}]}]});
        let read = read(&document).unwrap();
        assert_eq!(read.identifiers, vec!["RUSTSEC-2026-0001".to_owned(), "CVE-2026-2222".to_owned()]);
        assert_eq!((read.products, read.versions), (vec!["thing".to_owned()], vec!["1.2.3".to_owned()]));
    }

    #[test]
    fn what_is_none_says_why() {
        let of = |value: Value| read(&value).unwrap_err();
        assert_eq!(of(json!({})), NoRecord::Unknown);
        assert_eq!(of(json!([1])), NoRecord::Unknown);
        let rejected = json!({"dataType": "CVE_RECORD", "cveMetadata": {"cveId": "CVE-2026-1", "state": "REJECTED"}});
        assert_eq!(of(rejected), NoRecord::TakenBack);
        assert_eq!(of(json!({"dataType": "CVE_RECORD", "cveMetadata": {"cveId": "CVE-2026-1"}})), NoRecord::Silent);
        assert_eq!(of(json!({"id": "a\u{202e}b", "modified": "x", "summary": "s"})), NoRecord::Name);
        assert_eq!(of(json!({"id": "A-1", "modified": "x", "withdrawn": "y", "summary": "s"})), NoRecord::TakenBack);
    }

    /// Every real record of the corpora is read, or is one that was taken back.
    #[test]
    fn real_records_are_read() {
        let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
            println!("skipped: WARDROOM_CORPORA is unset");
            return;
        };
        let mut folders =
            vec!["cve-records", "osv-rustsec"].into_iter().map(|name| std::path::Path::new(&corpora).join(name)).collect::<Vec<_>>();
        let (mut read_some, mut taken_back) = (0, 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ext| ext == "json") {
                    let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                    match read(&value) {
                        Ok(_) => read_some += 1,
                        Err(NoRecord::TakenBack) => taken_back += 1,
                        Err(NoRecord::Unknown) => {}
                        Err(why) => panic!("{}: {why}", path.display()),
                    }
                }
            }
        }
        assert!(read_some > 100, "{read_some} read, {taken_back} taken back");
    }
}
