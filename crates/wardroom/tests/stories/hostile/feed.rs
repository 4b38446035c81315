//! What is published: titles and texts that would like to be more, in pages, feeds and documents; and names of documents asked for by strangers.

use serde_json::Value;
use wardroom_app::disclosure::PublishOrder;
use wardroom_domain::disclosure::{AdvisoryTexts, Bilingual};

use super::house::{HTTP_LIMIT, House};
use super::items;
use crate::kill_nine;
use crate::program::{Program, files, text};

/// A house that has published an advisory for each of the hostile texts.
pub async fn published(texts: &[String]) -> (House, Vec<String>) {
    let program = Program::founded();
    let texts: Vec<AdvisoryTexts> = texts
        .iter()
        .map(|one| AdvisoryTexts {
            title: Bilingual::new(one, one),
            summary: Bilingual::new(one, one),
            action: Bilingual::new(one, one),
            ..AdvisoryTexts::default()
        })
        .collect();
    let numbers = kill_nine::approved_with(&program, texts).await;
    let desk = kill_nine::desk(&program).await;
    let pia = desk.viewer_named("Pia").await.unwrap();
    for number in &numbers {
        let advisory = desk.find(&pia, number).await.unwrap();
        let order = PublishOrder { confirm: number.clone(), ..PublishOrder::default() };
        desk.publish_advisory(&pia, &advisory, &order).await.unwrap();
    }
    drop(desk);
    (House::over(program).await, numbers)
}

#[tokio::test]
async fn published_texts_stay_texts() {
    let values: Vec<String> = items::all(&["feed"]).iter().filter(|item| !item.id.contains("tracking")).map(items::Item::text).collect();
    let markup = items::all(&["render"]).into_iter().filter(|item| item.bytes.len() < 300).map(|item| item.text());
    let texts: Vec<String> = values.into_iter().chain(markup).filter(|text| !text.trim().is_empty()).collect();
    let (mut house, numbers) = published(&texts).await;
    for item in items::all(&["feed"]).iter().filter(|item| item.id.contains("tracking")) {
        let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/.well-known/csaf/white/2026/{encoded}.json"),
            format!("/advisories/{encoded}"),
            format!("/.well-known/csaf/{encoded}/index.txt"),
        ] {
            let reply = house.attack(item, HTTP_LIMIT, |house| house.ask("GET", &path, &[], b""));
            if reply.as_ref().is_none_or(|reply| !matches!(reply.status, 400 | 404 | 414)) {
                house.fault(&item.id, format!("{path} is there: {:?}", reply.map(|reply| reply.status)));
            }
        }
    }
    for number in &numbers {
        let reply = house.ask("GET", &format!("/advisories/{number}"), &[], b"");
        if reply.is_none_or(|reply| reply.status != 200) {
            house.fault(number, "is not there");
        }
    }
    let folder = house.program.data().join("public");
    for (name, bytes) in files(&folder) {
        let words = text(&bytes);
        if name.ends_with(".json") && serde_json::from_slice::<Value>(&bytes).is_err() {
            house.fault(&name, "is no JSON");
        }
        let marked_up = name.ends_with(".html") || name.ends_with(".atom") || name.ends_with(".xml");
        if marked_up
            && [
                "<script>HOSTILE",
                "<img src=x",
                "<svg onload",
                "<base href=//",
                "]]><script",
                "<iframe",
                "<object",
                "<meta http-equiv=refresh",
            ]
            .iter()
            .any(|bad| words.contains(bad))
        {
            house.fault(&name, "holds markup that somebody typed");
        }
        if marked_up && bytes.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')) {
            house.fault(&name, "holds control bytes");
        }
        if name.ends_with(".csv")
            && words.lines().flat_map(|line| line.split(',')).any(|cell| cell.trim_matches('"').starts_with(['=', '+', '-', '@']))
        {
            house.fault(&name, "holds a formula");
        }
    }
    house.finish(&[]);
}
