//! Who looks, and what that one may see.

use entities::{
    BoardId, ContactId, ConversationId, KeyId, UserId, api_key::Scope, event::Audience, user::Role,
};

use crate::{
    conversation::Sight,
    event::{EventType, Form, Head},
    topic::Topic,
};

/// The reader behind a session or a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A user of the tenant. `boards: None` sees all boards.
    User { id: UserId, role: Role, boards: Option<Box<[BoardId]>> },
    /// A customer's own system. `board_id: None` sees all boards.
    Key { id: KeyId, scopes: Box<[Scope]>, board_id: Option<BoardId> },
    /// A visitor of a web chat: his own conversation, nothing else.
    Visitor { contact_id: ContactId, conversation_id: ConversationId },
}

impl Viewer {
    /// Is this a key with the scope? The scope `admin` brings all but leave to speak over people.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        match self {
            Self::Key { scopes, .. } => {
                let admin = scope != Scope::MessagesOverride && scopes.contains(&Scope::Admin);
                admin || scopes.contains(&scope)
            }
            Self::User { .. } | Self::Visitor { .. } => false,
        }
    }

    /// Has this one an admin's power over the tenant?
    #[must_use]
    pub fn administers(&self) -> bool {
        match self {
            Self::User { role, .. } => matches!(role, Role::Owner | Role::Admin),
            Self::Key { .. } => self.has(Scope::Admin),
            Self::Visitor { .. } => false,
        }
    }

    /// The shape of events this reader gets.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::User { .. } | Self::Key { .. } => Form::Agent,
            Self::Visitor { .. } => Form::Visitor,
        }
    }

    /// The conversations this reader may command.
    #[must_use]
    pub fn sight(&self) -> Sight {
        match self {
            Self::User { role: Role::Owner | Role::Admin, .. } | Self::User { boards: None, .. } => {
                Sight::All
            }
            Self::User { boards: Some(own), .. } => Sight::Boards(own.clone()),
            Self::Key { board_id: None, .. } => Sight::All,
            Self::Key { board_id: Some(own), .. } => Sight::Boards([*own].into()),
            Self::Visitor { conversation_id, .. } => Sight::Own(*conversation_id),
        }
    }

    /// May see what stands on `board`; what stands on none is seen by all users.
    #[must_use]
    pub fn sees_board(&self, board: Option<BoardId>) -> bool {
        match self {
            Self::User { role: Role::Owner | Role::Admin, .. } | Self::User { boards: None, .. } => true,
            Self::User { boards: Some(own), .. } => board.is_none_or(|board| own.contains(&board)),
            Self::Key { board_id: own, .. } => own.is_none() || board.is_none() || *own == board,
            Self::Visitor { .. } => false,
        }
    }

    /// The boards a list is narrowed to; `None` for who sees all.
    #[must_use]
    pub fn boards(&self) -> Option<Vec<BoardId>> {
        match self {
            Self::User { role: Role::Owner | Role::Admin, .. } => None,
            Self::User { boards, .. } => boards.as_ref().map(|boards| boards.to_vec()),
            Self::Key { board_id, .. } => board_id.map(|board| vec![board]),
            // A visitor asks for no lists; if he did, he would see nothing that stands on a board.
            Self::Visitor { .. } => Some(Vec::new()),
        }
    }

    /// May see the event. The same judgement live and in replay; always as of now.
    #[must_use]
    pub fn may_see(&self, event: &Head) -> bool {
        match self {
            Self::Visitor { conversation_id, .. } => {
                event.audience == Audience::Everyone && event.conversation_id == Some(*conversation_id)
            }
            Self::User { id, .. } if event.audience == Audience::User => {
                event.user_id == Some(*id) && self.sees_board(event.board_id)
            }
            Self::Key { .. } if event.audience == Audience::User => false,
            Self::User { .. } | Self::Key { .. } => {
                self.sees_board(event.board_id) || self.loses_sight(event)
            }
        }
    }

    /// A conversation, call or template that left this reader's boards is announced to him once more, with its id alone.
    #[must_use]
    pub fn loses_sight(&self, event: &Head) -> bool {
        let moves = matches!(
            event.kind,
            EventType::ConversationMoved | EventType::CallTransferred | EventType::TemplateUpdated
        );
        moves
            && event.left_board_id.is_some_and(|left| self.sees_board(Some(left)))
            && !self.sees_board(event.board_id)
    }

    /// May subscribe to the topic, as far as the role decides; whether the noun exists and stands on a visible
    /// board is looked up by the caller.
    #[must_use]
    pub fn may_ask_for(&self, topic: &Topic) -> bool {
        match (self, topic) {
            (Self::Visitor { conversation_id, .. }, Topic::Conversation(id)) => id == conversation_id,
            (Self::Visitor { .. }, _) => false,
            (Self::User { id, .. }, Topic::User(user)) => id == user,
            (Self::User { role, .. }, Topic::Console) => matches!(role, Role::Owner | Role::Admin),
            (Self::Key { .. }, Topic::User(_)) => false,
            (Self::Key { .. }, Topic::Console) => self.has(Scope::Admin),
            (Self::User { .. } | Self::Key { .. }, Topic::Board(board)) => self.sees_board(Some(*board)),
            (Self::User { .. } | Self::Key { .. }, _) => true,
        }
    }
}
