//! The gate before publication: what a machine would refuse is found while a person can still repair it.

use super::input::{Release, Voice, language_of, to_input};
use jiff::Timestamp;
use wardroom_check::{Finding, Preset, Report};
use wardroom_domain::disclosure::AdvisoryContent;
use wardroom_formats::csaf;

/// What the complete validator says of the CSAF document this content would become if it were released at `at`. Errors stand in the way of
/// publication; warnings and infos are for the author.
pub fn csaf_report(content: &AdvisoryContent, at: Timestamp, voice: &Voice) -> Report {
    let release = Release::at(content, &at);
    match csaf::render(&to_input(release, voice, language_of(content))) {
        // The values of the document as they would be written: strings, numbers, lists and objects, which cannot fail.
        Ok(document) => wardroom_check::check(serde_json::to_value(&document).unwrap_or_default(), Preset::Full),
        Err(error) => {
            let csaf::RenderError::Vector { vulnerability, score, .. } = &error;
            Report::of_fault(Finding::new("schema", format!("/vulnerabilities/{vulnerability}/scores/{score}"), error))
        }
    }
}
