//! Priority: how soon it is to be done, by an SSVC decision table. The tables are data: the supplier's comes with the house, an administrator keeps others.
//! The answers are the record; what comes out is looked up here.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use serde_json::Value;
use std::sync::Arc;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, OrgFact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::PriorityWords;
use wardroom_formats::ssvc::Table;

/// The most tables a team keeps.
const MOST_TABLES: usize = 50;

impl Desk {
    /// Decides how soon a vulnerability is to be dealt with. `answers` are keys of questions and values, in any order.
    pub async fn prioritise(
        &self,
        viewer: &Viewer,
        case: &StreamId,
        vulnerability: &str,
        table: &str,
        answers: &[(&str, &str)],
        justification: &str,
    ) -> Asked<PriorityWords> {
        let record = self.assessed(viewer, case, vulnerability).await?;
        let table = self.decision_table(table)?;
        let decision = table.decide(answers).map_err(|fault| Refusal::FieldWrong { field: "answers", why: fault.to_string() })?;
        let words = PriorityWords {
            table: table.id.clone(),
            answers: decision.answers.iter().map(|(point, choice)| (point.key.clone(), choice.key.clone())).collect(),
            outcome: decision.outcome.key.clone(),
            name: decision.outcome.name.en.clone(),
            justification: justification.trim().to_owned(),
        };
        let fact = Fact::Case(CaseFact::PrioritySet { vulnerability: vulnerability.to_owned(), table: words.table.clone() });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Priority(words.clone()))], Vec::new()).await?;
        Ok(words)
    }

    /// The tables the team decides by.
    pub fn decision_tables(&self) -> Vec<Arc<Table>> {
        self.with_maker(|maker| maker.tables.clone())
    }

    /// A table of the team's by its id, or by its key where that is clear; empty: the first one.
    pub fn decision_table(&self, id: &str) -> Asked<Arc<Table>> {
        let tables = self.decision_tables();
        let short = |table: &Table| table.id.split(':').nth(1).is_some_and(|key| key.eq_ignore_ascii_case(id));
        let found = tables.iter().find(|table| table.id == id).or_else(|| tables.iter().rev().find(|table| short(table)));
        let found = found.or_else(|| tables.first().filter(|_| id.is_empty()));
        Ok(found.cloned().ok_or(Refusal::NotThere { thing: "table" })?)
    }

    /// Keeps a decision table in SSVC's own JSON (at most 1 MiB); one of the same id is replaced. Returns its id.
    pub async fn keep_table(&self, viewer: &Viewer, json: &[u8]) -> Asked<String> {
        viewer.demand(Act::Administer)?;
        let wrong = |why: String| Refusal::FieldWrong { field: "table", why };
        let table = Table::read(json).map_err(|fault| wrong(fault.to_string()))?;
        let tables = self.decision_tables();
        if tables.len() >= MOST_TABLES && !tables.iter().any(|one| one.id == table.id) {
            return Err(wrong(format!("there are {MOST_TABLES} tables already: retire one")).into());
        }
        if !tables.iter().any(|one| **one == table) {
            let value: Value = serde_json::from_slice(json).map_err(|fault| wrong(fault.to_string()))?;
            self.record_on_org(viewer, vec![Fact::Org(OrgFact::TableKept { table: value })]).await?;
        }
        Ok(table.id)
    }

    /// Takes a table out of the choice. What was decided by it stays.
    pub async fn retire_table(&self, viewer: &Viewer, id: &str) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        let table = self.decision_table(id)?.id.clone();
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::TableRetired { table })]).await
    }
}
