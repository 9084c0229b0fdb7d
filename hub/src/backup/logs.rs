//! The logs of the tenants in a backup: where each ends, and a hash of what it says, by which a store that was brought back is
//! compared with the one it is a copy of.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use entities::scope::Stretch;
use entities::{LogIncarnation, TenantId, event, log};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BackupError, Watch, files};

pub(super) const NAME: &str = "logs.jsonl";
/// Logs, and events of one, that are read at once.
const LOGS: u64 = 1_000;
const EVENTS: u64 = 500;

/// A log, as far as it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    tenant_id: TenantId,
    last_seq: i64,
    trimmed_seq: i64,
    incarnation: LogIncarnation,
    /// Of all its events ([`LogHash`]); hexadecimal.
    sha256: String,
}

/// How many logs there are, and events in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) tenants: u64,
    pub(super) events: u64,
}

/// SHA-256 over the events of a log in the order of their seqs, and of each over its columns in the order of format 1. A column is one
/// byte, 0 when it is absent, else 1 and its bytes after their number: integers and lengths in eight bytes, the highest first, ids in
/// sixteen, words and text in UTF-8. So every database gives the same.
#[derive(Default)]
struct LogHash(Sha256);

impl LogHash {
    fn add(&mut self, event: &event::Model) {
        let number = |value: i64| Some(value.to_be_bytes().to_vec());
        let text = |value: &str| Some(value.as_bytes().to_vec());
        let id = |value: uuid::Uuid| value.as_bytes().to_vec();
        for column in [
            number(event.seq),
            Some(id(event.id.as_uuid())),
            text(&event.event_type),
            text(event.topic_kind.as_str()),
            Some(id(event.topic_id)),
            event.contact_id.map(|it| id(it.as_uuid())),
            event.conversation_id.map(|it| id(it.as_uuid())),
            event.board_id.map(|it| id(it.as_uuid())),
            event.left_board_id.map(|it| id(it.as_uuid())),
            text(event.audience.as_str()),
            event.user_id.map(|it| id(it.as_uuid())),
            event.left_user_id.map(|it| id(it.as_uuid())),
            text(event.actor_kind.as_str()),
            event.actor_id.map(id),
            event.client_id.as_ref().map(|it| it.as_bytes().to_vec()),
            number(event.at.as_micros()),
            number(event.key_id.as_number()),
            Some(event.data.as_bytes().to_vec()),
        ] {
            self.column(column.as_deref());
        }
    }

    fn column(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => self.0.update([0]),
            Some(bytes) => {
                self.0.update([1]);
                self.0.update((bytes.len() as u64).to_be_bytes());
                self.0.update(bytes);
            }
        }
    }

    fn finish(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }
}

/// Writes down every log of the database, which must not change meanwhile.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<Counted, BackupError> {
    let path = folder.join(NAME);
    let mut lines = BufWriter::new(files::create(&path).map_err(BackupError::at(&path))?);
    let mut counted = Counted::default();
    watch.begin("reading logs", None);
    let mut last = None;
    loop {
        let page = log::Entity::page_across_tenants(last, LOGS).all(db).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.tenant_id);
        for log in page {
            let line = read(db, log).await?;
            counted.add(&line);
            let text = serde_json::to_string(&line).unwrap_or_default() + "\n";
            lines.write_all(text.as_bytes()).map_err(BackupError::at(&path))?;
            watch.step();
        }
    }
    let written = lines.flush().and_then(|()| lines.get_ref().sync_all());
    written.map_err(BackupError::at(&path))?;
    Ok(counted)
}

/// Compares every log of the database with what the backup says of it: none may be missing, longer, shorter or another.
pub(super) async fn compare<C: ConnectionTrait>(
    db: &C,
    (folder, tenants): (&Path, u64),
    watch: &dyn Watch,
) -> Result<Counted, BackupError> {
    let path = folder.join(NAME);
    let file = File::open(&path).map_err(BackupError::at(&path))?;
    let mut lines = BufReader::new(file).lines();
    let mut counted = Counted::default();
    watch.begin("comparing logs", Some(tenants));
    let mut last = None;
    loop {
        let page = log::Entity::page_across_tenants(last, LOGS).all(db).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.tenant_id);
        for log in page {
            let there = read(db, log).await?;
            let written = lines.next().transpose().map_err(BackupError::at(&path))?;
            let written: Option<Line> = written.and_then(|line| serde_json::from_str(&line).ok());
            if written.as_ref() != Some(&there) {
                return Err(BackupError::Broken(differs(there.tenant_id)));
            }
            counted.add(&there);
            watch.step();
        }
    }
    match lines.next() {
        None => Ok(counted),
        Some(_) => Err(BackupError::Broken("the database lacks tenants the backup has".to_owned())),
    }
}

async fn read<C: ConnectionTrait>(db: &C, log: log::Model) -> Result<Line, BackupError> {
    let (tenant, mut hash, mut seq) = (log.tenant_id, LogHash::default(), log.trimmed_seq);
    loop {
        let page = event::Entity::stretch(tenant, Stretch::After(seq), EVENTS).all(db).await?;
        let Some(end) = page.last() else { break };
        seq = end.seq;
        page.iter().for_each(|event| hash.add(event));
    }
    let log::Model { last_seq, trimmed_seq, incarnation, .. } = log;
    Ok(Line { tenant_id: tenant, last_seq, trimmed_seq, incarnation, sha256: hash.finish() })
}

fn differs(tenant: TenantId) -> String {
    format!("the log of tenant {tenant} is not the one that was copied")
}

impl Counted {
    fn add(&mut self, line: &Line) {
        self.tenants += 1;
        self.events += u64::try_from(line.last_seq - line.trimmed_seq).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use entities::event::{Audience, TopicKind};
    use entities::message::AuthorKind;
    use entities::sealed::{DataKeyId, Sealed};
    use entities::{BoardId, ContactId, ConversationId, EventId, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    fn event() -> event::Model {
        let id = Uuid::from_u128;
        event::Model {
            tenant_id: TenantId::from_uuid(id(1)),
            seq: 7,
            id: EventId::from_uuid(id(2)),
            event_type: "message.created".to_owned(),
            topic_kind: TopicKind::Conversation,
            topic_id: id(3),
            contact_id: Some(ContactId::from_uuid(id(4))),
            conversation_id: Some(ConversationId::from_uuid(id(5))),
            board_id: None,
            left_board_id: None,
            audience: Audience::Everyone,
            user_id: None,
            left_user_id: None,
            actor_kind: AuthorKind::User,
            actor_id: Some(id(6)),
            client_id: Some("größe".to_owned()),
            at: Timestamp::from_micros(1_700_000_000_123_456),
            key_id: DataKeyId::FIRST,
            data: Sealed::from_bytes(vec![0, 1, 255]),
        }
    }

    fn hash(events: &[event::Model]) -> String {
        let mut hash = LogHash::default();
        events.iter().for_each(|event| hash.add(event));
        hash.finish()
    }

    /// Backups that were written are compared by it: another hash is another format.
    #[test]
    fn the_hash_of_format_1_never_changes() {
        assert_eq!(hash(&[event()]), "a290b98a80720337cc4c4ab3dbdbf8a7e6c0b01f148e4588ad0d4def8c6f4b30");
    }

    #[test]
    fn every_column_and_the_order_count() {
        let (event, id) = (event(), Uuid::from_u128(9));
        let others = [
            event::Model { seq: 8, ..event.clone() },
            event::Model { id: EventId::from_uuid(id), ..event.clone() },
            event::Model { event_type: "message.edited".to_owned(), ..event.clone() },
            event::Model { topic_kind: TopicKind::Call, ..event.clone() },
            event::Model { topic_id: id, ..event.clone() },
            event::Model { contact_id: None, ..event.clone() },
            event::Model { conversation_id: None, ..event.clone() },
            event::Model { board_id: Some(BoardId::from_uuid(id)), ..event.clone() },
            event::Model { left_board_id: Some(BoardId::from_uuid(id)), ..event.clone() },
            event::Model { audience: Audience::Agents, ..event.clone() },
            event::Model { user_id: Some(UserId::from_uuid(id)), ..event.clone() },
            event::Model { left_user_id: Some(UserId::from_uuid(id)), ..event.clone() },
            event::Model { actor_kind: AuthorKind::Contact, ..event.clone() },
            event::Model { actor_id: None, ..event.clone() },
            event::Model { client_id: None, ..event.clone() },
            event::Model { at: Timestamp::from_micros(1), ..event.clone() },
            event::Model { key_id: DataKeyId::from_number(2), ..event.clone() },
            event::Model { data: Sealed::from_bytes(vec![0, 1]), ..event.clone() },
        ];
        let mut hashes: Vec<String> = others.iter().map(|other| hash(std::slice::from_ref(other))).collect();
        hashes.push(hash(&[]));
        hashes.push(hash(std::slice::from_ref(&event)));
        hashes.extend([hash(&[event.clone(), others[0].clone()]), hash(&[others[0].clone(), event])]);
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
    }
}
