//! Simulated users and providers, speaking only the public contract, and the floors to measure against.

pub mod client;
