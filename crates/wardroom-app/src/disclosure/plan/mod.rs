//! The disclosure plan at work: kept by whoever plans, scheduled by a publisher, confirmed by a second person, carried out by the house.
//!
//! The way of a release: [`keep`] writes the plan; [`gates`] says what is still open; [`order`] is the two persons' part; [`reach`] is what the
//! worker does when a moment has come; [`broken`] publishes before the instant because the world knows. [`view`] is the page of it all.
//! Publication itself is `publish.rs`, whichever way it comes about.

mod broken;
mod gates;
mod held;
mod keep;
mod order;
mod reach;
mod view;

pub use broken::BrokenOrder;
pub use gates::GateLine;
pub(crate) use held::HELD_MAIL;
pub use order::{ConfirmOrder, ScheduleOrder};
pub use reach::Reached;
pub use view::{Message, PlanView, RowView};

use crate::reading::AdvisoryRecord;
use std::collections::BTreeMap;
use wardroom_domain::communication::Addressee;
use wardroom_domain::disclosure::PlanSaid;
use wardroom_domain::facts::Words;

/// The plan's words recorded at a place of the stream.
pub(crate) fn plan_at(record: &AdvisoryRecord, said_at: u64) -> Option<PlanSaid> {
    let entry = record.entries.iter().find(|entry| entry.recorded.stream_seq == said_at)?;
    match &entry.words {
        Some(Words::Disclosure(said)) => Some((**said).clone()),
        _ => None,
    }
}

/// Everybody who was told of a published version, each once, as they were written to last: those a correction goes to.
pub(crate) fn told_of_publications(record: &AdvisoryRecord) -> BTreeMap<String, Addressee> {
    let told = record.file.plan.told_of_publications();
    let found =
        told.into_iter().filter_map(|(id, one)| Some((id.to_owned(), crate::communication::notices::addressee_at(record, one.said_at)?)));
    found.collect()
}
