//! Another tenant's ids do not exist, on any door.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};

use super::checks::Group;
use super::ground::{Ground, Neighbour};
use super::methods;
use super::requests::described;
use super::socket::Socket;

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    let Some(neighbour) = &ground.neighbour else { return Ok(()) };
    topics(ground, neighbour, group).await?;
    by_method(ground, neighbour, group).await?;
    by_route(ground, neighbour, group).await?;
    nothing_comes_over(ground, neighbour, group).await
}

async fn topics(ground: &Ground, neighbour: &Neighbour, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let foreign = [
        format!("conversation:{}", neighbour.conversation_id),
        format!("contact:{}", neighbour.contact_id),
        format!("user:{}", neighbour.user_id),
        format!("board:{}", neighbour.channel_id),
        format!("call:{}", neighbour.message_id),
    ];
    for topic in foreign {
        let refused = socket.ask("subscribe", &json!({ "topics": ["inbox", topic] })).await;
        group.same(format!("subscribe {topic}"), refused.code(), "NOT_FOUND".to_owned());
        let refused = socket.ask("history", &json!({ "topic": topic })).await;
        group.same(format!("history {topic}"), refused.code(), "NOT_FOUND".to_owned());
    }
    Ok(())
}

/// Each method with one foreign id at a time.
async fn by_method(ground: &Ground, neighbour: &Neighbour, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let foreign = [
        ("conversation_id", &neighbour.conversation_id, "NOT_FOUND"),
        ("message_id", &neighbour.message_id, "NOT_FOUND"),
        ("channel_id", &neighbour.channel_id, "NOT_FOUND"),
        ("contact_id", &neighbour.contact_id, "NOT_FOUND"),
        ("assignee_id", &neighbour.user_id, "INVALID"),
    ];
    for method in methods::all(ground).into_iter().filter(|method| method.changes) {
        for (member, id, code) in &foreign {
            if method.members.iter().any(|known| known.name == *member) {
                let answer = socket.ask(method.name, &method.with(member, json!(id))).await;
                group.same(format!("{} {member}", method.name), answer.code(), (*code).to_owned());
            }
        }
    }
    Ok(())
}

/// Every described route whose path names something: with a foreign id of each kind, nothing is found.
async fn by_route(ground: &Ground, neighbour: &Neighbour, group: &mut Group) -> Result<()> {
    let ids = [
        &neighbour.conversation_id,
        &neighbour.contact_id,
        &neighbour.message_id,
        &neighbour.user_id,
        &neighbour.channel_id,
    ];
    for route in described(ground).await?.into_iter().filter(|it| it.guarded && it.path.contains('{')) {
        for id in ids {
            let path = route.path_with(id);
            let body = (route.method != Method::GET).then(|| json!({}));
            let answer =
                ground.rest(Some(&ground.token), (route.method.clone(), &path), body.as_ref()).await?;
            // A body may be refused before anything is looked for; that tells nothing.
            let silent = [404, 422].contains(&answer.status);
            group.holds(format!("{} {}", route.method, route.path), silent, &answer);
        }
    }
    Ok(())
}

/// What happens there is not heard here.
async fn nothing_comes_over(ground: &Ground, neighbour: &Neighbour, group: &mut Group) -> Result<()> {
    let mut here = ground.enter().await?;
    let everything = json!({ "topics": ["inbox", "console"] });
    group.same("subscribe", here.ask("subscribe", &everything).await.code(), "ok".to_owned());
    let mut there = Socket::enter(&ground.ws, &neighbour.token).await?;
    let said = json!({ "conversation_id": neighbour.conversation_id, "body": "not for you" });
    group.same("the neighbour speaks", there.ask("message.send", &said).await.code(), "ok".to_owned());
    let own = json!({ "conversation_id": ground.conversation_id, "body": "for us" });
    let mut us = ground.enter().await?;
    group.same("we speak", us.ask("message.send", &own).await.code(), "ok".to_owned());
    let mut bodies = Vec::new();
    while bodies.is_empty() {
        match here.hear().await {
            super::socket::Heard::Frame(frame) => {
                let body = &frame["params"]["data"]["message"]["body"];
                bodies.extend(body.as_str().map(str::to_owned));
            }
            end => {
                group.holds("the line stays", false, end);
                return Ok(());
            }
        }
    }
    group.same("we hear only our own", bodies, vec!["for us".to_owned()]);
    let foreign: Value = json!({ "conversation_id": neighbour.conversation_id });
    here.say(json!({ "jsonrpc": "2.0", "method": "typing.start", "params": foreign }).to_string()).await;
    group.same(
        "a foreign notification is passed over",
        here.ask("ping", &json!({})).await.code(),
        "ok".to_owned(),
    );
    Ok(())
}
