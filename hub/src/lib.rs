//! The doors of the hub: REST, WebSocket, pages and the command line.

pub mod error;
pub mod invalid;
