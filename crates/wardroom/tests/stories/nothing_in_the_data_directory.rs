//! Nothing confidential lies in clear in a stored byte, a log line or a mail. Each of the world's own searches is shown to find what it
//! looks for: a search that cannot find anything would prove nothing.

use wardroom_app::ports::mailer::{Mailer, Outgoing};
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn sealed_from_the_first_byte() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let report = world.stream(&receipt.number).await;
    world.nothing_is_public_yet().await;
    world.made_ready(&report).await;
    world.nothing_is_public_yet().await;
    world.work().await;
    world.finish().await;
}

/// A world in which a report was taken in.
async fn lived_in() -> World {
    let world = World::new(Policy::OneDay).await;
    world.hand_in(world.report()).await;
    world.work().await;
    world
}

#[tokio::test]
#[should_panic(expected = "holds the canary")]
async fn a_word_in_a_file_is_found() {
    let world = lived_in().await;
    std::fs::write(world.data().join("forgotten.tmp"), format!("x{}", world.words.canary)).unwrap();
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "wardroom.sqlite")]
async fn a_word_in_the_database_is_found() {
    let world = lived_in().await;
    // In two halves, so that the statement in the log is not what gives it away.
    let (one, other) = world.words.canary.split_at(8);
    let sql = format!("INSERT INTO setting (name, value) VALUES ('draft', CAST('{one}' || '{other}' AS BLOB))");
    world.behind_the_store(&sql).await;
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "holds a receipt code")]
async fn a_receipt_code_in_a_file_is_found() {
    let world = lived_in().await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    std::fs::write(world.data().join("codes"), receipt.code.replace('-', "")).unwrap();
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "the log holds the canary")]
async fn a_word_in_the_log_is_found() {
    let world = lived_in().await;
    tracing::trace!(title = world.words.canary, "a report came in");
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "shows the canary")]
async fn a_word_in_a_mail_is_found() {
    let world = lived_in().await;
    let raw = format!("From: psirt@vendor.example\r\nSubject: Re: {}\r\n\r\nHello.\r\n", world.words.canary).into_bytes();
    let mail = Outgoing { from: String::new(), to: "rin@research.example".to_owned(), raw };
    world.post.send(&mail).await.unwrap();
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "holds the unpublished advisory")]
async fn a_word_in_a_public_file_is_found() {
    let world = lived_in().await;
    world.worker.write_tree().await.unwrap();
    std::fs::write(world.public_folder().join("draft.html"), &world.words.news).unwrap();
    world.finish().await;
}

#[tokio::test]
#[should_panic(expected = "the story ended without")]
async fn a_story_that_does_not_end_is_a_failure() {
    drop(lived_in().await);
}
