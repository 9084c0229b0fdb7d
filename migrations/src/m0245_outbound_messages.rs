//! When a provider got a message, and what was sent through providers at one look: for whoever asks with SQL.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer_null;

use crate::Kind;
use crate::columns::index;

/// An older hub leaves the column empty: what it sends shows no time.
pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("messages").add_column(big_integer_null("sent_at")).to_owned();
        manager.alter_table(column).await?;
        let run = async |statements: &str| manager.get_connection().execute_unprepared(statements).await;
        run(KNOWN).await?;
        manager.create_index(by_time()).await?;
        run(&match manager.get_database_backend() {
            DbBackend::Postgres => format!(
                "CREATE VIEW outbound_messages WITH (security_invoker = true) AS {VIEW};
                 GRANT SELECT ON outbound_messages TO switchboard_tenant;"
            ),
            _ => format!("CREATE VIEW outbound_messages AS {VIEW};"),
        })
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP VIEW outbound_messages").await?;
        manager.drop_index(Index::drop().name("messages_sent").table("messages").to_owned()).await?;
        manager.alter_table(Table::alter().table("messages").drop_column("sent_at").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What a provider has already was sent soon after it was said; nobody knows better any more.
const KNOWN: &str = "
UPDATE messages SET sent_at = created_at WHERE direction = 'outbound' AND external_id IS NOT NULL";

/// The web chat is our own: nothing said there leaves the house. An address is sealed, and SQL does not open it: a recipient is
/// the contact it was sent to. PostgreSQL asks the policies of `messages` who may see a row, as the one who reads the view.
const VIEW: &str = "
SELECT
    tenant_id,
    id AS message_id,
    conversation_id,
    CASE channel_type WHEN 'twilio' THEN 'sms' ELSE channel_type END AS method,
    contact_id AS recipient,
    body AS content,
    status,
    error_code,
    CASE channel_type WHEN 'twilio' THEN 'twilio' END AS service_provider,
    external_id AS external_message_id,
    created_at,
    sent_at
FROM messages
WHERE direction = 'outbound' AND NOT private AND channel_type <> 'webchat'";

/// By when they were sent, which most never are: what came in, and web chats.
fn by_time() -> IndexCreateStatement {
    index("messages", "sent", &["tenant_id", "sent_at"])
        .and_where(Expr::col("sent_at").is_not_null())
        .to_owned()
}
