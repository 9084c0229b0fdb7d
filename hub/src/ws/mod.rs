//! The WebSocket door: frames in and out, and the rules of one session.

pub mod backlog;
pub mod close;
mod frame_lengths;
pub mod frames;
pub mod handshake;
pub mod intake;
pub mod limits;
pub mod reassembly;
