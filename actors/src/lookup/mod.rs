//! Lists that are narrowed by words. Words that lead to few nouns are followed; with words that lead to many, the list is
//! walked from its newest end and each noun asked for them. Either way a page costs no more than so much, however many
//! nouns there are.

use std::collections::HashSet;

use entities::{
    Place, TenantId, Timestamp, lookup,
    lookup::Wanted,
    scope::{SoftDeleted, newest_first, places},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, QuerySelect, Select, SelectGetableTuple,
    Selector, sea_query::Expr,
};
use uuid::Uuid;

/// Up to so many nouns of a word are followed.
const FEW: usize = 2_000;
/// Nouns a walk asks at once.
const STEP: u64 = 1_000;
/// Steps of a walk: what is further down is for the next page.
const STEPS: usize = 10;

/// One way to be found: to be one of these, and to have all the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way {
    /// `None`: any.
    pub(crate) these: Option<Vec<Uuid>>,
    pub(crate) words: Vec<Wanted>,
}

/// A list by time, and what is asked of it.
#[derive(Clone)]
pub(crate) struct Listed<E: SoftDeleted> {
    /// Everything an index has in the order of the list: what is walked.
    pub(crate) all: Select<E>,
    /// What is asked of them.
    pub(crate) asked: Condition,
    pub(crate) at: E::Column,
    pub(crate) id: E::Column,
}

/// One page of what was found, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) found: Vec<Uuid>,
    /// Where to go on; with it a page may be short.
    pub(crate) next: Option<Place>,
}

/// Those asked for that one of `ways` leads to, below `below`.
pub(crate) async fn page<E: SoftDeleted, C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    (listed, ways): (Listed<E>, &[Way]),
    (below, limit): (Option<Place>, usize),
) -> Result<Page, DbErr> {
    let mut followed = HashSet::new();
    for way in ways {
        match follow(db, tenant, way).await? {
            Some(few) => followed.extend(few),
            None => return walk(db, tenant, (listed, ways), (below, limit)).await,
        }
    }
    let rows = E::live_keyed(tenant, listed.id, followed).filter(listed.asked);
    let mut found: Vec<Place> =
        places(rows, (listed.at, listed.id)).all(db).await?.into_iter().map(place).collect();
    found.sort_unstable_by_key(|place| std::cmp::Reverse(key(place)));
    found.retain(|place| below.is_none_or(|below| key(place) < key(&below)));
    Ok(cut(found, limit))
}

/// Those asked for, found step by step down everything, so far and no further.
pub(crate) async fn walk<E: SoftDeleted, C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    (listed, ways): (Listed<E>, &[Way]),
    (mut below, limit): (Option<Place>, usize),
) -> Result<Page, DbErr> {
    let mut found = Vec::new();
    for _ in 0..STEPS {
        let rows = newest_first(listed.all.clone(), (listed.at, listed.id), below, STEP);
        let step: Vec<(Place, bool)> =
            judged(rows, &listed).all(db).await?.into_iter().map(judgement).collect();
        let asked = step.iter().filter(|(_, asked)| *asked).map(|(place, _)| place);
        let passed = led_to(db, tenant, ways, asked.clone().map(|place| place.id).collect()).await?;
        found.extend(asked.filter(|place| passed.contains(&place.id)).copied());
        let is_end = u64::try_from(step.len()).unwrap_or(u64::MAX) < STEP;
        if found.len() > limit || is_end {
            return Ok(cut(found, limit));
        }
        below = step.last().map(|(place, _)| *place);
    }
    Ok(Page { found: found.into_iter().map(|place| place.id).collect(), next: below })
}

/// Where `rows` stand, and whether they are asked for.
fn judged<E: SoftDeleted>(
    rows: Select<E>,
    listed: &Listed<E>,
) -> Selector<SelectGetableTuple<(Timestamp, Uuid, i32)>> {
    let asked = Condition::all().add(E::DELETED_AT.is_null()).add(listed.asked.clone());
    let rows = rows.select_only().column(listed.at).column(listed.id);
    rows.expr_as(Expr::case(asked, 1).finally(0), "asked").into_tuple()
}

fn judgement((at, id, asked): (Timestamp, Uuid, i32)) -> (Place, bool) {
    (Place { at, id }, asked != 0)
}

/// Those of `ids` that one of `ways` leads to; all of them where there is no way to go.
async fn led_to<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    ways: &[Way],
    ids: HashSet<Uuid>,
) -> Result<HashSet<Uuid>, DbErr> {
    if ways.is_empty() {
        return Ok(ids);
    }
    let mut led_to = HashSet::new();
    for way in ways {
        let mut left = ids.clone();
        if let Some(these) = &way.these {
            left.retain(|id| these.contains(id));
        }
        for word in &way.words {
            left = with(db, tenant, word, left).await?;
        }
        led_to.extend(left);
    }
    Ok(led_to)
}

/// At most `limit` of `rows`, and where to go on when there were more.
pub(crate) fn and_next<M>(
    mut rows: Vec<M>,
    limit: usize,
    place: impl Fn(&M) -> Place,
) -> (Vec<M>, Option<Place>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map(place).filter(|_| more);
    (rows, next)
}

/// `rows` in the order of `ids`.
pub(crate) fn in_order<M>(mut rows: Vec<M>, ids: &[Uuid], id: impl Fn(&M) -> Uuid) -> Vec<M> {
    rows.sort_by_key(|row| ids.iter().position(|wanted| *wanted == id(row)));
    rows
}

/// All nouns a way leads to, when they are few.
async fn follow<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    way: &Way,
) -> Result<Option<HashSet<Uuid>>, DbErr> {
    let mut words: Vec<&Wanted> = way.words.iter().collect();
    let mut found: Option<HashSet<Uuid>> = way.these.as_ref().map(|these| these.iter().copied().collect());
    for (index, word) in way.words.iter().enumerate() {
        if found.is_some() {
            break;
        }
        let limit = u64::try_from(FEW + 1).unwrap_or(u64::MAX);
        let subjects = lookup::Entity::subjects(tenant, word, limit).all(db).await?;
        if subjects.len() <= FEW {
            words.remove(index);
            found = Some(subjects.into_iter().collect());
        }
    }
    let Some(mut found) = found else { return Ok(None) };
    for word in words {
        found = with(db, tenant, word, found).await?;
    }
    Ok(Some(found))
}

/// Those of `subjects` that have the word.
async fn with<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    word: &Wanted,
    subjects: HashSet<Uuid>,
) -> Result<HashSet<Uuid>, DbErr> {
    if subjects.is_empty() {
        return Ok(subjects);
    }
    Ok(lookup::Entity::among(tenant, word, subjects).all(db).await?.into_iter().collect())
}

fn place((at, id): (Timestamp, Uuid)) -> Place {
    Place { at, id }
}

fn key(place: &Place) -> (Timestamp, Uuid) {
    (place.at, place.id)
}

fn cut(mut found: Vec<Place>, limit: usize) -> Page {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().copied().filter(|_| more);
    Page { found: found.into_iter().map(|place| place.id).collect(), next }
}
