//! Simulated users and providers, speaking only the public contract, and the floors to measure against.

pub mod client;
pub mod database;
pub mod floor;
pub mod measure;
pub mod provider;
pub mod report;
pub mod scenario;
pub mod talk;
