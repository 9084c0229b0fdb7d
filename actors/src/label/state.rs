//! What the room of the labels decides. Pure.

use entities::{LabelId, Principal, TenantId, Timestamp, label};

use crate::conversation::is_label;

use super::{CreateLabel, LabelError, UpdateLabel};

/// The longest description, in characters.
const DESCRIPTION: usize = 200;

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a label that is made.
    pub(super) id: LabelId,
}

/// Decides to make a label.
pub(super) fn decide_create(
    create: &CreateLabel,
    name_taken: bool,
    given: Given,
) -> Result<label::Model, LabelError> {
    let name = checked_name(&create.name)?;
    let color = create.color.as_deref().map(checked_color).transpose()?;
    let description = create.description.as_deref().map(checked_description).transpose()?;
    if name_taken {
        return Err(LabelError::NameTaken);
    }
    Ok(label::Model {
        id: given.id,
        tenant_id: given.tenant,
        name,
        color,
        description,
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    })
}

/// Decides to change a label.
pub(super) fn decide_update(
    before: Option<label::Model>,
    update: &UpdateLabel,
    name_taken: bool,
    given: Given,
) -> Result<label::Model, LabelError> {
    let mut row = seen(before, update.rev)?;
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if let Some(color) = &update.color {
        row.color = color.as_deref().map(checked_color).transpose()?;
    }
    if let Some(description) = &update.description {
        row.description = description.as_deref().map(checked_description).transpose()?;
    }
    if name_taken {
        return Err(LabelError::NameTaken);
    }
    Ok(touched(row, given))
}

/// Decides to take a label away.
pub(super) fn decide_remove(
    before: Option<label::Model>,
    rev: Option<i64>,
    given: Given,
) -> Result<label::Model, LabelError> {
    let mut row = touched(seen(before, rev)?, given);
    row.deleted_at = Some(given.now);
    Ok(row)
}

fn seen(before: Option<label::Model>, rev: Option<i64>) -> Result<label::Model, LabelError> {
    let row = before.ok_or(LabelError::NotFound)?;
    match rev {
        Some(seen) if seen != row.rev => Err(LabelError::RevMismatch { rev: row.rev }),
        _ => Ok(row),
    }
}

fn touched(mut row: label::Model, given: Given) -> label::Model {
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    row
}

/// The name as it is kept.
pub(super) fn checked_name(name: &str) -> Result<String, LabelError> {
    let name = name.trim();
    if is_label(name) {
        return Ok(name.to_owned());
    }
    Err(LabelError::invalid("name", "must have 1 to 50 characters, and not punctuation alone"))
}

fn checked_color(color: &str) -> Result<String, LabelError> {
    let is_color = color
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if is_color {
        Ok(color.to_ascii_lowercase())
    } else {
        Err(LabelError::invalid("color", "must be #rrggbb"))
    }
}

fn checked_description(description: &str) -> Result<String, LabelError> {
    let description = description.trim();
    let good = description.chars().count() <= DESCRIPTION && !description.chars().any(char::is_control);
    if good {
        return Ok(description.to_owned());
    }
    Err(LabelError::invalid("description", "must have at most 200 characters on one line"))
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
            id: LabelId::from_uuid(Uuid::from_u128(1)),
        }
    }

    fn create(name: &str, color: &str) -> CreateLabel {
        CreateLabel { name: name.to_owned(), color: Some(color.to_owned()), description: None }
    }

    #[test]
    fn what_is_no_label_and_no_color_is_refused_by_name() {
        let made = decide_create(&create(" VIP ", "#FF8800"), false, given()).unwrap();
        assert_eq!((&made.name[..], made.color.as_deref()), ("VIP", Some("#ff8800")));
        for (name, color, wrong) in [
            ("", "#ff8800", "name"),
            (",", "#ff8800", "name"),
            (&"x".repeat(51), "#ff8800", "name"),
            ("VIP", "red", "color"),
            ("VIP", "#ff880g", "color"),
        ] {
            let refused = decide_create(&create(name, color), false, given()).unwrap_err();
            assert!(matches!(refused, LabelError::Invalid { field, .. } if field == wrong), "{name} {color}");
        }
    }

    proptest! {
        #[test]
        fn a_change_counts_one_rev_and_a_late_one_is_refused(name in "[a-z]{1,50}", rev in 1_i64..9) {
            let mut row = decide_create(&create("VIP", "#ff8800"), false, given()).unwrap();
            row.rev = rev;
            let update = |rev| UpdateLabel {
                id: given().id, name: Some(name.clone()), color: Some(None), description: None, rev,
            };
            let changed = decide_update(Some(row.clone()), &update(Some(rev)), false, given()).unwrap();
            prop_assert_eq!((changed.rev, &changed.name, changed.color), (rev + 1, &name, None));
            let taken = decide_update(Some(row.clone()), &update(None), true, given());
            prop_assert_eq!(taken, Err(LabelError::NameTaken));
            let late = decide_update(Some(row), &update(Some(rev + 1)), false, given());
            prop_assert_eq!(late, Err(LabelError::RevMismatch { rev }));
        }
    }
}
