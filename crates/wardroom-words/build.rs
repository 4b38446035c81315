//! Checks the message catalogues and turns their keys into Rust names.
//!
//! English and Chinese must have the same keys with the same variables; a key stands once; every key of
//! `desk.ftl` begins with `desk-` (of `refusals.ftl` with `refusal-`, of `common.ftl` with what it likes).
//! What breaks a rule fails the build with file and key. It is not a translator: it never looks at the words.

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["en", "zh"];
const FILES: [&str; 15] = [
    "common",
    "intake",
    "triage",
    "validation",
    "remediation",
    "communication",
    "disclosure",
    "affected",
    "cna",
    "plan",
    "desk",
    "public",
    "form",
    "mail",
    "refusals",
];

/// What one message needs: the variables it names itself, and the messages and terms it points to.
#[derive(Default)]
struct Needs {
    variables: BTreeSet<String>,
    points_to: BTreeSet<String>,
}

/// File and needs by key, of one language.
type Catalogue = BTreeMap<String, (String, Needs)>;

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=messages");
    println!("cargo::rerun-if-changed=build.rs");
    let mut faults = Vec::new();
    let mut catalogues = Vec::new();
    for language in LANGUAGES {
        catalogues.push(read_language(&root, language, &mut faults));
    }
    compare(&catalogues, &mut faults);
    if !faults.is_empty() {
        for fault in &faults {
            println!("cargo::error={fault}");
        }
        std::process::exit(1);
    }
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("words.rs");
    if let Err(error) = std::fs::write(&out, rust_names(&catalogues[0])) {
        println!("cargo::error=cannot write the generated names: {error}");
        std::process::exit(1);
    }
}

fn read_language(root: &Path, language: &str, faults: &mut Vec<String>) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for file in FILES {
        let place = format!("messages/{language}/{file}.ftl");
        match std::fs::read_to_string(root.join(&place)) {
            Ok(text) => read_file(&place, file, &text, &mut catalogue, faults),
            Err(error) => faults.push(format!("cannot read {place}: {error}")),
        }
    }
    catalogue
}

fn read_file(place: &str, file: &str, text: &str, catalogue: &mut Catalogue, faults: &mut Vec<String>) {
    let resource = match fluent_syntax::parser::parse(text) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            for error in errors {
                let line = text.get(..error.pos.start).unwrap_or_default().lines().count();
                faults.push(format!("{place}:{line}: {error}"));
            }
            resource
        }
    };
    for entry in resource.body {
        let (key, pattern) = match entry {
            Entry::Message(message) => match message.value {
                Some(pattern) => (message.id.name.to_owned(), pattern),
                None => {
                    faults.push(format!("{place}: {} has no text", message.id.name));
                    continue;
                }
            },
            Entry::Term(term) => (format!("-{}", term.id.name), term.value),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => continue,
        };
        if file != "common" && !key.starts_with('-') && !key.starts_with(&prefix(file)) {
            faults.push(format!("{place}: key {key} must begin with {}", prefix(file)));
        }
        let mut needs = Needs::default();
        walk_pattern(&pattern, &mut needs);
        if let Some((other, _)) = catalogue.insert(key.clone(), (file.to_owned(), needs)) {
            faults.push(format!("{place}: key {key} stands twice (also in {other}.ftl)"));
        }
    }
}

fn prefix(file: &str) -> String {
    format!("{}-", if file == "refusals" { "refusal" } else { file })
}

fn walk_pattern(pattern: &Pattern<&str>, needs: &mut Needs) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            walk_expression(expression, needs);
        }
    }
}

fn walk_expression(expression: &Expression<&str>, needs: &mut Needs) {
    match expression {
        Expression::Inline(inline) => walk_inline(inline, needs),
        Expression::Select { selector, variants } => {
            walk_inline(selector, needs);
            for variant in variants {
                walk_pattern(&variant.value, needs);
            }
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, needs: &mut Needs) {
    match inline {
        InlineExpression::VariableReference { id } => {
            needs.variables.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, .. } => {
            needs.points_to.insert(id.name.to_owned());
        }
        InlineExpression::TermReference { id, arguments, .. } => {
            needs.points_to.insert(format!("-{}", id.name));
            if let Some(arguments) = arguments {
                walk_arguments(arguments, needs);
            }
        }
        InlineExpression::FunctionReference { arguments, .. } => walk_arguments(arguments, needs),
        InlineExpression::Placeable { expression } => walk_expression(expression, needs),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}

fn walk_arguments(arguments: &CallArguments<&str>, needs: &mut Needs) {
    for argument in &arguments.positional {
        walk_inline(argument, needs);
    }
    for argument in &arguments.named {
        walk_inline(&argument.value, needs);
    }
}

/// The variables of a message including those of the messages it points to.
fn variables(key: &str, catalogue: &Catalogue, depth: usize) -> BTreeSet<String> {
    let Some((_, needs)) = catalogue.get(key) else { return BTreeSet::new() };
    let mut all = needs.variables.clone();
    if depth < 8 {
        for other in needs.points_to.iter().filter(|other| !other.starts_with('-')) {
            all.extend(variables(other, catalogue, depth + 1));
        }
    }
    all
}

fn compare(catalogues: &[Catalogue], faults: &mut Vec<String>) {
    let (first, others) = match catalogues.split_first() {
        Some(parts) => parts,
        None => return,
    };
    for (other, language) in others.iter().zip(&LANGUAGES[1..]) {
        for (key, (file, _)) in first {
            match other.get(key) {
                None => faults.push(format!("messages/{language}/{file}.ftl lacks the key {key}")),
                Some((there, _)) if there != file => {
                    faults.push(format!("{key} stands in {file}.ftl in {} but in {there}.ftl in {language}", LANGUAGES[0]));
                }
                Some(_) => {
                    let (mine, theirs) = (variables(key, first, 0), variables(key, other, 0));
                    if mine != theirs {
                        faults.push(format!("{key}: variables {mine:?} in {} but {theirs:?} in {language}", LANGUAGES[0]));
                    }
                }
            }
        }
        for (key, (file, _)) in other.iter().filter(|(key, _)| !first.contains_key(*key)) {
            faults.push(format!("messages/{}/{file}.ftl lacks the key {key}", LANGUAGES[0]));
        }
    }
    for (catalogue, language) in catalogues.iter().zip(LANGUAGES) {
        for (key, (file, needs)) in catalogue {
            for other in needs.points_to.iter().filter(|other| !catalogue.contains_key(*other)) {
                faults.push(format!("messages/{language}/{file}.ftl: {key} points to {other}, which does not exist"));
            }
        }
    }
}

/// One module per file: a `Word` constant for a plain message, a function for one with variables.
fn rust_names(catalogue: &Catalogue) -> String {
    let mut modules: BTreeMap<&str, String> = FILES.iter().map(|file| (*file, String::new())).collect();
    let mut keys = String::new();
    let mut plain = 0_usize;
    for (key, (file, _)) in catalogue.iter().filter(|(key, _)| !key.starts_with('-')) {
        let short = key.strip_prefix(&prefix(file)).unwrap_or(key);
        let needed = variables(key, catalogue, 0);
        let body = modules.entry(file).or_default();
        if needed.is_empty() {
            let name = short.replace('-', "_").to_uppercase();
            let _ = writeln!(body, "    /// `{key}`\n    pub const {name}: Word = Word::at({plain});");
            let _ = writeln!(keys, "    \"{key}\",");
            plain += 1;
            continue;
        }
        let name = short.replace('-', "_").to_lowercase();
        let parameters: String = needed.iter().map(|v| format!(", {}: impl Into<Value<'a>>", snake(v))).collect();
        let pairs: String = needed.iter().map(|v| format!("(\"{v}\", {}.into()), ", snake(v))).collect();
        let _ = writeln!(
            body,
            "    /// `{key}`; the variables come in the order of the alphabet.\n    \
             #[must_use]\n    pub fn {name}<'a>(lang: impl Into<Lang>{parameters}) -> String {{\n        \
             crate::catalogue::format(lang.into(), \"{key}\", vec![{pairs}])\n    }}"
        );
    }
    let mut out = format!(
        "/// Keys of the messages without variables, in the order of `Word::at`.\npub(crate) const PLAIN: &[&str] = &[\n{keys}];\n"
    );
    for (name, body) in modules {
        let used = if body.contains("Value<'a>") { "use crate::{Lang, Value, Word};" } else { "use crate::Word;" };
        let _ = writeln!(
            out,
            "/// The sentences of `{name}.ftl`.\n#[allow(unused_imports, clippy::too_many_arguments, reason = \"generated: one kind of message only, or a message with many variables\")]\npub mod {name} {{\n    {used}\n{body}}}"
        );
    }
    for language in LANGUAGES {
        let _ = writeln!(out, "pub(crate) const SOURCES_{}: &[&str] = &[", language.to_uppercase());
        for file in FILES {
            let _ = writeln!(out, "    include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/messages/{language}/{file}.ftl\")),");
        }
        out.push_str("];\n");
    }
    out
}

/// A Fluent variable name as a Rust parameter name.
fn snake(variable: &str) -> String {
    let name = variable.replace('-', "_").to_lowercase();
    match name.as_str() {
        "type" | "in" | "for" | "as" | "where" | "lang" => format!("{name}_"),
        _ => name,
    }
}
