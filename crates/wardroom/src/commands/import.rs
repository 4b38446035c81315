//! `wardroom inbox import FILE…`: mails, mbox archives, Maildir folders, folders of files, JSON reports, and `-` for a mail server's pipe. Each
//! mail goes the way of live mail, one after the other, and none is held longer than that; what cannot be taken in is named, and the rest goes on.
//!
//! Deliberately not entered: the folders within a folder, except a Maildir's `new` and `cur`.

use super::inbox::{import_json, report_error, show};
use super::pipe;
use crate::data::Opened;
use crate::exits::{Done, FINDINGS, TEMPORARY};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;
use wardroom_app::intake::arrival::Arrival;
use wardroom_app::intake::import_mail::ImportError;
use wardroom_mail::limits::MAIL_BYTES;
use wardroom_mail::mbox::{Mails, One};

/// Largest file of JSON reports, in bytes.
const LARGEST_JSON: u64 = 256 << 20;

/// Takes everything named in. One JSON line per message with `--json`, one line of text without.
pub async fn run(opened: &Opened, files: &[String], arrival: &Arrival, json: bool) -> Done {
    let mut taking = Taking { opened, arrival, json, worst: 0 };
    for file in files {
        if file == "-" {
            taking.standard_input().await;
            continue;
        }
        match listed(Path::new(file)) {
            Ok(Some(inside)) => {
                for (path, kind) in inside {
                    taking.file(&path, kind).await;
                }
            }
            Ok(None) => taking.file(file, Kind::Any).await,
            Err(why) => taking.refused(file, &why, 1),
        }
    }
    Ok(ExitCode::from(taking.worst))
}

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Its name and its first bytes say.
    Any,
    /// One mail, however it begins.
    Mail,
}

/// The files of a folder in the order of their names; `None` when it is no folder. A Maildir's are its mails, the new ones first.
fn listed(path: &Path) -> Result<Option<Vec<(String, Kind)>>, String> {
    if !path.is_dir() {
        return Ok(None);
    }
    let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
    let (folders, kind) = if maildir { (vec![path.join("new"), path.join("cur")], Kind::Mail) } else { (vec![path.to_owned()], Kind::Any) };
    let mut files = Vec::new();
    for folder in folders {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if path.is_file() && !hidden {
                names.push(path.display().to_string());
            }
        }
        names.sort_unstable();
        files.extend(names.into_iter().map(|name| (name, kind)));
    }
    Ok(Some(files))
}

struct Taking<'t> {
    opened: &'t Opened,
    arrival: &'t Arrival,
    json: bool,
    /// The exit code so far.
    worst: u8,
}

impl Taking<'_> {
    fn refused(&mut self, file: &str, why: &str, code: u8) {
        report_error(file, why, self.json);
        self.worst = self.worst.max(code);
    }

    async fn standard_input(&mut self) {
        let mut bytes = Vec::new();
        // One byte more than is taken: by it the pipe sees that there is more.
        match std::io::stdin().lock().take(MAIL_BYTES as u64 + 1).read_to_end(&mut bytes) {
            Ok(_) => self.worst = self.worst.max(pipe::take(self.opened, bytes, self.arrival, self.json).await),
            Err(error) => self.refused("-", &error.to_string(), pipe::EX_DATAERR),
        }
    }

    async fn file(&mut self, file: &str, kind: Kind) {
        let opened = match File::open(file) {
            Ok(opened) => opened,
            Err(error) => return self.refused(file, &error.to_string(), 1),
        };
        let length = opened.metadata().map_or(0, |about| about.len());
        let mut input = BufReader::new(opened);
        if kind == Kind::Any && file.ends_with(".json") {
            return self.json_reports(file, input).await;
        }
        let is_mbox = input.fill_buf().map(|begins| kind == Kind::Any && begins.starts_with(b"From "));
        match is_mbox {
            Ok(true) => self.mbox(file, input).await,
            Ok(false) => self.one_mail(file, input, length).await,
            Err(error) => self.refused(file, &error.to_string(), 1),
        }
    }

    async fn json_reports(&mut self, file: &str, input: BufReader<File>) {
        let mut bytes = Vec::new();
        match input.take(LARGEST_JSON + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > LARGEST_JSON => self.refused(file, "larger than 256 MiB: send it as several files", FINDINGS),
            Ok(_) => self.worst = self.worst.max(import_json(&self.opened.desk, file, &bytes, self.json).await),
            Err(error) => self.refused(file, &error.to_string(), 1),
        }
    }

    async fn one_mail(&mut self, file: &str, input: BufReader<File>, length: u64) {
        let most = MAIL_BYTES as u64;
        // Room for all of it at once: a buffer that grows is held twice.
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(most) + 1).unwrap_or_default());
        match input.take(most + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > most => self.too_large(file),
            Ok(_) => self.mail(file, bytes).await,
            Err(error) => self.refused(file, &error.to_string(), 1),
        }
    }

    async fn mbox(&mut self, file: &str, input: BufReader<File>) {
        for one in Mails::of(input, MAIL_BYTES) {
            match one {
                Ok(One::Mail(mail)) => self.mail(file, mail).await,
                Ok(One::TooLarge) => self.too_large(file),
                Err(error) => self.refused(file, &error.to_string(), 1),
            }
        }
    }

    fn too_large(&mut self, file: &str) {
        self.refused(file, &format!("larger than the {} MiB a mail may have: send large files through the form", MAIL_BYTES >> 20), 1);
    }

    async fn mail(&mut self, file: &str, mail: Vec<u8>) {
        match self.opened.desk.take_mail(self.opened.opener.as_ref(), mail, self.arrival).await {
            Ok(imported) => show(file, &imported, self.json),
            Err(error @ ImportError::Empty) => self.refused(file, &error.to_string(), 1),
            Err(error @ (ImportError::NoParser(_) | ImportError::Trouble(_))) => self.refused(file, &error.to_string(), TEMPORARY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maildir_gives_its_mails_and_a_folder_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["mail/new", "mail/cur", "mail/tmp", "mail/.Archive/cur", "plain/deeper"] {
            std::fs::create_dir_all(at(name)).unwrap();
        }
        for name in [
            "mail/cur/2:2,S",
            "mail/cur/1:2,S",
            "mail/new/3",
            "mail/tmp/4",
            "mail/.Archive/cur/5",
            "plain/b.eml",
            "plain/a.mbox",
            "plain/.x",
        ] {
            std::fs::write(at(name), b"x").unwrap();
        }
        let names = |name: &str| {
            let found = listed(&at(name)).unwrap().unwrap();
            let bare = |(path, kind): (String, Kind)| (path.rsplit('/').next().unwrap().to_owned(), kind);
            found.into_iter().map(bare).collect::<Vec<_>>()
        };
        let named = |list: &[&str], kind| list.iter().map(|name| ((*name).to_owned(), kind)).collect::<Vec<_>>();
        assert_eq!(names("mail"), named(&["3", "1:2,S", "2:2,S"], Kind::Mail));
        assert_eq!(names("plain"), named(&["a.mbox", "b.eml"], Kind::Any));
        assert!(listed(&at("plain/b.eml")).unwrap().is_none());
    }
}
