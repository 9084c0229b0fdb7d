//! The door to attachments.

use std::{fs::File, path::PathBuf, sync::Arc, time::Duration};

use entities::{
    AttachmentId, Principal, TenantId, attachment,
    message::{Attachment, AttachmentState},
};

use crate::{
    conversation::{Sight, store as conversations},
    event::Form,
    journal::{Commit, Record, Row},
    ports::Ports,
    view::Viewer,
};

use super::{AttachmentError, Content, Files, safe_name, shape::shown, store};

/// How long a file that hangs on no message is kept.
const UNUSED: Duration = Duration::from_secs(24 * 60 * 60);

/// A file that arrived whole and lies aside.
#[derive(Debug)]
pub struct Arrived {
    pub path: PathBuf,
    /// As somebody typed it.
    pub name: String,
    pub content: &'static Content,
    /// In bytes.
    pub size: u64,
}

/// The attachments of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Attachments {
    ports: Ports,
    files: Arc<dyn Files>,
}

impl Attachments {
    /// The room, and where its bytes lie.
    #[must_use]
    pub fn new(ports: Ports, files: Arc<dyn Files>) -> Self {
        Self { ports, files }
    }

    /// Keeps a file: first its bytes, then that there is one.
    ///
    /// # Errors
    /// [`AttachmentError`]. Bytes whose row was not written are nobody's.
    pub async fn keep(
        &self,
        tenant: TenantId,
        by: Principal,
        arrived: Arrived,
    ) -> Result<Attachment, AttachmentError> {
        let (id, now) = (AttachmentId::from_uuid(self.ports.draw()), self.ports.now());
        let (width, height) = pixels(&arrived).await;
        self.files.put(tenant, id, &arrived.path).await?;
        let row = attachment::Model {
            id,
            tenant_id: tenant,
            name: safe_name(&arrived.name, arrived.content),
            content_type: arrived.content.content_type.to_owned(),
            size: i64::try_from(arrived.size).unwrap_or(i64::MAX),
            width,
            height,
            state: AttachmentState::Ready,
            message_id: None,
            expires_at: Some(now.plus(UNUSED)),
            rev: 1,
            created_at: now,
            updated_at: now,
            created_by: Some(by),
            updated_by: Some(by),
            deleted_at: None,
        };
        let attachment = shown(&row);
        let rows = vec![Row::Insert(Record::Attachment(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(attachment)
    }

    /// An attachment, for who may see it: who uploaded it while it hangs on nothing, then who may see its message.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn get(
        &self,
        tenant: TenantId,
        (viewer, by): (&Viewer, Principal),
        id: AttachmentId,
    ) -> Result<Attachment, AttachmentError> {
        let row = store::load(self.ports.store(), tenant, id).await?.ok_or(AttachmentError::NotFound)?;
        let seen = match row.message_id {
            None => row.created_by == Some(by),
            Some(_) => self.sees_message(tenant, viewer, &row).await?,
        };
        match (seen, row.state) {
            (false, _) => Err(AttachmentError::NotFound),
            (true, AttachmentState::Ready) => Ok(shown(&row)),
            (true, state) => Err(AttachmentError::NotReady { state }),
        }
    }

    /// The bytes of an attachment, for somebody who was given a link to it.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn open(
        &self,
        tenant: TenantId,
        id: AttachmentId,
    ) -> Result<(Attachment, File), AttachmentError> {
        let row = store::load(self.ports.store(), tenant, id).await?.ok_or(AttachmentError::NotFound)?;
        if row.state != AttachmentState::Ready {
            return Err(AttachmentError::NotReady { state: row.state });
        }
        let file = self.files.open(tenant, id).await?.ok_or(AttachmentError::NotFound)?;
        Ok((shown(&row), file))
    }

    async fn sees_message(
        &self,
        tenant: TenantId,
        viewer: &Viewer,
        row: &attachment::Model,
    ) -> Result<bool, AttachmentError> {
        let Some(id) = row.message_id else { return Ok(false) };
        let Some(message) = conversations::message(self.ports.store(), tenant, id).await? else {
            return Ok(false);
        };
        let conversation = conversations::get(self.ports.store(), tenant, message.conversation_id).await?;
        let sight: Sight = viewer.sight();
        let note_for_a_visitor = message.private && viewer.form() == Form::Visitor;
        Ok(!note_for_a_visitor && conversation.is_some_and(|conversation| sight.sees(&conversation)))
    }
}

/// Width and height of an image. What is none, or cannot be measured, has none.
async fn pixels(arrived: &Arrived) -> (Option<i64>, Option<i64>) {
    let path = arrived.content.is_image().then(|| arrived.path.clone());
    let measured = tokio::task::spawn_blocking(|| path.map(imagesize::size)).await;
    match measured {
        Ok(Some(Ok(size))) => (i64::try_from(size.width).ok(), i64::try_from(size.height).ok()),
        _ => (None, None),
    }
}
