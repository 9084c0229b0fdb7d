//! A template as users see it.

use entities::{BoardId, TemplateId, Timestamp, channel::ChannelType, message::MessageClass, template};
use serde::{Deserialize, Serialize};

/// A text that is sent again and again, with gaps to fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: TemplateId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortcut: Option<String>,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<MessageClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    /// Empty: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel_types: Vec<ChannelType>,
    pub created_at: Timestamp,
    pub rev: i64,
}

impl From<template::Model> for Template {
    fn from(row: template::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            shortcut: row.shortcut,
            body: row.body,
            class: row.class,
            board_id: row.board_id,
            channel_types: row.channel_types.0,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}
