//! What a reporter encrypted to the team and pasted into the form, attached, or let the browser encrypt, is read at the desk like an
//! encrypted mail; the public face keeps it without being able to.

use crate::told::record;
use wardroom_app::public_house::{HandIn, Upload};
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::intake::Reading;
use wardroom_testkit::world::{Policy, World};

/// The armored message out of an encrypted mail.
fn armored(mail: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(mail);
    let from = text.find("-----BEGIN PGP MESSAGE-----").unwrap();
    let end = "-----END PGP MESSAGE-----";
    let to = text.find(end).unwrap() + end.len();
    format!("{}\n", &text[from..to]).into_bytes()
}

#[tokio::test]
async fn it_is_opened_once_and_shown_as_it_was_meant() {
    let world = World::new(Policy::OneDay).await;
    let rin = world.reporter("Rin");
    let said = format!("The boot loader takes any image. {}", world.words.canary);
    let message = armored(&rin.writes_encrypted(&world.team_key().armored(), "form-1", "boot loader", &said));
    for way in ["pasted", "attached", "mime"] {
        let empty = HandIn { text: String::new(), title: String::new(), attachments: Vec::new(), ..world.anonymous_report() };
        let file = |media: &str, name: &str| Upload { name: name.to_owned(), media_type: media.to_owned(), bytes: message.clone() };
        let report = match way {
            "pasted" => HandIn { payload: message.clone(), ..empty },
            "attached" => HandIn { attachments: vec![file("application/octet-stream", "report.asc")], ..empty },
            _ => HandIn { attachments: vec![file("multipart/encrypted", "report.pgp")], ..empty },
        };
        let receipt = world.hand_in(report).await;
        let stream = world.stream(&receipt.number).await;
        assert_eq!(record(&world, &stream).await.file.received.reading, Reading::Sealed, "{way}: not even the desk has opened it yet");
        world.work().await;
        world.work().await;
        let read = record(&world, &stream).await;
        assert_eq!(read.file.received.reading, Reading::Decrypted, "{way}: {:?}", read.words().remarks);
        let words = read.words();
        assert!(words.text.contains(&said), "{way}: {}", words.text);
        assert!(!words.title.is_empty(), "{way}");
        assert_eq!(words.attachments.len(), read.file.received.attachments.len(), "{way}");
        let times = read.entries.iter().filter(|entry| matches!(entry.recorded.fact, Fact::Report(ReportFact::PayloadRead { .. }))).count();
        assert_eq!(times, 1, "{way}");
        let rows = world.desk.inbox(&world.team.ming, &Default::default()).await.unwrap();
        assert!(rows.iter().any(|row| row.row.number == receipt.number && row.words.text.contains(&said)), "{way}: the inbox shows it");
    }
    world.finish().await;
}

#[tokio::test]
async fn what_cannot_be_opened_stays_a_file_and_says_so() {
    let world = World::new(Policy::OneDay).await;
    let broken = b"-----BEGIN PGP MESSAGE-----\n\nhF4DAAAAAAAAAAASAQdAAAAA\n-----END PGP MESSAGE-----\n".to_vec();
    let report = HandIn { text: String::new(), payload: broken.clone(), attachments: Vec::new(), ..world.anonymous_report() };
    let receipt = world.hand_in(report).await;
    let stream = world.stream(&receipt.number).await;
    world.work().await;
    let read = record(&world, &stream).await;
    assert_eq!(read.file.received.reading, Reading::DecryptionFailed, "{:?}", read.words().remarks);
    let (name, _, bytes) = world.desk.attachment(&world.team.ming, &stream, 0).await.unwrap();
    assert_eq!((name.as_str(), bytes), ("report.asc", broken));
    // A file that only looks like one by its name is a file.
    let file = Upload { name: "notes.asc".to_owned(), media_type: "text/plain".to_owned(), bytes: b"just notes".to_vec() };
    let receipt = world.hand_in(HandIn { attachments: vec![file], ..world.anonymous_report() }).await;
    world.work().await;
    let read = record(&world, &world.stream(&receipt.number).await).await;
    assert_eq!(read.file.received.reading, Reading::Clear);
    world.finish().await;
}
