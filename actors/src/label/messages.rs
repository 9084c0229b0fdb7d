//! What the room of the labels can be told to do.

use entities::LabelId;

/// Make a label.
#[derive(Clone, Debug)]
pub struct CreateLabel {
    /// 1 to 50 characters, not punctuation alone; no other label of the tenant has it.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// At most 200 characters.
    pub description: Option<String>,
}

/// Change a label. What is not said stays as it is; an inner `None` clears.
#[derive(Clone, Debug)]
pub struct UpdateLabel {
    pub id: LabelId,
    pub name: Option<String>,
    pub color: Option<Option<String>>,
    pub description: Option<Option<String>>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Take a label away, from every conversation too.
#[derive(Clone, Copy, Debug)]
pub struct RemoveLabel {
    pub id: LabelId,
    pub rev: Option<i64>,
}
