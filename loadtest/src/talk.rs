//! A chat client for a terminal: prints what comes, sends the lines typed, stays through cuts.

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};
use uuid::Uuid;

use crate::client::{Backoff, Endpoint, Event, Incoming, News, Rest, Session, Signal};

/// A line that was not acknowledged for this long is given up, and said so.
const SEND_PATIENCE: Duration = Duration::from_secs(60);

/// Talk in a conversation. Lines typed are sent; the end of input ends it.
///
/// Example: loadtest talk --visit pk_… (as a customer), or --token … --conversation … (as an agent).
#[derive(Debug, Args)]
pub struct Talk {
    /// Where the hub listens.
    #[arg(long, default_value = "ws://127.0.0.1:8080/ws")]
    url: String,
    /// A user's or visitor's token, or a key.
    #[arg(long, env = "LOADTEST_TOKEN", hide_env_values = true, required_unless_present = "visit")]
    token: Option<String>,
    /// Come as a new visitor of the web chat channel with this public key.
    #[arg(long, conflicts_with = "token")]
    visit: Option<String>,
    /// The conversation; a visitor has his own.
    #[arg(long)]
    conversation: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    body: String,
    author: Author,
}

#[derive(Deserialize)]
struct Author {
    kind: String,
    name: Option<String>,
}

impl Talk {
    /// Talks until the end of input.
    ///
    /// # Errors
    /// When the hub does not want us.
    pub async fn run(&self) -> Result<()> {
        let (token, own) = self.come().await?;
        let conversation = self.conversation.clone().or(own).context("say which --conversation")?;
        let endpoint = Endpoint::new(&self.url, token);
        let (session, news) =
            Session::start(endpoint, vec![format!("conversation:{conversation}")], Backoff::default());
        println!("* {conversation}");
        let (lines, sender) = start_sender(session, conversation);
        tokio::select! {
            ended = listen(news) => ended,
            ended = read_lines(lines, sender) => ended,
        }
    }

    /// A token, and the conversation it belongs to when it is a visitor's.
    async fn come(&self) -> Result<(String, Option<String>)> {
        if let Some(token) = &self.token {
            return Ok((token.clone(), None));
        }
        let key = self.visit.as_deref().context("give a --token, or --visit a channel")?;
        let base = http_base(&self.url)?;
        let visitor = Rest::new(base, None)?.visit(key, "A visitor from the terminal").await?;
        Ok((visitor.token, Some(visitor.conversation_id)))
    }
}

/// `http://host:port` of `ws://host:port/ws`.
pub(crate) fn http_base(url: &str) -> Result<String> {
    let rest = url.strip_prefix("ws://").with_context(|| format!("{url} does not begin with ws://"))?;
    Ok(format!("http://{}", rest.split('/').next().unwrap_or_default()))
}

async fn listen(mut news: mpsc::Receiver<News>) -> Result<()> {
    while let Some(news) = news.recv().await {
        match news {
            News::Up(up) => println!(
                "* connected, {}",
                match up.subscribed.recovered {
                    None => "from now on".to_owned(),
                    Some(true) => format!("{} missed events were replayed", up.subscribed.replayed),
                    Some(false) => "what was missed cannot be replayed".to_owned(),
                }
            ),
            News::Said(Incoming::Event(event)) => println!("{}", line_of(&event)),
            News::Said(Incoming::Signal(signal)) => println!("* {}", signal_line(&signal)),
            News::Said(Incoming::Expiring(expiring)) => {
                println!("* the token ends at {}", expiring.expires_at)
            }
            News::Said(Incoming::Heartbeat(_) | Incoming::Closed(_)) => {}
            News::Down { why, retry_in } => println!("* {why}; again in {:.1} s", retry_in.as_secs_f64()),
            News::GaveUp(why) => bail!("{why}"),
        }
    }
    Ok(())
}

fn line_of(event: &Event) -> String {
    match (event.kind.as_str(), event.noun::<Said>("message")) {
        ("message.created", Ok(said)) => {
            let name = said.author.name.unwrap_or(said.author.kind);
            format!("{}  {name}: {}", event.at, said.body)
        }
        ("message.created", Err(error)) => format!("* an event that cannot be read: {error}"),
        (kind, _) => format!("{}  * {kind}", event.at),
    }
}

fn signal_line(signal: &Signal) -> String {
    format!("{} {}", signal.kind, signal.data.get())
}

/// Sends lines one after the other, so that they arrive in the order typed.
fn start_sender(session: Session, conversation: String) -> (mpsc::Sender<String>, JoinHandle<()>) {
    let (lines, mut typed) = mpsc::channel::<String>(64);
    let sender = tokio::spawn(async move {
        while let Some(body) = typed.recv().await {
            let params = json!({ "conversation_id": conversation, "body": body, "client_id": Uuid::now_v7().to_string() });
            let deadline = Instant::now() + SEND_PATIENCE;
            let sent = session.request_until_answered::<Value>("message.send", &params, deadline).await;
            if let Err(error) = sent {
                println!("* not sent: {error}");
            }
        }
    });
    (lines, sender)
}

async fn read_lines(lines: mpsc::Sender<String>, sender: JoinHandle<()>) -> Result<()> {
    let mut typed = BufReader::new(stdin()).lines();
    while let Some(line) = typed.next_line().await? {
        if !line.trim().is_empty() {
            lines.send(line).await?;
        }
    }
    drop(lines);
    sender.await?;
    Ok(())
}
