//! The report form and the track page in a real browser, against the real program: with JavaScript switched off, from the form with
//! an attachment to the answer with a file; with it, an upload over a killed server, the draft after a reload, the double click,
//! and a report encrypted in the browser that the desk reads. axe finds nothing, and the console is silent.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use wardroom_testkit::browser::{Browser, Guise};

/// The program, for as long as the test runs; it can be killed and started again on the same data and addresses.
struct Server {
    process: Child,
    folder: tempfile::TempDir,
    public: String,
    desk: String,
}

impl Server {
    fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (process, public, desk) = run(&folder.path().join("data"), "127.0.0.1:0", "127.0.0.1:0")?;
        Ok(Self { process, folder, public, desk })
    }

    /// `kill -9`, and up again.
    fn kill_and_start(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        let plain = |url: &str| url.trim_start_matches("http://").to_owned();
        let (process, ..) = run(&self.folder.path().join("data"), &plain(&self.public), &plain(&self.desk))?;
        self.process = process;
        Ok(())
    }

    /// What the team's command line says, which reads with the desk's key.
    fn desk_says(&self, words: &[&str]) -> Result<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
        let output = command.args(words).arg("--data").arg(self.folder.path().join("data")).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &*String::from_utf8_lossy(&output.stderr))
    }

    /// A file of its own to attach.
    fn file(&self, name: &str, length: usize) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
        let mut left = length;
        let mut number = 0_u64;
        while left > 0 {
            let line = format!("line {number} of {name}\n");
            let part = line.as_bytes().get(..left.min(line.len())).unwrap_or_default();
            file.write_all(part)?;
            left -= part.len();
            number += 1;
        }
        file.flush()?;
        Ok(path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn run(data: &Path, listen: &str, desk_listen: &str) -> Result<(Child, String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    command.arg("serve").arg("--data").arg(data).args(["--listen", listen, "--desk-listen", desk_listen]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = process.stdout.take().context("the program has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let ["ready", public, desk] = line.split_whitespace().collect::<Vec<_>>().as_slice() {
            let address = |word: &str, name: &str| word.strip_prefix(name).map(str::to_owned).context("no address");
            return Ok((process, address(public, "public=")?, address(desk, "desk=")?));
        }
    }
    bail!("the program ended before it was ready: {:?}", process.wait()?)
}

const DESCRIPTION: &str = "form#report textarea";

async fn text_until(browser: &Browser, css: &str, wanted: &str) -> Result<()> {
    let started = Instant::now();
    loop {
        let text = browser.text(css).await.unwrap_or_default();
        if text.contains(wanted) {
            return Ok(());
        }
        if started.elapsed() > Duration::from_secs(90) {
            bail!("{css} never said {wanted:?}, but {text:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Without encryption in the browser, which is on by default: files then arrive while the form is being filled in.
async fn plainly(browser: &Browser) -> Result<()> {
    if browser.count("#encrypt-here:checked").await? > 0 && browser.is_visible("#encrypt-here").await? {
        browser.click("#encrypt-here").await?;
    }
    Ok(())
}

async fn silent(browser: &Browser) -> Result<()> {
    let complaints: Vec<String> = browser.console().await?.into_iter().filter(|line| line.starts_with("SEVERE")).collect();
    anyhow::ensure!(complaints.is_empty(), "the console complains: {complaints:?}");
    Ok(())
}

#[tokio::test]
async fn without_javascript_from_the_form_to_the_answer() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let server = Server::start()?;
    browser.without_javascript().await?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    browser.attach("#attachments", &server.file("capture.bin", 400_000)?).await?;
    // Sent too early: the fault is told and the file stays.
    browser.click("form#report button.big").await?;
    assert!(browser.text("#error-summary").await?.contains("Describe what you found"));
    assert!(browser.text(".files").await?.contains("capture.bin"));
    browser.fill(DESCRIPTION, "The update service takes unsigned images.").await?;
    browser.click("form#report button.big").await?;
    let code = browser.text(".code-big code").await?;
    assert_eq!(code.len(), 35, "{code}");
    browser.open(&format!("{}/track?lang=en", server.public)).await?;
    browser.fill("#code", &code.to_lowercase()).await?;
    browser.click("main form button").await?;
    browser.fill("#message", "And here is the log.").await?;
    browser.attach("#attachments", &server.file("device.log", 1_000)?).await?;
    browser.click("form[action^='/track/message'] button").await?;
    let all = ["Your message has arrived", "And here is the log.", "device.log"];
    // The old page may go while it is read.
    let mut page = String::new();
    for _ in 0..100 {
        if all.iter().all(|expected| page.contains(expected)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        page = browser.text("main").await.unwrap_or_default();
    }
    for expected in all {
        assert!(page.contains(expected), "{expected:?} is missing in {page}");
    }
    // The code before the content, as somebody who wants to stay unknown does it.
    browser.forget_cookies().await?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    browser.fill(DESCRIPTION, "First half.").await?;
    browser.click("button[data-save]").await?;
    let code = browser.text(".code-big code").await?;
    browser.forget_cookies().await?;
    browser.open(&format!("{}/track?lang=en", server.public)).await?;
    browser.fill("#code", &code).await?;
    browser.click("main form button").await?;
    assert_eq!(browser.value(DESCRIPTION).await?.trim(), "First half.");
    browser.click("form#report button.big").await?;
    assert_eq!(browser.text(".code-big code").await?, code);
    Ok(())
}

#[tokio::test]
async fn an_upload_survives_a_killed_server_and_a_draft_a_reload() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let mut server = Server::start()?;
    browser.devtools("Network.enable", json!({})).await?;
    let slow = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2_000_000 });
    browser.devtools("Network.emulateNetworkConditions", slow).await?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    plainly(&browser).await?;
    browser.fill(DESCRIPTION, "It happens after an hour.").await?;
    browser.attach("#attachments", &server.file("trace.bin", 30_000_000)?).await?;
    // In the middle of it.
    let started = Instant::now();
    loop {
        let text = browser.text(".files").await.unwrap_or_default();
        if text.contains("Uploading") && !text.contains("Uploading 0 %") {
            break;
        }
        anyhow::ensure!(started.elapsed() < Duration::from_secs(60) && !text.contains("agree"), "it was not seen on its way: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.kill_and_start()?;
    text_until(&browser, ".files", "checksums agree").await?;
    // The draft, with its file, after the page was left.
    text_until(&browser, "#draft-line", "Draft kept").await?;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    browser.reload().await?;
    text_until(&browser, ".files", "checksums agree").await?;
    assert_eq!(browser.value(DESCRIPTION).await?.trim(), "It happens after an hour.");
    let once = browser.value("input[name=once]").await?;
    // A double click, and the same form again from the page before: one report, one code.
    browser.script("const b = document.querySelector('form#report button.big'); b.click(); b.click();", &[]).await?;
    browser.wait_for(".code-big code").await?;
    let code = browser.text(".code-big code").await?;
    assert!(browser.text("main").await?.contains("-0001"), "the first report");
    browser.back().await?;
    browser.wait_for("form#report").await?;
    let text = json!("It happens after an hour.");
    let token = "const [once, text] = arguments; document.querySelector('input[name=once]').value = once; \
        document.querySelector('form#report textarea').value = text; return document.querySelectorAll('input[name=upload]').length;";
    browser.script(token, &[Value::from(once), text]).await?;
    browser.open(&format!("{}/receipt?lang=en", server.public)).await?;
    assert_eq!(browser.text(".code-big code").await?, code);

    let inbox = server.desk_says(&["inbox", "list"])?;
    assert!(inbox.contains("-0001") && !inbox.contains("-0002"), "one report: {inbox}");
    Ok(())
}

#[tokio::test]
async fn what_the_browser_encrypts_the_desk_reads() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let server = Server::start()?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    if browser.count("#encrypt-here").await? == 0 {
        println!("skipped: this program was built without the OpenPGP library: run npm ci in web and build again");
        return Ok(());
    }
    assert!(browser.text("#encrypt").await?.contains("does not protect against a tampered copy"));
    browser.fill(DESCRIPTION, "溢出 in the parser: a secret the wire must not see").await?;
    browser.attach("#attachments", &server.file("poc.txt", 2_000)?).await?;
    browser.click("form#report button.big").await?;
    browser.wait_for(".code-big code").await?;
    let number = browser.text("dl.facts dd").await?;
    silent(&browser).await?;
    let started = Instant::now();
    loop {
        let report = server.desk_says(&["inbox", "show", &number])?;
        if report.contains("a secret the wire must not see") && report.contains("溢出") {
            break;
        }
        if started.elapsed() > Duration::from_secs(60) {
            bail!("the desk does not read what was encrypted: {report}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_large_file_is_encrypted_piece_by_piece() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let server = Server::start()?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    if browser.count("#encrypt-here").await? == 0 {
        println!("skipped: this program was built without the OpenPGP library: run npm ci in web and build again");
        return Ok(());
    }
    let trace = server.file("trace.bin", 27_000_001)?;
    browser.fill(DESCRIPTION, "The trace shows it.").await?;
    browser.attach("#attachments", &trace).await?;
    assert!(browser.text(".uploads").await?.contains("encrypted with the report"));
    browser.click("form#report button.big").await?;
    text_until(&browser, "main", "-0001").await?;
    let number = browser.text("dl.facts dd").await?;
    silent(&browser).await?;
    // What the server has is not the file, and what the desk opens is.
    let data = server.folder.path().join("data");
    let take = |more: &[&str]| -> Result<Vec<u8>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
        let output = command.args(["inbox", "file", &number, "2"]).args(more).arg("--data").arg(&data).output()?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(output.stdout)
    };
    let plain = std::fs::read(&trace)?;
    let sealed = take(&[])?;
    assert!(sealed.starts_with(b"WRPIECES") && !sealed.windows(18).any(|part| part == b"line 7 of trace.bi"));
    assert!(take(&["--decrypt"])? == plain, "the desk does not get the file back");
    Ok(())
}

#[tokio::test]
async fn the_form_and_the_track_page_are_for_everybody() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let server = Server::start()?;
    let shots = std::env::var_os("WARDROOM_SHOTS").map(PathBuf::from);
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    plainly(&browser).await?;
    browser.fill(DESCRIPTION, "Something.").await?;
    browser.attach("#attachments", &server.file("small.txt", 2_000)?).await?;
    text_until(&browser, ".files", "checksums agree").await?;
    browser.click("button[data-save]").await?;
    browser.wait_for(".code-first").await?;
    let mut faults = Vec::new();
    look(&browser, "code", &format!("{}/report", server.public), shots.as_deref(), &mut faults).await?;
    browser.click("form#report button.big").await?;
    browser.wait_for("main form").await?;
    browser.open(&format!("{}/receipt?lang=en", server.public)).await?;
    let code = browser.text(".code-big code").await?;
    look(&browser, "receipt", &format!("{}/receipt", server.public), shots.as_deref(), &mut faults).await?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    look(&browser, "form", &format!("{}/report", server.public), shots.as_deref(), &mut faults).await?;
    for step in [1, 2, 3, 6] {
        look(&browser, &format!("step{step}"), &format!("{}/report?step={step}", server.public), shots.as_deref(), &mut faults).await?;
    }
    browser.open(&format!("{}/track?lang=en", server.public)).await?;
    browser.fill("#code", &code).await?;
    browser.click("main form button").await?;
    look(&browser, "track", &format!("{}/track", server.public), shots.as_deref(), &mut faults).await?;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// In both languages, light and dark, wide and narrow.
async fn look(browser: &Browser, name: &str, url: &str, shots: Option<&Path>, faults: &mut Vec<String>) -> Result<()> {
    for language in ["en", "zh"] {
        for (guise, width) in [(Guise::Light, 1280), (Guise::Dark, 1280), (Guise::Light, 390), (Guise::Dark, 390)] {
            browser.dress(guise).await?;
            browser.resize(width, 900).await?;
            browser.open(&format!("{url}{}lang={language}", if url.contains('?') { '&' } else { '?' })).await?;
            if let Some(findings) = browser.axe().await? {
                for finding in findings {
                    faults.push(format!("{name} ({language}, {guise:?}, {width}): {} at {:?}", finding.rule, finding.places));
                }
            }
            let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
            if browser.script(wide, &[]).await? == Value::Bool(true) {
                faults.push(format!("{name} ({language}) is wider than {width}"));
            }
            if let Some(shots) = shots {
                browser.screenshot(&shots.join(format!("{name}-{language}-{guise:?}-{width}.png")), width, 900).await?;
            }
        }
    }
    browser.resize(1280, 900).await?;
    Ok(())
}

#[tokio::test]
async fn one_question_at_a_time_and_a_lost_connection_lose_nothing() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let mut server = Server::start()?;
    browser.open(&format!("{}/report?step=1&lang=en", server.public)).await?;
    plainly(&browser).await?;
    let next = "button.big[data-go=next]";
    browser.click("#kind").await?;
    browser.click(next).await?;
    browser.wait_for("[data-part=finding]:not([hidden])").await?;
    assert!(browser.url().await?.contains("step=2"), "the address says where we are");
    browser.fill(DESCRIPTION, "Step by step.").await?;
    for _ in 0..4 {
        browser.click(next).await?;
    }
    browser.wait_for("[data-part=send]:not([hidden])").await?;
    browser.back().await?;
    browser.wait_for("[data-part=contact]:not([hidden])").await?;
    browser.click(next).await?;
    // The house goes away while somebody presses send; nothing is lost, and it goes by itself afterwards.
    server.process.kill()?;
    server.process.wait()?;
    browser.click("[data-part=send] button.big").await?;
    browser.wait_for("#offline:not([hidden])").await?;
    assert!(browser.text("#offline").await?.contains("Not sent"));
    let plain = |url: &str| url.trim_start_matches("http://").to_owned();
    let (process, ..) = run(&server.folder.path().join("data"), &plain(&server.public), &plain(&server.desk))?;
    server.process = process;
    browser.script("window.dispatchEvent(new Event('online'));", &[]).await?;
    browser.wait_for(".code-big code").await?;
    // It went encrypted where this program can: then the desk opens it a moment later.
    let started = Instant::now();
    while !server.desk_says(&["inbox", "list"])?.contains("Step by step.") {
        anyhow::ensure!(started.elapsed() < Duration::from_secs(60), "the desk does not have it");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_photo_tells_is_offered_to_be_taken_out() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let server = Server::start()?;
    // JPEG: JFIF, Exif with a camera and a place and turned by 90 degrees, a comment, one scan, and something after the end.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x03".to_vec();
    exif.extend_from_slice(b"\x01\x0f\0\x02\0\0\0\x04CAM\0");
    exif.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\0\0\0\0\0");
    let segment = |kind: u8, body: &[u8]| -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
        [&[0xff, kind, length[0], length[1]], body].concat()
    };
    let mut photo = vec![0xff, 0xd8];
    photo.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    photo.extend(segment(0xe1, &exif));
    photo.extend(segment(0xfe, b"a secret note"));
    photo.extend(segment(0xda, b"\x01\x01\0\0\x3f\0"));
    photo.extend_from_slice(b"scan\xff\0data\xff\xd9trailer of the phone");
    let path = server.folder.path().join("photo.jpg");
    std::fs::write(&path, &photo)?;
    browser.open(&format!("{}/report?lang=en", server.public)).await?;
    plainly(&browser).await?;
    browser.fill(DESCRIPTION, "See the photo.").await?;
    browser.attach("#attachments", &path).await?;
    browser.wait_for("#images:not([hidden])").await?;
    let told = browser.text("#images").await?;
    for what in ["photo.jpg", "camera", "place", "notes", "data after the image"] {
        assert!(told.contains(what), "{what} is not told: {told}");
    }
    browser.click("#images [data-strip]").await?;
    text_until(&browser, ".files", "checksums agree").await?;
    browser.click("form#report button.big").await?;
    browser.wait_for(".code-big code").await?;
    let number = browser.text("dl.facts dd").await?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    let kept = command.args(["inbox", "file", &number, "1", "--data"]).arg(server.folder.path().join("data")).output()?.stdout;
    for gone in [&b"CAM"[..], b"secret note", b"trailer"] {
        assert!(!kept.windows(gone.len()).any(|part| part == gone), "{} is still there", String::from_utf8_lossy(gone));
    }
    assert!(kept.starts_with(&[0xff, 0xd8]) && kept.ends_with(&[0xff, 0xd9]) && kept.windows(10).any(|part| part == b"scan\xff\0data"));
    assert!(kept.windows(12).any(|part| part == b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"), "it stands on its head now");
    Ok(())
}
