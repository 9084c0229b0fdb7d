//! When contacts were last active. Whatever talks with a contact moves it forward, beside the contact's own rev: so those
//! who talk with one contact at once never stand in each other's way.

use std::collections::BTreeMap;

use entities::{ContactId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};

use super::{Row, seal::Sealed, write};

/// Parameters of one contact: its tenant, its id, when.
const PARAMETERS: usize = 3;
/// Contacts in one statement.
const CONTACTS: usize = 10_000;

/// Moves the contacts of a batch to the latest time it names for each, none backwards.
pub(super) async fn advance(db: &DatabaseTransaction, batch: &[&Sealed]) -> Result<(), DbErr> {
    let latest: Vec<_> = latest(batch).into_iter().collect();
    for chunk in latest.chunks(CONTACTS) {
        let backend = db.get_database_backend();
        let sql = format!(
            r#"WITH v(tenant, contact, at) AS (VALUES {values}) UPDATE "contacts" SET "activity_at" = v.at FROM v
            WHERE "contacts"."tenant_id" = v.tenant AND "contacts"."id" = v.contact AND "contacts"."activity_at" < v.at"#,
            values = write::placeholders(backend, PARAMETERS, chunk.len()),
        );
        let values = chunk.iter().flat_map(|((tenant, contact), at)| {
            [Value::from(tenant.as_uuid()), Value::from(contact.as_uuid()), Value::from(at.as_micros())]
        });
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

fn latest(batch: &[&Sealed]) -> BTreeMap<(TenantId, ContactId), Timestamp> {
    let mut latest = BTreeMap::new();
    for commit in batch {
        for row in &commit.rows {
            if let Row::ContactActive(contact, at) = row {
                let known = latest.entry((commit.tenant, *contact)).or_insert(*at);
                *known = (*known).max(*at);
            }
        }
    }
    latest
}
