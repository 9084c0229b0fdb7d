//! The words that were said in a tenant. Each is learned once, with the message that says it first; what a node has learned
//! it remembers, so that a message costs nothing unless it says something new.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering},
};

use entities::{TenantId, word_trigram};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    journal::{Record, Row},
    store::{Store, StoreError},
};

use super::{
    trigrams::{alike, is_learned, least, trigrams},
    words::Words,
};

/// Words a node remembers, of all tenants together: 2 MB. Two that want the same place push each other out, and are written
/// again, which changes nothing.
const REMEMBERED: usize = 1 << 18;

/// New words learned of one message; who writes a dictionary teaches the rest another time.
const AT_ONCE: usize = 32;

/// Words that are compared with one that was typed.
const COMPARED: u64 = 64;

/// What a node remembers to have learned.
pub(crate) struct Vocabulary {
    remembered: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let remembered = std::iter::repeat_with(AtomicU64::default).take(REMEMBERED).collect();
        Self { remembered, hasher: RandomState::new() }
    }
}

impl Vocabulary {
    /// The words of the messages among `rows` that are new to this node.
    pub(crate) fn news(&self, tenant: TenantId, rows: &[Row]) -> Vec<String> {
        let terms = rows.iter().filter_map(|row| match row {
            Row::InsertMessage(message, _) | Row::Update(Record::Message(message)) => Some(&message.terms),
            _ => None,
        });
        let words = terms.flat_map(|terms| terms.split(' ')).filter(|word| is_learned(word));
        words.filter(|word| !self.remembers(tenant, word)).take(AT_ONCE).map(str::to_owned).collect()
    }

    /// These are written.
    pub(crate) fn learned(&self, tenant: TenantId, words: &[String]) {
        for word in words {
            let (place, mark) = self.place(tenant, word);
            place.store(mark, Ordering::Relaxed);
        }
    }

    fn remembers(&self, tenant: TenantId, word: &str) -> bool {
        let (place, mark) = self.place(tenant, word);
        place.load(Ordering::Relaxed) == mark
    }

    fn place(&self, tenant: TenantId, word: &str) -> (&AtomicU64, u64) {
        let mark = self.hasher.hash_one((tenant, word));
        let index = usize::try_from(mark).unwrap_or_default() % self.remembered.len();
        (&self.remembered[index], mark)
    }
}

/// What is written of the words; nothing of none.
pub(crate) fn taught(tenant: TenantId, words: &[String]) -> Option<Row> {
    let rows = words.iter().flat_map(|word| {
        let row = |trigram| word_trigram::Model { trigram, tenant_id: tenant, word: word.clone() };
        trigrams(word).into_iter().map(row)
    });
    (!words.is_empty()).then(|| Row::Words(rows.collect()))
}

/// The question with each word taken for those of the tenant that are like it too.
///
/// # Errors
/// [`StoreError`].
pub async fn similar(store: &Store, tenant: TenantId, words: Words) -> Result<Words, StoreError> {
    let asked = store.read(tenant, move |db| async move {
        let mut likes = Vec::new();
        for (word, _) in words.each() {
            likes.push(like(&*db, tenant, word).await?);
        }
        Ok(words.taken_for(likes))
    });
    asked.await
}

async fn like(db: &impl ConnectionTrait, tenant: TenantId, word: &str) -> Result<Vec<String>, DbErr> {
    let Some(least) = least(word) else { return Ok(Vec::new()) };
    let known = word_trigram::Entity::sharing(tenant, trigrams(word), (least, COMPARED)).all(db).await?;
    Ok(alike(word, known))
}
