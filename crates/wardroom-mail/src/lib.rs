//! MIME and OpenPGP: hostile bytes in, values out; building outgoing mail. A pure leaf.
