//! People of the team: roles, the `Viewer` as evidence of sign-in, and the table of rights.
//! Deliberately not here: passwords, sessions and tokens (secrets live in `wardroom-seal` and the store).

mod rights;
mod role;
mod viewer;

pub use rights::{Act, rights_table};
pub use role::Role;
pub use viewer::Viewer;
