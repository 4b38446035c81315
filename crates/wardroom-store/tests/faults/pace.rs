//! How fast it is, as numbers to compare on one machine in one session. Not run by itself: `--ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use wardroom_app::ports::store::{CaseQuery, InboxQuery, Store};

use super::world::{Engine, World, house, postgres};

const CLIENTS: usize = 32;

async fn hand_in_side_by_side(world: &Arc<World>, reports: usize) -> f64 {
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let world = world.clone();
        tasks.spawn(async move {
            for _ in 0..reports / CLIENTS {
                world.hand_in(60).await;
            }
        });
    }
    tasks.join_all().await;
    reports as f64 / start.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn pace_of_intake_lists_and_verify() {
    for engine in [Some(Engine::Sqlite), postgres()].into_iter().flatten() {
        let world = Arc::new(World::new(&engine).await);
        let name = if world.is_sqlite() { "sqlite" } else { "postgres" };
        let start = Instant::now();
        for _ in 0..50 {
            world.hand_in(60).await;
        }
        println!("{name}: one client {:.1} ms a report", start.elapsed().as_secs_f64() * 1000.0 / 50.0);
        println!("{name}: {CLIENTS} clients {:.0} reports a second", hand_in_side_by_side(&world, 6400).await);
        let timed = async |what: &str, turns: u32, job: &dyn Fn() -> futures_util::future::BoxFuture<'static, ()>| {
            let start = Instant::now();
            for _ in 0..turns {
                job().await;
            }
            println!("{name}: {what} {:.2} ms", start.elapsed().as_secs_f64() * 1000.0 / f64::from(turns));
        };
        let w = world.clone();
        timed("first page of 6,450 reports", 20, &|| {
            let w = w.clone();
            Box::pin(async move { drop(w.store.inbox(&house(), &InboxQuery { limit: 50, ..InboxQuery::default() }).await.unwrap()) })
        })
        .await;
        timed("cases", 20, &|| {
            let w = w.clone();
            Box::pin(async move { drop(w.store.cases(&house(), &CaseQuery { limit: 50, ..CaseQuery::default() }).await.unwrap()) })
        })
        .await;
        timed("verify", 1, &|| {
            let w = w.clone();
            Box::pin(async move { assert!(w.store.verify().await.unwrap().broken.is_empty()) })
        })
        .await;
        timed("rebuild", 1, &|| {
            let w = w.clone();
            Box::pin(async move { assert_eq!(w.store.rebuild().await.unwrap(), 6450) })
        })
        .await;
    }
}
