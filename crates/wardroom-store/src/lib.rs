//! The fact log and its projections on SQLite and PostgreSQL: the only crate with SQL.
