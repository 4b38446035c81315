//! A commit made ready before it stands in line: its facts written as text and read back, all that can be checked without the log
//! checked. Whoever hands it in does this, side by side with others; what is left for the one who writes is short.
//! Deliberately pure.

use wardroom_app::ports::store::Commit;
use wardroom_domain::facts::Fact;

use crate::blobs::{SMALL_BLOB_LIMIT_BYTES, check_name};
use crate::trouble::Trouble;

/// A commit, and the facts of each of its appends as they will be stored.
#[derive(Debug)]
pub struct Ready {
    /// What was handed in.
    pub commit: Commit,
    /// Per append, its facts.
    pub facts: Vec<Vec<ReadyFact>>,
}

/// A fact as text, and as it is read from this text.
#[derive(Clone, Debug)]
pub struct ReadyFact {
    /// `report.received`.
    pub kind: String,
    /// The clear part, JSON.
    pub head: String,
    /// What `kind` and `head` say.
    pub fact: Fact,
}

/// An empty number as it stands in a head: no text in JSON can contain it, for its quotes would be escaped.
const NO_NUMBER: &str = "\"number\":\"\"";

impl Ready {
    /// Makes a commit ready, or says what can never be stored.
    pub fn of(commit: Commit) -> Result<Ready, Trouble> {
        for (name, sealed) in &commit.small_blobs {
            check_name(name)?;
            if sealed.len() > SMALL_BLOB_LIMIT_BYTES {
                let what = format!("{} bytes are too many for the database: put it as a file first", sealed.len());
                return Err(Trouble::Blob { name: name.clone(), what });
            }
        }
        let mut facts = Vec::with_capacity(commit.appends.len());
        for append in &commit.appends {
            facts.push(append.facts.iter().map(|new| ReadyFact::of(&new.fact)).collect::<Result<Vec<_>, _>>()?);
            // A stream that gets a number must have a place for it.
            let first = facts.last_mut().and_then(|facts| facts.first_mut());
            if append.expected == 0 && append.series.is_some() && first.is_none_or(|first| first.fact.number_mut().is_none()) {
                return Err(Trouble::inconsistent("fact", "head", 1, "a numbered stream begins without a number"));
            }
        }
        Ok(Ready { commit, facts })
    }
}

impl ReadyFact {
    /// Written, and read back: a fact that could not be read again must never be stored.
    fn of(fact: &Fact) -> Result<ReadyFact, Trouble> {
        let (kind, head) = fact.written();
        let fact = Fact::read(&kind, &head).map_err(|misfit| Trouble::inconsistent("fact", "head", "about to be written", misfit))?;
        Ok(ReadyFact { kind, head, fact })
    }

    /// The same with its number, which is known only now.
    pub fn numbered(&self, number: &str) -> ReadyFact {
        let mut with = self.clone();
        let Some(place) = with.fact.number_mut() else { return with };
        number.clone_into(place);
        with.head = if self.head.matches(NO_NUMBER).count() == 1 {
            let number = serde_json::Value::String(number.to_owned());
            self.head.replacen(NO_NUMBER, &format!("\"number\":{number}"), 1)
        } else {
            with.fact.written().1
        };
        with
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_domain::facts::{CaseFact, OrgFact};
    use wardroom_domain::log::StreamId;

    #[test]
    fn a_number_is_set_in_the_text_as_in_the_fact() {
        for number in ["C-2026-0001", "odd \"number\":\"\" of a maker"] {
            for before in ["", "C-2026-0007"] {
                let fact = Fact::Case(CaseFact::Opened { number: before.to_owned(), report: StreamId::parse("rep_1").unwrap() });
                let ready = ReadyFact::of(&fact).unwrap().numbered(number);
                assert_eq!(
                    ready.fact,
                    Fact::Case(CaseFact::Opened { number: number.to_owned(), report: StreamId::parse("rep_1").unwrap() })
                );
                assert_eq!(ready.head, ready.fact.written().1);
            }
        }
        let bare = ReadyFact::of(&Fact::Org(OrgFact::KeyRetired { fingerprint: String::new() })).unwrap();
        assert_eq!(bare.numbered("x").head, bare.head);
    }
}
