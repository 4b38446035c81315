//! GCVE records of an advisory (GCVE-BCP-05): the CVE Record Format with `x_gcve`, one for each vulnerability that has a GCVE id.
//!
//! The id stands in `ids` of the vulnerability under the system name `GCVE`. Not here: making ids, and the dump they lie in. Left out: what
//! the CVE record of the same vulnerability leaves out.

use serde_json::{Value, json};

use crate::csaf::document::instant;
use crate::csaf::input::AdvisoryInput;
use crate::cve::{self, Issuer, Unsaid};
use crate::json::object;

/// The name under which GCVE ids stand among ids of other systems.
pub const SYSTEM: &str = "GCVE";

/// `GCVE-<gna>-<year>-<number>` (GCVE-BCP-04), the number of at least four digits.
#[must_use]
pub fn id(gna: u32, year: i16, number: u64) -> String {
    format!("GCVE-{gna}-{year}-{number:04}")
}

/// Where the dump of a numbering authority lies, from the root of its site (GCVE-BCP-03).
#[must_use]
pub fn dump_path(gna: u32) -> String {
    format!("dumps/gna-{gna}.ndjson")
}

/// The records with their ids. `editions` and `page` as in [`cve::render`]. What was taken back has none.
pub fn render(editions: &[AdvisoryInput], page: &str, issuer: &Issuer) -> Vec<Result<(String, Value), Unsaid>> {
    let Some(main) = editions.first().filter(|main| !main.is_taken_back()) else { return Vec::new() };
    let mut records = Vec::new();
    for (at, one) in main.vulnerabilities.iter().enumerate() {
        let Some((_, id)) = one.ids.iter().find(|(system, _)| system == SYSTEM) else { continue };
        let same = one.cve.iter().map(|cve| json!({"destId": cve, "type": "equal"})).collect::<Vec<_>>();
        let made = cve::container(editions, main, (at, one), id, page, issuer).map(|mut cna| {
            let extension = object([("relationships", same.into()), ("vulnId", id.as_str().into())]);
            if let Some(members) = cna.as_object_mut() {
                members.insert("x_gcve".to_owned(), json!([extension]));
            }
            let metadata = object([
                ("assignerOrgId", issuer.org_id.clone().into()),
                ("assignerShortName", issuer.short_name.clone().into()),
                ("datePublished", instant(main.tracking.initial_release).into()),
                ("dateUpdated", instant(main.tracking.current_release).into()),
                ("state", "PUBLISHED".into()),
                ("vulnId", id.as_str().into()),
            ]);
            let record = json!({"containers": {"cna": cna}, "cveMetadata": metadata, "dataType": "CVE_RECORD", "dataVersion": "5.2.0"});
            (id.clone(), record)
        });
        records.push(made);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_record_names_its_id_and_the_cve_of_the_same_thing() {
        let mut advisory = sample::advisory();
        let cve = advisory.vulnerabilities[0].cve.clone().unwrap();
        assert!(render(&[advisory.clone()], "https://v.example/a", &Issuer::default()).is_empty(), "no id, no record");
        advisory.vulnerabilities[0].ids = vec![(SYSTEM.to_owned(), id(1337, 2026, 42))];
        let records = render(&[advisory], "https://v.example/a", &Issuer::default());
        let (id, record) = records.into_iter().next().unwrap().unwrap();
        assert_eq!(id, "GCVE-1337-2026-0042");
        assert_eq!(record["cveMetadata"]["vulnId"], "GCVE-1337-2026-0042");
        let extension = &record["containers"]["cna"]["x_gcve"][0];
        assert_eq!(extension["vulnId"], "GCVE-1337-2026-0042");
        assert_eq!(extension["relationships"], json!([{"destId": cve, "type": "equal"}]));
        assert!(crate::cna::may_publish(&crate::cna::check(&record, &crate::cna::Beside::default())));
    }

    #[test]
    fn ids_have_four_digits_at_least() {
        assert_eq!(id(1, 2026, 7), "GCVE-1-2026-0007");
        assert_eq!(id(1, 2026, 123_456), "GCVE-1-2026-123456");
        assert_eq!(dump_path(1337), "dumps/gna-1337.ndjson");
    }
}
