//! What Twilio's webhooks say, in the words of the house. Pure.

use actors::{
    inbound::{InboundMessage, Media},
    receipt::{Heard, Raw, Translate, Untranslatable},
};
use entities::Address;

use super::{NAME, wire::Form};

/// Texts that come in.
pub(super) const SMS: &str = "sms";

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
            _ => Err(Untranslatable("nobody knows this kind of webhook".to_owned())),
        }
    }
}

/// The members of a webhook: of its body, or of its query when it came by GET.
pub(super) fn form(raw: &Raw) -> Form {
    Form::read(if raw.body.is_empty() { raw.head.query.as_bytes() } else { &raw.body })
}

/// What is the same for every delivery of one message.
pub(super) fn sms_key(form: &Form) -> Option<String> {
    form.text("MessageSid").map(|sid| format!("{SMS}:{sid}"))
}

fn message(form: &Form) -> Result<InboundMessage, Untranslatable> {
    let missing = || Untranslatable("it has no MessageSid".to_owned());
    Ok(InboundMessage {
        from: sender(&form.text("From").unwrap_or_default()),
        name: form.text("ProfileName"),
        body: form.text("Body").unwrap_or_default(),
        media: (0..FILES).map_while(|number| media(form, number)).collect(),
        provider_id: form.text("MessageSid").ok_or_else(missing)?,
    })
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
    use entities::AddressKind;

    use super::*;

    fn heard(form: &[u8]) -> Result<InboundMessage, Untranslatable> {
        let raw = Raw { kind: SMS.to_owned(), body: form.to_vec(), ..Raw::default() };
        Twilio.translate(&raw).map(|Heard::Message(message)| message)
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
