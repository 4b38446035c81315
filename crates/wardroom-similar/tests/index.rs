//! The index as its callers see it: what it holds is all that matters, reasons add up, copies are found, nothing hostile brings it down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use wardroom_similar::{Described, Facet, Found, Index, Stages};

fn told(title: &str, text: &str) -> Described {
    Described { title: title.to_owned(), text: text.to_owned(), ..Described::default() }
}

/// A small house: some cases of one product and some of others.
fn cases() -> Vec<(&'static str, Described)> {
    let mut cases = vec![
        (
            "upload",
            told(
                "VX-200 installs unsigned firmware",
                "The update service on TCP port 8443 of the VX-200 accepts a firmware image without checking its signature (function fw_install in updated.c). Anybody in the network can install any image.",
            ),
        ),
        (
            "login",
            told(
                "VX-200 stack overflow in login.cgi",
                "The parameter user_name of /cgi-bin/login.cgi is copied with strcpy into a buffer of 64 bytes; a longer name overwrites the stack of httpd in firmware 3.2.1.",
            ),
        ),
        (
            "reboot",
            told(
                "VX-200 stack overflow in reboot.cgi",
                "The parameter delay of /cgi-bin/reboot.cgi is copied with strcpy into a buffer of 64 bytes; a longer value overwrites the stack of httpd in firmware 3.2.1.",
            ),
        ),
        (
            "default",
            told("Default password of BX-10", "The configuration page of the BX-10 has the password admin and it can not be changed."),
        ),
        ("radar", told("毫米波雷达固件升级接口缺少签名校验", "RD-77 雷达的升级接口 /api/ota 没有校验固件签名，攻击者可刷入任意固件。")),
        (
            "xss",
            told(
                "Stored XSS in the fleet portal",
                "The comment field of a vehicle in Fleet Portal 2.4 is not escaped; scripts run in the browser of an administrator (page vehicles.php, parameter note).",
            ),
        ),
    ];
    cases[1].1.products = vec!["VX-200".to_owned()];
    cases[1].1.identifiers = vec!["CVE-2026-1111".to_owned()];
    cases[2].1.identifiers = vec!["CVE-2026-2222".to_owned()];
    cases[5].1.attachments = vec!["aa".repeat(32)];
    cases
}

fn house() -> Index {
    let mut index = Index::new();
    for (id, what) in cases() {
        index.put(id, what);
    }
    index
}

fn ask(index: &Index, what: &Described) -> Vec<Found> {
    index.query(what, 10, &|_| true)
}

#[test]
fn the_same_flaw_in_other_words_is_first_and_its_neighbour_is_not() {
    let index = house();
    let found = ask(
        &index,
        &told("Crash of the web server at login", "Sending a very long user_name to login.cgi of a VX-200 smashes the stack (strcpy)."),
    );
    assert_eq!(found[0].id, "login");
    let neighbour = found.iter().find(|one| one.id == "reboot").unwrap();
    assert!(found[0].score > neighbour.score, "{} {}", found[0].score, neighbour.score);
    let code = found[0].reasons.iter().find(|reason| reason.facet == Facet::Code).unwrap();
    assert!(code.shared.iter().any(|symbol| symbol == "login.cgi") && code.shared.iter().any(|symbol| symbol == "user_name"), "{code:?}");
}

#[test]
fn a_copy_is_found_and_surely() {
    let index = house();
    for (id, what) in cases() {
        let found = ask(&index, &what);
        assert_eq!(found[0].id, id);
        assert!(found[0].score > 0.5, "{id}: {}", found[0].score);
        let bare = Described { text: what.text.clone(), ..Described::default() };
        assert_eq!(ask(&index, &bare)[0].id, id, "without its title");
    }
}

#[test]
fn chinese_finds_english_and_english_finds_chinese() {
    let mut index = house();
    let zh = told(
        "VX-200升级服务未校验固件签名",
        "VX-200 的升级服务（TCP 端口 8443）未校验固件签名，攻击者可安装任意固件，函数 fw_install 存在问题。",
    );
    assert_eq!(ask(&index, &zh)[0].id, "upload");
    let en = told("RD-77 radar flashes any firmware", "The OTA interface /api/ota of the RD-77 does not verify the signature of firmware.");
    assert_eq!(ask(&index, &en)[0].id, "radar");
    index.remove("radar");
    assert!(ask(&index, &en).iter().all(|one| one.id != "radar"));
}

#[test]
fn what_was_removed_was_never_there() {
    let asked = cases().into_iter().map(|(_, what)| what).collect::<Vec<_>>();
    let plain = house();
    let mut moved = Index::new();
    moved.put("gone", told("VX-200 something", "The update service and login.cgi and strcpy and the stack"));
    for (id, what) in cases().into_iter().rev() {
        moved.put(id, told("first words", "that are replaced"));
        moved.put(id, what);
    }
    for round in 0..200 {
        moved.put("churn", told("churn", &format!("round {round} of the update service on port {round}")));
    }
    assert!(moved.remove("churn") && moved.remove("gone"));
    assert!(!moved.remove("gone"), "only once");
    assert_eq!(moved.len(), plain.len());
    for what in &asked {
        assert_eq!(ask(&plain, what), ask(&moved, what));
    }
    for (id, _) in cases() {
        assert!(moved.remove(id));
    }
    assert!(moved.is_empty() && ask(&moved, &asked[0]).is_empty());
}

#[test]
fn reasons_add_up_to_the_score() {
    let index = house();
    for (_, what) in cases() {
        for stage in [Stages::First, Stages::Second, Stages::Third] {
            assert_eq!(index.rank(&what, 3, stage), index.rank(&what, 3, stage), "the same twice");
        }
        let mut before = f32::INFINITY;
        for one in ask(&index, &what) {
            let sum: f32 = one.reasons.iter().map(|reason| reason.weight).sum();
            assert!((sum - one.score).abs() < 1e-3, "{} {sum} {}", one.id, one.score);
            assert!((0.0..=1.0).contains(&one.score) && one.score <= before);
            before = one.score;
        }
    }
}

#[test]
fn one_identifier_binds_and_two_part() {
    let index = house();
    let mut what = told("Two overflows", "A stack overflow in a cgi program of the VX-200, copied with strcpy.");
    let plain = ask(&index, &what);
    what.identifiers = vec!["cve-2026-2222".to_owned()];
    let named = ask(&index, &what);
    assert_eq!(named[0].id, "reboot");
    let score = |found: &[Found], id: &str| found.iter().find(|one| one.id == id).map(|one| one.score).unwrap();
    assert!(score(&named, "reboot") > score(&plain, "reboot") && score(&named, "reboot") > score(&named, "login"));
    let same_file = Described { text: "See the attached file.".to_owned(), attachments: vec!["AA".repeat(32)], ..Described::default() };
    assert_eq!(ask(&index, &same_file)[0].id, "xss");
}

#[test]
fn what_may_not_be_seen_is_not_there() {
    let index = house();
    for (id, what) in cases() {
        let found = index.query(&what, 10, &|case| case != id);
        assert!(found.iter().all(|one| one.id != id));
        assert!(found.len() < cases().len());
        assert!(index.query(&what, 10, &|_| false).is_empty());
    }
}

#[test]
fn passages_are_of_both_texts() {
    let index = house();
    let what = told("", "We looked at many things first. Then: a long user_name sent to /cgi-bin/login.cgi overwrites the stack.");
    let found = ask(&index, &what);
    let passages: Vec<_> = found[0].reasons.iter().flat_map(|reason| &reason.passages).collect();
    assert!(!passages.is_empty());
    let shared: Vec<&str> = found[0].reasons.iter().flat_map(|reason| &reason.shared).map(String::as_str).collect();
    assert!(shared.contains(&"overwrites"), "words as they are written, not their stems: {shared:?}");
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for passage in passages {
        assert!(flat(&what.text).contains(&passage.query), "{passage:?}");
        assert!(flat(&index.words(&found[0].id).unwrap().text).contains(&passage.case), "{passage:?}");
    }
}

#[test]
fn nothing_hostile_brings_it_down() {
    let mut index = house();
    let hostile = [
        String::new(),
        " \n\t\u{0}\u{feff}\u{200b}".to_owned(),
        "a".repeat(80_000),
        "漏".repeat(45_000),
        "a.b/c\\d?e=f&".repeat(4_000),
        "=?&=?&//\\\\..__--::##".repeat(2_000),
        "🦀é\u{301}\u{202e}ﬁ Ⅷ ١٢٣ ß İ".repeat(500),
        (0..9_000).map(|n| format!("w{n} ")).collect(),
        "x=".repeat(9_000),
        "1.".repeat(9_000),
        "the a of ".repeat(9_000),
        "\u{10ffff}漏a漏a漏".to_owned(),
    ];
    for (at, text) in hostile.iter().enumerate() {
        let what = Described {
            title: text.clone(),
            text: text.clone(),
            vendor: text.clone(),
            products: vec![text.clone(); 3],
            component: text.clone(),
            versions: vec![text.clone(); 2],
            weaknesses: vec![text.clone(), format!("CWE-{text}"), "CWE-99999999999".to_owned()],
            symbols: vec![text.clone()],
            signatures: vec![text.clone()],
            identifiers: vec![text.clone()],
            attachments: vec![text.clone()],
        };
        index.put(&format!("h{at}"), what.clone());
        for one in index.query(&what, 2, &|_| true) {
            assert!(one.score.is_finite());
        }
    }
    assert_eq!(ask(&index, &cases()[1].1)[0].id, "login");
    for at in 0..hostile.len() {
        assert!(index.remove(&format!("h{at}")));
    }
    assert_eq!(index.len(), cases().len());
}
