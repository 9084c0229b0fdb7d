//! What contacts send over the channels of providers: from an address and a text to a message in the one right
//! conversation, however many deliveries race.

mod answering;
mod barring;
mod calling;
mod handle;
mod hearing;
mod messages;

pub use answering::AnswerKeyword;
pub use barring::barred;
pub use calling::InboundCall;
pub(crate) use handle::{Inbound, NotReceived};
pub use messages::{InboundMessage, Media};
