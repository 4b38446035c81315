//! What we publish, judged from outside by the requirements of a CSAF trusted provider: the folder, and the public face that serves it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wardroom_testkit::world::{Policy, World};

/// `wardroom csaf provider-check`: its exit code and what it says.
fn check(arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    let output = command.args(["csaf", "provider-check", "--json"]).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let json = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said} {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), json)
}

/// Numbers of the requirements with this verdict.
fn with(verdict: &str, said: &Value) -> Vec<u64> {
    let all = said["requirements"].as_array().unwrap();
    all.iter().filter(|one| one["verdict"] == verdict).map(|one| one["requirement"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_requirement_that_can_be_seen_is_met() {
    let world = World::new(Policy::OneDay).await;
    world.worker.write_tree().await.unwrap();
    let folder = world.public_folder();
    let (code, said) = check(&[folder.to_str().unwrap()]);
    assert_eq!((code, with("wrong", &said)), (0, vec![]), "without an advisory: {said:#}");

    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    let (_, advisory, number) = world.made_ready(&report).await;
    world.published(&advisory, &number).await;
    let (code, said) = check(&[folder.to_str().unwrap()]);
    assert_eq!((code, &said["errors"]), (0, &serde_json::json!([])), "{said:#}");
    assert_eq!(with("ok", &said), [1, 2, 7, 8, 9, 11, 12, 13, 15, 16, 17, 18, 19, 20], "{said:#}");

    // The same over HTTP, where addresses lead to the site behind its proxy.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let service = world.face().await.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    let (code, said) = tokio::task::spawn_blocking(move || check(&[&site])).await.unwrap();
    assert_eq!((code, &said["errors"]), (0, &serde_json::json!([])), "{said:#}");
    assert_eq!(with("not judged", &said), [3, 5, 10], "{said:#}");
    serving.abort();

    spoiled(&folder, &number);
    world.finish().await;
}

/// What is wrong is found, with its requirement.
fn spoiled(folder: &Path, number: &str) {
    let name = format!(".well-known/csaf/white/{}/{}.json", &number[11..15], number.to_lowercase());
    let whole = |path: &str| std::fs::read(folder.join(path)).unwrap();
    let document = String::from_utf8(whole(&name)).unwrap();
    let spoil = |path: &str, text: &str, expected: &[u64]| {
        let before = whole(path);
        std::fs::write(folder.join(path), text).unwrap();
        let (code, said) = check(&[folder.to_str().unwrap()]);
        assert_eq!((code, with("wrong", &said)), (3, expected.to_vec()), "{path}: {said:#}");
        std::fs::write(folder.join(path), before).unwrap();
    };
    spoil(&name, &document.replace("Unsigned", "Signed"), &[18, 19]);
    spoil(&name, &document.replace("\"status\": \"final\"", "\"status\": \"finished\""), &[1, 18, 19]);
    spoil(&format!("{name}.sha512"), "00  x\n", &[18]);
    spoil(".well-known/csaf/white/changes.csv", "", &[13]);
    spoil(".well-known/csaf/white/index.txt", "", &[12, 13]);
    spoil(".well-known/security.txt", "Contact: mailto:a@example.com\n", &[8]);
    spoil(".well-known/csaf/provider-metadata.json", "{}", &[7, 8]);
}
