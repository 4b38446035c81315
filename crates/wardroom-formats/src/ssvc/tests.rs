use super::*;

fn outcome(table: &Table, answers: &[(&str, &str)]) -> String {
    table.decide(answers).unwrap().outcome.key.clone()
}

#[test]
fn the_suppliers_table_says_what_the_domain_says() {
    let table = Table::supplier().unwrap();
    assert_eq!(table.id, "ssvc:DT_SP:1.0.0");
    let ids: Vec<String> = table.points.iter().map(Point::id).collect();
    assert_eq!(ids, ["ssvc:E:1.1.0", "ssvc:U:1.0.1", "ssvc:TI:1.0.0", "ssvc:PSI:2.0.1"]);
    // domain §2.18: rows by exploitation, in order of utility; within each partial/minimal, partial/significant, total/minimal, total/significant.
    let rows = [("N", "DSSOSOSOSOOO"), ("P", "SOSISIOIOIOI"), ("A", "OIOIOIOIIIII")];
    for (exploitation, expected) in rows {
        let mut found = String::new();
        for utility in ["L", "E", "S"] {
            for (impact, safety) in [("P", "M"), ("P", "S"), ("T", "M"), ("T", "S")] {
                found += &outcome(&table, &[("E", exploitation), ("U", utility), ("TI", impact), ("PSI", safety)]);
            }
        }
        assert_eq!(found, expected, "{exploitation}");
    }
}

#[test]
fn answers_are_understood_by_key_id_and_name() {
    let table = Table::supplier().unwrap();
    let named = [("ssvc:E:1.1.0", "public poc"), ("u", "超高效"), ("TI", "T"), ("psi", "minimal")];
    let decision = table.decide(&named).unwrap();
    assert_eq!((decision.outcome.name.en.as_str(), decision.outcome.name.text("zh")), ("Out-of-Cycle", "计划外"));
    let list = decision.selections("2026-11-22T07:00:00Z");
    assert_eq!(list["selections"][0]["values"][0]["key"], "P");
    assert_eq!(list["selections"][4]["key"], "DSOI");
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let table = Table::supplier().unwrap();
    let said = |answers: &[(&str, &str)]| table.decide(answers).unwrap_err().to_string();
    assert_eq!(said(&[("E", "A"), ("U", "L"), ("TI", "P")]), "PSI has no answer: say PSI= one of M, S");
    assert_eq!(said(&[("X", "A")]), "the table asks nothing called \"X\": it asks E, U, TI, PSI");
    assert_eq!(said(&[("E", "Q")]), "E has no answer \"Q\": say one of N, P, A");
}

#[test]
fn what_is_still_possible_narrows_with_each_answer() {
    let table = Table::supplier().unwrap();
    let keys = |answers: &[(&str, &str)]| table.possible(answers).unwrap().iter().map(|one| one.key.as_str()).collect::<String>();
    assert_eq!(keys(&[]), "DSOI");
    assert_eq!(keys(&[("E", "A")]), "OI");
    assert_eq!(keys(&[("E", "A"), ("U", "S")]), "I");
}

#[test]
fn a_table_with_a_hole_a_repetition_or_a_foreign_value_is_refused() {
    let whole = include_str!("supplier.json");
    let row = "    {\"ssvc:E:1.1.0\": \"N\", \"ssvc:U:1.0.1\": \"L\", \"ssvc:TI:1.0.0\": \"P\", \"ssvc:PSI:2.0.1\": \"M\", \"ssvc:DSOI:1.0.0\": \"D\"},\n";
    assert!(whole.contains(row));
    let said = |text: &str| Table::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(said(&whole.replace(row, "")), "/mapping: has 35 rows; every combination of answers needs one: 36");
    assert_eq!(said(&whole.replace(row, &row.repeat(2))), "/mapping/1: repeats an earlier row");
    assert!(said(&whole.replace("\"D\"}", "\"Z\"}")).ends_with("Z is no value of DSOI"));
    assert_eq!(said("{}"), "the table: decision_points is missing");
    assert!(said("[").starts_with("the table: not JSON"));
    assert_eq!(
        said(&whole.replace("\"outcome\": \"ssvc:DSOI:1.0.0\"", "\"outcome\": \"none\"")),
        "/outcome: is none of the decision points"
    );
}

#[test]
fn a_table_is_written_as_it_is_read() {
    let table = Table::supplier().unwrap();
    assert_eq!(Table::read(table.json().to_string().as_bytes()).unwrap(), table);
}
