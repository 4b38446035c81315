//! Two descriptions side by side: what each names of every aspect, what of it both name, and where their texts meet. For people who decide; deliberately
//! without a score and without an index: the same two descriptions give the same rows whatever else is known.

use crate::background;
use crate::classes::CLASSES;
use crate::described::Described;
use crate::explain::as_written;
use crate::print::{Print, fields, pieces};
use crate::scan::{flag, is_han};
use std::collections::BTreeSet;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    Product,
    Component,
    Version,
    Weakness,
    /// Files, functions, parameters and other symbols.
    Symbol,
    Identifier,
    /// Digests of attached files.
    File,
    /// Frames or hashes of a crash.
    Crash,
}

impl Aspect {
    pub const ALL: [Aspect; 8] = [
        Aspect::Product,
        Aspect::Component,
        Aspect::Version,
        Aspect::Weakness,
        Aspect::Symbol,
        Aspect::Identifier,
        Aspect::File,
        Aspect::Crash,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Aspect::Product => "product",
            Aspect::Component => "component",
            Aspect::Version => "version",
            Aspect::Weakness => "weakness",
            Aspect::Symbol => "symbol",
            Aspect::Identifier => "identifier",
            Aspect::File => "file",
            Aspect::Crash => "crash",
        }
    }
}

/// How the two sides of a row stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    Same,
    Overlaps,
    Differs,
    /// One side, or both, say nothing of it.
    Unknown,
}

impl Agreement {
    pub const fn as_str(self) -> &'static str {
        match self {
            Agreement::Same => "same",
            Agreement::Overlaps => "overlaps",
            Agreement::Differs => "differs",
            Agreement::Unknown => "unknown",
        }
    }
}

/// A piece of text, and whether the other side has it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub text: String,
    pub shared: bool,
}

/// One aspect of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    pub aspect: Aspect,
    pub mine: Vec<Told>,
    pub theirs: Vec<Told>,
    pub agreement: Agreement,
}

/// Values shown of one aspect and side.
const SHOWN: usize = 12;
/// Bytes of a text that is marked; the rest is left out.
const MARKED: usize = 24_000;
/// A shared word is marked when it weighs this much in public records: every second record says "attacker".
const TELLING: f32 = 3.5;

/// A row for each aspect of which one of the two says something.
pub fn align(mine: &Described, theirs: &Described) -> Vec<Aligned> {
    Aspect::ALL.iter().filter_map(|aspect| row(*aspect, mine, theirs)).collect()
}

fn row(aspect: Aspect, mine: &Described, theirs: &Described) -> Option<Aligned> {
    let (mut left, mut right) = (values(aspect, mine), values(aspect, theirs));
    if aspect == Aspect::Product || aspect == Aspect::Component {
        // Where a field is empty, the other's name may stand in the text.
        if left.is_empty() {
            left = named_in(mine, &right);
        } else if right.is_empty() {
            right = named_in(theirs, &left);
        }
    }
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let tell = |one: &[String], other: &[String]| -> Vec<Told> {
        one.iter().map(|text| Told { text: text.clone(), shared: other.iter().any(|theirs| alike(aspect, text, theirs)) }).collect()
    };
    let (mut mine, mut theirs) = (tell(&left, &right), tell(&right, &left));
    let agreement = match (left.is_empty() || right.is_empty(), mine.iter().chain(&theirs).filter(|one| one.shared).count()) {
        (true, _) => Agreement::Unknown,
        (false, 0) => Agreement::Differs,
        (false, shared) if shared == left.len() + right.len() => Agreement::Same,
        (false, _) => Agreement::Overlaps,
    };
    for side in [&mut mine, &mut theirs] {
        // Stable: what both have first, otherwise in the order of the text.
        side.sort_by_key(|one| !one.shared);
        side.truncate(SHOWN);
    }
    Some(Aligned { aspect, mine, theirs, agreement })
}

fn values(aspect: Aspect, what: &Described) -> Vec<String> {
    let mut all: Vec<String> = match aspect {
        Aspect::Product => what.products.clone(),
        Aspect::Component => vec![what.component.clone()],
        Aspect::Version => what.versions.iter().cloned().chain(tokens(what, flag::VERSION)).collect(),
        Aspect::Weakness => {
            let classes = CLASSES.told(Print::of(what).classes).into_iter().map(str::to_owned);
            let numbers = what.weaknesses.iter().filter(|one| one.to_ascii_uppercase().starts_with("CWE-"));
            numbers.cloned().chain(classes).collect()
        }
        Aspect::Symbol => {
            what.symbols.iter().cloned().chain(tokens(what, flag::FILE | flag::FUNCTION | flag::PARAMETER | flag::CODE)).collect()
        }
        Aspect::Identifier => what.identifiers.iter().cloned().chain(tokens(what, flag::IDENTIFIER)).collect(),
        Aspect::File => what.attachments.clone(),
        Aspect::Crash => what.signatures.clone(),
    };
    let mut seen = BTreeSet::new();
    all.retain(|value| !value.trim().is_empty() && seen.insert(plain(value)));
    all
}

/// Tokens of these kinds in title and text, whole ones only, in order.
fn tokens(what: &Described, kinds: u16) -> Vec<String> {
    let own = fields(what).into_iter().filter(|(_, kind, _)| *kind == 0 || *kind == flag::TITLE);
    own.flat_map(|(text, kind, _)| pieces(text, kind).into_iter().map(move |piece| (text, piece)))
        .filter(|(_, piece)| piece.flags & kinds != 0 && piece.flags & (flag::PART | flag::HAN | flag::GLOSS | flag::CLASS) == 0)
        .filter(|(_, piece)| !piece.key.starts_with('#') && piece.key.chars().count() > 1)
        .map(|(text, piece)| as_written(text, piece.at, &piece.key))
        .take(SHOWN * 8)
        .collect()
}

fn named_in(what: &Described, names: &[String]) -> Vec<String> {
    let text = format!("{} {}", what.title, what.text).to_lowercase();
    names.iter().filter(|name| name.trim().chars().count() > 2 && text.contains(&name.trim().to_lowercase())).cloned().collect()
}

fn plain(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect()
}

/// The same value; of names, also where one is the beginning of the other ("VX-200" and "VX-200 firmware").
fn alike(aspect: Aspect, one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    let name = matches!(aspect, Aspect::Product | Aspect::Component);
    one == other || (name && one.len().min(other.len()) > 2 && (one.starts_with(&other) || other.starts_with(&one)))
}

/// Both texts, in pieces: what tells something and stands in both is marked.
pub fn marked(mine: &Described, theirs: &Described) -> [Vec<Told>; 2] {
    let keys = |what: &Described| -> BTreeSet<String> {
        let own = fields(what).into_iter();
        own.flat_map(|(text, kind, _)| pieces(text, kind)).filter(|piece| tells(&piece.key, piece.flags)).map(|piece| piece.key).collect()
    };
    let (left, right) = (keys(mine), keys(theirs));
    [mark(&mine.text, &right), mark(&theirs.text, &left)]
}

fn tells(key: &str, flags: u16) -> bool {
    let symbol = flag::FILE | flag::FUNCTION | flag::PARAMETER | flag::CODE | flag::IDENTIFIER | flag::PRODUCT;
    !key.starts_with('#') && (flags & symbol != 0 || background::still(crate::print::hash(key)) >= TELLING)
}

fn mark(text: &str, others: &BTreeSet<String>) -> Vec<Told> {
    let end = (0..=MARKED.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let text = &text[..end];
    let mut spans: Vec<(usize, usize)> = pieces(text, 0)
        .into_iter()
        .filter(|piece| tells(&piece.key, piece.flags) && others.contains(&piece.key))
        .filter_map(|piece| Some((piece.at, piece.at + length(text.get(piece.at..)?, &piece.key))))
        .filter(|(from, to)| from < to)
        .collect();
    spans.sort_unstable();
    let mut out: Vec<Told> = Vec::new();
    let mut done = 0;
    for (from, to) in spans {
        if to <= done {
            continue;
        }
        let from = from.max(done);
        let (Some(before), Some(word)) = (text.get(done..from), text.get(from..to)) else { continue };
        match out.last_mut() {
            // Words beside each other are one passage.
            Some(last) if last.shared && before.chars().count() <= 1 && before.trim().is_empty() => {
                last.text.push_str(before);
                last.text.push_str(word);
            }
            _ => {
                if !before.is_empty() {
                    out.push(Told { text: before.to_owned(), shared: false });
                }
                out.push(Told { text: word.to_owned(), shared: true });
            }
        }
        done = to;
    }
    if let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty()) {
        out.push(Told { text: rest.to_owned(), shared: false });
    }
    out
}

/// Bytes of the word a token stands for, at the beginning of `rest`.
fn length(rest: &str, key: &str) -> usize {
    let key = key.trim_start_matches('=');
    if rest.get(..key.len()).is_some_and(|here| here.eq_ignore_ascii_case(key)) {
        // A key is the stem of a word: what is marked is the word.
        let ends_in_word = key.ends_with(|c: char| c.is_ascii_alphanumeric());
        let more = rest.get(key.len()..).unwrap_or_default().bytes().take_while(|byte| ends_in_word && byte.is_ascii_alphanumeric());
        return key.len() + more.take(40).count();
    }
    match rest.chars().next() {
        Some(first) if is_han(first) => rest.chars().take(2).take_while(|c| is_han(*c)).map(char::len_utf8).sum(),
        _ => rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(60).map(char::len_utf8).sum(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn told(text: &str) -> Described {
        Described { text: text.to_owned(), ..Described::default() }
    }

    fn row_of(rows: &[Aligned], aspect: Aspect) -> &Aligned {
        rows.iter().find(|row| row.aspect == aspect).unwrap()
    }

    #[test]
    fn rows_say_what_agrees_what_differs_and_what_is_not_known() {
        let mut mine = told("The parameter user_name of /cgi-bin/login.cgi of the VX-200 3.2.1 overflows a stack buffer.");
        mine.attachments = vec!["aa".repeat(32)];
        let mut theirs = told("In login.cgi the parameter delay overflows a stack buffer, firmware 3.2.1. CVE-2026-1111.");
        theirs.products = vec!["VX-200".to_owned()];
        let rows = align(&mine, &theirs);
        assert_eq!(row_of(&rows, Aspect::Product).agreement, Agreement::Same, "the name stands in the text");
        assert_eq!(row_of(&rows, Aspect::Version).agreement, Agreement::Same);
        assert_eq!(row_of(&rows, Aspect::File).agreement, Agreement::Unknown);
        assert_eq!(row_of(&rows, Aspect::Identifier).agreement, Agreement::Unknown);
        let symbols = row_of(&rows, Aspect::Symbol);
        assert_eq!(symbols.agreement, Agreement::Overlaps, "{symbols:?}");
        let told = |text: &str, shared| Told { text: text.to_owned(), shared };
        assert_eq!(symbols.mine, vec![told("login.cgi", true), told("user_name", false)], "what both have first");
        assert!(align(&Described::default(), &Described::default()).is_empty());
    }

    #[test]
    fn what_both_say_is_marked_and_nothing_is_lost() {
        let mine = told("Dear team, strcpy in /cgi-bin/login.cgi copies user_name unchecked. Regards");
        let theirs = told("login.cgi: user_name is copied with strcpy.");
        let [left, right] = marked(&mine, &theirs);
        let whole = |side: &[Told]| side.iter().map(|one| one.text.as_str()).collect::<String>();
        assert_eq!((whole(&left), whole(&right)), (mine.text.clone(), theirs.text.clone()));
        assert!(left.iter().any(|one| one.shared && one.text.contains("user_name")), "{left:?}");
        let [left, _] = marked(&told("It accepts firmwares unsigned."), &told("Unsigned firmware is taken."));
        assert!(left.iter().any(|one| one.shared && one.text.contains("firmwares")), "whole words: {left:?}");
        assert!(left.iter().all(|one| !one.shared || !one.text.contains("Regards")), "{left:?}");
    }

    #[test]
    fn chinese_and_nonsense_are_cut_at_characters() {
        let zh = told("升级接口 /api/ota 没有校验固件签名，攻击者可刷入任意固件。");
        let en = told("The endpoint /api/ota does not verify the firmware signature.");
        let [left, _] = marked(&zh, &en);
        assert_eq!(left.iter().map(|one| one.text.as_str()).collect::<String>(), zh.text);
        for text in ["", "\u{0}\u{202e}", "🙂🙂🙂", &"漏".repeat(30_000), &"a_b-c.d ".repeat(9_000)] {
            let [one, _] = marked(&told(text), &told(text));
            assert!(text.starts_with(&one.iter().map(|one| one.text.as_str()).collect::<String>()));
        }
    }
}
