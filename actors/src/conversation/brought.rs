//! The files a message brings from outside: told of with it, and fetched afterwards. Pure.

use entities::{AttachmentId, JobId, attachment, message::AttachmentState};

use crate::{
    attachment::{Content, Link, fetch, safe_name},
    inbound::Media,
    journal::{Record, Row},
};

use super::{
    Message, SendMessage,
    attach::MOST,
    draft::{Draft, Given},
};

/// The longest type that is believed for a while, in bytes.
const TYPE: usize = 100;

/// The rows of the files a message brings, which wait until they are here and were looked at.
pub(super) fn brought(send: &SendMessage, given: Given<'_>) -> Vec<attachment::Model> {
    let media = send.media.iter().take(MOST).enumerate();
    media.map(|(index, media)| row(index + 1, media, given)).collect()
}

/// Hangs them on the message, and has them fetched.
pub(super) fn bring(
    draft: &mut Draft<'_>,
    rows: Vec<attachment::Model>,
    (send, message): (&SendMessage, &Message),
    given: Given<'_>,
) {
    for (row, media) in rows.into_iter().zip(&send.media) {
        let link = Link { channel: message.channel_type, url: media.url.clone() };
        let job = JobId::from_uuid(given.ids.draw());
        draft.owe(fetch(job, (row.id, link), given.now, draft.after.contact.id));
        let hung = attachment::Model { message_id: Some(message.id), ..row };
        draft.also(Row::Insert(Record::Attachment(hung)));
    }
}

fn row(number: usize, media: &Media, given: Given<'_>) -> attachment::Model {
    let by = Some(given.by.principal);
    attachment::Model {
        id: AttachmentId::from_uuid(given.ids.draw()),
        tenant_id: given.tenant,
        name: name(number, &media.content_type),
        content_type: believed(&media.content_type),
        size: 0,
        width: None,
        height: None,
        state: AttachmentState::Scanning,
        reason: None,
        message_id: None,
        expires_at: None,
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: by,
        updated_by: by,
        deleted_at: None,
    }
}

/// Providers pass no names on.
fn name(number: usize, content_type: &str) -> String {
    let name = format!("file-{number}");
    match Content::named(content_type) {
        Some(content) => safe_name(&name, content),
        None => name,
    }
}

/// What the provider says of the type, when it looks like one.
fn believed(content_type: &str) -> String {
    let is_token = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
        !part.is_empty() && part.bytes().all(known)
    };
    let parts = content_type.split_once('/').filter(|(kind, of)| is_token(kind) && is_token(of));
    match parts {
        Some(_) if content_type.len() <= TYPE => content_type.to_ascii_lowercase(),
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_number_and_what_it_is_said_to_be() {
        assert_eq!(name(1, "image/jpeg"), "file-1.jpg");
        assert_eq!(name(10, "application/x-unheard-of"), "file-10");
    }

    #[test]
    fn a_type_that_is_none_is_not_believed() {
        assert_eq!(believed("Image/JPEG"), "image/jpeg");
        assert_eq!(believed("video/3gpp"), "video/3gpp");
        let long = format!("a/{}", "b".repeat(TYPE));
        for wrong in ["", "jpeg", "a/", "/b", "a/b/c", "a/b; charset=x", "<a>/b", long.as_str()] {
            assert_eq!(believed(wrong), "application/octet-stream", "{wrong}");
        }
    }
}
