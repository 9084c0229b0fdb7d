//! Channels: a room without an actor.

mod shape;

pub use shape::Channel;
