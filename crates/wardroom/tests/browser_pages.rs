//! Every page of the sample world, public and desk, as a person meets it: in both languages, light and dark, on a wide and a very narrow screen.
//! No accessibility rule is broken, nothing is cut off at 320 pixels (WCAG 1.4.10), the console is silent (so the content security policy holds),
//! and no link on a page leads nowhere.
//!
//! Not about what the pages say: the stories are.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use wardroom_testkit::browser::{Browser, Guise};

/// So many pages of one face at most: the sample world repeats itself.
const MOST_PAGES: usize = 40;

/// The demo, for as long as the test runs.
struct Demo {
    process: Child,
    public: String,
    desk: String,
    administrator: String,
    _data: tempfile::TempDir,
}

impl Demo {
    fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
        command.arg("demo").arg("--data").arg(data.path().join("world"));
        command.args(["--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = process.stdout.take().context("the demo has no output")?;
        let mut administrator = String::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.first() == Some(&"Administrator") {
                administrator = words.last().copied().unwrap_or_default().to_owned();
            }
            if let ["ready", public, desk] = words.as_slice() {
                let address = |word: &str, name: &str| word.strip_prefix(name).map(str::to_owned).context("no address");
                let (public, desk) = (address(public, "public=")?, address(desk, "desk=")?);
                return Ok(Self { process, public, desk, administrator, _data: data });
            }
        }
        bail!("the demo ended before it was ready: {:?}", process.wait()?)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

#[tokio::test]
async fn public_pages_are_for_everybody() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let demo = Demo::start()?;
    let pages = crawl(&browser, &demo.public).await?;
    assert!(pages.len() >= 9, "only these pages are linked: {pages:?}");
    look_at(&browser, &pages).await
}

#[tokio::test]
async fn desk_pages_are_for_everybody() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let demo = Demo::start()?;
    browser.open(&demo.administrator).await?;
    browser.wait_for("nav a").await?;
    what_is_typed_in_the_editor_stays(&browser, &format!("{}/advisories/HALCYON-SA-2026-0002/edit", demo.desk)).await?;
    let pages = crawl(&browser, &demo.desk).await?;
    assert!(pages.len() >= 5, "only these pages are linked: {pages:?}");
    look_at(&browser, &pages).await
}

/// What is typed stands in the preview without a button, a problem leads to its field, and whoever comes back finds the words again.
async fn what_is_typed_in_the_editor_stays(browser: &Browser, editor: &str) -> Result<()> {
    browser.open(editor).await?;
    let title = "A title of which somebody thought while typing";
    browser.fill("#title_en", title).await?;
    comes_true(browser, "return document.querySelector('#side-panel').innerText.includes(arguments[0])", title).await?;
    let problems = browser.count("#side-problems a.problem[data-to=title_en]").await?;
    browser.fill("#title_en", " ").await?;
    let more = "return document.querySelectorAll('#side-problems a.problem[data-to=title_en]').length > Number(arguments[0])";
    comes_true(browser, more, &problems.to_string()).await?;
    browser.click("#side-problems a.problem[data-to=title_en]").await?;
    assert_eq!(browser.focus().await?, "title_en", "the problem leads to its field");
    browser.fill("#title_en", title).await?;
    comes_true(browser, "return document.querySelector('[name=was_title_en]').value === arguments[0]", title).await?;
    browser.open("about:blank").await?;
    browser.open(editor).await?;
    assert_eq!(browser.value("#title_en").await?, title, "nobody pressed a button, and it is there");
    Ok(())
}

/// Waits until a script says true.
async fn comes_true(browser: &Browser, script: &str, argument: &str) -> Result<()> {
    for _ in 0..200 {
        if browser.script(script, &[argument.into()]).await? == true {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    bail!("after ten seconds this is not true for {argument:?}: {script}")
}

/// All pages that can be reached by links from the first, nearest first. Files to take away are left out.
async fn crawl(browser: &Browser, origin: &str) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut next = VecDeque::from([format!("{origin}/")]);
    let mut pages = Vec::new();
    while let Some(page) = next.pop_front().filter(|_| pages.len() < MOST_PAGES) {
        browser.open(&page).await?;
        let links = browser.script(LINKS, &[]).await?;
        pages.push(page);
        for link in links.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let path = link.strip_prefix(origin).unwrap_or_default();
            let is_page =
                path.starts_with('/') && path.rsplit('/').next().is_some_and(|name| !name.contains('.') || name.ends_with(".html"));
            if is_page && seen.insert(link.to_owned()) {
                next.push_back(link.to_owned());
            }
        }
    }
    Ok(pages)
}

const LINKS: &str = "return [...document.querySelectorAll('a[href]:not([download])')].map(link => link.href.split('#')[0].split('?')[0]);";

const TOO_WIDE: &str = "
    const most = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= most ? [] :
        [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > most + 1).slice(0, 5)
            .map(it => it.tagName.toLowerCase() + (it.id ? '#' + it.id : '') + '.' + it.className);";

/// Looks at every page in every way, and fails with the list of all that is wrong.
async fn look_at(browser: &Browser, pages: &[String]) -> Result<()> {
    browser.console().await?;
    let mut faults = BTreeSet::new();
    for page in pages {
        for language in ["en", "zh"] {
            for guise in [Guise::Light, Guise::Dark] {
                browser.dress(guise).await?;
                browser.resize(1280, 900).await?;
                // Opened in its guise, so that no change of colours is still under way.
                browser.open(&format!("{page}?lang={language}")).await?;
                faults.extend(console(browser, page).await?);
                let Some(findings) = browser.axe().await? else {
                    return Ok(());
                };
                for finding in findings {
                    let place = finding.places.first().cloned().unwrap_or_default();
                    faults.insert(format!("{page} ({language}, {guise:?}): {} at {place}: {}", finding.rule, finding.help));
                }
            }
            browser.resize(320, 640).await?;
            let wide = browser.script(TOO_WIDE, &[]).await?;
            if wide.as_array().is_some_and(|list| !list.is_empty()) {
                faults.insert(format!("{page} ({language}) is wider than 320 pixels: {wide}"));
            }
        }
    }
    let list: Vec<&str> = faults.iter().map(String::as_str).collect();
    assert!(list.is_empty(), "{} pages, {} faults:\n{}", pages.len(), list.len(), list.join("\n"));
    Ok(())
}

/// What the console complains about: scripts and styles against the policy, things that are not there, a page that failed.
async fn console(browser: &Browser, page: &str) -> Result<Vec<String>> {
    let lines = browser.console().await?;
    let complaints = lines.into_iter().filter(|line| line.starts_with("SEVERE"));
    Ok(complaints.map(|line| format!("{page}: {line}")).collect())
}
