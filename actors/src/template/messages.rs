//! What the room of the templates can be told to do.

use entities::{BoardId, TemplateId, channel::ChannelType, message::MessageClass};

/// Make a template.
#[derive(Clone, Debug)]
pub struct CreateTemplate {
    /// 1 to 100 characters.
    pub name: String,
    /// 1 to 50 characters without spaces: what is typed to find it.
    pub shortcut: Option<String>,
    /// 1 to 10,000 characters, with `{{variable}}` wherever something is to be filled in.
    pub body: String,
    /// Of the messages made of it that name no class themselves.
    pub class: Option<MessageClass>,
    /// One the caller sees; who sees this board sees the template.
    pub board_id: Option<BoardId>,
    /// Where it may be used; empty: everywhere.
    pub channel_types: Vec<ChannelType>,
}

/// Change a template. What is not said stays as it is; an inner `None` clears.
#[derive(Clone, Debug)]
pub struct UpdateTemplate {
    pub id: TemplateId,
    pub name: Option<String>,
    pub shortcut: Option<Option<String>>,
    pub body: Option<String>,
    pub class: Option<Option<MessageClass>>,
    pub board_id: Option<Option<BoardId>>,
    pub channel_types: Option<Vec<ChannelType>>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Take a template away. What was said with it stays.
#[derive(Clone, Copy, Debug)]
pub struct RemoveTemplate {
    pub id: TemplateId,
    pub rev: Option<i64>,
}
