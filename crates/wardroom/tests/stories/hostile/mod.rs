//! Hostile input: every item of the corpora's hostile set, and our own of the same classes, through the channel its manifest names, into the
//! real program. Checked by the corpora's oracles: O1 same process, O2 at most 64 MiB more memory, O3 5 s (HTTP 1 s), O4 the outcome expected and
//! the raw bytes kept, O5 no packet to a foreign address, O6 no file outside the data directory, O7 nothing executable in any output (the browser
//! is asked in `browser.rs`) and a clean log, O8 an honest request right after is answered.
//!
//! What runs where: mail through `inbox import` beside a running server (the same path as live mail), forms, uploads and keys through `POST /report`,
//! bodies through every writing route, values through the fields that take them. Not runnable because the product has no such feature yet, and so
//! put in as text only: webhook targets (`H-url`), table exports (`I-csv`), tracking ids chosen from outside (`P-feed`: the house numbers its advisories itself).

mod alone;
mod browser;
mod desk;
mod feed;
mod flood;
mod gauge;
mod house;
mod items;
mod large;
mod mail;
mod mutations;
mod own;
mod under_flood;
mod web;
