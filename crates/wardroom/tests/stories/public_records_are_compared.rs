//! Published records beside the cases: imported, compared with, named in what is recorded, imported again without a change, forgotten; and the maker's own advisory,
//! which the case it came from is not compared with.

use serde_json::json;
use wardroom_app::public_house::HandIn;
use wardroom_app::validation::public::Imported;
use wardroom_domain::people::Viewer;
use wardroom_formats::records::{Record, read};
use wardroom_testkit::world::{Policy, World};

fn record(id: &str, text: &str) -> Record {
    let value = json!({
        "dataType": "CVE_RECORD", "cveMetadata": {"cveId": id, "state": "PUBLISHED"},
        "containers": {"cna": {"descriptions": [{"lang": "en", "value": text}], "affected": [{"vendor": "Example", "product": "RD-77"}]}},
    });
    read(&value).unwrap()
}

#[tokio::test]
async fn imported_compared_recorded_and_forgotten() {
    let mut world = World::new(Policy::TwoDays).await;
    let house = Viewer::house();
    let records = [
        record("CVE-2026-1111", "The upgrade endpoint /api/ota of the RD-77 radar does not verify the signature of the firmware."),
        record("CVE-2026-2222", "A cross-site scripting flaw in the comment field of the fleet portal."),
    ];
    let imported = world.desk.keep_records(&house, "cve", &records).await.unwrap();
    assert_eq!(imported, Imported { added: 2, changed: 0, same: 0 });
    world.desk.note_snapshot(&house, "cve", "cvelistV5").await.unwrap();
    let refused = world.desk.keep_records(&world.team.anna, "cve", &records).await;
    assert_eq!(crate::told::refusal(refused), "not-your-role");
    for name in ["", "cases", "advisories", "Größe", "a b"] {
        assert_eq!(crate::told::refusal(world.desk.keep_records(&house, name, &records).await), "field-wrong", "{name:?}");
    }

    let canary = world.words.canary.clone();
    let report = HandIn {
        title: format!("RD-77 radar {canary}"),
        text: format!("/api/ota installs any firmware, nobody looks at the signature. {canary}"),
        fields: Vec::new(),
        ..world.anonymous_report()
    };
    let report = world.stream(&world.hand_in(report).await.number).await;
    let beside = world.desk.beside(&world.team.ming, &report, "").await.unwrap();
    assert_eq!((beside.public[0].name.as_str(), beside.public[0].corpus.as_str()), ("CVE-2026-1111", "cve"));
    let (case, _) = world.desk.accept(&world.team.ming, &report, "").await.unwrap();
    world.desk.check_uniqueness(&world.team.anna, &case, None).await.unwrap();
    let kept = world.desk.case_page(&world.team.anna, &case).await.unwrap().compared.unwrap();
    let counted: Vec<(&str, u64)> = kept.corpora.iter().map(|one| (one.name.as_str(), one.records)).collect();
    assert_eq!(counted, vec![("cases", 0), ("advisories", 0), ("cve", 2)]);
    assert!(!kept.corpora[2].as_of.is_empty() && kept.public[0].name == "CVE-2026-1111");

    // Again, with one of them worded anew: nothing is there twice, and another process sees it.
    let again = [records[0].clone(), record("CVE-2026-2222", "A flaw in RD-77: the signature of firmware at /api/ota is not looked at.")];
    let imported = world.desk.keep_records(&house, "cve", &again).await.unwrap();
    assert_eq!(imported, Imported { added: 0, changed: 1, same: 1 });
    let compared = world.desk.compare_case(&world.team.anna, &case).await.unwrap();
    assert_eq!(compared.public.len(), 2);
    world.restart().await;
    let compared = world.desk.compare_case(&world.team.anna, &case).await.unwrap();
    assert_eq!((compared.public.len(), compared.corpora[2].records), (2, 2), "it outlives the process");
    assert_eq!(world.desk.forget_snapshot(&house, "cve").await.unwrap(), 2);
    let compared = world.desk.compare_case(&world.team.anna, &case).await.unwrap();
    assert!(compared.public.is_empty() && compared.corpora.len() == 2);
    assert_eq!(crate::told::refusal(world.desk.forget_snapshot(&house, "cve").await), "not-there");
    // What was forgotten can come back.
    assert_eq!(world.desk.keep_records(&house, "cve", &again[..1]).await.unwrap(), Imported { added: 0, changed: 1, same: 0 });
    assert_eq!(world.desk.compare_case(&world.team.anna, &case).await.unwrap().public.len(), 1);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn our_own_advisory_is_found_by_the_next_reporter() {
    let world = World::new(Policy::TwoDays).await;
    let case = world.accepted(&world.stream(&world.hand_in(world.report()).await.number).await).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, number) = world.drafted(&case).await;
    let before = world.desk.compare_case(&world.team.anna, &case).await.unwrap();
    assert_eq!(before.advisories, 0, "a draft is nothing to compare with");
    world.approved(&advisory).await;
    world.published(&advisory, &number).await;
    let second = world.stream(&world.hand_in(world.anonymous_report()).await.number).await;
    let beside = world.desk.beside(&world.team.ming, &second, "").await.unwrap();
    assert!(beside.public.iter().any(|one| one.name == number && one.corpus == "advisories"), "{:?}", beside.public);
    let own = world.desk.compare_case(&world.team.anna, &case).await.unwrap();
    assert_eq!((own.advisories, own.public.len()), (0, 0), "not the one it came from");
    world.work().await;
    world.finish().await;
}
