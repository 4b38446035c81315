//! The stories: what the team, reporters and the public live through, told with the whole house in one process (or, where a process must
//! die, with the real program). One file per story; every world checks itself when its story ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a story falls where it stands")]

mod a_clock_stands_still;
mod a_pile_is_declined;
mod an_exploit_ends_the_embargo;
mod api_contract;
mod bad_input;
mod both_engines;
mod can_you_read_me;
mod candidates_are_confidential;
mod cannot_decrypt_still_answered;
mod commands_against_a_server;
mod cve_ids;
mod decline_is_worded_in_chinese;
mod disclosure_plan;
mod documents_are_checked;
mod duplicate_is_linked_and_told;
mod embargo_holds;
mod encrypted_in_a_form;
mod encrypted_mail_becomes_a_report;
mod files_in_pieces;
mod follow_up_without_an_account;
mod form_handed_in_once;
mod forty_eight_hours;
mod from_mail_to_published_advisory;
mod hostile;
mod kill_nine;
mod kill_nine_mailbox;
mod log_tampering;
mod mail_by_lmtp_and_pipe;
mod mail_flood;
mod mail_follows_up;
mod mail_through_real_servers;
mod mailbox_by_idle_and_token;
mod many_publications_at_once;
mod nothing_in_the_data_directory;
mod profiles_run;
mod program;
mod provider_is_checked;
mod rebuild_reproduces;
mod receipt_mail_rules;
mod receipt_within_one_business_day;
mod reporters_keys;
mod roles_and_rights;
mod same_mail_by_every_door;
mod says_to_be_us;
mod self_tests_through_real_servers;
mod shared_before_it_is_public;
mod synthetic_reports;
mod team_keys;
mod the_reader;
mod the_report_is_a_file;
mod told;
mod track_page_two_way;
mod two_at_once;
