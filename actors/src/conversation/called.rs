//! A conversation of which a call begins or ends.

use entities::{Principal, TenantId, Timestamp};

use crate::journal::Row;

use super::{Conversation, models};

/// The conversation as it is once a call with its contact began or ended: it moves in the lists.
pub(crate) fn called_at(
    tenant: TenantId,
    before: &Conversation,
    (by, now): (Principal, Timestamp),
) -> (Conversation, Row) {
    let mut after = before.clone();
    after.rev += 1;
    after.activity_at = after.activity_at.max(now);
    let row = Row::Update(models::conversation((tenant, by, now), &after));
    (after, row)
}
