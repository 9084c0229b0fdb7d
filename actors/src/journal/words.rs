//! The words that were said for the first time, as far as whoever wrote them knew.

use entities::word_trigram;
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict,
};

use super::{Row, seal::Sealed};

/// Rows in one statement.
const AT_ONCE: usize = 5_000;

/// Learns the batch's words. Those that are known stay as they are.
pub(super) async fn learn(db: &DatabaseTransaction, batch: &[&Sealed]) -> Result<(), DbErr> {
    let rows = batch.iter().flat_map(|commit| &commit.rows);
    let words = rows.filter_map(|row| match row {
        Row::Words(words) => Some(words),
        _ => None,
    });
    let trigrams: Vec<&word_trigram::Model> = words.flatten().collect();
    for chunk in trigrams.chunks(AT_ONCE) {
        let rows = chunk.iter().map(|row| (*row).clone().into_active_model().reset_all());
        let insert =
            word_trigram::Entity::insert_many(rows).on_conflict(OnConflict::new().do_nothing().to_owned());
        insert.exec_without_returning(db).await?;
    }
    Ok(())
}
