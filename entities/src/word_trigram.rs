//! Trigrams of the words that were said in a tenant: the way to a word that is like another.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Order, QueryFilter, QueryOrder, QuerySelect, SelectGetableTuple, Selector};

use crate::TenantId;
use crate::scope::TenantScope;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "word_trigrams")]
pub struct Model {
    /// First in the key: SQLite keeps no statistics, and would rather read all of a tenant than look up a few trigrams.
    #[sea_orm(primary_key, auto_increment = false)]
    pub trigram: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// As search knows it ([`crate::terms`]).
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The words that have at least `least` of `trigrams`, those with the most of them first.
    pub fn sharing(
        tenant: TenantId,
        trigrams: impl IntoIterator<Item = String>,
        (least, limit): (i64, u64),
    ) -> Selector<SelectGetableTuple<String>> {
        let shared = || Expr::col((Self, Column::Word)).count();
        let rows = Self::of(tenant).filter(Column::Trigram.is_in(trigrams)).select_only();
        let rows = rows.column(Column::Word).group_by(Column::Word).having(shared().gte(least));
        rows.order_by(shared(), Order::Desc).order_by_asc(Column::Word).limit(limit).into_tuple()
    }
}
