//! What Twilio's webhooks say, in the words of the house. Pure.

use actors::{
    consent::Keyword,
    conversation::{MessageError, Progress},
    inbound::{InboundMessage, Media},
    receipt::{Heard, Raw, Told, Translate, Untranslatable},
};
use entities::Address;

use super::{NAME, codes::OPTED_OUT, codes::explained, text::status as status_of, voice, wire::Form};

/// Texts that come in.
pub(super) const SMS: &str = "sms";

/// The same, found when Twilio was asked what it has: nobody told of them.
pub(super) const SMS_BACKFILL: &str = "sms/backfill";

/// How far texts of ours came.
pub(super) const SMS_STATUS: &str = "sms/status";

/// What a callback of ours calls the message in its query.
pub(super) const OURS: &str = "message";

/// The most files Twilio sends with one message.
const FILES: usize = 10;

/// Reads Twilio's webhooks.
pub struct Twilio;

impl Translate for Twilio {
    fn provider(&self) -> &'static str {
        NAME
    }

    fn translate(&self, raw: &Raw) -> Result<Heard, Untranslatable> {
        let form = form(raw);
        match raw.kind.as_str() {
            SMS => message(&form).map(Heard::Message),
            SMS_BACKFILL => {
                message(&form).map(|found| Heard::Message(InboundMessage { found_late: true, ..found }))
            }
            SMS_STATUS => told(&form, &raw.head.query).map(Heard::Progress),
            _ => voice::heard(raw, &form)
                .unwrap_or_else(|| Err(Untranslatable("nobody knows this kind of webhook".to_owned()))),
        }
    }
}

/// The members of a webhook: of its body, or of its query when it came by GET.
pub(super) fn form(raw: &Raw) -> Form {
    Form::read(if raw.body.is_empty() { raw.head.query.as_bytes() } else { &raw.body })
}

/// What is the same for every delivery of one message.
pub(super) fn sms_key(form: &Form) -> Option<String> {
    form.text("MessageSid").map(|sid| sms_key_of(&sid))
}

/// The same, however the message became known.
pub(super) fn sms_key_of(sid: &str) -> String {
    format!("{SMS}:{sid}")
}

/// What is the same for every delivery of one step of one message.
pub(super) fn sms_status_key(form: &Form) -> Option<String> {
    let (sid, status) = (form.text("MessageSid")?, form.text("MessageStatus")?);
    Some(format!("{SMS_STATUS}:{sid}:{status}:{}", form.text("ErrorCode").unwrap_or_default()))
}

/// The callback carries in its query what we call the message: [`OURS`].
fn told(form: &Form, query: &str) -> Result<Told, Untranslatable> {
    let missing = |what: &str| Untranslatable(format!("it has no {what}"));
    let external_id = form.text("MessageSid").ok_or_else(|| missing("MessageSid"))?;
    let status = form.text("MessageStatus").ok_or_else(|| missing("MessageStatus"))?;
    let status = status_of(&status).ok_or_else(|| Untranslatable("nobody knows this status".to_owned()))?;
    let ours = Form::read(query.as_bytes()).text(OURS);
    let progress = Progress::told(external_id.clone(), status, error(form));
    let refused = form.text("ErrorCode").is_some_and(|code| code == OPTED_OUT.to_string());
    let opted_out = form.text("To").filter(|_| refused).map(|to| sender(&to));
    Ok(Told { message_id: ours.and_then(|id| id.parse().ok()), external_id, progress, opted_out })
}

/// Why it did not arrive, in words a person understands.
fn error(form: &Form) -> Option<MessageError> {
    let code = form.text("ErrorCode").filter(|code| code != "0")?;
    let unknown = || form.text("ErrorMessage").unwrap_or_else(|| "It did not arrive".to_owned());
    Some(code.parse().map_or_else(|_| MessageError { code: code.clone(), message: unknown() }, explained))
}

fn message(form: &Form) -> Result<InboundMessage, Untranslatable> {
    let missing = || Untranslatable("it has no MessageSid".to_owned());
    Ok(InboundMessage {
        from: sender(&form.text("From").unwrap_or_default()),
        name: form.text("ProfileName"),
        body: form.text("Body").unwrap_or_default(),
        acted_on: form.text("OptOutType").and_then(|word| keyword(&word)),
        found_late: false,
        media: (0..FILES).map_while(|number| media(form, number)).collect(),
        provider_id: form.text("MessageSid").ok_or_else(missing)?,
    })
}

/// What Twilio answered by itself (Advanced Opt-Out).
fn keyword(word: &str) -> Option<Keyword> {
    let known = [("STOP", Keyword::Stop), ("START", Keyword::Start), ("HELP", Keyword::Help)];
    known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word.trim())).map(|(_, keyword)| keyword)
}

/// On other networks than that of phones the sender is a name there.
fn sender(from: &str) -> Address {
    let named =
        from.split_once(':').filter(|(network, _)| matches!(*network, "whatsapp" | "messenger" | "rcs"));
    let handle = named.and_then(|(network, name)| Address::handle(network, name).ok());
    handle.unwrap_or_else(|| Address::from_provider(from))
}

fn media(form: &Form, number: usize) -> Option<Media> {
    let url = form.text(&format!("MediaUrl{number}"))?;
    let content_type = form.text(&format!("MediaContentType{number}")).unwrap_or_default();
    Some(Media { url, content_type })
}

#[cfg(test)]
mod tests {
    use actors::receipt::Head;
    use entities::{AddressKind, message::MessageStatus};

    use super::*;

    fn heard(form: &[u8]) -> Result<InboundMessage, Untranslatable> {
        let raw = Raw { kind: SMS.to_owned(), body: form.to_vec(), ..Raw::default() };
        Twilio.translate(&raw).map(|heard| match heard {
            Heard::Message(message) => message,
            other => panic!("{other:?} is no message"),
        })
    }

    fn told(query: &str, form: &[u8]) -> Result<Told, Untranslatable> {
        let head = Head { query: query.to_owned(), ..Head::default() };
        let raw = Raw { kind: SMS_STATUS.to_owned(), head, body: form.to_vec() };
        Twilio.translate(&raw).map(|heard| match heard {
            Heard::Progress(told) => told,
            other => panic!("{other:?} is no step"),
        })
    }

    #[test]
    fn a_step_is_read_with_our_name_for_the_message() {
        let ours = "01939f3e-5b5e-7c3a-9a59-0a0b0c0d0e0f";
        let failed = include_bytes!("../../../tests/fixtures/twilio/message-status-failed.txt");
        let told = told(&format!("{OURS}={ours}"), failed).unwrap();
        assert_eq!(told.message_id, Some(ours.parse().unwrap()));
        assert_eq!(told.external_id, "SM0000000000000000000000000000000c");
        assert_eq!(told.progress.status, MessageStatus::Failed);
        let error = told.progress.error.unwrap();
        assert!(error.code == "30008" && !error.message.is_empty());
    }

    #[test]
    fn a_recipient_who_opted_out_is_named() {
        let form = b"MessageSid=SM1&MessageStatus=failed&ErrorCode=21610&To=%2B12025550123";
        assert_eq!(told("", form).unwrap().opted_out.unwrap().value(), "+12025550123");
        let other = b"MessageSid=SM1&MessageStatus=failed&ErrorCode=30003&To=%2B12025550123";
        assert_eq!(told("", other).unwrap().opted_out, None);
    }

    #[test]
    fn what_twilio_has_answered_itself_is_told() {
        let stop = heard(include_bytes!("../../../tests/fixtures/twilio/messaging-inbound-stop-optout.txt"));
        assert_eq!(stop.unwrap().acted_on, Some(Keyword::Stop));
        assert_eq!(heard(b"MessageSid=SM1&Body=STOP").unwrap().acted_on, None);
    }

    #[test]
    fn every_recorded_step_is_known_and_others_are_not_guessed() {
        for (form, status) in [
            (
                &include_bytes!("../../../tests/fixtures/twilio/message-status-queued.txt")[..],
                MessageStatus::Sending,
            ),
            (include_bytes!("../../../tests/fixtures/twilio/message-status-sent.txt"), MessageStatus::Sent),
            (
                include_bytes!("../../../tests/fixtures/twilio/message-status-delivered.txt"),
                MessageStatus::Delivered,
            ),
            (
                include_bytes!("../../../tests/fixtures/twilio/message-status-undelivered.txt"),
                MessageStatus::Undelivered,
            ),
        ] {
            let told = told("message=none", form).unwrap();
            assert_eq!((told.progress.status, told.message_id), (status, None));
            assert!(sms_status_key(&Form::read(form)).unwrap().starts_with("sms/status:SM"));
        }
        assert!(told("", b"MessageSid=SM1&MessageStatus=teleported").is_err());
        assert!(told("", b"MessageSid=SM1").is_err() && told("", b"MessageStatus=sent").is_err());
    }

    #[test]
    fn a_text_is_read_with_its_sender_and_its_files() {
        let sms = heard(include_bytes!("../../../tests/fixtures/twilio/messaging-inbound-sms.txt")).unwrap();
        assert_eq!((sms.from.value(), sms.body.as_str()), ("+12025550123", "Test"));
        assert_eq!((sms.provider_id.as_str(), sms.media.len()), ("SM00000000000000000000000000000001", 0));
        let mms = heard(include_bytes!("../../../tests/fixtures/twilio/messaging-inbound-mms.txt")).unwrap();
        let types: Vec<_> = mms.media.iter().map(|media| media.content_type.as_str()).collect();
        assert_eq!(types, ["image/jpeg", "application/pdf"]);
        let chat = include_bytes!("../../../tests/fixtures/twilio/messaging-inbound-whatsapp.txt");
        let chat = heard(chat).unwrap();
        assert_eq!((chat.from.label(), chat.from.value()), (Some("whatsapp"), "+12025550123"));
        assert_eq!(chat.name.as_deref(), Some("Pat Doe"));
    }

    #[test]
    fn nothing_is_refused_for_its_sender() {
        for (from, kind) in [
            ("From=72727&", AddressKind::ShortCode),
            ("From=ACME&", AddressKind::SenderName),
            ("From=%2B266696687&", AddressKind::Anonymous),
            ("From=&", AddressKind::Anonymous),
            ("", AddressKind::Anonymous),
            ("From=%2B1&", AddressKind::SenderName),
            ("From=messenger%3A77&", AddressKind::Handle),
            ("From=whatsapp%3A&", AddressKind::SenderName),
        ] {
            let message = heard(format!("{from}MessageSid=SM1").as_bytes()).unwrap();
            assert_eq!(message.from.kind(), kind, "{from}");
        }
    }

    #[test]
    fn what_names_no_message_is_none() {
        assert!(heard(b"From=%2B12025550123&Body=x").is_err());
        let raw = Raw { kind: "fax".to_owned(), ..Raw::default() };
        assert!(Twilio.translate(&raw).is_err());
    }
}
