//! Intake: reports come in by form, API and mail; the original bytes are kept; a receipt is owed.

pub mod arrival;
pub mod arriving;
pub mod continuity;
pub mod document;
pub mod draft;
pub(crate) mod evidence;
pub(crate) mod follow_up;
pub(crate) mod give_receipt;
pub mod hand_in;
pub mod import_mail;
pub mod json_report;
pub mod look_first;
pub mod mail_queue;
pub mod our_own;
pub mod payload;
pub mod pieces;
pub mod read_json;
pub mod readable;
pub mod receipt_file;
pub mod receipt_mail;
pub(crate) mod receipt_pace;
mod reporter_key;
pub(crate) mod shelf;

pub use reporter_key::{KeyFault, armored_key, check_reporter_key};
pub(crate) mod thread_token;
