//! The index of PostgreSQL: GIN over the words, asked by functions of the database. Row-level security
//! would let no reader use that index itself, so they have their owner's rights and hold to the reader's tenant.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

use super::{hits::Hit, question::Question, stretch::Reach};

/// The newest messages within `reach` that are asked for, of the tenant the reader is held to.
pub(super) async fn hits(
    db: &impl ConnectionTrait,
    question: &Question<'_>,
    (reach, most): (Reach, usize),
) -> Result<Vec<Hit>, DbErr> {
    let values = [
        query(question).into(),
        reach.below.into(),
        reach.lowest.into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let sql = "SELECT seq, id, conversation_id FROM found_messages($1, $2, $3, $4)";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Hit::find_by_statement(statement).all(db).await
}

/// Whether a message within `reach` is asked for.
pub(super) async fn is_in(
    db: &impl ConnectionTrait,
    question: &Question<'_>,
    reach: Reach,
) -> Result<bool, DbErr> {
    let values = [query(question).into(), reach.below.into(), reach.lowest.into()];
    let sql = "SELECT has_messages($1, $2, $3)";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_one_raw(statement).await?.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// The question as a `tsquery`, each word and mark behind a `/` that stands for its stretch. They are letters, digits and
/// `#`, so quoting them is enough.
fn query(question: &Question<'_>) -> String {
    let term = |(word, begun)| format!("'/{word}'{}", if begun { ":*" } else { "" });
    let any = |ways: Vec<String>| format!("({})", ways.join(" | "));
    let words = question.ways().map(|ways| any(ways.into_iter().map(term).collect()));
    let marks = question.marks().map(|marks| any(marks.map(|mark| format!("'/{mark}'")).collect()));
    words.chain(marks).collect::<Vec<_>>().join(" & ")
}
