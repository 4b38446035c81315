//! Whom an advisory is for, by the Traffic Light Protocol 2.0. Only `Clear` is ever published; the others are shared with those who hold an access
//! for that level. Red is not among them: it is for named persons, whom one writes to.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For everybody.
    #[default]
    Clear,
    /// For the community.
    Green,
    /// For those who need to know, and their clients.
    Amber,
    /// For those who need to know in the organisation only.
    AmberStrict,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Clear, Level::Green, Level::Amber, Level::AmberStrict];
    /// Those that are never public.
    pub const GUARDED: [Level; 3] = [Level::Green, Level::Amber, Level::AmberStrict];

    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Clear => "clear",
            Level::Green => "green",
            Level::Amber => "amber",
            Level::AmberStrict => "amber_strict",
        }
    }

    pub fn parse(text: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// As people write it: `TLP:AMBER+STRICT`.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Clear => "TLP:CLEAR",
            Level::Green => "TLP:GREEN",
            Level::Amber => "TLP:AMBER",
            Level::AmberStrict => "TLP:AMBER+STRICT",
        }
    }

    /// The folder below `.well-known/csaf/` of a guarded level, which also names its feed.
    pub const fn folder(self) -> &'static str {
        match self {
            Level::Clear => "white",
            Level::Green => "green",
            Level::Amber => "amber",
            Level::AmberStrict => "amber-strict",
        }
    }

    /// The guarded level of a folder.
    pub fn of_folder(folder: &str) -> Option<Level> {
        Level::GUARDED.into_iter().find(|one| one.folder() == folder)
    }

    pub fn is_clear(&self) -> bool {
        *self == Level::Clear
    }
}
