//! The store's contract, run against both engines. Every check gets a fresh world and gives it back; then the world is verified
//! and searched for the canary. The PostgreSQL half starts a server of its own, and says so when there is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod beside;
mod lists;
mod log;
mod operate;
mod world;

use world::{CANARY, Engine, World, postgres};

/// Spells one test per check for SQLite, and one test that runs all of them on one PostgreSQL server.
macro_rules! contract {
    ($($part:ident: $($check:ident)*;)*) => {
        mod sqlite {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    finish($part::$check(World::new(&Engine::Sqlite).await).await).await;
                }
            )*)*
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn postgres_keeps_the_same_contract() {
            let Some(engine) = postgres() else { return };
            $($(
                println!("{}::{}", stringify!($part), stringify!($check));
                finish($part::$check(World::new(&engine).await).await).await;
            )*)*
        }
    };
}

contract! {
    log: a_commit_is_there_after_a_restart a_stream_that_changed_meanwhile_is_a_conflict a_failed_commit_leaves_nothing_behind
        numbers_run_without_gaps_also_side_by_side one_bad_commit_among_many_fails_alone a_delivery_and_a_request_count_once
        facts_cannot_be_changed_or_removed_by_sql the_head_is_the_merkle_root_over_all_hashes the_key_of_a_stream_opens_at_the_desk
        the_public_face_gets_reporter_bodies_only facts_of_the_whole_log_come_in_pages
        an_empty_commit_and_an_unreadable_stream_are_harmless a_numbered_stream_must_begin_with_a_numbered_fact
        odd_texts_come_back_as_they_were;
    lists: the_inbox_shows_the_nearest_due_first states_follow_the_facts who_may_not_see_finds_nothing a_case_row_follows_its_facts
        due_clocks_are_those_that_run_and_are_not_yet_breached only_what_is_published_is_published
        people_are_as_the_org_s_facts_leave_them a_rebuild_gives_the_same_lists;
    beside: public_records_come_in_the_order_of_their_changes an_effect_is_leased_once_and_fenced a_lease_that_ran_out_goes_to_another_and_the_first_is_fenced_off
        many_workers_never_lease_the_same_row a_quota_is_one_holder_s_for_its_window
        blobs_are_kept_once_and_swept_when_nobody_names_them credentials_change_and_a_used_step_does_not_go_back
        access_is_found_used_and_dropped settings_are_kept_by_name test_messages_are_answered_once_and_forgotten
        a_working_copy_is_one_writer_s_at_a_time who_is_here_is_known_and_forgotten
        doors_and_their_synthetic_reports_are_the_newest a_delivery_is_found_by_each_of_its_keys;
    audit: every_tampering_is_found_and_placed a_rewritten_history_is_found_by_a_checkpoint;
    operate: a_backup_is_a_whole_store_of_its_own verify_finds_what_is_wrong_with_blobs_keys_and_seals;
}

/// What must hold when any check has ended.
async fn finish(world: World) {
    world.sound().await;
    let World { store, folder, .. } = world;
    store.close().await;
    for path in files(folder.path()) {
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
        assert!(!found, "the canary is in {}", path.display());
    }
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
