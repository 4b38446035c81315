//! The outside world, one file each: clock, chance, SMTP, IMAP, parse child.
