//! `GET` and `HEAD /files/{token}`: the bytes, or how they would be answered, for whoever has a link.

use actix_files::NamedFile;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, Charset, ContentDisposition,
    DispositionParam, DispositionType, ExtendedValue, HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse, route, web};
use actors::attachment::Content;
use entities::message::Attachment;

use crate::error::{ApiError, Code};
use crate::files::NoLink;
use crate::hub::Hub;
use crate::rest::refuses::Open;

/// The bytes of a file, whole or a range of them. The link says who may.
#[utoipa::path(
    get,
    path = "/files/{token}",
    tag = "attachments",
    params(("token" = String, Path), ("Range" = Option<String>, Header)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "*/*"),
        (status = 206, body = Vec<u8>, content_type = "*/*"),
        (status = 304),
        (status = 409, description = "CONFLICT"),
        (status = 410, description = "EXPIRED"),
        (status = 416),
        Open
    )
)]
#[route("/files/{token}", method = "GET", method = "HEAD")]
pub(super) async fn serve_file(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let linked = hub.file_links.read(&token, hub.ports.now()).map_err(|none| match none {
        NoLink::NotOurs => Code::NotFound,
        NoLink::Expired => Code::Expired,
    })?;
    let (attachment, bytes) = hub.attachments.open(linked.tenant, linked.attachment).await?;
    let file = NamedFile::from_file(bytes, linked.attachment.to_string()).map_err(ApiError::internal)?;
    let file = file
        .set_content_type(content_type(&attachment.content_type))
        .set_content_disposition(disposition(&attachment))
        .prefer_utf8(true);
    let mut answer = file.into_response(&request);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    // Whoever has the link may read, from whichever page; and nobody keeps what the link let him see.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(answer)
}

fn content_type(stored: &str) -> mime::Mime {
    stored.parse().unwrap_or(mime::APPLICATION_OCTET_STREAM)
}

/// RFC 6266: a name every browser reads, and the whole of it for those that read RFC 5987.
fn disposition(attachment: &Attachment) -> ContentDisposition {
    let inline = Content::named(&attachment.content_type).is_some_and(|content| content.inline);
    let plain = |character: char| match character {
        ' '..='~' if !matches!(character, '"' | '\\' | '%') => character,
        _ => '_',
    };
    let whole = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: attachment.name.clone().into_bytes(),
    };
    ContentDisposition {
        disposition: if inline { DispositionType::Inline } else { DispositionType::Attachment },
        parameters: vec![
            DispositionParam::Filename(attachment.name.chars().map(plain).collect()),
            DispositionParam::FilenameExt(whole),
        ],
    }
}
