//! The channels over HTTP: the form, uploads, keys, the public API, raw requests, codes and tokens, searches.

use serde_json::json;

use super::house::{HTTP_LIMIT, House, Reply, raw, replies, request};
use super::items::{self, Expect, Item};
use crate::program::text;

/// A multipart body: texts, and files as (field, file name, bytes).
pub struct Form {
    body: Vec<u8>,
}

impl Form {
    pub const BOUNDARY: &'static str = "wardroom-hostile-boundary";

    pub fn new() -> Form {
        Form { body: Vec::new() }
    }

    pub fn text(mut self, name: &str, value: &[u8]) -> Form {
        self.body.extend_from_slice(format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n", Form::BOUNDARY).as_bytes());
        self.body.extend_from_slice(value);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// As browsers write names: quotes and line breaks as percent codes (WHATWG HTML, multipart/form-data).
    pub fn file(mut self, field: &str, name: &str, bytes: &[u8]) -> Form {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n",
            Form::BOUNDARY
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    pub fn send(mut self, house: &House, path: &str) -> Option<Reply> {
        self.body.extend_from_slice(format!("--{}--\r\n", Form::BOUNDARY).as_bytes());
        let kind = format!("multipart/form-data; boundary={}", Form::BOUNDARY);
        house.ask("POST", path, &[("Content-Type", &kind)], &self.body)
    }
}

/// The number on the receipt page that a taken form leads to.
fn receipt(house: &House, reply: &Reply) -> Option<String> {
    let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let page = house.ask("GET", "/receipt", &[("Cookie", &cookie)], b"")?.text();
    let at = page.find("R-20")?;
    Some(page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
}

/// Whether the answer of a door fits the outcome; gives the report's number when it was taken.
fn judge(house: &mut House, item: &Item, what: &str, reply: Option<Reply>) -> Option<String> {
    let Some(reply) = reply else {
        house.fault(&item.id, format!("{what}: no answer"));
        return None;
    };
    let taken = matches!(reply.status, 201 | 303);
    let refused = (400..500).contains(&reply.status);
    let fits = match item.expect {
        Expect::Accept | Expect::AcceptSafe | Expect::AcceptNoAck | Expect::Quarantine => taken,
        Expect::Reject => refused,
        Expect::Either => taken || refused,
        Expect::Ignore => taken || refused,
    };
    if !fits {
        house.fault(&item.id, format!("{what}: expected {:?}, answered {} {}", item.expect, reply.status, shortened(&reply.text())));
    }
    if refused && reply.body.is_empty() {
        house.fault(&item.id, format!("{what}: refused without a word"));
    }
    match reply.status {
        303 => receipt(house, &reply),
        201 => reply.json()["report"].as_str().map(str::to_owned),
        _ => None,
    }
}

fn shortened(page: &str) -> String {
    let main = page.find("<main").map_or(page, |at| &page[at..]);
    main.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(400).collect()
}

#[tokio::test]
async fn forms_and_uploads_end_as_they_should() {
    if super::alone::told_alone("hostile::web::forms_and_uploads_end_as_they_should") {
        return;
    }
    let mut house = House::open().await;
    for item in items::all(&["form", "upload", "key", "render"]) {
        match (item.class(), item.channel.as_str()) {
            ("C-header-injection", _) if item.file().starts_with("email") => {
                let reply = house.attack(&item, HTTP_LIMIT, |house| {
                    Form::new().text("description", b"A flaw.").text("email", &item.bytes).send(house, "/report")
                });
                judge(&mut house, &item, "email", reply);
                let body = json!({"description": "A flaw.", "email": item.text()}).to_string();
                let reply = house.attack(&item, HTTP_LIMIT, |house| {
                    house.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes())
                });
                judge(&mut house, &item, "email over the API", reply);
            }
            (_, "upload") => upload(&mut house, &item),
            (_, "key") => {
                let reply = house.attack(&item, HTTP_LIMIT, |house| {
                    Form::new().text("description", b"A flaw.").text("pgp_key", &item.bytes).send(house, "/report")
                });
                judge(&mut house, &item, "key in the form", reply);
            }
            _ => words(&mut house, &item),
        }
    }
    house.finish(&[]);
}

/// A value as title, name, credit and inside the description: kept without loss, shown by the desk.
fn words(house: &mut House, item: &Item) {
    let inside = [b"begin ".as_slice(), &item.bytes, b" end"].concat();
    // Very long ones once only: all fields of a form together have a limit too.
    let short = if item.bytes.len() > 60_000 { b"Long".to_vec() } else { item.bytes.clone() };
    // Beyond the limit of the field the page says so; that is an answer too.
    let item = &Item { expect: if inside.len() > 1024 * 1024 { Expect::Reject } else { item.expect }, ..item.clone() };
    let reply = house.attack(item, HTTP_LIMIT, |house| {
        Form::new()
            .text("description", &inside)
            .text("title", &short)
            .text("name", &short)
            .text("credit", &short)
            .text("website", b"")
            .send(house, "/report")
    });
    let Some(number) = judge(house, item, "words", reply) else { return };
    let report = house.report(&number);
    if report["text"].as_str() != Some(&text(&inside)) {
        house.fault(&item.id, format!("the description is not what was sent: {:?}", report["text"]));
    }
    if house.attack(item, HTTP_LIMIT, |house| house.page(&format!("/reports/{number}"))).status != 200 {
        house.fault(&item.id, "the desk cannot show it");
    }
}

/// A file by its name, or a name for a file: kept byte by byte, given out as a download only.
fn upload(house: &mut House, item: &Item) {
    let by_name = item.class() == "F-filenames";
    let name = if by_name { item.text() } else { item.file().replace(".recipe.json", ".bin") };
    let bytes = if by_name { b"<script>HOSTILE_MARK</script>".to_vec() } else { item.bytes.clone() };
    let reply = house.attack(item, HTTP_LIMIT * 2, |house| {
        Form::new().text("description", b"See the file.").file("attachments", &name, &bytes).send(house, "/report")
    });
    let Some(number) = judge(house, item, "upload", reply) else { return };
    let report = house.report(&number);
    let stored = report["attachments"].as_array().map_or(0, Vec::len);
    if stored != 1 {
        return house.fault(&item.id, format!("O4 {stored} files were kept"));
    }
    let shown = report["attachments"][0]["name"].as_str().unwrap_or_default().to_owned();
    if shown.contains(['/', '\\', '\0']) || shown.chars().any(char::is_control) || shown.starts_with("..") {
        house.fault(&item.id, format!("the file is called {shown:?}"));
    }
    let reply = house.attack(item, HTTP_LIMIT * 2, |house| house.page(&format!("/reports/{number}/files/0")));
    let disposition = reply.header("content-disposition").to_owned();
    let safe = disposition.starts_with("attachment")
        && !disposition.contains(['/', '\\'])
        && reply.header("x-content-type-options") == "nosniff"
        && reply.header("content-security-policy").contains("sandbox")
        && reply.header("content-type") == "application/octet-stream";
    if !safe {
        house.fault(&item.id, format!("given out with {}", reply.head));
    }
    if reply.body != bytes {
        house.fault(&item.id, "O4 the file given out is not the one that came");
    }
    let page = house.attack(item, HTTP_LIMIT, |house| house.page(&format!("/reports/{number}")));
    if page.status != 200 {
        house.fault(&item.id, "the desk cannot show it");
    }
}

#[tokio::test]
async fn bodies_and_requests_end_as_they_should() {
    if super::alone::told_alone("hostile::web::bodies_and_requests_end_as_they_should") {
        return;
    }
    let mut house = House::open().await;
    for item in items::all(&["api", "http", "auth", "search"]) {
        match item.class() {
            "N-json" => bodies(&mut house, &item),
            "M-unicode" => unicode_body(&mut house, &item),
            "O-http" => request_line(&mut house, &item),
            "R-log" => logged(&mut house, &item),
            "H-url" if item.channel == "http" => way_back(&mut house, &item),
            "H-url" => target(&mut house, &item),
            "Q-auth" if item.file().starts_with("receipt") => code(&mut house, &item),
            "Q-auth" => bearer(&mut house, &item),
            "S-search" => search(&mut house, &item),
            // Dates go to the desk.
            _ => {}
        }
    }
    house.finish(&[]);
}

/// A body to the public door and to writing routes of the desk: a 4xx problem, never a 5xx.
fn bodies(house: &mut House, item: &Item) {
    let json = ("Content-Type", "application/json");
    let reply = house.attack(item, HTTP_LIMIT, |house| house.ask("POST", "/api/v1/reports", &[json], &item.bytes));
    let problem =
        reply.as_ref().is_some_and(|reply| reply.status < 400 || reply.header("content-type").starts_with("application/problem+json"));
    judge(house, item, "report", reply);
    if !problem {
        house.fault(&item.id, "not an RFC 9457 problem");
    }
    let bearer = format!("Bearer {}", house.token);
    for (method, path) in [
        ("POST", "/api/v1/products"),
        ("POST", "/api/v1/users"),
        ("POST", "/api/v1/inbox/R-2026-0001:decline"),
        ("POST", "/api/v1/cases/C-2026-0001/embargo"),
        ("PATCH", "/api/v1/advisories/none"),
        ("POST", "/api/v1/cvss:score"),
    ] {
        let reply = house
            .attack(item, HTTP_LIMIT, |house| request(&house.server.desk, method, path, &[json, ("Authorization", &bearer)], &item.bytes));
        match reply {
            Some(reply) if (400..500).contains(&reply.status) => {}
            other => house.fault(&item.id, format!("{method} {path}: {:?}", other.map(|reply| (reply.status, reply.text())))),
        }
    }
}

/// Bytes of a strange encoding, as a form field and as the body of a mail.
fn unicode_body(house: &mut House, item: &Item) {
    let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let body = format!("description=begin+{encoded}+end");
    let reply = house.attack(item, HTTP_LIMIT, |house| {
        house.ask("POST", "/report", &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes())
    });
    let number = judge(house, item, "form", reply);
    if let Some(number) = number {
        let shown = house.report(&number)["text"].as_str().unwrap_or_default().to_owned();
        if shown.contains('/') && !item.bytes.contains(&b'/') || shown.contains('<') && !item.bytes.contains(&b'<') {
            house.fault(&item.id, format!("became {shown:?}"));
        }
    }
    let reply =
        house.attack(item, HTTP_LIMIT, |house| house.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], &item.bytes));
    if reply.is_none_or(|reply| !(400..500).contains(&reply.status)) {
        house.fault(&item.id, "is no JSON and was not refused");
    }
}

/// Raw bytes on a connection: one framing, no 5xx, only our own host named, and the connection ends or works on.
fn request_line(house: &mut House, item: &Item) {
    for address in [house.server.public.clone(), house.server.desk.clone()] {
        let bytes = house.attack(item, HTTP_LIMIT * 2, |_| raw(&address, &item.bytes, false));
        let answers = replies(&bytes);
        let asked = item.bytes.windows(9).filter(|nine| nine == b" HTTP/1.1" || nine == b" HTTP/1.0").count().max(1);
        if answers.len() > asked {
            house.fault(&item.id, format!("{} answers to {asked} requests", answers.len()));
        }
        for answer in &answers {
            let plain = (200..400).contains(&answer.status);
            if !plain && ![400, 401, 404, 405, 408, 413, 414, 421, 422, 431, 505].contains(&answer.status) {
                house.fault(&item.id, format!("answered {}", answer.status));
            }
            if answer.head.contains("evil.example") || answer.text().contains("evil.example") {
                house.fault(&item.id, "names a host somebody sent");
            }
        }
    }
}

/// User-Agent, path, sign-in name and subject; the log is looked at when the story ends.
fn logged(house: &mut House, item: &Item) {
    let line = item.text().replace(['\r', '\n'], " ");
    let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let first = house.attack(item, HTTP_LIMIT, |house| house.ask("GET", &format!("/{encoded}"), &[("User-Agent", &line)], b""));
    let body = format!("name={encoded}&password={encoded}&code={encoded}");
    let second = house.attack(item, HTTP_LIMIT * 2, |house| {
        request(
            &house.server.desk,
            "POST",
            "/sign-in",
            &[("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")],
            body.as_bytes(),
        )
    });
    for reply in [first, second] {
        if reply.is_none_or(|reply| !(400..500).contains(&reply.status)) {
            house.fault(&item.id, "a place that is not there was answered otherwise than with 4xx");
        }
    }
    words(house, item);
}

/// The page to go back to after sign-in is one of ours or none.
fn way_back(house: &mut House, item: &Item) {
    let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    for (address, path) in [
        (house.server.desk.clone(), format!("/sign-in?to={encoded}")),
        (house.server.public.clone(), format!("/?next={encoded}&return_to={encoded}")),
    ] {
        let reply = house.attack(item, HTTP_LIMIT, |_| request(&address, "GET", &path, &[], b""));
        let Some(reply) = reply else {
            house.fault(&item.id, "no answer");
            continue;
        };
        let page = reply.text();
        let target = page.split("name=\"to\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
        let outside = |to: &str| !to.starts_with('/') || to.starts_with("//") || to.starts_with("/\\");
        if reply.header("location").contains("evil") || target.as_deref().is_some_and(outside) {
            house.fault(&item.id, format!("leads to {:?} {target:?}", reply.header("location")));
        }
        if page.contains("HOSTILE_MARK") && page.contains("href=\"javascript:") {
            house.fault(&item.id, "a link that runs a script");
        }
    }
}

/// An address of somebody else's, where a reporter may write one: kept as text, never visited (O5 is checked when the story ends).
fn target(house: &mut House, item: &Item) {
    let body = json!({"title": "See there", "description": format!("Proof at {}", item.text())}).to_string();
    let reply = house
        .attack(item, HTTP_LIMIT, |house| house.ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes()));
    let Some(number) = reply.filter(|reply| reply.status == 201).and_then(|reply| reply.json()["report"].as_str().map(str::to_owned))
    else {
        return house.fault(&item.id, "an address in a text was refused");
    };
    let page = house.page(&format!("/reports/{number}")).text();
    if page.contains(&format!("href=\"{}", item.text())) || page.contains("href=\"jar:") || page.contains("href=\"data:") {
        house.fault(&item.id, "became a link");
    }
}

/// What a request without rights looks like, to compare others with: status and body without what differs each time.
fn shape(reply: &Reply) -> (u16, Vec<String>) {
    let keys = reply.json().as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default();
    (reply.status, keys)
}

/// A token that is none, as bearer and as session: 401 of one and the same shape.
fn bearer(house: &mut House, item: &Item) {
    let value = item.text();
    let plain =
        request(&house.server.desk, "GET", "/api/v1/inbox", &[("Authorization", "Bearer wr_pat_nobody")], b"").map(|reply| shape(&reply));
    let reply = house.attack(item, HTTP_LIMIT, |house| {
        request(&house.server.desk, "GET", "/api/v1/inbox", &[("Authorization", &format!("Bearer {value}"))], b"")
    });
    if reply.as_ref().is_none_or(|reply| reply.status != 401) || reply.as_ref().map(shape) != plain {
        house.fault(&item.id, format!("as a token: {:?} and not {plain:?}", reply.as_ref().map(shape)));
    }
    let reply = house
        .attack(item, HTTP_LIMIT, |house| request(&house.server.desk, "GET", "/inbox", &[("Cookie", &format!("wardroom={value}"))], b""));
    if reply.is_none_or(|reply| !(reply.status == 303 && reply.header("location").starts_with("/sign-in"))) {
        house.fault(&item.id, "as a session it leads elsewhere than to sign-in");
    }
}

/// A receipt code that is none: one answer for all of them.
fn code(house: &mut House, item: &Item) {
    let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let body = format!("code={encoded}");
    let reply = house.attack(item, HTTP_LIMIT, |house| {
        house.ask("POST", "/track", &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes())
    });
    if reply.is_none_or(|reply| !matches!(reply.status, 401 | 404 | 422 | 429)) {
        house.fault(&item.id, "opens a report, or breaks the page");
    }
    let header = format!("Receipt {}", item.text().replace(|c: char| c.is_control(), ""));
    let reply = house.attack(item, HTTP_LIMIT, |house| house.ask("GET", "/api/v1/reports/self", &[("Authorization", &header)], b""));
    if reply.is_none_or(|reply| !matches!(reply.status, 400 | 401 | 404 | 429)) {
        house.fault(&item.id, "opens a report over the API");
    }
}

/// A search, public and at the desk: an answer or 400/414, quickly, and nothing of what is not public.
fn search(house: &mut House, item: &Item) {
    let encoded: String = item.bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    for (address, path) in [
        (house.server.public.clone(), format!("/advisories?q={encoded}")),
        (house.server.public.clone(), format!("/check?product={encoded}&version={encoded}")),
        (house.server.desk.clone(), format!("/search?q={encoded}")),
    ] {
        let cookie = format!("wardroom={}", house.session);
        let reply = house.attack(item, HTTP_LIMIT, |_| request(&address, "GET", &path, &[("Cookie", &cookie)], b""));
        match reply {
            Some(reply) if matches!(reply.status, 200 | 400 | 414 | 431) => {}
            other => house.fault(&item.id, format!("{}: {:?}", &path[..path.len().min(40)], other.map(|reply| reply.status))),
        }
    }
}
