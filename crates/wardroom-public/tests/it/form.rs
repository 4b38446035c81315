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
    // Above what stays in memory: streamed, and named by its token.
    assert_eq!(visitor.send(send(200_000)).await.status, StatusCode::SEE_OTHER);
    {
        let kept = visitor.house.kept.lock().unwrap();
        assert_eq!((kept[1].report.attachments.len(), kept[1].report.uploads.len()), (0, 1));
        assert_eq!(visitor.house.files.lock().unwrap()[0].bytes.len(), 200_000);
    }
    let big = visitor.send(send(12_000_001)).await;
    assert_eq!(big.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(big.text.contains("poc.bin is larger than 12 MB"), "{}", big.text);
    assert_eq!(visitor.house.kept.lock().unwrap().len(), 2);
}

/// A multipart form as a browser without script sends it.
fn parts(path: &str, fields: &[(&str, &str)], files: &[(&str, &str)]) -> Request<Body> {
    let mut body = String::new();
    for (name, text) in fields {
        body.push_str(&format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"));
    }
    for (name, content) in files {
        body.push_str(&format!("--X\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"{name}\"\r\n\r\n{content}\r\n"));
    }
    body.push_str("--X--\r\n");
    Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=X").body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn the_own_key_may_come_as_a_file() {
    use base64::Engine as _;
    let armored = include_str!("../../../../fuzz/corpus/openpgp/team.asc");
    let lines = armored.lines().skip_while(|line| !line.is_empty()).take_while(|line| !line.starts_with(['=', '-']));
    let binary = base64::engine::general_purpose::STANDARD.decode(lines.collect::<String>()).unwrap();
    let mut visitor = Visitor::new(Vec::new());
    let mut shown = async |pasted: &str, file: &[u8]| {
        let head = format!(
            "--X\r\nContent-Disposition: form-data; name=\"technical_description\"\r\n\r\n\r\n--X\r\nContent-Disposition: form-data; name=\"pgp_key\"\r\n\r\n{pasted}\r\n\
             --X\r\nContent-Disposition: form-data; name=\"pgp_key_file\"; filename=\"key.pgp\"\r\n\r\n"
        );
        let body = [head.as_bytes(), file, b"\r\n--X--\r\n"].concat();
        let request = Request::post("/report?lang=en").header(header::CONTENT_TYPE, "multipart/form-data; boundary=X");
        let page = visitor.send(request.body(Body::from(body)).unwrap()).await.text;
        let from = page.find("name=\"pgp_key\"").unwrap();
        let field = page[from..].split("</textarea>").next().unwrap().split_once(">\n").unwrap().1.to_owned();
        (field, page.contains("href=\"#pgp_key\""))
    };
    let (text, _) = shown("", armored.as_bytes()).await;
    assert_eq!(text.trim(), armored.trim());
    let (text, _) = shown("", &binary).await;
    assert!(text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----"), "{text}");
    assert_eq!(wardroom_app::intake::armored_key(text.as_bytes()).ok(), wardroom_app::intake::armored_key(&binary).ok());
    assert_eq!(shown("what was pasted", &binary).await, ("what was pasted".to_owned(), true));
    assert_eq!(shown("", b"").await, (String::new(), false), "nobody chose a file");
    // Neither a secret key nor what is no key at all is written into the page.
    assert_eq!(shown("", &[&[0x95, 3][..], &binary].concat()).await, (String::new(), true));
    assert_eq!(shown("", &[0xff; 300]).await, ("?".to_owned(), true));
}

#[tokio::test]
async fn a_look_up_of_the_own_key_is_agreed_to_with_an_address_only() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.post("/report?lang=en", "technical_description=&key_lookup=yes").await;
    assert!(page.text.contains("id=\"key_lookup\" value=\"yes\" checked"), "{}", page.text);
    for (more, agreed) in
        [("&email=ada%40researcher.example&key_lookup=yes", true), ("&key_lookup=yes", false), ("&email=a%40b.example", false)]
    {
        let body = format!("technical_description=found{more}");
        assert_eq!(visitor.post("/report", &body).await.status, StatusCode::SEE_OTHER);
        let kept = visitor.house.kept.lock().unwrap();
        let fields = &kept.last().unwrap().report.fields;
        assert_eq!(fields.contains(&("key_lookup".to_owned(), "yes".to_owned())), agreed, "{more}");
    }
}

#[tokio::test]
async fn a_form_with_faults_comes_back_with_its_files() {
    let mut visitor = Visitor::new(Vec::new());
    let fields = [("technical_description", ""), ("kind", "document_flaw"), ("document_page", "12")];
    let answer = visitor.send(parts("/report?lang=en", &fields, &[("a.txt", "abc")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("a.txt") && answer.text.contains("name=\"upload\" value=\"wr_upl_"), "{}", answer.text);
    assert!(answer.text.contains("value=\"12\""), "the fields of the kind stay: {}", answer.text);
    let token = value_of(&answer.text, "upload");
    let again = [("technical_description", "found"), ("upload", token.as_str())];
    assert_eq!(visitor.send(parts("/report", &again, &[])).await.status, StatusCode::SEE_OTHER);
    let kept = visitor.house.kept.lock().unwrap();
    assert_eq!(kept[0].report.uploads[0].to_string(), token);
    assert_eq!(kept[0].report.fields, []);
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped_and_its_token_is_in_no_address() {
    let mut visitor = Visitor::new(Vec::new());
    let begin = Request::post("/api/v1/uploads").body(Body::from(r#"{"name": "poc.bin", "length": 6}"#)).unwrap();
    let begun = visitor.send(begin).await;
    assert_eq!((begun.status, begun.header("upload-offset")), (StatusCode::CREATED, "0"));
    let token = begun.json()["upload"].as_str().unwrap().to_owned();
    assert!(!begun.header("location").contains(&token));
    let ask = |method: &str, offset: &str, bytes: &'static str| {
        let request = Request::builder().method(method).uri("/api/v1/uploads/self").header("authorization", format!("Upload {token}"));
        request.header("upload-offset", offset).body(Body::from(bytes)).unwrap()
    };
    let half = visitor.send(ask("PATCH", "0", "abc")).await;
    assert_eq!((half.status, half.header("upload-offset"), half.header("upload-complete")), (StatusCode::OK, "3", "?0"));
    let wrong = visitor.send(ask("PATCH", "0", "abc")).await;
    assert_eq!((wrong.status, wrong.header("upload-offset")), (StatusCode::CONFLICT, "3"));
    assert_eq!(visitor.send(ask("HEAD", "", "")).await.header("upload-offset"), "3");
    let whole = visitor.send(ask("PATCH", "3", "def")).await;
    assert_eq!(whole.json()["complete"], true);
    let unknown = Request::get("/api/v1/uploads/self").header("authorization", "Upload nonsense").body(Body::empty()).unwrap();
    assert_eq!(visitor.send(unknown).await.status, StatusCode::UNAUTHORIZED);
    let large = Request::post("/api/v1/uploads").body(Body::from(r#"{"name": "x", "length": 12000001}"#)).unwrap();
    let refused = visitor.send(large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("12 MB"), "{}", refused.text);
    assert_eq!(visitor.send(ask("DELETE", "", "")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(visitor.send(ask("GET", "", "")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_code_comes_first_and_the_report_under_it() {
    let mut visitor = Visitor::new(Vec::new());
    let fields = [("technical_description", "half a thought"), ("once", "a-secret-of-twenty-letters")];
    let kept = visitor.send(parts("/report/code", &fields, &[("a.txt", "abc")])).await;
    assert_eq!((kept.status, kept.header("location")), (StatusCode::SEE_OTHER, "/report?kept=1"));
    let page = visitor.get("/report?kept=1&lang=en").await;
    let code = value_of(&page.text, "code");
    assert!(
        page.text.contains("half a thought") && page.text.contains("a.txt") && page.text.contains("Your draft is kept"),
        "{}",
        page.text
    );
    assert_eq!(value_of(&page.text, "once"), "a-secret-of-twenty-letters", "one draft, one report");
    assert!(visitor.house.kept.lock().unwrap().is_empty());

    // Elsewhere, with the code alone.
    visitor.post("/report/forget", "").await;
    let fields = [("technical_description", "half a thought"), ("code", code.as_str())];
    assert_eq!(visitor.send(parts("/report/code", &fields, &[])).await.status, StatusCode::SEE_OTHER);
    let found = visitor.post("/track", &format!("code={code}")).await;
    assert_eq!((found.status, found.header("location")), (StatusCode::SEE_OTHER, "/report"));
    let sent = visitor.post("/report", &format!("technical_description=whole&code={code}")).await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/receipt"));
    assert!(visitor.get("/receipt").await.text.contains(&code));
    assert_eq!(visitor.house.kept.lock().unwrap()[0].report.code.as_ref().map(ToString::to_string), Some(code));
    assert!(!visitor.get("/report").await.text.contains("name=\"code\""), "the next report gets a code of its own");
}

#[tokio::test]
async fn an_encrypted_message_is_enough() {
    let mut visitor = Visitor::new(Vec::new());
    let half = visitor.post("/report?lang=en", "payload=-----BEGIN+PGP+MESSAGE-----").await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text.contains("href=\"#payload\""), "{}", half.text);
    let whole = "payload=-----BEGIN+PGP+MESSAGE-----%0A%0Aabc%0A-----END+PGP+MESSAGE-----";
    assert_eq!(visitor.post("/report", whole).await.status, StatusCode::SEE_OTHER);
    assert!(visitor.house.kept.lock().unwrap()[0].report.payload.starts_with(b"-----BEGIN"));
    let file = parts("/report", &[("technical_description", "")], &[("report.asc", "-----BEGIN PGP MESSAGE-----")]);
    assert_eq!(visitor.send(file).await.status, StatusCode::SEE_OTHER, "a self-made file needs no description");
}

#[tokio::test]
async fn files_are_added_on_the_track_page_with_or_without_a_word() {
    let mut visitor = Visitor::new(Vec::new());
    assert_eq!(visitor.post("/report", "technical_description=x").await.status, StatusCode::SEE_OTHER);
    let code = visitor.house.kept.lock().unwrap()[0].receipt.code.clone();
    visitor.post("/track", &format!("code={code}")).await;
    let sent = visitor.send(parts("/track/message", &[("message", "")], &[("log.txt", "abc")])).await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/track?sent=1"), "{}", sent.text);
    let big = "z".repeat(12_000_001);
    let refused = visitor.send(parts("/track/message?lang=en", &[("message", "see the file")], &[("big.bin", &big)])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("see the file") && refused.text.contains("big.bin is larger"), "{}", refused.text);
    let kept = visitor.house.kept.lock().unwrap();
    assert_eq!((kept[0].report.uploads.len(), kept[0].messages.len()), (1, 0));
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

/// Whether a part of the form is shown.
fn shown(page: &str, part: &str) -> bool {
    page.contains(&format!("data-part=\"{part}\">"))
}

#[tokio::test]
async fn one_question_at_a_time_carries_everything_along_without_script() {
    let mut visitor = Visitor::new(Vec::new());
    let first = visitor.get("/report?step=1&lang=en").await;
    assert!(shown(&first.text, "kind") && !shown(&first.text, "finding") && !shown(&first.text, "send"), "{}", first.text);
    assert!(first.text.contains("Step 1 of 6"), "{}", first.text);
    let once = value_of(&first.text, "once");
    let second = visitor.post("/report/step?lang=en", &format!("once={once}&step=1&go=next&kind=document_flaw")).await;
    assert_eq!(second.status, StatusCode::OK);
    assert!(shown(&second.text, "finding") && !shown(&second.text, "kind"), "{}", second.text);
    assert!(
        second.text.contains("value=\"document_flaw\" id=\"kind-3\" checked") || second.text.contains("checked"),
        "the kind travels along"
    );
    // The one thing that is needed is asked for where it stands, and nothing else is complained about there.
    let stays = visitor.post("/report/step?lang=en", &format!("once={once}&step=2&go=next&email=nonsense")).await;
    assert_eq!(stays.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown(&stays.text, "finding") && stays.text.contains("Describe what you found"), "{}", stays.text);
    assert!(!stays.text.contains("href=\"#email\""), "{}", stays.text);
    let back = visitor.post("/report/step?lang=en", &format!("once={once}&step=2&go=back&technical_description=words")).await;
    assert!(shown(&back.text, "kind") && back.text.contains(">\nwords</textarea>"), "{}", back.text);
    // A fault at the end leads to its question.
    let faulty = visitor.post("/report?lang=en", &format!("once={once}&step=6&technical_description=words&email=nonsense")).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown(&faulty.text, "contact") && faulty.text.contains("name=\"step\" value=\"5\""), "{}", faulty.text);
    assert!(visitor.house.kept.lock().unwrap().is_empty(), "a step records nothing");
    let sent = visitor.post("/report", &format!("once={once}&step=6&technical_description=words&kind=document_flaw")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(visitor.house.kept.lock().unwrap()[0].report.kind, ReportKind::DocumentFlaw);
    assert_eq!(visitor.get("/report/step").await.header("location"), "/report?step=1");
}

#[tokio::test]
async fn published_look_alikes_are_shown_before_sending() {
    let mut visitor = Visitor::new(vec![crate::scene::advisory()]);
    let known = visitor.get("/report/known?lang=en").await;
    assert!(known.text.contains("LAMP-SA-2026-0001"), "{}", known.text);
    let advisory = crate::scene::advisory();
    let product = advisory.products[0].name.replace(' ', "+");
    let form = visitor.get("/report").await;
    assert!(form.text.contains(&format!("<option value=\"{}\">", advisory.products[0].name)), "products are offered: {}", form.text);
    let looked = visitor.post("/report/step?lang=en", &format!("go=look&technical_description=It+is+about+{product}+again")).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(looked.text.contains("href=\"/advisories/LAMP-SA-2026-0001?lang=en\""), "{}", looked.text);
    let other = visitor.post("/report/step?lang=en", "go=look&technical_description=Something+else").await;
    assert!(other.text.contains("Nothing published looks like this") && !other.text.contains("href=\"/advisories/LAMP"), "{}", other.text);
    assert!(visitor.house.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_cannot_encrypt_leaves_a_way_to_be_reached() {
    let mut visitor = Visitor::new(Vec::new());
    let nowhere = visitor.post("/report?lang=en", "contact_only=yes&language=en").await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nowhere.text.contains("href=\"#contact_only\""), "{}", nowhere.text);
    let sent = visitor.post("/report?lang=en", "contact_only=yes&language=zh&phone=%2B86+21+5555").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let kept = visitor.house.kept.lock().unwrap();
    assert!(kept[0].report.text.contains("请求先与其联系"), "{}", kept[0].report.text);
    assert!(kept[0].report.fields.contains(&("phone".to_owned(), "+86 21 5555".to_owned())));
}

#[tokio::test]
async fn the_policy_of_every_page_lets_only_our_own_files_run() {
    let mut visitor = Visitor::new(Vec::new());
    let page = visitor.get("/report").await;
    let policy = page.header("content-security-policy");
    for wanted in [
        "default-src 'none'",
        "script-src 'self';",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "trusted-types 'none'",
    ] {
        assert!(policy.contains(wanted), "{wanted} is missing in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("data:"), "{policy}");
    for tag in page.text.split("<script").skip(1) {
        let head = tag.split('>').next().unwrap();
        assert!(head.contains(" src=\"/assets/") && head.contains(" integrity=\"sha256-"), "{head}");
    }
}
