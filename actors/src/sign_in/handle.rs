//! The door to sign-ins and one-time codes.

use entities::{
    Digest, SignInId, TenantId, Timestamp, UserId, sign_in,
    sign_in_code::{self, CodePurpose},
};

use crate::{
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
};

use super::{
    SignInError,
    state::{Rotation, redeemable, rotate},
};

/// The sign-ins of all users. Cheap to clone.
#[derive(Clone)]
pub struct SignIns {
    ports: Ports,
}

/// A token to give out: of this family and generation, for this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    pub family: SignInId,
    pub generation: i64,
    pub tenant: TenantId,
    pub user: UserId,
}

/// Whom a one-time code let in, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    pub tenant: TenantId,
    pub user: UserId,
    pub purpose: CodePurpose,
}

impl SignIns {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A new family, good until `expires_at`.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn open(
        &self,
        (tenant, user): (TenantId, UserId),
        expires_at: Timestamp,
    ) -> Result<Rotated, SignInError> {
        let (now, family) = (self.ports.now(), SignInId::from_uuid(self.ports.draw()));
        let row = sign_in::Model {
            id: family,
            tenant_id: tenant,
            user_id: user,
            generation: 0,
            rotated_at: now,
            expires_at,
            revoked_at: None,
            created_at: now,
            rev: 1,
        };
        let rows = vec![Row::Insert(Record::SignIn(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(Rotated { family, generation: 0, tenant, user })
    }

    /// The successor of a presented token. One that is too old revokes the family: somebody else has it too.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn rotate(&self, family: SignInId, presented: i64) -> Result<Rotated, SignInError> {
        self.ports.until_written(|| self.try_rotate(family, presented)).await
    }

    async fn try_rotate(&self, family: SignInId, presented: i64) -> Result<Rotated, Attempt<SignInError>> {
        let row = self.family(family).await?.ok_or(Attempt::Refused(SignInError::Revoked))?;
        let now = self.ports.now();
        let (tenant, user) = (row.tenant_id, row.user_id);
        let given = |generation| Rotated { family, generation, tenant, user };
        match rotate(&row, presented, now) {
            Rotation::Next(generation) => {
                self.write(sign_in::Model { generation, rotated_at: now, ..row }).await?;
                Ok(given(generation))
            }
            Rotation::SameSuccessor(generation) => Ok(given(generation)),
            Rotation::Revoke => {
                self.write(sign_in::Model { revoked_at: Some(now), ..row }).await?;
                Err(Attempt::Refused(SignInError::Revoked))
            }
            Rotation::Expired => Err(Attempt::Refused(SignInError::Ended)),
            Rotation::Revoked => Err(Attempt::Refused(SignInError::Revoked)),
        }
    }

    /// Ends a family. Ending it again changes nothing.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn revoke(&self, family: SignInId) -> Result<(), SignInError> {
        let revoked = self.ports.until_written(|| async {
            let Some(row) = self.family(family).await? else { return Ok(()) };
            if row.revoked_at.is_some() {
                return Ok(());
            }
            self.write(sign_in::Model { revoked_at: Some(self.ports.now()), ..row }).await
        });
        revoked.await
    }

    /// Ends every family of a user.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn revoke_all(&self, tenant: TenantId, user: UserId) -> Result<(), SignInError> {
        let rows = self
            .ports
            .store()
            .read(tenant, move |db| async move { sign_in::Entity::of_user(tenant, user).all(&*db).await });
        for row in rows.await? {
            self.revoke(row.id).await?;
        }
        Ok(())
    }

    /// Keeps the hash of a new one-time code.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn issue(
        &self,
        (tenant, user): (TenantId, UserId),
        purpose: CodePurpose,
        code_hash: Digest,
        expires_at: Timestamp,
    ) -> Result<(), SignInError> {
        let now = self.ports.now();
        let row = sign_in_code::Model {
            code_hash,
            tenant_id: tenant,
            user_id: user,
            purpose,
            created_at: now,
            expires_at,
            used_at: None,
            rev: 1,
        };
        let rows = vec![Row::Insert(Record::SignInCode(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(())
    }

    /// Uses a one-time code up.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn redeem(&self, code_hash: Digest) -> Result<Redeemed, SignInError> {
        let redeemed = self.ports.until_written(|| async {
            let found = self.ports.store().read_across_tenants(move |db| async move {
                sign_in_code::Entity::by_hash_across_tenants(code_hash).one(&db).await
            });
            let row = found.await.map_err(|error| Attempt::Refused(error.into()))?;
            let now = self.ports.now();
            let row = row.filter(|row| redeemable(row, now));
            let row = row.ok_or(Attempt::Refused(SignInError::CodeExpired))?;
            let redeemed = Redeemed { tenant: row.tenant_id, user: row.user_id, purpose: row.purpose };
            let used = sign_in_code::Model { used_at: Some(now), rev: row.rev + 1, ..row };
            let rows = vec![Row::Update(Record::SignInCode(used))];
            self.ports.journal.commit(Commit::new(redeemed.tenant, now, rows, Vec::new())).await?;
            Ok(redeemed)
        });
        redeemed.await
    }

    async fn family(&self, family: SignInId) -> Result<Option<sign_in::Model>, Attempt<SignInError>> {
        let found = self.ports.store().read_across_tenants(move |db| async move {
            sign_in::Entity::by_id_across_tenants(family).one(&db).await
        });
        found.await.map_err(|error| Attempt::Refused(error.into()))
    }

    async fn write(&self, row: sign_in::Model) -> Result<(), Attempt<SignInError>> {
        let (tenant, now) = (row.tenant_id, self.ports.now());
        let after = sign_in::Model { rev: row.rev + 1, ..row };
        let rows = vec![Row::Update(Record::SignIn(after))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(())
    }
}

impl From<SignInError> for Attempt<SignInError> {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unwritten(error @ CommitError::Conflict) => Self::Unwritten(error),
            error => Self::Refused(error),
        }
    }
}
