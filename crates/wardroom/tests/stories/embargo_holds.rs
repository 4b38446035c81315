//! Secrecy agreed, work done, advisory approved and waiting: not a word of it is anywhere outside the sealed store. Two houses with the
//! same public data and different secrets look the same, byte for byte, to anybody.

use wardroom_app::public_house::HandIn;
use wardroom_domain::communication::MessageKind;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn not_a_word_gets_out() {
    let world = World::new(Policy::OneDay).await;
    let (rin, canary) = (world.reporter("Rin"), world.words.canary.clone());
    let receipt = world.hand_in(HandIn { reporter_key: rin.public_key(), ..world.report() }).await;
    world.letterbox.drop_in(&rin.writes_encrypted(
        &world.team_key().armored(),
        "two",
        &format!("PoC {canary}"),
        &format!("import os # {canary}"),
    ));
    world.work().await;
    let report = world.stream(&receipt.number).await;
    let case = world.accepted(&report).await;
    let second = world.stream("R-2026-0002").await;
    world.desk.link_duplicate(&world.team.ming, &second, &case, &format!("Belongs to your first report. {canary}")).await.unwrap();
    world.embargoed(&case, 45).await;
    world.assessed(&case).await;
    world.planned(&case).await;
    let (advisory, _) = world.drafted(&case).await;
    world.approved(&advisory).await;
    let text = format!("Please keep it to yourself until January. {canary}");
    world.desk.message_reporter(&world.team.eva, &report, MessageKind::Answer, &text).await.unwrap();
    world.public.write(&world.code(&receipt), &format!("Agreed. {canary}"), "en").await.unwrap();
    // The tree is written while the embargo holds, as after every publication of something else.
    world.worker.write_tree().await.unwrap();
    world.work().await;
    assert!(!world.public_names().is_empty(), "there is a public tree to look into");
    world.clock.hours(24 * 30);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn two_houses_with_different_secrets_look_the_same() {
    let (busy, quiet) = (World::new(Policy::OneDay).await, World::new(Policy::OneDay).await);
    let receipt = busy.hand_in(busy.report()).await;
    let (case, _, _) = busy.made_ready(&busy.stream(&receipt.number).await).await;
    busy.embargoed(&case, 30).await;
    for world in [&busy, &quiet] {
        world.worker.write_tree().await.unwrap();
        world.work().await;
    }
    assert_eq!(busy.public_names(), quiet.public_names());
    let (told, silent) = (seen(&busy).await, seen(&quiet).await);
    assert_eq!(told.len(), silent.len());
    for ((place, bytes), (other, others)) in told.iter().zip(&silent) {
        assert_eq!(place, other);
        // Signatures and keys are made by chance, and these two houses draw differently; everything else is equal.
        assert!(bytes == others || drawn_by_chance(place), "{place} differs:\n{}", String::from_utf8_lossy(bytes));
    }
    assert!(told.len() > 40, "{} answers were compared", told.len());
    busy.finish().await;
    quiet.finish().await;
}

/// What anybody sees, with the places named alike in both houses.
async fn seen(world: &World) -> Vec<(String, Vec<u8>)> {
    let folder = world.public_folder().display().to_string();
    world.seen_by_anybody().await.into_iter().map(|(place, bytes)| (place.replace(&folder, ""), bytes)).collect()
}

fn drawn_by_chance(place: &str) -> bool {
    place.ends_with(".asc") || place.contains("security.txt") || place.contains("/report")
}
