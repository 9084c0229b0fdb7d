//! The door to the settings of tenants.

use entities::{TenantId, event::TopicKind, tenant};
use serde_json::json;

use crate::{
    asked::Asked,
    audit::{Deed, recorded},
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{Settings, SettingsError, UpdateSettings, state::decide_update, store};

/// The settings of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct TenantSettings {
    ports: Ports,
}

impl TenantSettings {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Changes the settings of a tenant. They are read with every request, so it takes effect at once.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        asked: &Asked,
        update: &UpdateSettings,
    ) -> Result<Settings, SettingsError> {
        self.ports
            .until_written(|| async {
                let before = store::load(self.ports.store(), tenant).await.map_err(refused)?;
                let row = decide_update(before, update, (asked.by, self.ports.now()));
                self.commit(asked, update, row.map_err(Attempt::Refused)?).await
            })
            .await
    }

    async fn commit(
        &self,
        asked: &Asked,
        update: &UpdateSettings,
        row: tenant::Model,
    ) -> Result<Settings, Attempt<SettingsError>> {
        let (tenant, at, settings) = (row.id, row.updated_at, Settings::from(&row));
        let data = Data { settings: Some(settings.clone()), ..Data::default() };
        let about = (TopicKind::Tenant, tenant.as_uuid());
        let event = asked.event(&self.ports, EventType::SettingsUpdated, about, data);
        let deed = Deed { action: "settings.update", noun: "tenant", id: tenant.as_uuid() };
        let audit = recorded(&self.ports, tenant, asked, deed, json!({ "changed": changed(update) }));
        let rows = vec![Row::Update(Record::Tenant(row)), audit];
        self.ports.journal.commit(Commit::new(tenant, at, rows, vec![event])).await?;
        Ok(settings)
    }
}

/// The members that were said.
fn changed(update: &UpdateSettings) -> Vec<&str> {
    let own = [
        update.name.is_some().then_some("name"),
        update.default_country.is_some().then_some("default_country"),
    ];
    own.into_iter().flatten().chain(update.chosen.keys().map(String::as_str)).collect()
}

fn refused(error: StoreError) -> Attempt<SettingsError> {
    Attempt::Refused(error.into())
}
