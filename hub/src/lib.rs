//! The doors of the hub: REST, WebSocket, pages and the command line.

pub mod auth;
pub mod config;
pub mod error;
pub mod invalid;
pub mod keys;
pub mod shutdown;
pub mod telemetry;
pub mod tls;
pub mod ws;
