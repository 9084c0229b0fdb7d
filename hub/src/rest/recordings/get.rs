//! `GET /api/recordings/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::recording::{Recording, Transcript, store};
use entities::recording::RecordingStatus;
use entities::{AttachmentId, RecordingId};
use serde::Serialize;

use super::hearing::may_hear;
use super::schema::HeardRecording;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::files::Linked;
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// A recording with what was said on it, and where it can be heard for ten minutes.
#[derive(Serialize)]
struct Heard {
    #[serde(flatten)]
    recording: Recording,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// In the place of the same without its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<Transcript>,
}

/// One recording, or what a caller left, with its words. That it was asked for stands in the audit log.
#[utoipa::path(
    tag = "recordings",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = HeardRecording, headers(("ETag" = String))), Reading)
)]
#[get("/api/recordings/{id}")]
pub(super) async fn get_recording(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<RecordingId>,
) -> Result<HttpResponse, ApiError> {
    let found = store::load(hub.ports.store(), agent.tenant, *id).await?.ok_or(Code::NotFound)?;
    if !may_hear(&hub, &agent, &found).await? {
        return Err(Code::NotFound.into());
    }
    hub.recordings.note_access(agent.tenant, &agent.asked(None), &found).await?;
    let (recording, transcript) = (found.shape(), found.transcript);
    let is_here = recording.status == RecordingStatus::Completed;
    let url = is_here.then(|| {
        let attachment = AttachmentId::from_uuid(recording.id.as_uuid());
        let token = hub.file_links.mint(Linked { tenant: agent.tenant, attachment }, hub.ports.now());
        format!("/files/{token}")
    });
    let rev = recording.rev;
    let recording = Recording { transcript: None, ..recording };
    Ok(rev::found(&Heard { recording, url, transcript }, rev))
}
