//! The gate before publication: what a machine would refuse is found while a person can still repair it.

use super::input::{Release, Voice, language_of, to_input};
use jiff::Timestamp;
use wardroom_domain::disclosure::AdvisoryContent;
use wardroom_formats::csaf::{self, Finding};

/// What the mandatory tests of CSAF 2.0 find in the document this content would become if it were released at `at`. Empty: it may go.
pub fn csaf_findings(content: &AdvisoryContent, at: Timestamp, voice: &Voice) -> Vec<Finding> {
    let release = Release { content, released_at: at, withdrawn_at: None };
    match csaf::render(&to_input(release, voice, language_of(content))) {
        Ok(document) => csaf::check(&document),
        Err(error) => {
            let csaf::RenderError::Vector { vulnerability, score, .. } = &error;
            let path = format!("/vulnerabilities/{vulnerability}/scores/{score}");
            vec![Finding { test: "schema", path, message: error.to_string() }]
        }
    }
}
