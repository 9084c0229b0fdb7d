//! The door to attachments.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use entities::{
    AttachmentId, ConversationId, MessageId, Principal, TenantId, attachment,
    message::{Attachment, AttachmentState},
};

use crate::{
    conversation::{Sight, store as conversations},
    event::Form,
    journal::{Commit, Record, Row},
    ports::Ports,
    view::Viewer,
};

use super::{
    AttachmentError, Content, FileError, Files, Scanning, safe_name, scan::scan, shape::shown, store,
};

/// How long a file that hangs on no message is kept.
const UNUSED: Duration = Duration::from_secs(24 * 60 * 60);

/// The most files of one uploader that hang on no message.
const MOST_UNUSED: u64 = 100;
/// Files of one step of removing.
const STEP: u64 = 100;
/// What is over is left for so long: nobody is just about to use it then.
const MARGIN: Duration = Duration::from_secs(3_600);

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
    pub(super) ports: Ports,
    pub(super) files: Arc<dyn Files>,
    /// `None`: nobody looks at files, and they may be fetched at once.
    pub(super) scanning: Option<Scanning>,
}

impl Attachments {
    /// The room, and where its bytes lie.
    #[must_use]
    pub fn new(ports: Ports, files: Arc<dyn Files>) -> Self {
        Self { ports, files, scanning: None }
    }

    /// The same, but every file is looked at before it is given out.
    #[must_use]
    pub fn scanned(self, scanning: Option<Scanning>) -> Self {
        Self { scanning, ..self }
    }

    /// May he send one more? Asked before the bytes are taken.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn admit(&self, tenant: TenantId, by: Principal) -> Result<(), AttachmentError> {
        if store::unused(self.ports.store(), tenant, by, MOST_UNUSED).await? < MOST_UNUSED {
            return Ok(());
        }
        Err(AttachmentError::TooManyUnused)
    }

    /// Keeps a file. Its row comes first, so that there are no bytes nobody knows of; without its bytes it is over after a
    /// day, and nobody was told of it. The scan is owed once there is something to look at, and before anybody is told.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn keep(
        &self,
        tenant: TenantId,
        by: Principal,
        arrived: Arrived,
    ) -> Result<Attachment, AttachmentError> {
        let (id, now) = (AttachmentId::from_uuid(self.ports.draw()), self.ports.now());
        let (width, height) = pixels(arrived.content, &arrived.path).await;
        let row = attachment::Model {
            id,
            tenant_id: tenant,
            name: safe_name(&arrived.name, arrived.content),
            content_type: arrived.content.content_type.to_owned(),
            size: i64::try_from(arrived.size).unwrap_or(i64::MAX),
            width,
            height,
            state: if self.scanning.is_some() { AttachmentState::Scanning } else { AttachmentState::Ready },
            reason: None,
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
        self.files.put(tenant, id, &arrived.path).await?;
        if self.scanning.is_some() {
            let owed =
                Commit::new(tenant, now, Vec::new(), Vec::new()).owing(vec![scan(&self.ports, id, now)]);
            self.ports.journal.commit(owed).await?;
        }
        Ok(attachment)
    }

    /// An attachment and the conversation it is in, for who may see it: who uploaded it while it hangs on nothing, then who
    /// may see its message.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn get(
        &self,
        tenant: TenantId,
        (viewer, by): (&Viewer, Principal),
        id: AttachmentId,
    ) -> Result<(Attachment, Option<ConversationId>), AttachmentError> {
        let row = store::load(self.ports.store(), tenant, id).await?.ok_or(AttachmentError::NotFound)?;
        let place = match row.message_id {
            None if row.created_by == Some(by) => None,
            None => return Err(AttachmentError::NotFound),
            Some(message) => {
                Some(self.place(tenant, viewer, message).await?.ok_or(AttachmentError::NotFound)?)
            }
        };
        match row.state {
            AttachmentState::Ready => Ok((shown(&row), place)),
            state => Err(AttachmentError::NotReady { state }),
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

    /// Keeps the bytes of a file that another noun gives out, and whose row stands by now.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) async fn put(&self, tenant: TenantId, id: AttachmentId, path: &Path) -> Result<(), FileError> {
        self.files.put(tenant, id, path).await
    }

    /// Removes files nobody needs any more: never used, or of messages that were taken back. First their bytes, then their
    /// rows; answers how many. Fewer than one step: there are no more.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub async fn remove_over(&self) -> Result<u64, AttachmentError> {
        let before = self.ports.now().minus(MARGIN);
        let over = store::over_across_tenants(self.ports.store(), before, STEP).await?;
        for row in &over {
            self.files.remove(row.tenant_id, row.id).await?;
        }
        let ids: Vec<AttachmentId> = over.iter().map(|row| row.id).collect();
        Ok(self.ports.journal.forget_attachments(ids).await?)
    }

    /// The conversation of a message, for who may see both.
    async fn place(
        &self,
        tenant: TenantId,
        viewer: &Viewer,
        id: MessageId,
    ) -> Result<Option<ConversationId>, AttachmentError> {
        let Some(message) = conversations::message(self.ports.store(), tenant, id).await? else {
            return Ok(None);
        };
        let conversation = conversations::get(self.ports.store(), tenant, message.conversation_id).await?;
        let sight: Sight = viewer.sight();
        let note_for_a_visitor =
            (message.private || message.stands_apart()) && viewer.form() == Form::Visitor;
        let seen = conversation.filter(|conversation| !note_for_a_visitor && sight.sees(conversation));
        Ok(seen.map(|conversation| conversation.id))
    }
}

/// Width and height of an image. What is none, or cannot be measured, has none.
pub(super) async fn pixels(content: &Content, path: &Path) -> (Option<i64>, Option<i64>) {
    let path = content.is_image().then(|| path.to_owned());
    let measured = tokio::task::spawn_blocking(|| path.map(imagesize::size)).await;
    match measured {
        Ok(Some(Ok(size))) => (i64::try_from(size.width).ok(), i64::try_from(size.height).ok()),
        _ => (None, None),
    }
}
