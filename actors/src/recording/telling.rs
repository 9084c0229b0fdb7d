//! From a decision to what is committed: the row, the words it is found by, its file, and the events.

use entities::{
    EventId, JobId, Principal, RecordingId, TenantId, Timestamp, attachment,
    event::TopicKind,
    message::AttachmentState,
    recording::RecordingKind,
    sealed::{DataKeys, SealError},
};

use crate::{
    clock::IdSource,
    event::{Data, Event, EventType, Head},
    journal::{Commit, Record, Row},
};

use super::{fetch, models, shape::TranscriptNews, standing::Standing, state::Decision};

/// What a decision is committed with.
pub(super) struct Telling<'a> {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    pub(super) ids: &'a dyn IdSource,
    pub(super) keys: &'a DataKeys,
}

impl Telling<'_> {
    /// The commit of a decision. A file nobody has yet is written down before it is fetched: there are no bytes nobody knows of.
    pub(super) fn commit(&self, decision: &Decision) -> Result<Commit, SealError> {
        let Decision { after, fresh, told, fetches } = decision;
        let record = Record::Recording(models::row(self.tenant, after, (self.by, self.now), self.keys)?);
        let mut rows = vec![if *fresh { Row::Insert(record) } else { Row::Update(record) }];
        let says = told
            .iter()
            .any(|kind| matches!(kind, EventType::TranscriptCreated | EventType::RecordingDeleted));
        if says {
            rows.push(Row::Lookups(after.id.as_uuid(), models::words(after, self.keys)));
        }
        let mut jobs = Vec::new();
        if *fetches {
            rows.push(Row::Insert(Record::Attachment(self.file(after))));
            let id = JobId::from_uuid(self.ids.draw());
            jobs.push(fetch::fetch(id, after.id, self.now, after.contact_id));
        }
        let events = told.iter().map(|kind| self.event(kind, after)).collect();
        Ok(Commit::new(self.tenant, self.now, rows, events).owing(jobs))
    }

    fn event(&self, kind: &EventType, after: &Standing) -> Event {
        let head = Head {
            id: EventId::from_uuid(self.ids.draw()),
            kind: kind.clone(),
            topic_kind: TopicKind::Call,
            topic_id: after.call_id.as_uuid(),
            contact_id: Some(after.contact_id),
            conversation_id: Some(after.conversation_id),
            board_id: after.board_id,
            left_board_id: None,
            audience: kind.audience(),
            user_id: None,
            left_user_id: None,
            actor: self.by,
            client_id: None,
            at: self.now,
        };
        Event { head, data: data(kind, after) }
    }

    /// Without bytes so far, and on no message: who may hear it decides who is given a link.
    fn file(&self, after: &Standing) -> attachment::Model {
        attachment::Model {
            id: models::file_of(after.id),
            tenant_id: self.tenant,
            name: name(after),
            content_type: "audio/mpeg".to_owned(),
            size: 0,
            width: None,
            height: None,
            state: AttachmentState::Scanning,
            reason: None,
            message_id: None,
            expires_at: None,
            rev: 1,
            created_at: self.now,
            updated_at: self.now,
            created_by: Some(Principal::System),
            updated_by: Some(Principal::System),
            deleted_at: None,
        }
    }
}

fn name(after: &Standing) -> String {
    let what = match after.kind {
        RecordingKind::Call => "call",
        RecordingKind::Voicemail => "voicemail",
    };
    let at: String = after.started_at.to_string().chars().take(16).collect();
    format!("{what} {}", at.replace([':', 'T'], "-"))
}

fn data(kind: &EventType, after: &Standing) -> Data {
    let whole = Some(Box::new(after.shape()));
    match kind {
        EventType::VoicemailCreated => Data { voicemail: whole, ..Data::default() },
        EventType::TranscriptCreated => Data {
            transcript: after.transcript.as_ref().map(|it| news(after.id, after, it.status)),
            ..Data::default()
        },
        _ => Data { recording: whole, ..Data::default() },
    }
}

fn news(id: RecordingId, after: &Standing, status: entities::recording::TranscriptStatus) -> TranscriptNews {
    TranscriptNews { id, recording_id: id, call_id: after.call_id, status }
}
