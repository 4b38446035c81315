//! The system accounts under which servers run when the tests run as root.
//!
//! Not a user database: two fields of `/etc/passwd`, read when needed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result};

/// A system account a server can run under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// The account of that name.
    pub fn named(name: &str) -> Result<Self> {
        let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        find(&passwd, |account| account.name == name).with_context(|| format!("there is no account {name}"))
    }

    /// The account these tests run under.
    pub fn own() -> Result<Self> {
        let uid = own_uid()?;
        let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        find(&passwd, |account| account.uid == uid).with_context(|| format!("there is no account with number {uid}"))
    }

    /// Hands `path` itself, not what lies in it, to this account.
    pub fn take(&self, path: &Path) -> Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("cannot hand {} to {}", path.display(), self.name))
    }
}

/// Whether the tests run as root, so that servers must be given another account.
pub(crate) fn am_root() -> bool {
    own_uid().is_ok_and(|uid| uid == 0)
}

fn own_uid() -> Result<u32> {
    Ok(fs::metadata("/proc/self").context("cannot look at /proc/self")?.uid())
}

fn find(passwd: &str, wanted: impl Fn(&Account) -> bool) -> Option<Account> {
    passwd.lines().filter_map(parse).find(wanted)
}

fn parse(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let _password = fields.next()?;
    let uid = fields.next()?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { name, uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_name() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres:x:105:110:,,,:/var/lib/postgresql:/bin/bash\n";
        let found = find(passwd, |account| account.name == "postgres");
        assert_eq!(found, Some(Account { name: "postgres".into(), uid: 105, gid: 110 }));
    }

    #[test]
    fn a_line_without_numbers_is_no_account() {
        assert_eq!(parse("+::::::"), None);
    }
}
