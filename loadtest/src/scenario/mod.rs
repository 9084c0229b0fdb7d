//! Load and failure against a running hub, judged from outside by the public contract alone.

mod conformance;
mod crash;
mod fan_out;
mod hub_process;
mod idle;
mod people;
mod routing;
mod send;
mod slow;
mod target;

pub use conformance::Conformance;
pub use crash::Crash;
pub use fan_out::FanOut;
pub use idle::Idle;
pub use routing::Routing;
pub use send::Sends;
pub use slow::Slow;
pub use target::HubArguments;
