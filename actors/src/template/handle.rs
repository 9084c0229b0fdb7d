//! The door to templates.

use entities::{BoardId, TemplateId, TenantId, event::TopicKind, template};

use crate::{
    asked::{Asked, Earlier},
    board,
    event::{Data, EventType},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
    view::Viewer,
};

use super::{
    CreateTemplate, RemoveTemplate, Template, TemplateError, UpdateTemplate,
    state::{Given, decide_create, decide_remove, decide_update},
    store,
};

/// The templates of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Templates {
    ports: Ports,
}

type Tried<T = Template> = Result<T, Attempt<TemplateError>>;

/// A template as it is to be.
struct Changed {
    kind: EventType,
    row: template::Model,
    /// The board it does not stand on any more.
    left: Option<BoardId>,
}

impl Templates {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a template.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub async fn create(
        &self,
        tenant: TenantId,
        (asked, viewer): (&Asked, &Viewer),
        create: &CreateTemplate,
    ) -> Result<Template, TemplateError> {
        self.ports
            .until_written(|| async {
                if let Some(earlier) = self.earlier(tenant, asked).await? {
                    return Ok(earlier);
                }
                let given = self.given(tenant, (asked, viewer), create.board_id).await?;
                let row = decide_create(create, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, Changed { kind: EventType::TemplateCreated, row, left: None })
                    .await
            })
            .await
    }

    /// Changes a template the caller sees.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub async fn update(
        &self,
        tenant: TenantId,
        (asked, viewer): (&Asked, &Viewer),
        update: &UpdateTemplate,
    ) -> Result<Template, TemplateError> {
        self.ports
            .until_written(|| async {
                let before = self.seen(tenant, viewer, update.id).await?;
                let stood_on = before.board_id;
                let given = self.given(tenant, (asked, viewer), update.board_id.flatten()).await?;
                let row = decide_update(before, update, given).map_err(Attempt::Refused)?;
                let left = stood_on.filter(|_| stood_on != row.board_id);
                self.commit(tenant, asked, Changed { kind: EventType::TemplateUpdated, row, left }).await
            })
            .await
    }

    /// Takes away a template the caller sees.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub async fn remove(
        &self,
        tenant: TenantId,
        (asked, viewer): (&Asked, &Viewer),
        remove: RemoveTemplate,
    ) -> Result<Template, TemplateError> {
        self.ports
            .until_written(|| async {
                let before = self.seen(tenant, viewer, remove.id).await?;
                let given = self.given(tenant, (asked, viewer), None).await?;
                let row = decide_remove(before, remove.rev, given).map_err(Attempt::Refused)?;
                self.commit(tenant, asked, Changed { kind: EventType::TemplateDeleted, row, left: None })
                    .await
            })
            .await
    }

    async fn seen(&self, tenant: TenantId, viewer: &Viewer, id: TemplateId) -> Tried<template::Model> {
        let found = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
        let seen = found.filter(|row| viewer.sees_board(row.board_id));
        seen.ok_or(Attempt::Refused(TemplateError::NotFound))
    }

    async fn earlier(&self, tenant: TenantId, asked: &Asked) -> Tried<Option<Template>> {
        match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
            Earlier::None => Ok(None),
            Earlier::Answered(template) => Ok(Some(template)),
            Earlier::Mismatch => Err(Attempt::Refused(TemplateError::IdempotencyMismatch)),
        }
    }

    async fn given(
        &self,
        tenant: TenantId,
        (asked, viewer): (&Asked, &Viewer),
        board: Option<BoardId>,
    ) -> Tried<Given> {
        let wanted: Vec<BoardId> = board.into_iter().collect();
        let there = board::store::are_there(self.ports.store(), tenant, &wanted).await.map_err(refused)?;
        Ok(Given {
            tenant,
            by: asked.by,
            now: self.ports.now(),
            id: TemplateId::from_uuid(self.ports.draw()),
            board_is_seen: there && viewer.sees_board(board),
        })
    }

    async fn commit(&self, tenant: TenantId, asked: &Asked, changed: Changed) -> Tried {
        let Changed { kind, row, left } = changed;
        let template = Template::from(row.clone());
        let data = Data { template: Some(Box::new(template.clone())), ..Data::default() };
        let mut event = asked.event(&self.ports, kind, (TopicKind::Template, row.id.as_uuid()), data);
        event.head.left_board_id = left;
        let (at, fresh) = (row.updated_at, row.rev == 1);
        let record = Record::Template(row);
        let rows = vec![if fresh { Row::Insert(record) } else { Row::Update(record) }];
        let commit = Commit::new(tenant, at, rows, vec![event]).answering(asked.answer(&template, None));
        self.ports.journal.commit(commit).await?;
        Ok(template)
    }
}

fn refused(error: StoreError) -> Attempt<TemplateError> {
    Attempt::Refused(error.into())
}
