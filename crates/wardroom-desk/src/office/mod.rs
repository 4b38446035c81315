//! The office behind the rooms: catalogue, people, tokens, log, jobs, health, keys, profile, search, help.

pub mod audit;
pub mod door_lines;
pub mod health;
pub mod help;
pub mod identifiers;
pub mod keys;
pub mod people;
pub mod products;
pub mod profile;
pub mod recipients;
pub mod search;
pub mod tokens;
