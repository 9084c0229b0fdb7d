//! Ways in, and ways not to get in.

use anyhow::Result;
use serde_json::json;

use super::checks::Group;
use super::ground::Ground;
use super::socket::{Heard, Socket};

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    ways_in(ground, group).await?;
    refused_upgrades(ground, group).await?;
    closed_at_once(ground, group).await?;
    first_request(ground, group).await
}

async fn ways_in(ground: &Ground, group: &mut Group) -> Result<()> {
    let bearer = format!("Bearer {}", ground.token);
    let offered = format!("switchboard.v1, bearer.{}", ground.token);
    let ways: [&[(&'static str, &str)]; 3] = [
        &[("authorization", &bearer)],
        &[("sec-websocket-protocol", &offered)],
        &[("authorization", &bearer), ("sec-websocket-protocol", "switchboard.v1")],
    ];
    for (number, headers) in ways.into_iter().enumerate() {
        let mut socket = Socket::connect(&ground.ws, headers).await?.open()?;
        let Heard::Frame(welcome) = socket.hear().await else { continue };
        group.same(format!("way {number}"), welcome["method"].as_str(), Some("welcome"));
        group.same(
            format!("way {number}: user_id"),
            welcome["params"]["user_id"].as_str(),
            Some(ground.user_id.as_str()),
        );
    }
    Ok(())
}

/// What is wrong, the headers that say it, and the status of the answer.
type Refused<'a> = (&'a str, &'a [(&'static str, &'a str)], u16);

async fn refused_upgrades(ground: &Ground, group: &mut Group) -> Result<()> {
    let bearer = format!("Bearer {}", ground.token);
    let altered = format!("Bearer {}", altered(&ground.token));
    let cases: [Refused<'_>; 6] = [
        ("a token that is none", &[("authorization", "Bearer nonsense")], 401),
        ("an altered token", &[("authorization", &altered)], 401),
        ("another scheme", &[("authorization", "Basic b3duZXI6c2VjcmV0")], 401),
        ("only unknown protocols", &[("authorization", &bearer), ("sec-websocket-protocol", "chat.v9")], 400),
        ("a foreign origin", &[("authorization", &bearer), ("origin", "https://evil.example")], 403),
        ("an origin that is none", &[("authorization", &bearer), ("origin", "null")], 403),
    ];
    for (what, headers, status) in cases {
        group.same(what, Socket::connect(&ground.ws, headers).await?.status(), status);
    }
    Ok(())
}

async fn closed_at_once(ground: &Ground, group: &mut Group) -> Result<()> {
    for token in ["nonsense".to_owned(), altered(&ground.token)] {
        let offered = format!("switchboard.v1, bearer.{token}");
        let upgrade = Socket::connect(&ground.ws, &[("sec-websocket-protocol", &offered)]).await?;
        let end = upgrade.open()?.end().await;
        group.same("a bad token in the subprotocol", end, Heard::Closed(4500));
    }
    let mut silent = Socket::connect(&ground.ws, &[]).await?.open()?;
    group.same("no authenticate in time", silent.end().await, Heard::Closed(4002));
    Ok(())
}

async fn first_request(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = Socket::connect(&ground.ws, &[]).await?.open()?;
    let early = socket.ask("ping", &json!({})).await;
    group.same("a request before authenticate", early.code(), "UNAUTHENTICATED".to_owned());
    let entered = socket.ask("authenticate", &json!({ "token": ground.token })).await;
    group.same("authenticate", entered.code(), "ok".to_owned());
    let welcome = socket.hear().await;
    let welcomed = matches!(&welcome, Heard::Frame(frame) if frame["method"] == "welcome");
    group.holds("the welcome follows the answer", welcomed, welcome);
    let again = socket.ask("authenticate", &json!({ "token": ground.visitor_token })).await;
    group.same("another person's token", again, Heard::Closed(4500));
    Ok(())
}

/// The same token with another signature.
fn altered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let turned: String = signature.chars().rev().collect();
    format!("{signed}.{turned}")
}
