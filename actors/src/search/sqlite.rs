//! The index of SQLite: FTS5. The words of each stretch are its own.

use entities::TenantId;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use super::{hits::Hit, question::Question, stretch::Reach};

/// From the index outwards: SQLite must not start from the messages.
const FROM_WORDS: &str = "
    FROM message_words w
        CROSS JOIN message_documents d ON d.docid = w.rowid
        CROSS JOIN messages m ON m.id = d.message_id
    WHERE w.message_words MATCH ? AND m.tenant_id = ? AND m.seq < ? AND m.seq >= ?
        AND m.deleted_at IS NULL AND m.status <> 'scheduled'";

/// What is asked for hits, so that its plan can be looked at.
#[must_use]
pub fn statement_of_hits() -> String {
    format!("SELECT m.seq, m.id, m.conversation_id {FROM_WORDS} ORDER BY m.seq DESC LIMIT ?")
}

/// The newest messages within `reach`, which should be one stretch, that are asked for.
pub(super) async fn hits(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    question: &Question<'_>,
    (reach, most): (Reach, usize),
) -> Result<Vec<Hit>, DbErr> {
    let mut values = within(question, tenant, reach);
    values.push(i64::try_from(most).unwrap_or(i64::MAX).into());
    let statement = Statement::from_sql_and_values(db.get_database_backend(), statement_of_hits(), values);
    Hit::find_by_statement(statement).all(db).await
}

/// Whether a message within `reach` has all the words.
pub(super) async fn is_in(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    question: &Question<'_>,
    reach: Reach,
) -> Result<bool, DbErr> {
    let sql = format!("SELECT 1 {FROM_WORDS} LIMIT 1");
    let values = within(question, tenant, reach);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_one_raw(statement).await?.is_some())
}

fn within(question: &Question<'_>, tenant: TenantId, reach: Reach) -> Vec<Value> {
    let anywhere = reach.stretches().map(|stretch| format!("({})", query(question, tenant, stretch)));
    let anywhere = anywhere.collect::<Vec<_>>().join(" OR ");
    vec![anywhere.into(), tenant.into(), reach.below.into(), reach.lowest.into()]
}

/// The question where the stretch keeps its words and marks. They are letters, digits and `#`, so quoting them is enough.
fn query(question: &Question<'_>, tenant: TenantId, stretch: i64) -> String {
    let tenant = tenant.as_uuid().simple().to_string();
    let place = format!("{}{stretch:07x}", tenant.get(28..).unwrap_or_default());
    let term = |(word, begun)| format!("\"{place}{word}\"{}", if begun { "*" } else { "" });
    let any = |ways: Vec<String>| format!("({})", ways.join(" OR "));
    let words = question.ways().map(|ways| any(ways.into_iter().map(term).collect()));
    let marks = question.marks().map(|marks| any(marks.map(|mark| format!("\"{place}{mark}\"")).collect()));
    words.chain(marks).collect::<Vec<_>>().join(" AND ")
}
