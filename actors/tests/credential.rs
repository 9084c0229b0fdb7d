//! Credentials as callers meet them, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::time::Duration;

use actors::{
    asked::Asked,
    audit::Reads,
    credential::{CredentialError, Credentials, KeepCredential, Use, store},
    testing::{House, Node, People},
};
use entities::Principal;
use futures::future::join_all;
use serde_json::{Map, Value, json};

const PROVIDER: &str = "courier";

fn keep(token: &str) -> KeepCredential {
    let shown = Map::from_iter([("account".to_owned(), json!("acme"))]);
    KeepCredential { provider: PROVIDER, config: json!({ "token": token }), shown, then: None }
}

fn asked(people: &People) -> Asked {
    Asked::by(Principal::User(people.owner))
}

fn room(node: &Node) -> Credentials {
    Credentials::start(node.ports.clone(), Reads::new(node.ports.clone()))
}

async fn token(credentials: &Credentials, people: &People) -> Result<String, CredentialError> {
    let opened = credentials.open(people.tenant, PROVIDER, "test").await?;
    Ok(opened.parse::<Value>()?["token"].as_str().unwrap().to_owned())
}

#[actix::test]
async fn what_is_kept_anew_is_used_at_once_here_and_within_half_a_minute_elsewhere() {
    for house in House::both().await {
        let (one, two) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let (here, there) = (room(&one), room(&two));
        here.keep(people.tenant, &asked(&people), &keep("old")).await.unwrap();
        assert_eq!(
            (token(&here, &people).await, token(&there, &people).await),
            (Ok("old".into()), Ok("old".into()))
        );
        here.keep(people.tenant, &asked(&people), &keep("new")).await.unwrap();
        assert_eq!(
            (token(&here, &people).await, token(&there, &people).await),
            (Ok("new".into()), Ok("old".into()))
        );
        two.clock.advance(Duration::from_secs(30));
        assert_eq!(token(&there, &people).await, Ok("new".into()));
        here.forget(people.tenant, &asked(&people), PROVIDER).await.unwrap();
        assert_eq!(token(&here, &people).await, Err(CredentialError::Missing));
        assert_eq!(here.check(people.tenant, PROVIDER).await, Err(CredentialError::Missing));
        one.close().await;
        two.close().await;
    }
}

#[actix::test]
async fn who_keeps_at_once_makes_one_row() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let credentials = room(&node);
        let (by, one) = (asked(&people), keep("one"));
        let kept = join_all((0..4).map(|_| credentials.keep(people.tenant, &by, &one))).await;
        let ids: Vec<_> = kept.into_iter().map(|kept| kept.unwrap().id).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let found = store::get(node.ports.store(), people.tenant, PROVIDER).await.unwrap().unwrap();
        assert_eq!((found.rev, &found.shown["account"]), (4, &json!("acme")));
        node.close().await;
    }
}

#[actix::test]
async fn two_nodes_count_together() {
    for house in House::both().await {
        let (one, two) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let (here, there) = (room(&one), room(&two));
        here.keep(people.tenant, &asked(&people), &keep("one")).await.unwrap();
        for _ in 0..3 {
            here.note_use(people.tenant, PROVIDER, Use::Succeeded);
            there.note_use(people.tenant, PROVIDER, Use::Failed("away".to_owned()));
        }
        futures::future::join(here.write_uses(), there.write_uses()).await;
        let found =
            store::integrations(one.ports.store(), people.tenant, &[PROVIDER, "other"]).await.unwrap();
        assert_eq!((found[0].requests.total, found[0].requests.failed), (6, 3));
        assert_eq!((found[0].error_rate, found[1].connected), (Some(0.5), false));
        one.close().await;
        two.close().await;
    }
}
