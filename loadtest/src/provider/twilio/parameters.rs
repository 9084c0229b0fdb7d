//! What stands in a webhook, field by field: nothing that Twilio was not seen to send.

use super::account::Keyword;
use super::clock::carrier_minute;
use super::journey::Status;
use super::message::Message;
use super::segments;

type Fields = Vec<(&'static str, String)>;

/// Of a text from a handset. `base` is where its media can be fetched.
pub(super) fn inbound(message: &Message, keyword: Option<Keyword>, base: &str) -> Vec<(String, String)> {
    let mut fields: Fields = vec![
        ("ToCountry", String::new()),
        ("ToState", String::new()),
        ("SmsMessageSid", message.sid.clone()),
        ("NumMedia", message.media.len().to_string()),
        ("ToCity", String::new()),
        ("FromZip", String::new()),
        ("SmsSid", message.sid.clone()),
        ("FromState", String::new()),
        ("SmsStatus", Status::Received.as_str().to_owned()),
        ("FromCity", String::new()),
        ("Body", message.body.clone()),
        ("FromCountry", String::new()),
        ("To", message.to.clone()),
        ("ToZip", String::new()),
        ("NumSegments", segments::count(&message.body).to_string()),
        ("MessageSid", message.sid.clone()),
        ("AccountSid", message.account.clone()),
        ("From", message.from.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ];
    if let Some(service) = &message.service {
        fields.push(("MessagingServiceSid", service.clone()));
        // Advanced opt-out is a thing of services.
        fields.extend(keyword.map(|keyword| ("OptOutType", keyword.as_str().to_owned())));
    }
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    let media = message.media.iter().enumerate().flat_map(|(index, media)| {
        [
            (format!("MediaContentType{index}"), media.content_type.clone()),
            (format!("MediaUrl{index}"), format!("{base}{}/Media/{}", message.uri(), media.sid)),
        ]
    });
    fields.chain(media).collect()
}

/// Of a message to a handset that has come as far as `status`.
pub(super) fn status(message: &Message, status: Status, now: i64) -> Vec<(String, String)> {
    let mut fields: Fields = vec![
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.as_str().to_owned()),
        ("MessageStatus", status.as_str().to_owned()),
        ("To", message.to.clone()),
        ("MessageSid", message.sid.clone()),
        ("AccountSid", message.account.clone()),
        ("From", message.from.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ];
    fields.extend(message.service.clone().map(|service| ("MessagingServiceSid", service)));
    fields.extend(status.error_code().map(|code| ("ErrorCode", code.to_string())));
    if matches!(status, Status::Delivered | Status::Undelivered(_)) {
        fields.push(("RawDlrDoneDate", carrier_minute(now)));
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
