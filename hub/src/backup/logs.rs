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
