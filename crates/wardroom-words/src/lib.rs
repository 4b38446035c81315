//! Every sentence the product says, in English and 简体中文, checked at build time.
//!
//! The catalogues lie in `messages/{en,zh}/*.ftl` (Fluent). The build makes a Rust name of every key, so a
//! missing sentence does not compile: `words::public::REPORT_TITLE.say(lang)` for a plain one,
//! `words::public::answer_within(lang, limit)` for one with variables. Keys that are only known at run time
//! (refusal codes, milestone ids) go through [`say`] and [`say_with`].
//! It deliberately formats no dates and escapes no HTML: that is the page's business.

mod catalogue;
mod lang;

pub use catalogue::{Word, find, find_with, say, say_with};
pub use fluent_bundle::FluentValue as Value;
pub use lang::Lang;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
pub use generated::*;
