//! What the room of the templates decides. Pure.

use entities::{BoardId, Json, Principal, TemplateId, TenantId, Timestamp, channel::ChannelType, template};

use crate::conversation::BODY;

use super::{CreateTemplate, TemplateError, Text, UpdateTemplate};

/// The longest name, in characters.
const NAME: usize = 100;
/// The longest shortcut, in characters.
const SHORTCUT: usize = 50;

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a template that is made.
    pub(super) id: TemplateId,
    /// The board it is to stand on is there, and the caller sees it; or none is named.
    pub(super) board_is_seen: bool,
}

/// Decides to make a template.
pub(super) fn decide_create(create: &CreateTemplate, given: Given) -> Result<template::Model, TemplateError> {
    Ok(template::Model {
        id: given.id,
        tenant_id: given.tenant,
        name: checked_name(&create.name)?,
        shortcut: create.shortcut.as_deref().map(checked_shortcut).transpose()?,
        body: checked_body(&create.body)?,
        class: create.class,
        board_id: checked_board(create.board_id, given)?,
        channel_types: Json(each_once(&create.channel_types)),
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    })
}

/// Decides to change a template.
pub(super) fn decide_update(
    before: template::Model,
    update: &UpdateTemplate,
    given: Given,
) -> Result<template::Model, TemplateError> {
    let mut row = touched(before, update.rev, given)?;
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if let Some(shortcut) = &update.shortcut {
        row.shortcut = shortcut.as_deref().map(checked_shortcut).transpose()?;
    }
    if let Some(body) = &update.body {
        row.body = checked_body(body)?;
    }
    if let Some(board) = update.board_id {
        row.board_id = checked_board(board, given)?;
    }
    if let Some(channel_types) = &update.channel_types {
        row.channel_types = Json(each_once(channel_types));
    }
    row.class = update.class.unwrap_or(row.class);
    Ok(row)
}

/// Decides to take a template away.
pub(super) fn decide_remove(
    before: template::Model,
    rev: Option<i64>,
    given: Given,
) -> Result<template::Model, TemplateError> {
    Ok(template::Model { deleted_at: Some(given.now), ..touched(before, rev, given)? })
}

fn touched(row: template::Model, seen: Option<i64>, given: Given) -> Result<template::Model, TemplateError> {
    if seen.is_some_and(|seen| seen != row.rev) {
        return Err(TemplateError::RevMismatch { rev: row.rev });
    }
    Ok(template::Model { rev: row.rev + 1, updated_at: given.now, updated_by: Some(given.by), ..row })
}

fn checked_name(name: &str) -> Result<String, TemplateError> {
    let name = name.trim();
    let good = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if good {
        return Ok(name.to_owned());
    }
    Err(TemplateError::Invalid { field: "name", reason: "must have 1 to 100 characters on one line" })
}

fn checked_shortcut(shortcut: &str) -> Result<String, TemplateError> {
    let is_word = !shortcut.chars().any(|char| char.is_whitespace() || char.is_control());
    if is_word && (1..=SHORTCUT).contains(&shortcut.chars().count()) {
        return Ok(shortcut.to_owned());
    }
    Err(TemplateError::Invalid { field: "shortcut", reason: "must have 1 to 50 characters without spaces" })
}

fn checked_body(body: &str) -> Result<String, TemplateError> {
    let refused = |reason| Err(TemplateError::Invalid { field: "body", reason });
    if body.trim().is_empty() {
        return refused("is empty");
    }
    if body.chars().count() > BODY {
        return refused("is longer than 10,000 characters");
    }
    match Text::read(body) {
        Ok(_) => Ok(body.to_owned()),
        Err(_) => refused("must have a name of 1 to 50 letters, digits, _ and . between {{ and }}"),
    }
}

fn checked_board(board: Option<BoardId>, given: Given) -> Result<Option<BoardId>, TemplateError> {
    if board.is_none() || given.board_is_seen {
        return Ok(board);
    }
    Err(TemplateError::Invalid { field: "board_id", reason: "does not exist" })
}

fn each_once(channel_types: &[ChannelType]) -> Vec<ChannelType> {
    ChannelType::ALL.iter().copied().filter(|kind| channel_types.contains(kind)).collect()
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
            id: TemplateId::from_uuid(Uuid::from_u128(1)),
            board_is_seen: false,
        }
    }

    fn create() -> CreateTemplate {
        CreateTemplate {
            name: " Greeting ".to_owned(),
            shortcut: Some("hi".to_owned()),
            body: " Hi {{contact.name}} ".to_owned(),
            class: None,
            board_id: None,
            channel_types: vec![ChannelType::Twilio, ChannelType::Webchat, ChannelType::Twilio],
        }
    }

    #[test]
    fn what_is_no_template_is_refused_by_name() {
        let made = decide_create(&create(), given()).unwrap();
        assert_eq!((&made.name[..], &made.body[..]), ("Greeting", " Hi {{contact.name}} "));
        assert_eq!(made.channel_types.0, [ChannelType::Webchat, ChannelType::Twilio]);
        let board = Some(BoardId::from_uuid(Uuid::nil()));
        for (wrong, field) in [
            (CreateTemplate { name: " ".to_owned(), ..create() }, "name"),
            (CreateTemplate { name: "x".repeat(101), ..create() }, "name"),
            (CreateTemplate { shortcut: Some("good day".to_owned()), ..create() }, "shortcut"),
            (CreateTemplate { body: " \n".to_owned(), ..create() }, "body"),
            (CreateTemplate { body: "x".repeat(10_001), ..create() }, "body"),
            (CreateTemplate { body: "Hi {{contact name}}".to_owned(), ..create() }, "body"),
            (CreateTemplate { board_id: board, ..create() }, "board_id"),
        ] {
            let refused = decide_create(&wrong, given()).unwrap_err();
            assert!(matches!(refused, TemplateError::Invalid { field: at, .. } if at == field), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_change_counts_one_rev_and_a_late_one_is_refused(name in "[a-z]{1,100}", rev in 1_i64..9) {
            let mut row = decide_create(&create(), given()).unwrap();
            row.rev = rev;
            let update = |rev| UpdateTemplate {
                id: given().id, name: Some(name.clone()), shortcut: Some(None), body: None, class: None,
                board_id: None, channel_types: None, rev,
            };
            let changed = decide_update(row.clone(), &update(Some(rev)), given()).unwrap();
            prop_assert_eq!((changed.rev, &changed.name, changed.shortcut), (rev + 1, &name, None));
            prop_assert_eq!(changed.body, row.body.clone());
            let late = decide_update(row, &update(Some(rev + 1)), given());
            prop_assert_eq!(late, Err(TemplateError::RevMismatch { rev }));
        }
    }
}
