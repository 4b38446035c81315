//! The public face as a visitor meets it: the whole router, a house in memory.

mod api;
mod described;
mod form;
mod profiles;
mod published;
mod readable;
mod reader;
mod scene;
mod track;
