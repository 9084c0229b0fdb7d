//! Many rows of one table in one statement: one statement per row costs four times as much.

use std::collections::HashSet;

use entities::job;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, Iden,
    IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn, QueryResult, QueryTrait, Statement, Value,
    sea_query::{ColumnType, Expr, ExprTrait, OnConflict, Query},
};

/// Which of the records given did not get their place, by index.
pub(super) type Lost = HashSet<usize>;

/// Parameters in one statement; SQLite takes 32,766, PostgreSQL 65,535.
const PARAMETERS: usize = 30_000;

/// Columns a row keeps for life.
const FOR_LIFE: [&str; 3] = ["tenant_id", "created_at", "created_by"];

/// What moves beside the rev ([`super::Row::ContactActive`]): whoever read the row may know an older one.
const BESIDE_THE_REV: [(&str, &str); 1] = [("contacts", "activity_at")];

/// Inserts `models`; those that meet a unique fence are not written, and lose.
pub(super) async fn insert<E>(db: &DatabaseTransaction, models: Vec<E::Model>) -> Result<Lost, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut standing = HashSet::new();
    for chunk in models.chunks(PARAMETERS / E::Column::iter().count()) {
        let rows = chunk.iter().map(|model| model.clone().into_active_model().reset_all());
        let mut insert = E::insert_many(rows).on_conflict(on_conflict::<E>()).into_query();
        let keys = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        insert.returning(Query::returning().columns(keys));
        for row in db.query_all(&insert).await? {
            standing.insert(returned_key::<E>(&row)?);
        }
    }
    Ok(losers::<E>(&models, &standing))
}

/// An idempotency key whose time is over makes room, and a job that is owed again is moved; every other fence stands.
fn on_conflict<E: EntityTrait>() -> OnConflict {
    match E::default().table_name() {
        "idempotency_keys" => replace_expired::<E>(),
        "jobs" => move_job(),
        _ => OnConflict::new().do_nothing().to_owned(),
    }
}

/// Whoever has the job in hand loses it: its `rev` moves on. It was tried as often as it was, and that counts no more.
fn move_job() -> OnConflict {
    use job::Column;
    let own = |column: Column| Expr::col((job::Entity, column));
    let moved =
        [Column::RunAt, Column::Seq, Column::Status, Column::Payload, Column::KeyId, Column::UpdatedAt];
    OnConflict::column(Column::Id)
        .update_columns(moved)
        .value(Column::Rev, own(Column::Rev).add(1))
        .value(Column::Forgiven, own(Column::Attempts))
        .value(Column::LeaseUntil, Option::<i64>::None)
        .action_and_where(own(Column::Kind).eq(Expr::cust("excluded.kind")))
        .to_owned()
}

fn replace_expired<E: EntityTrait>() -> OnConflict {
    let table = E::default().table_name().to_owned();
    let expires = E::Column::iter().find(|column| column.to_string() == "expires_at");
    let keys: Vec<_> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let values =
        E::Column::iter().filter(|column| !keys.iter().any(|key| key.to_string() == column.to_string()));
    let mut clause = OnConflict::columns(keys.clone());
    clause.update_columns(values);
    if let Some(expires) = expires {
        let over = Expr::col((table, expires)).lt(Expr::cust("excluded.created_at"));
        clause.action_and_where(over);
    }
    clause
}

/// Writes `models` over the rows they were made from, if those still have the rev before; the others lose.
pub(super) async fn update<E>(db: &DatabaseTransaction, models: Vec<E::Model>) -> Result<Lost, DbErr>
where
    E: EntityTrait,
{
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let mut standing = HashSet::new();
    for chunk in models.chunks(PARAMETERS / columns.len()) {
        let sql = guarded_update::<E>(db.get_database_backend(), &columns, chunk.len());
        let values = chunk.iter().flat_map(|model| columns.iter().map(|column| model.get(*column)));
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        for row in db.query_all_raw(statement).await? {
            standing.insert(returned_key::<E>(&row)?);
        }
    }
    Ok(losers::<E>(&models, &standing))
}

/// The `(…), (…)` of a `VALUES`, numbered as the database wants them.
pub(super) fn placeholders(backend: DbBackend, columns: usize, rows: usize) -> String {
    let row = |row: usize| {
        let names: Vec<String> = (1..=columns)
            .map(|column| match backend {
                DbBackend::Postgres => format!("${}", row * columns + column),
                _ => "?".to_owned(),
            })
            .collect();
        format!("({})", names.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `UPDATE t SET … FROM (VALUES …) WHERE t.rev = the rev before RETURNING its key`.
fn guarded_update<E: EntityTrait>(backend: DbBackend, columns: &[E::Column], rows: usize) -> String {
    let table = E::default().table_name().to_owned();
    let keys: Vec<String> = E::PrimaryKey::iter().map(|key| key.into_column().to_string()).collect();
    let (mut sets, mut matches) = (Vec::new(), Vec::new());
    for (index, column) in columns.iter().enumerate() {
        let name = column.to_string();
        if keys.contains(&name) || name == "tenant_id" {
            matches.push(format!(r#""{table}"."{name}" = v.c{index}"#));
        } else if name == "rev" {
            matches.push(format!(r#""{table}"."rev" = v.c{index} - 1"#));
            sets.push(format!(r#""rev" = v.c{index}"#));
        } else if !FOR_LIFE.contains(&name.as_str()) && !BESIDE_THE_REV.contains(&(&table, &name)) {
            sets.push(format!(r#""{name}" = v.c{index}"#));
        }
    }
    let names: Vec<String> = (0..columns.len()).map(|index| format!("c{index}")).collect();
    format!(
        r#"WITH v({names}) AS (VALUES {values}) UPDATE "{table}" SET {sets} FROM v WHERE {matches} RETURNING {keys}"#,
        names = names.join(", "),
        values = placeholders(backend, columns.len(), rows),
        sets = sets.join(", "),
        matches = matches.join(" AND "),
        keys = keys.join(", "),
    )
}

fn losers<E: EntityTrait>(models: &[E::Model], standing: &HashSet<Vec<u8>>) -> Lost {
    if models.len() == standing.len() {
        return Lost::new();
    }
    let key = |model: &E::Model| {
        let mut bytes = Vec::new();
        for key in E::PrimaryKey::iter() {
            push(&mut bytes, &model.get(key.into_column()));
        }
        bytes
    };
    (0..models.len()).filter(|index| !standing.contains(&key(&models[*index]))).collect()
}

/// The primary key of a row that was written, as bytes to compare.
fn returned_key<E: EntityTrait>(row: &QueryResult) -> Result<Vec<u8>, DbErr> {
    let mut bytes = Vec::new();
    for (index, key) in E::PrimaryKey::iter().enumerate() {
        let value: Value = match key.into_column().def().get_column_type() {
            ColumnType::Uuid => row.try_get_by_index::<uuid::Uuid>(index)?.into(),
            ColumnType::BigInteger => row.try_get_by_index::<i64>(index)?.into(),
            ColumnType::Blob | ColumnType::VarBinary(_) | ColumnType::Binary(_) => {
                row.try_get_by_index::<Vec<u8>>(index)?.into()
            }
            _ => row.try_get_by_index::<String>(index)?.into(),
        };
        push(&mut bytes, &value);
    }
    Ok(bytes)
}

fn push(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Uuid(Some(id)) => bytes.extend(id.as_bytes()),
        Value::BigInt(Some(number)) => bytes.extend(number.to_be_bytes()),
        Value::Bytes(Some(blob)) => bytes.extend(blob.iter()),
        Value::String(Some(text)) => bytes.extend(text.as_bytes()),
        _ => {}
    }
    bytes.push(0);
}

#[cfg(test)]
mod tests {
    use entities::{message, sign_in};

    use super::*;

    #[test]
    fn an_update_guards_the_rev_and_leaves_alone_what_a_row_keeps_for_life() {
        let columns: Vec<_> = sign_in::Column::iter().collect();
        let sql = guarded_update::<sign_in::Entity>(DbBackend::Postgres, &columns, 2);
        assert!(sql.contains(r#""sign_ins"."rev" = v.c"#), "{sql}");
        assert!(sql.contains(&format!("${}", columns.len() * 2)), "{sql}");
        assert!(!sql.contains(r#"SET "created_at""#) && !sql.contains(r#", "created_at""#), "{sql}");
    }

    #[test]
    fn sqlite_counts_its_parameters_by_itself() {
        let columns: Vec<_> = message::Column::iter().collect();
        assert!(!guarded_update::<message::Entity>(DbBackend::Sqlite, &columns, 1).contains('$'));
    }
}
