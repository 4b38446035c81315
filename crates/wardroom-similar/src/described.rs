//! What is known of a case, as words: the input of everything here. Deliberately no ids, rights or states: whoever calls knows those.

/// A case or a report in words. Every field may be empty; nothing is guessed from an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    pub title: String,
    pub text: String,
    pub vendor: String,
    /// Names of products, with or without versions in them.
    pub products: Vec<String>,
    pub component: String,
    pub versions: Vec<String>,
    /// `CWE-79` or words.
    pub weaknesses: Vec<String>,
    /// Functions, parameters and files, if somebody named them apart from the text.
    pub symbols: Vec<String>,
    /// Frames or hashes of a crash.
    pub signatures: Vec<String>,
    /// `CVE-2026-1234`, `GHSA-…`, numbers of other houses.
    pub identifiers: Vec<String>,
    /// Hex digests of attached files.
    pub attachments: Vec<String>,
}
