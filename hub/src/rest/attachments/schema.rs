//! The shape of an attachment, as the contract describes it. What is answered is [`entities::message::Attachment`].

use utoipa::ToSchema;
use uuid::Uuid;

/// A file that was uploaded.
#[derive(ToSchema)]
pub struct Attachment {
    pub id: Uuid,
    /// As it was typed, made safe.
    pub name: String,
    /// What the bytes are.
    pub content_type: String,
    /// In bytes; 0 until it is here.
    pub size: u64,
    /// In pixels, of an image.
    #[schema(nullable = false)]
    pub width: Option<u32>,
    /// In pixels, of an image.
    #[schema(nullable = false)]
    pub height: Option<u32>,
    /// `ready`; `scanning`: it waits to be fetched or looked at; `blocked`, for the `reason`. Only what is ready is given out.
    pub state: String,
    /// Why it is blocked: a sentence for people.
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

/// The form a file is sent in.
#[derive(ToSchema)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    pub file: (),
}
