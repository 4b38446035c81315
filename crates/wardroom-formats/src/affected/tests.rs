use super::*;
use crate::csaf::input::{FlagInput, Marks, RelationKind, RelationshipInput, StatusInput};
use crate::csaf::model::{FileHash, FileHashes};
use crate::sample;

fn product(id: &str, versions: &str) -> ProductInput {
    ProductInput {
        id: id.to_owned(),
        vendor: "Example".to_owned(),
        family: Some("VX".to_owned()),
        name: "VX-200".to_owned(),
        versions: Versions::read(versions),
        full_name: None,
        cpe: Some("cpe:2.3:o:example:vx-200:*:*:*:*:*:*:*:*".to_owned()),
        purl: Some("pkg:generic/example/vx-200".to_owned()),
        marks: Marks { skus: vec!["VXO-9".to_owned()], ..Marks::default() },
    }
}

/// An advisory that says these things: (state, versions), `a` affected, `f` fixed, `n` not affected, `i` under investigation.
fn says(list: &[(char, &str)]) -> AdvisoryInput {
    let mut advisory = AdvisoryInput { vulnerabilities: vec![VulnerabilityInput::default()], products: Vec::new(), ..sample::advisory() };
    advisory.relationships.clear();
    for (place, (state, versions)) in list.iter().enumerate() {
        let id = format!("p{place}");
        advisory.products.push(product(&id, versions));
        let status: &mut StatusInput = &mut advisory.vulnerabilities[0].status;
        match state {
            'a' => status.known_affected.push(id),
            'f' => status.fixed.push(id),
            'n' => status.known_not_affected.push(id),
            _ => status.under_investigation.push(id),
        }
    }
    advisory
}

fn thing(name: &str, version: &str) -> Thing {
    Thing { name: name.to_owned(), version: version.to_owned(), ..Thing::default() }
}

fn check(list: &[(char, &str)], version: &str, state: State, rule: &str, versions: &str) {
    let answers = Statements::of(&says(list)).answer(&thing("vx-200", version));
    let [answer] = answers.as_slice() else { panic!("{list:?} {version}: {answers:?}") };
    assert_eq!((answer.state, answer.rule.as_str(), answer.rule.versions()), (state, rule, versions), "{list:?} {version}");
}

#[test]
fn one_version_against_what_is_said() {
    use State::{Affected, Fixed, NotAffected, UnderInvestigation, Unknown};
    let usual: &[(char, &str)] = &[('a', "<=2.3.4"), ('f', "2.3.5")];
    check(usual, "2.3.1", Affected, "among", "<=2.3.4");
    check(usual, "2.3.5", Fixed, "among", "2.3.5");
    check(usual, "2.4", Fixed, "fixed_in", "2.3.5");
    check(usual, "", Unknown, "needs_version", "<=2.3.4");
    check(usual, "spring", Unknown, "cannot_compare", "<=2.3.4");
    check(&[('a', ">=2.0")], "1.0", NotAffected, "outside", ">=2.0");
    check(&[('a', "")], "1.0", Affected, "every_version", "");
    check(&[('a', "")], "", Affected, "every_version", "");
    check(&[('a', ""), ('f', "2.5")], "2.6", Fixed, "fixed_in", "2.5");
    check(&[('a', ""), ('f', "2.5")], "2.4", Affected, "every_version", "");
    check(&[('a', ""), ('f', "2.5")], "", Unknown, "needs_version", "");
    check(&[('n', "")], "1.0", NotAffected, "every_version", "");
    check(&[('n', "1.x")], "3.0", Unknown, "not_named", "1.x");
    check(&[('i', "")], "1.0", UnderInvestigation, "every_version", "");
    check(&[('f', "2.5")], "2.4", Unknown, "not_named", "2.5");
    check(&[('f', "2.5")], "2.6", Fixed, "fixed_in", "2.5");
    // A fix for one stretch says nothing about another.
    let branches: &[(char, &str)] = &[('a', "1.x"), ('f', "1.9"), ('a', "2.x"), ('f', "2.5")];
    check(branches, "1.8", Affected, "among", "1.x");
    check(branches, "1.9.2", Fixed, "fixed_in", "1.9");
    check(branches, "2.4", Affected, "among", "2.x");
    check(branches, "2.5", Fixed, "among", "2.5");
    check(branches, "3.0", Fixed, "fixed_in", "2.5");
    // Two fixes in one stretch: whoever has reached only the first may or may not be fixed.
    check(&[('a', ""), ('f', "1.9"), ('f', "2.5")], "2.4", Unknown, "cannot_compare", "");
    check(&[('f', "1.9"), ('f', "2.5")], "2.4", Unknown, "not_named", "1.9, 2.5");
    // Of a list of single versions it does not follow that others are safe.
    check(&[('a', "1.1, 1.2")], "1.4", Unknown, "not_named", "1.1, 1.2");
    check(&[('a', "1.1, 1.2")], "1.2", Affected, "among", "1.1, 1.2");
    check(&[('a', ""), ('n', "1.x")], "1.5", NotAffected, "among", "1.x");
    check(&[('a', ""), ('n', "1.x")], "2.5", Affected, "every_version", "");
    check(&[('a', "1.2.3-4.el8")], "1.2.3-4.el8", Affected, "among", "1.2.3-4.el8");
    check(&[('a', "1.2.3-4.el8")], "1.2.3-5.el8", Unknown, "not_named", "1.2.3-4.el8");
}

#[test]
fn products_are_recognised_by_what_they_have() {
    let mut advisory = says(&[('a', "<2.5"), ('f', "2.5")]);
    let value = "ab".repeat(32);
    advisory.products[1].marks.hashes =
        vec![FileHashes { filename: "vx.bin".into(), file_hashes: vec![FileHash { algorithm: "sha256".into(), value: value.clone() }] }];
    let statements = Statements::of(&advisory);
    let by = |thing: Thing| statements.answer(&thing).first().map(|one| (one.by, one.state));
    assert_eq!(by(thing("Example VX-300", "2.4")), None, "every word must occur");
    assert_eq!(by(thing("example vx-200", "2.4")), Some((By::Name, State::Affected)));
    assert_eq!(by(thing("vxo-9", "2.4")), Some((By::Name, State::Affected)));
    assert_eq!(by(thing("", "2.4")), None);
    let purl = |text: &str| Thing { purl: text.into(), ..Thing::default() };
    assert_eq!(by(purl("pkg:generic/example/vx-200@2.4?arch=arm")), Some((By::Purl, State::Affected)));
    assert_eq!(by(purl("pkg:generic/example/vx-300@2.4")), None);
    assert_eq!(by(Thing { cpe: "cpe:2.3:o:example:vx-200:2.5:*:*:*:*:*:*:*".into(), ..Thing::default() }), Some((By::Cpe, State::Fixed)));
    // The file says which version it is, whatever its name does.
    assert_eq!(by(Thing { hashes: vec![value.to_uppercase()], version: "2.1".into(), ..Thing::default() }), Some((By::Hash, State::Fixed)));
}

#[test]
fn parts_of_a_list_must_be_called_exactly_so() {
    let statements = Statements::of(&says(&[('a', "<2.5"), ('f', "2.5")]));
    let things = vec![
        thing("vx", "1.0"),
        thing("VX-200", "2.4"),
        Thing { vendor: "Somebody else".into(), ..thing("VX-200", "2.4") },
        Thing { vendor: "Example Ltd.".into(), ..thing("vx_200", "2.6") },
        Thing { purl: "pkg:generic/other/vx-200@2.4".into(), ..thing("vx-200", "2.4") },
        Thing { purl: "pkg:generic/example/VX-200@2.4".into(), ..thing("firmware", "") },
    ];
    let found: Vec<_> = statements.answer_all(&Inventory::of(things)).into_iter().map(|(place, one)| (place, one.by, one.state)).collect();
    assert_eq!(found, [(5, By::Purl, State::Affected), (1, By::Name, State::Affected), (3, By::Name, State::Fixed)]);
}

#[test]
fn some_hardware_only() {
    let mut advisory = says(&[('a', "<2.5"), ('f', "2.5")]);
    let mut board = product("hw", "A");
    board.name = "VX-200 hardware".into();
    board.versions = Versions::Exact("A".into());
    advisory.products.push(board);
    let on = |id: &str, of: &str| RelationshipInput {
        id: id.into(),
        name: id.into(),
        kind: RelationKind::InstalledOn,
        product: of.into(),
        to: "hw".into(),
        cpe: None,
        purl: None,
    };
    advisory.relationships = vec![on("p0@A", "p0"), on("p1@A", "p1")];
    advisory.vulnerabilities[0].status =
        StatusInput { known_affected: vec!["p0@A".into()], fixed: vec!["p1@A".into()], ..StatusInput::default() };
    let answer = |version: &str| Statements::of(&advisory).answer(&thing("vx-200", version)).remove(0);
    assert_eq!(answer("2.4").rule, Rule::Only { versions: "<2.5".into(), on: "VX-200 hardware A".into() });
    assert_eq!((answer("2.4").state, answer("2.5").state), (State::Unknown, State::Fixed));
}

#[test]
fn what_to_do_is_what_the_advisory_says_for_this_product() {
    let mut advisory = says(&[('a', "<2.5"), ('n', "2.6")]);
    let remedy = |kind, products: &[&str]| RemediationInput {
        kind,
        details: format!("{kind:?}"),
        url: None,
        date: None,
        products: products.iter().map(|one| (*one).to_owned()).collect(),
        groups: Vec::new(),
        entitlements: Vec::new(),
        restart: None,
    };
    let one = &mut advisory.vulnerabilities[0];
    one.remediations = vec![remedy(Remedy::Workaround, &[]), remedy(Remedy::VendorFix, &["p0"]), remedy(Remedy::Mitigation, &["other"])];
    one.flags = vec![FlagInput { label: FlagLabel::ComponentNotPresent, date: None, products: vec!["p1".into()], groups: Vec::new() }];
    let statements = Statements::of(&advisory);
    let answer = statements.answer(&thing("vx-200", "2.4")).remove(0);
    assert_eq!(remedies(&advisory, &answer).iter().map(|one| one.kind).collect::<Vec<_>>(), [Remedy::VendorFix, Remedy::Workaround]);
    let fine = statements.answer(&thing("vx-200", "2.6")).remove(0);
    assert_eq!((fine.reason, remedies(&advisory, &fine)), (Some(FlagLabel::ComponentNotPresent), vec![]));
}
