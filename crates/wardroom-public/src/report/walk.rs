//! One question at a time (`/report?step=1`): the same form, of which only one part is shown. The other parts are there and hidden,
//! so that everything typed travels along, drafts and encryption work as on the single page, and nothing is kept between the steps.
//! Without script the buttons bring the form back with the next part; with it, `steps.js` turns the pages and nothing leaves the device.

use crate::practice::Practice;
use wardroom_web::upload::Upload;
use wardroom_web::words::form as say;
use wardroom_web::{Faults, Lang};

/// The parts of the form, in their order.
const PARTS: [&str; 6] = ["kind", "finding", "details", "files", "contact", "send"];

/// Where somebody is on the way through the form; on the single page, nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk(Option<usize>);

impl Walk {
    /// From what stands in an address or a hidden field: `1` to the last part. Anything else is the single page.
    pub(crate) fn parse(text: &str) -> Walk {
        let number = wardroom_domain::text::half_width(text.trim()).parse::<usize>().ok();
        Walk(number.filter(|number| (1..=PARTS.len()).contains(number)).map(|number| number - 1))
    }

    /// As the form that was sent says.
    pub(crate) fn of(typed: &Upload) -> Walk {
        Walk::parse(typed.text("step"))
    }

    pub(crate) fn is_on(self) -> bool {
        self.0.is_some()
    }

    /// From 1; 0 on the single page.
    pub(crate) fn number(self) -> usize {
        self.0.map_or(0, |at| at + 1)
    }

    pub(crate) fn hides(self, part: &str) -> bool {
        self.0.is_some_and(|at| PARTS.get(at).is_none_or(|shown| *shown != part))
    }

    pub(crate) fn is_first(self) -> bool {
        self.0 == Some(0)
    }

    pub(crate) fn is_last(self) -> bool {
        self.0 == Some(PARTS.len() - 1)
    }

    pub(crate) fn next(self) -> Walk {
        Walk(self.0.map(|at| (at + 1).min(PARTS.len() - 1)))
    }

    pub(crate) fn back(self) -> Walk {
        Walk(self.0.map(|at| at.saturating_sub(1)))
    }

    /// "Step 2 of 6" over a part; empty on the single page.
    pub(crate) fn line(self, lang: &Lang, part: &str) -> String {
        let at = PARTS.iter().position(|one| *one == part).filter(|_| self.is_on());
        at.map(|at| say::step(*lang, at + 1, PARTS.len())).unwrap_or_default()
    }

    /// The first part with a fault in it; where there is none, here.
    pub(crate) fn to_fault(self, faults: &Faults, practice: &Practice) -> Walk {
        let first = faults.all().iter().map(|fault| part_of(&fault.field, practice)).min();
        Walk(self.0.map(|at| first.unwrap_or(at)))
    }

    /// Only what concerns the part that is shown.
    pub(crate) fn here(self, faults: Faults, practice: &Practice) -> Faults {
        let Some(at) = self.0 else { return faults };
        let mut here = Faults::default();
        for fault in faults.all().iter().filter(|fault| part_of(&fault.field, practice) == at) {
            here.add(fault.field.clone(), fault.text.clone());
        }
        here
    }
}

/// Which part a field stands in.
fn part_of(field: &str, practice: &Practice) -> usize {
    let part = match field {
        "kind" => "kind",
        "attachments" => "files",
        "email" | "name" | "pgp_key" | "language" | "credit" => "contact",
        "payload" | "contact_only" => "send",
        own if own == practice.required.id => "finding",
        own if practice.contact_fields.iter().any(|one| one.id == own) => "contact",
        _ => "details",
    };
    PARTS.iter().position(|one| *one == part).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_number_of_ours_or_the_whole_page() {
        assert_eq!(Walk::parse("1").number(), 1);
        assert_eq!(Walk::parse("３").number(), 3);
        for odd in ["", "0", "7", "-1", "x", "99999999999999999999"] {
            assert_eq!(Walk::parse(odd), Walk::default(), "{odd}");
        }
    }

    #[test]
    fn the_way_has_a_beginning_and_an_end() {
        let mut walk = Walk::parse("1");
        assert!(walk.is_first() && walk.back() == walk);
        for part in PARTS {
            assert!(!walk.hides(part), "{part}");
            assert_eq!(PARTS.iter().filter(|one| !walk.hides(one)).count(), 1);
            walk = walk.next();
        }
        assert!(walk.is_last() && walk.next() == walk);
        assert!(PARTS.iter().all(|part| !Walk::default().hides(part)));
    }
}
