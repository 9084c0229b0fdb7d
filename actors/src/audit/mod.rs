//! The record of what deserves one: who changed what power over a tenant, who came in, and who read what. A change is
//! recorded in its own commit, a read before it is answered.

mod read;
mod reads;
mod shape;
pub mod store;
mod trail;

pub use read::Read;
pub use reads::{AuditError, Reads};
pub use shape::{Actor, AuditEntry, Target};
pub use trail::Trail;

use entities::{Json, TenantId, audit_entry};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    asked::Asked,
    journal::{Record, Row},
    ports::Ports,
};

/// What was done, as `noun.verb`, and to which noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    pub(crate) action: &'static str,
    pub(crate) noun: &'static str,
    pub(crate) id: Uuid,
}

/// The entry of a deed. `details` hold what else is worth knowing: never a secret, never what somebody wrote.
pub(crate) fn entry(
    ports: &Ports,
    tenant: TenantId,
    asked: &Asked,
    deed: Deed,
    details: Map<String, Value>,
) -> Row {
    Row::Insert(Record::AuditEntry(audit_entry::Model {
        id: entities::AuditId::from_uuid(ports.draw()),
        tenant_id: tenant,
        at: ports.now(),
        actor_kind: asked.by.kind(),
        actor_id: asked.by.id(),
        action: deed.action.to_owned(),
        target_kind: deed.noun.to_owned(),
        target_id: Some(deed.id),
        contact_id: None,
        ip: asked.ip(),
        request_id: asked.request_id(),
        details: Json(details),
    }))
}

/// The same with `details` as they are written down in code: an object.
pub(crate) fn recorded(ports: &Ports, tenant: TenantId, asked: &Asked, deed: Deed, details: Value) -> Row {
    let details = match details {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    entry(ports, tenant, asked, deed, details)
}
