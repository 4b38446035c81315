//! What is published: pages from the tree, their headers, the list with a filter, the check.

use crate::scene::{Visitor, advisory};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use wardroom_domain::disclosure::Bilingual;

#[tokio::test]
async fn the_tree_is_served_in_both_languages_with_tags() {
    let mut visitor = Visitor::new(vec![advisory()]);
    for path in [
        "/",
        "/policy",
        "/advisories",
        "/advisories/",
        "/advisories/LAMP-SA-2026-0001",
        "/advisories/LAMP-SA-2026-0001.html",
        "/thanks",
        "/pgp",
    ] {
        let en = visitor.get(path).await;
        assert_eq!(en.status, StatusCode::OK, "{path}");
        assert!(en.text.contains("<html lang=\"en\">"), "{path}");
        let zh = visitor.get_with(path, "accept-language", "zh").await;
        assert!(zh.text.contains("<html lang=\"zh-Hans\">"), "{path}");
        assert!(en.header("content-security-policy").contains("default-src 'none'"));
        let same = visitor.get_with(path, "if-none-match", en.header("etag")).await;
        assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    let security = visitor.get("/.well-known/security.txt").await;
    assert_eq!((security.status, security.header("content-type")), (StatusCode::OK, "text/plain; charset=utf-8"));
    let zipped = visitor.get_with("/.well-known/security.txt", "accept-encoding", "gzip").await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert_ne!(zipped.header("etag"), security.header("etag"));
    let head = visitor.send(Request::head("/").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert!(head.header("content-length").parse::<usize>().is_ok_and(|n| n > 1000));
    assert_eq!(visitor.get("/advisories/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn folders_of_documents_are_listed() {
    let mut visitor = Visitor::new(vec![advisory()]);
    for (path, name) in [
        ("/.well-known/csaf/", "/.well-known/csaf/white/"),
        ("/.well-known/csaf/white/", "/.well-known/csaf/white/2026/"),
        ("/.well-known/csaf/white/2026/", "/.well-known/csaf/white/2026/lamp-sa-2026-0001.json"),
        ("/.well-known/csaf/white/2026", "/.well-known/csaf/white/2026/lamp-sa-2026-0001.json.sha512"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"), "{path}");
        assert!(page.text.contains(&format!("<a href=\"{name}\">")), "{path}: {}", page.text);
        assert!(page.header("content-security-policy").contains("default-src 'none'") && page.header("access-control-allow-origin") == "*");
    }
    for path in ["/.well-known/csaf/amber/", "/.well-known/csaf/white/2025/", "/.well-known/csaf/../", "/.well-known/csaf/white/2026/<b>/"]
    {
        assert_eq!(visitor.get(&path.replace('<', "%3C").replace('>', "%3E")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_address_remembers_the_language() {
    let mut visitor = Visitor::new(Vec::new());
    assert!(visitor.get("/?lang=zh").await.header("set-cookie").starts_with("lang=zh"));
    assert!(visitor.get("/check").await.text.contains("zh-Hans"));
    let page = visitor.get("/policy.zh.html").await;
    assert!(page.text.contains("href=\"/report?lang=zh\"") && page.text.contains("href=\"/policy.html?lang=en\""), "{}", page.text);
}

#[tokio::test]
async fn an_empty_list_has_the_profiles_title_and_words() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.get("/advisories").await;
    assert!(page.text.contains("<h1>Past list</h1>") && page.text.contains("None"), "{}", page.text);
    let page = visitor.get("/advisories?lang=zh").await;
    assert!(page.text.contains("<h1>历史列表</h1>") && page.text.contains("暂无"), "{}", page.text);
}

#[tokio::test]
async fn an_advisory_says_what_to_do_and_makes_no_foreign_links() {
    let mut visitor = Visitor::new(vec![advisory()]);
    let page = visitor.get("/advisories/LAMP-SA-2026-0001").await.text;
    for expected in [
        "Wick firmware accepts unsigned updates",
        "High 8.7",
        "Install version 2.3.5.",
        "&#60;=2.3.4",
        "The vulnerable code is not present",
        "CWE-347",
        "/.well-known/csaf/white/2026/lamp-sa-2026-0001.json",
        "Initial publication",
        "Ada &#60;script&#62;",
    ] {
        assert!(page.contains(expected), "{expected} is missing in {page}");
    }
    assert!(!page.contains("javascript:") && !page.contains("<script>alert"), "{page}");
    let thanks = visitor.get("/thanks").await.text;
    assert!(thanks.contains("Ada &#60;script&#62;"), "{thanks}");
}

#[tokio::test]
async fn without_words_of_its_own_what_to_do_is_what_was_remedied() {
    let mut fixed = advisory();
    fixed.texts.action = Bilingual::default();
    let page = Visitor::new(vec![fixed.clone()]).get("/advisories/LAMP-SA-2026-0001").await.text;
    let (_, answer) = page.split_once("<h2>What should I do?</h2>").expect("the question");
    let (answer, _) = answer.split_once("</div>").expect("its end");
    assert!(answer.contains("Update to 2.3.5.") && !answer.contains("No fix yet"), "{answer}");
    // A fix that is only planned is told as that, and is nothing to do today.
    fixed.vulnerabilities[0].remediations[0].planned = true;
    let page = Visitor::new(vec![fixed.clone()]).get("/advisories/LAMP-SA-2026-0001").await.text;
    assert!(page.contains("No fix yet.") && page.contains("Fix planned") && page.contains("Update to 2.3.5."), "{page}");
    fixed.vulnerabilities[0].remediations.clear();
    let page = Visitor::new(vec![fixed]).get("/advisories/LAMP-SA-2026-0001").await.text;
    assert!(page.contains("No fix yet."), "{page}");
}

#[tokio::test]
async fn the_list_is_filtered_and_the_check_gives_its_rule() {
    let mut visitor = Visitor::new(vec![advisory()]);
    assert!(visitor.get("/advisories?q=wick+unsigned&severity=high").await.text.contains("LAMP-SA-2026-0001"));
    assert!(visitor.get("/advisories?q=unsigned&severity=low").await.text.contains("No advisory matches"));
    assert!(visitor.get("/advisories?q=%3Cimg%3E").await.text.contains("“&#60;img&#62;”"));
    let affected = visitor.get("/check?product=wick+100&version=2.3.1").await.text;
    for expected in
        [">Affected<", "You are affected, by one advisory.", "2.3.1 is among the affected versions: &#60;=2.3.4.", "Update to 2.3.5."]
    {
        assert!(affected.contains(expected), "{expected}: {affected}");
    }
    let fixed = visitor.get("/check?product=wick+100&version=2.4").await.text;
    assert!(fixed.contains(">Fixed<") && fixed.contains("It is fixed in 2.3.5; 2.4 is that or later."), "{fixed}");
    assert!(visitor.get("/check?product=wick+200&version=1").await.text.contains("Not affected"));
    assert!(visitor.get("/check?product=candle&version=1").await.text.contains("No published advisory names"));
    assert!(visitor.get("/check?product=").await.text.contains("Enter a product name"));
}

#[tokio::test]
async fn the_policy_says_what_the_profile_says() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.get("/policy").await.text;
    for expected in [
        "We strive to answer your report within 1 business day.",
        "working days of Asia/Shanghai, 09:00-18:00",
        "Flaw in security documentation",
        "Products affected",
        "psirt@lamp.example",
        "we strongly recommend encrypting",
        "Please write in: English, 简体中文.",
        "“Past list”",
    ] {
        assert!(page.contains(expected), "{expected} is missing in {page}");
    }
    for absent in ["PT10M", "10 minutes", "Inner step", "Safe harbour", "need not sign"] {
        assert!(!page.contains(absent), "{absent} is not in the profile");
    }
}

#[tokio::test]
async fn no_page_holds_inline_style_script_or_foreign_origins_and_all_are_small() {
    let mut visitor = Visitor::new(vec![advisory()]);
    for path in [
        "/",
        "/policy",
        "/report",
        "/track",
        "/receipt",
        "/advisories",
        "/advisories/LAMP-SA-2026-0001",
        "/check?product=wick",
        "/feeds",
        "/pgp",
        "/thanks",
        "/nowhere",
    ] {
        for lang in ["en", "zh"] {
            let join = if path.contains('?') { '&' } else { '?' };
            let text = visitor.get(&format!("{path}{join}lang={lang}")).await.text;
            assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains("<script>"), "{path}");
            for event in [" onclick=", " onload=", " onsubmit="] {
                assert!(!text.contains(event), "{path} holds {event}");
            }
            for source in text.split("src=\"").skip(1) {
                assert!(source.starts_with("/assets/"), "{path}: {}", &source[..40]);
            }
            assert!(text.len() < 60_000, "{path} has {} bytes", text.len());
        }
    }
}
