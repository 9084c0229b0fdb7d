//! A text or call Twilio has and nobody told of, as if it had been told of: the same news under the same name, so that whichever comes
//! second has no effect. Pure.

use actors::receipt::{Arrived, Head, Raw};

use super::{
    MediaPlace, NAME, Resource,
    translate::{SMS_BACKFILL, sms_key_of},
    voice::{CallResource, VOICE_BACKFILL, twiml, voice_key_of},
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

/// The news of a call that was found when it was over. Nobody is on the line any more to whom its webhook could say anything.
#[must_use]
pub fn backfilled_call(found: &CallResource) -> Arrived {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let ended = found.end_time.as_ref().or(found.start_time.as_ref());
    let pairs = [
        ("CallSid", found.sid.clone()),
        ("From", text(&found.from)),
        ("To", text(&found.to)),
        ("CallerName", text(&found.caller_name)),
        ("StartTime", text(&found.start_time)),
        ("EndTime", ended.cloned().unwrap_or_default()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    Arrived {
        provider: NAME,
        kind: VOICE_BACKFILL,
        dedupe_key: voice_key_of(&found.sid),
        raw: Raw { kind: VOICE_BACKFILL.to_owned(), head: Head::default(), body: Form::write(&pairs) },
        answer: Some(twiml::HANG_UP.to_owned()),
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

    #[test]
    fn a_call_that_was_found_says_when_it_was() {
        let found = CallResource {
            sid: "CA1".to_owned(),
            status: "no-answer".to_owned(),
            from: Some("+12025550123".to_owned()),
            direction: Some("inbound".to_owned()),
            start_time: Some("Thu, 24 Aug 2023 05:01:45 +0000".to_owned()),
            ..CallResource::default()
        };
        assert!(found.was_for_us());
        let arrived = backfilled_call(&found);
        assert_eq!((arrived.dedupe_key.as_str(), arrived.kind), ("voice:CA1", "voice/backfill"));
        let Ok(Heard::Call(call)) = Twilio.translate(&arrived.raw) else { panic!("it is a call") };
        assert_eq!((call.from.value(), call.provider_id.as_str()), ("+12025550123", "CA1"));
        assert!(call.at.is_some() && call.ended_at == call.at, "without an end it ended when it began");
        for other in [
            CallResource { status: "in-progress".to_owned(), ..found.clone() },
            CallResource { direction: Some("outbound-api".to_owned()), ..found.clone() },
            CallResource { start_time: None, ..found },
        ] {
            assert!(!other.was_for_us());
        }
    }
}
