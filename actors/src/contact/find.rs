//! Which contacts to list, and how those are found whose name or address somebody typed.

use entities::{
    ContactId, Place, TenantId, contact,
    contact::Column,
    lookup::{LookupKind, Wanted},
    sealed::DataKeys,
};

use crate::{
    lookup::{self, Listed, Way},
    search::{NoWords, Words},
    store::{Store, StoreError},
};

use super::{Contact, models, store, to_address};

/// Which contacts to list. What is `None` is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub known: contact::Filter,
    /// One of its tags, as it is written.
    pub tag: Option<String>,
    pub question: Option<Question>,
}

/// What was typed to find somebody: words of a name, an address, or the last four digits of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    typed: String,
    words: Words,
}

impl Question {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// [`NoWords`].
    pub fn read(typed: &str) -> Result<Self, NoWords> {
        Ok(Self { typed: typed.trim().to_owned(), words: Words::read(typed)? })
    }

    /// The digits, when they are four and nothing else is there.
    fn tail(&self) -> Option<&str> {
        let is_tail = self.typed.len() == 4 && self.typed.bytes().all(|byte| byte.is_ascii_digit());
        is_tail.then_some(self.typed.as_str())
    }

    /// All ways that lead to somebody: the name, and what else the words may be.
    async fn ways(&self, store: &Store, tenant: TenantId) -> Result<Vec<Way>, StoreError> {
        let name = |(word, begun): (&str, bool)| Wanted {
            begun,
            ..Wanted::whole(LookupKind::ContactName, word.as_bytes())
        };
        let mut ways = vec![Way { these: None, words: self.words.each().map(name).collect() }];
        if let Some(digits) = self.tail() {
            ways.push(Way { these: None, words: vec![tail(digits, &*store.keys(tenant).await?)] });
        }
        let country = store::default_country(store, tenant).await?;
        if let Ok(address) = to_address(&self.typed, country.as_deref())
            && let Some(found) = store::by_address(store, tenant, &address).await?
        {
            ways.push(Way { these: Some(vec![found.as_uuid()]), words: Vec::new() });
        }
        Ok(ways)
    }
}

/// The word by which the end of a phone is found.
pub(super) fn tail(digits: &str, keys: &DataKeys) -> Wanted {
    Wanted::whole(LookupKind::PhoneTail, keys.tail_index(digits).as_bytes().as_slice())
}

/// Contacts by activity, newest first, below `below`; and where to go on when there may be more. A page that goes on may
/// be short.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    (below, limit): (Option<Place>, usize),
) -> Result<(Vec<Contact>, Option<Place>), StoreError> {
    let ways = ways(store, tenant, &filter).await?;
    let found = store.read(tenant, move |db| async move {
        let (rows, next) = match ways {
            Some(ways) => {
                let listed = Listed {
                    all: contact::Entity::listed(tenant, &contact::Filter::default()),
                    asked: filter.known.condition(),
                    at: Column::ActivityAt,
                    id: Column::Id,
                };
                let page = lookup::page(&*db, tenant, (listed, &ways), (below, limit)).await?;
                let these = page.found.iter().copied().map(ContactId::from_uuid);
                let rows = contact::Entity::these(tenant, these).all(&*db).await?;
                (lookup::in_order(rows, &page.found, |row| row.id.as_uuid()), page.next)
            }
            None => {
                let and_one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
                let rows =
                    contact::Entity::page(tenant, &filter.known, below, and_one_more).all(&*db).await?;
                lookup::and_next(rows, limit, place)
            }
        };
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let identities = store::identities(&*db, tenant, &ids).await?;
        Ok((rows, identities, next))
    });
    let (rows, identities, next) = found.await?;
    let keys = store.keys(tenant).await?;
    let shape = |row| Ok(models::known(row, &identities, &keys)?.shape());
    Ok((rows.into_iter().map(shape).collect::<Result<_, StoreError>>()?, next))
}

/// The ids of those a question finds, by activity, the latest first.
///
/// # Errors
/// [`StoreError`].
pub async fn ids(
    store: &Store,
    tenant: TenantId,
    question: Question,
    limit: usize,
) -> Result<Vec<ContactId>, StoreError> {
    let filter = Filter { question: Some(question), ..Filter::default() };
    let (found, _) = page(store, tenant, filter, (None, limit)).await?;
    Ok(found.into_iter().map(|contact| contact.id).collect())
}

/// What the words of a filter lead by; `None` when it has none.
async fn ways(store: &Store, tenant: TenantId, filter: &Filter) -> Result<Option<Vec<Way>>, StoreError> {
    let tag = filter.tag.as_deref().map(|tag| Wanted::whole(LookupKind::ContactTag, tag.as_bytes()));
    let mut ways = match &filter.question {
        Some(question) => question.ways(store, tenant).await?,
        None if tag.is_some() => vec![Way::default()],
        None => return Ok(None),
    };
    for way in &mut ways {
        way.words.extend(tag.clone());
    }
    Ok(Some(ways))
}

fn place(row: &contact::Model) -> Place {
    Place { at: row.activity_at, id: row.id.as_uuid() }
}
