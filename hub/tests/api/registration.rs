//! Whether carriers take texts from a number: asked of the provider, shown with what helps.

use std::sync::{Arc, Mutex};

use actors::testing::eventually;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Asking, answered},
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::over_both,
};

const SID: &str = "AC00000000000000000000000000000001";
const LOCAL: &str = "+14155552671";
const FREE: &str = "+18335552671";
const ABROAD: &str = "+493012345678";

fn list(key: &str, rows: &Value, next: Option<String>) -> Reply {
    Reply::Json(200, json!({ key: rows, "meta": { "key": key, "next_page_url": next, "page": 0 } }))
}

/// Twilio, with a campaign of this status. The number stands in the second service, on its second page.
fn answer(asked: &Asked, base: &str, status: &str) -> Reply {
    let numbers = "/v1/Services/MG2/PhoneNumbers";
    match asked.path.as_str() {
        path if path.ends_with(&format!("{SID}.json")) => {
            Reply::Json(200, json!({ "sid": SID, "status": "active" }))
        }
        path if path.ends_with("/Messages.json") => {
            Reply::Json(200, json!({ "messages": [], "next_page_uri": null }))
        }
        path if path.ends_with("/Calls.json") => {
            Reply::Json(200, json!({ "calls": [], "next_page_uri": null }))
        }
        "/v1/Services" => list("services", &json!([{ "sid": "MG1" }, { "sid": "MG2" }]), None),
        path if path == numbers && asked.param("Page") == "1" => {
            list("phone_numbers", &json!([{ "phone_number": LOCAL }]), None)
        }
        path if path == numbers => {
            list("phone_numbers", &json!([]), Some(format!("{base}{numbers}?Page=1&PageSize=100")))
        }
        "/v1/Services/MG1/PhoneNumbers" => {
            list("phone_numbers", &json!([]), Some("http://127.0.0.2:9/steals-credentials".to_owned()))
        }
        "/v1/Services/MG2/Compliance/Usa2p" => {
            let campaign =
                json!([{ "campaign_status": status, "errors": [{ "description": "bad sample" }] }]);
            list("compliance", &campaign, None)
        }
        "/v1/Tollfree/Verifications" => Reply::Json(403, json!({ "code": 20_403, "status": 403 })),
        other => panic!("nobody asks for {other}"),
    }
}

#[actix_web::test]
async fn a_number_shows_whether_carriers_take_texts_from_it_and_what_helps() {
    for (word, status, reason) in
        [("VERIFIED", "approved", None), ("FAILED", "rejected", Some("bad sample")), ("NEW", "unknown", None)]
    {
        let base = Arc::new(Mutex::new(String::new()));
        let known = base.clone();
        let twilio = FakeTwilio::start(move |asked| answer(asked, &known.lock().unwrap(), word)).await;
        base.lock().unwrap().clone_from(&twilio.url);
        let settings = twilio.settings(&[("PROVIDERS__TWILIO__REGISTRATION_AFTER_S", "0")]);
        over_both(&settings, async |house| {
            let tenant = house.tenant().await;
            let ask = Asking::with(house, tenant.owners_token());
            let account = json!({ "account_sid": SID, "auth_token": "0123456789abcdef0123456789abcdef" });
            let kept = answered(ask.request(Method::PUT, "/api/credentials/twilio").json(&account)).await;
            assert_eq!(kept.status, 200, "{kept:?}");
            let add = async |number: &str| {
                let channel = json!({ "type": "twilio", "name": "Line", "address": number });
                format!("/api/channels/{}", ask.post("/api/channels", channel).await.id())
            };
            let (local, free, abroad) = (add(LOCAL).await, add(FREE).await, add(ABROAD).await);
            let registered = async |path: &str| {
                eventually("the number was asked about", async || {
                    let channel = ask.get(path).await.body;
                    channel.get("registration").cloned()
                })
                .await
            };
            let of_local = registered(&local).await;
            assert_eq!((&of_local["kind"], &of_local["status"]), (&json!("a2p_10dlc"), &json!(status)));
            assert_eq!((&of_local["provider_status"], &of_local["reason"]), (&json!(word), &json!(reason)));
            assert_eq!(of_local["hint"].is_string(), status == "rejected", "{of_local}");
            // Who may not ask is not told that nobody applied.
            let of_free = registered(&free).await;
            assert_eq!((&of_free["kind"], &of_free["status"]), (&json!("toll_free"), &json!("unknown")));
            eventually("nothing is asked about the other", async || {
                let done = ask.get("/api/jobs?status=done&kind=channel.registration").await;
                (done.ids().len() == 1).then_some(())
            })
            .await;
            assert_eq!(ask.get(&abroad).await.body.get("registration"), None);
            let told = ask.get("/api/events?type=channel.updated").await;
            assert_eq!(told.body["data"].as_array().unwrap().len(), 2);
        })
        .await;
    }
}
