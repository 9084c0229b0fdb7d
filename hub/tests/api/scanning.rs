//! Files that a command looks at before they are given out.

use std::{path::PathBuf, time::Duration};

use actors::testing::eventually;
use entities::{ConversationId, user::Role};
use hub::files::Linked;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    asking::{Answer, Asking},
    client::Client,
    house::{House, over_both},
    tenant::Tenant,
};

/// The file names another, in which stands what is to be said of it; it fails while there is none.
const SCAN: &str = r#"/bin/sh, -c, exit $(cat "$(cat)" || echo 2)"#;

/// With this command, and room to ask again and again.
const fn scanned_by(command: &str) -> [(&str, &str); 3] {
    [
        ("ATTACHMENTS__SCAN_COMMAND", command),
        ("LIMITS__REQUESTS_PER_S", "100000"),
        ("LIMITS__BURST", "100000"),
    ]
}

/// What the scan says of the files of one test.
struct Scan {
    folder: TempDir,
}

impl Scan {
    /// Nothing yet.
    fn asleep() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// From now on: 0 is clean, 1 infected.
    fn says(&self, code: u8) {
        let draft = self.folder.path().join("draft");
        std::fs::write(&draft, code.to_string()).unwrap();
        std::fs::rename(draft, self.file()).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("says")
    }

    /// An upload, which waits.
    async fn upload(&self, ask: &Asking) -> String {
        let uploaded = ask.upload("offer.txt", self.file().to_str().unwrap().as_bytes()).await;
        assert_eq!((uploaded.status, &uploaded.body["state"]), (201, &json!("scanning")), "{uploaded:?}");
        uploaded.id()
    }
}

/// What a file may be fetched as: `ready`, or the state it is refused in.
async fn state(ask: &Asking, file: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let asked = ask.request(reqwest::Method::GET, &format!("/api/attachments/{file}")).build().unwrap();
    let answer = client.execute(asked).await.unwrap();
    if answer.status() == 302 {
        return "ready".to_owned();
    }
    let (status, body) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
    assert_eq!((status, &body["code"]), (409, &json!("CONFLICT")), "{body}");
    body["details"]["state"].as_str().unwrap().to_owned()
}

async fn becomes(ask: &Asking, file: &str, wanted: &str) {
    eventually("a file in another state", async || (state(ask, file).await == wanted).then_some(())).await;
}

/// Through a link that somebody has.
async fn fetch(house: &House, tenant: &Tenant, file: &str) -> Answer {
    let linked = Linked { tenant: tenant.id, attachment: file.parse().unwrap() };
    let token = house.hub.file_links.mint(linked, house.hub.ports.now());
    Asking::nobody(house).get(&format!("/files/{token}")).await
}

async fn send(ask: &Asking, conversation: ConversationId, files: &[&str]) -> Answer {
    let body = json!({"body": "here", "attachments": files});
    ask.post(&format!("/api/conversations/{conversation}/messages"), body).await
}

async fn next(client: &mut Client, kind: &str) -> Value {
    loop {
        let event = client.event().await;
        if event["type"] == kind {
            return event;
        }
    }
}

fn bytes(house: &House, tenant: &Tenant, file: &str) -> PathBuf {
    house.hub.settings.data.attachments().join(tenant.id.to_string()).join(file)
}

#[actix_web::test]
async fn a_file_waits_until_it_was_found_clean_and_its_uploader_alone_is_told() {
    over_both(&scanned_by(SCAN), async |house| {
        let scan = Scan::asleep();
        let tenant = house.tenant().await;
        let ada = Asking::with(house, tenant.owners_token());
        let grace = tenant.token(tenant.user(Role::Admin, None).await);
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut colleague = house.listener(&grace, &["inbox", "console"]).await;
        let file = scan.upload(&ada).await;
        assert_eq!(state(&ada, &file).await, "scanning");
        let refused = fetch(house, &tenant, &file).await;
        assert_eq!(
            (refused.refusal(), &refused.body["details"]["state"]),
            ((409, "CONFLICT"), &json!("scanning"))
        );
        let stranger = Asking::with(house, house.tenant().await.owners_token());
        let path = format!("/api/attachments/{file}");
        assert_eq!(
            stranger.get(&path).await.refusal(),
            (404, "NOT_FOUND"),
            "of another tenant nothing is told"
        );
        scan.says(0);
        becomes(&ada, &file, "ready").await;
        let told = next(&mut listener, "attachment.scanned").await;
        assert_eq!(told["topic"], format!("user:{}", tenant.owner));
        assert_eq!(
            (&told["data"]["attachment"]["id"], &told["data"]["attachment"]["state"]),
            (&json!(file), &json!("ready"))
        );
        let heard = colleague.all("event").await;
        assert!(heard.iter().all(|event| event["type"] != "attachment.scanned"), "{heard:?}");
    })
    .await;
}

#[actix_web::test]
async fn what_is_infected_is_given_to_nobody_and_its_bytes_are_gone() {
    over_both(&scanned_by(SCAN), async |house| {
        let scan = Scan::asleep();
        scan.says(1);
        let tenant = house.tenant().await;
        let talk = tenant.conversation().await;
        let visitor = Asking::with(house, tenant.visitor(&talk));
        let file = scan.upload(&visitor).await;
        becomes(&visitor, &file, "blocked").await;
        let refused = fetch(house, &tenant, &file).await;
        assert_eq!(
            (refused.refusal(), &refused.body["details"]["state"]),
            ((409, "CONFLICT"), &json!("blocked"))
        );
        let place = bytes(house, &tenant, &file);
        eventually("bytes that are gone", async || (!place.exists()).then_some(())).await;
        let refused = send(&visitor, talk.id, &[&file]).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "attachments[0]"));
    })
    .await;
}

#[actix_web::test]
async fn a_message_with_a_file_that_waits_is_sent_and_everybody_learns_what_was_found() {
    over_both(&scanned_by(SCAN), async |house| {
        let scan = Scan::asleep();
        let tenant = house.tenant().await;
        let talk = tenant.conversation().await;
        let (ada, visitor) = (Asking::with(house, tenant.owners_token()), tenant.visitor(&talk));
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut guest = house.listener(&visitor, &[&format!("conversation:{}", talk.id)]).await;
        let visitor = Asking::with(house, visitor);
        let file = scan.upload(&visitor).await;
        let sent = send(&visitor, talk.id, &[&file]).await;
        assert_eq!((sent.status, &sent.body["attachments"][0]["state"]), (201, &json!("scanning")));
        assert_eq!(state(&ada, &file).await, "scanning");
        scan.says(0);
        for listener in [&mut agent, &mut guest] {
            let made = next(listener, "message.created").await;
            assert_eq!(made["data"]["message"]["attachments"][0]["state"], "scanning");
            let told = next(listener, "attachment.scanned").await;
            assert_eq!(told["topic"], format!("conversation:{}", talk.id));
            let (data, message) = (&told["data"], &told["data"]["message"]);
            assert_eq!((&data["attachment"]["state"], &message["rev"]), (&json!("ready"), &json!(2)));
            assert_eq!((&message["seq"], &message["attachments"][0]), (&made["seq"], &data["attachment"]));
        }
        assert_eq!(
            (state(&ada, &file).await, state(&visitor, &file).await),
            ("ready".into(), "ready".into())
        );
        let thread = visitor.get(&format!("/api/conversations/{}/messages", talk.id)).await;
        assert_eq!(thread.body["data"][0]["attachments"][0]["state"], "ready");
    })
    .await;
}

#[actix_web::test]
async fn what_was_not_looked_at_when_the_hub_ended_is_looked_at_when_it_is_back() {
    let (scan, house) = (Scan::asleep(), House::with(&scanned_by(SCAN)).await);
    let tenant = house.tenant().await;
    let (token, ask) = (tenant.owners_token(), Asking::with(&house, tenant.owners_token()));
    let file = scan.upload(&ask).await;
    // What is in hand is settled; what fell with its node waits for the end of its lease, which is too long for a test.
    house.hub.jobs.drain(Duration::from_secs(20)).await;
    drop((tenant, ask));
    let house = house.restart().await;
    let ask = Asking::with(&house, token);
    assert_eq!(state(&ask, &file).await, "scanning");
    scan.says(0);
    becomes(&ask, &file, "ready").await;
    house.close().await;
}

#[actix_web::test]
async fn a_command_that_does_not_answer_lets_nothing_out_and_says_why() {
    for (line, complaint) in [
        ("/nowhere/clamdscan, -", "there is no command /nowhere/clamdscan"),
        ("/bin/sleep, 600", "/bin/sleep took too long"),
        ("/bin/sh, -c, kill -9 $$", "/bin/sh ended with signal: 9"),
    ] {
        let settings = [&scanned_by(line)[..], &[("ATTACHMENTS__SCAN_TIMEOUT_S", "1")]].concat();
        let house = House::with(&settings).await;
        let ask = Asking::with(&house, house.tenant().await.owners_token());
        let file = Scan::asleep().upload(&ask).await;
        let why = eventually("an attempt that failed", async || {
            let jobs = ask.get("/api/jobs").await;
            let found =
                jobs.body["data"].as_array().unwrap().iter().find(|job| job["kind"] == "attachment.scan");
            found.and_then(|job| job["last_error"].as_str().map(str::to_owned))
        })
        .await;
        assert!(why.starts_with(complaint), "{why}");
        assert_eq!(state(&ask, &file).await, "scanning");
        house.close().await;
    }
}
