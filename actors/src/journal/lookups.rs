//! The words by which nouns are found. A commit that changes a noun names all of them; what it does not name any more, goes.

use entities::{TenantId, lookup};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Row, seal::Sealed};

/// Nouns or words in one statement.
const AT_ONCE: usize = 5_000;

/// Puts the words of the batch's nouns in the place of those they had.
pub(super) async fn replace(db: &DatabaseTransaction, batch: &[&Sealed]) -> Result<(), DbErr> {
    let (subjects, words) = named(batch);
    for (tenant, subjects) in subjects.chunk_by(|(one, _), (other, _)| one == other).filter_map(of_one_tenant)
    {
        for chunk in subjects.chunks(AT_ONCE) {
            let gone = lookup::Entity::delete_many()
                .filter(lookup::Column::TenantId.eq(tenant))
                .filter(lookup::Column::SubjectId.is_in(chunk.iter().copied()));
            db.execute(&sea_orm::QueryTrait::into_query(gone)).await?;
        }
    }
    for chunk in words.chunks(AT_ONCE) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        let insert = lookup::Entity::insert_many(rows).on_conflict(OnConflict::new().do_nothing().to_owned());
        insert.exec_without_returning(db).await?;
    }
    Ok(())
}

/// The nouns whose words are written, tenant by tenant, and the words.
fn named(batch: &[&Sealed]) -> (Vec<(TenantId, Uuid)>, Vec<lookup::Model>) {
    let (mut subjects, mut words) = (Vec::new(), Vec::new());
    for commit in batch {
        for row in &commit.rows {
            let Row::Lookups(subject_id, named) = row else { continue };
            subjects.push((commit.tenant, *subject_id));
            words.extend(named.iter().map(|(kind, word)| lookup::Model {
                tenant_id: commit.tenant,
                kind: *kind,
                word: word.clone(),
                subject_id: *subject_id,
            }));
        }
    }
    subjects.sort_unstable();
    (subjects, words)
}

fn of_one_tenant(subjects: &[(TenantId, Uuid)]) -> Option<(TenantId, Vec<Uuid>)> {
    let (tenant, _) = subjects.first()?;
    Some((*tenant, subjects.iter().map(|(_, subject)| *subject).collect()))
}
