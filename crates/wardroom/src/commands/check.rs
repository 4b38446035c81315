//! `wardroom check`: is a product in a version, or what an SBOM lists, affected by published advisories? Against a running public face, or
//! offline against a public tree, a folder of CSAF documents or single files of anybody's.
//!
//! Not here: how it is judged (`wardroom_formats::affected`) and worded (`wardroom_app::disclosure::affected`).

use crate::cli::CheckArgs;
use crate::exits::{Done, Exit, FINDINGS, OK, TEMPORARY};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wardroom_app::disclosure::affected::{Finding, about, about_all, overall, state_word};
use wardroom_formats::affected::{Inventory, State, Statements, Thing, sbom};
use wardroom_formats::csaf::AdvisoryInput;
use wardroom_formats::import;
use wardroom_words::{Lang, affected as say};

/// Documents read of one source at most.
const MOST: usize = 200_000;

/// `data`: whose public tree is asked when no source is named.
pub async fn run(args: &CheckArgs, data: &Path, as_json: bool) -> Done {
    let lang = if args.zh { Lang::Zh } else { Lang::En };
    if let [only] = args.of.as_slice()
        && (only.starts_with("https://") || only.starts_with("http://"))
    {
        return ask(only, args, lang, as_json).await;
    }
    let advisories = gather(&args.of, data)?;
    let statements: Vec<Statements> = advisories.iter().map(Statements::of).collect();
    let all = || statements.iter().zip(&advisories);
    let answer = match &args.sbom {
        Some(file) => {
            let list = sbom::read(&read(file)?).map_err(|fault| Exit::new(FINDINGS, format!("{}: {fault}", file.display())))?;
            let kind = list.kind;
            let inventory = Inventory::of(list.things);
            let findings = about_all(&inventory, all(), |one| Some(one.clone()), lang);
            let things = inventory.into_things();
            told(&findings, advisories.len(), Some((kind, &things)))
        }
        None => told(&about(&thing(args)?, all(), |one| Some(one.clone()), lang), advisories.len(), None),
    };
    show(&answer, lang, as_json)
}

fn thing(args: &CheckArgs) -> Result<Thing, Exit> {
    let name = args.product.clone().unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Exit::new(2, "say what to check: PRODUCT [VERSION], or --sbom FILE"));
    }
    let version = args.version.clone().unwrap_or_default();
    Ok(match name.as_str() {
        purl if purl.starts_with("pkg:") => Thing { purl: name, version, ..Thing::default() },
        cpe if cpe.starts_with("cpe:") => Thing { cpe: name, version, ..Thing::default() },
        _ => Thing { name, version, ..Thing::default() },
    })
}

/// The same shape as the API's answer.
fn told(findings: &[Finding], advisories: usize, list: Option<(sbom::Kind, &[Thing])>) -> Value {
    let finding = |one: &Finding| {
        let mut value = json!(one);
        let part = list.zip(one.part).and_then(|((_, things), place)| things.get(place));
        if let (Some(part), Some(members)) = (part, value.as_object_mut()) {
            members.insert("thing".to_owned(), json!(part));
        }
        value
    };
    let mut answer = json!({
        "answer": overall(findings).map_or("not_named", |state| state.as_str()),
        "advisories": advisories,
        "total": findings.len(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let (Some((kind, things)), Some(members)) = (list, answer.as_object_mut()) {
        members.insert("format".to_owned(), json!(kind));
        members.insert("parts".to_owned(), json!(things.len()));
    }
    answer
}

/// Every advisory of the sources, each in its newest version.
fn gather(of: &[String], data: &Path) -> Result<Vec<AdvisoryInput>, Exit> {
    let own = data.join("public");
    let sources: Vec<PathBuf> = if of.is_empty() { vec![own] } else { of.iter().map(PathBuf::from).collect() };
    let mut found: BTreeMap<String, AdvisoryInput> = BTreeMap::new();
    for source in &sources {
        if !source.exists() {
            let hint = if of.is_empty() { ": name where the advisories are with --of URL, a folder or a file" } else { "" };
            return Err(Exit::new(1, format!("{} is not there{hint}", source.display())));
        }
        let tree = source.join(".well-known/csaf/white");
        let mut files = Vec::new();
        collect(if tree.is_dir() { &tree } else { source }, &mut files)?;
        let alone = source.is_file();
        for file in files {
            let text = String::from_utf8(read(&file)?).unwrap_or_default();
            let advisory = match import::glance(&text) {
                Ok(advisory) => advisory,
                // In a folder lie feeds and other things as well.
                Err(_) if !alone => continue,
                Err(why) => return Err(Exit::new(FINDINGS, format!("{}: {why}", file.display()))),
            };
            let key = format!("{} {}", advisory.publisher.namespace, advisory.tracking.id);
            let newer = found.get(&key).is_none_or(|known| known.tracking.current_release <= advisory.tracking.current_release);
            if newer {
                found.insert(key, advisory);
            }
        }
    }
    if found.is_empty() {
        return Err(Exit::new(1, "there is no CSAF document, CVE or OSV record, or OpenVEX document in what was named"));
    }
    Ok(found.into_values().filter(|one| !one.is_taken_back()).collect())
}

/// The JSON files below a folder, or the file itself.
fn collect(place: &Path, files: &mut Vec<PathBuf>) -> Result<(), Exit> {
    let trouble = |error: std::io::Error| Exit::new(1, format!("cannot read {}: {error}", place.display()));
    if place.is_file() {
        files.push(place.to_owned());
        return Ok(());
    }
    let mut inside: Vec<PathBuf> = std::fs::read_dir(place)
        .map_err(trouble)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(trouble)?
        .iter()
        .map(std::fs::DirEntry::path)
        .collect();
    inside.sort();
    for path in inside {
        if files.len() >= MOST {
            return Err(Exit::new(1, format!("more than {MOST} files: name a smaller folder")));
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Exit> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).map_err(|error| Exit::new(1, format!("cannot read {}: {error}", file.display())))
}

/// Asks a public face.
async fn ask(server: &str, args: &CheckArgs, lang: Lang, as_json: bool) -> Done {
    let server = server.trim_end_matches('/');
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| server.starts_with(start));
    if !server.starts_with("https://") && !local {
        return Err(Exit::new(2, "the address must begin with https://: what you have is nobody else's business"));
    }
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(60))
        .build()
        .map_err(|error| Exit::new(1, error.to_string()))?;
    let request = match &args.sbom {
        Some(file) => {
            client.post(format!("{server}/api/v1/check/sbom")).header("content-type", "application/octet-stream").body(read(file)?)
        }
        None => {
            let thing = thing(args)?;
            let mut asked = json!({"version": thing.version});
            for (name, value) in [("product", thing.name), ("purl", thing.purl), ("cpe", thing.cpe)] {
                if !value.is_empty() {
                    asked[name] = Value::String(value);
                }
            }
            client.post(format!("{server}/api/v1/check")).json(&asked)
        }
    };
    let request = request.header("accept-language", lang.code()).header("accept", "application/json");
    let response = request.send().await.map_err(|error| Exit::new(TEMPORARY, format!("{server} does not answer: {error}")))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| Exit::new(TEMPORARY, error.to_string()))?;
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    if !status.is_success() {
        let fault =
            answer.pointer("/errors/0/detail").or_else(|| answer.get("detail")).and_then(Value::as_str).unwrap_or("no reason given");
        let code = match status.as_u16() {
            429 | 503 => TEMPORARY,
            422 => FINDINGS,
            _ => 1,
        };
        return Err(Exit::new(code, format!("{status}: {fault}")));
    }
    show(&answer, lang, as_json)
}

fn show(answer: &Value, lang: Lang, as_json: bool) -> Done {
    let findings = answer.get("findings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if as_json {
        println!("{}", serde_json::to_string_pretty(answer).unwrap_or_default());
    } else {
        people(answer, findings, lang);
    }
    let asks = |one: &Value| matches!(one.get("state").and_then(Value::as_str), Some("affected" | "unknown" | "under_investigation"));
    Ok(if findings.iter().any(asks) { ExitCode::from(FINDINGS) } else { OK })
}

fn people(answer: &Value, findings: &[Value], lang: Lang) {
    for one in findings {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let state: Option<State> = serde_json::from_value(one.get("state").cloned().unwrap_or_default()).ok();
        let part = one.pointer("/thing/name").and_then(Value::as_str).unwrap_or_else(|| text("product"));
        let word = state.map_or("", |state| state_word(state, lang));
        println!("{word}  {part} {}  {} {}  {}", text("version"), text("advisory"), text("vulnerability"), text("title"));
        println!("    {}", text("said"));
        for todo in one.get("to_do").and_then(Value::as_array).into_iter().flatten() {
            let of = |name: &str| todo.get(name).and_then(Value::as_str).unwrap_or_default();
            println!("    {}: {} {}", say::CLI_DO.say(lang), of("text").trim(), of("url"));
        }
        if !text("url").is_empty() {
            println!("    {}", text("url"));
        }
    }
    let count = |name: &str| answer.get(name).and_then(Value::as_i64).unwrap_or_default();
    if findings.is_empty() {
        match answer.get("parts") {
            Some(_) => println!("{}", say::cli_none_of(lang, count("parts"))),
            None => println!("{}", say::CLI_NONE.say(lang)),
        }
    }
    eprintln!("{}", say::cli_looked(lang, count("advisories")));
}
