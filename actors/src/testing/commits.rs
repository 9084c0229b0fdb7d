//! Plain commits for tests that care how something is written, not what.

use entities::{
    ContactId, EventId, Json, Principal, TenantId, Timestamp, contact,
    event::{Audience, TopicKind},
};

use crate::{
    event::{Data, Event, EventType, Head},
    journal::{Commit, Record, Row},
    ports::Ports,
};

use super::People;

impl People {
    /// A contact nobody has stored yet.
    #[must_use]
    pub fn newcomer(&self, ports: &Ports) -> contact::Model {
        contact_row(self.tenant, ContactId::from_uuid(ports.draw()), ports.now())
    }

    /// A commit that makes `contact` and tells of it `events` times.
    #[must_use]
    pub fn making(&self, ports: &Ports, contact: &contact::Model, events: usize) -> Commit {
        let rows = vec![Row::Insert(Record::Contact(contact.clone()))];
        self.telling(ports, contact.id, rows, events)
    }

    /// A commit that writes `contact` over the one it was made from, and tells of it `events` times.
    #[must_use]
    pub fn changing(&self, ports: &Ports, contact: &contact::Model, events: usize) -> Commit {
        let rows = vec![Row::Update(Record::Contact(contact.clone()))];
        self.telling(ports, contact.id, rows, events)
    }

    fn telling(&self, ports: &Ports, contact: ContactId, rows: Vec<Row>, events: usize) -> Commit {
        let events = (0..events).map(|_| happening(ports, contact)).collect();
        Commit::new(self.tenant, ports.now(), rows, events)
    }
}

/// Something that happened to a contact.
fn happening(ports: &Ports, contact: ContactId) -> Event {
    let head = Head {
        id: EventId::from_uuid(ports.draw()),
        kind: EventType::ContactUpdated,
        topic_kind: TopicKind::Contact,
        topic_id: contact.as_uuid(),
        contact_id: Some(contact),
        conversation_id: None,
        board_id: None,
        left_board_id: None,
        audience: Audience::Agents,
        user_id: None,
        left_user_id: None,
        actor: Principal::System,
        client_id: None,
        at: ports.now(),
    };
    Event { head, data: Data::default() }
}

/// The row of a new contact.
fn contact_row(tenant: TenantId, id: ContactId, now: Timestamp) -> contact::Model {
    contact::Model {
        id,
        tenant_id: tenant,
        name: "Grace".to_owned(),
        temperature: None,
        stage: None,
        lead_score: None,
        time_zone: None,
        locale: None,
        tags: Json(Vec::new()),
        attributes: Json(serde_json::Map::new()),
        blocked: false,
        merged_into: None,
        activity_at: now,
        rev: 1,
        created_at: now,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: None,
    }
}
