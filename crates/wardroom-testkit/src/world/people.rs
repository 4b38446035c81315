//! The team of every world: one person per role, by name.

use wardroom_domain::people::Role;

/// (name, role). Stories say `world.ming`, readers know who that is.
pub const TEAM: [(&str, Role); 12] = [
    ("Ming", Role::Intake),
    ("Anna", Role::Analyst),
    ("Emil", Role::Engineer),
    ("Eva", Role::Coordinator),
    ("Ada", Role::Author),
    ("Paul", Role::Approver),
    ("Pia", Role::Publisher),
    ("Lea", Role::Legal),
    ("Carl", Role::Communications),
    ("Kim", Role::Custodian),
    ("Otto", Role::Auditor),
    ("Alma", Role::Administrator),
];
