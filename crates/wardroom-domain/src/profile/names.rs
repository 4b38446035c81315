//! What the rest of the house asks a profile most: names, the zone, the longest embargo.

use super::{L10n, Profile};

impl Profile {
    /// The maker's name in a language.
    #[must_use]
    pub fn org_name(&self, language: &str) -> String {
        self.org.name.text(language).to_owned()
    }

    /// The team's name in a language; the maker's name and "PSIRT" where the profile says none, or says just that in English for all
    /// languages while the maker has a name in this one.
    #[must_use]
    pub fn team_name(&self, language: &str) -> String {
        let usual = |language: &str| format!("{} PSIRT", self.org_name(language));
        match &self.org.team {
            Some(L10n::Plain(team)) if *team == usual("en") => usual(language),
            Some(team) => team.text(language).to_owned(),
            None => usual(language),
        }
    }

    /// IANA zone of the maker's calendar: `default`, else the only one, else UTC.
    #[must_use]
    pub fn zone(&self) -> String {
        let calendar = self.calendars.get("default").or_else(|| self.calendars.values().next());
        calendar.map_or_else(|| "UTC".to_owned(), |calendar| calendar.zone_name().to_owned())
    }

    /// The longest embargo the policy allows, in whole days, when it says one.
    #[must_use]
    pub fn longest_embargo_days(&self) -> Option<u32> {
        let max = self.disclosure.embargo.as_ref()?.max?;
        u32::try_from(max.total_seconds() / 86_400).ok()
    }
}
