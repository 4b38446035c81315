//! The kinds of advisories in words: one place for the desk, the public pages and their filters.

use crate::words::disclosure as d;
use wardroom_domain::disclosure::AdvisoryKind;
use wardroom_words::Lang;

/// `Security advisory`
#[must_use]
pub fn kind_word(lang: Lang, kind: AdvisoryKind) -> &'static str {
    match kind {
        AdvisoryKind::Advisory => d::KIND_ADVISORY.say(lang),
        AdvisoryKind::Notice => d::KIND_NOTICE.say(lang),
        AdvisoryKind::Incident => d::KIND_INCIDENT.say(lang),
        AdvisoryKind::Information => d::KIND_INFORMATION.say(lang),
    }
}
