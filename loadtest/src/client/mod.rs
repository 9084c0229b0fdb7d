//! A client of the public contract: JSON-RPC over WebSocket, its cursor and recovery, and a thin REST client.

mod connection;
mod cursor;
mod driver;
mod ending;
mod error;
mod frames;
mod outgoing;
mod rest;
mod retry;
mod session;
mod transport;

pub use connection::{Connection, Events, Subscribed};
pub use cursor::Cursor;
pub use ending::Ending;
pub use error::ClientError;
pub use frames::{Actor, Event, Expiring, Heartbeat, Incoming, Signal, Welcome};
pub use rest::{Conversation, MessageError, Rest, SignedIn, StoredMessage, VisitorSession};
pub use retry::{Backoff, until_answered};
pub use session::{News, Session, Up};
pub use transport::Endpoint;
