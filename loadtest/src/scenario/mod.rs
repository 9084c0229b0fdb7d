//! Load and failure against a running hub, judged from outside by the public contract alone.

mod calls;
mod chaos;
mod conformance;
mod crash;
mod crowd;
mod demo;
mod fan_out;
mod hub_process;
mod idle;
mod people;
mod phone_line;
mod reconnect_storm;
mod routing;
mod send;
mod servers;
mod settled;
mod slow;
mod target;
mod texts;
mod webhooks;

pub use calls::Calls;
pub use chaos::Chaos;
pub use conformance::Conformance;
pub use crash::Crash;
pub use demo::Demo;
pub use fan_out::FanOut;
pub use idle::Idle;
pub use reconnect_storm::ReconnectStorm;
pub use routing::Routing;
pub use send::Sends;
pub use servers::ServerArguments;
pub use slow::Slow;
pub use target::HubArguments;
pub use texts::Texts;
pub use webhooks::Webhooks;
