//! What a change of a user does to the sessions he has open.

use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::house::{House, over_both};

const PATIENCE: Duration = Duration::from_secs(10);

/// The code a session of this token is closed with after `act`.
pub(crate) async fn closed_after(house: &House, token: &str, act: impl Future) -> u16 {
    let mut request = format!("ws://{}/ws", house.address).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let welcome = timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
    let welcome: Value = serde_json::from_str(welcome.to_text().unwrap()).unwrap();
    assert_eq!(welcome["method"], "welcome");
    act.await;
    loop {
        match timeout(PATIENCE, socket.next()).await.unwrap() {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            other => panic!("not closed by the hub: {other:?}"),
        }
    }
}

#[actix::test]
async fn another_role_or_other_boards_make_a_session_begin_anew() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let path = format!("/api/users/{}", grace.id);
        let boards = json!({"boards": [house.board(&tenant).await]});
        for change in [json!({"role": "manager"}), boards] {
            let act = async { house.patch(&tenant.owners_token, &path, change).await.with(200) };
            assert_eq!(closed_after(house, &grace.access, act).await, 4009);
        }
    })
    .await;
}

#[actix::test]
async fn who_is_disabled_or_removed_loses_his_sessions() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let path = format!("/api/users/{}", grace.id);
        let disable = json!({"status": "disabled"});
        let act = async { house.patch(&tenant.owners_token, &path, disable).await.with(200) };
        assert_eq!(closed_after(house, &grace.access, act).await, 4502);
        let alan = house.person(&tenant, "alan@example.com", "agent").await;
        let path = format!("/api/users/{}", alan.id);
        let act = async { house.delete(&tenant.owners_token, &path).await.with(204) };
        assert_eq!(closed_after(house, &alan.access, act).await, 4502);
    })
    .await;
}
