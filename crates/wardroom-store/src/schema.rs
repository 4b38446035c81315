//! The migrations of this version, in order. Deliberately only a list: each is a file.

use crate::db::Migration;

/// All migrations, oldest first. One that was released is never changed.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "house", sql: include_str!("../migrations/0001_house.sql") },
    Migration { version: 2, name: "doors", sql: include_str!("../migrations/0002_doors.sql") },
    Migration { version: 3, name: "tests", sql: include_str!("../migrations/0003_tests.sql") },
    Migration { version: 4, name: "claim", sql: include_str!("../migrations/0004_claim.sql") },
    Migration { version: 5, name: "lists", sql: include_str!("../migrations/0005_lists.sql") },
];
