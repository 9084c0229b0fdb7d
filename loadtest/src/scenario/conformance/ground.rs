//! What the checks stand on: a tenant with a customer and an agent, and a second tenant beside it.

use anyhow::{Context, Result};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::hub_process::Founded;
use super::super::target::Target;
use super::socket::Socket;
use crate::talk::http_base;

pub(super) struct Ground {
    pub(super) ws: String,
    base: String,
    pub(super) token: String,
    pub(super) webchat_key: String,
    pub(super) user_id: String,
    pub(super) channel_id: String,
    pub(super) contact_id: String,
    pub(super) conversation_id: String,
    pub(super) message_id: String,
    pub(super) visitor_token: String,
    /// Another tenant's owner, when this hub is ours to make one in.
    pub(super) neighbour: Option<Neighbour>,
    http: reqwest::Client,
}

/// The owner of another tenant, and ids of that tenant.
pub(super) struct Neighbour {
    pub(super) token: String,
    pub(super) user_id: String,
    pub(super) channel_id: String,
    pub(super) contact_id: String,
    pub(super) conversation_id: String,
    pub(super) message_id: String,
}

/// An answer of REST.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    /// The members a refusal names.
    pub(super) fn fields(&self) -> Vec<&str> {
        let fields = self.body["details"]["fields"].as_array();
        fields.into_iter().flatten().filter_map(|field| field["field"].as_str()).collect()
    }
}

impl Ground {
    pub(super) async fn prepare(target: &mut Target) -> Result<Self> {
        let endpoint = target.endpoint();
        let ours = Furnished::of(&endpoint.url, &endpoint.token, &target.webchat_key).await?;
        let neighbour = match &target.process {
            Some(process) => {
                let (founded, token) = process.another_tenant("neighbour").await?;
                Some(neighbour(&endpoint.url, &founded, token).await?)
            }
            None => None,
        };
        Ok(Self {
            base: http_base(&endpoint.url)?,
            ws: endpoint.url,
            token: endpoint.token,
            webchat_key: target.webchat_key.clone(),
            user_id: ours.user_id,
            channel_id: ours.channel_id,
            contact_id: ours.contact_id,
            conversation_id: ours.conversation_id,
            message_id: ours.message_id,
            visitor_token: ours.visitor_token,
            neighbour,
            http: client()?,
        })
    }

    pub(super) async fn enter(&self) -> Result<Socket> {
        Socket::enter(&self.ws, &self.token).await
    }

    /// Asks REST as `token` with a JSON body, when there is one.
    pub(super) async fn rest(
        &self,
        token: Option<&str>,
        (method, path): (Method, &str),
        body: Option<&Value>,
    ) -> Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }

    /// A request to be shaped freely, as the owner.
    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }
}

/// Sends and reads the answer; one that is not JSON is null.
pub(super) async fn answer(request: reqwest::RequestBuilder) -> Result<Answer> {
    let answer = request.send().await.context("REST")?;
    let status = answer.status();
    let body = answer.bytes().await?;
    Ok(Answer { status: status.as_u16(), body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

fn client() -> Result<reqwest::Client> {
    let redirects = reqwest::redirect::Policy::none();
    Ok(reqwest::Client::builder().redirect(redirects).timeout(std::time::Duration::from_secs(15)).build()?)
}

/// Ids of one of each, made by one visit and one message.
struct Furnished {
    user_id: String,
    channel_id: String,
    contact_id: String,
    conversation_id: String,
    message_id: String,
    visitor_token: String,
}

impl Furnished {
    async fn of(ws: &str, token: &str, webchat_key: &str) -> Result<Self> {
        let (base, http) = (http_base(ws)?, client()?);
        let visit = http.post(format!("{base}/api/webchat/{webchat_key}/sessions")).json(&json!({}));
        let visit = answer(visit).await?;
        anyhow::ensure!(visit.status == StatusCode::CREATED.as_u16(), "no visit: {visit:?}");
        let conversation_id = text(&visit.body, "conversation_id")?;
        let visitor_token = text(&visit.body, "token")?;
        let messages = format!("{base}/api/conversations/{conversation_id}/messages");
        let said = http.post(messages).bearer_auth(&visitor_token).json(&json!({ "body": "Good morning" }));
        let said = answer(said).await?;
        let read = |path: String| answer(http.get(format!("{base}{path}")).bearer_auth(token));
        let me = read("/api/me".to_owned()).await?;
        let conversation = read(format!("/api/conversations/{conversation_id}")).await?;
        Ok(Self {
            user_id: text(&me.body["user"], "id")?,
            channel_id: text(&conversation.body["channel"], "id")?,
            contact_id: text(&visit.body, "contact_id")?,
            conversation_id,
            message_id: text(&said.body, "id")?,
            visitor_token,
        })
    }
}

async fn neighbour(ws: &str, founded: &Founded, token: String) -> Result<Neighbour> {
    let furnished = Furnished::of(ws, &token, &founded.webchat_key).await?;
    Ok(Neighbour {
        token,
        user_id: furnished.user_id,
        channel_id: furnished.channel_id,
        contact_id: furnished.contact_id,
        conversation_id: furnished.conversation_id,
        message_id: furnished.message_id,
    })
}

/// A member of an answer that must be there.
pub(super) fn text(body: &Value, member: &str) -> Result<String> {
    body[member].as_str().map(str::to_owned).with_context(|| format!("an answer without {member}: {body}"))
}
