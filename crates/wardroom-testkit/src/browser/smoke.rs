//! The browser, used for real on a page served from this test.
//!
//! Not tests of the product: they show that what the journeys stand on holds.

use anyhow::{Context, Result};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;

use super::{Browser, Guise, Media};

const FORM: &str = "<!doctype html><html lang=en><title>Report</title>
<style>
  body { background: white } @media (prefers-color-scheme: dark) { body { background: rgb(1, 2, 3) } }
  @media print { nav { display: none } }
</style>
<nav>menu</nav>
<main><h1>Report</h1><form method=get action=/done>
<label for=title>Title</label><input id=title name=title value=old>
<label for=kind>Kind</label><select id=kind name=kind><option value=a>A</option><option value=b>B</option></select>
<label for=file>File</label><input id=file type=file>
<button>Send</button></form>
<p id=script>without script</p></main>
<script>document.getElementById('script').textContent = 'with script'; console.error('planted');</script></html>";

const BAD: &str = "<!doctype html><html><title>Bad</title><main><h1>Bad</h1><input><img src='data:,'></main></html>";

/// Serves the pages on loopback and returns their address, by the name that counts as secure.
async fn serve() -> Result<String> {
    let pages = Router::new()
        .route("/", get(|| async { Html(FORM) }))
        .route("/bad", get(|| async { Html(BAD) }))
        .route("/done", get(|| async { Html("<title>Done</title><main>thanks</main>") }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    tokio::spawn(async move { axum::serve(listener, pages).await });
    Ok(address)
}

#[tokio::test]
async fn a_form_is_filled_and_sent() -> Result<()> {
    let Some(browser) = Browser::start_in("zh-CN").await? else {
        return Ok(());
    };
    let address = serve().await?;
    browser.open(&address).await?;
    assert_eq!(browser.title().await?, "Report");
    assert_eq!(browser.text("#script").await?, "with script");
    assert!(browser.console().await?.iter().any(|line| line.starts_with("SEVERE") && line.contains("planted")));
    assert_eq!(browser.script("return navigator.language + arguments[0]", &[json!(7)]).await?, json!("zh-CN7"));
    browser.fill("#title", "溢出 & overflow").await?;
    assert_eq!(browser.value("#title").await?, "溢出 & overflow");
    browser.choose("#kind", "b").await?;
    browser.attach("#file", std::path::Path::new("/etc/hostname")).await?;
    assert_eq!(browser.count("option").await?, 2);
    assert!(browser.is_visible("nav").await?);
    browser.press("Tab").await?;
    browser.click("button").await?;
    browser.wait_for("main").await?;
    assert_eq!(browser.text("main").await?, "thanks");
    assert!(browser.url().await?.contains("kind=b"));
    let missing = browser.text("#absent").await.map_err(|trouble| trouble.to_string());
    assert_eq!(missing, Err("nothing on the page fits #absent".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_page_is_seen_in_every_guise() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let address = serve().await?;
    browser.open(&address).await?;
    let background = "return getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.script(background, &[]).await?, json!("rgb(255, 255, 255)"));
    browser.dress(Guise::Dark).await?;
    assert_eq!(browser.script(background, &[]).await?, json!("rgb(1, 2, 3)"));
    browser.show_on(Media::Print).await?;
    assert!(!browser.is_visible("nav").await?);
    browser.show_on(Media::Screen).await?;
    assert!(browser.is_visible("nav").await?);
    browser.dress(Guise::ForcedColours).await?;
    assert_eq!(browser.script("return matchMedia('(forced-colors: active)').matches", &[]).await?, json!(true));

    let folder = tempfile::tempdir()?;
    let picture = folder.path().join("page.png");
    browser.screenshot(&picture, 390, 844).await?;
    let bytes = std::fs::read(&picture)?;
    let width = bytes.get(16..20).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    assert_eq!(width, Some(390));
    let paper = folder.path().join("page.pdf");
    browser.print(&paper).await?;
    assert!(std::fs::read(&paper)?.starts_with(b"%PDF-"));

    browser.without_javascript().await?;
    browser.open(&address).await?;
    assert_eq!(browser.text("#script").await?, "without script");
    browser.fill("#title", "typed").await?;
    browser.click("button").await?;
    // Without scripts a click does not wait for the page it leads to.
    browser.wait_for("main:not(:has(form))").await?;
    assert_eq!(browser.title().await?, "Done");
    browser.with_javascript().await?;
    browser.open(&address).await?;
    assert_eq!(browser.text("#script").await?, "with script");
    Ok(())
}

#[tokio::test]
async fn a_passkey_is_made_in_the_page_and_kept_by_the_authenticator() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    browser.open(&serve().await?).await?;
    let passkeys = browser.plug_in_passkeys().await?;
    assert!(browser.passkeys(&passkeys).await?.is_empty());
    let make = "return navigator.credentials.create({ publicKey: {
        rp: { name: 'Desk' }, user: { id: new Uint8Array([7]), name: 'ana', displayName: 'Ana' }, challenge: new Uint8Array(32),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } } })
        .then(made => made.type, refused => refused.name)";
    assert_eq!(browser.script(make, &[]).await?, json!("public-key"));
    let held = browser.passkeys(&passkeys).await?;
    assert_eq!(held.first().context("no key")?.get("rpId"), Some(&json!("localhost")));
    Ok(())
}

#[tokio::test]
async fn axe_finds_what_is_wrong_and_nothing_where_nothing_is() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let address = serve().await?;
    browser.open(&format!("{address}/bad")).await?;
    let Some(findings) = browser.axe().await? else {
        return Ok(());
    };
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    for rule in ["html-has-lang", "image-alt", "label"] {
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
    assert!(findings.iter().all(|finding| !finding.help.is_empty() && !finding.places.is_empty()));
    browser.open(&address).await?;
    let left = browser.axe().await?.context("axe-core was there a moment ago")?;
    assert!(left.iter().all(|finding| finding.impact != "critical"), "{left:?}");
    Ok(())
}
