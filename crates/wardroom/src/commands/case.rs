//! `wardroom case …` and `wardroom product …` against a data directory.

use super::print;
use crate::cli::{CaseCommand, ProductCommand};
use crate::data::Opened;
use crate::exits::{Done, Exit, OK};
use wardroom_app::communication::Observed;
use wardroom_app::ports::store::CaseQuery;
use wardroom_app::remediation::{ImpactForm, PlanForm};
use wardroom_app::validation::VulnerabilityForm;
use wardroom_domain::case::{CaseAsk, CaseState};
use wardroom_domain::communication::{EmbargoAsk, EmbargoTerms, MessageKind, PlanLine};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_domain::products::{FileHash, Marks, Product};
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState, PlanWords};
use wardroom_domain::triage::Disposition;
use wardroom_domain::validation::ScoreSource;

fn unknown(what: &str, given: &str, known: &[&str]) -> Exit {
    Exit::new(2, format!("no {what} is called {given:?}: use one of {}", known.join(", ")))
}

/// Runs one case command as `viewer`.
pub async fn run(opened: &Opened, viewer: &Viewer, command: CaseCommand, json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        CaseCommand::Key { id, act } => super::keys::of_reporter(opened, viewer, &id, act, json).await,
        CaseCommand::List { all, limit } => list(opened, viewer, all, limit, json).await,
        CaseCommand::Show { id } => show(opened, viewer, &id, json).await,
        CaseCommand::Timeline { id } => timeline(opened, viewer, &id, json).await,
        CaseCommand::Message { id, text, question } => message(opened, viewer, &id, &text, question).await,
        CaseCommand::Note { id, text } => {
            let stream = desk.find(viewer, &id).await?;
            desk.note(viewer, &stream, &text).await?;
            said("noted, for the team only")
        }
        CaseCommand::Move { id, to, reason, disposition } => {
            let known = CaseAsk::ALL.map(CaseAsk::as_str);
            let ask = CaseAsk::parse(&to).ok_or_else(|| unknown("step", &to, &known))?;
            let disposition = match disposition {
                Some(text) => {
                    let known: Vec<&str> = Disposition::ALL.iter().map(|one| one.as_str()).collect();
                    Some(Disposition::parse(&text).ok_or_else(|| unknown("disposition", &text, &known))?)
                }
                None => None,
            };
            let case = desk.find(viewer, &id).await?;
            let state = desk.move_case(viewer, &case, ask, disposition, &reason).await?;
            said(&format!("{id} is {}", state.as_str()))
        }
        CaseCommand::Pause { id, clock, cause, reason } => {
            let stream = desk.find(viewer, &id).await?;
            desk.pause_clock(viewer, &stream, &clock, &cause, &reason).await?;
            said(&format!("{clock} of {id} stands still"))
        }
        CaseCommand::Resume { id, clock } => {
            let stream = desk.find(viewer, &id).await?;
            desk.resume_clock(viewer, &stream, &clock).await?;
            said(&format!("{clock} of {id} runs again"))
        }
        CaseCommand::Assign { id, person } => {
            let case = desk.find(viewer, &id).await?;
            let person = desk.person(&person).await?;
            desk.assign(viewer, &case, &person.person).await?;
            said(&format!("{id} belongs to {}", person.name))
        }
        CaseCommand::Vulnerability { id, vulnerability, title, description, cwe, cve } => {
            let case = desk.find(viewer, &id).await?;
            let form = VulnerabilityForm { id: vulnerability, title, description, cwe, cve };
            let kept = desk.keep_vulnerability(viewer, &case, form).await?;
            said(&format!("{id} {kept} kept"))
        }
        CaseCommand::Score { id, vector, vulnerability, why } => {
            let case = desk.find(viewer, &id).await?;
            let score = desk.score(viewer, &case, &vulnerability, &vector, &why).await?;
            said(&format!("{} {} {} (CVSS {})", vulnerability, score.score, score.severity, score.version))
        }
        CaseCommand::Heard { id, vector, vulnerability, source } => {
            let case = desk.find(viewer, &id).await?;
            let from = source.as_deref().map_or((ScoreSource::Reporter, ""), |name| (ScoreSource::Other, name));
            let score = desk.hear_score(viewer, &case, &vulnerability, &vector, from).await?;
            said(&format!("{vulnerability} {} {} (CVSS {}), beside ours", score.score, score.severity, score.version))
        }
        CaseCommand::Priority { id, answers, table, vulnerability, why } => {
            let case = desk.find(viewer, &id).await?;
            let answers = super::scoring::answers(&answers)?;
            let decided = desk.prioritise(viewer, &case, &vulnerability, &table, &answers, &why).await?;
            said(&format!("{vulnerability} {} ({} of {})", decided.name, decided.outcome, decided.table))
        }
        CaseCommand::Unique { id, duplicate_of } => {
            let case = desk.find(viewer, &id).await?;
            let of = match &duplicate_of {
                Some(of) => Some(desk.find(viewer, of).await?),
                None => None,
            };
            desk.check_uniqueness(viewer, &case, of.as_ref()).await?;
            said("the uniqueness check is recorded with what was compared")
        }
        CaseCommand::Impact { id, vulnerability, product, status, versions, fixed_in, justification, hardware } => {
            let known = ImpactStatus::ALL.map(ImpactStatus::as_str);
            let status = ImpactStatus::parse(&status).ok_or_else(|| unknown("status", &status, &known))?;
            let case = desk.find(viewer, &id).await?;
            let form = ImpactForm { vulnerability, product, status, versions, fixed_in, justification, note: String::new(), hardware };
            desk.set_impact(viewer, &case, form).await?;
            said("recorded")
        }
        CaseCommand::Remediation { id, remediation, vulnerability, kind, state, owner, due, text, text_zh, url, product } => {
            let known = PlanKind::ALL.map(PlanKind::as_str);
            let plan = PlanKind::parse(&kind).ok_or_else(|| unknown("kind", &kind, &known))?;
            let known = PlanState::ALL.map(PlanState::as_str);
            let state = PlanState::parse(&state).ok_or_else(|| unknown("state", &state, &known))?;
            let due = match due {
                Some(due) => Some(due.parse().map_err(|_| Exit::new(2, format!("{due:?} is no date like 2026-12-31")))?),
                None => None,
            };
            let case = desk.find(viewer, &id).await?;
            let words = PlanWords { text, text_zh, url, owner };
            let form = PlanForm { id: remediation, vulnerability, plan, state, due, products: product, words };
            let kept = desk.keep_remediation(viewer, &case, form).await?;
            said(&format!("{kept} kept"))
        }
        CaseCommand::Embargo { id, step, until, zone, reason } => {
            let known = EmbargoAsk::ALL.map(EmbargoAsk::as_str);
            let ask = EmbargoAsk::parse(&step).ok_or_else(|| unknown("step", &step, &known))?;
            let terms = match until {
                Some(until) => {
                    let ends_at =
                        until.parse().map_err(|_| Exit::new(2, format!("{until:?} is no instant like 2027-01-31T09:00:00+08:00")))?;
                    Some(EmbargoTerms { ends_at, zone })
                }
                None => None,
            };
            let case = desk.find(viewer, &id).await?;
            desk.embargo(viewer, &case, ask, terms, &reason).await?;
            said("the embargo moved")
        }
        CaseCommand::Observe { id, what, evidence } => {
            let known = Observed::ALL.map(Observed::as_str);
            let what = Observed::parse(&what).ok_or_else(|| unknown("observation", &what, &known))?;
            let case = desk.find(viewer, &id).await?;
            desk.observe(viewer, &case, what, &evidence).await?;
            said("recorded")
        }
        CaseCommand::Plan { id, lines, approve } => {
            let case = desk.find(viewer, &id).await?;
            let lines = lines.iter().map(|line| plan_line(line)).collect();
            desk.plan_communication(viewer, &case, lines, approve).await?;
            said(if approve { "the plan is approved" } else { "the plan is kept" })
        }
        CaseCommand::NotDisclosed { id, reason } => {
            let case = desk.find(viewer, &id).await?;
            desk.decide_not_to_disclose(viewer, &case, &reason).await?;
            said("recorded: no advisory")
        }
    }
}

fn said(text: &str) -> Done {
    println!("{text}");
    Ok(OK)
}

fn plan_line(text: &str) -> PlanLine {
    let mut parts = text.splitn(4, ':').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    PlanLine { audience: next(), channel: next(), language: next(), when: next(), note: String::new() }
}

async fn list(opened: &Opened, viewer: &Viewer, all: bool, limit: u32, json: bool) -> Done {
    let states = if all { CaseState::ALL.to_vec() } else { Vec::new() };
    let rows = opened.desk.cases(viewer, &CaseQuery { states, limit, offset: 0 }).await?;
    if json {
        let data: Vec<_> = rows
            .iter()
            .map(|one| {
                serde_json::json!({
                    "id": one.row.id, "number": one.row.number, "title": one.title, "state": one.row.state.as_str(),
                    "embargo": one.row.embargo.as_str(), "embargo_ends": one.row.embargo_ends, "owner": one.owner_name,
                    "opened_at": one.row.opened_at, "changed_at": one.row.changed_at,
                })
            })
            .collect();
        println!("{}", serde_json::json!({"schema": "wardroom.cases/1", "data": data}));
        return Ok(OK);
    }
    if rows.is_empty() {
        println!("no case");
    }
    for one in rows {
        println!(
            "{}  {:<9} embargo {:<9} {:<16} {}",
            one.row.number,
            one.row.state.as_str(),
            one.row.embargo.as_str(),
            one.owner_name,
            one.title
        );
    }
    Ok(OK)
}

async fn show(opened: &Opened, viewer: &Viewer, id: &str, json: bool) -> Done {
    let case = opened.desk.find(viewer, id).await?;
    let page = opened.desk.case_page(viewer, &case).await?;
    if json {
        print::show(&print::case(&page));
        return Ok(OK);
    }
    println!("{}  {}", page.record.file.number, page.title);
    println!("state {}   owner {}   embargo {}", page.record.file.state.as_str(), page.owner_name, page.record.file.embargo.as_str());
    let profile = opened.desk.profile();
    for step in &page.steps {
        let label = profile.process.stages.get(step.stage).map(|stage| stage.label.text("en")).unwrap_or_default();
        println!("  [{}] {label}", if step.done { "x" } else { " " });
    }
    for one in &page.vulnerabilities {
        println!("{} {} {} {}", one.id, one.words.title, one.words.cwe, one.words.cve);
        one.scores.iter().for_each(|score| println!("    CVSS {} {} {} {}", score.version, score.score, score.severity, score.vector));
        one.impacts.iter().for_each(|impact| println!("    {} {} {}", impact.product_name, impact.status.as_str(), impact.words.versions));
        one.remediations
            .iter()
            .for_each(|plan| println!("    {} {} {} {}", plan.id, plan.plan.as_str(), plan.state.as_str(), plan.words.text));
    }
    if let Some(number) = &page.advisory_number {
        println!("advisory {number}");
    }
    let offered: Vec<&str> = page.offered.iter().map(|ask| ask.as_str()).collect();
    println!("you may: {}", offered.join(", "));
    Ok(OK)
}

async fn timeline(opened: &Opened, viewer: &Viewer, id: &str, json: bool) -> Done {
    let stream = opened.desk.find(viewer, id).await?;
    let lines = match stream.kind() {
        StreamKind::Report => {
            let record = opened.desk.must_report(viewer, &stream).await?;
            opened.desk.report_timeline(&record).await?
        }
        StreamKind::Case | StreamKind::Org | StreamKind::Advisory => opened.desk.case_page(viewer, &stream).await?.timeline,
    };
    for line in lines {
        if json {
            println!("{}", print::line(&line));
        } else {
            println!("{}  {}  {:<24} {}", line.at, line.source, line.fact.kind(), line.who);
        }
    }
    Ok(OK)
}

async fn message(opened: &Opened, viewer: &Viewer, id: &str, text: &str, question: bool) -> Done {
    let stream = opened.desk.find(viewer, id).await?;
    let reports: Vec<StreamId> = match stream.kind() {
        StreamKind::Report => vec![stream],
        StreamKind::Case | StreamKind::Org | StreamKind::Advisory => opened.desk.must_case(viewer, &stream).await?.file.reports,
    };
    let [report] = reports.as_slice() else {
        return Err(Exit::new(2, "the case has several reports: name the report whose reporter you write to"));
    };
    let kind = if question { MessageKind::Question } else { MessageKind::Answer };
    opened.desk.message_reporter(viewer, report, kind, text).await?;
    said("sent to the reporter")
}

/// Runs one product command as `viewer`.
pub async fn product(opened: &Opened, viewer: &Viewer, command: ProductCommand, json: bool) -> Done {
    match command {
        ProductCommand::List => {
            for product in opened.desk.maker().products {
                if json {
                    println!("{}", serde_json::to_string(&product).unwrap_or_default());
                } else {
                    println!("{}  {}  {}", product.id, product.name, product.versions.join(", "));
                }
            }
            Ok(OK)
        }
        ProductCommand::Add {
            id,
            name,
            family,
            vendor,
            cpe,
            purl,
            versions,
            supported_until,
            hardware,
            model_number,
            serial_number,
            sku,
            hash,
            hosted,
        } => {
            let read = |line: &String| {
                let wrong = || Exit::new(2, format!("{line:?} is no hash: write \"VERSION FILE ALGORITHM VALUE\""));
                FileHash::read(line).ok_or_else(wrong)
            };
            let hashes = hash.iter().map(read).collect::<Result<_, _>>()?;
            let marks = Marks { model_numbers: model_number, serial_numbers: serial_number, skus: sku, hashes };
            let product = Product { id, name, family, vendor, cpe, purl, versions, supported_until, hosted, hardware, marks };
            let name = product.name.clone();
            opened.desk.keep_product(viewer, product).await?;
            said(&format!("{name} is in the catalogue"))
        }
        ProductCommand::Retire { id } => {
            opened.desk.retire_product(viewer, &id).await?;
            said(&format!("{id} is no longer in the catalogue"))
        }
    }
}
