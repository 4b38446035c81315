//! An advisory's reader, who knows nobody here: reads a former version where it always was, sees what became another, verifies what was fetched
//! with the commands the page gives, and asks about a confidential list of parts that leaves no trace.

use std::net::SocketAddr;
use std::process::Command;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use tower::ServiceExt;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::ports::clock::Clock;
use wardroom_testkit::world::{Policy, World};

/// A world with an advisory in its second version, and its number.
async fn revised() -> (World, String) {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let (_, advisory, number) = world.made_ready(&report).await;
    world.published(&advisory, &number).await;
    let first = world.public_file(&document(&number));
    world.clock.hours(24);
    world.desk.revise_advisory(&world.team.ada, &advisory).await.unwrap();
    let mut texts = world.texts();
    texts.change.en = "The way in is told".to_owned();
    texts.summary.en.push_str(" By its maintenance port.");
    texts.until.en = "Before the second of February.".to_owned();
    world.desk.edit_advisory(&world.team.ada, &advisory, texts).await.unwrap();
    world.approved(&advisory).await;
    let order = PublishOrder { confirm: number.clone(), end_embargo: String::new() };
    world.desk.publish_advisory(&world.team.pia, &advisory, &order).await.unwrap();
    world.work().await;
    assert_eq!(world.public_file(&format!("advisories/{number}/v1.json")), first, "the former document is byte for byte what it was");
    (world, number)
}

fn document(number: &str) -> String {
    format!(".well-known/csaf/white/{}/{}.json", &number[11..15], number.to_lowercase())
}

async fn page(world: &World, face: &Router, address: &str) -> String {
    let (status, bytes) = world.ask(face, "GET", address, None).await;
    assert_eq!(status, 200, "{address}");
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_stay_where_they_are_and_are_compared_and_verified() {
    let (world, number) = revised().await;
    let face = world.face().await;
    // The translation was not touched when its source was: readers of Chinese are told.
    let chinese = page(&world, &face, &format!("/advisories/{number}?lang=zh")).await;
    assert!(chinese.contains("本译文部分内容早于原文（摘要）"), "{chinese}");
    let english = page(&world, &face, &format!("/advisories/{number}?lang=en")).await;
    assert!(!english.contains("older than the original") && english.contains("We know of no exploitation"), "{english}");
    assert!(english.contains("Before the second of February."), "{english}");

    for address in [format!("/advisories/{number}/v1"), format!("/advisories/{number}/v1.html?lang=en")] {
        let former = page(&world, &face, &address).await;
        assert!(former.contains("This is version 1, which is not in force any more.") && !former.contains("maintenance port"), "{former}");
    }
    // The version in force has its lasting address from the first day on.
    let (status, _) = world.ask(&face, "GET", &format!("/advisories/{number}/v3"), None).await;
    assert_eq!(status, 404);
    assert!(page(&world, &face, &format!("/advisories/{number}/v2")).await.contains("maintenance port"));
    let (_, now) = world.ask(&face, "GET", &format!("/advisories/{number}/v2.json"), None).await;
    assert!(String::from_utf8_lossy(&now).ends_with(&world.public_file(&document(&number))));

    let difference = page(&world, &face, &format!("/advisories/{number}/diff?from=1&to=2&lang=en")).await;
    for expected in
        ["What changed from version 1 to version 2", "<ins> By its maintenance port.</ins>", "For no product:", "The way in is told"]
    {
        assert!(difference.contains(expected), "{expected}: {difference}");
    }
    let json = difference.rsplit("CSAF document, line by line").next().unwrap();
    assert!(json.contains("<del>") && json.contains("&#34;version&#34;: &#34;2&#34;"), "{json}");

    // The commands of the page, as they stand there, against the served files.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let service = face.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    let later = world.clock.now().strftime("%Y%m%dT%H%M%S").to_string();
    for page in
        [english, String::from_utf8(std::fs::read(world.public_folder().join(format!("advisories/{number}/v1.html"))).unwrap()).unwrap()]
    {
        let commands =
            page.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()).find(|code| code.contains("gpg --verify"));
        let commands = commands.unwrap().replace("https://psirt.vendor.example", &site);
        assert_eq!(commands.lines().count(), 4, "{commands}");
        let (code, said) = tokio::task::spawn_blocking({
            let later = later.clone();
            move || shell(&commands, &later)
        })
        .await
        .unwrap();
        assert_eq!(code, 0, "{said}");
        assert!(said.contains(": OK") && said.contains("Good signature"), "{said}");
    }
    serving.abort();
    world.finish().await;
}

/// Runs commands in an empty folder with an empty key ring, at an instant of this world: exit code and everything said.
fn shell(commands: &str, instant: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("ring");
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(&ring).unwrap();
    std::fs::write(ring.join("gpg.conf"), format!("batch\nno-autostart\nno-auto-check-trustdb\nfaked-system-time {instant}\n")).unwrap();
    let output =
        Command::new("sh").args(["-ec", commands]).current_dir(folder.path()).env("GNUPGHOME", &ring).env("LC_ALL", "C").output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code().unwrap_or(-1), said)
}

/// The parts of a product nobody knows of: the world's last look finds none of these words in any log, file, mail or row.
#[tokio::test]
async fn a_list_of_parts_is_answered_and_leaves_no_trace() {
    let (world, number) = revised().await;
    let face = world.face().await;
    let secret = "unannounced-gateway-7c41";
    world.guard("a part of somebody's SBOM", secret);
    let sbom = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{{"name":"VX-200 gateway","version":"2.4"}},{{"name":"{secret}","version":"1"}}]}}"#
    );
    let multipart = format!("--B\r\nContent-Disposition: form-data; name=\"sbom\"; filename=\"{secret}.json\"\r\n\r\n{sbom}\r\n--B--\r\n");
    let broken = format!("{{\"bomFormat\": \"CycloneDX\", \"{secret}\": ");
    for (address, media, body, expected, status) in [
        ("/api/v1/check/sbom", "application/octet-stream", sbom.as_str(), number.as_str(), 200),
        ("/check?lang=en", "multipart/form-data; boundary=B", multipart.as_str(), "You are affected", 200),
        ("/api/v1/check/sbom", "application/octet-stream", broken.as_str(), "broken at line 1", 422),
    ] {
        let mut request = Request::post(address).header("host", "psirt.vendor.example").header("sec-fetch-site", "same-origin");
        request = request.header("content-type", media);
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4_711))));
        let response = face.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{address}");
        let text = String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap();
        assert!(text.contains(expected), "{expected}: {text}");
    }
    world.finish().await;
}

/// `wardroom check` against the folder that anybody may copy, without a server.
#[tokio::test]
async fn the_command_line_answers_offline() {
    let (world, number) = revised().await;
    let folder = world.public_folder();
    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
        let output = command.arg("check").args(arguments).arg("--of").arg(&folder).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said, _) = check(&["VX-200", "2.4"]);
    assert!(code == 3 && said.contains("Affected") && said.contains(&number), "{said}");
    let (code, said, _) = check(&["VX-200", "2.5.0", "--zh"]);
    assert!(code == 0 && said.contains("已修复"), "{said}");
    let (code, said, _) = check(&["candle"]);
    assert!(code == 0 && said.contains("no proof of safety"), "{said}");
    let list = world.data().join("parts.spdx");
    std::fs::write(&list, "SPDXVersion: SPDX-2.3\nPackageName: VX-200 gateway\nPackageVersion: 2.4\n").unwrap();
    let (code, said, _) = check(&["--sbom", list.to_str().unwrap(), "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, told["answer"].as_str(), told["parts"].as_u64()), (3, Some("affected"), Some(1)), "{said}");
    let (code, _, why) = check(&["--sbom", folder.join("index.html").to_str().unwrap()]);
    assert!(code == 3 && why.contains("not an SBOM"), "{why}");
    world.finish().await;
}
