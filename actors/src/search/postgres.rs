//! The index of PostgreSQL: GIN over the words, asked by functions of the database. Row-level security
//! would let no reader use that index itself, so they have their owner's rights and hold to the reader's tenant.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

use super::{hits::Hit, stretch::Reach, words::Words};

/// The newest messages within `reach` that have all the words, of the tenant the reader is held to.
pub(super) async fn hits(
    db: &impl ConnectionTrait,
    words: &Words,
    (reach, most): (Reach, usize),
) -> Result<Vec<Hit>, DbErr> {
    let values = [
        query(words).into(),
        reach.below.into(),
        reach.lowest.into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let sql = "SELECT seq, id, conversation_id FROM found_messages($1, $2, $3, $4)";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Hit::find_by_statement(statement).all(db).await
}

/// Whether a message within `reach` has all the words.
pub(super) async fn is_in(db: &impl ConnectionTrait, words: &Words, reach: Reach) -> Result<bool, DbErr> {
    let values = [query(words).into(), reach.below.into(), reach.lowest.into()];
    let sql = "SELECT has_messages($1, $2, $3)";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_one_raw(statement).await?.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// The words as a `tsquery`, each behind a `/` that stands for its stretch. They are letters and digits, so quoting them
/// is enough.
fn query(words: &Words) -> String {
    let term = |(word, begun)| format!("'/{word}'{}", if begun { ":*" } else { "" });
    words.each().map(term).collect::<Vec<_>>().join(" & ")
}
