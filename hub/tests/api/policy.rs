//! What is kept from contacts who did not ask for it: at night, too often, or without their consent.

use actors::testing::eventually;
use entities::Timestamp;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    carrier::Carrier,
    fake_twilio::{FakeTwilio, Reply},
    house::{House, over_both},
    tenant::Tenant,
};

pub(crate) const THEIRS: &str = "+12025550123";

/// Takes every text.
pub(crate) async fn taking() -> FakeTwilio {
    let mut taken = 0;
    FakeTwilio::start(move |asked| match asked.verb.as_str() {
        "POST" => {
            taken += 1;
            Reply::Json(201, json!({"sid": format!("SM{taken:032}"), "status": "queued", "error_code": null}))
        }
        _ => Reply::Json(200, json!({"messages": [], "calls": []})),
    })
    .await
}

pub(crate) fn settings(twilio: &FakeTwilio) -> Vec<(&str, &str)> {
    twilio.settings(&[("PROVIDERS__TWILIO__MESSAGES_PER_S", "1000")])
}

/// A tenant with a number, who talks with somebody.
pub(crate) struct Desk {
    pub(crate) twilio: Carrier,
    pub(crate) contact: String,
    pub(crate) talk: String,
}

impl Desk {
    pub(crate) async fn of(house: &House, tenant: &Tenant) -> Self {
        let twilio = Carrier::of(house, tenant).await;
        let contact = json!({"name": "Bob", "phone": THEIRS, "time_zone": "UTC"});
        let contact = twilio.agent.post("/api/contacts", contact).await.id();
        let start = json!({"channel_id": twilio.channel["id"], "contact_id": contact});
        let talk = twilio.agent.post("/api/conversations", start).await.id();
        Self { twilio, contact, talk }
    }

    pub(crate) fn ask(&self) -> &Asking {
        &self.twilio.agent
    }

    fn thread(&self) -> String {
        format!("/api/conversations/{}/messages", self.talk)
    }

    async fn offers(&self, if_quiet: &str) -> Answer {
        let offer = json!({"body": "10% off", "class": "marketing", "if_quiet": if_quiet});
        self.ask().post(&self.thread(), offer).await
    }

    async fn consents(&self) {
        let granted = json!({"state": "granted", "class": "marketing", "note": "at the till"});
        let recorded = self.ask().post(&format!("/api/contacts/{}/consents", self.contact), granted).await;
        assert_eq!(recorded.status, 201, "{recorded:?}");
    }

    /// One who says what nobody asked for.
    async fn shop(&self, house: &House) -> Asking {
        let key = json!({"name": "Shop", "scopes": ["messages:write", "conversations:read"]});
        let secret = self.ask().post("/api/api-keys", key).await.body["secret"].take();
        Asking::with(house, secret.as_str().unwrap().to_owned())
    }

    /// From now on it is night for half a day at least, and offers wait.
    async fn sleeps(&self, house: &House) {
        self.sleeps_through(house, "marketing").await;
    }

    /// The same for messages of this class.
    pub(crate) async fn sleeps_through(&self, house: &House, class: &str) {
        let now = house.hub.ports.now().to_string();
        let (opens, closes) = match now[11..13].parse::<u8>().unwrap() < 12 {
            true => ("13:00", "24:00"),
            false => ("00:00", "11:00"),
        };
        let hours = json!({"opens": opens, "closes": closes, "classes": [class]});
        let changed = self.ask().patch("/api/settings", json!({"compliance": {"quiet_hours": hours}})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }

    pub(crate) async fn is_day(&self) {
        let hours = json!({"opens": "00:00", "closes": "24:00"});
        self.ask().patch("/api/settings", json!({"compliance": {"quiet_hours": hours}})).await;
    }
}

/// The time an answer names.
pub(crate) fn until(answer: &Value) -> Timestamp {
    answer.as_str().unwrap_or_else(|| panic!("{answer} is no time")).parse().unwrap()
}

#[actix_web::test]
async fn offers_need_consent_and_wait_for_the_morning() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        desk.is_day().await;
        assert_eq!(desk.offers("hold").await.refusal(), (422, "NO_CONSENT"));
        let told = listener.event().await;
        assert_eq!(
            (&told["type"], &told["data"]["reason"]),
            (&json!("message.blocked"), &json!("NO_CONSENT"))
        );
        desk.consents().await;
        let said = desk.offers("hold").await;
        assert_eq!((said.status, &said.body["status"]), (201, &json!("queued")));
        desk.sleeps(house).await;
        let refused = desk.offers("refuse").await;
        assert_eq!(refused.refusal(), (422, "QUIET_HOURS"));
        let held = desk.offers("hold").await;
        assert_eq!((held.status, &held.body["status"]), (201, &json!("scheduled")));
        let (morning, now) = (until(&held.body["scheduled_at"]), house.hub.ports.now());
        assert!(morning > now && morning == until(&refused.body["details"]["until"]), "{held:?}");
        // What is no offer is said at any time.
        let word = desk.ask().post(&desk.thread(), json!({"body": "your order is here"})).await;
        assert_eq!((&word.body["status"], &word.body["class"]), (&json!("queued"), &json!("transactional")));
        let nowhere = json!({"time_zone": null, "phones": ["+80012345678"]});
        let moved = desk.ask().patch(&format!("/api/contacts/{}", desk.contact), nowhere).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        desk.consents().await;
        let lost = desk.offers("hold").await;
        assert_eq!((lost.refusal(), lost.body["details"].get("until")), ((422, "QUIET_HOURS"), None));
        assert!(lost.body["error"].as_str().unwrap().contains("time zone"));
    })
    .await;
}

#[actix_web::test]
async fn what_waits_is_judged_anew_when_its_time_has_come() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        desk.is_day().await;
        desk.consents().await;
        let soon = || house.hub.ports.now().plus(std::time::Duration::from_secs(3)).to_string();
        let later = |if_quiet: &str| {
            json!({"body": "10% off", "class": "marketing", "if_quiet": if_quiet, "scheduled_at": soon()})
        };
        let (kept, dropped) = (
            desk.ask().post(&desk.thread(), later("hold")).await,
            desk.ask().post(&desk.thread(), later("refuse")).await,
        );
        assert_eq!((kept.status, dropped.status), (201, 201));
        desk.sleeps(house).await;
        let waiting = format!("{}?status=scheduled", desk.thread());
        eventually("both were judged", async || {
            let rows = desk.ask().get(&waiting).await.body["data"].take();
            let find = |id: &str| rows.as_array().unwrap().iter().find(|row| row["id"] == id).cloned();
            let (kept, dropped) = (find(&kept.id())?, find(&dropped.id())?);
            let moved = until(&kept["scheduled_at"]) > house.hub.ports.now();
            (moved && dropped["status"] == "failed" && dropped["error"]["code"] == "QUIET_HOURS").then_some(())
        })
        .await;
        assert!(desk.ask().get(&desk.thread()).await.ids().is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_contact_gets_one_text_an_hour_that_nobody_asked_for() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        let shop = desk.shop(house).await;
        let says = async |who: &Asking| who.post(&desk.thread(), json!({"body": "news"})).await;
        assert_eq!(says(&shop).await.status, 201);
        let capped = says(&shop).await;
        assert_eq!(capped.refusal(), (422, "CAPPED"));
        let free = until(&capped.body["details"]["until"]).since(house.hub.ports.now());
        assert!(free.as_secs() <= 3_600 && free.as_secs() > 3_000, "{free:?}");
        assert_eq!(says(desk.ask()).await.status, 201, "a person is not capped");
        desk.twilio.texts("SM1", &THEIRS.replace('+', "%2B"), "thanks").await;
        desk.twilio.is_settled().await;
        // By now a person has answered once, and the bot keeps still.
        let own = json!({"owner": "bot"});
        desk.ask().patch(&format!("/api/conversations/{}", desk.talk), own).await;
        assert_eq!(says(&shop).await.status, 201, "an answer is not capped");
        assert_eq!(says(&shop).await.refusal(), (422, "CAPPED"));
        desk.ask().patch("/api/settings", json!({"compliance": {"cap": {"texts": 2}}})).await;
        assert_eq!(says(&shop).await.status, 201);
        let wrong = desk.ask().patch("/api/settings", json!({"compliance": {"cap": {"texts": 0}}})).await;
        assert_eq!((wrong.refusal(), wrong.field()), ((422, "INVALID"), "compliance.cap.texts"));
    })
    .await;
}

#[actix_web::test]
async fn who_took_another_over_has_got_what_the_other_one_got() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        let shop = desk.shop(house).await;
        let robert =
            desk.ask().post("/api/contacts", json!({"name": "Robert", "phone": "+12025550124"})).await.id();
        let start = json!({"channel_id": desk.twilio.channel["id"], "contact_id": robert});
        let talk = desk.ask().post("/api/conversations", start).await.id();
        let path = format!("/api/conversations/{talk}/messages");
        assert_eq!(shop.post(&desk.thread(), json!({"body": "news"})).await.status, 201);
        let merge = json!({"duplicate_id": desk.contact});
        assert_eq!(desk.ask().post(&format!("/api/contacts/{robert}/merge"), merge).await.status, 200);
        assert_eq!(shop.post(&path, json!({"body": "news"})).await.refusal(), (422, "CAPPED"));
        let unmerge = format!("/api/contacts/{}/unmerge", desk.contact);
        assert_eq!(desk.ask().post(&unmerge, json!({})).await.status, 200);
        assert_eq!(shop.post(&path, json!({"body": "news"})).await.status, 201, "they are two again");
    })
    .await;
}
