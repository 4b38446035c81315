//! What an advisory's reader does: narrow the list, subscribe to what is left, ask whether something is affected, with a list of parts too.

use crate::scene::{Answer, Visitor, advisory};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use wardroom_domain::disclosure::*;

/// Three advisories that differ in what one filters by.
fn three() -> Vec<AdvisoryContent> {
    let mut attacked = advisory();
    attacked.id = "LAMP-SA-2026-0002".into();
    attacked.exploitation = Exploitation::Attacked;
    attacked.products.truncate(1);
    attacked.vulnerabilities[0].impacts.truncate(1);
    attacked.vulnerabilities[0].scores[0].severity = "CRITICAL".into();
    let mut open = advisory();
    open.id = "LAMP-SA-2026-0003".into();
    open.texts.title = Bilingual::new("Only in English", "");
    open.vulnerabilities[0].remediations.clear();
    open.vulnerabilities[0].impacts[0].fixed_in.clear();
    vec![advisory(), attacked, open]
}

fn numbers(answer: &Answer) -> Vec<&str> {
    ["LAMP-SA-2026-0001", "LAMP-SA-2026-0002", "LAMP-SA-2026-0003"].into_iter().filter(|number| answer.text.contains(number)).collect()
}

#[tokio::test]
async fn every_filter_is_a_link_with_a_count_and_a_feed() {
    let mut visitor = Visitor::new(three());
    let all = visitor.get("/advisories?lang=en").await;
    assert_eq!(numbers(&all).len(), 3);
    for expected in [
        "href=\"/advisories?severity=critical&#38;lang=en\">Critical <span class=\"count\">1</span>",
        "href=\"/advisories?severity=high&#38;lang=en\">High <span class=\"count\">2</span>",
        "href=\"/advisories?exploited=attacked&#38;lang=en\">Attacks seen <span class=\"count\">1</span>",
        "href=\"/advisories?status=open&#38;lang=en\">No fix yet <span class=\"count\">1</span>",
        "href=\"/advisories?language=zh&#38;lang=en\">简体中文 <span class=\"count\">2</span>",
        "href=\"/feeds/advisories.atom\"",
    ] {
        assert!(all.text.contains(expected), "{expected} is missing in {}", all.text);
    }
    for (wish, expected) in [
        ("severity=critical", vec!["LAMP-SA-2026-0002"]),
        ("exploited=attacked", vec!["LAMP-SA-2026-0002"]),
        ("status=open", vec!["LAMP-SA-2026-0003"]),
        ("language=zh", vec!["LAMP-SA-2026-0001", "LAMP-SA-2026-0002"]),
        ("product=p2", vec!["LAMP-SA-2026-0001", "LAMP-SA-2026-0003"]),
        ("year=2025", vec![]),
        ("product=p2&status=fixed", vec!["LAMP-SA-2026-0001"]),
        ("q=english+lamp", vec!["LAMP-SA-2026-0003"]),
        ("severity=nonsense", vec![]),
    ] {
        let page = visitor.get(&format!("/advisories?{wish}")).await;
        assert_eq!((page.status, numbers(&page)), (StatusCode::OK, expected.clone()), "{wish}");
        let feed = visitor.get(&format!("/feeds/advisories.atom?{wish}")).await;
        assert_eq!((feed.status, numbers(&feed)), (StatusCode::OK, expected), "{wish}: {}", feed.text);
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    }
    // A chosen value leads back, and the counts beside it say what another choice would give.
    let page = visitor.get("/advisories?severity=critical&lang=en").await.text;
    assert!(page.contains("href=\"/advisories?lang=en\" aria-current=\"true\">Critical") && page.contains("severity=high"), "{page}");
    assert!(page.contains("href=\"/feeds/advisories.atom?severity=critical\""), "{page}");
    // The feed of a product is a file, so that any web server has it.
    assert!(visitor.get("/advisories?product=p2").await.text.contains("href=\"/feeds/products/p2.atom\""));
}

#[tokio::test]
async fn a_filter_is_cached_and_known_again() {
    let mut visitor = Visitor::new(three());
    for path in ["/advisories?severity=high&lang=en", "/feeds/advisories.json?severity=high", "/advisories"] {
        let first = visitor.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(first.header("cache-control").starts_with("public") && tag.len() > 10, "{path}");
        let again = visitor.get_with(path, "if-none-match", &tag).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    let feed = visitor.get("/feeds/advisories.json?severity=high").await.json();
    assert_eq!(feed["feed_url"], "https://psirt.lamp.example/feeds/advisories.json?severity=high");
    assert_eq!(feed["items"].as_array().map(Vec::len), Some(2));
    assert!(feed["title"].as_str().is_some_and(|title| title.contains("High")), "{feed}");
    // The same wish in another order and with what nobody knows is the same page.
    let one = visitor.get("/advisories?severity=high&q=lamp&lang=en").await;
    let other = visitor.get("/advisories?utm=%3Cx&q=lamp&severity=high&lang=en").await;
    assert_eq!(one.header("etag"), other.header("etag"));
    assert_eq!(visitor.get("/feeds/advisories.rss?q=x").await.status, StatusCode::NOT_FOUND);
}

fn sbom() -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "firmware", "name": "Wick 100", "version": "2.3.1"},
        {"type": "firmware", "name": "wick-100", "version": "2.4"},
        {"type": "library", "name": "candle", "version": "1"}]})
}

#[tokio::test]
async fn programs_ask_about_one_thing_or_a_list_of_parts() {
    let mut visitor = Visitor::new(vec![advisory()]);
    let one = visitor.get("/api/v1/check?product=wick%20100&version=2.3.1").await;
    assert_eq!((one.status, one.header("cache-control")), (StatusCode::OK, "no-store"));
    let told = one.json();
    assert_eq!((told["answer"].as_str(), told["total"].as_u64()), (Some("affected"), Some(1)), "{told}");
    assert_eq!(told["findings"][0]["said"], "2.3.1 is among the affected versions: <=2.3.4.");
    assert_eq!(told["findings"][0]["to_do"][0]["kind"], "vendor_fix");
    assert_eq!(visitor.get("/api/v1/check?product=candle").await.json()["answer"], "not_named");
    assert_eq!(visitor.get("/api/v1/check").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let post = |path: &str, media: &str, body: String| Request::post(path).header("content-type", media).body(Body::from(body)).unwrap();
    let asked = json!({"product": "Wick 200", "version": "9"}).to_string();
    assert_eq!(visitor.send(post("/api/v1/check", "application/json", asked)).await.json()["answer"], "not_affected");
    let nothing = visitor.send(post("/api/v1/check", "application/json", "{\"version\": \"1\"}".into())).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);

    let told = visitor.send(post("/api/v1/check/sbom", "application/vnd.cyclonedx+json", sbom().to_string())).await.json();
    assert_eq!((told["answer"].as_str(), told["parts"].as_u64(), told["total"].as_u64()), (Some("affected"), Some(3), Some(2)), "{told}");
    assert_eq!(told["findings"][0]["thing"]["name"], "Wick 100");
    assert_eq!((told["findings"][1]["state"].as_str(), told["findings"][1]["part"].as_u64()), (Some("fixed"), Some(1)));
    let broken = visitor.send(post("/api/v1/check/sbom", "text/plain", "confidential-part-name".into())).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!broken.text.contains("confidential-part-name"), "{}", broken.text);
}

#[tokio::test]
async fn a_list_of_parts_is_taken_as_a_file_or_as_text() {
    let mut visitor = Visitor::new(vec![advisory()]);
    for (name, file) in [("sbom", "; filename=\"x.json\"\r\nContent-Type: application/json"), ("text", "")] {
        let body = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{}\r\n--B--\r\n", sbom());
        let request = Request::post("/check?lang=en")
            .header("content-type", "multipart/form-data; boundary=B")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let page = visitor.send(request).await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"), "{}", page.text);
        for expected in ["CycloneDX (JSON), 3 parts", "You are affected, by one advisory.", "Wick 100 2.3.1", "Fixed or not affected: 1"] {
            assert!(page.text.contains(expected), "{expected}: {}", page.text);
        }
        assert!(!page.text.contains("candle"), "what is not affected is not repeated");
    }
    let empty = Request::post("/check").header("content-type", "multipart/form-data; boundary=B").header("sec-fetch-site", "same-origin");
    let page = visitor.send(empty.body(Body::from("--B--\r\n")).unwrap()).await;
    assert!(page.text.contains("Choose a file, or paste the SBOM as text."), "{}", page.text);
}
