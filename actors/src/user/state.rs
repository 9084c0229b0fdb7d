//! What may be done about users. Pure.

use entities::{
    BoardId, Json, Principal, TenantId, Timestamp, UserId,
    user::{self, Role, UserStatus},
};

use crate::{sign_in::NewCode, tenant::CloseCode};

use super::UserError;

/// The boards one user is a member of, when not of all.
const BOARDS: usize = 100;

/// A user to make; he sets his password by his invitation.
#[derive(Clone, Debug)]
pub struct CreateUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub boards: Option<Vec<BoardId>>,
    /// What lets him in for the first time.
    pub invitation: NewCode,
}

/// What is to be different. What is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateUser {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub boards: Option<Option<Vec<BoardId>>>,
    pub status: Option<UserStatus>,
    /// The most conversations routing gives him, 0 to 100; `Some(None)` leaves it to the board.
    pub capacity: Option<Option<i32>>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Whose hand it is, and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// The command line, and the hub itself.
    All,
    /// A user with this role.
    Of(Role),
    /// A user about himself: his name, nothing else.
    Own,
}

impl Power {
    /// Owners manage everybody, admins those below them.
    fn manages(self, other: Role) -> bool {
        match self {
            Self::All | Self::Of(Role::Owner) => true,
            Self::Of(Role::Admin) => other > Role::Admin,
            Self::Of(_) | Self::Own => false,
        }
    }
}

/// A user as he is known before anybody decides.
pub(super) struct Known<'a> {
    pub(super) row: &'a user::Model,
    /// Active owners of the tenant, this one included when he is one.
    pub(super) owners: u64,
}

pub(super) fn decide_create(
    create: &CreateUser,
    (tenant, id, by): (TenantId, UserId, Principal),
    power: Power,
    now: Timestamp,
) -> Result<user::Model, UserError> {
    let email = sound_email(&create.email)?;
    if !power.manages(create.role) {
        return Err(UserError::BeyondYourRole);
    }
    Ok(user::Model {
        id,
        tenant_id: tenant,
        email,
        name: checked_name(&create.name)?,
        role: create.role,
        boards: checked_boards(create.boards.as_deref())?,
        password_hash: None,
        status: UserStatus::Invited,
        capacity: None,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(by),
        updated_by: Some(by),
        deleted_at: None,
    })
}

/// Somebody nobody invited, whom an outside identity provider vouches for.
pub(super) struct Newcomer<'a> {
    pub(super) tenant: TenantId,
    pub(super) id: UserId,
    pub(super) email: Option<&'a str>,
    pub(super) name: Option<&'a str>,
}

/// He becomes an agent; `None` when he has no e-mail address that could be his.
pub(super) fn newcomer(who: &Newcomer<'_>, now: Timestamp) -> Option<user::Model> {
    let email = sound_email(who.email?).ok()?;
    let name = who.name.and_then(|name| checked_name(name).ok()).unwrap_or_else(|| email.clone());
    let by = Some(Principal::User(who.id));
    Some(user::Model {
        id: who.id,
        tenant_id: who.tenant,
        email,
        name,
        role: Role::Agent,
        boards: None,
        password_hash: None,
        status: UserStatus::Active,
        capacity: None,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: by,
        updated_by: by,
        deleted_at: None,
    })
}

/// The user once his identity provider let him in: whoever was invited has arrived.
pub(super) fn admitted(row: &user::Model, now: Timestamp) -> user::Model {
    let by = Some(Principal::User(row.id));
    user::Model {
        status: UserStatus::Active,
        rev: row.rev + 1,
        updated_at: now,
        updated_by: by,
        ..row.clone()
    }
}

fn sound_email(text: &str) -> Result<String, UserError> {
    let email = text.trim().to_lowercase();
    let sound = email.len() <= 254 && !email.contains(char::is_whitespace);
    let parts = email.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !sound || parts.is_none_or(|(_, domain)| domain.contains('@')) {
        return Err(UserError::Invalid { field: "email", reason: "is no e-mail address" });
    }
    Ok(email)
}

pub(super) fn decide_update(
    known: &Known<'_>,
    update: &UpdateUser,
    power: Power,
) -> Result<user::Model, UserError> {
    let mut row = known.row.clone();
    check_rev(&row, update.rev)?;
    let only_name = update.role.is_none()
        && update.boards.is_none()
        && update.status.is_none()
        && update.capacity.is_none();
    let allowed = power.manages(row.role) && update.role.is_none_or(|role| power.manages(role));
    if !(allowed || power == Power::Own && only_name) {
        return Err(UserError::BeyondYourRole);
    }
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if update.status == Some(UserStatus::Invited) {
        return Err(UserError::Invalid { field: "status", reason: "must be active or disabled" });
    }
    if update.capacity.flatten().is_some_and(|capacity| !(0..=100).contains(&capacity)) {
        return Err(UserError::Invalid { field: "capacity", reason: "must be a whole number from 0 to 100" });
    }
    row.capacity = update.capacity.unwrap_or(row.capacity);
    row.role = update.role.unwrap_or(row.role);
    row.status = update.status.unwrap_or(row.status);
    if let Some(boards) = &update.boards {
        row.boards = checked_boards(boards.as_deref())?;
    }
    keep_an_owner(known, is_active_owner(&row))?;
    Ok(row)
}

pub(super) fn decide_remove(
    known: &Known<'_>,
    rev: Option<i64>,
    power: Power,
    now: Timestamp,
) -> Result<user::Model, UserError> {
    let mut row = known.row.clone();
    check_rev(&row, rev)?;
    if !power.manages(row.role) {
        return Err(UserError::BeyondYourRole);
    }
    keep_an_owner(known, false)?;
    row.deleted_at = Some(now);
    row.password_hash = None;
    Ok(row)
}

/// What a change does to the sessions the user has open: they end, or begin anew with what he may see now.
pub(super) fn closes(before: &user::Model, after: &user::Model) -> Option<CloseCode> {
    let gone = after.deleted_at.is_some() || after.status == UserStatus::Disabled;
    if gone {
        return Some(CloseCode::Revoked);
    }
    (before.role != after.role || before.boards != after.boards).then_some(CloseCode::Resync)
}

fn is_active_owner(row: &user::Model) -> bool {
    row.role == Role::Owner && row.status == UserStatus::Active
}

fn keep_an_owner(known: &Known<'_>, stays: bool) -> Result<(), UserError> {
    if is_active_owner(known.row) && !stays && known.owners <= 1 { Err(UserError::LastOwner) } else { Ok(()) }
}

fn check_rev(row: &user::Model, seen: Option<i64>) -> Result<(), UserError> {
    match seen {
        Some(seen) if seen != row.rev => Err(UserError::RevMismatch { rev: row.rev }),
        _ => Ok(()),
    }
}

/// Each board once.
fn checked_boards(boards: Option<&[BoardId]>) -> Result<Option<Json<Vec<BoardId>>>, UserError> {
    let Some(boards) = boards else { return Ok(None) };
    if boards.len() > BOARDS {
        return Err(UserError::Invalid { field: "boards", reason: "must be at most 100" });
    }
    let mut own = Vec::with_capacity(boards.len());
    for board in boards {
        if !own.contains(board) {
            own.push(*board);
        }
    }
    Ok(Some(Json(own)))
}

fn checked_name(name: &str) -> Result<String, UserError> {
    let name = name.trim();
    if (1..=200).contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    Err(UserError::Invalid { field: "name", reason: "must have 1 to 200 characters" })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(role: Role) -> user::Model {
        let hash = entities::Digest::of(b"x");
        let invitation = NewCode { text: "x".into(), hash, expires_at: Timestamp::from_micros(9) };
        let (email, name) = ("a@b.example".into(), "Ada".into());
        let create = CreateUser { email, name, role, boards: None, invitation };
        let ids = (TenantId::from_uuid(Uuid::nil()), UserId::from_uuid(Uuid::nil()), Principal::System);
        let row = decide_create(&create, ids, Power::All, Timestamp::from_micros(0)).unwrap();
        user::Model { status: UserStatus::Active, ..row }
    }

    #[test]
    fn the_last_active_owner_stays_one() {
        let row = user(Role::Owner);
        let last = Known { row: &row, owners: 1 };
        let demote = UpdateUser { role: Some(Role::Agent), ..UpdateUser::default() };
        let disable = UpdateUser { status: Some(UserStatus::Disabled), ..UpdateUser::default() };
        assert!(matches!(decide_update(&last, &demote, Power::All), Err(UserError::LastOwner)));
        assert!(matches!(decide_update(&last, &disable, Power::All), Err(UserError::LastOwner)));
        let removed = decide_remove(&last, None, Power::All, Timestamp::from_micros(1));
        assert!(matches!(removed, Err(UserError::LastOwner)));
        assert!(decide_update(&Known { row: &row, owners: 2 }, &demote, Power::All).is_ok());
    }

    #[test]
    fn an_admin_reaches_those_below_him_and_makes_none_of_his_kind() {
        let (admin, agent) = (user(Role::Admin), user(Role::Agent));
        let rename = UpdateUser { name: Some("Grace".into()), ..UpdateUser::default() };
        let promote = UpdateUser { role: Some(Role::Admin), ..UpdateUser::default() };
        let power = Power::Of(Role::Admin);
        assert!(decide_update(&Known { row: &agent, owners: 1 }, &rename, power).is_ok());
        for (row, update) in [(&admin, &rename), (&agent, &promote)] {
            let refused = decide_update(&Known { row, owners: 1 }, update, power);
            assert!(matches!(refused, Err(UserError::BeyondYourRole)));
        }
    }

    #[test]
    fn a_user_changes_his_own_name_and_not_his_role() {
        let row = user(Role::Agent);
        let known = Known { row: &row, owners: 1 };
        let rename = UpdateUser { name: Some("Grace".into()), ..UpdateUser::default() };
        assert_eq!(decide_update(&known, &rename, Power::Own).unwrap().name, "Grace");
        let promote = UpdateUser { role: Some(Role::Owner), ..rename };
        assert!(matches!(decide_update(&known, &promote, Power::Own), Err(UserError::BeyondYourRole)));
    }

    #[test]
    fn sessions_end_with_the_right_to_them_and_begin_anew_with_another() {
        let row = user(Role::Agent);
        let disabled = user::Model { status: UserStatus::Disabled, ..row.clone() };
        let removed = user::Model { deleted_at: Some(Timestamp::from_micros(1)), ..row.clone() };
        let narrowed = user::Model { boards: Some(Json(Vec::new())), ..row.clone() };
        let renamed = user::Model { name: "Grace".into(), ..row.clone() };
        let effects = [&disabled, &removed, &narrowed, &renamed].map(|after| closes(&row, after));
        let (revoked, resync) = (Some(CloseCode::Revoked), Some(CloseCode::Resync));
        assert_eq!(effects, [revoked, revoked, resync, None]);
    }

    #[test]
    fn an_old_rev_is_refused_with_the_one_that_is() {
        let row = user(Role::Agent);
        let late = UpdateUser { rev: Some(7), ..UpdateUser::default() };
        let refused = decide_update(&Known { row: &row, owners: 1 }, &late, Power::All);
        assert!(matches!(refused, Err(UserError::RevMismatch { rev: 1 })));
    }
}
