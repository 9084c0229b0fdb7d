//! What becomes of a recording. Pure: whatever order its news come in, and however often, the end is the same.

use entities::{
    RecordingId, Timestamp,
    recording::{RecordingKind, RecordingStatus, TranscriptStatus},
};

use crate::{call, event::EventType};

use super::{
    policy::Policy,
    standing::{Standing, Stored, Taken, Transcript},
};

/// A recording that is said to be longer is not believed, in seconds.
const LONGEST: i64 = 24 * 3600;

/// A provider tells of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingTold {
    /// The call, when the provider was given our name of it and gives it back.
    pub call_id: Option<entities::CallId>,
    /// Else what the provider calls the contact's leg.
    pub named: Option<String>,
    /// What the provider calls the recording.
    pub external_id: String,
    pub kind: RecordingKind,
    /// When it began, by the provider's clock.
    pub started_at: Option<Timestamp>,
    pub news: RecordingNews,
}

/// What is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingNews {
    /// It is being recorded.
    Begun,
    /// The provider has it whole.
    Taken { url: String, duration_s: Option<i64> },
    /// There was nothing to record.
    Absent,
    /// This was said.
    Transcribed(String),
    /// Nobody can tell what was said.
    NotTranscribed,
}

/// What a decision may use besides the recording and its news.
pub(super) struct Given<'a> {
    pub(super) call: &'a call::Standing,
    pub(super) provider: &'a str,
    pub(super) id: RecordingId,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
}

/// What is to be written and told.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) after: Standing,
    pub(super) fresh: bool,
    pub(super) told: Vec<EventType>,
    /// Its bytes are to be fetched from now on.
    pub(super) fetches: bool,
}

/// Takes in what was heard of it; `None`: that is no news.
pub(super) fn decide_hear(
    before: Option<&Standing>,
    told: &RecordingTold,
    given: &Given<'_>,
) -> Option<Decision> {
    if before.is_some_and(|before| before.deleted_at.is_some()) {
        return None;
    }
    let mut after = before.cloned().unwrap_or_else(|| fresh(told, given));
    after.started_at = told.started_at.map_or(after.started_at, |at| at.min(after.started_at));
    match &told.news {
        RecordingNews::Begun => {}
        RecordingNews::Absent => after.absent = true,
        RecordingNews::Taken { url, duration_s } => take(&mut after, url, *duration_s),
        RecordingNews::Transcribed(text) => transcribe(&mut after, given.policy.redaction().redact(text)),
        RecordingNews::NotTranscribed => {
            after.transcript.get_or_insert(Transcript { status: TranscriptStatus::Failed, text: None });
        }
    }
    if after.expires_at.is_none() {
        after.expires_at = given.policy.keeps_until(after.created_at);
    }
    decided(before, after)
}

fn fresh(told: &RecordingTold, given: &Given<'_>) -> Standing {
    let call = given.call;
    Standing {
        id: given.id,
        call_id: call.id,
        conversation_id: call.conversation_id,
        contact_id: call.contact_id,
        channel_id: call.channel_id,
        board_id: call.board_id,
        agent_id: call.agent_id.filter(|_| told.kind == RecordingKind::Call),
        kind: told.kind,
        provider: given.provider.to_owned(),
        external_id: told.external_id.clone(),
        from: call.contact.clone(),
        started_at: told.started_at.unwrap_or(given.now),
        taken: None,
        absent: false,
        given_up: None,
        file: None,
        transcript: None,
        expires_at: None,
        created_at: given.now,
        deleted_at: None,
        rev: 0,
    }
}

fn take(after: &mut Standing, url: &str, duration_s: Option<i64>) {
    let duration_s = duration_s.filter(|seconds| (0..=LONGEST).contains(seconds));
    let taken = after.taken.get_or_insert_with(|| Taken { url: url.to_owned(), duration_s: None });
    taken.duration_s = taken.duration_s.max(duration_s);
}

/// What was written down counts before that nobody could, and what came first before what came later.
fn transcribe(after: &mut Standing, text: String) {
    let is_known = after.transcript.as_ref().is_some_and(|it| it.status == TranscriptStatus::Completed);
    if !is_known {
        after.transcript = Some(Transcript { status: TranscriptStatus::Completed, text: Some(text) });
    }
}

/// Its bytes are here.
pub(super) fn decide_keep(before: &Standing, file: Stored) -> Option<Decision> {
    let waits = before.deleted_at.is_none() && before.file.is_none();
    let after = Standing { file: Some(file), given_up: None, ..before.clone() };
    waits.then(|| decided(Some(before), after)).flatten()
}

/// Nobody tries to fetch them any more.
pub(super) fn decide_give_up(before: &Standing, why: &str) -> Option<Decision> {
    let waits = before.deleted_at.is_none() && before.file.is_none();
    let after = Standing { given_up: Some(why.to_owned()), ..before.clone() };
    waits.then(|| decided(Some(before), after)).flatten()
}

/// It goes, and everything that was said with it.
pub(super) fn decide_delete(before: &Standing, now: Timestamp) -> Option<Decision> {
    if before.deleted_at.is_some() {
        return None;
    }
    let transcript = before.transcript.as_ref().map(|it| Transcript { text: None, ..it.clone() });
    let after = Standing { deleted_at: Some(now), transcript, rev: before.rev + 1, ..before.clone() };
    Some(Decision { after, fresh: false, told: vec![EventType::RecordingDeleted], fetches: false })
}

/// What is other than before is told, each thing once.
fn decided(before: Option<&Standing>, mut after: Standing) -> Option<Decision> {
    if before == Some(&after) {
        return None;
    }
    let was = |seen: fn(&Standing) -> bool| before.is_some_and(seen);
    let has_words = |it: &Standing| {
        it.transcript.as_ref().is_some_and(|transcript| transcript.status == TranscriptStatus::Completed)
    };
    let is_left = |it: &Standing| it.kind == RecordingKind::Voicemail && it.taken.is_some();
    let mut told = Vec::new();
    match before {
        None => told.push(EventType::RecordingCreated),
        Some(before) if before.status() != after.status() => told.push(EventType::RecordingStatusChanged),
        Some(_) => {}
    }
    if is_left(&after) && !was(is_left) {
        told.push(EventType::VoicemailCreated);
    }
    if has_words(&after) && !was(has_words) {
        told.push(EventType::TranscriptCreated);
    }
    let fetches = after.status() == RecordingStatus::Processing && !was(|it| it.taken.is_some());
    after.rev += 1;
    Some(Decision { after, fresh: before.is_none(), told, fetches })
}
