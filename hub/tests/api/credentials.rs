//! `/api/credentials` and `/api/integrations`, with a provider that answers what it is told to.

use actors::{
    asked::Asked,
    credential::{CredentialError, KeepCredential, Use},
    testing::eventually,
};
use entities::{Principal, audit_entry, credential, scope::TenantScope, user::Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking, answered},
    fake_twilio::{FakeTwilio, Reply},
    house::{House, over_both},
    tenant::Tenant,
};

const PATH: &str = "/api/credentials/twilio";
const SID: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn account() -> Value {
    json!({ "account_sid": SID, "auth_token": TOKEN })
}

fn active() -> Reply {
    Reply::Json(200, json!({ "sid": SID, "status": "active", "friendly_name": "Acme" }))
}

fn refusal(status: u16, code: i64) -> Reply {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    Reply::Json(
        status,
        json!({ "code": code, "message": "Authenticate", "more_info": more, "status": status }),
    )
}

async fn put(ask: &Asking, body: Value) -> Answer {
    answered(ask.request(Method::PUT, PATH).json(&body)).await
}

async fn entries(tenant: &Tenant, action: &str) -> Vec<audit_entry::Model> {
    let (id, action) = (tenant.id, action.to_owned());
    let found = tenant
        .hub
        .ports
        .store()
        .read(id, move |db| async move { audit_entry::Entity::of(id).all(&*db).await });
    found.await.unwrap().into_iter().filter(|entry| entry.action == action).collect()
}

#[actix_web::test]
async fn credentials_are_tried_kept_sealed_and_never_given_back() {
    let twilio = FakeTwilio::start(|_| active()).await;
    over_both(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        assert_eq!(ask.get(PATH).await.refusal(), (404, "NOT_FOUND"));
        let kept = put(&ask, account()).await;
        assert_eq!((kept.status, &kept.body["account_sid"]), (200, &json!(SID)), "{kept:?}");
        assert_eq!((&kept.body["auth_token"], &kept.body["is_active"]), (&json!("…cdef"), &json!(true)));
        let got = ask.get(PATH).await;
        assert_eq!((got.status, &got.body), (200, &kept.body));
        let events = ask.get("/api/events").await;
        assert!(events.body.to_string().contains("credential.updated"));
        for told in [&kept.body, &events.body] {
            assert!(!told.to_string().contains(TOKEN), "{told}");
        }
        let opened = house.hub.credentials.open(tenant.id, "twilio", "test").await.unwrap();
        assert_eq!(opened.parse::<Value>().unwrap(), account());
        assert_eq!(ask.delete(PATH).await.status, 204);
        let gone = house.hub.credentials.open(tenant.id, "twilio", "test").await.unwrap_err();
        assert_eq!((gone, ask.delete(PATH).await.refusal()), (CredentialError::Missing, (404, "NOT_FOUND")));
        assert_eq!(put(&ask, account()).await.body["rev"], 3, "the row is the same for good");
        let deeds = [
            entries(&tenant, "credential.update").await.len(),
            entries(&tenant, "credential.delete").await.len(),
        ];
        assert_eq!(deeds, [2, 1]);
    })
    .await;
    let asked = twilio.asked();
    assert_eq!(asked[0].path, format!("/2010-04-01/Accounts/{SID}.json"));
    assert_eq!((asked[0].verb.as_str(), asked[0].param("PageSize")), ("GET", ""));
    assert!(asked[0].authorization.starts_with("Basic "));
}

#[actix_web::test]
async fn what_the_provider_does_not_take_is_not_kept() {
    let mut replies = vec![
        Reply::Json(200, json!({ "sid": SID, "status": "suspended" })),
        Reply::Cut,
        refusal(500, 20_500),
        Reply::After(429, json!({ "code": 20_429, "status": 429 }), 3),
        refusal(401, 20_003),
        active(),
    ];
    let twilio = FakeTwilio::start(move |_| replies.pop().unwrap()).await;
    let house = House::with(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)]).await;
    let tenant = house.tenant().await;
    let ask = Asking::with(&house, tenant.owners_token());
    let kept = put(&ask, account()).await;
    let refused = put(&ask, account()).await;
    assert_eq!(refused.refusal(), (422, "PROVIDER_REFUSED"));
    assert_eq!(refused.body["details"]["provider"], json!({ "name": "twilio", "code": 20_003 }));
    for _ in 0..3 {
        assert_eq!(put(&ask, account()).await.refusal(), (503, "UNAVAILABLE"));
    }
    assert_eq!(put(&ask, account()).await.refusal(), (422, "PROVIDER_REFUSED"));
    twilio.go_away();
    assert_eq!(put(&ask, account()).await.refusal(), (503, "UNAVAILABLE"));
    assert_eq!(ask.get(PATH).await.body, kept.body);
    house.close().await;
}

#[actix_web::test]
async fn a_member_that_cannot_be_right_is_named_before_anybody_is_asked() {
    let twilio = FakeTwilio::start(|_| active()).await;
    let house = House::with(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)]).await;
    let tenant = house.tenant().await;
    let ask = Asking::with(&house, tenant.owners_token());
    for (member, value) in [
        ("account_sid", json!("AC1")),
        ("auth_token", json!("")),
        ("api_key_secret", json!("s")),
        ("token", json!("x")),
    ] {
        let mut body = account();
        body[member] = value;
        let refused = put(&ask, body).await;
        let named = if member == "api_key_secret" { "api_key_sid" } else { member };
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), named));
    }
    assert_eq!(ask.get("/api/credentials/fax").await.refusal(), (404, "NOT_FOUND"));
    assert!(twilio.asked().is_empty());
    house.close().await;
}

#[actix_web::test]
async fn credentials_are_for_admins_of_the_tenant() {
    let twilio = FakeTwilio::start(|_| active()).await;
    over_both(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        assert_eq!(put(&Asking::with(house, tenant.owners_token()), account()).await.status, 200);
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get(PATH).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.delete(PATH).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.get("/api/integrations").await.body["data"][0]["connected"], json!(false));
        let theirs = house.hub.credentials.open(others.id, "twilio", "test").await.unwrap_err();
        assert_eq!(theirs, CredentialError::Missing);
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        for path in [PATH, "/api/integrations"] {
            assert_eq!(manager.get(path).await.refusal(), (403, "FORBIDDEN"), "{path}");
        }
        assert_eq!(put(&manager, account()).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(manager.delete(PATH).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}

#[actix_web::test]
async fn an_integration_tells_how_its_requests_went() {
    let twilio = FakeTwilio::start(|_| active()).await;
    over_both(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let before = ask.get("/api/integrations").await;
        let nothing = json!({ "since": null, "total": 0, "failed": 0 });
        assert_eq!((before.status, &before.body["data"][0]["requests"]), (200, &nothing));
        assert_eq!(before.body["data"][0]["error_rate"], json!(null));
        put(&ask, account()).await;
        for used in [Use::Succeeded, Use::Succeeded, Use::Failed("answered 503".to_owned())] {
            house.hub.credentials.note_use(tenant.id, "twilio", used);
        }
        let counted = eventually("the uses are counted", async || {
            house.hub.credentials.write_uses().await;
            let listed = ask.get("/api/integrations").await.body["data"][0].take();
            (listed["requests"]["total"] == 4).then_some(listed)
        })
        .await;
        assert_eq!((&counted["connected"], &counted["requests"]["failed"]), (&json!(true), &json!(1)));
        assert_eq!(
            (&counted["error_rate"], &counted["last_error"]["message"]),
            (&json!(0.25), &json!("answered 503"))
        );
        assert_eq!((&counted["callback_delay_ms"], &counted["missing_callbacks"]), (&json!(null), &json!(0)));
        house.hub.credentials.disable(tenant.id, "twilio", "the account is suspended").await.unwrap();
        let disabled = house.hub.credentials.open(tenant.id, "twilio", "test").await.unwrap_err();
        assert_eq!(disabled, CredentialError::Disabled);
        let told = ask.get("/api/integrations").await.body["data"][0].take();
        assert_eq!(
            (&told["connected"], &told["verification_error"]),
            (&json!(false), &json!("the account is suspended"))
        );
    })
    .await;
}

#[actix_web::test]
async fn every_use_is_on_record_once_an_hour_for_each_purpose() {
    let twilio = FakeTwilio::start(|_| active()).await;
    over_both(&[("PROVIDERS__TWILIO__BASE_URL", &twilio.url)], async |house| {
        let tenant = house.tenant().await;
        put(&Asking::with(house, tenant.owners_token()), account()).await;
        for purpose in ["send", "send", "webhook", "send"] {
            house.hub.credentials.open(tenant.id, "twilio", purpose).await.unwrap();
        }
        let read = entries(&tenant, "credential.read").await;
        let purposes = read.iter().map(|entry| entry.details["purpose"].as_str().unwrap());
        // Whoever looks for texts that came meanwhile opens them too.
        let mut purposes: Vec<_> = purposes.filter(|purpose| *purpose != "backfill").collect();
        assert!((2..=4).contains(&purposes.len()));
        purposes.sort_unstable();
        // Two when the clock struck between them.
        purposes.dedup();
        assert_eq!(purposes, ["send", "webhook"]);
    })
    .await;
}

#[actix_web::test]
async fn what_was_broken_in_the_store_is_told_apart_from_what_is_missing() {
    over_both(&[], async |house| {
        use actors::journal::{Commit, Record, Row};
        let tenant = house.tenant().await;
        // Not through the door: the job it owes would open them, and what was opened just now is remembered.
        let shown = serde_json::Map::new();
        let keep = KeepCredential { provider: "twilio", config: account(), shown, then: None };
        let asked = Asked::by(Principal::User(tenant.owner));
        house.hub.credentials.keep(tenant.id, &asked, &keep).await.unwrap();
        let (id, ports) = (tenant.id, &house.hub.ports);
        let of = async || {
            let found =
                ports.store().read(id, move |db| async move { credential::Entity::of(id).one(&*db).await });
            found.await.unwrap().unwrap()
        };
        let write = async |row: credential::Model| {
            let row = credential::Model { rev: row.rev + 1, ..row };
            let rows = vec![Row::Update(Record::Credential(row))];
            ports.journal.commit(Commit::new(id, ports.now(), rows, Vec::new())).await.unwrap();
        };
        let whole = of().await;
        let keys = ports.store().keys(id).await.unwrap();
        let other = keys.seal(b"another row", b"{}").unwrap();
        write(credential::Model { sealed_config: Some(other), ..whole }).await;
        let open = async || house.hub.credentials.open(id, "twilio", "test").await.unwrap_err();
        assert_eq!(open().await, CredentialError::Unopened);
        let row = of().await;
        let nonsense = keys.seal(&credential::config_aad(id, row.id), b"not JSON").unwrap();
        write(credential::Model { sealed_config: Some(nonsense), ..row }).await;
        assert_eq!(open().await, CredentialError::Corrupt);
        write(credential::Model { sealed_config: None, ..of().await }).await;
        assert_eq!(open().await, CredentialError::Corrupt);
    })
    .await;
}
