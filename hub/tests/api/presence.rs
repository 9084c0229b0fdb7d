//! `/api/presence`, and whether anybody is there for a visitor.

use entities::{UserId, user::Role};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{
    asking::Asking,
    house::{House, over_both},
    tenant::Tenant,
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const AT_ONCE: (&str, &str) = ("REALTIME__PRESENCE_DEBOUNCE_S", "0");

/// A session, once the hub counts it in.
async fn arrive(house: &House, token: &str) -> Socket {
    let mut request = format!("ws://{}/ws", house.address).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    ask(&mut socket, "subscribe", json!({"topics": []})).await;
    socket
}

/// Asks and waits for the answer.
async fn ask(socket: &mut Socket, method: &str, params: Value) {
    let request = json!({"jsonrpc": "2.0", "id": method, "method": method, "params": params});
    socket.send(Message::text(request.to_string())).await.unwrap();
    loop {
        let frame: Value =
            serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
        if frame["id"] == method {
            assert!(frame["error"].is_null(), "{frame}");
            return;
        }
    }
}

async fn present(asking: &Asking, query: &str) -> Value {
    let answer = asking.get(&format!("/api/presence{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|user| user["user_id"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn those_who_are_here_are_listed_page_by_page_and_others_tenants_are_not() {
    over_both(&[AT_ONCE], async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        let asking = Asking::with(house, tenant.owners_token());
        assert_eq!(present(&asking, "").await, json!({"data": [], "next_cursor": null}));
        let _stranger = arrive(house, &other.owners_token()).await;
        let mut sockets = Vec::new();
        let mut users: Vec<UserId> = Vec::new();
        for board in [None, Some(vec![tenant.board("Sales").await]), None] {
            users.push(tenant.user(Role::Agent, board).await);
            sockets.push(arrive(house, &tenant.token(*users.last().unwrap())).await);
        }
        ask(&mut sockets[0], "presence.set", json!({"availability": "busy"})).await;
        let narrow = Asking::with(house, tenant.token(users[1]));
        let all = present(&narrow, "").await;
        let expected = [users[0], users[2], users[1]].map(|id| id.to_string());
        assert_eq!(ids(&all), expected, "the latest change first, whatever the boards");
        let first = &all["data"][0];
        assert_eq!((&first["online"], &first["availability"]), (&json!(true), &json!("busy")));
        assert!(first["since"].as_str().unwrap().ends_with('Z'));
        let page = present(&asking, "?limit=2").await;
        assert_eq!(ids(&page), expected[..2]);
        let rest = format!("?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
        let rest = present(&asking, &rest).await;
        assert_eq!((ids(&rest), &rest["next_cursor"]), (vec![expected[2].as_str()], &Value::Null));
        assert_eq!(asking.get("/api/presence?limit=201").await.status, 422);
        assert_eq!(asking.get("/api/presence?user=1").await.status, 422);
        assert_eq!(Asking::nobody(house).get("/api/presence").await.status, 401);
        let visitor = Asking::with(house, tenant.visitor(&tenant.conversation().await));
        assert_eq!(visitor.get("/api/presence").await.status, 403);
    })
    .await;
}

/// Asks until the web chat says so: who just left is counted out in a moment.
async fn says(nobody: &Asking, path: &str, online: bool) {
    for _ in 0..500 {
        if nobody.get(path).await.body["online"] == online {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("online stays {}", !online);
}

async fn web_chat(house: &House, tenant: &Tenant) -> String {
    let ask = Asking::with(house, tenant.owners_token());
    let made = ask.post("/api/channels", json!({"type": "webchat", "name": "Shop", "settings": {}})).await;
    format!("/api/webchat/{}", made.body["key"].as_str().unwrap())
}

#[actix_web::test]
async fn a_web_chat_is_online_while_somebody_who_works_can_be_asked() {
    let house = House::with(&[AT_ONCE]).await;
    let (tenant, other) = (house.tenant().await, house.tenant().await);
    let (path, nobody) = (web_chat(&house, &tenant).await, Asking::nobody(&house));
    let _stranger = arrive(&house, &other.owners_token()).await;
    let _looks_on = arrive(&house, &tenant.token(tenant.user(Role::ReadOnly, None).await)).await;
    let _visitor = arrive(&house, &tenant.visitor(&tenant.conversation().await)).await;
    says(&nobody, &path, false).await;
    let mut agent = arrive(&house, &tenant.token(tenant.user(Role::Agent, None).await)).await;
    says(&nobody, &path, true).await;
    ask(&mut agent, "presence.set", json!({"availability": "away"})).await;
    says(&nobody, &path, false).await;
    ask(&mut agent, "presence.set", json!({"availability": "online"})).await;
    says(&nobody, &path, true).await;
    drop(agent);
    says(&nobody, &path, false).await;
    house.close().await;
}
