//! Milestone expressions such as `uniqueness_checked & (validated | invalidated)`: what makes a stage done and stops a clock.
//! Deliberately nothing but `& | ! ( )` and milestone words: no comparison, no time, no recursion deeper than [`MAX_DEPTH`].

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::milestone::Milestone;
use super::nearest::nearest;

/// Longest accepted text, in bytes.
pub const MAX_TEXT_BYTES: usize = 2000;
/// Deepest accepted nesting of `!` and `(`.
pub const MAX_DEPTH: usize = 32;

/// A condition over milestones; `!` binds tightest, then `&`, then `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// The milestone is reached.
    Is(Milestone),
    /// The inner condition does not hold.
    Not(Box<Expr>),
    /// All of them hold; at least two.
    All(Vec<Expr>),
    /// One of them holds; at least two.
    Any(Vec<Expr>),
}

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprFault {
    /// Nothing but blanks.
    #[error("expression is empty; name at least one milestone")]
    Empty,
    /// Longer than [`MAX_TEXT_BYTES`].
    #[error("expression is longer than {MAX_TEXT_BYTES} bytes")]
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("expression is nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// A character outside `a-z _ & | ! ( )` and blank; `column` counts characters from 1.
    #[error("character `{found}` at column {column} is not allowed; use milestones with & | ! ( )")]
    Foreign {
        /// The character.
        found: char,
        /// Its place, from 1.
        column: usize,
    },
    /// A word that is no milestone.
    #[error("unknown milestone `{word}` at column {column}")]
    Unknown {
        /// The word, cut to 64 characters.
        word: String,
        /// Its place, from 1.
        column: usize,
        /// The closest milestone, if one is close.
        suggestion: Option<&'static str>,
    },
    /// Something else stood where this was needed.
    #[error("expected {wanted} at column {column}")]
    Expected {
        /// What was needed.
        wanted: &'static str,
        /// The place, from 1; one past the end when the text stopped early.
        column: usize,
    },
}

impl Expr {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`ExprFault`] with the column of the first fault.
    pub fn parse(text: &str) -> Result<Expr, ExprFault> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ExprFault::TooLong);
        }
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Err(ExprFault::Empty);
        }
        let mut parser = Parser { tokens, next: 0, end_column: text.chars().count() + 1 };
        let expr = parser.any(0)?;
        if parser.next < parser.tokens.len() {
            return Err(parser.expected("`&`, `|` or the end"));
        }
        Ok(expr)
    }

    /// Whether it holds when `reached` says which milestones are reached.
    #[must_use]
    pub fn holds(&self, reached: &dyn Fn(Milestone) -> bool) -> bool {
        match self {
            Expr::Is(milestone) => reached(*milestone),
            Expr::Not(inner) => !inner.holds(reached),
            Expr::All(parts) => parts.iter().all(|part| part.holds(reached)),
            Expr::Any(parts) => parts.iter().any(|part| part.holds(reached)),
        }
    }

    /// Every milestone the expression names.
    #[must_use]
    pub fn mentions(&self) -> BTreeSet<Milestone> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut BTreeSet<Milestone>) {
        match self {
            Expr::Is(milestone) => {
                found.insert(*milestone);
            }
            Expr::Not(inner) => inner.collect(found),
            Expr::All(parts) | Expr::Any(parts) => {
                for part in parts {
                    part.collect(found);
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Word(Milestone),
    And,
    Or,
    Not,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ExprFault> {
    let mut found = Vec::new();
    let mut letters = text.chars().zip(1_usize..).peekable();
    while let Some((letter, column)) = letters.next() {
        let token = match letter {
            ' ' => continue,
            '&' => Token::And,
            '|' => Token::Or,
            '!' => Token::Not,
            '(' => Token::Open,
            ')' => Token::Close,
            'a'..='z' | '_' => {
                let mut word = String::from(letter);
                while let Some((more, _)) = letters.next_if(|(c, _)| c.is_ascii_lowercase() || *c == '_') {
                    word.push(more);
                }
                Token::Word(milestone(word, column)?)
            }
            foreign => {
                return Err(ExprFault::Foreign { found: foreign, column });
            }
        };
        found.push((token, column));
    }
    Ok(found)
}

fn milestone(word: String, column: usize) -> Result<Milestone, ExprFault> {
    word.parse().map_err(|_| ExprFault::Unknown {
        suggestion: nearest(&word, Milestone::ALL.into_iter().map(Milestone::as_str)),
        word: word.chars().take(64).collect(),
        column,
    })
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
    end_column: usize,
}

impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.next).map(|(token, _)| *token)
    }

    fn eat(&mut self, token: Token) -> bool {
        let here = self.peek() == Some(token);
        if here {
            self.next += 1;
        }
        here
    }

    fn expected(&self, wanted: &'static str) -> ExprFault {
        let column = self.tokens.get(self.next).map_or(self.end_column, |(_, column)| *column);
        ExprFault::Expected { wanted, column }
    }

    fn any(&mut self, depth: usize) -> Result<Expr, ExprFault> {
        let first = self.all(depth)?;
        let mut parts = vec![first];
        while self.eat(Token::Or) {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Expr::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expr, ExprFault> {
        let first = self.one(depth)?;
        let mut parts = vec![first];
        while self.eat(Token::And) {
            parts.push(self.one(depth)?);
        }
        Ok(joined(parts, Expr::All))
    }

    fn one(&mut self, depth: usize) -> Result<Expr, ExprFault> {
        if depth >= MAX_DEPTH {
            return Err(ExprFault::TooDeep);
        }
        match self.peek() {
            Some(Token::Word(milestone)) => {
                self.next += 1;
                Ok(Expr::Is(milestone))
            }
            Some(Token::Not) => {
                self.next += 1;
                Ok(Expr::Not(Box::new(self.one(depth + 1)?)))
            }
            Some(Token::Open) => {
                self.next += 1;
                let inner = self.any(depth + 1)?;
                if self.eat(Token::Close) { Ok(inner) } else { Err(self.expected("`)`")) }
            }
            Some(Token::And | Token::Or | Token::Close) | None => Err(self.expected("a milestone, `!` or `(`")),
        }
    }
}

fn joined(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Is(milestone) => f.write_str(milestone.as_str()),
            Expr::Not(inner) => {
                f.write_str("!")?;
                write_inner(f, inner)
            }
            Expr::All(parts) => write_joined(f, parts, " & "),
            Expr::Any(parts) => write_joined(f, parts, " | "),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], sign: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(sign)?;
        }
        write_inner(f, part)?;
    }
    Ok(())
}

fn write_inner(f: &mut fmt::Formatter<'_>, part: &Expr) -> fmt::Result {
    match part {
        Expr::Is(_) | Expr::Not(_) => write!(f, "{part}"),
        Expr::All(_) | Expr::Any(_) => write!(f, "({part})"),
    }
}

impl FromStr for Expr {
    type Err = ExprFault;

    fn from_str(text: &str) -> Result<Self, ExprFault> {
        Expr::parse(text)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Expr::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Milestone::{Invalidated, UniquenessChecked, Validated};

    fn holds(text: &str, reached: &[Milestone]) -> bool {
        Expr::parse(text).unwrap().holds(&|milestone| reached.contains(&milestone))
    }

    #[test]
    fn carriers_third_step() {
        let step = "uniqueness_checked & (validated | duplicate_linked | invalidated)";
        assert!(holds(step, &[UniquenessChecked, Invalidated]));
        assert!(!holds(step, &[UniquenessChecked]));
        assert!(!holds(step, &[Validated]));
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_tighter_than_or() {
        assert!(holds("validated | invalidated & closed", &[Validated]));
        assert!(!holds("(validated | invalidated) & closed", &[Validated]));
        assert!(holds("!validated & invalidated", &[Invalidated]));
        assert!(!holds("!(validated | invalidated)", &[Invalidated]));
        assert!(holds("!!validated", &[Validated]));
    }

    #[test]
    fn what_is_written_comes_back() {
        for text in ["closed", "!closed", "validated & (closed | !reopened)", "!(validated | closed) & routed", "((closed))"] {
            let once = Expr::parse(text).unwrap();
            assert_eq!(Expr::parse(&once.to_string()).unwrap(), once, "{text}");
            let json = serde_json::to_string(&once).unwrap();
            assert_eq!(serde_json::from_str::<Expr>(&json).unwrap(), once);
        }
    }

    #[test]
    fn mentions_names_each_milestone_once() {
        let expr = Expr::parse("validated & (invalidated | !validated)").unwrap();
        assert_eq!(expr.mentions().into_iter().collect::<Vec<_>>(), [Validated, Invalidated]);
    }

    #[test]
    fn faults_say_where() {
        let fault = |text: &str| Expr::parse(text).unwrap_err();
        assert_eq!(fault("  "), ExprFault::Empty);
        assert_eq!(fault("closed &"), ExprFault::Expected { wanted: "a milestone, `!` or `(`", column: 9 });
        assert_eq!(fault("(closed"), ExprFault::Expected { wanted: "`)`", column: 8 });
        assert_eq!(fault("closed reopened"), ExprFault::Expected { wanted: "`&`, `|` or the end", column: 8 });
        assert_eq!(fault("closed && reopened"), ExprFault::Expected { wanted: "a milestone, `!` or `(`", column: 9 });
        assert_eq!(fault("closed; x"), ExprFault::Foreign { found: ';', column: 7 });
        assert_eq!(fault("valdated"), ExprFault::Unknown { word: "valdated".into(), column: 1, suggestion: Some("validated") });
    }

    #[test]
    fn depth_and_length_are_bounded() {
        assert_eq!(Expr::parse(&format!("{}closed", "!".repeat(33))), Err(ExprFault::TooDeep));
        assert_eq!(Expr::parse(&"(".repeat(1999)), Err(ExprFault::TooDeep));
        assert_eq!(Expr::parse(&" ".repeat(2001)), Err(ExprFault::TooLong));
    }
}
