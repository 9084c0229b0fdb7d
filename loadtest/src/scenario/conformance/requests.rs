//! REST: bodies that are none, routes that are not there, and nobody who asks.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use super::checks::Group;
use super::ground::{Answer, Ground, answer};

/// The largest JSON body, in bytes.
const LARGEST: usize = 1 << 20;

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    bodies(ground, group).await?;
    queries(ground, group).await?;
    routes(ground, group).await?;
    nobody(ground, group).await
}

fn refused(group: &mut Group, what: &str, answer: &Answer, (status, code): (u16, &str)) {
    group.same(what, (answer.status, answer.code()), (status, code));
    let named = answer.body["request_id"].as_str().is_some_and(|id| !id.is_empty());
    group.holds(format!("{what} names the request"), named, &answer.body);
}

async fn bodies(ground: &Ground, group: &mut Group) -> Result<()> {
    let path = format!("/api/conversations/{}/messages", ground.conversation_id);
    let post = || ground.request(Method::POST, &path);
    let typed = |body: &'static str| post().header("content-type", "application/json").body(body);
    refused(group, "not JSON", &answer(typed("{")).await?, (400, "MALFORMED"));
    refused(group, "no body", &answer(typed("")).await?, (400, "MALFORMED"));
    refused(group, "another type", &answer(post().body("body=x")).await?, (415, "NOT_JSON"));
    let large = answer(post().json(&json!({ "body": "x".repeat(LARGEST) }))).await?;
    refused(group, "a body of more than 1 MiB", &large, (413, "TOO_LARGE"));
    let cases = [
        (json!({}), "body"),
        (json!({ "body": 7 }), "body"),
        (json!({ "body": "" }), "body"),
        (json!({ "body": "x".repeat(10_001) }), "body"),
        (json!({ "body": "x", "surplus": 1 }), "surplus"),
        (json!({ "body": "x", "private": "yes" }), "private"),
        (json!({ "body": "x", "class": "spam" }), "class"),
        (json!({ "body": "x", "client_id": "" }), "client_id"),
    ];
    for (body, field) in cases {
        let refusal = answer(post().json(&body)).await?;
        let what = format!("{field} of {}", body.to_string().chars().take(40).collect::<String>());
        group.same(&what, (refusal.status, refusal.code()), (422, "INVALID"));
        group.holds(&what, refusal.fields().contains(&field), refusal.fields());
    }
    Ok(())
}

async fn queries(ground: &Ground, group: &mut Group) -> Result<()> {
    let cases = [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=-1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("cursor=nonsense", "cursor"),
        ("status=Open", "status"),
        ("assignee=7", "assignee"),
        ("board_id=7", "board_id"),
        ("surplus=1", "surplus"),
    ];
    for (query, field) in cases {
        let path = format!("/api/conversations?{query}");
        let refusal = answer(ground.request(Method::GET, &path)).await?;
        group.same(query, (refusal.status, refusal.code()), (422, "INVALID"));
        group.holds(query, refusal.fields().contains(&field), refusal.fields());
    }
    Ok(())
}

async fn routes(ground: &Ground, group: &mut Group) -> Result<()> {
    let nowhere = answer(ground.request(Method::GET, "/api/nowhere")).await?;
    refused(group, "no such route", &nowhere, (404, "UNKNOWN_METHOD"));
    let verb = answer(ground.request(Method::PUT, "/api/conversations")).await?;
    refused(group, "another verb", &verb, (405, "UNKNOWN_METHOD"));
    let id = answer(ground.request(Method::GET, "/api/conversations/7")).await?;
    refused(group, "an id that is none", &id, (404, "NOT_FOUND"));
    Ok(())
}

/// Every route of the OpenAPI document that asks for a token refuses those who have none.
async fn nobody(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut asked = 0;
    for route in described(ground).await?.into_iter().filter(|route| route.guarded) {
        let path = route.path_with(&ground.conversation_id);
        for token in [None, Some("nonsense")] {
            let what = format!("{} {} as nobody", route.method, route.path);
            let refusal = ground.rest(token, (route.method.clone(), &path), Some(&json!({}))).await?;
            refused(group, &what, &refusal, (401, "UNAUTHENTICATED"));
            asked += 1;
        }
    }
    group.holds("guarded routes are described", asked >= 40, asked);
    Ok(())
}

/// A route of the OpenAPI document.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) guarded: bool,
}

impl Route {
    /// The path with `id` in the place of every parameter.
    pub(super) fn path_with(&self, id: &str) -> String {
        let mut path = self.path.clone();
        while let (Some(begin), Some(end)) = (path.find('{'), path.find('}')) {
            path.replace_range(begin..=end, id);
        }
        path
    }
}

/// Every route the hub describes.
pub(super) async fn described(ground: &Ground) -> Result<Vec<Route>> {
    let document = ground.rest(None, (Method::GET, "/api/openapi.json"), None).await?;
    let paths = document.body["paths"].as_object().context("an OpenAPI document without paths")?;
    let everywhere = &document.body["security"];
    let mut routes = Vec::new();
    for (path, verbs) in paths {
        for (verb, operation) in verbs.as_object().into_iter().flatten() {
            let Ok(method) = Method::from_bytes(verb.to_uppercase().as_bytes()) else { continue };
            let security = operation.get("security").unwrap_or(everywhere);
            routes.push(Route { method, path: path.clone(), guarded: is_guarded(security) });
        }
    }
    Ok(routes)
}

/// At least one requirement, and none that is empty.
fn is_guarded(security: &Value) -> bool {
    let requirements = security.as_array().map(Vec::as_slice).unwrap_or_default();
    let empty = |requirement: &Value| requirement.as_object().is_none_or(serde_json::Map::is_empty);
    !requirements.is_empty() && !requirements.iter().any(empty)
}
