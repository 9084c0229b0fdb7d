//! What was recorded, as the provider's ledger has it and as the hub shows it through its public door.

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::Value;

use super::{Made, Shown, Told};
use crate::client::Rest;
use crate::provider::twilio::{Recorded, Simulator};

/// Recordings that are fetched at a time.
const AT_ONCE: usize = 4;
const EVENTS: [(&str, &str); 4] = [
    ("recording.created", "recording"),
    ("recording.status_changed", "recording"),
    ("voicemail.created", "voicemail"),
    ("transcript.created", "transcript"),
];

#[derive(Deserialize)]
struct Listed {
    id: String,
}

#[derive(Deserialize)]
struct Read {
    id: String,
    call_id: String,
    kind: String,
    status: String,
    url: Option<String>,
    transcript: Option<Transcript>,
}

#[derive(Deserialize)]
struct Transcript {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Logged>,
    last_seq: u64,
    more: bool,
}

#[derive(Deserialize)]
struct Logged {
    data: Value,
}

/// Everything there is to know at the end.
pub(in super::super) async fn read(
    rest: &Rest,
    simulator: &Simulator,
) -> Result<(Vec<Made>, Vec<Shown>, Vec<Told>)> {
    let made = simulator.recordings().into_iter().filter(|it| it.status == "completed");
    let made = made.filter_map(|recorded| made_of(recorded, simulator)).collect();
    Ok((made, shown(rest).await?, told(rest).await?))
}

/// Recordings of conferences nobody here asks for.
fn made_of(recorded: Recorded, simulator: &Simulator) -> Option<Made> {
    let sounds = ["wav", "mp3"].iter().filter_map(|format| simulator.sound(&recorded.sid, format));
    Some(Made {
        sounds: sounds.collect(),
        sid: recorded.sid,
        call: recorded.call?,
        kind: if recorded.source == "RecordVerb" { "voicemail" } else { "call" },
        said: recorded.said,
        is_written_down: recorded.transcription == Some("completed"),
    })
}

async fn shown(rest: &Rest) -> Result<Vec<Shown>> {
    let mut ids = Vec::new();
    for list in ["recordings", "voicemails"] {
        ids.extend(rest.all::<Listed>(&format!("/api/{list}?limit=200")).await?);
    }
    let read = stream::iter(ids).map(|listed| async move {
        let path = format!("/api/recordings/{}", listed.id);
        let read: Read = rest.get(&path).await?;
        let sound = match &read.url {
            Some(url) => Some(rest.bytes(url).await.with_context(|| format!("the bytes of {path}"))?),
            None => None,
        };
        let transcript = read.transcript.and_then(|transcript| transcript.text);
        anyhow::Ok(Shown {
            id: read.id,
            call: read.call_id,
            kind: read.kind,
            status: read.status,
            transcript,
            sound,
        })
    });
    read.buffered(AT_ONCE).try_collect().await
}

async fn told(rest: &Rest) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for (kind, noun) in EVENTS {
        let mut since = 0;
        loop {
            let page: Page = rest.get(&format!("/api/events?type={kind}&since={since}&limit=200")).await?;
            for Logged { data } in page.data {
                let of = if noun == "transcript" { "recording_id" } else { "id" };
                let recording = data[noun][of].as_str().context("an event of no recording")?.to_owned();
                told.push(Told { kind, recording, text: data.to_string() });
            }
            since = page.last_seq;
            if !page.more {
                break;
            }
        }
    }
    Ok(told)
}
