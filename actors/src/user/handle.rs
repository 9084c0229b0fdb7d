//! The door to users.

use entities::{
    Principal, SignInId, TenantId, UserId,
    scope::{Place, SoftDeleted},
    sign_in_code::CodePurpose,
    tenant,
    user::{self, Role, UserStatus},
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    asked::{Asked, Earlier},
    audit::{Deed, entry},
    board,
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    sign_in::store::ending_all,
    store::StoreError,
    tenant::CloseCode,
};

use super::{
    CreateUser, Power, UpdateUser, User, UserError,
    state::{Known, closes, decide_create, decide_remove, decide_update},
};

type Tried<T> = Result<T, Attempt<UserError>>;

/// The users of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    ports: Ports,
}

/// Somebody who was invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub user: User,
    /// The code of his invitation; shown to nobody but the one who invites.
    pub code: String,
}

/// A user after a change, and what it does to the sessions he has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub user: User,
    pub closes: Option<CloseCode>,
}

/// Who changes a user, and how it is recorded.
#[derive(Clone, Copy)]
struct Hand<'a> {
    action: &'static str,
    asked: &'a Asked,
    /// The sign-in that goes on when the others end.
    keeps: Option<SignInId>,
}

impl Users {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One user who was not removed, with everything about him.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn row(&self, tenant: TenantId, id: UserId) -> Result<Option<user::Model>, StoreError> {
        let store = self.ports.store();
        store
            .read(tenant, move |db| async move { user::Entity::live_by_id(tenant, id).one(&*db).await })
            .await
    }

    /// Users, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page(
        &self,
        tenant: TenantId,
        below: Option<Place>,
        limit: u64,
    ) -> Result<Vec<User>, StoreError> {
        let rows = self
            .ports
            .store()
            .read(tenant, move |db| async move { user::Entity::page(tenant, below, limit).all(&*db).await });
        Ok(rows.await?.iter().map(User::from).collect())
    }

    /// Everybody with this e-mail address, in all tenants.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn by_email_across_tenants(&self, email: &str) -> Result<Vec<user::Model>, StoreError> {
        let email = email.trim().to_lowercase();
        let rows = self.ports.store().read_across_tenants(move |db| async move {
            user::Entity::by_email_across_tenants(&email).all(&db).await
        });
        rows.await
    }

    /// Makes a user who is invited. A repeat is answered with the same invitation.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateUser,
        power: Power,
    ) -> Result<Invited, UserError> {
        self.ports.until_written(|| self.try_create(tenant, asked, create, power)).await
    }

    async fn try_create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateUser,
        power: Power,
    ) -> Tried<Invited> {
        // Before the look for an earlier answer: who finds the address taken by this very request finds its answer too.
        let taken = self.by_email_across_tenants(&create.email).await.map_err(refused)?;
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::Answered(invited) => return Ok(invited),
            Earlier::Mismatch => return Err(Attempt::Refused(UserError::IdempotencyMismatch)),
            Earlier::None => {}
        }
        if taken.iter().any(|user| user.tenant_id == tenant) {
            return Err(Attempt::Refused(UserError::EmailTaken));
        }
        let (now, id) = (self.ports.now(), UserId::from_uuid(self.ports.draw()));
        let row = decide_create(create, (tenant, id, asked.by), power, now).map_err(Attempt::Refused)?;
        self.check_boards(&row).await?;
        let invited = Invited { user: User::from(&row), code: create.invitation.text.clone() };
        let code = create.invitation.row((tenant, id), CodePurpose::Invitation, now);
        let rows = vec![
            self.entry("user.create", asked, &row),
            Row::Insert(Record::User(row)),
            Row::Insert(Record::SignInCode(code)),
        ];
        let commit = Commit::new(tenant, now, rows, Vec::new());
        self.ports.journal.commit(commit.answering(asked.answer_untold(&invited))).await?;
        Ok(invited)
    }

    /// Changes a user. Who is disabled is signed out everywhere, in the same commit.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn update(
        &self,
        who: (TenantId, UserId),
        asked: &Asked,
        update: &UpdateUser,
        power: Power,
    ) -> Result<Changed, UserError> {
        let hand = Hand { action: "user.update", asked, keeps: None };
        self.change(who, hand, |known| decide_update(known, update, power)).await
    }

    /// Removes a user and signs him out everywhere. What he did keeps his name.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn remove(
        &self,
        who: (TenantId, UserId),
        asked: &Asked,
        rev: Option<i64>,
        power: Power,
    ) -> Result<Changed, UserError> {
        let (now, hand) = (self.ports.now(), Hand { action: "user.remove", asked, keeps: None });
        self.change(who, hand, |known| decide_remove(known, rev, power, now)).await
    }

    /// Gives a user another password (as a PHC string) and ends his sign-ins, but for the one he did it in.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn set_password(
        &self,
        who: (TenantId, UserId),
        asked: &Asked,
        hash: &str,
        keeps: Option<SignInId>,
    ) -> Result<Changed, UserError> {
        let hand = Hand { action: "user.set_password", asked, keeps };
        let changed = self.change(who, hand, |known| {
            Ok(user::Model { password_hash: Some(hash.to_owned()), ..known.row.clone() })
        });
        changed.await
    }

    async fn change(
        &self,
        who: (TenantId, UserId),
        hand: Hand<'_>,
        decide: impl Fn(&Known<'_>) -> Result<user::Model, UserError>,
    ) -> Result<Changed, UserError> {
        self.ports.until_written(|| self.attempt(who, hand, &decide)).await
    }

    async fn attempt(
        &self,
        (tenant, id): (TenantId, UserId),
        hand: Hand<'_>,
        decide: &impl Fn(&Known<'_>) -> Result<user::Model, UserError>,
    ) -> Tried<Changed> {
        let row = self.row(tenant, id).await.map_err(refused)?;
        let row = row.ok_or(Attempt::Refused(UserError::NotFound))?;
        // Two owners who demote each other at once must not both succeed: the tenant's rev, read before the owners are
        // counted, decides.
        let (guard, owners) = match row.role {
            Role::Owner => (
                Some(self.touch_tenant(tenant, hand.asked.by).await?),
                self.owners(tenant).await.map_err(refused)?,
            ),
            _ => (None, 0),
        };
        let mut after = decide(&Known { row: &row, owners }).map_err(Attempt::Refused)?;
        if after.boards != row.boards {
            self.check_boards(&after).await?;
        }
        let now = self.ports.now();
        (after.rev, after.updated_at, after.updated_by) = (row.rev + 1, now, Some(hand.asked.by));
        let changed = Changed { user: User::from(&after), closes: closes(&row, &after) };
        let mut rows = vec![self.entry(hand.action, hand.asked, &after)];
        if changed.closes == Some(CloseCode::Revoked) || row.password_hash != after.password_hash {
            rows.extend(ending_all(&self.ports, (tenant, id), hand.keeps).await.map_err(refused)?);
        }
        rows.push(Row::Update(Record::User(after)));
        rows.extend(guard);
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(changed)
    }

    /// Nobody becomes a member of a board that is not there.
    async fn check_boards(&self, row: &user::Model) -> Tried<()> {
        let boards = row.boards.as_ref().map(|boards| boards.0.as_slice()).unwrap_or_default();
        if board::store::are_there(self.ports.store(), row.tenant_id, boards).await.map_err(refused)? {
            return Ok(());
        }
        Err(Attempt::Refused(UserError::Invalid {
            field: "boards",
            reason: "names a board that does not exist",
        }))
    }

    pub(super) fn ports(&self) -> &Ports {
        &self.ports
    }

    /// What is recorded of a change: the power somebody has after it.
    pub(super) fn entry(&self, action: &'static str, asked: &Asked, row: &user::Model) -> Row {
        let deed = Deed { action, noun: "user", id: row.id.as_uuid() };
        let details = json!({ "role": row.role, "status": row.status, "boards": row.boards });
        entry(&self.ports, row.tenant_id, asked, deed, details.as_object().cloned().unwrap_or_default())
    }

    async fn touch_tenant(&self, id: TenantId, by: Principal) -> Tried<Row> {
        let found = self
            .ports
            .store()
            .read(id, move |db| async move { tenant::Entity::live_by_id(id, id).one(&*db).await });
        let row = found.await.map_err(refused)?.ok_or(Attempt::Refused(UserError::NotFound))?;
        let (rev, now) = (row.rev + 1, self.ports.now());
        Ok(Row::Update(Record::Tenant(tenant::Model { rev, updated_at: now, updated_by: Some(by), ..row })))
    }

    async fn owners(&self, tenant: TenantId) -> Result<u64, StoreError> {
        let owners = self.ports.store().read(tenant, move |db| async move {
            let owners = user::Entity::live(tenant).filter(user::Column::Role.eq(Role::Owner));
            owners.filter(user::Column::Status.eq(UserStatus::Active)).count(&*db).await
        });
        owners.await
    }
}

fn refused(error: StoreError) -> Attempt<UserError> {
    Attempt::Refused(error.into())
}
