//! Every finder starts from a tenant. Those that can not say `across_tenants` in their name.

use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, EntityTrait, PrimaryKeyTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    SelectGetableTuple, Selector, Value,
};
use uuid::Uuid;

use crate::{TenantId, Timestamp};

/// A table whose rows belong to tenants.
pub trait TenantScope: EntityTrait {
    /// The column that names the tenant.
    const TENANT: Self::Column;

    /// The rows of a tenant, deleted ones too.
    fn of(tenant: TenantId) -> Select<Self> {
        Self::find().filter(Self::TENANT.eq(tenant))
    }

    /// The row of a tenant with this key, even if deleted. Another tenant's key finds nothing.
    fn by_id<K>(tenant: TenantId, id: K) -> Select<Self>
    where
        K: Into<<Self::PrimaryKey as PrimaryKeyTrait>::ValueType>,
    {
        Self::find_by_id(id).filter(Self::TENANT.eq(tenant))
    }

    /// The rows of a tenant with these keys, deleted ones too. Another tenant's keys find nothing.
    fn keyed<K: Into<Value>>(
        tenant: TenantId,
        key: Self::Column,
        keys: impl IntoIterator<Item = K>,
    ) -> Select<Self> {
        Self::find().filter(key.is_in(keys)).filter(is_of::<Self>(tenant))
    }
}

/// Whether what was found is the tenant's: compared, never looked up. SQLite keeps no statistics, takes a tenant for ten rows,
/// and would rather read all of it than look up five keys.
pub fn is_of<E: TenantScope>(tenant: TenantId) -> Expr {
    let own = || E::TENANT.into_expr();
    Expr::expr(Func::coalesce([own(), own()])).eq(tenant)
}

/// A table whose rows are marked as deleted before they go.
pub trait SoftDeleted: TenantScope {
    /// The column that tells when.
    const DELETED_AT: Self::Column;

    /// The rows of a tenant that are not deleted.
    fn live(tenant: TenantId) -> Select<Self> {
        Self::of(tenant).filter(Self::DELETED_AT.is_null())
    }

    /// The row of a tenant with this key, unless deleted.
    fn live_by_id<K>(tenant: TenantId, id: K) -> Select<Self>
    where
        K: Into<<Self::PrimaryKey as PrimaryKeyTrait>::ValueType>,
    {
        Self::by_id(tenant, id).filter(Self::DELETED_AT.is_null())
    }

    /// The rows of a tenant with these keys that are not deleted.
    fn live_keyed<K: Into<Value>>(
        tenant: TenantId,
        key: Self::Column,
        keys: impl IntoIterator<Item = K>,
    ) -> Select<Self> {
        Self::keyed(tenant, key, keys).filter(Self::DELETED_AT.is_null())
    }
}

/// A place in a list by time: the next page begins below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The time the list is ordered by.
    pub at: Timestamp,
    /// The id, among rows of the same time.
    pub id: Uuid,
}

/// A stretch of something that has a seq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// The newest.
    Last,
    /// The newest below this seq.
    Before(i64),
    /// The oldest above this seq.
    After(i64),
}

/// Newest first, at most `limit`, below `below`.
pub fn newest_first<E: EntityTrait>(
    rows: Select<E>,
    (at, id): (E::Column, E::Column),
    below: Option<Place>,
    limit: u64,
) -> Select<E> {
    let rows = match below {
        Some(place) => {
            let row = Expr::tuple([at.into_expr(), id.into_expr()]);
            rows.filter(row.lt(Expr::tuple([Expr::val(place.at), Expr::val(place.id)])))
        }
        None => rows,
    };
    rows.order_by_desc(at).order_by_desc(id).limit(limit)
}

/// Lists that are newest first and have an end, as one list that is.
pub(crate) fn newest_of_all<E: SoftDeleted>(
    tenant: TenantId,
    lists: impl IntoIterator<Item = Select<E>>,
    (at, id): (E::Column, E::Column),
    limit: u64,
) -> Select<E> {
    // As a table: only so may a part of a union have an order and an end in both databases.
    let table = |rows: Select<E>| {
        Query::select().column(Asterisk).from_subquery(rows.into_query(), Alias::new("list")).to_owned()
    };
    let mut each = lists.into_iter().map(table);
    let mut together: SelectStatement = each.next().unwrap_or_default();
    for rows in each {
        together.union(UnionType::All, rows);
    }
    let mut merged = E::live(tenant);
    let name = Alias::new(E::default().table_name());
    QuerySelect::query(&mut merged).from_clear().from_subquery(together, name);
    newest_first(merged, (at, id), None, limit)
}

/// Oldest first, at most `limit`, above `above`.
pub(crate) fn oldest_first<E: EntityTrait>(
    rows: Select<E>,
    (at, id): (E::Column, E::Column),
    above: Option<Place>,
    limit: u64,
) -> Select<E> {
    let rows = match above {
        Some(place) => {
            let row = Expr::tuple([at.into_expr(), id.into_expr()]);
            rows.filter(row.gt(Expr::tuple([Expr::val(place.at), Expr::val(place.id)])))
        }
        None => rows,
    };
    rows.order_by_asc(at).order_by_asc(id).limit(limit)
}

/// Where `rows` stand in a list by time, without the rows.
pub fn places<E: EntityTrait>(
    rows: Select<E>,
    (at, id): (E::Column, E::Column),
) -> Selector<SelectGetableTuple<(Timestamp, Uuid)>> {
    rows.select_only().column(at).column(id).into_tuple()
}

/// Newest first for [`Stretch::Last`] and [`Stretch::Before`], oldest first for [`Stretch::After`].
pub(crate) fn stretch<E: EntityTrait>(
    rows: Select<E>,
    seq: E::Column,
    stretch: Stretch,
    limit: u64,
) -> Select<E> {
    let rows = match stretch {
        Stretch::Last => rows.order_by_desc(seq),
        Stretch::Before(bound) => rows.filter(seq.lt(bound)).order_by_desc(seq),
        Stretch::After(bound) => rows.filter(seq.gt(bound)).order_by_asc(seq),
    };
    rows.limit(limit)
}

/// The tables, in one place so that none is forgotten.
mod tables {
    use super::{SoftDeleted, TenantScope};

    impl TenantScope for crate::tenant::Entity {
        const TENANT: Self::Column = crate::tenant::Column::Id;
    }

    macro_rules! of_tenants {
        ($($table:ident),+ $(,)?) => {$(
            impl TenantScope for crate::$table::Entity {
                const TENANT: Self::Column = crate::$table::Column::TenantId;
            }
        )+};
    }

    macro_rules! soft_deleted {
        ($($table:ident),+ $(,)?) => {$(
            impl SoftDeleted for crate::$table::Entity {
                const DELETED_AT: Self::Column = crate::$table::Column::DeletedAt;
            }
        )+};
    }

    of_tenants![
        api_key,
        attachment,
        audit_entry,
        board,
        call,
        channel,
        consent,
        contact,
        contact_identity,
        conversation,
        credential,
        event,
        idempotency_key,
        job,
        job_attempt,
        label,
        log,
        lookup,
        message,
        outside_identity,
        read_mark,
        recording,
        sending,
        agent_turn,
        scheduled_message,
        sign_in,
        sign_in_code,
        task,
        template,
        tenant_key,
        user,
        webhook_receipt,
        word_trigram,
    ];
    soft_deleted![
        api_key,
        attachment,
        board,
        call,
        channel,
        contact,
        contact_identity,
        conversation,
        credential,
        label,
        message,
        recording,
        scheduled_message,
        task,
        template,
        tenant,
        user
    ];
}
