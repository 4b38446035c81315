//! Clocks and working calendars (domain §2.11): from an anchor instant and a promise to the instant it is due.
//! It is deliberately not a timer: nothing here knows what time it is, every instant is an argument.
