//! Sessions of those who come with the token of an outside identity provider.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use super::{
    house::{House, over_both_with},
    issuer::{CURVE, EDWARDS, Issuer, ONE, Pair, TWO},
    outside::claims,
    people::Tenant,
};

const PATIENCE: Duration = Duration::from_secs(20);
const EMAIL: &str = "grace@example.com";

struct Session(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Session {
    /// An upgrade with this token in its header; the status when it is refused.
    async fn open(house: &House, token: &str) -> Result<Self, u16> {
        Self::upgrade(house, ("authorization", &format!("Bearer {token}"))).await
    }

    /// The same with the token where a browser puts it.
    async fn of_a_page(house: &House, token: &str) -> Self {
        let offer = format!("switchboard.v1, bearer.{token}");
        Self::upgrade(house, ("sec-websocket-protocol", &offer)).await.unwrap()
    }

    async fn upgrade(house: &House, (name, value): (&'static str, &str)) -> Result<Self, u16> {
        let mut request = format!("ws://{}/ws", house.address).into_client_request().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("no answer in HTTP: {other}"),
        }
    }

    /// The next frame, or the code it was closed with.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
                Some(Ok(_)) => {}
                other => panic!("neither a frame nor a reason: {other:?}"),
            }
        }
    }

    /// The next frame of this method.
    async fn told(&mut self, method: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap();
            if frame["method"] == method {
                return frame["params"].clone();
            }
        }
    }

    async fn ask(&mut self, method: &str, params: Value) -> Result<Value, u16> {
        let request = json!({"jsonrpc": "2.0", "id": method, "method": method, "params": params});
        self.0.send(Message::text(request.to_string())).await.unwrap();
        loop {
            let frame = self.next().await?;
            if frame["id"] == method {
                return Ok(frame);
            }
        }
    }

    async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}

fn seconds(house: &House) -> i64 {
    house.hub.ports.now().as_micros() / 1_000_000
}

async fn signed(house: &House, tenant: &Tenant, pair: Pair) -> String {
    pair.sign(&claims(house, tenant, "abc", EMAIL))
}

#[actix::test]
async fn every_way_of_signing_opens_a_session_that_works() {
    let issuer = Issuer::start(&[ONE, CURVE, EDWARDS]).await;
    let settings = issuer.settings("", "algorithms = [\"RS256\", \"ES256\", \"EdDSA\"]");
    over_both_with(&settings, async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, EMAIL, "agent").await;
        for pair in [ONE, CURVE, EDWARDS] {
            let token = signed(house, &tenant, pair).await;
            let mut session = Session::open(house, &token).await.unwrap();
            let welcome = session.told("welcome").await;
            assert_eq!(welcome["user_id"], json!(grace.id), "{welcome}");
            assert_eq!((&welcome["role"], &welcome["tenant_id"]), (&json!("manager"), &json!(tenant.id)));
            let answer = session.ask("subscribe", json!({"topics": ["inbox"]})).await.unwrap();
            assert!(answer["result"]["seq"].is_number(), "{answer}");
            Session::of_a_page(house, &token).await.told("welcome").await;
            let mut late = Session::upgrade(house, ("x-nothing", "-")).await.unwrap();
            let answer = late.ask("authenticate", json!({ "token": token })).await.unwrap();
            assert!(answer["result"]["expires_at"].is_string(), "{answer}");
        }
    })
    .await;
    issuer.go_away().await;
}

#[actix::test]
async fn a_changed_key_lets_the_new_ones_in_and_who_is_here_stays() {
    let issuer = Issuer::start(&[ONE]).await;
    let house = House::configured(&issuer.settings("", "")).await;
    let tenant = house.tenant().await;
    house.person(&tenant, EMAIL, "agent").await;
    let (first, second) = (signed(&house, &tenant, ONE).await, signed(&house, &tenant, TWO).await);
    let mut here = Session::open(&house, &first).await.unwrap();
    here.told("welcome").await;
    issuer.publish(&[TWO]);
    assert_eq!(Session::open(&house, &second).await.err(), Some(401), "asked a moment ago");
    assert_eq!(Session::of_a_page(&house, &second).await.closed().await, 4500);
    let later = house.hub.ports.now().plus(Duration::from_secs(31));
    assert!(house.hub.outside_tokens.verify(&second, later).await.unwrap().is_some());
    Session::open(&house, &second).await.unwrap().told("welcome").await;
    assert_eq!(Session::open(&house, &first).await.err(), Some(401), "the key was withdrawn");
    here.ask("ping", json!({})).await.unwrap();
    let prolonged = here.ask("authenticate", json!({ "token": second })).await.unwrap();
    assert!(prolonged["result"]["expires_at"].is_string(), "{prolonged}");
    assert!(here.ask("authenticate", json!({ "token": first })).await.unwrap()["error"].is_object());
    assert_eq!(here.closed().await, 4500);
    house.close().await;
    issuer.go_away().await;
}

#[actix::test]
async fn a_token_of_another_tenant_opens_nothing() {
    let issuer = Issuer::start(&[ONE]).await;
    over_both_with(&issuer.settings("", ""), async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        house.person(&tenant, EMAIL, "agent").await;
        let strange = signed(house, &others, ONE).await;
        let mut nowhere = claims(house, &tenant, "abc", EMAIL);
        nowhere["app_metadata"]["org_id"] = json!(house.hub.ports.draw());
        for token in [strange, ONE.sign(&nowhere)] {
            assert_eq!(Session::open(house, &token).await.err(), Some(403));
            assert_eq!(Session::of_a_page(house, &token).await.closed().await, 4502);
            let mut late = Session::upgrade(house, ("x-nothing", "-")).await.unwrap();
            let answer = late.ask("authenticate", json!({ "token": token })).await.unwrap();
            assert_eq!(answer["error"]["data"]["code"], "NOT_A_MEMBER");
            assert_eq!(late.closed().await, 4502);
        }
        for org in [json!("acme"), json!(7), Value::Null] {
            let mut wrong = claims(house, &tenant, "abc", EMAIL);
            wrong["app_metadata"]["org_id"] = org;
            assert_eq!(Session::open(house, &ONE.sign(&wrong)).await.err(), Some(401));
        }
    })
    .await;
    issuer.go_away().await;
}

#[actix::test]
async fn clocks_may_differ_by_a_minute_and_a_session_ends_with_its_token() {
    let issuer = Issuer::start(&[ONE]).await;
    over_both_with(&issuer.settings("", ""), async |house| {
        let tenant = house.tenant().await;
        house.person(&tenant, EMAIL, "agent").await;
        let now = seconds(house);
        let with = |member: &str, value: i64| {
            let mut claims = claims(house, &tenant, "abc", EMAIL);
            claims[member] = json!(value);
            ONE.sign(&claims)
        };
        Session::open(house, &with("nbf", now + 50)).await.unwrap().told("welcome").await;
        assert_eq!(Session::open(house, &with("nbf", now + 90)).await.err(), Some(401));
        assert_eq!(Session::open(house, &with("exp", now - 61)).await.err(), Some(401));
        assert_eq!(Session::of_a_page(house, &with("exp", now - 61)).await.closed().await, 4501);
        let mut short = Session::open(house, &with("exp", seconds(house) - 57)).await.unwrap();
        let mut prolonged = Session::open(house, &with("exp", seconds(house) - 57)).await.unwrap();
        for session in [&mut short, &mut prolonged] {
            session.told("welcome").await;
        }
        let longer = signed(house, &tenant, ONE).await;
        prolonged.ask("authenticate", json!({ "token": longer })).await.unwrap();
        short.told("session.expiring").await;
        assert_eq!(short.closed().await, 4501);
        prolonged.ask("ping", json!({})).await.unwrap();
    })
    .await;
    issuer.go_away().await;
}
