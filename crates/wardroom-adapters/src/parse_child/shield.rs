//! Which limits the parsing child lives under: what it could set is reported, so that the `doctor` can name what this system does not offer.
//! Deliberately no refusal: a system without one of them still opens mail behind the others.

use serde::{Deserialize, Serialize};

/// What holds in the child. All `false` where the system offers nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shield {
    /// Address space is limited.
    pub memory: bool,
    /// No file can be opened or grow, no core is dumped, no file of the parent is inherited.
    pub files: bool,
    /// No program it might start could gain rights.
    pub no_new_privileges: bool,
    /// Other processes of the same user cannot read its memory.
    pub not_traceable: bool,
    /// It lives in a network of its own, which is empty.
    pub own_network: bool,
    /// A filter lets through only the system calls that computing needs.
    pub filter: bool,
    /// It ends when its parent ends.
    pub dies_with_parent: bool,
}

impl Shield {
    /// What is missing, in words for the person who runs the `doctor`. Empty when everything holds.
    pub fn gaps(&self) -> Vec<&'static str> {
        let all = [
            (self.memory, "the parser's memory is not limited"),
            (self.files, "the parser's files are not limited"),
            (self.no_new_privileges, "the parser could gain rights"),
            (self.not_traceable, "the parser's memory can be read by processes of the same user"),
            (self.own_network || self.filter, "the parser can reach the network: allow seccomp or user namespaces"),
            (self.filter, "the parser's system calls are not filtered: allow seccomp"),
            (self.dies_with_parent, "the parser may outlive its parent"),
        ];
        all.into_iter().filter(|(holds, _)| !holds).map(|(_, words)| words).collect()
    }
}
