//! Bytes thrown at every entry point that strangers reach: the same functions for the fuzz targets (`fuzz/`, nightly, for hours) and for the short
//! run of the stable tests, which mutates the kept corpus by a seeded dice. A function returns or panics; what it found is not judged.

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, Request};
use std::path::{Path, PathBuf};
use wardroom_app::intake::json_report::JsonReport;
use wardroom_app::intake::{document, read_json};
use wardroom_domain::intake::Door;
use wardroom_formats::affected::sbom;
use wardroom_mail::keys::{KnownCert, ReporterCert, SecretKeys, TeamSecret};
use wardroom_mail::open_mail;
use wardroom_web::part_heads::readable;
use wardroom_web::upload::{self, FileBody, FileHead, Files, LeftOut, Limits, Unreadable};

/// 2026-11-21, in unix seconds: a clock that stands.
const NOW: i64 = 1_795_255_200;

/// A raw mail.
pub fn mime(bytes: &[u8]) {
    let limits = wardroom_mail::Limits { mail_bytes: 1 << 20, opened_bytes: 1 << 20, ..wardroom_mail::Limits::default() };
    let opened = open_mail(bytes, &SecretKeys::default(), &[], NOW, &limits);
    // What crosses the pipe to the parent must be readable there.
    let line = serde_json::to_vec(&opened).unwrap_or_default();
    assert!(serde_json::from_slice::<wardroom_mail::OpenedMail>(&line).is_ok(), "what was opened does not come through the pipe");
}

/// A key, public or secret, and the same bytes as an encrypted mail.
pub fn openpgp(bytes: &[u8]) {
    let _known = KnownCert::parse(bytes);
    let _sound = KnownCert::parse_sound(bytes, NOW);
    let _reporter = ReporterCert::parse(bytes, NOW);
    let _team = TeamSecret::import_all(bytes, None);
    let mail =
        [b"From: a@b.example\r\nSubject: x\r\nContent-Type: application/octet-stream; name=x.pgp\r\n\r\n".as_slice(), bytes].concat();
    mime(&mail);
}

/// An attachment that may be an archive.
pub fn archive(bytes: &[u8]) {
    if let Some(listing) = wardroom_mail::archive::list(bytes) {
        let _found = document::report_in(bytes);
        assert!(listing.entries.len() <= 1_000 && listing.entries.iter().all(|one| !one.name.contains(['\0', '\n'])));
    }
}

/// A form with files; those are read and forgotten.
pub fn form(bytes: &[u8]) {
    let limits = Limits { text_bytes: 10_000, texts_bytes: 20_000, parts: 100, files: 20 };
    let request = Request::builder().header("content-type", "multipart/form-data; boundary=X").body(Body::from(bytes.to_vec()));
    waited(async {
        let Ok(request) = request else { return };
        if let Ok(form) = Multipart::from_request(readable(request), &()).await
            && let Ok(read) = upload::read(form, &limits, &mut Forgetful).await
        {
            assert!(read.texts.iter().map(|(_, text)| text.len()).sum::<usize>() <= 3 * limits.texts_bytes);
        }
    });
}

/// Files that are read to their end.
struct Forgetful;

impl Files for Forgetful {
    async fn take(&mut self, head: FileHead, body: &mut FileBody<'_>) -> Result<Option<LeftOut>, Unreadable> {
        assert!(!head.name.contains(['/', '\\', '\0']));
        while body.next().await?.is_some() {}
        Ok(None)
    }
}

/// A report as JSON.
pub fn api(bytes: &[u8]) {
    // What the API reads at once, what `inbox import` takes, and what the child reads out of a file.
    let _read = read_json::read_bytes(bytes, "technical_description");
    if let Ok(report) = serde_json::from_slice::<JsonReport>(bytes) {
        let _report = report.into_hand_in(Door::Api);
    }
    let line = serde_json::to_vec(&document::report_in(bytes)).unwrap_or_default();
    assert!(serde_json::from_slice::<Option<document::Found>>(&line).is_ok(), "what was found does not come through the pipe");
}

/// An SBOM as the reader's child takes it, and its parts as they are recognised in what is published.
pub fn sbom(bytes: &[u8]) {
    let read = sbom::read(bytes);
    if let Ok(sbom) = &read {
        assert!(sbom.things.len() <= sbom::MOST, "more parts than the limit");
    }
    // What crosses the pipe to the parent must be readable there.
    let line = serde_json::to_vec(&read).unwrap_or_default();
    assert!(serde_json::from_slice::<Result<sbom::Sbom, sbom::NotRead>>(&line).is_ok(), "what was read does not come through the pipe");
}

/// Runs what needs no other thread.
fn waited(work: impl Future<Output = ()>) {
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
        runtime.block_on(work);
    }
}

/// What is given bytes of any kind and must come back.
pub type Target = fn(&[u8]);

/// Every target with its corpus.
pub const TARGETS: [(&str, Target); 6] =
    [("mime", mime), ("openpgp", openpgp), ("archive", archive), ("form", form), ("api", api), ("sbom", sbom)];

/// The kept corpus of a target: name and bytes, in order.
pub fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut found: Vec<(PathBuf, Vec<u8>)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.path(), std::fs::read(entry.path()).ok()?)))
        .collect();
    found.sort();
    found
}

/// Changes bytes in the ways that parsers trip over: the same for the same seed.
pub struct Mutator {
    seed: u64,
}

/// Words that mean something to one of the readers.
const WORDS: [&[u8]; 34] = [
    b"\r\n",
    b"\r\n\r\n",
    b"--b\r\n",
    b"--b--",
    b"--X\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"=?utf-8?b?",
    b"?=",
    b"charset=utf-16",
    b"-----BEGIN PGP MESSAGE-----\r\n\r\n",
    b"-----END PGP MESSAGE-----",
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"{",
    b"}",
    b"[",
    b"\"",
    b"\\ud800",
    b"null",
    b"1e999",
    b"%",
    b"&",
    b"=",
    b"PK\x05\x06",
    b"ustar",
    b"\x1f\x8b\x08",
    b"<component>",
    b"</component>",
    b"<![CDATA[",
    b"&amp;",
    b"PackageName: ",
    b"SPDXID: SPDXRef-",
];

impl Mutator {
    pub fn new(seed: u64) -> Mutator {
        Mutator { seed }
    }

    fn roll(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.seed >> 33).unwrap_or_default() % below.max(1)
    }

    /// A few changes to `bytes`; `other` lends a piece.
    pub fn change(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.roll(6) {
            let at = self.roll(out.len() + 1);
            match self.roll(9) {
                0 => out.truncate(at),
                1 => out.splice(at..at, WORDS[self.roll(WORDS.len())].iter().copied()).for_each(drop),
                2 => {
                    let (from, length) = (self.roll(other.len()), self.roll(200));
                    out.splice(at..at, other.iter().skip(from).take(length).copied()).for_each(drop);
                }
                3 => {
                    // The same again and again: depth and number.
                    let piece: Vec<u8> = out.iter().skip(at).take(1 + self.roll(60)).copied().collect();
                    let again = piece.repeat(1 + self.roll(200));
                    out.splice(at..at, again).for_each(drop);
                }
                4 => {
                    let end = (at + self.roll(40)).min(out.len());
                    out.drain(at..end).for_each(drop);
                }
                5 => {
                    // A number becomes another.
                    if let Some(digit) = out.iter_mut().skip(at).find(|byte| byte.is_ascii_digit()) {
                        *digit = b'9';
                    }
                }
                6 => {
                    let mut lines: Vec<Vec<u8>> = out.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                    let (one, two) = (self.roll(lines.len()), self.roll(lines.len()));
                    if one < lines.len() && two < lines.len() {
                        lines.swap(one, two);
                    }
                    out = lines.concat();
                }
                _ => {
                    let bit = self.roll(8);
                    if let Some(byte) = out.get_mut(at) {
                        *byte ^= 1 << bit;
                    }
                }
            }
            out.truncate(200_000);
        }
        out
    }
}
