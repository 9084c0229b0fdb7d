//! Params that are missing, unknown, of another type, or huge: each refused by name.

use anyhow::Result;
use serde_json::{Value, json};

use super::checks::Group;
use super::ground::Ground;
use super::methods::{self, Kind, Member, Method};
use super::socket::{Heard, Socket};

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    for method in methods::all(ground) {
        missing(&mut socket, group, &method).await;
        unknown(&mut socket, group, &method).await;
        for member in &method.members {
            wrong(&mut socket, group, &method, member).await;
        }
        let carried_out = socket.ask(method.name, &method.good).await;
        group.same(format!("{} with good params", method.name), carried_out.code(), "ok".to_owned());
    }
    Ok(())
}

async fn missing(socket: &mut Socket, group: &mut Group, method: &Method) {
    for member in method.members.iter().filter(|member| member.needed) {
        let answer = socket.ask(method.name, &method.without(member.name)).await;
        refused(group, &answer, (method.name, member.name, "missing"));
    }
}

async fn unknown(socket: &mut Socket, group: &mut Group, method: &Method) {
    for name in ["surplus", "Topics", "conversationId", "ü"] {
        let answer = socket.ask(method.name, &method.with(name, json!(1))).await;
        refused(group, &answer, (method.name, name, "unknown"));
    }
}

async fn wrong(socket: &mut Socket, group: &mut Group, method: &Method, member: &Member) {
    for value in wrong_values(member) {
        let shown: String = value.to_string().chars().take(40).collect();
        let answer = socket.ask(method.name, &method.with(member.name, value)).await;
        refused(group, &answer, (method.name, member.name, &shown));
    }
}

/// INVALID, and the member is named.
fn refused(group: &mut Group, answer: &Heard, (method, member, how): (&str, &str, &str)) {
    let named = answer.fields().iter().any(|field| {
        let rest = field.strip_prefix(member);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    });
    group.holds(
        format!("{method} {member} {how}"),
        answer.code() == "INVALID" && named,
        (answer.code(), answer.fields()),
    );
}

fn wrong_values(member: &Member) -> Vec<Value> {
    let huge = json!("x".repeat(60_000));
    let mut values = vec![json!({ "a": 1 })];
    values.extend(match member.kind {
        Kind::Id => vec![json!(7), json!("7"), json!([]), json!(true), huge],
        Kind::Text => vec![json!(7), json!([]), json!(true), huge],
        Kind::Word => vec![json!(7), json!(""), json!("Open"), json!("no such word"), json!([]), huge],
        Kind::Time => vec![
            json!(7),
            json!(""),
            json!("tomorrow"),
            json!("2001-01-01T00:00:00Z"),
            json!([]),
            json!(true),
            huge,
        ],
        Kind::Ids => vec![json!("x"), json!(7), json!([7]), json!(["7"]), json!(true)],
        Kind::Names => vec![json!("x"), json!(7), json!([7]), json!([[]]), json!(true), json!(vec!["x"; 60])],
        Kind::Texts => vec![json!("inbox"), json!(7), json!([7]), json!([[]]), json!(true)],
        Kind::Topic => vec![json!(7), json!([]), json!(true)],
        Kind::Number => vec![json!("7"), json!(1.5), json!([]), json!(-1), json!(1e300), json!(true)],
        Kind::Rev => vec![json!("7"), json!(1.5), json!([]), json!(1e300), json!(true)],
        Kind::Flag => vec![json!("true"), json!(1), json!([])],
    });
    if member.needed && !member.nullable {
        values.push(Value::Null);
    }
    values
}
