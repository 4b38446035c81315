//! `wardroom dup find` and `dup judge`: what looks like a report, a case or a file, compared with everything there is, and what a person says of it.

use crate::data::Opened;
use crate::exits::{Done, Exit, FINDINGS, OK};
use std::process::ExitCode;
use wardroom_app::intake::json_report::JsonReport;
use wardroom_app::validation::candidates::Asker;
use wardroom_app::validation::described;
use wardroom_domain::intake::ReportWords;
use wardroom_domain::log::StreamKind;
use wardroom_domain::people::Viewer;
use wardroom_domain::validation::{Candidate, PublicCandidate, Relation};

/// `[{"case","score","reasons":[{facet,detail,weight}]}]`, best first (interfaces A2).
pub async fn find(opened: &Opened, viewer: &Viewer, id_or_file: &str, top: usize, json: bool) -> Done {
    // A page may leave what was not read yet to the next look; a command has no next look.
    opened.desk.keep_candidates().await.map_err(|trouble| Exit::new(1, trouble.to_string()))?;
    opened.desk.keep_public().await.map_err(|trouble| Exit::new(1, trouble.to_string()))?;
    if std::path::Path::new(id_or_file).is_file() {
        let bytes = std::fs::read(id_or_file).map_err(|why| Exit::new(1, format!("{id_or_file}: {why}")))?;
        let report: JsonReport =
            serde_json::from_slice(&bytes).map_err(|error| Exit::new(FINDINGS, format!("{id_or_file}: not a JSON report: {error}")))?;
        let hand_in = report.into_hand_in(wardroom_domain::intake::Door::Desk);
        let words = ReportWords { title: hand_in.title, text: hand_in.text, fields: hand_in.fields, ..ReportWords::default() };
        let what = described::of_report(&words);
        let looked = opened.desk.candidates(viewer, &what, &Asker::nobody(), top).await?;
        let (public, _) = opened.desk.public_candidates(viewer, &what, None, top).await?;
        return Ok(print(&looked.candidates, &public, top, json));
    }
    let stream = opened.desk.find(viewer, id_or_file).await?;
    match stream.kind() {
        StreamKind::Case => {
            let compared = opened.desk.compare_case(viewer, &stream).await?;
            Ok(print(&compared.candidates, &compared.public, top, json))
        }
        StreamKind::Report | StreamKind::Org | StreamKind::Advisory => {
            let record = opened.desk.must_report(viewer, &stream).await?;
            let mut asker = Asker::report(&stream);
            asker.streams.extend(record.file.case.as_ref().map(|case| case.as_str()));
            let what = described::of_report(&record.words());
            let looked = opened.desk.candidates(viewer, &what, &asker, top).await?;
            let (public, _) = opened.desk.public_candidates(viewer, &what, None, top).await?;
            Ok(print(&looked.candidates, &public, top, json))
        }
    }
}

/// As JSON the cases alone, in the shape of the contract (interfaces A2); for people, published records after them.
fn print(candidates: &[Candidate], public: &[PublicCandidate], top: usize, json: bool) -> ExitCode {
    let best = candidates.iter().take(top);
    if json {
        let cases = best.map(|one| serde_json::json!({"case": one.number, "score": one.score, "reasons": one.reasons}));
        println!("{}", serde_json::Value::from(cases.collect::<Vec<_>>()));
    } else {
        for one in best {
            println!("{}  {:.3}", one.number, one.score);
            one.reasons.iter().for_each(|reason| println!("    {} {:.2}: {}", reason.facet, reason.weight, reason.detail));
        }
        for one in public.iter().take(top) {
            println!("{} ({})  {:.3}  {}", one.name, one.corpus, one.score, one.title);
        }
    }
    OK
}

/// Records how a report or case stands to a case.
pub async fn judge(opened: &Opened, viewer: &Viewer, id: &str, with: &str, relation: &str) -> Done {
    let Some(relation) = Relation::parse(relation) else {
        let known: Vec<&str> = Relation::ALL.iter().map(|one| one.as_str()).collect();
        return Err(Exit::new(2, format!("no relation is called {relation:?}: use one of {}", known.join(", "))));
    };
    let stream = opened.desk.find(viewer, id).await?;
    let case = opened.desk.find(viewer, with).await?;
    opened.desk.judge(viewer, &stream, &case, relation).await?;
    println!("recorded on both: {id} and {with}: {}", relation.as_str());
    Ok(OK)
}
