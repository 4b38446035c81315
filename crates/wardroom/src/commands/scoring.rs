//! `wardroom cvss …` and `wardroom ssvc …`: scoring and deciding that needs no data directory, and the team's decision tables.

use crate::cli::SsvcCommand;
use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use wardroom_adapters::SystemClock;
use wardroom_app::ports::clock::Clock as _;
use wardroom_domain::people::Viewer;
use wardroom_formats::cvss::{self, Version};
use wardroom_formats::ssvc::Table;

/// The largest decision table read from a file, in bytes.
const LARGEST: u64 = 1024 * 1024;

fn wrong(fault: &cvss::CvssError) -> Exit {
    Exit::new(FINDINGS, fault.to_string())
}

/// What a vector says, metric by metric, and what other answers would give.
pub fn explain(vector: &str, zh: bool, as_json: bool) -> Done {
    let scored = cvss::score(vector).map_err(|fault| wrong(&fault))?;
    let said = cvss::choices(vector).map_err(|fault| wrong(&fault))?;
    let others = cvss::otherwise(vector).map_err(|fault| wrong(&fault))?;
    let pick = |en: &'static str, chinese: &'static str| if zh { chinese } else { en };
    let said = said.into_iter().filter_map(|(metric, value)| Some((metric, value?)));
    if as_json {
        let metrics: Vec<_> = said
            .map(|(metric, value)| {
                let about = cvss::about(scored.version, metric.code).map_or("", |(en, chinese)| pick(en, chinese));
                json!({ "metric": metric.code, "name": pick(metric.en, metric.zh), "value": value.code, "means": pick(value.en, value.zh), "about": about })
            })
            .collect();
        let others: Vec<_> =
            others.iter().map(|one| json!({ "metric": one.metric.code, "value": one.value.code, "score": one.score })).collect();
        println!(
            "{}",
            json!({ "vector": scored.vector, "score": scored.score, "severity": scored.severity, "metrics": metrics, "otherwise": others })
        );
        return Ok(OK);
    }
    println!("{}  {:.1} {}", scored.vector, scored.score, scored.severity);
    for (metric, value) in said {
        let about = cvss::about(scored.version, metric.code).map_or("", |(en, chinese)| pick(en, chinese));
        println!("{:<4} {}: {}\n     {about}", metric.code, pick(metric.en, metric.zh), pick(value.en, value.zh));
    }
    for one in others {
        println!("{:.1} if {}:{}", one.score, one.metric.code, one.value.code);
    }
    Ok(OK)
}

/// Where two vectors of one version differ.
pub fn diff(one: &str, other: &str, as_json: bool) -> Done {
    let (ours, theirs) = (cvss::score(one).map_err(|fault| wrong(&fault))?, cvss::score(other).map_err(|fault| wrong(&fault))?);
    if ours.version != theirs.version {
        let why = format!("one is CVSS {}, the other {}: convert one first (wardroom cvss convert)", ours.version, theirs.version);
        return Err(Exit::new(2, why));
    }
    let said = |vector: &str| cvss::choices(vector).map_err(|fault| wrong(&fault));
    let code = |value: Option<&'static cvss::Value>| value.map_or("", |value| value.code);
    let pairs = said(one)?.into_iter().zip(said(other)?);
    let differing: Vec<_> = pairs.filter(|((_, one), (_, other))| code(*one) != code(*other)).collect();
    for ((metric, one), (_, other)) in &differing {
        if as_json {
            println!("{}", json!({ "metric": metric.code, "name": metric.en, "one": code(*one), "other": code(*other) }));
        } else {
            let name = |value: Option<&'static cvss::Value>| value.map_or("not said", |value| value.en);
            println!("{:<4} {}: {} / {}", metric.code, metric.en, name(*one), name(*other));
        }
    }
    if !as_json {
        println!("{:.1} {} / {:.1} {}", ours.score, ours.severity, theirs.score, theirs.severity);
    }
    Ok(if differing.is_empty() { OK } else { ExitCode::from(FINDINGS) })
}

/// The same in another version; exit 3 where that version asks something this one does not say.
pub fn convert(vector: &str, to: &str, as_json: bool) -> Done {
    let versions = [Version::V2, Version::V30, Version::V31, Version::V4];
    let into = versions.into_iter().find(|one| one.number() == to);
    let into = into.ok_or_else(|| Exit::new(2, format!("no version is called {to:?}: use 2.0, 3.0, 3.1 or 4.0")))?;
    let carried = cvss::carry(vector, into).map_err(|fault| wrong(&fault))?;
    let missing: Vec<&str> = carried.missing.iter().map(|metric| metric.code).collect();
    if as_json {
        println!("{}", json!({ "vector": carried.vector, "version": to, "missing": missing }));
    } else {
        println!("{}", carried.vector);
        if !missing.is_empty() {
            println!("not said: {}", missing.join(", "));
        }
    }
    Ok(if missing.is_empty() { OK } else { ExitCode::from(FINDINGS) })
}

/// `E=A` or `E:A`.
pub fn answers(given: &[String]) -> Result<Vec<(&str, &str)>, Exit> {
    let pair = |one: &'_ String| -> Option<(usize, usize)> {
        let at = one.find('=').or_else(|| one.rfind(':'))?;
        Some((at, at.checked_add(1)?))
    };
    let parted = given.iter().map(|one| {
        let found = pair(one).and_then(|(end, start)| Some((one.get(..end)?, one.get(start..)?)));
        found.ok_or_else(|| Exit::new(2, format!("{one:?} is no answer: write it like E=A")))
    });
    parted.collect()
}

/// What a table says to these answers; without all of them, what is still possible.
pub fn decide(given: &[String], table: Option<&Path>, as_json: bool) -> Done {
    let table = match table {
        Some(path) => read(path)?,
        None => Table::supplier().map_err(|fault| Exit::new(1, fault.to_string()))?,
    };
    let given = answers(given)?;
    let refused = |fault: wardroom_formats::ssvc::SsvcFault| Exit::new(FINDINGS, fault.to_string());
    if given.len() < table.points.len() && !as_json {
        let left = table.possible(&given).map_err(refused)?;
        for point in
            table.points.iter().filter(|point| !given.iter().any(|(key, _)| point.key.eq_ignore_ascii_case(key) || point.id() == *key))
        {
            println!("{}  {}: {}", point.key, point.name.en, point.definition.en);
            for value in &point.values {
                println!("    {}={}  {}: {}", point.key, value.key, value.name.en, value.definition.en);
            }
        }
        let names: Vec<&str> = left.iter().map(|one| one.name.en.as_str()).collect();
        println!("still possible: {}", names.join(", "));
        return Ok(ExitCode::from(FINDINGS));
    }
    let decision = table.decide(&given).map_err(refused)?;
    if as_json {
        let now = SystemClock.now();
        let at = now.round(jiff::Unit::Second).unwrap_or(now).to_string();
        println!(
            "{}",
            json!({ "table": table.id, "outcome": decision.outcome.key, "name": decision.outcome.name.en, "selections": decision.selections(&at) })
        );
    } else {
        println!("{} ({}): {}", decision.outcome.name.en, table.id, decision.outcome.definition.en);
    }
    Ok(OK)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Exit> {
    let cannot = |error: std::io::Error| Exit::new(1, format!("cannot read {}: {error}", path.display()));
    if std::fs::metadata(path).map_err(cannot)?.len() > LARGEST {
        return Err(Exit::new(FINDINGS, format!("{} is larger than 1 MiB: that is no decision table", path.display())));
    }
    std::fs::read(path).map_err(cannot)
}

fn read(path: &Path) -> Result<Table, Exit> {
    Table::read(&bytes(path)?).map_err(|fault| Exit::new(FINDINGS, format!("{}: {fault}", path.display())))
}

/// The tables the team decides by.
pub async fn tables(opened: &Opened, viewer: &Viewer, command: SsvcCommand, as_json: bool) -> Done {
    let desk = &opened.desk;
    match command {
        SsvcCommand::Tables => {
            for table in desk.decision_tables() {
                if as_json {
                    println!("{}", table.json());
                } else {
                    let keys: Vec<&str> = table.points.iter().map(|point| point.key.as_str()).collect();
                    println!("{}  {}  ({})", table.id, table.name.en, keys.join(", "));
                }
            }
        }
        SsvcCommand::Keep { file } => println!("{} is kept", desk.keep_table(viewer, &bytes(&file)?).await?),
        SsvcCommand::Retire { id } => {
            desk.retire_table(viewer, &id).await?;
            println!("{id} is out of the choice; what was decided by it stays");
        }
        SsvcCommand::Decide { answers, table } => return decide(&answers, table.as_deref(), as_json),
    }
    Ok(OK)
}
