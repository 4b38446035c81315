//! The face to the team: pages and JSON API behind sign-in.
