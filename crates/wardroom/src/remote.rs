//! The command line against a running desk (`--server`): the same JSON API everybody has.

use crate::cli::{ActArgs, AdvisoryCommand, CaseCommand, CveCommand, InboxCommand, KeyAct, PlanCommand, RecipientCommand};
use crate::exits::{AUTHENTICATION, CONFLICT, Done, Exit, FINDINGS, NOT_FOUND, OK, REFUSED, TEMPORARY};
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// The token: from the file named, else from the environment.
fn token(file: Option<&Path>) -> Result<String, Exit> {
    let text = match file {
        Some(path) if path == Path::new("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| Exit::new(1, format!("cannot read token file {}: {error}", path.display())))?
        }
        None => std::env::var("WARDROOM_TOKEN").unwrap_or_default(),
    };
    match text.trim() {
        "" => {
            Err(Exit::new(AUTHENTICATION, "a token is needed: --token-file FILE, or WARDROOM_TOKEN (make one with `wardroom token new`)"))
        }
        text => Ok(text.to_owned()),
    }
}

/// One request; prints the JSON answer.
async fn call(server: &str, token_file: Option<&Path>, method: &str, path: &str, body: Option<Value>) -> Done {
    let answer = ask(server, token_file, method, path, body).await?;
    println!("{}", serde_json::to_string_pretty(&answer).unwrap_or_default());
    // Of several at once, some may have been left as they were.
    let left = |one: &Value| one.get("refused").is_some_and(|why| !why.is_null());
    let some_left = answer.get("data").and_then(Value::as_array).is_some_and(|all| all.iter().any(left));
    Ok(if some_left { ExitCode::from(FINDINGS) } else { OK })
}

/// One request and its answer.
async fn ask(server: &str, token_file: Option<&Path>, method: &str, path: &str, body: Option<Value>) -> Result<Value, Exit> {
    let token = token(token_file)?;
    let local = server.starts_with("http://127.0.0.1") || server.starts_with("http://localhost") || server.starts_with("http://[::1]");
    if !server.starts_with("https://") && !local {
        return Err(Exit::new(2, "the server's address must begin with https:// (a token must not travel in the clear)"));
    }
    let method = reqwest::Method::from_bytes(method.to_ascii_uppercase().as_bytes())
        .map_err(|_| Exit::new(2, format!("{method:?} is no HTTP method")))?;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(60))
        .build()
        .map_err(|error| Exit::new(1, error.to_string()))?;
    let url = format!("{}{path}", server.trim_end_matches('/'));
    let mut request = client.request(method, url).bearer_auth(token).header("accept", "application/json");
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.map_err(|error| Exit::new(TEMPORARY, format!("the server does not answer: {error}")))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| Exit::new(TEMPORARY, error.to_string()))?;
    let answer: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if status.is_success() {
        return Ok(answer);
    }
    let code = match status.as_u16() {
        401 => AUTHENTICATION,
        403 => REFUSED,
        404 => NOT_FOUND,
        409 | 412 => CONFLICT,
        422 => FINDINGS,
        429 | 503 => TEMPORARY,
        _ => 1,
    };
    let what = answer.get("detail").or_else(|| answer.get("title")).and_then(Value::as_str).unwrap_or("no reason given");
    // Which field, and what is wrong with it, stands beside the general sentence.
    let faults = answer.get("errors").and_then(Value::as_array).into_iter().flatten();
    let faults: String = faults.filter_map(|fault| fault.get("detail")?.as_str()).map(|detail| format!("\n{detail}")).collect();
    Err(Exit::new(code, format!("{status}: {what}{faults}")))
}

/// Any request, as the API's users write it; the body `-` is read from standard input.
pub async fn api(act: &ActArgs, method: &str, path: &str, body: Option<&str>) -> Done {
    let Some((server, token_file)) = place(act) else {
        return Err(Exit::new(2, "name the desk with --server URL (or WARDROOM_SERVER)"));
    };
    let text = match body {
        Some("-") => Some(std::io::read_to_string(std::io::stdin())?),
        other => other.map(str::to_owned),
    };
    let body = match text {
        Some(text) => Some(serde_json::from_str(&text).map_err(|error| Exit::new(2, format!("the body is not JSON: {error}")))?),
        None => None,
    };
    call(server, token_file, method, path, body).await
}

/// `server` and the token file of a command that may run remotely.
fn place(act: &ActArgs) -> Option<(&str, Option<&Path>)> {
    act.server.as_deref().map(|server| (server, act.token_file.as_deref()))
}

/// Runs an inbox command against a server, when one is named.
pub async fn inbox(act: &ActArgs, command: &InboxCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let (method, path, body) = match command {
        InboxCommand::List { view, limit } => ("GET", format!("/api/v1/inbox?view={view}&limit={limit}"), None),
        InboxCommand::Show { id } => ("GET", format!("/api/v1/inbox/{id}"), None),
        InboxCommand::Accept { id, title } => ("POST", format!("/api/v1/inbox/{id}:accept"), Some(json!({"title": title}))),
        InboxCommand::Duplicate { id, of, message } => {
            ("POST", format!("/api/v1/inbox/{id}:duplicate"), Some(json!({"of": of, "message": message})))
        }
        InboxCommand::Attach { id } => ("POST", format!("/api/v1/inbox/{id}:attach"), Some(json!({}))),
        InboxCommand::Release { id } => ("POST", format!("/api/v1/inbox/{id}:release"), Some(json!({}))),
        InboxCommand::Discard { id, reason } => ("POST", format!("/api/v1/inbox/{id}:discard"), Some(json!({"reason": reason}))),
        InboxCommand::Decline { ids, like: None, reason, message, preview: false } if ids.len() == 1 => {
            ("POST", format!("/api/v1/inbox/{}:decline", ids.concat()), Some(json!({"reason": reason, "message": message})))
        }
        InboxCommand::Decline { ids, like, reason, message, preview } => {
            let order = json!({"reports": ids, "like": like, "reason": reason, "message": message, "preview": preview});
            ("POST", "/api/v1/inbox:decline".to_owned(), Some(order))
        }
        InboxCommand::Reopen { ids } if ids.len() == 1 => ("POST", format!("/api/v1/inbox/{}:reopen", ids.concat()), Some(json!({}))),
        InboxCommand::Reopen { ids } => ("POST", "/api/v1/inbox:reopen".to_owned(), Some(json!({"reports": ids}))),
        InboxCommand::Breach { id, clock, reason } => {
            ("POST", format!("/api/v1/inbox/{id}:explain"), Some(json!({"clock": clock, "reason": reason})))
        }
        InboxCommand::Date { id, answer, until, zone, reason } => {
            let order = json!({"answer": answer, "ends_at": until, "zone": zone, "reason": reason});
            ("POST", format!("/api/v1/inbox/{id}/date"), Some(order))
        }
        InboxCommand::Ask { id, message } => ("POST", format!("/api/v1/inbox/{id}:ask"), Some(json!({"message": message}))),
        InboxCommand::Import { .. } => {
            return Some(Err(Exit::new(
                2,
                "mails are taken in where the data is (--data); a report goes to the public address, POST /api/v1/reports",
            )));
        }
        InboxCommand::Original { .. } | InboxCommand::File { .. } => {
            return Some(Err(Exit::new(
                2,
                "original bytes and files are not handed out to programs: use --data, or download them at the desk",
            )));
        }
    };
    Some(call(server, token, method, &path, body).await)
}

/// Runs a reading case command, or one about a reporter's keys, against a server; others go through `wardroom api`.
pub async fn case(act: &ActArgs, command: &CaseCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let (method, path, body) = match command {
        CaseCommand::List { limit, all } => ("GET", format!("/api/v1/cases?limit={limit}{}", if *all { "&view=all" } else { "" }), None),
        CaseCommand::Show { id } => ("GET", format!("/api/v1/cases/{id}"), None),
        CaseCommand::Timeline { id } => ("GET", format!("/api/v1/cases/{id}/events"), None),
        CaseCommand::Note { id, text } => ("POST", format!("/api/v1/cases/{id}/notes"), Some(json!({"text": text}))),
        CaseCommand::Message { id, text, question } => {
            ("POST", format!("/api/v1/cases/{id}/messages"), Some(json!({"text": text, "question": question})))
        }
        CaseCommand::Key { id, act } => match ring(id, act) {
            Ok(request) => request,
            Err(exit) => return Some(Err(exit)),
        },
        _ => return Some(Err(Exit::new(2, "against a server use `wardroom api POST /api/v1/cases/…` for this, or --data"))),
    };
    Some(call(server, token, method, &path, body).await)
}

/// The request of `case key …`.
fn ring(id: &str, act: &KeyAct) -> Result<(&'static str, String, Option<Value>), Exit> {
    let at = |rest: &str| format!("/api/v1/inbox/{id}/keys{rest}");
    let decided =
        |fingerprint: &str, decision: &str| ("POST", at("/decision"), Some(json!({"fingerprint": fingerprint, "decision": decision})));
    Ok(match act {
        KeyAct::List => ("GET", at(""), None),
        KeyAct::Pin { fingerprint } => decided(fingerprint, "pin"),
        KeyAct::Reject { fingerprint } => decided(fingerprint, "reject"),
        KeyAct::Add { file } => ("POST", at(""), Some(json!({"key": String::from_utf8_lossy(&crate::commands::keys::read(file)?)}))),
        KeyAct::Lookup { consent } => ("POST", at("/lookup"), Some(json!({"consent": consent}))),
    })
}

pub async fn advisory(act: &ActArgs, command: &AdvisoryCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let (method, path, body) = match command {
        AdvisoryCommand::List => ("GET", "/api/v1/advisories".to_owned(), None),
        AdvisoryCommand::Show { id } => ("GET", format!("/api/v1/advisories/{id}"), None),
        AdvisoryCommand::Edit { id, file: Some(file), .. } => {
            let texts = match crate::commands::advisory::texts(file) {
                Ok(texts) => texts,
                Err(exit) => return Some(Err(exit)),
            };
            ("PATCH", format!("/api/v1/advisories/{id}"), serde_json::to_value(texts).ok())
        }
        AdvisoryCommand::Edit { id, file: None, set, seen } => {
            let fields: std::collections::BTreeMap<_, _> = set.iter().cloned().collect();
            let body = json!({"fields": fields, "hash": seen.clone().unwrap_or_default()});
            ("POST", format!("/api/v1/advisories/{id}:fields"), Some(body))
        }
        AdvisoryCommand::Lint { id } => ("POST", format!("/api/v1/advisories/{id}:check"), Some(json!({}))),
        AdvisoryCommand::Submit { id } => ("POST", format!("/api/v1/advisories/{id}:submit"), Some(json!({}))),
        AdvisoryCommand::Approve { id, hash } => ("POST", format!("/api/v1/advisories/{id}:approve"), Some(json!({"hash": hash}))),
        AdvisoryCommand::Publish { id, dry_run, confirm, end_embargo, .. } => {
            let path = format!("/api/v1/advisories/{id}:publish{}", if *dry_run { "?dry_run=1" } else { "" });
            ("POST", path, Some(json!({"confirm": confirm, "end_embargo": end_embargo})))
        }
        AdvisoryCommand::Share { id, confirm } => ("POST", format!("/api/v1/advisories/{id}:share"), Some(json!({"confirm": confirm}))),
        AdvisoryCommand::EndShare { id } => ("POST", format!("/api/v1/advisories/{id}:end-share"), Some(json!({}))),
        AdvisoryCommand::Render { id, format, lang } => {
            return Some(render(server, token, &format!("/api/v1/advisories/{id}/rendered?format={format}&lang={lang}")).await);
        }
        _ => return Some(Err(Exit::new(2, "against a server use `wardroom api POST /api/v1/advisories/…` for this, or --data"))),
    };
    Some(call(server, token, method, &path, body).await)
}

/// Prints the text of a rendered advisory alone, as it is printed with --data.
async fn render(server: &str, token_file: Option<&Path>, path: &str) -> Done {
    let answer = ask(server, token_file, "GET", path, None).await?;
    let text = answer.get("text").and_then(Value::as_str).ok_or_else(|| Exit::new(1, "the server's answer has no text"))?;
    println!("{}", text.trim_end());
    Ok(OK)
}

/// Runs a command about a disclosure plan against a server. What is ordered names its hashes: they are of what the caller looked at.
pub async fn plan(act: &ActArgs, command: &PlanCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let at = |id: &str, act: &str| format!("/api/v1/advisories/{id}/plan{act}");
    let hashes = Exit::new(2, "against a server name what you looked at: --plan and --content, as `wardroom plan show` says them");
    let (method, path, body) = match command {
        PlanCommand::Show { id } => ("GET", at(id, ""), None),
        PlanCommand::Keep { id, file } => match crate::commands::plan::read(file) {
            Ok(plan) => ("POST", at(id, ""), serde_json::to_value(plan).ok()),
            Err(exit) => return Some(Err(exit)),
        },
        PlanCommand::Gate { id, gate, to, note } => ("POST", at(id, "/gate"), Some(json!({"gate": gate, "to": to, "note": note}))),
        PlanCommand::Schedule { id, plan: Some(plan), content: Some(content) } => {
            ("POST", at(id, "/schedule"), Some(json!({"plan": plan, "content": content})))
        }
        PlanCommand::Confirm { id, plan: Some(plan), content: Some(content), confirm } => {
            ("POST", at(id, "/confirm"), Some(json!({"plan": plan, "content": content, "confirm": confirm})))
        }
        PlanCommand::Schedule { .. } | PlanCommand::Confirm { .. } => return Some(Err(hashes)),
        PlanCommand::CallOff { id, reason } => ("POST", at(id, "/call-off"), Some(json!({"reason": reason}))),
        PlanCommand::Broken { id, evidence, confirm } => {
            ("POST", at(id, "/broken"), Some(json!({"evidence": evidence, "confirm": confirm})))
        }
    };
    Some(call(server, token, method, &path, body).await)
}

/// Runs a command about the recipient book against a server.
pub async fn recipient(act: &ActArgs, command: &RecipientCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let (method, path, body) = match command {
        RecipientCommand::List => ("GET", "/api/v1/recipients", None),
        RecipientCommand::Keep { id, audience, name, address, language, advance, key } => {
            let key = match key.as_deref().map(crate::commands::keys::read) {
                Some(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
                Some(Err(exit)) => return Some(Err(exit)),
                None => String::new(),
            };
            let body = json!({"id": id, "audience": audience, "name": name, "address": address, "language": language, "advance": advance, "key": key});
            ("POST", "/api/v1/recipients", Some(body))
        }
        RecipientCommand::HandOut { id, level } => ("POST", "/api/v1/recipients/access", Some(json!({"recipient": id, "levels": level}))),
        RecipientCommand::Accesses => ("GET", "/api/v1/recipients/access", None),
        RecipientCommand::Withdraw { access } => ("POST", "/api/v1/recipients/access/withdraw", Some(json!({"id": access}))),
        RecipientCommand::Remove { id } => ("POST", "/api/v1/recipients/remove", Some(json!({"id": id}))),
    };
    Some(call(server, token, method, path, body).await)
}

/// Runs a command about identifiers against a server.
pub async fn cve(act: &ActArgs, command: &CveCommand) -> Option<Done> {
    let (server, token) = place(act)?;
    let asked = |case: &str, scheme: &str, ask: &str, vulnerability: &str, id: &str| {
        let order = json!({"scheme": scheme, "ask": ask, "vulnerability": vulnerability, "id": id});
        ("POST", format!("/api/v1/cases/{case}/identifiers"), Some(order))
    };
    let (method, path, body) = match command {
        CveCommand::Reserve { case, vulnerability } => asked(case, "cve", "reserve", vulnerability, ""),
        CveCommand::Assign { case, id, vulnerability, gcve } => {
            asked(case, if *gcve { "gcve" } else { "cve" }, "assign", vulnerability, id)
        }
        CveCommand::Publish { case, vulnerability } => asked(case, "cve", "retry", vulnerability, ""),
        CveCommand::Agree { case, vulnerability } => asked(case, "cve", "agree", vulnerability, ""),
        CveCommand::Abort { case, vulnerability } => asked(case, "cve", "abort", vulnerability, ""),
        CveCommand::List { service: false } => ("GET", "/api/v1/identifiers".to_owned(), None),
        CveCommand::Check { advisory_or_file } => ("GET", format!("/api/v1/advisories/{advisory_or_file}/records"), None),
        CveCommand::Reject { .. } => {
            return Some(Err(Exit::new(
                2,
                "against a server use `wardroom api POST /api/v1/cases/…/identifiers` with the ask return or reject, or --data",
            )));
        }
        CveCommand::List { service: true } | CveCommand::Quota | CveCommand::Key { .. } => {
            return Some(Err(Exit::new(2, "this asks the CVE service, or keeps its key, where the data is: use --data")));
        }
    };
    Some(call(server, token, method, &path, body).await)
}
