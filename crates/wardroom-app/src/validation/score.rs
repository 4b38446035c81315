//! Scoring: the vector is the record, the score is computed here, on the server, by one implementation.

use crate::asked::Asked;
use crate::house::Desk;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::ScoreWords;

impl Desk {
    /// Scores a vulnerability with a CVSS vector of any version. Returns what was recorded.
    pub async fn score(
        &self,
        viewer: &Viewer,
        case: &StreamId,
        vulnerability: &str,
        vector: &str,
        justification: &str,
    ) -> Asked<ScoreWords> {
        viewer.demand(Act::Assess)?;
        let record = self.must_case(viewer, case).await?;
        if !record.file.vulnerabilities.iter().any(|one| one.id == vulnerability) {
            return Err(Refusal::NotThere { thing: "vulnerability" }.into());
        }
        let scored = wardroom_formats::cvss::score(vector.trim())
            .map_err(|fault| Refusal::FieldWrong { field: "vector", why: fault.to_string() })?;
        let words = ScoreWords {
            version: scored.version.to_string(),
            vector: scored.vector.clone(),
            score: scored.score,
            severity: scored.severity.to_string(),
            justification: justification.trim().to_owned(),
        };
        let fact = Fact::Case(CaseFact::Scored { vulnerability: vulnerability.to_owned(), version: words.version.clone() });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Score(words.clone()))], Vec::new()).await?;
        Ok(words)
    }
}
