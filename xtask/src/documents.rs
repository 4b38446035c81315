//! Documents that name a file or a command are checked against it: every relative link in a Markdown file leads somewhere, every `wardroom …` is a
//! command, and the book's table of contents lists every page of the book.
//!
//! Not a link checker for the web, and not a spell checker.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{commands, steps};

/// Answers whether the documents are true as far as we can tell.
pub fn check() -> Result<bool> {
    steps::say("documents");
    let root = steps::root();
    let mut files = Vec::new();
    collect(&root.join("docs"), &mut files)?;
    for entry in fs::read_dir(&root).context("cannot list the checkout")? {
        files.push(entry.context("cannot list the checkout")?.path());
    }
    files.retain(|file| file.extension().is_some_and(|kind| kind == "md"));

    let mut faults = BTreeSet::new();
    let mut listed = BTreeSet::new();
    let mut named = commands::Named::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        commands::collect(&text, &mut named);
        for target in links(&text).filter_map(|link| local(file, link)) {
            if !target.exists() {
                faults.insert(format!("{} links to {}, which is not there", file.display(), target.display()));
            }
            if file.ends_with("SUMMARY.md") {
                listed.extend(target.canonicalize().ok());
            }
        }
    }
    let pages = files.iter().filter(|file| file.starts_with(root.join("docs/src")) && !file.ends_with("SUMMARY.md"));
    for page in pages.filter(|page| page.canonicalize().is_ok_and(|path| !listed.contains(&path))) {
        faults.insert(format!("{} is not in the book's table of contents", page.display()));
    }
    faults.extend(commands::faults(&named)?);
    for fault in &faults {
        println!("   {fault}");
    }
    println!("   {} documents, {} commands, {} faults", files.len(), named.len(), faults.len());
    Ok(faults.is_empty())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The targets of `[words](target)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// The file a link leads to; `None` for another site or a place on the same page.
fn local(file: &Path, link: &str) -> Option<PathBuf> {
    let path = link.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return None;
    }
    Some(file.parent()?.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_followed() {
        let text = "[a](b.md) [c](d/e.md#f) [g](https://example.test/h.md) [i](#j) (k.md)";
        let found: Vec<PathBuf> = links(text).filter_map(|link| local(Path::new("docs/x.md"), link)).collect();
        assert_eq!(found, [PathBuf::from("docs/b.md"), PathBuf::from("docs/d/e.md")]);
    }
}
