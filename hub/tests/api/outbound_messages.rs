//! What was sent through a provider, as whoever asks with SQL reads it.

use entities::{ContactId, MessageId};
use migrations::testing::Table;
use sea_orm::{FromQueryResult, Statement};
use serde_json::json;

use super::{
    house::over_both,
    tenant::Tenant,
    texting::{Desk, Network, OTHERS, THEIRS},
};

/// A row of the view.
#[derive(Debug, FromQueryResult)]
struct Sent {
    message_id: MessageId,
    recipient: ContactId,
    method: String,
    content: String,
    status: String,
    error_code: Option<String>,
    service_provider: Option<String>,
    external_message_id: Option<String>,
    created_at: i64,
    sent_at: Option<i64>,
}

/// Read as any reader reads: on PostgreSQL in his role.
async fn view(tenant: &Tenant) -> Vec<Sent> {
    let id = tenant.id;
    let find = move |db: actors::store::Reader| async move {
        let backend = db.get_database_backend();
        let tenant = Table::literal(backend, id.as_uuid());
        let asked = format!("SELECT * FROM outbound_messages WHERE tenant_id = {tenant} ORDER BY created_at");
        Sent::find_by_statement(Statement::from_string(backend, asked)).all(&*db).await
    };
    tenant.hub.ports.store().read(id, find).await.unwrap()
}

#[actix_web::test]
async fn the_view_shows_what_was_sent_to_whom_when_and_under_which_name() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        desk.hears("SM1", THEIRS, "hello").await;
        let (talk, contact) = (desk.talk().await, desk.contact().await);
        let sent = desk.says(&talk, "welcome").await.id();
        desk.reaches(&talk, &sent, |message| message["status"] == "sending" && message["rev"] == 3).await;
        let refused = desk.starts(OTHERS, "blocked").await;
        let message = refused.body["message"]["id"].as_str().unwrap().to_owned();
        desk.reaches(&refused.id(), &message, |message| message["status"] == "failed").await;
        // Neither of these leaves the house.
        let note = json!({"body": "a kind man", "private": true});
        assert_eq!(desk.ask().post(&format!("/api/conversations/{talk}/messages"), note).await.status, 201);
        let chat = tenant.conversation().await;
        assert_eq!(desk.says(&chat.id.to_string(), "hello").await.status, 201);
        let rows = view(&tenant).await;
        let [first, second] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((first.message_id.to_string(), first.recipient.to_string()), (sent, contact));
        assert_eq!((&first.content[..], &first.method[..], &first.status[..]), ("welcome", "sms", "sending"));
        assert_eq!(first.service_provider.as_deref(), Some("twilio"));
        assert!(first.external_message_id.as_ref().is_some_and(|name| name.starts_with("SM")));
        assert!(first.sent_at.is_some_and(|at| at > first.created_at));
        assert_eq!((&second.status[..], second.error_code.as_deref()), ("failed", Some("21610")));
        assert_eq!((&second.external_message_id, second.sent_at), (&None, None), "nobody has it");
        assert!(view(&house.tenant().await).await.is_empty());
    })
    .await;
}
