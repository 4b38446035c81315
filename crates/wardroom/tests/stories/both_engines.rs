//! The main story again on PostgreSQL: the same facts, the same public tree, the same checks at the end.

use crate::from_mail_to_published_advisory;
use wardroom_testkit::servers::Postgres;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn the_main_job_on_postgres() {
    let Some(postgres) = Postgres::start().unwrap() else { return };
    let world = World::on_postgres(Policy::OneDay, &postgres).await;
    from_mail_to_published_advisory::told(&world).await;
    let other = World::new(Policy::OneDay).await;
    from_mail_to_published_advisory::told(&other).await;
    assert_eq!(world.public_names(), other.public_names(), "both engines publish the same files");
    other.finish().await;
    world.finish().await;
}

#[tokio::test]
async fn a_server_that_dies_loses_nothing_that_was_acknowledged() {
    let Some(postgres) = Postgres::start().unwrap() else { return };
    let mut world = World::on_postgres(Policy::OneDay, &postgres).await;
    let mut receipts = Vec::new();
    for _ in 0..3 {
        receipts.push(world.hand_in(world.anonymous_report()).await);
        postgres.crash().unwrap();
        assert!(world.public.hand_in(world.anonymous_report()).await.is_err(), "no receipt without a store");
        postgres.come_up().unwrap();
        world.restart().await;
    }
    receipts.push(world.hand_in(world.anonymous_report()).await);
    for (index, receipt) in receipts.iter().enumerate() {
        let track = world.public.track(&world.code(receipt)).await.unwrap();
        assert_eq!(
            (track.number.as_str(), receipt.number.as_str()),
            (receipt.number.as_str(), format!("R-2026-{:04}", index + 1).as_str())
        );
    }
    world.finish().await;
}
