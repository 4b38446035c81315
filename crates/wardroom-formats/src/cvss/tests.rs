use super::*;

fn scores(vector: &str) -> (f64, f64, &'static str) {
    let scored = score(vector).unwrap();
    (scored.base, scored.score, scored.severity.word())
}

#[test]
fn scores_are_those_of_the_standard() {
    for (vector, base, all, severity) in [
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, 10.0, "HIGH"),
        ("AV:L/AC:H/Au:M/C:N/I:N/A:N", 0.0, 0.0, "LOW"),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:N/E:H/RL:O/RC:C", 9.3, 8.9, "HIGH"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 9.8, "CRITICAL"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:H/RL:U/RC:U", 10.0, 9.2, "CRITICAL"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, 0.0, "NONE"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, 9.3, "CRITICAL"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, 0.0, "NONE"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 9.3, 8.1, "HIGH"),
    ] {
        assert_eq!(scores(vector), (base, all, severity), "{vector}");
    }
}

#[test]
fn the_json_form_is_the_contract() {
    let scored = score(" CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N\n").unwrap();
    assert_eq!(
        serde_json::to_string(&scored).unwrap(),
        r#"{"vector":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N","version":"4.0","base":9.3,"score":9.3,"severity":"CRITICAL"}"#
    );
}

#[test]
fn vectors_come_out_in_the_order_of_the_standard() {
    let scored = score("CVSS:3.1/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/RL:X/E:F").unwrap();
    assert_eq!(scored.vector, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:N/E:F/RL:X");
}

#[test]
fn nomenclature_names_what_was_given() {
    let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
    for (tail, expected) in
        [("", "CVSS-B"), ("/E:X", "CVSS-B"), ("/E:P", "CVSS-BT"), ("/CR:L", "CVSS-BE"), ("/E:A/MAV:L", "CVSS-BTE"), ("/AU:Y", "CVSS-B")]
    {
        assert_eq!(score(&format!("{base}{tail}")).unwrap().nomenclature, Some(expected), "{tail}");
    }
    assert_eq!(score("AV:N/AC:L/Au:N/C:C/I:C/A:C").unwrap().nomenclature, None);
}

#[test]
fn bad_vectors_are_refused_with_the_place() {
    let long = format!("CVSS:3.1/{}", "AV:N/".repeat(200));
    for (vector, position, what) in [
        ("", 0, "no vector"),
        ("  \n", 3, "no vector"),
        ("hello", 0, "metric \"hello\" has no value"),
        ("CVSS:9.9/AV:N", 0, "unknown version \"CVSS:9.9\""),
        ("cvss:3.1/AV:N", 0, "unknown version \"cvss:3.1\""),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", 40, "metric A missing"),
        ("CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 12, "unknown value \"Q\" of metric AV"),
        ("CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9, "unknown metric \"av\""),
        ("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 14, "metric \"AV\" given twice"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", 45, "empty metric"),
        (" CVSS:3.1//AV:N", 10, "empty metric"),
        ("CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 14, "metric \"AV\" out of order"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", 57, "unknown value \"S\" of metric SI"),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C/S:U", 27, "unknown metric \"S\""),
        ("CVSS:3.1/\u{1b}[31m龍:N", 9, "unknown metric \"[31m龍\""),
        (&long, 512, "vector longer than 512 bytes"),
    ] {
        let error = score(vector).unwrap_err();
        assert_eq!((error.position, error.what.as_str()), (position, what), "{vector:?}");
        assert!(!error.hint.is_empty());
    }
}

#[test]
fn every_vector_of_the_tables_survives_a_round_trip() {
    for version in [Version::V2, Version::V30, Version::V31, Version::V4] {
        let table = metrics(version);
        for metric in table {
            for value in metric.values {
                let parts: Vec<String> = table
                    .iter()
                    .filter_map(|m| match m.code == metric.code {
                        true => Some(format!("{}:{}", m.code, value.code)),
                        false if m.required() => m.values.last().map(|v| format!("{}:{}", m.code, v.code)),
                        false => None,
                    })
                    .collect();
                let vector = format!("{}{}", version.prefix(), parts.join("/"));
                let scored = score(&vector).unwrap();
                assert_eq!(scored.vector, vector);
                assert!((0.0..=10.0).contains(&scored.score), "{vector}: {}", scored.score);
            }
        }
    }
}

#[test]
fn every_metric_is_explained_in_both_languages() {
    for version in [Version::V2, Version::V30, Version::V31, Version::V4] {
        for metric in metrics(version) {
            let (en, zh) = about(version, metric.code).unwrap_or_else(|| panic!("{version} {}", metric.code));
            assert!(en.len() > 15 && !zh.is_ascii(), "{version} {}", metric.code);
        }
        assert_eq!(about(version, "ZZ"), None);
    }
}

#[test]
fn another_answer_is_scored_as_if_it_had_been_given() {
    let found = otherwise("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").unwrap();
    let low = found.iter().find(|one| one.metric.code == "PR" && one.value.code == "L").unwrap();
    assert!((low.score - 8.8).abs() < 0.01);
    assert!(found.windows(2).all(|two| two[0].score <= two[1].score), "all of them lower it, the greatest change first");
    assert!(found.iter().all(|one| !(one.metric.code == "PR" && one.value.code == "N")));
    // With an environmental metric the whole score is told, not the base score.
    let calm = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MAV:P";
    assert!(otherwise(calm).unwrap().iter().all(|one| one.metric.code != "AV"));
}

#[test]
fn what_two_versions_say_alike_is_carried_and_the_rest_left_open() {
    let names = |carried: &Carried| carried.missing.iter().map(|one| one.code).collect::<Vec<_>>().join(" ");
    let plain = carry("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:L/A:N", Version::V4).unwrap();
    assert_eq!(plain.vector, "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N");
    assert!(plain.missing.is_empty() && score(&plain.vector).is_ok());
    let open = carry("CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:C/C:H/I:L/A:N", Version::V4).unwrap();
    assert_eq!((open.vector.as_str(), names(&open).as_str()), ("CVSS:4.0/AV:N/PR:L/VC:H/VI:L/VA:N", "AC AT UI SC SI SA"));
    let back = carry("CVSS:4.0/AV:A/AC:L/AT:P/PR:N/UI:P/VC:L/VI:N/VA:N/SC:H/SI:N/SA:N", Version::V31).unwrap();
    assert_eq!(back.vector, "CVSS:3.1/AV:A/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N");
    let old = carry("AV:N/AC:M/Au:N/C:P/I:P/A:P", Version::V31).unwrap();
    assert_eq!((old.vector.as_str(), names(&old).as_str()), ("CVSS:3.1/AV:N", "AC PR UI S C I A"));
}

#[test]
fn what_a_vector_says_stands_beside_its_metrics() {
    let said = choices("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X").unwrap();
    let of = |code: &str| said.iter().find(|(metric, _)| metric.code == code).and_then(|(_, value)| value.map(|value| value.en));
    assert_eq!((of("AV"), of("E"), of("RL")), (Some("Adjacent"), Some("Not Defined"), None));
}
