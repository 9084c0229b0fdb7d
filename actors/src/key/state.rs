//! What the room of the keys decides. Pure.

use entities::{Json, KeyId, Principal, TenantId, Timestamp, api_key, api_key::Scope};

use super::{CreateKey, KeyError};

/// A key that was used within so many microseconds is not noted as used again.
const NOTED_FOR: i64 = 60_000_000;

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a key that is made.
    pub(super) id: KeyId,
}

/// Decides to make a key.
pub(super) fn decide_create(create: &CreateKey, given: Given) -> Result<api_key::Model, KeyError> {
    let mut scopes = create.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(KeyError::Invalid { field: "scopes", reason: "must name at least one" });
    }
    if create.board_id.is_some() && scopes.contains(&Scope::Admin) {
        // Who administers boards is narrowed by none.
        return Err(KeyError::Invalid { field: "board_id", reason: "is not for keys with the scope admin" });
    }
    Ok(api_key::Model {
        id: given.id,
        tenant_id: given.tenant,
        name: checked_name(&create.name)?,
        secret_hash: create.secret_hash,
        scopes: Json(scopes),
        board_id: create.board_id,
        last_used_at: None,
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    })
}

/// Decides to revoke a key.
pub(super) fn decide_revoke(
    before: Option<api_key::Model>,
    given: Given,
) -> Result<api_key::Model, KeyError> {
    let mut row = before.ok_or(KeyError::NotFound)?;
    row.rev += 1;
    (row.updated_at, row.updated_by, row.deleted_at) = (given.now, Some(given.by), Some(given.now));
    Ok(row)
}

/// The key with its use noted, or nothing when that was done within the minute.
pub(super) fn used(mut row: api_key::Model, now: Timestamp) -> Option<api_key::Model> {
    if row.last_used_at.is_some_and(|last| now.as_micros() - last.as_micros() < NOTED_FOR) {
        return None;
    }
    row.rev += 1;
    row.last_used_at = Some(now);
    Some(row)
}

fn checked_name(name: &str) -> Result<String, KeyError> {
    let name = name.trim();
    if (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(KeyError::Invalid { field: "name", reason: "must have 1 to 100 characters" })
}

#[cfg(test)]
mod tests {
    use entities::{BoardId, Digest};
    use uuid::Uuid;

    use super::*;

    fn given(now: i64) -> Given {
        Given {
            tenant: TenantId::from_uuid(Uuid::nil()),
            by: Principal::System,
            now: Timestamp::from_micros(now),
            id: KeyId::from_uuid(Uuid::from_u128(1)),
        }
    }

    fn create(name: &str, scopes: &[Scope]) -> CreateKey {
        let (name, scopes) = (name.to_owned(), scopes.to_vec());
        CreateKey { name, scopes, board_id: None, secret_hash: Digest::of(b"x") }
    }

    fn field(refused: Result<api_key::Model, KeyError>) -> Option<&'static str> {
        match refused {
            Err(KeyError::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn a_key_has_a_name_and_each_scope_once() {
        let twice = create(" Shop ", &[Scope::EventsRead, Scope::MessagesWrite, Scope::EventsRead]);
        let row = decide_create(&twice, given(0)).unwrap();
        assert_eq!((row.name.as_str(), row.scopes.0.len()), ("Shop", 2));
        assert_eq!(field(decide_create(&create("Shop", &[]), given(0))), Some("scopes"));
        assert_eq!(field(decide_create(&create(" ", &[Scope::Admin]), given(0))), Some("name"));
    }

    #[test]
    fn no_admin_is_narrowed_to_a_board() {
        let board_id = Some(BoardId::from_uuid(Uuid::from_u128(1)));
        let narrow = CreateKey { board_id, ..create("Shop", &[Scope::Admin]) };
        assert_eq!(field(decide_create(&narrow, given(0))), Some("board_id"));
    }

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let row = decide_create(&create("Shop", &[Scope::Admin]), given(0)).unwrap();
        let noted = used(row, Timestamp::from_micros(5)).unwrap();
        assert_eq!((noted.rev, noted.last_used_at), (2, Some(Timestamp::from_micros(5))));
        assert_eq!(used(noted.clone(), Timestamp::from_micros(NOTED_FOR)), None);
        assert!(used(noted, Timestamp::from_micros(NOTED_FOR + 5)).is_some());
    }
}
