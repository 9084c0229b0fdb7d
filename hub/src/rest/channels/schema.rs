//! The shape of a channel, as the contract describes it. What is answered is `super::answer`'s.

use utoipa::ToSchema;
use uuid::Uuid;

/// An address a tenant is reached at.
#[derive(ToSchema)]
pub struct Channel {
    pub id: Uuid,
    /// `webchat`, `twilio`, `email`, `messenger`, `instagram` or `whatsapp`.
    pub r#type: String,
    pub name: String,
    /// None for a web chat.
    #[schema(nullable = false)]
    pub address: Option<String>,
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// Names the channel in public: where visitors of a web chat come in, and providers call.
    #[schema(nullable = false)]
    pub key: Option<String>,
    /// Of a web chat: `greeting`, `theme {color, position}`, `locale`, `hours`, `allowed_origins[]`,
    /// `fields[{name, required}]`.
    #[schema(value_type = Object)]
    pub settings: (),
    /// Of a number its provider was asked about: `kind` (`a2p_10dlc`, `toll_free`, `not_needed`), `status` (`approved`, `pending`,
    /// `rejected`, `missing`, `unknown`), `provider_status?`, `reason?`, `hint?`, `since`.
    #[schema(value_type = Option<Object>, nullable = false)]
    pub registration: Option<()>,
    /// Where the provider calls, with its own words on when it comes again: `sms` and `sms_status` of a number; empty for a
    /// web chat.
    #[schema(value_type = Object)]
    pub webhook_urls: (),
    /// What `user_hash` is made with; in the answer that drew it, and never again.
    #[schema(nullable = false)]
    pub secret: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// One page of channels.
#[derive(ToSchema)]
pub struct ChannelList {
    pub data: Vec<Channel>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
