//! The closed vocabularies of clocks: units, starts, due rules, forces, conditions.
//! Deliberately without arithmetic; what a word means for a due date is decided where it is computed.

use crate::profile::vocabulary::vocabulary;

vocabulary! {
    /// What the limit counts.
    Unit {
        Elapsed = "elapsed",
        BusinessDays = "business_days",
        BusinessHours = "business_hours",
        CalendarDays = "calendar_days",
        Months = "months",
        None = "none",
    }
}

vocabulary! {
    /// When counting begins after the anchor.
    Start {
        Immediate = "immediate",
        NextOpen = "next_open",
        NextDay = "next_day",
    }
}

vocabulary! {
    /// At what time of the last day it is due; `same_time` is the strictest.
    DueRule {
        SameTime = "same_time",
        CloseOfBusiness = "close_of_business",
        EndOfDay = "end_of_day",
    }
}

vocabulary! {
    /// What happens when the last day is not worked.
    Roll {
        None = "none",
        NextWorkingDay = "next_working_day",
    }
}

vocabulary! {
    /// What a breach means.
    Force {
        Promise = "promise",
        Target = "target",
        Internal = "internal",
        Law = "law",
        Rule = "rule",
    }
}

vocabulary! {
    /// How the page words it.
    Wording {
        Exact = "exact",
        Strive = "strive",
        UpTo = "up_to",
        Usually = "usually",
        AsSoonAsPossible = "as_soon_as_possible",
        Unstated = "unstated",
    }
}

vocabulary! {
    /// What a pause may wait for.
    PauseCause {
        AwaitingReporter = "awaiting_reporter",
        AwaitingUpstream = "awaiting_upstream",
        AwaitingLegal = "awaiting_legal",
    }
}

vocabulary! {
    /// The severity words of `per_severity`, least first.
    Severity {
        None = "none",
        Low = "low",
        Medium = "medium",
        High = "high",
        Critical = "critical",
    }
}

vocabulary! {
    /// The conditions of `when`.
    Condition {
        AnchorNonworking = "anchor_nonworking",
        SeverityAtLeast = "severity_at_least",
        Exploited = "exploited",
    }
}

vocabulary! {
    /// Instants of the legal record that start a clock without being milestones (domain §2.9.1).
    LegalInstant {
        SignalReceivedAt = "signal_received_at",
        DiscoveredAt = "discovered_at",
        AwareAt = "aware_at",
        SubmittedAt = "submitted_at",
        RequestedAt = "requested_at",
    }
}

impl Severity {
    /// The severity of that word, in any case of letters.
    #[must_use]
    pub fn named(word: &str) -> Option<Severity> {
        Severity::ALL.iter().copied().find(|severity| severity.as_str().eq_ignore_ascii_case(word))
    }
}
