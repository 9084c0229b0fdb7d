//! Files that hang on messages.

use entities::{ConversationId, user::Role};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    house::over_both,
    tenant::Tenant,
};

const TEXT: &[u8] = b"the offer, in plain words";

async fn upload(ask: &Asking, name: &str) -> String {
    let uploaded = ask.upload(name, TEXT).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    uploaded.id()
}

async fn send(ask: &Asking, conversation: ConversationId, body: Value) -> Answer {
    ask.post(&format!("/api/conversations/{conversation}/messages"), body).await
}

pub(crate) async fn open(ask: &Asking, file: &str) -> u16 {
    let path = format!("/api/attachments/{file}");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let asked = ask.request(reqwest::Method::GET, &path).build().unwrap();
    client.execute(asked).await.unwrap().status().as_u16()
}

async fn colleague(house: &super::house::House, tenant: &Tenant) -> Asking {
    let id = tenant.user(Role::Agent, None).await;
    Asking::with(house, tenant.token(id))
}

#[actix_web::test]
async fn a_message_brings_its_files_to_whoever_sees_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (ada, grace) = (Asking::with(house, tenant.owners_token()), colleague(house, &tenant).await);
        let talk = tenant.conversation().await;
        let visitor = Asking::with(house, tenant.visitor(&talk));
        let file = upload(&ada, "offer.txt").await;
        assert_eq!((open(&grace, &file).await, open(&visitor, &file).await), (404, 404), "not sent yet");
        let sent = send(&ada, talk.id, json!({"attachments": [file]})).await;
        let expected = json!([{"id": file, "name": "offer.txt", "content_type": "text/plain",
            "size": TEXT.len(), "state": "ready"}]);
        assert_eq!(
            (sent.status, &sent.body["attachments"], &sent.body["body"]),
            (201, &expected, &json!(""))
        );
        assert_eq!((open(&grace, &file).await, open(&visitor, &file).await), (302, 302));
        let thread = visitor.get(&format!("/api/conversations/{}/messages", talk.id)).await;
        assert_eq!(thread.body["data"][0]["attachments"], expected);

        let secret = upload(&ada, "secret.txt").await;
        let note = json!({"body": "see this", "private": true, "attachments": [secret]});
        assert_eq!(send(&ada, talk.id, note).await.status, 201);
        assert_eq!((open(&grace, &secret).await, open(&visitor, &secret).await), (302, 404), "a note's");

        let picture = upload(&visitor, "mine.txt").await;
        assert_eq!(send(&visitor, talk.id, json!({"attachments": [picture]})).await.status, 201);
        assert_eq!(open(&ada, &picture).await, 302);
        let stranger = Asking::with(house, house.tenant().await.owners_token());
        assert_eq!(open(&stranger, &file).await, 404);
    })
    .await;
}

#[actix_web::test]
async fn a_file_hangs_on_one_message_however_many_want_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ada = Asking::with(house, tenant.owners_token());
        let file = upload(&ada, "offer.txt").await;
        let mut talks = Vec::new();
        for _ in 0..6 {
            talks.push(tenant.conversation().await.id);
        }
        let body =
            |client: usize| json!({"body": "here", "attachments": [file], "client_id": client.to_string()});
        let answers = join_all(talks.iter().enumerate().map(|(n, talk)| send(&ada, *talk, body(n)))).await;
        let sent: Vec<usize> = (0..6).filter(|n| answers[*n].status == 201).collect();
        assert_eq!(sent.len(), 1, "{answers:?}");
        for refused in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "attachments[0]"));
        }
        let again = send(&ada, talks[sent[0]], body(sent[0])).await;
        assert_eq!((again.status, again.id()), (201, answers[sent[0]].id()), "a repeat is no second use");
    })
    .await;
}

#[actix_web::test]
async fn what_is_not_ones_own_or_comes_twice_hangs_on_nothing() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (ada, grace) = (Asking::with(house, tenant.owners_token()), colleague(house, &tenant).await);
        let stranger = Asking::with(house, house.tenant().await.owners_token());
        let talk = tenant.conversation().await.id;
        let own = upload(&ada, "own.txt").await;
        let (other, foreign) = (upload(&grace, "hers.txt").await, upload(&stranger, "theirs.txt").await);
        let made_up = uuid::Uuid::now_v7().to_string();
        for (attachments, field) in [
            (json!([own, other]), "attachments[1]"),
            (json!([foreign]), "attachments[0]"),
            (json!([own, own]), "attachments[1]"),
            (json!([made_up]), "attachments[0]"),
            (json!(vec![made_up; 11]), "attachments"),
        ] {
            let refused = send(&ada, talk, json!({"body": "x", "attachments": attachments})).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
        assert_eq!(send(&ada, talk, json!({"body": " "})).await.field(), "body", "nor is nothing a message");
        assert_eq!(send(&ada, talk, json!({"body": "x", "attachments": [own]})).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn a_message_that_is_taken_back_takes_its_files_with_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ada = Asking::with(house, tenant.owners_token());
        let talk = tenant.conversation().await.id;
        let file = upload(&ada, "offer.txt").await;
        let sent = send(&ada, talk, json!({"body": "x", "attachments": [file]})).await;
        assert_eq!(ada.delete(&format!("/api/messages/{}", sent.id())).await.status, 204);
        assert_eq!(open(&ada, &file).await, 404);
    })
    .await;
}

#[actix_web::test]
async fn nobody_heaps_up_what_he_does_not_use() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (ada, grace) = (Asking::with(house, tenant.owners_token()), colleague(house, &tenant).await);
        for number in 0..100 {
            upload(&ada, &format!("{number}.txt")).await;
        }
        assert_eq!(ada.upload("one too many.txt", TEXT).await.refusal(), (429, "RATE_LIMITED"));
        upload(&grace, "hers.txt").await;
    })
    .await;
}
