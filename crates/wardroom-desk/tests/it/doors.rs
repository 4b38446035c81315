//! Who may open which door: the table as a file to review, and the table as it is enforced.

use crate::scene::Browser;
use std::fmt::Write as _;
use wardroom_desk::{DeskSettings, Need, Row};
use wardroom_testkit::world::{Policy, World};

fn table(world: &World) -> Vec<Row> {
    wardroom_desk::routes(world.desk.clone(), DeskSettings::default())
}

/// `rights.tsv` beside this crate's manifest. After a wanted change: `WARDROOM_WRITE_RIGHTS=1 cargo test -p wardroom-desk rights`.
#[tokio::test]
async fn the_rights_are_as_reviewed() {
    let world = World::new(Policy::OneDay).await;
    let mut text = String::from("method\tpath\tneeds\n");
    for row in table(&world) {
        let _ = writeln!(text, "{}\t{}\t{}", row.method, row.path, row.need.describe());
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/rights.tsv");
    if std::env::var_os("WARDROOM_WRITE_RIGHTS").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(file).unwrap();
    assert_eq!(text, reviewed, "the rights differ from rights.tsv: review the change, then write the file anew");
    world.finish().await;
}

#[tokio::test]
async fn every_role_opens_exactly_its_doors() {
    let world = World::new(Policy::OneDay).await;
    let team = &world.team;
    let table = table(&world);
    let mut looked_at = 0;
    for viewer in [
        &team.ming, &team.anna, &team.emil, &team.eva, &team.ada, &team.paul, &team.pia, &team.lea, &team.carl, &team.kim, &team.otto,
        &team.alma,
    ] {
        let browser = Browser::of(&world, viewer).await;
        for row in table.iter().filter(|row| !row.path.starts_with("/api/") && row.path != "/metrics") {
            let path = row.path.replace("{id}", "C-2026-9999").replace("{index}", "0");
            let Need::May(acts) = row.need else { continue };
            let may = acts.iter().any(|act| viewer.may(*act));
            let page = if row.method == "GET" { browser.get(&path).await } else { browser.post(&path, &[]).await };
            let forbidden = page.status.as_u16() == 403;
            assert_eq!(forbidden, !may, "{} {} {}: {}", viewer.name(), row.method, row.path, page.status);
            looked_at += 1;
        }
    }
    assert!(looked_at > 300, "{looked_at}");
    // Those who may have asked for self-tests.
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn every_page_opens_in_both_languages_and_tells_no_title_to_the_history() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let (case, _, advisory) = world.made_ready(&report).await;
    world.embargoed(&case, 30).await;
    world.work().await;
    let case = world.desk.case_page(&world.team.anna, &case).await.unwrap().record.file.number;
    for name in ["Anna", "Eva", "Ada", "Pia", "Otto", "Ming"] {
        let viewer = world.desk.viewer_named(name).await.unwrap();
        let mut browser = Browser::of(&world, &viewer).await;
        for lang in ["en", "zh"] {
            browser.lang = lang;
            let mut pages: Vec<String> = [
                "/inbox?view=all",
                "/cases",
                "/advisories",
                "/products",
                "/people",
                "/recipients",
                "/tokens",
                "/health",
                "/keys",
                "/profile",
                "/help",
                "/me",
                "/search?q=unsigned",
            ]
            .map(str::to_owned)
            .to_vec();
            pages.push(format!("/reports/{}", receipt.number));
            pages.push(format!("/advisories/{advisory}"));
            pages.push(format!("/advisories/{advisory}?tab=preview"));
            pages.push(format!("/advisories/{advisory}?tab=history"));
            pages.push(format!("/advisories/{advisory}/plan"));
            for tab in
                ["overview", "vulnerabilities", "uniqueness", "scoring", "products", "remediation", "embargo", "communication", "advisory"]
            {
                pages.push(format!("/cases/{case}?tab={tab}"));
            }
            for path in pages {
                let page = browser.get(&path).await;
                if page.status.as_u16() == 403 {
                    continue;
                }
                let page = page.is(200);
                let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
                for word in [&world.words.canary, &world.words.news, &world.words.who] {
                    assert!(!title.contains(word.as_str()), "{path}: {title}");
                }
                for bad in [" style=\"", " onclick", "desk-", "triage-", "validation-", "remediation-", "communication-", "disclosure-"] {
                    let found = page.body.find(bad).filter(|_| !is_id(&page.body, bad));
                    assert_eq!(found, None, "{path} in {lang} shows {bad:?}: {}", around(&page.body, found));
                }
                assert!(!page.has("{$"), "{path}");
                if path.starts_with("/cases/") {
                    assert!(page.has("class=\"band\""), "{path} says nothing of its embargo");
                }
            }
        }
    }
    world.finish().await;
}

/// Whether every place of a key-like text is an id, a class or an address of ours rather than an unsaid message.
fn is_id(body: &str, bad: &str) -> bool {
    body.match_indices(bad).all(|(at, _)| {
        let before = &body[..at];
        let quote = before.rfind(['"', '>']).unwrap_or(0);
        before[quote..].starts_with('"') && before[..quote].ends_with('=')
    })
}

fn around(body: &str, at: Option<usize>) -> String {
    at.map(|at| body[at.saturating_sub(80)..].chars().take(200).collect()).unwrap_or_default()
}

#[tokio::test]
async fn what_one_may_not_see_looks_like_what_is_not_there() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let (case, _, advisory) = world.made_ready(&report).await;
    world.work().await;
    let number = world.desk.case_page(&world.team.anna, &case).await.unwrap().record.file.number;
    // An engineer sees only cases he takes part in; the administrator none.
    for viewer in [&world.team.emil, &world.team.alma] {
        let browser = Browser::of(&world, viewer).await;
        for (real, made_up) in [
            (format!("/cases/{number}"), "/cases/C-2026-0999".to_owned()),
            (format!("/cases/{case}"), "/cases/case_00000000000000000000000000000000".to_owned()),
            (format!("/reports/{}", receipt.number), "/reports/R-2026-0999".to_owned()),
            (format!("/advisories/{advisory}"), "/advisories/EXAMPLE-SA-2026-0999".to_owned()),
        ] {
            let (hidden, absent) = (browser.get(&real).await.is(404), browser.get(&made_up).await.is(404));
            let plain = |page: &crate::scene::Page, path: &str| page.body.replace(path, "?");
            assert_eq!(plain(&hidden, &real), plain(&absent, &made_up), "{real}");
        }
        assert!(!browser.get("/cases?view=all").await.is(200).has(&number));
        assert!(!browser.get("/search?q=unsigned").await.is(200).has(&number));
    }
    world.finish().await;
}
