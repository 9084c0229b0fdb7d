//! Users who come with the token of an outside identity provider.

use entities::{
    Principal, TenantId, UserId,
    outside_identity::{self, Entity as Identities},
    scope::SoftDeleted,
    tenant,
    user::{self, UserStatus},
};

use crate::{
    asked::Asked,
    audit::Trail,
    journal::{Commit, Record, Row},
    ports::Attempt,
    store::StoreError,
};

use super::{
    UserError, Users,
    state::{Newcomer, admitted, newcomer},
};

/// Somebody an outside identity provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    pub issuer: String,
    /// The `sub` of his tokens.
    pub subject: String,
    pub email: Option<String>,
    /// The provider says that the e-mail address is his, so he is the user who has it.
    pub email_is_proven: bool,
    pub name: Option<String>,
    /// Who is not known becomes an agent.
    pub provision: bool,
}

/// What is known of an outsider and of his tenant.
struct Known {
    tenant: Option<tenant::Model>,
    user: Option<user::Model>,
    is_linked: bool,
}

impl Users {
    /// The user an outsider is: the one he was before, the one whose e-mail address is proven to be his, or a new agent.
    /// `None` for somebody who is no member, and in a tenant that is not served.
    ///
    /// # Errors
    /// [`UserError`].
    pub async fn outsider(
        &self,
        tenant: TenantId,
        outsider: &Outsider,
        trail: Option<&Trail>,
    ) -> Result<Option<user::Model>, UserError> {
        self.ports().until_written(|| self.try_outsider(tenant, outsider, trail)).await
    }

    async fn try_outsider(
        &self,
        tenant: TenantId,
        outsider: &Outsider,
        trail: Option<&Trail>,
    ) -> Result<Option<user::Model>, Attempt<UserError>> {
        let known = self.known(tenant, outsider).await.map_err(refused)?;
        if known.tenant.is_none_or(|tenant| tenant.status != tenant::TenantStatus::Active) {
            return Ok(None);
        }
        let is_active = |user: &user::Model| user.status == UserStatus::Active;
        if known.is_linked {
            return Ok(known.user.filter(is_active));
        }
        let (now, ports) = (self.ports().now(), self.ports());
        let (row, user) = match known.user {
            Some(user) if outsider.email_is_proven && user.status != UserStatus::Disabled => {
                let user = admitted(&user, now);
                (Row::Update(Record::User(user.clone())), user)
            }
            // The address is taken, and nobody says that it is his.
            Some(_) => return Ok(None),
            None if outsider.provision => {
                let id = UserId::from_uuid(ports.draw());
                let who =
                    Newcomer { tenant, id, email: outsider.email.as_deref(), name: outsider.name.as_deref() };
                let Some(user) = newcomer(&who, now) else { return Ok(None) };
                (Row::Insert(Record::User(user.clone())), user)
            }
            None => return Ok(None),
        };
        let link = outside_identity::Model {
            tenant_id: tenant,
            issuer: outsider.issuer.clone(),
            subject: outsider.subject.clone(),
            user_id: user.id,
            created_at: now,
        };
        let asked = Asked::by(Principal::User(user.id)).along(trail.cloned());
        let entry = self.entry("user.link", &asked, &user);
        let rows = vec![entry, row, Row::Insert(Record::OutsideIdentity(link))];
        ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(Some(user))
    }

    async fn known(&self, id: TenantId, outsider: &Outsider) -> Result<Known, StoreError> {
        let (issuer, subject) = (outsider.issuer.clone(), outsider.subject.clone());
        let found = self.ports().store().read(id, move |db| async move {
            let tenant = tenant::Entity::live_by_id(id, id).one(&*db).await?;
            let link = Identities::of_subject(id, &issuer, &subject).one(&*db).await?;
            let user = match &link {
                Some(link) => user::Entity::live_by_id(id, link.user_id).one(&*db).await?,
                None => None,
            };
            Ok(Known { tenant, user, is_linked: link.is_some() })
        });
        let known = found.await?;
        let (false, Some(email)) = (known.is_linked, &outsider.email) else { return Ok(known) };
        let namesakes = self.by_email_across_tenants(email).await?;
        let user = namesakes.into_iter().find(|user| user.tenant_id == id);
        Ok(Known { user, ..known })
    }
}

fn refused(error: StoreError) -> Attempt<UserError> {
    Attempt::Refused(error.into())
}
