//! The shape of a receipt, as the contract describes it. What is answered is [`actors::receipt::Receipt`].

use utoipa::ToSchema;
use uuid::Uuid;

/// What a provider sent, and what became of it.
#[derive(ToSchema)]
pub struct WebhookReceipt {
    pub id: Uuid,
    pub provider: String,
    pub channel_id: Uuid,
    /// Which of the provider's webhooks it is: `sms`, `sms/status`; `sms/backfill` is a text nobody told of, which was found.
    pub kind: String,
    /// `pending`, `applied` or `dead`.
    pub status: String,
    /// How often its effect was tried, as far as that was written down.
    pub attempts: i64,
    /// Why it has no effect yet.
    #[schema(nullable = false)]
    pub error: Option<String>,
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(nullable = false, format = DateTime)]
    pub applied_at: Option<String>,
    pub rev: i64,
}

/// One page of receipts.
#[derive(ToSchema)]
pub struct WebhookReceiptList {
    pub data: Vec<WebhookReceipt>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
