//! Lookups: the words by which nouns are found. Those of a noun are written whole, in the commit that changes it.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, QueryFilter, QuerySelect, SelectGetableTuple, Selector, TryFromU64,
};
use uuid::Uuid;

use crate::TenantId;
use crate::scope::TenantScope;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lookups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: LookupKind,
    /// Bytes, so that both databases put words into the same order whatever their language.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: Vec<u8>,
    /// The contact, conversation or recording it leads to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

words! {
    /// What a word says of the noun it leads to.
    pub enum LookupKind {
        /// A folded word of a contact's name ([`crate::terms`]).
        ContactName = "contact_name",
        /// A tag of a contact, as it is written.
        ContactTag = "contact_tag",
        /// The last four digits of a contact's phone, as a blind index.
        PhoneTail = "phone_tail",
        /// A label of a conversation, as it is written.
        ConversationLabel = "conversation_label",
        /// A folded word of what was said on a recording, as a blind index.
        SpokenWord = "spoken_word",
    }
}

/// It is part of a key, and no database counts it up.
impl TryFromU64 for LookupKind {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("LookupKind"))
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub kind: LookupKind,
    pub word: Vec<u8>,
    /// The word may be only the beginning.
    pub begun: bool,
}

impl Wanted {
    /// This word and no other.
    #[must_use]
    pub fn whole(kind: LookupKind, word: impl Into<Vec<u8>>) -> Self {
        Self { kind, word: word.into(), begun: false }
    }

    fn condition(&self) -> Condition {
        let of_kind = Condition::all().add(Column::Kind.eq(self.kind));
        if !self.begun {
            return of_kind.add(Column::Word.eq(self.word.clone()));
        }
        // No byte of UTF-8 is that high.
        let end = [self.word.as_slice(), &[0xFF]].concat();
        of_kind.add(Column::Word.gte(self.word.clone())).add(Column::Word.lt(end))
    }
}

impl Entity {
    /// What `wanted` leads to, in no order that means anything, and perhaps twice where it is only begun.
    pub fn subjects(tenant: TenantId, wanted: &Wanted, limit: u64) -> Selector<SelectGetableTuple<Uuid>> {
        let rows = Self::of(tenant).filter(wanted.condition()).limit(limit);
        rows.select_only().column(Column::SubjectId).into_tuple()
    }

    /// Which of `subjects` it leads to.
    pub fn among(
        tenant: TenantId,
        wanted: &Wanted,
        subjects: impl IntoIterator<Item = Uuid>,
    ) -> Selector<SelectGetableTuple<Uuid>> {
        let rows = Self::of(tenant).filter(Column::SubjectId.is_in(subjects)).filter(wanted.condition());
        rows.select_only().column(Column::SubjectId).into_tuple()
    }
}
