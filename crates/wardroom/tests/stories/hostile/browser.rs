//! Nothing that somebody wrote runs: every page that shows hostile words is opened in Chromium, where `HOSTILE_MARK` would betray itself
//! when it is evaluated, and where whatever a page fetches from elsewhere is seen.

use serde_json::json;
use wardroom_testkit::browser::Browser;

use super::feed;
use super::house::House;
use super::items;
use super::web::Form;

/// Before any script of a page: a global that notes when somebody touches it, and the dialogs that attackers like.
const TRAP: &str = "
    window.hostileHits = [];
    Object.defineProperty(window, 'HOSTILE_MARK', { get() { window.hostileHits.push('HOSTILE_MARK'); return 1; } });
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = (...words) => window.hostileHits.push(name + ' ' + words);
    document.addEventListener('securitypolicyviolation', it => window.hostileHits.push('policy ' + it.violatedDirective + ' ' + it.blockedURI));
";

/// What ran, what was fetched from elsewhere, and what is there that must not be.
const FOUND: &str = "
    const elsewhere = performance.getEntriesByType('resource').map(it => it.name).filter(name => !name.startsWith(location.origin));
    const handlers = [...document.querySelectorAll('*')].flatMap(it => it.getAttributeNames().filter(name => name.startsWith('on')).map(name => it.tagName + ' ' + name));
    const links = [...document.querySelectorAll('a[href], form[action]')].map(it => it.getAttribute('href') ?? it.getAttribute('action'))
        .filter(to => /^\\s*(javascript|data|vbscript):/i.test(to));
    const odd = [...document.querySelectorAll('iframe, object, embed, base, marquee, x-widget, meta[http-equiv=refresh], script:not([src]):not([type=\"application/ld+json\"])')].map(it => it.outerHTML.slice(0, 100));
    return [...window.hostileHits, ...elsewhere, ...handlers, ...links, ...odd];
";

async fn look(browser: &Browser, house: &mut House, address: &str) {
    if let Err(error) = browser.open(address).await {
        return house.fault(address, format!("{error:#}"));
    }
    let found = browser.script(FOUND, &[]).await.unwrap_or_else(|error| json!([format!("{error:#}")]));
    if found.as_array().is_none_or(|list| !list.is_empty()) {
        house.fault(address, format!("O7 {found}"));
    }
}

#[tokio::test]
async fn browser_runs_nothing_that_was_written() {
    let Ok(Some(browser)) = Browser::start().await else { return };
    let markup = items::all(&["render"]);
    let titles: Vec<String> = items::all(&["feed"]).iter().filter(|item| item.id.contains("titles")).map(items::Item::text).collect();
    let short: Vec<String> = markup.iter().filter(|item| item.bytes.len() < 300).map(items::Item::text).collect();
    let texts: Vec<String> = titles.into_iter().chain(short.iter().take(12).cloned()).collect();
    let (mut house, advisories) = feed::published(&texts).await;
    let mut reports = Vec::new();
    for item in &markup {
        let short = if item.bytes.len() > 60_000 { b"Long".to_vec() } else { item.bytes.clone() };
        let form = Form::new().text("description", &item.bytes).text("title", &short).text("name", &short).text("credit", &short);
        let before = std::time::Instant::now();
        let reply = form.file("attachments", &item.text().chars().take(100).collect::<String>(), &item.bytes).send(&house, "/report");
        let too_long = item.bytes.len() > 1024 * 1024;
        if !too_long && reply.as_ref().is_none_or(|reply| reply.status != 303) {
            house.fault(&item.id, format!("not taken in {:?}: {:?}", before.elapsed(), reply.map(|reply| reply.status)));
        }
    }
    for item in items::all(&["mail"])
        .iter()
        .filter(|item| item.bytes.len() < 100_000 && String::from_utf8_lossy(&item.bytes).contains("HOSTILE_MARK"))
    {
        let path = house.program.file(&item.id.replace('/', "_"), &item.bytes).display().to_string();
        house.program.must(&["inbox", "import", &path]);
    }
    let listed = house.program.lines(&["inbox", "list", "--view", "all", "--limit", "100000", "--json"]);
    for one in listed[0]["data"].as_array().unwrap() {
        reports.push(one["number"].as_str().unwrap().to_owned());
    }
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": TRAP })).await.unwrap();
    let cookie = json!({"name": "wardroom", "value": house.session, "url": format!("http://{}/", house.server.desk), "httpOnly": true});
    browser.devtools("Network.setCookie", cookie).await.unwrap();
    let desk = format!("http://{}", house.server.desk);
    let public = format!("http://{}", house.server.public);
    // The trap works: this page is ours and touches the mark.
    browser.open(&format!("{desk}/inbox")).await.unwrap();
    browser.script("HOSTILE_MARK;", &[]).await.unwrap();
    assert_eq!(browser.script("return window.hostileHits;", &[]).await.unwrap(), json!(["HOSTILE_MARK"]), "the trap does not close");
    assert!(browser.url().await.unwrap().ends_with("/inbox"), "Ada is not signed in");

    for path in [
        "/inbox?view=all",
        "/inbox?view=all&page=2",
        "/search?q=%3Cscript%3EHOSTILE_MARK%3C/script%3E",
        "/audit",
        "/jobs",
        "/cases",
        "/advisories",
    ] {
        look(&browser, &mut house, &format!("{desk}{path}")).await;
    }
    for number in &reports {
        look(&browser, &mut house, &format!("{desk}/reports/{number}")).await;
    }
    // A case with everything in it: title, notes, a vulnerability.
    for number in reports.iter().take(8) {
        let text = house.report(number)["text"].as_str().unwrap_or_default().to_owned();
        let reply = house.api("POST", &format!("/api/v1/inbox/{number}:accept"), &json!({"title": text}));
        let Some(case) = reply.json()["case"].as_str().map(str::to_owned) else { continue };
        for note in &short {
            house.api("POST", &format!("/api/v1/cases/{case}/notes"), &json!({"text": note}));
        }
        house.api("POST", &format!("/api/v1/cases/{case}/vulnerabilities"), &json!({"title": text, "description": text}));
        look(&browser, &mut house, &format!("{desk}/cases/{case}")).await;
    }
    for number in &advisories {
        look(&browser, &mut house, &format!("{desk}/advisories/{number}")).await;
        look(&browser, &mut house, &format!("{public}/advisories/{number}")).await;
    }
    for path in [
        "/",
        "/advisories",
        "/advisories?q=%22%3E%3Cscript%3EHOSTILE_MARK%3C/script%3E",
        "/check?product=%3Csvg+onload%3DHOSTILE_MARK%3E&version=%22%3E",
        "/thanks",
        "/feeds",
    ] {
        look(&browser, &mut house, &format!("{public}{path}")).await;
    }
    println!("{} reports and {} advisories looked at", reports.len(), advisories.len());
    let files: Vec<String> = items::all(&["mail"]).iter().map(|item| item.id.replace('/', "_")).collect();
    house.finish(&files);
}
