//! Sealing, keys, receipt codes, passwords: the only place where secrets are made and opened.
