//! A reporter writes encrypted, as the policy page asks for, and the desk reads the words. With `WARDROOM_CORPORA` set: the same for 39
//! mails made with GnuPG, each with its expected outcome.

use serde_json::Value;
use wardroom_app::intake::import_mail::Outcome;
use wardroom_domain::intake::Reading;
use wardroom_domain::people::Viewer;
use wardroom_testkit::servers::corpora;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn the_desk_reads_what_was_written() {
    let world = World::new(Policy::OneDay).await;
    let (rin, canary) = (world.reporter("Rin"), &world.words.canary);
    let text = format!("雷达固件升级接口缺少签名校验，可刷入任意固件。{canary}");
    let mail = rin.writes_encrypted(&world.team_key().armored(), "one", &format!("固件 {canary}"), &text);

    let imported = world.desk.import_mail(world.opener.as_ref(), &mail).await.unwrap();
    assert_eq!((imported.outcome, imported.decrypted, imported.signature), (Outcome::Received, true, "unknown"));
    let report = world.stream(&imported.report).await;
    let page = world.desk.report_page(&world.team.ming, &report).await.unwrap();
    assert_eq!(page.record.file.received.reading, Reading::Decrypted);
    assert_eq!(page.words.title, format!("固件 {canary}"));
    assert!(page.words.text.contains(&text), "{}", page.words.text);
    assert_eq!((page.words.sender_address.as_str(), imported.language.as_str()), (rin.address.as_str(), "zh"));
    assert_eq!(world.desk.original(&world.team.ming, &report).await.unwrap(), mail, "the mail as it came in");

    // Once the key is known to be Rin's, the signature tells who wrote.
    world.desk.pin_reporter_key(&rin.public_key()).await.unwrap();
    let again = rin.writes_encrypted(&world.team_key().armored(), "two", "More", &format!("More of it. {canary}"));
    let imported = world.desk.import_mail(world.opener.as_ref(), &again).await.unwrap();
    assert_eq!((imported.decrypted, imported.signature), (true, "good"));
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_mail_to_a_retired_key_is_still_read() {
    let world = World::new(Policy::OneDay).await;
    let (rin, old) = (world.reporter("Rin"), world.team_key().armored());
    world.desk.rotate_team_key(&Viewer::house(), "Example PSIRT <psirt@vendor.example>", 30).await.unwrap();
    assert_ne!(world.team_key().armored(), old);
    let mail = rin.writes_encrypted(&old, "one", "Old key", &format!("I had your old key. {}", world.words.canary));
    let imported = world.desk.import_mail(world.opener.as_ref(), &mail).await.unwrap();
    assert_eq!((imported.outcome, imported.decrypted), (Outcome::Received, true));
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn thirty_nine_mails_made_with_gnupg() {
    let Some(folder) = corpora("mail") else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    // When the mails had been made.
    let world = World::begin(Policy::OneDay, "2026-11-21T20:00:00Z").await;
    let kim = &world.team.kim;
    world.desk.import_keys(kim, &read("team-secret.asc"), None, false).await.unwrap();
    for reporter in 0..3 {
        world.desk.import_keys(kim, &read(&format!("reporter-{reporter}-public.asc")), None, false).await.unwrap();
    }
    let manifest: Value = serde_json::from_slice(&read("manifest.json")).unwrap();
    let messages = manifest["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 39);
    for expected in messages {
        let file = expected["file"].as_str().unwrap();
        let raw = read(file);
        let imported = world.desk.import_mail(world.opener.as_ref(), &raw).await.unwrap();
        let report = world.stream(&imported.report).await;
        let page = world.desk.report_page(&world.team.anna, &report).await.unwrap();
        let text = |key: &str| expected[key].as_str();
        assert_eq!(imported.decrypted, expected["decrypts"].as_bool().unwrap_or(false), "{file}");
        assert_eq!(Some(imported.signature), text("signature"), "{file}");
        assert_eq!(Some(page.words.attachments.len() as u64), expected["attachments"].as_u64(), "{file}: attachments");
        assert_eq!(Some(page.words.sender_address.as_str()), text("sender"), "{file}");
        if let Some(wanted) = text("contains") {
            assert_eq!(Some(imported.language.as_str()), text("language"), "{file}");
            assert!(page.words.text.contains(wanted.trim()), "{file}: {}", page.words.text);
        }
        let automatic = text("kind") == Some("auto-reply");
        let wanted = match (automatic, expected["decrypts"].as_bool()) {
            (true, _) => Outcome::AutoReply,
            // Nothing in it can be read: a row of the inbox, in quarantine, and answered (see `cannot_decrypt_still_answered`).
            (false, Some(false)) if page.words.text.trim().is_empty() => Outcome::Quarantined,
            (false, _) => Outcome::Received,
        };
        assert_eq!(imported.outcome, wanted, "{file}");
        assert_eq!(world.desk.original(&world.team.anna, &report).await.unwrap(), raw, "{file}: the original bytes");
        for index in 0..page.words.attachments.len() {
            let (_, _, bytes) = world.desk.attachment(&world.team.anna, &report, index).await.unwrap();
            assert_eq!(bytes.len() as u64, page.words.attachments[index].len, "{file}: attachment {index}");
        }
    }
    // A second delivery of all of them makes nothing new.
    for expected in messages {
        let raw = read(expected["file"].as_str().unwrap());
        let imported = world.desk.import_mail(world.opener.as_ref(), &raw).await.unwrap();
        assert_eq!(imported.outcome, Outcome::DuplicateDelivery);
    }
    world.work().await;
    world.finish().await;
}
