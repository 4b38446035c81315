//! The forms of a case, one handler each: parse, call the use case, back to the tab it came from.

use super::page::{Asked, page, stream};
use super::priority::answers;
use super::scoring::vector_of;
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::on_to;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::communication::Observed;
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::Refusal;
use wardroom_domain::case::CaseAsk;
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, MessageKind, PlanLine};
use wardroom_domain::log::StreamKind;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_domain::triage::Disposition;
use wardroom_domain::validation::ScoreSource;

/// Back to the tab: with the line of what was done, or with what was typed and why not.
pub(super) async fn ended(
    app: &App,
    seat: &Seat,
    id: &str,
    tab: &str,
    fields: Fields,
    done: &str,
    outcome: Result<(), AskError>,
) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/cases/{id}?tab={tab}"), done)),
        Err(error) => {
            let asked = Asked { tab: tab.to_owned(), v: fields.trimmed("vulnerability").to_owned(), ..Asked::default() };
            page(app, seat, id, &asked, Typed::after(fields, error)?).await
        }
    }
}

fn wrong(field: &'static str) -> AskError {
    Refusal::FieldNeeded { field }.into()
}

pub async fn move_on(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let disposition = Disposition::parse(fields.trimmed("disposition"));
    let outcome = match CaseAsk::parse(fields.trimmed("ask")) {
        Some(ask) => app.desk.move_case(&seat.viewer, &case, ask, disposition, fields.get("reason")).await.map(|_| ()),
        None => Err(wrong("ask")),
    };
    ended(&app, &seat, &id, "overview", fields, "moved", outcome).await
}

pub async fn owner(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = app.desk.assign(&seat.viewer, &case, fields.trimmed("person")).await;
    ended(&app, &seat, &id, "overview", fields, "owner", outcome).await
}

/// Lets a person take part in the case.
pub async fn participant(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = app.desk.add_participant(&seat.viewer, &case, fields.trimmed("person")).await;
    ended(&app, &seat, &id, "overview", fields, "participant", outcome).await
}

pub async fn vulnerability(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let form = VulnerabilityForm {
        id: fields.trimmed("vulnerability").to_owned(),
        title: fields.get("title").to_owned(),
        description: fields.get("description").to_owned(),
        cwe: fields.get("cwe").to_owned(),
        cve: fields.get("cve").to_owned(),
    };
    let outcome = app.desk.keep_vulnerability(&seat.viewer, &case, form).await.map(|_| ());
    ended(&app, &seat, &id, "vulnerabilities", fields, "kept", outcome).await
}

/// Computes without recording (`do=compute`), or records the score.
pub async fn score(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let vulnerability = fields.trimmed("vulnerability").to_owned();
    if fields.get("do") == "compute" {
        let asked = Asked { tab: "scoring".to_owned(), v: vulnerability, ..Asked::default() };
        return page(&app, &seat, &id, &asked, Typed::kept(fields)).await;
    }
    let vector = vector_of(&fields);
    let outcome = app.desk.score(&seat.viewer, &case, &vulnerability, &vector, fields.get("justification")).await.map(|_| ());
    ended(&app, &seat, &id, "scoring", fields, "scored", outcome).await
}

/// Keeps the vector of somebody else beside ours.
pub async fn heard(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let (vulnerability, vector) = (fields.trimmed("vulnerability"), fields.trimmed("vector"));
    let outcome = match ScoreSource::parse(fields.trimmed("from")) {
        Some(from) => app.desk.hear_score(&seat.viewer, &case, vulnerability, vector, (from, fields.get("source"))).await.map(|_| ()),
        None => Err(wrong("from")),
    };
    ended(&app, &seat, &id, "scoring", fields, "heard", outcome).await
}

/// Shows what is still possible (`do=compute`), or decides by the table.
pub async fn priority(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let vulnerability = fields.trimmed("vulnerability").to_owned();
    if fields.get("do") == "compute" {
        let asked = Asked { tab: "scoring".to_owned(), v: vulnerability, ..Asked::default() };
        return page(&app, &seat, &id, &asked, Typed::kept(fields)).await;
    }
    let (table, why) = (fields.trimmed("table"), fields.get("justification"));
    let decided = app.desk.prioritise(&seat.viewer, &case, &vulnerability, table, &answers(&fields), why).await;
    ended(&app, &seat, &id, "scoring", fields, "prioritised", decided.map(|_| ())).await
}

pub async fn uniqueness(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = match fields.trimmed("of") {
        "" => app.desk.check_uniqueness(&seat.viewer, &case, None).await,
        of => match app.desk.find(&seat.viewer, of).await {
            Ok(of) if of.kind() == StreamKind::Case => app.desk.check_uniqueness(&seat.viewer, &case, Some(&of)).await,
            Ok(_) | Err(AskError::NotFound) => Err(Refusal::NotThere { thing: "case" }.into()),
            Err(other) => Err(other),
        },
    };
    ended(&app, &seat, &id, "uniqueness", fields, "compared", outcome).await
}

/// What is separated by commas, spaces around it aside.
fn words_of(fields: &Fields, name: &str) -> Vec<String> {
    fields.get(name).split([',', '，', '、']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

pub async fn impact(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = match ImpactStatus::parse(fields.trimmed("status")) {
        Some(status) => {
            let form = ImpactForm {
                vulnerability: fields.trimmed("vulnerability").to_owned(),
                product: fields.trimmed("product").to_owned(),
                status,
                versions: fields.get("versions").to_owned(),
                fixed_in: fields.get("fixed_in").to_owned(),
                justification: fields.get("justification").to_owned(),
                note: fields.get("note").to_owned(),
                hardware: words_of(&fields, "hardware"),
            };
            app.desk.set_impact(&seat.viewer, &case, form).await
        }
        None => Err(wrong("status")),
    };
    ended(&app, &seat, &id, "products", fields, "kept", outcome).await
}

fn plan_form(fields: &Fields) -> Result<PlanForm, AskError> {
    let due = match fields.trimmed("due") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::FieldWrong { field: "due", why: "write it like 2027-01-31".to_owned() })?),
    };
    let text = |name: &str| fields.trimmed(name).to_owned();
    Ok(PlanForm {
        id: text("remediation"),
        vulnerability: text("vulnerability"),
        plan: PlanKind::parse(fields.trimmed("plan")).ok_or(wrong("plan"))?,
        state: PlanState::parse(fields.trimmed("state")).ok_or(wrong("state"))?,
        due,
        products: fields.all("product").into_iter().map(str::to_owned).collect(),
        words: PlanWords { text: text("text"), text_zh: text("text_zh"), url: text("url"), owner: text("owner") },
    })
}

pub async fn remediation(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = match plan_form(&fields) {
        Ok(form) => app.desk.keep_remediation(&seat.viewer, &case, form).await.map(|_| ()),
        Err(error) => Err(error),
    };
    ended(&app, &seat, &id, "remediation", fields, "kept", outcome).await
}

/// An instant from day, time of day and zone, all as typed.
pub fn terms(day: &str, time: &str, zone: &str) -> Result<EmbargoTerms, Refusal> {
    let bad = |field: &'static str, why: &str| Refusal::FieldWrong { field, why: why.to_owned() };
    let day: jiff::civil::Date = day.parse().map_err(|_| bad("ends_at", "write the day like 2027-01-31"))?;
    let time: jiff::civil::Time = if time.is_empty() {
        jiff::civil::time(0, 0, 0, 0)
    } else {
        time.parse().map_err(|_| bad("ends_at", "write the time like 09:00"))?
    };
    let tz = jiff::tz::TimeZone::get(zone).map_err(|_| bad("zone", "a zone is written like Asia/Shanghai or UTC"))?;
    let at = day.to_datetime(time).to_zoned(tz).map_err(|_| bad("ends_at", "no such instant"))?;
    Ok(EmbargoTerms { ends_at: at.timestamp(), zone: zone.to_owned() })
}

pub async fn embargo(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = match EmbargoAsk::parse(fields.trimmed("ask")) {
        None => Err(wrong("ask")),
        Some(ask) => {
            let terms = match ask.brings_terms() {
                true => terms(fields.trimmed("day"), fields.trimmed("time"), fields.trimmed("zone")).map(Some),
                false => Ok(None),
            };
            match terms {
                Ok(terms) => app.desk.embargo(&seat.viewer, &case, ask, terms, fields.get("reason")).await,
                Err(refusal) => Err(refusal.into()),
            }
        }
    };
    ended(&app, &seat, &id, "embargo", fields, "embargo", outcome).await
}

/// What the world shows: the public knows, an exploit is public, attacks were seen.
pub async fn observe(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = match Observed::parse(fields.trimmed("what")) {
        None => Err(wrong("what")),
        Some(what) => app.desk.observe(&seat.viewer, &case, what, fields.get("evidence")).await,
    };
    ended(&app, &seat, &id, "observe", fields, "embargo", outcome).await
}

pub async fn plan(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let column = |name: &str| fields.all(name).into_iter().map(|text| text.trim().to_owned()).collect::<Vec<_>>();
    let (channels, languages, whens, notes) = (column("channel"), column("language"), column("when"), column("note"));
    let at = |column: &[String], index: usize| column.get(index).cloned().unwrap_or_default();
    let line = |(index, audience): (usize, String)| PlanLine {
        audience,
        channel: at(&channels, index),
        language: at(&languages, index),
        when: at(&whens, index),
        note: at(&notes, index),
    };
    let lines = column("audience").into_iter().enumerate().map(line).collect();
    let approve = fields.get("do") == "approve";
    let outcome = app.desk.plan_communication(&seat.viewer, &case, lines, approve).await;
    ended(&app, &seat, &id, "communication", fields, if approve { "plan-approved" } else { "kept" }, outcome).await
}

pub async fn note(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = app.desk.note(&seat.viewer, &case, fields.get("text")).await;
    ended(&app, &seat, &id, "overview", fields, "noted", outcome).await
}

/// A message to the reporter of one report of this case.
pub async fn message(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let record = app.desk.must_case(&seat.viewer, &case).await?;
    let report = fields.stream("report").filter(|report| record.file.reports.contains(report));
    let kind = if fields.get("kind") == "question" { MessageKind::Question } else { MessageKind::Answer };
    let outcome = match report {
        Some(report) => app.desk.message_reporter(&seat.viewer, &report, kind, fields.get("text")).await,
        None => Err(Refusal::NotThere { thing: "report" }.into()),
    };
    ended(&app, &seat, &id, "overview", fields, "sent", outcome).await
}

pub async fn breach(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let outcome = match of_case(&app, &seat, &id, &fields).await? {
        Some(of) => app.desk.explain_breach(&seat.viewer, &of, fields.trimmed("clock"), fields.get("reason")).await,
        None => Err(Refusal::NotThere { thing: "breach" }.into()),
    };
    ended(&app, &seat, &id, "overview", fields, "explained", outcome).await
}

pub async fn pause(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let outcome = match of_case(&app, &seat, &id, &fields).await? {
        Some(of) => app.desk.pause_clock(&seat.viewer, &of, fields.trimmed("clock"), fields.trimmed("cause"), fields.get("reason")).await,
        None => Err(Refusal::NotThere { thing: "clock" }.into()),
    };
    ended(&app, &seat, &id, "overview", fields, "paused", outcome).await
}

pub async fn resume(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let outcome = match of_case(&app, &seat, &id, &fields).await? {
        Some(of) => app.desk.resume_clock(&seat.viewer, &of, fields.trimmed("clock")).await,
        None => Err(Refusal::NotThere { thing: "clock" }.into()),
    };
    ended(&app, &seat, &id, "overview", fields, "resumed", outcome).await
}

/// The stream a clock on the page of a case belongs to: the case, or one of its reports.
async fn of_case(app: &App, seat: &Seat, id: &str, fields: &Fields) -> Result<Option<wardroom_domain::log::StreamId>, crate::stop::Stop> {
    let case = stream(app, seat, id).await?;
    let record = app.desk.must_case(&seat.viewer, &case).await?;
    Ok(fields.stream("stream").filter(|of| *of == case || record.file.reports.contains(of)))
}

pub async fn begin_advisory(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    match app.desk.draft_advisory(&seat.viewer, &case).await {
        Ok((_, number)) => Ok(on_to(&format!("/advisories/{number}"), "drafted")),
        Err(error) => ended(&app, &seat, &id, "advisory", fields, "", Err(error)).await,
    }
}

pub async fn not_disclosed(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let outcome = app.desk.decide_not_to_disclose(&seat.viewer, &case, fields.get("reason")).await;
    ended(&app, &seat, &id, "advisory", fields, "not-disclosed", outcome).await
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn a_wall_clock_somewhere_is_an_instant() {
        let found = terms("2027-03-01", "09:00", "Asia/Shanghai").map(|terms| terms.ends_at.to_string());
        assert_eq!(found.ok().as_deref(), Some("2027-03-01T01:00:00Z"));
        assert!(terms("2027-03-01", "9 o'clock", "UTC").is_err());
        assert!(terms("2027-03-01", "", "Mars/Olympus").is_err());
        assert!(terms("tomorrow", "", "UTC").is_err());
    }
}
