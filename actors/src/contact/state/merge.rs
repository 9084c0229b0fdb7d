//! How one contact takes another over, and gives it back.
//!
//! The other one keeps its row and its addresses; only its mark says who it is now. So it can come back as it was.

use entities::{ContactId, contact};

use crate::{contact::Wrong, event::EventType};

use super::{ADDRESSES, ContactError, Decision, Given, Known, profile};

/// What becomes of everybody when one takes another over.
#[derive(Debug)]
pub(in crate::contact) struct Merge {
    /// The one that stays, with the addresses of both.
    pub(in crate::contact) decision: Decision,
    /// The one that was taken over, and those it had taken over itself.
    pub(in crate::contact) taken_over: Vec<contact::Model>,
}

/// What becomes of both when one comes back.
#[derive(Debug)]
pub(in crate::contact) struct Unmerge {
    /// The one that came back.
    pub(in crate::contact) decision: Decision,
    /// The one it was merged into, without its addresses; `None` when that one was removed.
    pub(in crate::contact) left: Option<Decision>,
}

/// Decides that `survivor` takes `duplicate` over, and with it those that `duplicate` took over before.
pub(in crate::contact) fn decide_merge(
    survivor: Known,
    duplicate: Known,
    before: Vec<contact::Model>,
    given: Given<'_>,
) -> Result<Merge, ContactError> {
    let into = survivor.row.id;
    if duplicate.row.id == into {
        return Err(invalid("must be another contact"));
    }
    if survivor.identities.len() + duplicate.identities.len() > ADDRESSES {
        return Err(invalid("would make more than 20 addresses"));
    }
    let mut after = survivor;
    touch(&mut after.row, given);
    profile::fill(&mut after.row, &duplicate.row);
    after.row.activity_at = after.row.activity_at.max(duplicate.row.activity_at);
    after.identities.extend(duplicate.identities);
    let hand_over = |mut row: contact::Model| {
        touch(&mut row, given);
        row.merged_into = Some(into);
        row
    };
    let taken_over = std::iter::once(duplicate.row).chain(before).map(hand_over).collect();
    Ok(Merge { decision: Decision { kind: EventType::ContactMerged, after, gone: Vec::new() }, taken_over })
}

/// Decides that `merged` is a contact of its own again. What the other one learned from it, that one keeps.
pub(in crate::contact) fn decide_unmerge(
    mut merged: Known,
    survivor: Option<Known>,
    given: Given<'_>,
) -> Unmerge {
    let id = merged.row.id;
    touch(&mut merged.row, given);
    merged.row.merged_into = None;
    let left = survivor.map(|mut after| {
        touch(&mut after.row, given);
        after.identities.retain(|identity| identity.holder() != Some(id));
        Decision { kind: EventType::ContactUpdated, after, gone: Vec::new() }
    });
    Unmerge { decision: Decision { kind: EventType::ContactUnmerged, after: merged, gone: Vec::new() }, left }
}

fn touch(row: &mut contact::Model, given: Given<'_>) {
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
}

fn invalid(reason: &str) -> ContactError {
    ContactError::Invalid(vec![Wrong { field: "duplicate_id".to_owned(), reason: reason.to_owned() }])
}

impl super::Identity {
    /// The contact whose row it hangs on.
    fn holder(&self) -> Option<ContactId> {
        self.stored.as_ref().map(|row| row.contact_id)
    }
}
