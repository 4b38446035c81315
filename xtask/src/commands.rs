//! Commands that a document names are checked against the binary: each `wardroom …` in it must be a command, and each flag one of that command's.
//!
//! Not a test of what the commands do, and nothing is run but `--help`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result};

use crate::steps;

/// The words of a command, such as `inbox accept`, and the flags that documents use with it.
pub type Named = BTreeMap<Vec<String>, BTreeSet<String>>;

/// What is wrong with the commands named.
pub fn faults(named: &Named) -> Result<BTreeSet<String>> {
    let mut faults = BTreeSet::new();
    for (words, flags) in named {
        let command = words.join(" ");
        let Some(help) = help(words)? else {
            faults.insert(format!("there is no command `wardroom {command}`"));
            continue;
        };
        for flag in flags.iter().filter(|flag| !mentions(&help, flag)) {
            faults.insert(format!("`wardroom {command}` has no {flag}"));
        }
    }
    Ok(faults)
}

/// Adds the commands that a Markdown text names: lines of code blocks, and code within a line.
pub fn collect(text: &str, named: &mut Named) {
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            collect_one(line, named);
        } else {
            line.split('`').skip(1).step_by(2).for_each(|code| collect_one(code, named));
        }
    }
}

fn collect_one(code: &str, named: &mut Named) {
    let Some(rest) = code.trim().strip_prefix("wardroom ") else {
        return;
    };
    // What stands after a remark or a redirection is not ours.
    let rest = rest.split(['#', '<', '>', '|']).next().unwrap_or_default();
    let is_word = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') && !word.starts_with('-');
    let words: Vec<String> = rest.split_whitespace().take_while(is_word).map(str::to_owned).collect();
    let flags = rest.split_whitespace().filter(|word| word.starts_with("--")).map(str::to_owned);
    named.entry(words).or_default().extend(flags);
}

/// What a command says of itself; `None` when there is no such command.
fn help(words: &[String]) -> Result<Option<String>> {
    let mut command = Command::new(steps::binary()?);
    let output = command.args(words).arg("--help").output().context("cannot start wardroom")?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn mentions(help: &str, flag: &str) -> bool {
    let ends = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '-');
    help.match_indices(flag).any(|(at, _)| help[at + flag.len()..].chars().next().is_none_or(ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_blocks_and_within_lines() {
        let text = "Run `wardroom inbox list` or:\n```\nwardroom inbox accept R-1 --as ANA   # --not-this\nwardroom verify\nls\n```\nnot wardroom serve";
        let mut named = Named::new();
        collect(text, &mut named);
        let words: Vec<String> = named.keys().map(|words| words.join(" ")).collect();
        assert_eq!(words, ["inbox accept", "inbox list", "verify"]);
        let flags: Vec<&String> = named.values().flatten().collect();
        assert_eq!(flags, ["--as"]);
    }

    #[test]
    fn a_flag_is_not_the_beginning_of_another() {
        assert!(mentions("      --data <DIR>", "--data"));
        assert!(!mentions("      --database-url <URL>", "--data"));
    }
}
