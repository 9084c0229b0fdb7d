//! What the room of the keys can be told to do.

use entities::{BoardId, Digest, api_key::Scope};

/// Make a key.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// 1 to 100 characters.
    pub name: String,
    /// At least one.
    pub scopes: Vec<Scope>,
    /// The board it is narrowed to; `None` sees all.
    pub board_id: Option<BoardId>,
    /// Of the secret, which only its owner is given.
    pub secret_hash: Digest,
}
