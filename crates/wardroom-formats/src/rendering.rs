//! Every format of an advisory behind one door: by name, with its file names and media types.
//!
//! Not here: where the files go, and whether they may.

use crate::csaf::input::AdvisoryInput;
use crate::cve::{self, Issuer};
use crate::cyclonedx::Spec;
use crate::{csaf, cyclonedx, gcve, html, json, openvex, osv, text};

/// A format an advisory can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// CSAF 2.0: what we publish with authority.
    Csaf20,
    /// CSAF 2.1, by the draft of July 2026.
    Csaf21,
    /// CVE Record Format 5.2.0, one file for each CVE.
    Cve,
    /// OSV 1.7.
    Osv,
    /// OpenVEX 0.2.0.
    OpenVex,
    /// CycloneDX VEX 1.6.
    CycloneDx16,
    /// CycloneDX VEX 1.7.
    CycloneDx17,
    /// One HTML file, which prints well.
    Html,
    /// Plain text.
    Txt,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Csaf20, Self::Csaf21, Self::Cve, Self::Osv, Self::OpenVex, Self::CycloneDx16, Self::CycloneDx17, Self::Html, Self::Txt];

    /// As named on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csaf20 => "csaf2.0",
            Self::Csaf21 => "csaf2.1",
            Self::Cve => "cve",
            Self::Osv => "osv",
            Self::OpenVex => "openvex",
            Self::CycloneDx16 => "cyclonedx1.6",
            Self::CycloneDx17 => "cyclonedx",
            Self::Html => "html",
            Self::Txt => "txt",
        }
    }

    /// The format of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// As people know it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csaf20 => "CSAF 2.0",
            Self::Csaf21 => "CSAF 2.1",
            Self::Cve => "CVE 5.2",
            Self::Osv => "OSV",
            Self::OpenVex => "OpenVEX",
            Self::CycloneDx16 => "CycloneDX 1.6 VEX",
            Self::CycloneDx17 => "CycloneDX 1.7 VEX",
            Self::Html => "HTML",
            Self::Txt => "TXT",
        }
    }

    /// Whether the file is in one language, so that there is one for each.
    #[must_use]
    pub const fn speaks(self) -> bool {
        !matches!(self, Self::Cve)
    }

    /// The media type to serve it under.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            Self::CycloneDx16 | Self::CycloneDx17 => "application/vnd.cyclonedx+json",
            Self::Csaf20 | Self::Csaf21 | Self::Cve | Self::Osv | Self::OpenVex => "application/json",
        }
    }

    /// What a downloaded file is called.
    #[must_use]
    pub fn file_name(self, number: &str) -> String {
        let stem = csaf::file_name(number);
        let stem = stem.strip_suffix(".json").unwrap_or(&stem);
        let end = match self {
            Self::Csaf20 => "json",
            Self::Csaf21 => "csaf21.json",
            Self::Cve => "cve.json",
            Self::Osv => "osv.json",
            Self::OpenVex => "openvex.json",
            Self::CycloneDx16 => "cdx16.json",
            Self::CycloneDx17 => "cdx.json",
            Self::Html => "html",
            Self::Txt => "txt",
        };
        format!("{stem}.{end}")
    }
}

/// Why an advisory cannot be had in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotSay {
    /// A vector is none.
    #[error(transparent)]
    Vector(#[from] csaf::RenderError),
    /// A CVE record cannot be made.
    #[error(transparent)]
    Cve(#[from] cve::Unsaid),
    /// There is nothing in the advisory that the format is for.
    #[error("{format} has nothing to say: {why}", format = .format.title())]
    Nothing {
        /// Which.
        format: Format,
        /// What is missing.
        why: &'static str,
    },
}

/// An advisory as machines read it, then in each of its languages, and where it is or will be.
#[derive(Debug, Clone)]
pub struct Editions {
    /// Never empty.
    all: Vec<AdvisoryInput>,
    /// The https address of the advisory's page.
    page: String,
    issuer: Issuer,
}

impl Editions {
    /// `main` is what is rendered when nobody asks for a language.
    #[must_use]
    pub fn new(main: AdvisoryInput, languages: Vec<AdvisoryInput>, page: &str, issuer: Issuer) -> Self {
        let mut all = vec![main];
        all.extend(languages);
        Self { all, page: page.to_owned(), issuer }
    }

    /// The CVE records with their ids; each may fail alone.
    pub fn cve_records(&self) -> Vec<Result<(String, String), cve::Unsaid>> {
        let records = cve::render(&self.all, &self.page, &self.issuer);
        records.into_iter().map(|record| record.map(|(cve, record)| (cve, json::sorted(&record)))).collect()
    }

    /// The same as values: what is sent to the CVE program is part of them.
    pub fn cve_values(&self) -> Vec<Result<(String, serde_json::Value), cve::Unsaid>> {
        cve::render(&self.all, &self.page, &self.issuer)
    }

    /// The GCVE records with their ids, each one line of JSON.
    pub fn gcve_lines(&self) -> Vec<Result<(String, String), cve::Unsaid>> {
        let records = gcve::render(&self.all, &self.page, &self.issuer);
        records.into_iter().map(|record| record.map(|(id, record)| (id, json::sorted_line(&record)))).collect()
    }

    /// The file, in this language; in none that is given, or one it is not in, as machines read it.
    ///
    /// CVE makes one record for each CVE: where there are several, the file is a JSON array of them.
    ///
    /// # Errors
    /// When the format cannot say what the advisory says, or has nothing to say.
    pub fn render(&self, format: Format, lang: &str) -> Result<String, CannotSay> {
        let nothing = |why| CannotSay::Nothing { format, why };
        let main = self.all.first().ok_or_else(|| nothing("there is no advisory"))?;
        let advisory = self.all.iter().skip(1).find(|one| !lang.is_empty() && one.lang.starts_with(lang)).unwrap_or(main);
        let states = "no product has a state in it, or it was taken back";
        match format {
            Format::Csaf20 => Ok(csaf::to_json(&csaf::render(advisory)?)),
            Format::Csaf21 => Ok(json::sorted(&csaf::v21::render(advisory)?)),
            Format::Osv => {
                osv::render(advisory, &self.page).map(|record| json::sorted(&record)).ok_or_else(|| nothing("it has no vulnerability"))
            }
            Format::OpenVex => openvex::render(advisory, &self.page).ok_or_else(|| nothing(states)),
            Format::CycloneDx16 | Format::CycloneDx17 => {
                let spec = if format == Format::CycloneDx16 { Spec::V16 } else { Spec::V17 };
                cyclonedx::render(advisory, &self.page, spec).map(|bom| json::sorted(&bom)).ok_or_else(|| nothing(states))
            }
            Format::Html => Ok(html::render(advisory)),
            Format::Txt => Ok(text::render(advisory)),
            Format::Cve => {
                let records = cve::render(&self.all, &self.page, &self.issuer).into_iter().collect::<Result<Vec<_>, _>>()?;
                let mut records: Vec<serde_json::Value> = records.into_iter().map(|(_, record)| record).collect();
                match (records.pop(), records.is_empty()) {
                    (None, _) => Err(nothing("no vulnerability has a CVE id, or it was taken back")),
                    (Some(one), true) => Ok(json::sorted(&one)),
                    (Some(last), false) => {
                        records.push(last);
                        Ok(json::sorted(&records.into()))
                    }
                }
            }
        }
    }
}
