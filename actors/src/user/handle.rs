//! The door to users.

use entities::{
    Principal, TenantId, UserId,
    scope::{Place, SoftDeleted},
    tenant,
    user::{self, Role, UserStatus},
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use crate::{
    asked::{Asked, Earlier},
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    CreateUser, Power, UpdateUser, User, UserError,
    state::{Known, decide_create, decide_remove, decide_update},
};

type Tried<T> = Result<T, Attempt<UserError>>;

/// The users of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    ports: Ports,
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

    /// Makes a user who is invited.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        asked: &Asked,
        create: &CreateUser,
        power: Power,
    ) -> Result<User, UserError> {
        let made = self.ports.until_written(|| async {
            match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
                Earlier::Answered(user) => return Ok(user),
                Earlier::Mismatch => return Err(Attempt::Refused(UserError::IdempotencyMismatch)),
                Earlier::None => {}
            }
            let taken = self.by_email_across_tenants(&create.email).await.map_err(refused)?;
            if taken.iter().any(|user| user.tenant_id == tenant) {
                return Err(Attempt::Refused(UserError::EmailTaken));
            }
            let ids = (tenant, UserId::from_uuid(self.ports.draw()), asked.by);
            let row = decide_create(create, ids, power, self.ports.now()).map_err(Attempt::Refused)?;
            let user = User::from(&row);
            let rows = vec![Row::Insert(Record::User(row))];
            let commit = Commit::new(tenant, self.ports.now(), rows, Vec::new());
            self.ports.journal.commit(commit.answering(asked.answer(&user, None))).await?;
            Ok(user)
        });
        made.await
    }

    /// Changes a user. What he has open is the caller's to close: [`closes`].
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn update(
        &self,
        (tenant, id): (TenantId, UserId),
        by: Principal,
        update: &UpdateUser,
        power: Power,
    ) -> Result<User, UserError> {
        self.change((tenant, id), by, |known| decide_update(known, update, power)).await
    }

    /// Removes a user. What he did keeps his name.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn remove(
        &self,
        (tenant, id): (TenantId, UserId),
        by: Principal,
        rev: Option<i64>,
        power: Power,
    ) -> Result<User, UserError> {
        let now = self.ports.now();
        self.change((tenant, id), by, |known| decide_remove(known, rev, power, now)).await
    }

    /// Gives a user a password (as a PHC string); who was invited is active then.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn set_password(
        &self,
        (tenant, id): (TenantId, UserId),
        hash: &str,
    ) -> Result<User, UserError> {
        let changed = self.change((tenant, id), Principal::User(id), |known| {
            let mut row = known.row.clone();
            row.password_hash = Some(hash.to_owned());
            row.status = if row.status == UserStatus::Invited { UserStatus::Active } else { row.status };
            Ok(row)
        });
        changed.await
    }

    /// Who came by an invitation is active from then on, with a password or without.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn activate(&self, (tenant, id): (TenantId, UserId)) -> Result<User, UserError> {
        let changed = self.change((tenant, id), Principal::User(id), |known| {
            Ok(user::Model { status: UserStatus::Active, ..known.row.clone() })
        });
        changed.await
    }

    async fn change(
        &self,
        (tenant, id): (TenantId, UserId),
        by: Principal,
        decide: impl Fn(&Known<'_>) -> Result<user::Model, UserError>,
    ) -> Result<User, UserError> {
        self.ports.until_written(|| self.attempt((tenant, id), by, &decide)).await
    }

    async fn attempt(
        &self,
        (tenant, id): (TenantId, UserId),
        by: Principal,
        decide: &impl Fn(&Known<'_>) -> Result<user::Model, UserError>,
    ) -> Tried<User> {
        let row = self.row(tenant, id).await.map_err(refused)?;
        let row = row.ok_or(Attempt::Refused(UserError::NotFound))?;
        // Two owners who demote each other at once must not both succeed: the tenant's rev, read before the owners are
        // counted, decides.
        let (guard, owners) = match row.role {
            Role::Owner => {
                (Some(self.touch_tenant(tenant, by).await?), self.owners(tenant).await.map_err(refused)?)
            }
            _ => (None, 0),
        };
        let mut after = decide(&Known { row: &row, owners }).map_err(Attempt::Refused)?;
        after.rev = row.rev + 1;
        after.updated_at = self.ports.now();
        after.updated_by = Some(by);
        let user = User::from(&after);
        let mut rows = vec![Row::Update(Record::User(after))];
        rows.extend(guard);
        self.ports.journal.commit(Commit::new(tenant, self.ports.now(), rows, Vec::new())).await?;
        Ok(user)
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

/// After `before` became `after`: whether sessions end for good (`Some(true)`), resync (`Some(false)`) or go on.
#[must_use]
pub fn closes(before: &User, after: &User) -> Option<bool> {
    if after.status == UserStatus::Disabled && before.status != UserStatus::Disabled {
        return Some(true);
    }
    (before.role != after.role || before.boards != after.boards).then_some(false)
}

impl From<UserError> for Attempt<UserError> {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Unwritten(error @ CommitError::Conflict) => Self::Unwritten(error),
            error => Self::Refused(error),
        }
    }
}
