//! The team's keys and a reporter's keys through the pages.

use crate::scene::Browser;
use wardroom_app::public_house::HandIn;
use wardroom_mail::keys::TeamSecret;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn keys_are_kept_at_the_desk_by_those_who_may() {
    let world = World::new(Policy::OneDay).await;
    let old = world.team_key().fingerprint();
    let (kim, ming) = (Browser::of(&world, &world.team.kim).await, Browser::of(&world, &world.team.ming).await);
    let page = ming.get("/keys").await.is(200);
    assert!(page.has("active") && !page.has("/keys/rotate"), "{}", page.body);
    ming.post("/keys/rotate", &[("form", "rotate"), ("overlap", "30")]).await.is(403);
    let page = kim.get("/keys").await.is(200);
    assert!(page.has("action=\"/keys/rotate\"") && !page.has("action=\"/keys/retire\""), "the only key is not retired");
    kim.post("/keys/rotate", &[("form", "rotate"), ("overlap", "soon")]).await.is(422);
    kim.post("/keys/rotate", &[("form", "rotate"), ("overlap", "30")]).await.is(303);
    let fresh = world.team_key().fingerprint();
    assert_ne!(fresh, old);
    assert!(kim.get("/keys").await.is(200).has("former key, still offered"));
    kim.post("/keys/retire", &[("form", "retire"), ("fingerprint", &old)]).await.is(303);
    assert!(kim.get("/keys").await.is(200).has("retired: only decrypts"));
    // A revocation cannot be undone, so the end of the fingerprint is typed again.
    kim.post("/keys/revoke", &[("form", "revoke"), ("fingerprint", &old), ("reason", "compromised"), ("again", "12345678")]).await.is(422);
    kim.post("/keys/revoke", &[("form", "revoke"), ("fingerprint", &old), ("reason", "compromised"), ("again", &old[32..])]).await.is(303);
    assert!(kim.get("/keys").await.is(200).has(">revoked<"));
    // What was typed of a secret key never comes back.
    let now = world.house.now().as_second();
    let secret =
        TeamSecret::generate("Example PSIRT <psirt@vendor.example>", now - 90_000, None, &[9; 32]).unwrap().armored_secret().unwrap();
    let broken = secret.replace("-----END PGP", "-----END");
    let page = kim.post("/keys/import", &[("form", "import"), ("key", &broken[..200]), ("passphrase", "hunter2hunter2")]).await.is(422);
    assert!(!page.has("hunter2hunter2") && !page.has(&broken[60..120]), "{}", page.body);
    let page = kim.post("/keys/import", &[("form", "import"), ("key", &secret), ("retired", "yes")]).await.is(200);
    assert!(page.has("Taken in"), "{}", page.body);
    assert_eq!(world.team_key().fingerprint(), fresh, "an imported retired key is not in front");
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_reporters_keys_are_on_the_page_of_the_report() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let typed = HandIn { reporter_key: rin.public_key(), sender_address: rin.address.clone(), ..world.report() };
    let receipt = world.hand_in(typed).await;
    world.work().await;
    let ming = Browser::of(&world, &world.team.ming).await;
    let path = format!("/reports/{}", receipt.number);
    let page = ming.get(&path).await.is(200);
    for words in ["Reporter’s keys", "first key seen, in use", "typed into the form", "Answers are encrypted"] {
        assert!(page.has(words), "{words}: {}", page.body);
    }
    assert!(!page.has("/key/lookup"), "look-ups are off unless the operator allows them");
    let fingerprint = rin.key.fingerprint();
    ming.post(&format!("{path}/key"), &[("form", "key"), ("fingerprint", &fingerprint), ("decision", "reject")]).await.is(303);
    assert!(ming.get(&path).await.is(200).has("answers only say that there is news"));
    let other = world.reporter("Tom");
    ming.post(&format!("{path}/key/add"), &[("form", "key-add"), ("key", "nothing")]).await.is(422);
    ming.post(&format!("{path}/key/add"), &[("form", "key-add"), ("key", &other.public_key())]).await.is(303);
    let page = ming.get(&path).await.is(200);
    assert!(page.has("pinned, in use") && page.has("The key does not name this address."), "{}", page.body);
    ming.post(&format!("{path}/key/lookup"), &[("form", "key-lookup")]).await.is(422);
    let mut chinese = Browser::of(&world, &world.team.ming).await;
    chinese.lang = "zh";
    assert!(chinese.get(&path).await.is(200).has("报告者的密钥"));
    let otto = Browser::of(&world, &world.team.otto).await;
    let page = otto.get(&path).await.is(200);
    assert!(page.has("Reporter’s keys") && !page.has("/key/add"), "an auditor looks on");
    world.work().await;
    world.finish().await;
}
