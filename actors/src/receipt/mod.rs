//! Receipts: what providers sent, kept as it came before anybody is told that it arrived. A room without an actor.
//!
//! What a receipt says is applied in the commit that keeps it, when that goes fast; else it is kept alone and a job
//! applies it. Both, and a replay, do the same ([`Receipts`]). Whichever commits the effect second finds the receipt
//! settled and stops.

mod calling;
mod error;
mod handle;
mod heard;
mod job;
mod messages;
mod models;
mod progress;
mod recording;
mod shape;
mod state;
pub mod store;

pub use calling::CallTold;
pub use error::ReceiptError;
pub use handle::{PATIENCE, Receipts};
pub use heard::{Heard, Translate, Untranslatable};
pub use job::ApplyReceipt;
pub use messages::{Arrived, Head, How, Raw, Taken};
pub use progress::Told;
pub use shape::Receipt;
pub use state::Settling;
