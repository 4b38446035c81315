//! `wardroom csaf convert`: a foreign document in every format we know. Needs no data directory, and keeps nothing.

use crate::exits::{Done, Exit, FINDINGS, OK};
use std::io::Read as _;
use std::path::Path;
use wardroom_formats::import;
use wardroom_formats::rendering::Format;

/// Larger documents are not read: 2.0 means at most 15 MB.
const LARGEST: u64 = 64 << 20;

/// Reads `file` (`-`: standard input) and writes it as `to`: a format's name, or `advisory` for the model with what was kept beside it.
pub fn run(file: &Path, to: &str, lang: &str, page: Option<String>) -> Done {
    let text = read(file)?;
    let name = file.display();
    let mut imported = import::read(&text).map_err(|why| Exit::new(FINDINGS, format!("{name}: {why}")))?;
    let Some(format) = Format::parse(to) else {
        let text = serde_json::to_string_pretty(&imported).map_err(|why| Exit::new(1, format!("{name}: {why}")))?;
        println!("{text}");
        return Ok(OK);
    };
    let own = imported.source.format() == format;
    if let Some(page) = page.filter(|_| !own) {
        imported.page = page;
    }
    let text = imported.render(format, lang).map_err(|why| Exit::new(FINDINGS, format!("{name}: {why}")))?;
    println!("{}", text.trim_end());
    if !own {
        let kept = imported.values.saturating_sub(imported.said());
        eprintln!(
            "{} of {} values are in the model; {kept} have no place in it and are in {} and advisory only",
            imported.said(),
            imported.values,
            imported.source.format().name()
        );
    }
    Ok(OK)
}

fn read(file: &Path) -> Result<String, Exit> {
    let mut text = String::new();
    let name = file.display();
    let told = |why: std::io::Error| Exit::new(1, format!("{name}: {why}"));
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_string(&mut text).map_err(told)?
    } else {
        std::fs::File::open(file).map_err(told)?.take(LARGEST + 1).read_to_string(&mut text).map_err(told)?
    };
    if read as u64 > LARGEST {
        return Err(Exit::new(FINDINGS, format!("{name}: larger than {} MiB", LARGEST >> 20)));
    }
    Ok(text)
}
