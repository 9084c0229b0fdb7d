//! What a file turned out to be. Pure.

use entities::{attachment, message::AttachmentState};

use super::{Content, safe_name};

/// What a file is from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub state: AttachmentState,
    /// Why it is blocked: a sentence for people.
    pub reason: Option<String>,
    /// What the bytes are, when they came only now.
    pub kept: Option<Kept>,
}

/// Bytes that are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub content: &'static Content,
    /// In bytes.
    pub size: u64,
    /// Width and height of an image, in pixels.
    pub pixels: (Option<i64>, Option<i64>),
}

impl Found {
    /// It may be given out.
    #[must_use]
    pub fn ready() -> Self {
        Self { state: AttachmentState::Ready, reason: None, kept: None }
    }

    /// It is given out to nobody.
    #[must_use]
    pub fn blocked(reason: impl Into<String>) -> Self {
        Self { state: AttachmentState::Blocked, reason: Some(reason.into()), kept: None }
    }

    /// Is it news of this file? One nobody has looked at may turn out to be anything, and one that was given up may come yet.
    pub(crate) fn is_news_of(&self, row: &attachment::Model) -> bool {
        row.state == AttachmentState::Scanning || (never_came(row) && self.kept.is_some())
    }

    /// The row as it is then.
    pub(crate) fn applied(&self, row: attachment::Model) -> attachment::Model {
        let row = attachment::Model { state: self.state, reason: self.reason.clone(), ..row };
        match &self.kept {
            Some(kept) => kept.applied(row),
            None => row,
        }
    }
}

/// It is blocked, and not for what it is: nobody has its bytes.
pub(super) fn never_came(row: &attachment::Model) -> bool {
    row.state == AttachmentState::Blocked && row.size == 0
}

impl Kept {
    /// The same, given out from now on.
    pub(crate) fn applied_ready(&self, row: attachment::Model) -> attachment::Model {
        attachment::Model { state: AttachmentState::Ready, ..self.applied(row) }
    }

    /// The row of a file that was only told of, with what came.
    pub(super) fn applied(&self, row: attachment::Model) -> attachment::Model {
        let (width, height) = self.pixels;
        attachment::Model {
            name: safe_name(&row.name, self.content),
            content_type: self.content.content_type.to_owned(),
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            width,
            height,
            ..row
        }
    }
}
