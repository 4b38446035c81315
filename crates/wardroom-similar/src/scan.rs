//! Text to pieces: code-aware tokens. File names, functions, parameters, paths, versions and identifiers are kept whole *and* split; Chinese
//! becomes glosses (see `lexicon`) and pairs of characters. Deliberately without grammar: what stands beside a word ("parameter", "function",
//! 参数) is the only context that is looked at. Total: any text gives pieces, the work is bounded by [`LONGEST`].

use crate::lexicon::Lexicon;
use crate::stem::stem;

/// Most characters of one field that are read.
pub const LONGEST: usize = 40_000;
/// Longest run without a space that is taken as one thing.
const LONGEST_CHUNK: usize = 160;

/// What kind of token it is; more than one may hold.
pub mod flag {
    /// Looks like a proper name: capital in the middle of a sentence, or letters with digits.
    pub const NAME: u16 = 1;
    /// A symbol of code.
    pub const CODE: u16 = 2;
    pub const FILE: u16 = 4;
    pub const FUNCTION: u16 = 8;
    pub const PARAMETER: u16 = 16;
    pub const VERSION: u16 = 32;
    pub const NUMBER: u16 = 64;
    pub const PRODUCT: u16 = 128;
    pub const TITLE: u16 = 256;
    pub const VENDOR: u16 = 512;
    pub const IDENTIFIER: u16 = 1024;
    /// A pair of Chinese characters.
    pub const HAN: u16 = 2048;
    /// A class of weakness.
    pub const CLASS: u16 = 4096;
    /// A digest of a file, or a crash.
    pub const DIGEST: u16 = 8192;
    /// English that stands for Chinese.
    pub const GLOSS: u16 = 16384;
    /// A part of a longer token.
    pub const PART: u16 = 32768;
}

/// One token of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub key: String,
    pub flags: u16,
    pub weight: f32,
    /// Where in the text it stands, in bytes.
    pub at: usize,
}

/// A run of the text before it is split.
struct Run<'a> {
    text: &'a str,
    at: usize,
    han: bool,
    /// At the beginning of a sentence or line.
    fresh: bool,
    /// An opening bracket follows at once.
    call: bool,
    flags: u16,
}

/// All pieces of a text, in order.
pub fn scan(text: &str, lexicon: &Lexicon) -> Vec<Piece> {
    let mut runs = runs(text);
    context(&mut runs);
    let mut out = Vec::with_capacity(runs.len() * 2);
    for run in &runs {
        if run.han {
            han(run, lexicon, &mut out);
        } else {
            latin(run, &mut out);
        }
    }
    out
}

/// Han, kana and hangul: scripts without spaces, or read in pairs.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0x20000..=0x2ffff)
}

fn joins(c: char) -> bool {
    matches!(c, '_' | '-' | '.' | '/' | '\\' | ':' | '?' | '=' | '&' | '$' | '@' | '%' | '+' | '~' | '#')
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut out: Vec<Run<'_>> = Vec::new();
    let mut start: Option<(usize, bool)> = None;
    let mut fresh = true;
    let mut fresh_at_start = true;
    let mut last = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        last = at;
        if count >= LONGEST {
            break;
        }
        let kind = if is_han(c) {
            Some(true)
        } else if c.is_alphanumeric() || joins(c) {
            Some(false)
        } else {
            None
        };
        match (start, kind) {
            (Some((_, han)), Some(now)) if han == now => {}
            (Some((from, han)), _) => {
                out.extend(close(text, from, at, han, fresh_at_start, Some(c)));
                start = kind.map(|han| (at, han));
                fresh = false;
                fresh_at_start = false;
            }
            (None, Some(han)) => {
                start = Some((at, han));
                fresh_at_start = fresh;
                fresh = false;
            }
            (None, None) => {}
        }
        let after_stop = || at > 0 && text.as_bytes().get(at - 1).is_some_and(|b| matches!(b, b'.' | b':' | b'?' | b'-'));
        if matches!(c, '\n' | '!' | '。' | '；' | '#' | '*' | '|') || (c == ' ' && after_stop()) {
            fresh = true;
        }
        last = at + c.len_utf8();
    }
    if let Some((from, han)) = start {
        out.extend(close(text, from, last.max(from), han, fresh_at_start, None));
    }
    out
}

/// A run without the joiners at its ends; none if nothing is left.
fn close(text: &str, from: usize, to: usize, han: bool, fresh: bool, next: Option<char>) -> Option<Run<'_>> {
    let piece = text.get(from..to)?;
    let start = if han { piece } else { piece.trim_start_matches(|c| joins(c) && !matches!(c, '/' | '_')) };
    let at = to - start.len();
    let trimmed = if han { start } else { start.trim_end_matches(joins) };
    (!trimmed.is_empty()).then_some(Run { text: trimmed, at, han, fresh, call: next == Some('('), flags: 0 })
}

const PARAMETER_WORDS: [&str; 10] =
    ["parameter", "parameters", "param", "params", "argument", "arguments", "variable", "variables", "field", "fields"];
const FUNCTION_WORDS: [&str; 9] = ["function", "functions", "method", "routine", "endpoint", "action", "syscall", "ioctl", "handler"];

/// Marks parameters and functions by the words beside them, also in lists: "the (1) a or (2) b parameters".
fn context(runs: &mut [Run<'_>]) {
    for i in 0..runs.len() {
        let word = runs[i].text;
        let mark = if runs[i].han {
            (i > 0 && !runs[i - 1].han).then(|| han_mark_after(word)).flatten()
        } else if word.len() <= 10 {
            let lower = word.to_ascii_lowercase();
            if PARAMETER_WORDS.contains(&lower.as_str()) {
                Some(flag::PARAMETER)
            } else if FUNCTION_WORDS.contains(&lower.as_str()) {
                Some(flag::FUNCTION)
            } else {
                None
            }
        } else {
            None
        };
        if let Some(mark) = mark {
            backwards(runs, i, mark);
            if let Some(next) = runs.get_mut(i + 1)
                && !next.han
                && coded(next.text)
            {
                next.flags |= mark;
            }
        }
        if runs[i].han
            && let Some(mark) = han_mark_before(word)
            && let Some(next) = runs.get_mut(i + 1)
            && !next.han
        {
            next.flags |= mark;
        }
        if runs[i].call && !runs[i].han && runs[i].text.len() > 2 {
            runs[i].flags |= flag::FUNCTION;
        }
    }
}

fn backwards(runs: &mut [Run<'_>], i: usize, mark: u16) {
    let mut back = i;
    let mut took = false;
    while back > 0 && i - back < 12 {
        back -= 1;
        let text = runs[back].text;
        if runs[back].han {
            break;
        }
        if matches!(text, "and" | "or" | "the") || text.chars().all(|c| c.is_ascii_digit()) {
            if text == "the" {
                break;
            }
            continue;
        }
        if took && !coded(text) {
            break;
        }
        if COMMON.contains(&text.to_ascii_lowercase().as_str()) || PARAMETER_WORDS.contains(&text) || FUNCTION_WORDS.contains(&text) {
            break;
        }
        runs[back].flags |= mark;
        took = true;
        // A list goes on only over symbols: "a, b and c parameters".
        if !coded(text) && back + 1 == i {
            let before = back.checked_sub(1).map(|at| runs[at].text);
            if !matches!(before, Some("and" | "or")) {
                break;
            }
        }
    }
}

fn han_mark_after(word: &str) -> Option<u16> {
    if word.starts_with("参数") || word.starts_with("变量") || word.starts_with("字段") {
        Some(flag::PARAMETER)
    } else if word.starts_with("函数") || word.starts_with("方法") || word.starts_with("接口") {
        Some(flag::FUNCTION)
    } else {
        None
    }
}

fn han_mark_before(word: &str) -> Option<u16> {
    if word.ends_with("参数") || word.ends_with("变量") {
        Some(flag::PARAMETER)
    } else if word.ends_with("函数") || word.ends_with("方法") {
        Some(flag::FUNCTION)
    } else {
        None
    }
}

/// Does it look like a symbol of a program rather than a word?
fn coded(text: &str) -> bool {
    text.contains(['_', '.', '/', '$', '=', '['])
        || camel(text)
        || (text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic()))
}

fn camel(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

fn latin(run: &Run<'_>, out: &mut Vec<Piece>) {
    let mut text = run.text;
    if text.len() > LONGEST_CHUNK {
        let mut end = LONGEST_CHUNK;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text = &text[..end];
    }
    if let Some(at) = text.find("://") {
        text = &text[at + 3..];
    }
    let (head, query) = text.split_once('?').unwrap_or(if text.contains('=') { ("", text) } else { (text, "") });
    path(head, run, out);
    for pair in query.split(['&', '?']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let marked = Run { text: name, at: run.at, han: false, fresh: false, call: false, flags: flag::PARAMETER };
        segment(name.trim_matches(joins), &marked, 1.0, out);
        let plain = Run { text: value, flags: flag::PART, ..marked };
        for part in value.split(['/', '\\']) {
            segment(part.trim_matches(joins), &plain, 0.3, out);
        }
    }
}

fn path(text: &str, run: &Run<'_>, out: &mut Vec<Piece>) {
    let parts: Vec<&str> =
        text.split(['/', '\\']).map(|part| part.trim_matches(joins_but_underscore)).filter(|part| !part.is_empty()).collect();
    let rooted = text.starts_with('/') || parts.len() > 2;
    for (i, part) in parts.iter().enumerate() {
        if rooted && i + 1 == parts.len() && part.len() > 2 && part.bytes().any(|b| b.is_ascii_alphabetic()) {
            let marked = Run { text: part, at: run.at, han: false, fresh: false, call: run.call, flags: run.flags | flag::CODE };
            segment(part, &marked, 1.0, out);
        } else {
            segment(part, run, 1.0, out);
        }
    }
}

fn joins_but_underscore(c: char) -> bool {
    joins(c) && c != '_'
}

fn segment(text: &str, run: &Run<'_>, weight: f32, out: &mut Vec<Piece>) {
    if text.contains([':', '@', '#', '~', '%', '+', '$', '=', '&']) {
        for part in text.split([':', '@', '#', '~', '%', '+', '$', '=', '&']) {
            token(part.trim_matches(joins_but_underscore), run, weight, out);
        }
    } else {
        token(text, run, weight, out);
    }
}

const ENDINGS: &[&str] = &[
    "php", "asp", "aspx", "jsp", "jspx", "do", "action", "cgi", "pl", "py", "rb", "js", "ts", "java", "c", "cc", "cpp", "h", "hpp", "go",
    "rs", "cs", "vb", "exe", "dll", "so", "sys", "ocx", "bin", "sh", "bat", "xml", "json", "html", "htm", "shtml", "shtm", "stm", "inc",
    "tpl", "cfm", "cfc", "lua", "ini", "conf", "cfg", "yaml", "yml", "ko", "jar", "war", "class", "phtml", "php3", "cmd", "ps1", "kt",
    "swift", "ashx", "asmx", "svc", "module",
];

fn token(text: &str, run: &Run<'_>, weight: f32, out: &mut Vec<Piece>) {
    if text.is_empty() {
        return;
    }
    let lower = text.to_lowercase();
    let mut put = |key: String, flags: u16, weight: f32| out.push(Piece { key, flags, weight, at: run.at });
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
    if let Some(id) = identifier(&lower) {
        put(id, flag::IDENTIFIER, 2.0);
        return;
    }
    if digits > 0 && letters == 0 {
        let plain = lower.trim_matches(['.', '-', '_']);
        if plain.contains('.') {
            put(plain.to_owned(), flag::VERSION | run.flags, weight);
        } else if plain.len() > 1 {
            put(plain.to_owned(), flag::NUMBER, weight * if plain.contains('-') { 0.5 } else { 1.0 });
        }
        return;
    }
    if let Some(number) = version(&lower) {
        put(number.to_owned(), flag::VERSION | run.flags, weight);
        if number.len() + 1 >= lower.len() {
            return;
        }
    }
    if lower.len() >= 32 && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        put(lower, flag::DIGEST, weight);
        return;
    }
    if let Some((name, ending)) = lower.rsplit_once('.')
        && !name.is_empty()
        && ENDINGS.contains(&ending)
    {
        put(lower.clone(), flag::FILE | flag::CODE | (run.flags & !flag::PARAMETER), weight * 1.5);
        put(name.to_owned(), flag::CODE | flag::PART, weight * 0.7);
        parts(&text[..text.len().min(name.len())], run, weight * 0.5, out);
        return;
    }
    if text.contains(['_', '.']) {
        let whole = lower.trim_matches('_').to_owned();
        put(whole, flag::CODE | run.flags, weight * 1.3);
        for part in text.split('.').filter(|part| part.contains('_') && part.len() < text.len()) {
            put(part.to_lowercase(), flag::CODE | flag::PART, weight * 0.7);
        }
        parts(text, run, weight * 0.6, out);
        return;
    }
    if text.contains('-') {
        if digits > 0 {
            put(lower.replace('-', ""), flag::NAME | run.flags, weight * 1.2);
        } else {
            put(lower.replace('-', ""), flag::PART | run.flags, weight * 0.4);
        }
        parts(text, run, weight * 0.8, out);
        return;
    }
    if camel(text) {
        put(lower, flag::CODE | flag::NAME | run.flags, weight * 1.2);
        parts(text, run, weight * 0.5, out);
        return;
    }
    word(text, lower, run, weight, digits, out);
}

fn word(text: &str, lower: String, run: &Run<'_>, weight: f32, digits: usize, out: &mut Vec<Piece>) {
    let marked = run.flags & (flag::PARAMETER | flag::FUNCTION | flag::CODE);
    if digits > 0 {
        out.push(Piece { key: lower, flags: flag::NAME | run.flags, weight, at: run.at });
        return;
    }
    if COMMON.contains(&lower.as_str()) && marked == 0 {
        return;
    }
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let name = if capital && !run.fresh && text.len() > 1 { flag::NAME } else { 0 };
    if marked & (flag::PARAMETER | flag::FUNCTION) != 0 && lower.len() > 1 {
        // A parameter is itself, not a form of a word.
        out.push(Piece { key: format!("={lower}"), flags: run.flags | flag::CODE, weight, at: run.at });
        out.push(Piece { key: stem(&lower), flags: name, weight: weight * 0.6, at: run.at });
        return;
    }
    let short = lower.chars().count() == 1;
    out.push(Piece { key: stem(&lower), flags: name | run.flags, weight: if short { weight * 0.3 } else { weight }, at: run.at });
}

/// Splits at `_ - .` and where small letters turn to capitals or digits.
fn parts(text: &str, run: &Run<'_>, weight: f32, out: &mut Vec<Piece>) {
    let mut from = 0;
    let mut before = '_';
    let cut = |piece: &str, out: &mut Vec<Piece>| {
        let lower = piece.to_lowercase();
        if lower.chars().count() < 2 || COMMON.contains(&lower.as_str()) {
            return;
        }
        let number = lower.bytes().all(|b| b.is_ascii_digit());
        let flags = flag::PART | (run.flags & (flag::PRODUCT | flag::TITLE)) | if number { flag::NUMBER } else { 0 };
        out.push(Piece { key: stem(&lower), flags, weight, at: run.at });
    };
    for (at, c) in text.char_indices() {
        if matches!(c, '_' | '-' | '.') {
            cut(&text[from..at], out);
            from = at + 1;
        } else if before.is_lowercase() && c.is_uppercase() {
            cut(&text[from..at], out);
            from = at;
        }
        before = c;
    }
    cut(&text[from..], out);
}

/// `cve-2026-1234`, `ghsa-…`, `cnvd-…`: numbers that name one vulnerability. `cwe` is a class and not here.
fn identifier(lower: &str) -> Option<String> {
    const HEADS: [&str; 9] = ["cve-", "ghsa-", "cnvd-", "cnnvd-", "osv-", "rustsec-", "vde-", "icsa-", "gcve-"];
    let known = HEADS.iter().any(|head| lower.len() > head.len() + 4 && lower.starts_with(head));
    (known && lower.bytes().filter(u8::is_ascii_digit).count() >= 3).then(|| lower.to_owned())
}

/// The number of `v1.2.3`, `1.2.3b`, `r4.5`; what follows it is dropped.
fn version(lower: &str) -> Option<&str> {
    let rest = lower.strip_prefix(['v', 'r']).unwrap_or(lower);
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches('.');
    (number.contains('.')).then_some(number)
}

fn han(run: &Run<'_>, lexicon: &Lexicon, out: &mut Vec<Piece>) {
    lexicon.read(run.text, |at, gloss, weight| {
        out.push(Piece { key: gloss.to_owned(), flags: flag::GLOSS, weight, at: run.at + at });
    });
    let mut before: Option<usize> = None;
    for (at, c) in run.text.char_indices() {
        if let Some(from) = before {
            out.push(Piece { key: run.text[from..at + c.len_utf8()].to_owned(), flags: flag::HAN, weight: 0.35, at: run.at + from });
        }
        before = Some(at);
    }
}

/// Words that say nothing about which vulnerability it is.
pub const COMMON: &[&str] = &[
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "with", "by", "from", "as", "at", "is", "are", "was", "were", "be",
    "been", "being", "it", "its", "this", "that", "these", "those", "which", "who", "when", "where", "while", "via", "into", "through",
    "can", "could", "may", "might", "will", "would", "should", "must", "has", "have", "had", "do", "does", "did", "not", "no", "but", "if",
    "then", "than", "so", "such", "also", "any", "all", "some", "other", "we", "you", "your", "our", "they", "their", "he", "she", "his",
    "i", "my", "us", "there", "here", "what", "how", "why", "after", "before", "up", "out", "about", "over", "under", "due", "using",
    "used", "use", "http",
];
