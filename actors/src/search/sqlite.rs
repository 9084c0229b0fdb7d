//! The index of SQLite: FTS5, asked stretch by stretch. The words of each stretch are its own.

use entities::TenantId;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

use super::{hits::Hit, stretch::Reach, words::Words};

/// From the index outwards: SQLite must not start from the messages.
pub const IN_STRETCH: &str = "
SELECT m.seq, m.id, m.conversation_id FROM message_words w
    CROSS JOIN message_documents d ON d.docid = w.rowid
    CROSS JOIN messages m ON m.id = d.message_id
WHERE w.message_words MATCH ? AND m.tenant_id = ? AND m.seq < ?
    AND m.deleted_at IS NULL AND m.status <> 'scheduled'
ORDER BY m.seq DESC LIMIT ?";

/// The newest messages within `reach` that have all the words.
pub(super) async fn hits(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    words: &Words,
    (reach, most): (Reach, usize),
) -> Result<Vec<Hit>, DbErr> {
    let mut found = Vec::new();
    for stretch in reach.stretches() {
        let left = most - found.len();
        if left == 0 {
            break;
        }
        let values = [
            query(words, tenant, stretch).into(),
            tenant.into(),
            reach.below.into(),
            i64::try_from(left).unwrap_or(i64::MAX).into(),
        ];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), IN_STRETCH, values);
        found.extend(Hit::find_by_statement(statement).all(db).await?);
    }
    Ok(found)
}

/// The words where their stretch keeps them. They are letters and digits, so quoting them is enough.
fn query(words: &Words, tenant: TenantId, stretch: i64) -> String {
    let tenant = tenant.as_uuid().simple().to_string();
    let place = format!("{}{stretch:07x}", tenant.get(28..).unwrap_or_default());
    let term = |(word, begun)| format!("\"{place}{word}\"{}", if begun { "*" } else { "" });
    words.each().map(term).collect::<Vec<_>>().join(" AND ")
}
