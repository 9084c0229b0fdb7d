//! The doors of the hub: REST, WebSocket, pages and the command line.

pub mod app;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod config;
pub mod console;
pub mod departure;
pub mod epoch;
pub mod error;
pub mod files;
mod http_client;
pub mod hub;
pub mod invalid;
pub mod keys;
pub mod limits;
pub mod origin;
pub mod providers;
mod refusals;
pub mod rest;
pub mod shutdown;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod ws;
