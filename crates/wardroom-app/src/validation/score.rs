//! Scoring: the vector is the record, the score is computed here, on the server, by one implementation. What others say is kept beside ours, to be
//! compared; it decides nothing.

use crate::asked::Asked;
use crate::house::Desk;
use crate::reading::CaseRecord;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::{ScoreSource, ScoreWords};

/// The longest name of a source, in characters.
const LONGEST_SOURCE: usize = 60;

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
        let record = self.assessed(viewer, case, vulnerability).await?;
        let words = scored(vector, justification)?;
        let fact = Fact::Case(CaseFact::Scored { vulnerability: vulnerability.to_owned(), version: words.version.clone() });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Score(words.clone()))], Vec::new()).await?;
        Ok(words)
    }

    /// Records the vector of somebody else. `source` says who it is; for the reporter it may be empty.
    pub async fn hear_score(
        &self,
        viewer: &Viewer,
        case: &StreamId,
        vulnerability: &str,
        vector: &str,
        from: (ScoreSource, &str),
    ) -> Asked<ScoreWords> {
        let record = self.assessed(viewer, case, vulnerability).await?;
        let (from, source) = (from.0, from.1.trim());
        if source.is_empty() && from == ScoreSource::Other {
            return Err(Refusal::FieldNeeded { field: "source" }.into());
        }
        if source.chars().count() > LONGEST_SOURCE || source.chars().any(char::is_control) {
            return Err(Refusal::FieldWrong { field: "source", why: "at most 60 printable characters".to_owned() }.into());
        }
        let words = ScoreWords { source: source.to_owned(), ..scored(vector, "")? };
        let fact = Fact::Case(CaseFact::ScoreHeard { vulnerability: vulnerability.to_owned(), version: words.version.clone(), from });
        self.record_on_case(viewer, &record, vec![Said::with(fact, Words::Score(words.clone()))], Vec::new()).await?;
        Ok(words)
    }

    /// The case, where this viewer may assess it and it has this vulnerability.
    pub(super) async fn assessed(&self, viewer: &Viewer, case: &StreamId, vulnerability: &str) -> Asked<CaseRecord> {
        viewer.demand(Act::Assess)?;
        let record = self.must_case(viewer, case).await?;
        if !record.file.vulnerabilities.iter().any(|one| one.id == vulnerability) {
            return Err(Refusal::NotThere { thing: "vulnerability" }.into());
        }
        Ok(record)
    }
}

fn scored(vector: &str, justification: &str) -> Asked<ScoreWords> {
    let scored =
        wardroom_formats::cvss::score(vector.trim()).map_err(|fault| Refusal::FieldWrong { field: "vector", why: fault.to_string() })?;
    Ok(ScoreWords {
        version: scored.version.to_string(),
        vector: scored.vector.clone(),
        score: scored.score,
        severity: scored.severity.to_string(),
        justification: justification.trim().to_owned(),
        source: String::new(),
    })
}
