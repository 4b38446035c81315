//! Ports: what the use cases need from the outside world, as traits. Adapters implement them; tests bring small ones.

pub mod clock;
pub mod cve_service;
pub mod dns;
pub mod key_directory;
pub mod mail_sink;
pub mod mailbox;
pub mod mailer;
pub mod opener;
pub mod pages;
pub mod prober;
pub mod store;
