//! A text Twilio has and nobody told of, as if it had been told of: the same news under the same name, so that whichever comes
//! second has no effect. Pure.

use actors::receipt::{Arrived, Head, Raw};

use super::{
    MediaPlace, NAME, Resource,
    translate::{SMS_BACKFILL, sms_key_of},
    webhook::NOTHING_TO_SAY,
    wire::Form,
};

/// The news of a text that was found, with its files.
#[must_use]
pub fn backfilled(found: &Resource, media: &[MediaPlace]) -> Arrived {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut pairs = vec![
        pair("MessageSid", &found.sid),
        pair("From", &text(&found.from)),
        pair("To", &text(&found.to)),
        pair("Body", &text(&found.body)),
        pair("NumMedia", &media.len().to_string()),
    ];
    for (number, place) in media.iter().enumerate() {
        pairs.push(pair(&format!("MediaUrl{number}"), &place.url));
        pairs.push(pair(&format!("MediaContentType{number}"), &place.content_type));
    }
    Arrived {
        provider: NAME,
        kind: SMS_BACKFILL,
        dedupe_key: sms_key_of(&found.sid),
        raw: Raw { kind: SMS_BACKFILL.to_owned(), head: Head::default(), body: Form::write(&pairs) },
        answer: Some(NOTHING_TO_SAY.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use actors::receipt::{Heard, Translate};

    use super::{super::Twilio, *};

    #[test]
    fn what_was_found_says_what_a_webhook_would_have_said() {
        let found = Resource {
            sid: "MM1".to_owned(),
            from: Some("+12025550123".to_owned()),
            body: Some("5 € & more\n".to_owned()),
            ..Resource::default()
        };
        let place =
            MediaPlace { url: "https://a.test/x?y=1&z".to_owned(), content_type: "image/png".to_owned() };
        let arrived = backfilled(&found, std::slice::from_ref(&place));
        assert_eq!((arrived.dedupe_key.as_str(), arrived.kind), ("sms:MM1", "sms/backfill"));
        let Ok(Heard::Message(message)) = Twilio.translate(&arrived.raw) else { panic!("it is a message") };
        assert!(message.found_late);
        assert_eq!((message.from.value(), message.body.as_str()), ("+12025550123", "5 € & more\n"));
        assert_eq!(
            (message.media[0].url.as_str(), message.provider_id.as_str()),
            (place.url.as_str(), "MM1")
        );
    }
}
