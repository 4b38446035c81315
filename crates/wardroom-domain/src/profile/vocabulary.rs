//! One way to write a closed list of words: an enum, its words, and serde, made from a single table.
//! It is a macro because the words must be one source for the type, for the check of a profile and for "did you mean".

/// Declares an enum whose variants are words; gives `ALL`, `WORDS`, `as_str` and `Display`.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word of the vocabulary, in the order of the schema.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The same as text, for checks and hints.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word as profiles write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use vocabulary;
