//! What becomes of a receipt. Pure.

use std::sync::Arc;

use entities::{
    ContactId, Timestamp,
    webhook_receipt::{Model, ReceiptStatus},
};

use crate::journal::{Record, Row};

use super::ReceiptError;

/// A receipt on its way to its effect: whoever commits the effect settles it in the same commit.
#[derive(Clone, Debug)]
pub struct Settling {
    row: Arc<Model>,
    /// It is not kept yet: its row and its effect become one commit.
    fresh: bool,
}

impl Settling {
    /// Of a webhook that has just arrived.
    pub(super) fn fresh(row: Model) -> Self {
        Self { row: row.into(), fresh: true }
    }

    /// Of a receipt that is kept.
    pub(super) fn kept(row: Model) -> Self {
        Self { row: row.into(), fresh: false }
    }

    pub(crate) fn before(&self) -> &Model {
        &self.row
    }

    /// Whose it is. What is stored there was one of our own words.
    pub(crate) fn provider(&self) -> String {
        self.row.provider.clone()
    }

    /// Names the news it brings: the same for all its deliveries and attempts.
    pub(crate) fn news(&self) -> String {
        format!("receipt:{}:{}", self.row.provider, self.row.dedupe_key)
    }

    /// The row as it is once the effect is committed, which is about this contact.
    pub(crate) fn settled(&self, about: Option<ContactId>, now: Timestamp) -> Row {
        let row = Model { applied_at: Some(now), contact_id: about, ..self.tried(now) };
        self.written(Model { status: ReceiptStatus::Applied, error: None, ..row })
    }

    /// The row as it is when the effect was given up.
    pub(super) fn buried(&self, why: &str, now: Timestamp) -> Row {
        self.written(Model { status: ReceiptStatus::Dead, error: Some(why.to_owned()), ..self.tried(now) })
    }

    /// The row as it is kept until a job comes, and why it has to.
    pub(super) fn put_off(&self, why: &str, now: Timestamp) -> Row {
        self.written(Model { error: Some(why.to_owned()), ..self.tried(now) })
    }

    /// Does this row say that somebody else wrote it meanwhile?
    pub(super) fn is_overtaken(&self, standing: &Model) -> bool {
        self.fresh || standing.id != self.row.id || standing.rev > self.row.rev
    }

    fn tried(&self, now: Timestamp) -> Model {
        let rev = if self.fresh { 1 } else { self.row.rev + 1 };
        Model { attempts: self.row.attempts + 1, updated_at: now, rev, ..Model::clone(&self.row) }
    }

    fn written(&self, row: Model) -> Row {
        let record = Record::WebhookReceipt(row);
        if self.fresh { Row::Insert(record) } else { Row::Update(record) }
    }
}

/// A receipt that is to be applied once more, whatever became of it before.
pub(super) fn decide_replay(before: Model, now: Timestamp) -> Result<Model, ReceiptError> {
    match before.status {
        status @ ReceiptStatus::Applied => Err(ReceiptError::Applied { status }),
        ReceiptStatus::Pending | ReceiptStatus::Dead => {
            let rev = before.rev + 1;
            Ok(Model { status: ReceiptStatus::Pending, updated_at: now, rev, ..before })
        }
    }
}

#[cfg(test)]
mod tests {
    use entities::{
        ChannelId, ReceiptId, TenantId,
        sealed::{DataKeyId, Sealed},
    };
    use uuid::Uuid;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn row(status: ReceiptStatus, rev: i64) -> Model {
        Model {
            id: ReceiptId::from_uuid(Uuid::from_u128(1)),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            provider: "carrier".to_owned(),
            channel_id: ChannelId::from_uuid(Uuid::from_u128(2)),
            kind: "sms".to_owned(),
            dedupe_key: "sms:1".to_owned(),
            status,
            attempts: rev,
            error: Some("not yet".to_owned()),
            head: Sealed::from_bytes(vec![1]),
            body: Sealed::from_bytes(vec![2]),
            answer: None,
            key_id: DataKeyId::FIRST,
            contact_id: None,
            received_at: at(1),
            applied_at: None,
            updated_at: at(1),
            rev,
        }
    }

    fn written(row: Row) -> (bool, Model) {
        match row {
            Row::Insert(Record::WebhookReceipt(row)) => (true, row),
            Row::Update(Record::WebhookReceipt(row)) => (false, row),
            other => panic!("{other:?} is no receipt"),
        }
    }

    #[test]
    fn a_fresh_receipt_is_inserted_with_its_effect_and_a_kept_one_moves_on() {
        let contact = ContactId::from_uuid(Uuid::from_u128(3));
        let fresh = Settling::fresh(Model { attempts: 0, ..row(ReceiptStatus::Pending, 1) });
        let (inserted, after) = written(fresh.settled(Some(contact), at(7)));
        assert!(inserted && after.status == ReceiptStatus::Applied && after.error.is_none());
        assert_eq!((after.rev, after.attempts, after.applied_at), (1, 1, Some(at(7))));
        assert_eq!(after.contact_id, Some(contact));
        let kept = Settling::kept(row(ReceiptStatus::Dead, 4));
        let (inserted, after) = written(kept.settled(None, at(7)));
        assert!(!inserted && after.status == ReceiptStatus::Applied);
        assert_eq!((after.rev, after.attempts), (5, 5));
        let (_, after) = written(kept.buried("gone", at(7)));
        assert_eq!((after.status, after.error.as_deref()), (ReceiptStatus::Dead, Some("gone")));
    }

    #[test]
    fn who_finds_it_moved_on_or_there_already_is_overtaken() {
        let kept = Settling::kept(row(ReceiptStatus::Pending, 4));
        assert!(!kept.is_overtaken(&row(ReceiptStatus::Pending, 4)));
        assert!(kept.is_overtaken(&row(ReceiptStatus::Applied, 5)));
        let other = Model { id: ReceiptId::from_uuid(Uuid::from_u128(9)), ..row(ReceiptStatus::Pending, 1) };
        assert!(kept.is_overtaken(&other));
        assert!(
            Settling::fresh(row(ReceiptStatus::Pending, 1)).is_overtaken(&row(ReceiptStatus::Pending, 1))
        );
    }

    #[test]
    fn what_was_applied_is_not_replayed() {
        let refused = decide_replay(row(ReceiptStatus::Applied, 2), at(7));
        assert_eq!(refused, Err(ReceiptError::Applied { status: ReceiptStatus::Applied }));
        for status in [ReceiptStatus::Pending, ReceiptStatus::Dead] {
            let after = decide_replay(row(status, 2), at(7)).unwrap();
            assert_eq!((after.status, after.rev), (ReceiptStatus::Pending, 3));
        }
    }
}
