//! What the room of the boards can be told to do.

use entities::BoardId;
use serde_json::{Map, Value};

/// Make a board.
#[derive(Clone, Debug)]
pub struct CreateBoard {
    /// 1 to 100 characters; no other board of the tenant has it.
    pub name: String,
    pub settings: Map<String, Value>,
}

/// Change a board. What is not said stays as it is.
#[derive(Clone, Debug)]
pub struct UpdateBoard {
    pub id: BoardId,
    pub name: Option<String>,
    /// All of them, not additions.
    pub settings: Option<Map<String, Value>>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Take a board away. One that is used stays.
#[derive(Clone, Copy, Debug)]
pub struct RemoveBoard {
    pub id: BoardId,
    pub rev: Option<i64>,
}
