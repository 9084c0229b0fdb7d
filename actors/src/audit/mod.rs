//! The record of what deserves one: who changed what power over a tenant. It is written in the commit of the change.

mod shape;
pub mod store;

pub use shape::{Actor, AuditEntry, Target};

use entities::{Json, Principal, TenantId, audit_entry};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
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
    by: Principal,
    deed: Deed,
    details: Map<String, Value>,
) -> Row {
    Row::Insert(Record::AuditEntry(audit_entry::Model {
        id: entities::AuditId::from_uuid(ports.draw()),
        tenant_id: tenant,
        at: ports.now(),
        actor_kind: by.kind(),
        actor_id: by.id(),
        action: deed.action.to_owned(),
        target_kind: deed.noun.to_owned(),
        target_id: Some(deed.id),
        contact_id: None,
        ip: None,
        request_id: None,
        details: Json(details),
    }))
}

/// The same with `details` as they are written down in code: an object.
pub(crate) fn recorded(ports: &Ports, tenant: TenantId, by: Principal, deed: Deed, details: Value) -> Row {
    let details = match details {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    entry(ports, tenant, by, deed, details)
}
