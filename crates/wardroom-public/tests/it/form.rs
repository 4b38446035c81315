//! The report form and the receipt.

use crate::scene::{Visitor, value_of};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use wardroom_domain::intake::ReportKind;

#[tokio::test]
async fn one_sentence_is_enough_and_the_code_is_in_no_address() {
    let mut visitor = Visitor::new(Vec::new());
    let form = visitor.get("/report").await;
    assert_eq!(form.status, StatusCode::OK);
    assert_eq!(form.header("cache-control"), "no-store");
    let once = value_of(&form.text, "once");
    let sent = visitor
        .post("/report", &format!("once={once}&technical_description=%E7%AD%BE%E5%90%8D&kind=document_flaw&email=&language=zh"))
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(sent.header("location"), "/receipt");
    let code = visitor.house.kept.lock().unwrap()[0].receipt.code.clone();
    for (name, value) in &sent.headers {
        assert!(!value.to_str().unwrap().contains(&code), "{name} shows the code");
    }
    {
        let kept = visitor.house.kept.lock().unwrap();
        assert_eq!(kept[0].report.text, "签名");
        assert_eq!(kept[0].report.kind, ReportKind::DocumentFlaw);
        assert_eq!(kept[0].report.language, "zh");
    }
    let receipt = visitor.get("/receipt").await;
    assert!(receipt.text.contains(&code) && receipt.text.contains("R-2026-0001"), "{}", receipt.text);
    assert!(receipt.text.contains("2026-11-23 18:00 Asia/Shanghai"), "{}", receipt.text);
    let file = visitor.get("/receipt.txt?lang=zh").await;
    assert!(file.text.contains(&code) && file.text.contains("请妥善保密"), "{}", file.text);
    assert!(file.header("content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn the_same_form_twice_is_one_report() {
    let mut visitor = Visitor::new(Vec::new());
    let once = value_of(&visitor.get("/report").await.text, "once");
    let form = format!("once={once}&technical_description=x");
    assert_eq!(visitor.post("/report", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.post("/report", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.house.kept.lock().unwrap().len(), 1);
    let other = visitor.post("/report", &format!("once={once}&technical_description=y")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fresh = value_of(&other.text, "once");
    assert_ne!(fresh, once);
    assert_eq!(visitor.post("/report", &format!("once={fresh}&technical_description=y")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.house.kept.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn faults_come_all_at_once_and_what_was_typed_stays() {
    let mut visitor = Visitor::new(Vec::new());
    let answer = visitor.post("/report?lang=en", "technical_description=+&affected_products=Wick+%3C100%3E&email=nonsense&pgp_key=-----BEGIN+PGP+PRIVATE+KEY+BLOCK-----&kind=odd&exploited=yes").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in [
        "<title>Error: Report a vulnerability",
        "href=\"#technical_description\"",
        "href=\"#email\"",
        "href=\"#pgp_key\"",
        "href=\"#kind\"",
        "Wick &#60;100&#62;",
        "value=\"nonsense\"",
    ] {
        assert!(answer.text.contains(expected), "{expected} is missing in {}", answer.text);
    }
    assert!(!answer.text.contains("PRIVATE KEY BLOCK"), "a private key went back into the page");
    assert!(answer.text.contains("value=\"yes\" id=\"exploited\" checked"), "{}", answer.text);
    assert!(visitor.house.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_filled_trap_drops_nothing() {
    let mut visitor = Visitor::new(Vec::new());
    let answer = visitor.post("/report", "technical_description=real&website=spam").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains(">\nreal</textarea>"), "{}", answer.text);
}

#[tokio::test]
async fn files_come_with_the_form_and_what_is_too_big_is_named() {
    let mut visitor = Visitor::new(Vec::new());
    let send = |size: usize| {
        let body = format!(
            "--X\r\nContent-Disposition: form-data; name=\"technical_description\"\r\n\r\nfound\r\n--X\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a/../poc.bin\"\r\nContent-Type: application/x-thing\r\n\r\n{}\r\n--X--\r\n",
            "z".repeat(size)
        );
        Request::post("/report").header(header::CONTENT_TYPE, "multipart/form-data; boundary=X").body(Body::from(body)).unwrap()
    };
    assert_eq!(visitor.send(send(5)).await.status, StatusCode::SEE_OTHER);
    {
        let kept = visitor.house.kept.lock().unwrap();
        let file = &kept[0].report.attachments[0];
        assert_eq!(
            (file.name.as_str(), file.media_type.as_str(), file.bytes.as_slice()),
            ("poc.bin", "application/x-thing", b"zzzzz".as_slice())
        );
    }
    let big = visitor.send(send(20_000_001)).await;
    assert_eq!(big.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(big.text.contains("poc.bin is larger than 20 MB"), "{}", big.text);
    assert_eq!(visitor.send(send(70_000_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(visitor.house.kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn another_site_cannot_send_the_form() {
    let mut visitor = Visitor::new(Vec::new());
    let request =
        Request::post("/report").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header("sec-fetch-site", "cross-site");
    let answer = visitor.send(request.body(Body::from("technical_description=x")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(visitor.house.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_form_has_the_profiles_fields_in_the_visitors_language() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.get_with("/report", "accept-language", "zh-CN,zh;q=0.9").await;
    for expected in ["lang=\"zh-Hans\"", "受影响的产品", "漏洞技术描述", "安全文档缺陷", "不确定", "enctype=\"multipart/form-data\""]
    {
        assert!(page.text.contains(expected), "{expected} is missing");
    }
    let english = visitor.get("/report?lang=en").await;
    assert!(english.text.contains("Products affected") && english.text.contains("action=\"/report?lang=en\""), "{}", english.text);
}
