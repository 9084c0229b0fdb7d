//! Nothing is sent that Twilio was not seen to send, and it is signed as Twilio signs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use loadtest::provider::twilio::sign;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::{Caller, SERVICE};
use crate::hook::Hook;

pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/twilio").join(name);
    fs::read_to_string(path).unwrap()
}

fn fixtures(kind: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/twilio");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: Vec<String> = names.filter(|name| name.starts_with(kind)).map(|name| fixture(&name)).collect();
    assert!(!found.is_empty(), "{kind}");
    found
}

/// The names in all forms of a kind.
pub(crate) fn names_in_forms(kind: &str) -> BTreeSet<String> {
    let forms = fixtures(kind);
    let names = forms.iter().flat_map(|form| form_urlencoded::parse(form.trim().as_bytes()));
    names.map(|(name, _)| name.into_owned()).collect()
}

pub(crate) fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

pub(crate) fn names_in_json(kind: &str) -> BTreeSet<String> {
    fixtures(kind).iter().flat_map(|text| names(&serde_json::from_str(text).unwrap())).collect()
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    secret: String,
    url: String,
    params: Vec<(String, String)>,
    signature: String,
}

#[test]
fn signatures_are_the_published_ones() {
    let vectors: Vec<Vector> = serde_json::from_str(&fixture("signatures.json")).unwrap();
    assert!(vectors.len() > 10);
    for vector in vectors {
        assert_eq!(sign(&vector.secret, &vector.url, &vector.params), vector.signature, "{}", vector.name);
    }
}

#[tokio::test]
async fn webhooks_have_only_fields_and_headers_twilio_was_seen_to_send() {
    let mut hook = Hook::listen(&[200]).await;
    let url = hook.url("/sms");
    let faults = ["--messaging-service", SERVICE, "--faults", "undelivered=0.5", "--webhook", &url];
    let caller = Caller::start(&faults).await;
    let allowed = names_in_forms("messaging-inbound-");
    let photo = json!([{ "content_type": "image/png", "base64": "AAAA" }, { "content_type": "image/png", "base64": "" }]);
    for text in [json!({ "from": "+12025550123", "body": "STOP", "media": photo }), json!({ "from": "ACME" })]
    {
        caller.arrive(&text).await;
        let heard = hook.next().await;
        for (name, _) in &heard.form {
            assert!(allowed.contains(name), "{name}");
        }
    }
    let allowed = names_in_forms("message-status-");
    let headers = fixture("headers.txt").to_lowercase();
    let mut told = BTreeSet::new();
    for number in 0..8 {
        let to = format!("+1202555013{number}");
        let form =
            [("To", to.as_str()), ("MessagingServiceSid", SERVICE), ("Body", "Hi"), ("StatusCallback", &url)];
        assert_eq!(caller.post("Messages.json", &form).await.0, 201);
        for _ in 0..3 {
            let heard = hook.next().await;
            told.insert(heard.field("MessageStatus").to_owned());
            for (name, _) in &heard.form {
                assert!(allowed.contains(name), "{name}");
            }
            for name in heard.headers.keys() {
                assert!(headers.contains(&format!("\n{name}: ")), "{name}");
            }
        }
    }
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["delivered", "sending", "sent", "undelivered"]);
}

#[tokio::test]
async fn answers_have_the_fields_of_the_documents() {
    let caller = Caller::start(&["--messaging-service", SERVICE]).await;
    let created = names_in_json("rest-message-create-201");
    let (_, message) = caller.text("Hi", &[]).await;
    assert_eq!(names(&message), created);
    let (_, by_service) = caller
        .post("Messages.json", &[("To", "+12025550199"), ("MessagingServiceSid", SERVICE), ("Body", "Hi")])
        .await;
    assert_eq!((names(&by_service), &by_service["from"]), (created.clone(), &Value::Null));
    let (_, fetched) = caller.get(&format!("Messages/{}.json", message["sid"].as_str().unwrap())).await;
    assert_eq!(names(&fetched), created);
    let (status, refused) = caller.post("Messages.json", &[]).await;
    assert_eq!((status, names(&refused)), (400, names_in_json("rest-error-")));
}
