//! A text as Twilio takes it, and as it tells of it.

use std::time::Duration;

use entities::{Timestamp, message::MessageStatus};
use jiff::fmt::rfc2822;
use serde::Deserialize;

/// The longest body Twilio takes, in characters.
pub const LONGEST_BODY: usize = 1_600;
/// What all files of a text may have together, in bytes, and those of a type that Twilio does not make smaller by itself.
pub const MOST_BYTES: u64 = 5_000_000;
const OTHERS: u64 = 500_000;
/// The files Twilio takes with a text, of those that can be told by their bytes, each with the largest it may be.
/// Source: <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>.
pub const FILE_TYPES: &[(&str, u64)] = &[
    ("image/jpeg", MOST_BYTES),
    ("image/png", MOST_BYTES),
    ("image/gif", MOST_BYTES),
    ("image/bmp", OTHERS),
    ("image/tiff", OTHERS),
    ("application/pdf", OTHERS),
    ("audio/mpeg", OTHERS),
    ("audio/ogg", OTHERS),
    ("audio/amr", OTHERS),
    ("video/mp4", OTHERS),
    ("video/mpeg", OTHERS),
    ("video/quicktime", OTHERS),
    ("video/webm", OTHERS),
];
/// Two clocks never agree.
const SKEW: Duration = Duration::from_secs(300);

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// E.164, as the other one.
    pub from: String,
    pub to: String,
    pub body: String,
    /// Where Twilio fetches its files.
    pub media: Vec<String>,
    /// Where Twilio tells how far it came.
    pub status_callback: Option<String>,
}

/// A message as Twilio has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Resource {
    pub sid: String,
    pub status: String,
    #[serde(default)]
    pub error_code: Option<i64>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub direction: Option<String>,
    /// RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    /// A number in a text.
    #[serde(default)]
    pub num_media: Option<String>,
}

impl Resource {
    /// Did somebody send it to us?
    pub(in crate::providers) fn is_inbound(&self) -> bool {
        self.direction.as_deref() == Some("inbound")
    }

    /// Does it bring files?
    pub(in crate::providers) fn has_media(&self) -> bool {
        self.num_media.as_deref().is_some_and(|number| number != "0")
    }

    /// Was it made by a request for this text, not before this time?
    pub(in crate::providers) fn may_be(&self, text: &Text, begun_at: Timestamp) -> bool {
        let said = self.body.as_deref().unwrap_or_default().trim_end();
        // A trial account puts a sentence of its own before it.
        let ours = self.direction.as_deref() == Some("outbound-api") && said.ends_with(text.body.trim_end());
        let files = self.num_media.as_deref().and_then(|number| number.parse().ok()).unwrap_or(0);
        let made_at = self.date_created.as_deref().and_then(|date| rfc2822::parse(date).ok());
        let made_at = made_at.map(|date| Timestamp::from_micros(date.timestamp().as_microsecond()));
        // Of one that tells no time, nothing says that it is older.
        ours && files == text.media.len() && made_at.is_none_or(|made_at| made_at >= begun_at.minus(SKEW))
    }
}

/// How far a message came, in our words; `None` for a word of inbound ones, or one nobody knows.
#[must_use]
pub fn status(word: &str) -> Option<MessageStatus> {
    Some(match word {
        "accepted" | "scheduled" | "queued" | "sending" => MessageStatus::Sending,
        "sent" => MessageStatus::Sent,
        "delivered" | "partially_delivered" => MessageStatus::Delivered,
        "undelivered" => MessageStatus::Undelivered,
        "failed" => MessageStatus::Failed,
        "canceled" => MessageStatus::Canceled,
        "read" => MessageStatus::Read,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(body: &str, direction: &str) -> Resource {
        Resource {
            sid: "SM1".to_owned(),
            status: "queued".to_owned(),
            error_code: None,
            body: Some(body.to_owned()),
            direction: Some(direction.to_owned()),
            date_created: Some("Thu, 24 Aug 2023 05:01:45 +0000".to_owned()),
            ..Resource::default()
        }
    }

    fn text(body: &str, files: usize) -> Text {
        let (from, to, media) = (String::new(), String::new(), vec![String::new(); files]);
        Text { from, to, body: body.to_owned(), media, status_callback: None }
    }

    #[test]
    fn a_message_is_known_again_by_its_body_its_files_and_its_time() {
        let made_at = Timestamp::from_micros(1_692_853_305_000_000);
        let (ours, hello) = (resource("Hello", "outbound-api"), text("Hello", 0));
        assert!(ours.may_be(&hello, made_at) && ours.may_be(&text("Hello ", 0), made_at.plus(SKEW)));
        assert!(!ours.may_be(&hello, made_at.plus(SKEW + Duration::from_secs(1))), "it is older");
        assert!(!ours.may_be(&text("Bye", 0), made_at) && !ours.may_be(&text("Hello", 1), made_at));
        let picture = Resource { num_media: Some("1".to_owned()), ..ours };
        assert!(picture.may_be(&text("Hello", 1), made_at) && !picture.may_be(&hello, made_at));
        assert!(!resource("Hello", "inbound").may_be(&hello, made_at));
        let trial = resource("Sent from your Twilio trial account - Hello", "outbound-api");
        assert!(trial.may_be(&hello, made_at));
    }

    #[test]
    fn what_is_still_at_twilio_is_being_sent() {
        assert_eq!(status("accepted"), Some(MessageStatus::Sending));
        assert_eq!((status("received"), status("teleported")), (None, None));
    }
}
