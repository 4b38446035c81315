//! The way in: one-time link, enrolment, sign-in, sign-out; forms of others; guessing.

use crate::scene::{Browser, Page};
use axum::http::header;
use wardroom_domain::people::Viewer;
use wardroom_seal::TotpSecret;
use wardroom_testkit::world::{Policy, World};

fn session_of(page: &Page) -> String {
    let cookie = page.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    for wanted in ["__Host-wardroom=", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    cookie.split(['=', ';']).nth(1).unwrap().to_owned()
}

fn totp(page: &Page) -> TotpSecret {
    let at = page.body.find("class=\"code-box\"").unwrap();
    let text = page.body[at..].split("<code>").nth(1).unwrap().split('<').next().unwrap();
    let mut bits = String::new();
    for letter in text.trim_end_matches('=').chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{value:05b}"));
    }
    let bytes: Vec<u8> =
        bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
    TotpSecret::from_bytes(&bytes).unwrap()
}

fn seconds(world: &World) -> u64 {
    u64::try_from(world.desk.now().as_second()).unwrap()
}

#[tokio::test]
async fn a_link_lets_in_once_and_the_desk_opens_after_enrolment() {
    let world = World::new(Policy::OneDay).await;
    let link = world.desk.sign_in_link(&Viewer::house(), "Ming").await.unwrap();
    let token = link.split('#').nth(1).unwrap().to_owned();
    world.guard("a one-time link", &token);
    let mut ming = Browser::stranger(&world);
    assert!(ming.get("/welcome").await.is(200).has("welcome."), "the script that posts the link");
    let page = ming.send("/welcome", &[("link", &link)]).await.is(303);
    ming.session = session_of(&page);
    Browser::stranger(&world).send("/welcome", &[("link", &token)]).await.is(422);

    // Not enrolled: every page leads to the account page, and nothing can be done.
    assert_eq!(ming.get("/inbox").await.is(303).to(), "/me");
    assert_eq!(ming.post("/tokens", &[("label", "x"), ("days", "9")]).await.is(303).to(), "/me");
    ming.post("/me/password", &[("form", "password"), ("password", "too short")]).await.is(422);
    ming.post("/me/password", &[("form", "password"), ("password", "seventeen radishes")]).await.is(303);
    let page = ming.get("/me").await.is(200);
    assert!(page.has("<svg"), "the code to scan");
    let secret = totp(&page);
    ming.post("/me/totp", &[("form", "totp"), ("code", "000000")]).await.is(422);
    ming.post("/me/totp", &[("form", "totp"), ("code", &secret.code_at(seconds(&world)))]).await.is(303);
    ming.get("/inbox").await.is(200);

    // Sign-out ends the session on the server too.
    let old = ming.session.clone();
    ming.post("/sign-out", &[]).await.is(303);
    ming.session = old;
    assert_eq!(ming.get("/inbox").await.is(303).to(), "/sign-in?to=%2Finbox");

    // In again, with the next code; the same code is not good twice.
    world.clock.minutes(1);
    let code = secret.code_at(seconds(&world)).to_string();
    let enter = [("name", "ming"), ("password", "seventeen radishes"), ("code", code.as_str()), ("to", "/cases")];
    let page = ming.send("/sign-in", &enter).await.is(303);
    assert_eq!(page.to(), "/cases");
    ming.session = session_of(&page);
    ming.get("/cases").await.is(200);
    ming.send("/sign-in", &enter).await.is(422);
    world.finish().await;
}

#[tokio::test]
async fn nothing_tells_whether_a_name_exists_and_guessing_ends() {
    let world = World::new(Policy::OneDay).await;
    let browser = Browser::stranger(&world);
    let try_name =
        async |name: &str| browser.send("/sign-in", &[("name", name), ("password", "wrong wrong wrong"), ("code", "123456")]).await;
    let (known, unknown) = (try_name("Ming").await.is(422), try_name("Nobody").await.is(422));
    assert_eq!(known.body.replace("Ming", "?"), unknown.body.replace("Nobody", "?"));
    for _ in 0..9 {
        try_name("Nobody").await.is(422);
    }
    assert!(try_name("nobody ").await.is(429).headers.contains_key(header::RETRY_AFTER));
    try_name("Ming").await.is(422);
    world.clock.minutes(16);
    try_name("Nobody").await.is(422);
    world.finish().await;
}

#[tokio::test]
async fn a_passkey_challenge_is_given_to_every_name() {
    let world = World::new(Policy::OneDay).await;
    let router = crate::scene::desk(&world);
    let begin = async |name: &str| {
        let request = axum::http::Request::post("/sign-in/passkey/begin")
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin")
            .body(axum::body::Body::from(format!("{{\"name\":\"{name}\"}}")))
            .unwrap();
        crate::scene::ask(&router, request).await.is(200).json()
    };
    let (one, again) = (begin("Ming").await, begin("Nobody").await);
    for found in [&one, &again] {
        let key = &found["options"]["publicKey"];
        assert_eq!(key["rpId"], "desk.vendor.example");
        assert_eq!(key["allowCredentials"].as_array().unwrap().len(), 1);
    }
    assert_eq!(begin("nobody").await["options"]["publicKey"]["allowCredentials"], again["options"]["publicKey"]["allowCredentials"]);
    world.finish().await;
}

#[tokio::test]
async fn a_form_of_others_is_refused() {
    let world = World::new(Policy::OneDay).await;
    let anna = Browser::of(&world, &world.team.anna).await;
    let receipt = world.hand_in(world.report()).await;
    let path = format!("/reports/{}/note", receipt.number);
    anna.send(&path, &[("text", "forged")]).await.is(403);
    anna.send(&path, &[("csrf", "0000"), ("text", "forged")]).await.is(403);
    let eva = Browser::of(&world, &world.team.eva).await;
    anna.send(&path, &[("csrf", &eva.csrf()), ("text", "forged")]).await.is(403);
    let foreign = axum::http::Request::post(&path)
        .header(header::COOKIE, format!("__Host-wardroom={}", anna.session))
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(format!("csrf={}&text=forged", anna.csrf())))
        .unwrap();
    crate::scene::ask(&anna.router, foreign).await.is(403);
    Browser::stranger(&world).send(&path, &[("text", "forged")]).await.is(401);
    anna.post(&path, &[("form", "note"), ("text", "my own")]).await.is(303);
    let page = anna.get(&format!("/reports/{}", receipt.number)).await.is(200);
    assert!(page.has("my own") && !page.has("forged"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    world.work().await;
    world.finish().await;
}
