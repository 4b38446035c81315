//! Use cases as transactions, ports, workers.
