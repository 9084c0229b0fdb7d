//! A file on its way in: a form with one part, read in pieces and never held whole.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    http::header::{CONTENT_TYPE, HeaderMap},
    web,
};
use actors::attachment::{AttachmentError, Content, Sniffer};
use futures::TryStreamExt;
use tempfile::TempPath;

use crate::{
    error::{ApiError, Code},
    hub::Hub,
    invalid::invalid_field,
};

/// The name of the one part.
const PART: &str = "file";

/// A file that is whole; it vanishes with `path` unless it is kept.
pub(super) struct Uploaded {
    pub(super) path: TempPath,
    /// As it was typed.
    pub(super) name: String,
    pub(super) content: &'static Content,
    /// In bytes.
    pub(super) size: u64,
}

/// Reads the form to its end: what is cut short, too large or not one file was never here.
///
/// # Errors
/// BAD_REQUEST, TOO_LARGE, INVALID, UNAVAILABLE.
pub(super) async fn receive(
    hub: &Hub,
    headers: &HeaderMap,
    payload: web::Payload,
    limit: u64,
) -> Result<Uploaded, ApiError> {
    if !has_boundary(headers) {
        return Err(no_form());
    }
    let mut form = Multipart::new(headers, payload);
    let mut uploaded = None;
    while let Some(part) = form.try_next().await.map_err(|error| not_a_form(&error))? {
        match part.name() {
            Some(PART) if uploaded.is_none() => uploaded = Some(take(hub, part, limit).await?),
            Some(PART) => return Err(invalid_field(PART, "must come once")),
            other => return Err(invalid_field(other.unwrap_or("form"), "is not known here")),
        }
    }
    uploaded.ok_or_else(|| invalid_field(PART, "is required"))
}

async fn take(hub: &Hub, mut part: Field, limit: u64) -> Result<Uploaded, ApiError> {
    let typed = part.content_disposition().and_then(|disposition| {
        let extended =
            disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
        extended.or_else(|| disposition.get_filename().map(str::to_owned))
    });
    let name = typed.ok_or_else(|| invalid_field(PART, "must be a file"))?;
    let (mut arriving, mut sniffer, mut size) = (hub.files.arrive().await?, Sniffer::default(), 0_u64);
    while let Some(piece) = part.try_next().await.map_err(|error| not_a_form(&error))? {
        size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if size > limit {
            return Err(ApiError::from(Code::TooLarge).with("limit", limit));
        }
        sniffer.see(&piece);
        arriving.take(&piece).await?;
    }
    let taken = |content: &&Content| hub.settings.attachments.takes(content.content_type);
    let content = sniffer.finish().filter(taken).ok_or(AttachmentError::TypeNotTaken)?;
    Ok(Uploaded { path: arriving.whole().await?, name, content, size })
}

/// The reader of forms slices lines by the length of the boundary, and panics on lines shorter than a very short one.
fn has_boundary(headers: &HeaderMap) -> bool {
    let stated = headers.get(CONTENT_TYPE).and_then(|stated| stated.to_str().ok());
    let stated = stated.and_then(|stated| stated.parse::<mime::Mime>().ok());
    let boundary =
        stated.and_then(|stated| stated.get_param(mime::BOUNDARY).map(|found| found.as_str().len()));
    boundary.is_some_and(|length| (4..=70).contains(&length))
}

fn not_a_form(error: &MultipartError) -> ApiError {
    tracing::debug!(%error, "an upload cannot be read");
    no_form()
}

fn no_form() -> ApiError {
    ApiError::new(Code::BadRequest, "Send multipart/form-data with one part named file")
}
