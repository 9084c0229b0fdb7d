//! What the room of the boards decides. Pure.

use entities::{BoardId, Json, Principal, TenantId, Timestamp, board};
use serde_json::{Map, Value};

use crate::{conversation::sla::Limits, routing::Routing};

use super::{BoardError, CreateBoard, UpdateBoard};

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a board that is made.
    pub(super) id: BoardId,
}

/// Decides to make a board.
pub(super) fn decide_create(
    create: &CreateBoard,
    name_taken: bool,
    given: Given,
) -> Result<board::Model, BoardError> {
    let (name, settings) = (checked_name(&create.name)?, checked_settings(&create.settings)?);
    if name_taken {
        return Err(BoardError::NameTaken);
    }
    Ok(board::Model {
        id: given.id,
        tenant_id: given.tenant,
        name,
        settings: Json(settings),
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    })
}

/// Decides to change a board.
pub(super) fn decide_update(
    before: Option<board::Model>,
    update: &UpdateBoard,
    name_taken: bool,
    given: Given,
) -> Result<board::Model, BoardError> {
    let mut row = seen(before, update.rev)?;
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if let Some(settings) = &update.settings {
        row.settings = Json(checked_settings(settings)?);
    }
    if name_taken {
        return Err(BoardError::NameTaken);
    }
    Ok(touched(row, given))
}

/// Decides to remove a board that nothing uses.
pub(super) fn decide_remove(
    before: Option<board::Model>,
    rev: Option<i64>,
    used_by: Vec<&'static str>,
    given: Given,
) -> Result<board::Model, BoardError> {
    let mut row = touched(seen(before, rev)?, given);
    if !used_by.is_empty() {
        return Err(BoardError::InUse { by: used_by });
    }
    row.deleted_at = Some(given.now);
    Ok(row)
}

fn seen(before: Option<board::Model>, rev: Option<i64>) -> Result<board::Model, BoardError> {
    let row = before.ok_or(BoardError::NotFound)?;
    match rev {
        Some(seen) if seen != row.rev => Err(BoardError::RevMismatch { rev: row.rev }),
        _ => Ok(row),
    }
}

fn touched(mut row: board::Model, given: Given) -> board::Model {
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    row
}

/// The name as it is kept.
pub(super) fn checked_name(name: &str) -> Result<String, BoardError> {
    let name = name.trim();
    let good = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if good { Ok(name.to_owned()) } else { Err(BoardError::invalid("name", "must have 1 to 100 characters")) }
}

fn checked_settings(settings: &Map<String, Value>) -> Result<Map<String, Value>, BoardError> {
    if let Some(unknown) = settings.keys().find(|name| !["routing", "sla"].contains(&name.as_str())) {
        return Err(BoardError::invalid(&format!("settings.{unknown}"), "is not known here"));
    }
    let routing = Routing::of(settings);
    routing.map_err(|error| BoardError::invalid(&format!("settings.{}", error.field), error.reason))?;
    let limits = Limits::of(settings);
    limits.map_err(|error| BoardError::invalid(&format!("settings.{}", error.field), error.reason))?;
    Ok(settings.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn given() -> Given {
        Given {
            tenant: TenantId::from_uuid(Uuid::nil()),
            by: Principal::System,
            now: Timestamp::from_micros(7),
            id: BoardId::from_uuid(Uuid::from_u128(1)),
        }
    }

    fn create(name: &str) -> CreateBoard {
        CreateBoard { name: name.to_owned(), settings: Map::new() }
    }

    fn rename(name: &str, rev: Option<i64>) -> UpdateBoard {
        UpdateBoard { id: given().id, name: Some(name.to_owned()), settings: None, rev }
    }

    #[test]
    fn a_name_is_trimmed_and_must_say_something() {
        assert_eq!(decide_create(&create(" Sales "), false, given()).unwrap().name, "Sales");
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            let refused = decide_create(&create(name), false, given()).unwrap_err();
            assert!(matches!(refused, BoardError::Invalid { field, .. } if field == "name"), "{name:?}");
        }
    }

    #[test]
    fn settings_that_mean_nothing_are_refused_by_name() {
        let settings = Map::from_iter([("colour".to_owned(), Value::from("red"))]);
        let refused =
            decide_create(&CreateBoard { settings, ..create("Sales") }, false, given()).unwrap_err();
        assert!(matches!(refused, BoardError::Invalid { field, .. } if field == "settings.colour"));
    }

    #[test]
    fn a_board_that_is_used_stays() {
        let row = decide_create(&create("Sales"), false, given()).unwrap();
        let refused = decide_remove(Some(row.clone()), None, vec!["channels"], given());
        assert_eq!(refused, Err(BoardError::InUse { by: vec!["channels"] }));
        assert_eq!(
            decide_remove(Some(row), None, Vec::new(), given()).unwrap().deleted_at,
            Some(given().now)
        );
    }

    proptest! {
        #[test]
        fn a_change_counts_one_rev_and_a_late_one_is_refused(name in "[a-z]{1,100}", revs in 1_i64..9) {
            let mut row = decide_create(&create("Sales"), false, given()).unwrap();
            row.rev = revs;
            let changed = decide_update(Some(row.clone()), &rename(&name, Some(revs)), false, given()).unwrap();
            prop_assert_eq!((changed.rev, &changed.name), (revs + 1, &name));
            let taken = decide_update(Some(row.clone()), &rename(&name, None), true, given());
            prop_assert_eq!(taken, Err(BoardError::NameTaken));
            let late = decide_update(Some(row), &rename(&name, Some(revs + 1)), false, given());
            prop_assert_eq!(late, Err(BoardError::RevMismatch { rev: revs }));
        }
    }
}
