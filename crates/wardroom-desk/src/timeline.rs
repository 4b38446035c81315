//! The timeline of reports, cases and advisories: every fact in a sentence, and whose eyes its words are for.

use crate::app::App;
use crate::clocks;
use crate::seat::Seat;
use wardroom_app::case_page::{Audience, Line};
use wardroom_domain::communication::MessageKind;
use wardroom_domain::facts::{AdvisoryFact, CaseFact, ClockMove, Fact, OrgFact, ReportFact, Words};
use wardroom_domain::intake::Reading;
use wardroom_domain::log::Actor;
use wardroom_domain::text::{guess_tag, language_tag};
use wardroom_domain::triage::Decision;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, communication as m, desk as w};
use wardroom_web::{Lang, Moment};

/// A line, ready to be shown.
pub struct LineView {
    pub at: Moment,
    pub seq: u64,
    pub source: String,
    pub who: String,
    pub what: String,
    /// The words of a person, made honest; empty when there are none.
    pub text: String,
    pub text_lang: String,
    /// Class of the entry: `outside`, `internal`, `event`.
    pub class: &'static str,
    /// Who reads it, in words; empty for changes.
    pub audience: String,
    /// Class of the chip around `audience`.
    pub chip: &'static str,
}

/// Newest first; `only` keeps one audience.
pub fn lines(app: &App, seat: &Seat, timeline: &[Line], only: Option<Audience>) -> Vec<LineView> {
    let shown = timeline.iter().rev().filter(|line| only.is_none_or(|only| line.audience == only));
    shown.map(|line| view(app, seat, line)).collect()
}

fn view(app: &App, seat: &Seat, line: &Line) -> LineView {
    let lang = seat.lang();
    let (text, text_lang) = text_of(lang, line.words.as_ref());
    let (class, audience, chip) = match line.audience {
        Audience::Outside => ("outside", m::READ_BY_REPORTER.say(lang), "warn"),
        Audience::Inside => ("internal", m::READ_BY_TEAM.say(lang), "neutral"),
        Audience::Change => ("event", "", "neutral"),
    };
    let who = match &line.actor {
        Actor::Person(_) => line.who.clone(),
        Actor::Reporter => m::ROLE_REPORTER.say(lang).to_owned(),
        Actor::House => w::HOUSE.say(lang).to_owned(),
    };
    LineView {
        at: app.moment(seat, line.at),
        seq: line.seq,
        source: line.source.clone(),
        what: describe(lang, &line.fact),
        who,
        text,
        text_lang,
        class,
        audience: audience.to_owned(),
        chip,
    }
}

fn text_of(lang: Lang, words: Option<&Words>) -> (String, String) {
    match words {
        Some(Words::Message(words)) => (reveal(&words.text), language_tag(&words.language, &words.text)),
        Some(Words::Text(text)) => (reveal(text), guess_tag(text).to_owned()),
        Some(Words::Score(score)) => (
            format!("{} {} {} ({})\n{}", reveal(&score.source), score.vector, score.score, score.severity, reveal(&score.justification))
                .trim()
                .to_owned(),
            guess_tag(&score.justification).to_owned(),
        ),
        Some(Words::Priority(priority)) => {
            let answers: Vec<String> = priority.answers.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            let text = format!("{} · {} ({})\n{}", priority.name, priority.table, answers.join(" "), reveal(&priority.justification));
            (text.trim().to_owned(), guess_tag(&priority.justification).to_owned())
        }
        Some(Words::Compared(compared)) => (words::validation::compared_with(lang, compared.advisories, compared.cases), String::new()),
        Some(Words::Vulnerability(words)) => (reveal(&words.title), guess_tag(&words.title).to_owned()),
        Some(Words::Identifier(words)) => {
            let text = [words.id.as_str(), words.reason.as_str(), words.trouble.as_str(), words.detail.as_str()].join("\n");
            (reveal(text.trim()), guess_tag(&words.reason).to_owned())
        }
        Some(Words::Impact(words)) => {
            (reveal([words.versions.as_str(), words.fixed_in.as_str(), words.note.as_str()].join(" ").trim()), String::new())
        }
        Some(Words::Plan(words)) => {
            let text = if words.text.is_empty() { &words.text_zh } else { &words.text };
            (reveal(text), guess_tag(text).to_owned())
        }
        // The report's own text stands at its page; plans and advisory texts have pages too.
        Some(Words::Files(files)) => (files.iter().map(|file| reveal(&file.name)).collect::<Vec<_>>().join("\n"), String::new()),
        Some(Words::Addressee(to)) => (reveal(&to.name), String::new()),
        Some(Words::Report(_) | Words::PlanLines(_) | Words::Advisory(_) | Words::Content(_) | Words::Disclosure(_)) | None => {
            (String::new(), String::new())
        }
    }
}

/// A fact in a few words: its kind, and what makes the difference.
pub fn describe(lang: Lang, fact: &Fact) -> String {
    let kind = match fact {
        // Nothing was encrypted: a file was the report.
        Fact::Report(ReportFact::PayloadRead { reading: Reading::Clear, .. }) => "report-document_read".to_owned(),
        other => other.kind().replace('.', "-"),
    };
    let what = words::say(lang, &format!("desk-fact-{kind}"));
    let more = detail(lang, fact);
    if more.is_empty() { what } else { format!("{what}: {more}") }
}

fn detail(lang: Lang, fact: &Fact) -> String {
    let say = |key: String| words::say(lang, &key);
    match fact {
        Fact::Report(fact) => match fact {
            ReportFact::ClockStarted(start) => clocks::name_of(lang, &start.clock),
            ReportFact::ClockStopped { clock, .. } | ReportFact::ClockBreached { clock, .. } | ReportFact::BreachExplained { clock } => {
                clocks::name_of(lang, clock)
            }
            ReportFact::ClockMoved { clock, moved, .. } => clock_moved(lang, clock, *moved),
            ReportFact::ReceiptSent { by } => say(format!("desk-receipt-{by}")),
            ReportFact::ReceiptWithheld { why } => say(format!("desk-withheld-{why}")),
            ReportFact::Message { message } => say(format!("communication-message-{}", message_word(*message))),
            ReportFact::Decided(decision) => match decision {
                Decision::Accepted { .. } => say("triage-outcome-accepted".to_owned()),
                Decision::Duplicate { .. } => say("triage-outcome-duplicate".to_owned()),
                Decision::Declined { disposition } => format!(
                    "{} – {}",
                    say("triage-outcome-declined".to_owned()),
                    say(format!("triage-disposition-{}", disposition.as_str()))
                ),
                Decision::Released => say("triage-outcome-released".to_owned()),
                Decision::Reopened => say("triage-outcome-reopened".to_owned()),
                Decision::Attached { .. } => say("triage-outcome-attached".to_owned()),
                Decision::Discarded => say("triage-outcome-discarded".to_owned()),
            },
            ReportFact::FilesAdded { files } => words::triage::files(lang, files.len()),
            ReportFact::PayloadRead { reading: Reading::Clear, .. } => String::new(),
            ReportFact::PayloadRead { reading, .. } => say(format!("triage-reading-{}", reading.as_str())),
            ReportFact::Judged { relation, .. } => say(format!("validation-relation-{}", relation.as_str())),
            ReportFact::KeyDecided { decision } => say(format!("triage-key-decided-{decision}")),
            ReportFact::FollowedUp(followed) => say(format!("triage-vouched-{}", followed.vouched.as_str())),
            ReportFact::Undelivered(returned) => {
                let what = match (returned.what.as_str(), returned.failed) {
                    ("receipt", true) => "triage-undelivered-receipt",
                    (_, true) => "triage-undelivered-message",
                    (_, false) => "triage-undelivered-late",
                };
                format!("{} {}", words::say(lang, what), returned.status).trim().to_owned()
            }
            ReportFact::DateProposed { ends_at, zone } => Moment::in_zone(lang, *ends_at, zone, *ends_at).absolute,
            ReportFact::DateAnswered { accepted: true } | ReportFact::CreditAnswered { agreed: true } => say("desk-answer-yes".to_owned()),
            ReportFact::DateAnswered { .. } | ReportFact::CreditAnswered { .. } => say("desk-answer-no".to_owned()),
            ReportFact::CreditWished { anonymous: true } => say("desk-credit-anonymous".to_owned()),
            ReportFact::NewsWished { wanted } => say(if *wanted { "desk-answer-yes" } else { "desk-answer-no" }.to_owned()),
            ReportFact::Received(_)
            | ReportFact::NoteAdded
            | ReportFact::Withdrawn
            | ReportFact::DeliveredAgain
            | ReportFact::Attested { .. }
            | ReportFact::CreditWished { .. }
            | ReportFact::CreditShown
            | ReportFact::NewsMailed => String::new(),
        },
        Fact::Case(fact) => case_detail(lang, fact),
        Fact::Advisory(AdvisoryFact::Published { content, .. }) => words::disclosure::version(lang, content.version),
        Fact::Advisory(AdvisoryFact::Shared { level, .. }) => level.name().to_owned(),
        Fact::Org(OrgFact::AccessHandedOut { levels, .. }) => levels.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "),
        Fact::Advisory(AdvisoryFact::RevisionBegun { version }) => words::disclosure::version(lang, *version),
        Fact::Advisory(AdvisoryFact::Approved { hash } | AdvisoryFact::Submitted { hash }) => hash.chars().take(12).collect(),
        Fact::Advisory(AdvisoryFact::Notified { version, occasion, .. }) => {
            format!("{} – {}", words::disclosure::version(lang, *version), say(format!("plan-occasion-{}", occasion.as_str())))
        }
        Fact::Advisory(AdvisoryFact::GateMoved { gate, to }) => {
            let name = words::find(lang, &format!("plan-gate-{gate}")).unwrap_or_default();
            format!("{name} – {}", say(format!("plan-gate-is-{}", to.as_str())))
        }
        Fact::Advisory(AdvisoryFact::ReleaseScheduled { release_at, zone, .. }) => {
            Moment::in_zone(lang, *release_at, zone, *release_at).absolute
        }
        Fact::Advisory(AdvisoryFact::ReleaseHeld { why }) => say(format!("plan-held-{why}")),
        Fact::Advisory(_) | Fact::Org(_) => String::new(),
    }
}

fn clock_moved(lang: Lang, clock: &str, moved: ClockMove) -> String {
    let how = match moved {
        ClockMove::Paused { cause } => words::say(lang, &format!("desk-pause-{}", cause.as_str())),
        ClockMove::Resumed => words::desk::MOVED_RESUMED.say(lang).to_owned(),
        ClockMove::Severity => words::desk::MOVED_SEVERITY.say(lang).to_owned(),
    };
    format!("{} – {how}", clocks::name_of(lang, clock))
}

fn case_detail(lang: Lang, fact: &CaseFact) -> String {
    let say = |key: String| words::say(lang, &key);
    match fact {
        CaseFact::ClockStarted(start) => clocks::name_of(lang, &start.clock),
        CaseFact::ClockStopped { clock, .. } | CaseFact::ClockBreached { clock, .. } | CaseFact::BreachExplained { clock } => {
            clocks::name_of(lang, clock)
        }
        CaseFact::ClockMoved { clock, moved, .. } => clock_moved(lang, clock, *moved),
        CaseFact::StateChanged { to, disposition, .. } => {
            let state = say(format!("triage-state-{}", to.as_str()));
            match disposition {
                Some(why) => format!("{state} – {}", say(format!("triage-disposition-{}", why.as_str()))),
                None => state,
            }
        }
        CaseFact::UniquenessChecked { uniqueness } => match uniqueness {
            wardroom_domain::validation::Uniqueness::Unique => say("validation-unique".to_owned()),
            wardroom_domain::validation::Uniqueness::Duplicate { .. } => say("validation-duplicate".to_owned()),
        },
        CaseFact::Judged { relation, .. } => say(format!("validation-relation-{}", relation.as_str())),
        CaseFact::VulnerabilityKept { vulnerability }
        | CaseFact::Scored { vulnerability, .. }
        | CaseFact::ScoreHeard { vulnerability, .. }
        | CaseFact::PrioritySet { vulnerability, .. } => vulnerability.clone(),
        CaseFact::IdentifierMoved { vulnerability, scheme, ask, to, .. } => format!(
            "{vulnerability} · {} · {} – {}",
            say(format!("cna-scheme-{}", scheme.as_str())),
            say(format!("cna-ask-{}", ask.as_str())),
            say(format!("cna-state-{}", to.as_str()))
        ),
        CaseFact::ImpactSet { vulnerability, product, status, .. } => {
            format!("{vulnerability} · {product} · {}", say(format!("validation-impact-{}", status.as_str())))
        }
        CaseFact::RemediationKept { remediation, plan, state, .. } => {
            format!(
                "{remediation} · {} · {}",
                say(format!("remediation-plan-{}", plan.as_str())),
                say(format!("remediation-state-{}", state.as_str()))
            )
        }
        CaseFact::EmbargoMoved { to, .. } => say(format!("communication-embargo-{}", to.as_str())),
        CaseFact::AdvisoryPublished { version, .. } => words::disclosure::version(lang, *version),
        CaseFact::Opened { .. }
        | CaseFact::ReportLinked { .. }
        | CaseFact::OwnerSet { .. }
        | CaseFact::ParticipantAdded { .. }
        | CaseFact::PublicKnows
        | CaseFact::ExploitPublic
        | CaseFact::AttacksSeen
        | CaseFact::CommunicationPlanned { .. }
        | CaseFact::NotDisclosed
        | CaseFact::AdvisoryBegun { .. }
        | CaseFact::NoteAdded => String::new(),
    }
}

fn message_word(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Answer => "answer",
        MessageKind::Question => "question",
        MessageKind::Outcome => "outcome",
        MessageKind::FromReporter => "from-reporter",
    }
}
