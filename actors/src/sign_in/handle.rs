//! The door to sign-ins and one-time codes.

use entities::{
    Digest, SignInId, TenantId, Timestamp, UserId, sign_in,
    sign_in_code::{self, CodePurpose},
};

use crate::{
    audit::Trail,
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{
    NewCode, Refused, SignInError,
    record::{refused as refusal, revoked, signed_in, signed_out},
    state::{Rotation, arrived, redeemable, rotate},
    store,
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

impl Rotated {
    fn of(row: &sign_in::Model) -> Self {
        let (tenant, user) = (row.tenant_id, row.user_id);
        Self { family: row.id, generation: row.generation, tenant, user }
    }
}

/// Whose a one-time code is, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHolder {
    pub who: (TenantId, UserId),
    pub purpose: CodePurpose,
}

type Tried = Result<Rotated, Attempt<SignInError>>;

impl SignIns {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A new family. Who does not come back until `good_until` is signed out.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn open(
        &self,
        who: (TenantId, UserId),
        good_until: Timestamp,
        trail: Option<&Trail>,
    ) -> Result<Rotated, SignInError> {
        let row = self.fresh(who, good_until);
        let opened = Rotated::of(&row);
        let entry = signed_in(&self.ports, who, (row.id, None), trail);
        self.write(who.0, vec![Row::Insert(Record::SignIn(row)), entry]).await?;
        Ok(opened)
    }

    /// Records that somebody was not let in.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn refuse(
        &self,
        who: (TenantId, UserId),
        because: Refused,
        trail: Option<&Trail>,
    ) -> Result<(), SignInError> {
        Ok(self.write(who.0, vec![refusal(&self.ports, who, because, trail)]).await?)
    }

    /// The successor of a presented token, good until `good_until`. A token that is too old revokes the family:
    /// somebody else has it too.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn rotate(
        &self,
        (family, presented): (SignInId, i64),
        good_until: Timestamp,
        trail: Option<&Trail>,
    ) -> Result<Rotated, SignInError> {
        self.ports.until_written(|| self.try_rotate((family, presented), good_until, trail)).await
    }

    async fn try_rotate(
        &self,
        (family, presented): (SignInId, i64),
        good_until: Timestamp,
        trail: Option<&Trail>,
    ) -> Tried {
        let row = store::family(&self.ports, family).await.map_err(refused)?;
        let row = row.ok_or(Attempt::Refused(SignInError::Revoked))?;
        let now = self.ports.now();
        let decision = rotate(&row, presented, now);
        let before = sign_in::Model { rev: row.rev + 1, ..row.clone() };
        match decision {
            Rotation::Next(generation) => {
                let next = sign_in::Model { generation, rotated_at: now, expires_at: good_until, ..before };
                let rotated = Rotated::of(&next);
                self.write(row.tenant_id, vec![Row::Update(Record::SignIn(next))]).await?;
                Ok(rotated)
            }
            Rotation::SameSuccessor(generation) => Ok(Rotated { generation, ..Rotated::of(&row) }),
            Rotation::Revoke => {
                let ended = sign_in::Model { revoked_at: Some(now), ..before };
                let entry = revoked(&self.ports, (row.tenant_id, row.user_id), family, trail);
                self.write(row.tenant_id, vec![Row::Update(Record::SignIn(ended)), entry]).await?;
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
    pub async fn revoke(&self, family: SignInId, trail: Option<&Trail>) -> Result<(), SignInError> {
        let revoked = self.ports.until_written(|| async {
            let row = store::family(&self.ports, family).await.map_err(refused)?;
            let Some(row) = row.filter(|row| row.revoked_at.is_none()) else { return Ok(()) };
            let who = (row.tenant_id, row.user_id);
            let (revoked_at, rev) = (Some(self.ports.now()), row.rev + 1);
            let ended = sign_in::Model { revoked_at, rev, ..row };
            let entry = signed_out(&self.ports, who, family, trail);
            self.write(who.0, vec![Row::Update(Record::SignIn(ended)), entry]).await?;
            Ok(())
        });
        revoked.await
    }

    /// Keeps the hash of a new one-time code.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn issue(
        &self,
        who: (TenantId, UserId),
        purpose: CodePurpose,
        code: &NewCode,
    ) -> Result<(), SignInError> {
        let row = code.row(who, purpose, self.ports.now());
        self.write(who.0, vec![Row::Insert(Record::SignInCode(row))]).await?;
        Ok(())
    }

    /// Whose family this is; `None` for one that is not there.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn holder(&self, family: SignInId) -> Result<Option<(TenantId, UserId)>, SignInError> {
        let row = store::family(&self.ports, family).await?;
        Ok(row.map(|row| (row.tenant_id, row.user_id)))
    }

    /// Whose code this is, when it may be used now. Asked before anything costly is done for it.
    ///
    /// # Errors
    /// [`SignInError::CodeExpired`], also for codes nobody issued.
    pub async fn check(&self, code_hash: Digest, trail: Option<&Trail>) -> Result<CodeHolder, SignInError> {
        let row = store::code(&self.ports, code_hash).await?.ok_or(SignInError::CodeExpired)?;
        let holder = CodeHolder { who: (row.tenant_id, row.user_id), purpose: row.purpose };
        if redeemable(&row, self.ports.now()) {
            return Ok(holder);
        }
        self.refuse(holder.who, Refused::Link, trail).await?;
        Err(SignInError::CodeExpired)
    }

    /// Uses a one-time code up and signs its user in, all in one commit. A password (as a PHC string) ends what he had
    /// open elsewhere. Who is disabled or removed stays outside, and his code is not used up.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn exchange(
        &self,
        code_hash: Digest,
        password_hash: Option<&str>,
        good_until: Timestamp,
        trail: Option<&Trail>,
    ) -> Result<Rotated, SignInError> {
        self.ports.until_written(|| self.try_exchange(code_hash, password_hash, good_until, trail)).await
    }

    async fn try_exchange(
        &self,
        code_hash: Digest,
        password_hash: Option<&str>,
        good_until: Timestamp,
        trail: Option<&Trail>,
    ) -> Tried {
        let code = store::code(&self.ports, code_hash).await.map_err(refused)?;
        let now = self.ports.now();
        let code = code.filter(|row| redeemable(row, now));
        let code = code.ok_or(Attempt::Refused(SignInError::CodeExpired))?;
        let (who, purpose) = ((code.tenant_id, code.user_id), code.purpose);
        let user = store::user(&self.ports, who.0, who.1).await.map_err(refused)?;
        let user = user.ok_or(Attempt::Refused(SignInError::CodeExpired))?;
        let user = arrived(&user, password_hash, now).map_err(Attempt::Refused)?;
        let family = self.fresh(who, good_until);
        let opened = Rotated::of(&family);
        let used = sign_in_code::Model { used_at: Some(now), rev: code.rev + 1, ..code };
        let entry = signed_in(&self.ports, who, (family.id, Some(purpose)), trail);
        let mut rows =
            vec![Row::Update(Record::SignInCode(used)), Row::Insert(Record::SignIn(family)), entry];
        // Guarded by its rev even when nothing changes: nobody comes in who is disabled at this moment.
        rows.push(Row::Update(Record::User(user)));
        if password_hash.is_some() {
            rows.extend(store::ending_all(&self.ports, who, None).await.map_err(refused)?);
        }
        self.write(who.0, rows).await?;
        Ok(opened)
    }

    fn fresh(&self, (tenant_id, user_id): (TenantId, UserId), expires_at: Timestamp) -> sign_in::Model {
        let now = self.ports.now();
        sign_in::Model {
            id: SignInId::from_uuid(self.ports.draw()),
            tenant_id,
            user_id,
            generation: 0,
            rotated_at: now,
            expires_at,
            revoked_at: None,
            created_at: now,
            rev: 1,
        }
    }

    async fn write(&self, tenant: TenantId, rows: Vec<Row>) -> Result<(), CommitError> {
        let commit = Commit::new(tenant, self.ports.now(), rows, Vec::new());
        self.ports.journal.commit(commit).await.map(drop)
    }
}

fn refused(error: StoreError) -> Attempt<SignInError> {
    Attempt::Refused(error.into())
}
