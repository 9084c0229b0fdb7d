//! The WebSocket door: frames in and out, and the rules of one session.

mod admission;
pub mod asyncapi;
pub mod backlog;
pub mod close;
mod dispatch;
pub(crate) mod encode;
mod frame_lengths;
pub mod frames;
pub mod handshake;
pub mod intake;
pub mod limits;
mod order;
mod outflow;
pub mod peer;
pub mod reassembly;
mod requests;
mod session;
mod signal;
mod subscription;
mod taken;
mod upgrade;
mod watch;

use actix_web::web::{self, ServiceConfig};

/// The door itself.
pub fn routes(config: &mut ServiceConfig) {
    config.route("/ws", web::get().to(upgrade::upgrade));
}
