//! The face to the world: policy, report form, receipt, track, advisories, feeds.
