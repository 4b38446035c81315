//! What a row of the inbox says of earlier cases: how many look alike, and how much the best one does. Computed when somebody looks, so that it is there as soon as the report
//! is, and kept until the house's knowledge or the report changes. Deliberately asked by the inbox alone: nothing on a report's way in waits for it.

use super::candidates::Asker;
use super::described;
use crate::asked::Asked;
use crate::house::Desk;
use crate::triage::inbox::InboxRow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use wardroom_domain::intake::ReportWords;
use wardroom_domain::people::Viewer;

/// A candidate below this is not counted in the inbox: every report is a little like some case.
pub const NOTABLE: f64 = 0.2;
/// Candidates that are looked for; more are not counted.
const MOST: usize = 10;
/// What one page may spend on what is not known yet; the rest comes with the next look.
const SPENT: Duration = Duration::from_millis(400);
/// Rows kept.
const KEPT: usize = 5_000;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// Candidates of at least [`NOTABLE`], up to ten.
    pub count: usize,
    /// The best score, 0 to 1, and the number of that case.
    pub best: f64,
    pub number: String,
}

/// A remembered answer, and what it was an answer to.
pub(super) struct Kept {
    stamp: u64,
    words: u64,
    glimpse: Option<Glimpse>,
}

impl Desk {
    /// For each row, in order, what looks like it; `None` where nothing does, or it waits for the next look.
    pub async fn glimpses(&self, viewer: &Viewer, rows: &[InboxRow]) -> Asked<Vec<Option<Glimpse>>> {
        let stamp = self.stamp(viewer).await?;
        let scope = if viewer.sees_all() { String::new() } else { viewer.person().unwrap_or_default().to_owned() };
        let began = Instant::now();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if !row.row.state.is_waiting() {
                found.push(None);
                continue;
            }
            let key = (scope.clone(), row.row.id.to_string());
            let words = print(&row.words);
            let (known, fresh) = {
                let kept = self.memory().glimpses.lock().unwrap_or_else(PoisonError::into_inner);
                let known = kept.get(&key);
                (known.and_then(|one| one.glimpse.clone()), known.is_some_and(|one| one.stamp == stamp && one.words == words))
            };
            if fresh {
                found.push(known);
                continue;
            }
            if began.elapsed() > SPENT {
                // An older answer is better than none, for whoever sees every case; to others it may name one they no longer see.
                found.push(known.filter(|_| viewer.sees_all()));
                continue;
            }
            let looked = self.candidates(viewer, &described::of_report(&row.words), &Asker::report(&row.row.id), MOST).await?;
            let notable: Vec<_> = looked.candidates.iter().filter(|one| one.score >= NOTABLE).collect();
            let glimpse = notable.first().map(|best| Glimpse { count: notable.len(), best: best.score, number: best.number.clone() });
            let mut kept = self.memory().glimpses.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(key, Kept { stamp, words, glimpse: glimpse.clone() });
            found.push(glimpse);
        }
        Ok(found)
    }
}

fn print(words: &ReportWords) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&words.title, &words.text, &words.fields).hash(&mut hasher);
    words.attachments.iter().for_each(|file| file.sha256.hash(&mut hasher));
    hasher.finish()
}
