//! Commands that need no data directory: CVSS, clocks, profiles.

use crate::exits::{Done, Exit, FINDINGS, OK};
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

/// One JSON line per vector (interfaces A3); exit 3 when any could not be scored.
pub fn score(vectors: &[String]) -> Done {
    let mut out = std::io::stdout().lock();
    let mut faults = 0;
    let mut one = |vector: &str| -> std::io::Result<()> {
        let line = match wardroom_formats::cvss::score(vector) {
            Ok(scored) => serde_json::to_value(&scored).unwrap_or_default(),
            Err(fault) => {
                faults += 1;
                serde_json::json!({"vector": vector, "error": fault.to_string(), "position": fault.position})
            }
        };
        writeln!(out, "{line}")
    };
    for vector in vectors {
        if vector == "-" {
            for line in std::io::stdin().lock().lines() {
                let line = line?;
                if !line.trim().is_empty() {
                    one(line.trim())?;
                }
            }
        } else {
            one(vector.trim())?;
        }
    }
    Ok(if faults == 0 { OK } else { ExitCode::from(FINDINGS) })
}

/// One JSON line per JSON line on standard input (interfaces A2); exit 3 when any could not be computed.
pub fn clock_due(calendars: &Path) -> Done {
    let text = std::fs::read_to_string(calendars)
        .map_err(|error| Exit::new(1, format!("cannot read calendars {}: {error}", calendars.display())))?;
    let calendars =
        serde_json::from_str(&text).map_err(|error| Exit::new(FINDINGS, format!("calendars {}: {error}", calendars.display())))?;
    let mut out = std::io::stdout().lock();
    let mut faults = 0;
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = serde_json::from_str(&line)
            .map_err(|error| error.to_string())
            .and_then(|line| wardroom_domain::deadlines::run_line(&calendars, &line).map_err(|error| error.to_string()));
        match answer {
            Ok(answer) => writeln!(out, "{answer}")?,
            Err(why) => {
                faults += 1;
                eprintln!("line {}: {why}", index + 1);
                writeln!(out, "{}", serde_json::json!({ "error": why }))?;
            }
        }
    }
    Ok(if faults == 0 { OK } else { ExitCode::from(FINDINGS) })
}

/// Exit 0 with the ids found, or 3 with place and reason of every fault.
pub fn profile_check(file: &str, json: bool) -> Done {
    match crate::profile_file::check(file)? {
        Ok(profiles) => {
            let ids: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
            if json {
                println!("{}", serde_json::json!({"valid": true, "profiles": ids}));
            } else {
                println!("ok: {}", ids.join(", "));
            }
            Ok(OK)
        }
        Err(faults) => {
            if json {
                let list: Vec<_> =
                    faults.iter().map(|fault| serde_json::json!({"path": fault.path, "what": fault.what, "hint": fault.hint})).collect();
                println!("{}", serde_json::json!({"valid": false, "faults": list}));
            } else {
                faults.iter().for_each(|fault| println!("{file}: {fault}"));
            }
            Ok(ExitCode::from(FINDINGS))
        }
    }
}
