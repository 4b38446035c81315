//! What every state machine of the house has in common: a table of transitions with who may ask.
//! Deliberately tiny: the tables themselves stand with their machines; diagram, buttons and tests are made from them.

use crate::people::{Role, Viewer};

/// One row of a machine's table: from this state, this ask leads to that state, for these roles (empty: everybody signed in).
#[derive(Clone, Copy, Debug)]
pub struct Transition<S: 'static, A: 'static> {
    pub from: S,
    pub ask: A,
    pub to: S,
    pub who: &'static [Role],
}

/// The asks a viewer may make from a state, in table order: these are the buttons.
pub fn offered<S: PartialEq + Copy, A: Copy>(table: &[Transition<S, A>], state: S, viewer: &Viewer) -> Vec<A> {
    table.iter().filter(|row| row.from == state && viewer.holds_one_of(row.who)).map(|row| row.ask).collect()
}

/// Where an ask leads from a state, whoever asks.
pub fn target<S: PartialEq + Copy, A: PartialEq + Copy>(table: &[Transition<S, A>], state: S, ask: A) -> Option<S> {
    table.iter().find(|row| row.from == state && row.ask == ask).map(|row| row.to)
}
