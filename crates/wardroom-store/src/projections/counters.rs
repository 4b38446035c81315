//! The counters as the numbers in the log say: per stem the largest. Pure.

use std::collections::BTreeMap;

use super::table::{Cell, Line, TABLES};

/// The largest number of each series met so far.
#[derive(Debug, Default)]
pub struct Counters(BTreeMap<String, i64>);

impl Counters {
    /// Takes the numbers in these lines into account.
    pub fn count(&mut self, lines: &[Line]) {
        for line in lines {
            let Some(table) = TABLES.iter().find(|table| table.name == line.table) else { continue };
            let Some(place) = table.columns.iter().position(|(name, _)| *name == "number") else { continue };
            let Some(Cell::Text(Some(number))) = line.cells.get(place) else { continue };
            let Some((stem, running)) = number.rsplit_once('-') else { continue };
            let Ok(running) = running.parse::<i64>() else { continue };
            let last = self.0.entry(format!("{stem}-")).or_default();
            *last = running.max(*last);
        }
    }

    /// Every stem with its largest number.
    pub fn all(&self) -> impl Iterator<Item = (&String, &i64)> {
        self.0.iter()
    }
}
