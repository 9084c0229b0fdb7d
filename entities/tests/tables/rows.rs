//! Every row reads back as it was written, in both databases.

use entities::*;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::databases::Databases;
use crate::samples;

macro_rules! reads_back {
    ($($test:ident: $table:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $test() {
            let databases = Databases::migrated().await;
            for db in databases.all() {
                let tenant = samples::tenant();
                tenant::Entity::insert(tenant.clone().into_active_model()).exec_without_returning(db).await.unwrap();
                for row in samples::$table(tenant.id) {
                    let insert = $table::Entity::insert(row.clone().into_active_model());
                    insert.exec_without_returning(db).await.unwrap();
                    let stored = $table::Entity::of(tenant.id).all(db).await.unwrap();
                    assert!(stored.contains(&row), "{row:?} is not in {stored:?}");
                }
            }
        }
    )+};
}

reads_back! {
    a_log_reads_back: log,
    a_tenant_key_reads_back: tenant_key,
    a_user_reads_back: user,
    a_sign_in_reads_back: sign_in,
    a_sign_in_code_reads_back: sign_in_code,
    an_api_key_reads_back: api_key,
    an_attachment_reads_back: attachment,
    a_board_reads_back: board,
    a_channel_reads_back: channel,
    a_contact_reads_back: contact,
    a_contact_identity_reads_back: contact_identity,
    a_conversation_reads_back: conversation,
    a_credential_reads_back: credential,
    a_message_reads_back: message,
    a_read_mark_reads_back: read_mark,
    an_agent_turn_reads_back: agent_turn,
    a_label_reads_back: label,
    a_count_of_sending_reads_back: sending,
    a_lookup_reads_back: lookup,
    a_word_trigram_reads_back: word_trigram,
    an_event_reads_back: event,
    an_idempotency_key_reads_back: idempotency_key,
    an_audit_entry_reads_back: audit_entry,
    a_scheduled_message_reads_back: scheduled_message,
    a_call_reads_back: call,
    a_recording_reads_back: recording,
    a_task_reads_back: task,
    a_template_reads_back: template,
    a_webhook_receipt_reads_back: webhook_receipt,
    a_consent_reads_back: consent,
    a_job_reads_back: job,
    a_job_attempt_reads_back: job_attempt,
}

#[tokio::test]
async fn a_tenant_reads_back() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        let tenant = samples::tenant();
        tenant::Entity::insert(tenant.clone().into_active_model()).exec_without_returning(db).await.unwrap();
        assert_eq!(tenant::Entity::by_id(tenant.id, tenant.id).one(db).await.unwrap(), Some(tenant));
    }
}

#[tokio::test]
async fn what_is_not_json_or_not_a_known_word_is_an_error_and_no_panic() {
    let databases = Databases::migrated().await;
    for db in databases.all() {
        for (column, text) in [("settings", "not json"), ("settings", "[]"), ("status", "asleep")] {
            let tenant = samples::tenant();
            tenant::Entity::insert(tenant.clone().into_active_model())
                .exec_without_returning(db)
                .await
                .unwrap();
            assert!(tenant::Entity::of(tenant.id).one(db).await.is_ok());
            let spoil = format!("UPDATE tenants SET {column} = '{text}'");
            db.execute_unprepared(&spoil).await.unwrap();
            assert!(tenant::Entity::of(tenant.id).one(db).await.is_err(), "{column} {text}");
            db.execute_unprepared("DELETE FROM tenants").await.unwrap();
        }
    }
}
