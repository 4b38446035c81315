//! Everything but the log is made from the log: lists that were damaged are noticed, and made anew as they were.

use wardroom_app::ports::store::Store;
use wardroom_testkit::world::{Policy, World};

#[tokio::test]
async fn damaged_lists_are_noticed_and_made_anew() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.report()).await;
    let (case, advisory, number) = world.made_ready(&world.stream(&receipt.number).await).await;
    world.published(&advisory, &number).await;
    world.hand_in(world.anonymous_report()).await;
    world.desk.note(&world.team.eva, &case, &format!("{} note", world.words.canary)).await.unwrap();
    let before = world.projections().await;

    for damage in [
        "UPDATE report SET state = 'declined', waiting = 0",
        "DELETE FROM report",
        "UPDATE case_file SET embargo = 'active'",
        "DELETE FROM participant",
        "UPDATE advisory SET state = 'draft', public_until = 0",
        "DELETE FROM clock",
        "UPDATE numbered SET number_key = number_key || 'x'",
        "DELETE FROM blob_ref",
        "UPDATE counter SET last = last - 1",
    ] {
        world.behind_the_store(damage).await;
        let broken = world.store.verify().await.unwrap().broken;
        assert!(!broken.is_empty(), "verify does not notice: {damage}");
        world.store.rebuild().await.unwrap();
        let broken = world.store.verify().await.unwrap().broken;
        assert!(broken.is_empty(), "a rebuild does not mend: {damage}: {broken:?}");
        assert_eq!(world.projections().await, before, "after {damage}");
    }
    let next = world.hand_in(world.anonymous_report()).await;
    assert_eq!(next.number, "R-2026-0003", "numbers go on where they were");
    world.finish().await;
}
