//! Not shipped: a small World for stories, real servers for journeys.

pub mod browser;
pub mod cve_services;
pub mod fuzz;
pub mod servers;
pub mod world;
