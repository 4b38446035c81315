//! What lies in the archives of a report, listed in the parser's child process and shown as text. Deliberately nothing is taken out, and only a
//! few archives of moderate size are looked into for one page.

use crate::app::App;
use crate::seat::Seat;
use std::collections::BTreeMap;
use wardroom_app::ports::opener::{Kind, Listing, Remark, named_as_archive};
use wardroom_domain::intake::AttachmentWords;
use wardroom_domain::log::StreamId;
use wardroom_web::Lang;
use wardroom_web::text::{reveal, size};
use wardroom_web::words::{self, triage as t};

/// Archives looked into for one page, and how large one may be, in bytes.
const MOST: usize = 5;
const LARGEST: u64 = 20_000_000;
/// Entries shown.
const SHOWN: usize = 200;

/// The contents of one archive, worded.
pub struct Inside {
    pub title: String,
    pub remarks: Vec<String>,
    pub entries: Vec<EntryLine>,
}

/// One entry.
pub struct EntryLine {
    pub name: String,
    pub about: String,
}

/// The archives among the attachments, by their place.
pub async fn look(app: &App, seat: &Seat, report: &StreamId, attachments: &[AttachmentWords]) -> BTreeMap<usize, Inside> {
    let mut found = BTreeMap::new();
    let Some(opener) = &app.settings.opener else { return found };
    let archives = attachments.iter().enumerate().filter(|(_, file)| is_archive(file) && file.len <= LARGEST);
    for (index, _) in archives.take(MOST) {
        let Ok((_, _, bytes)) = app.desk.attachment(&seat.viewer, report, index).await else { continue };
        let inside = match opener.list(&bytes).await {
            Ok(Some(listing)) => worded(seat.lang(), &listing),
            Ok(None) => continue,
            Err(trouble) => {
                tracing::warn!(%trouble, "an archive could not be listed");
                Inside { title: t::ARCHIVE_UNREAD.say(seat.lang()).to_owned(), remarks: Vec::new(), entries: Vec::new() }
            }
        };
        found.insert(index, inside);
    }
    found
}

fn is_archive(file: &AttachmentWords) -> bool {
    let media = file.media_type.to_ascii_lowercase();
    named_as_archive(&file.name) || ["zip", "x-tar", "gzip", "x-7z"].iter().any(|kind| media.contains(kind))
}

fn worded(lang: Lang, listing: &Listing) -> Inside {
    let entries = listing.entries.iter().take(SHOWN).map(|entry| {
        let kind = match entry.kind {
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Link => "link",
            Kind::Device => "device",
            Kind::Archive => "archive",
        };
        let mut about = format!("{} · {}", words::say(lang, &format!("triage-archive-kind-{kind}")), size(lang, entry.size));
        if entry.encrypted {
            about.push_str(" · ");
            about.push_str(t::ARCHIVE_ENCRYPTED.say(lang));
        }
        EntryLine { name: reveal(&entry.name), about }
    });
    let mut remarks: Vec<String> = listing.remarks.iter().map(|remark| remark_worded(lang, *remark)).collect();
    if listing.entries.len() > SHOWN && !listing.remarks.contains(&Remark::More) {
        remarks.push(remark_worded(lang, Remark::More));
    }
    Inside {
        title: t::archive_title(lang, listing.entries.len(), listing.format.as_str(), size(lang, listing.claimed_bytes)),
        remarks,
        entries: entries.collect(),
    }
}

fn remark_worded(lang: Lang, remark: Remark) -> String {
    let word = match remark {
        Remark::More => t::ARCHIVE_MORE,
        Remark::Damaged => t::ARCHIVE_DAMAGED,
        Remark::Encrypted => t::ARCHIVE_SOME_ENCRYPTED,
        Remark::Outside => t::ARCHIVE_OUTSIDE,
        Remark::Links => t::ARCHIVE_LINKS,
        Remark::Bomb => t::ARCHIVE_BOMB,
        Remark::Nested => t::ARCHIVE_NESTED,
        Remark::Disagrees => t::ARCHIVE_DISAGREES,
        Remark::NotRead => t::ARCHIVE_NOT_READ,
    };
    word.say(lang).to_owned()
}
